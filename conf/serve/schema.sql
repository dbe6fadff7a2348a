-- SPDX-License-Identifier: Apache-2.0
-- conf/serve/schema.sql -- the tables of a Moodle 4.5 database that the module reads or writes, as
-- Moodle makes them on PostgreSQL: names, columns, types, defaults, indexes, sequences.

-- The site: settings, the log, sessions, work left for cron
CREATE TABLE mdl_config (
    id bigserial CONSTRAINT mdl_conf_id_pk PRIMARY KEY,
    name varchar(255) DEFAULT '' NOT NULL,
    value text NOT NULL
);
CREATE UNIQUE INDEX mdl_conf_nam_uix ON mdl_config (name);
CREATE TABLE mdl_config_plugins (
    id bigserial CONSTRAINT mdl_confplug_id_pk PRIMARY KEY,
    plugin varchar(100) DEFAULT 'core' NOT NULL,
    name varchar(100) DEFAULT '' NOT NULL,
    value text NOT NULL
);
CREATE UNIQUE INDEX mdl_confplug_plunam_uix ON mdl_config_plugins (plugin, name);
CREATE TABLE mdl_config_log (
    id bigserial CONSTRAINT mdl_conflog_id_pk PRIMARY KEY,
    userid bigint NOT NULL,
    timemodified bigint NOT NULL,
    plugin varchar(100),
    name varchar(100) DEFAULT '' NOT NULL,
    value text,
    oldvalue text
);
CREATE INDEX mdl_conflog_tim_ix ON mdl_config_log (timemodified);
CREATE INDEX mdl_conflog_use_ix ON mdl_config_log (userid);
CREATE TABLE mdl_cache_flags (
    id bigserial CONSTRAINT mdl_cachflag_id_pk PRIMARY KEY,
    flagtype varchar(255) DEFAULT '' NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    value text NOT NULL,
    expiry bigint NOT NULL
);
CREATE INDEX mdl_cachflag_fla_ix ON mdl_cache_flags (flagtype);
CREATE INDEX mdl_cachflag_nam_ix ON mdl_cache_flags (name);
CREATE TABLE mdl_logstore_standard_log (
    id bigserial CONSTRAINT mdl_logsstanlog_id_pk PRIMARY KEY,
    eventname varchar(255) DEFAULT '' NOT NULL,
    component varchar(100) DEFAULT '' NOT NULL,
    action varchar(100) DEFAULT '' NOT NULL,
    target varchar(100) DEFAULT '' NOT NULL,
    objecttable varchar(50),
    objectid bigint,
    crud varchar(1) DEFAULT '' NOT NULL,
    edulevel smallint NOT NULL,
    contextid bigint NOT NULL,
    contextlevel bigint NOT NULL,
    contextinstanceid bigint NOT NULL,
    userid bigint NOT NULL,
    courseid bigint,
    relateduserid bigint,
    anonymous smallint DEFAULT 0 NOT NULL,
    other text,
    timecreated bigint NOT NULL,
    origin varchar(10),
    ip varchar(45),
    realuserid bigint
);
CREATE INDEX mdl_logsstanlog_con_ix ON mdl_logstore_standard_log (contextid);
CREATE INDEX mdl_logsstanlog_cou_ix ON mdl_logstore_standard_log (courseid);
CREATE INDEX mdl_logsstanlog_couanotim_ix ON mdl_logstore_standard_log (courseid, anonymous, timecreated);
CREATE INDEX mdl_logsstanlog_rea_ix ON mdl_logstore_standard_log (realuserid);
CREATE INDEX mdl_logsstanlog_rel_ix ON mdl_logstore_standard_log (relateduserid);
CREATE INDEX mdl_logsstanlog_tim_ix ON mdl_logstore_standard_log (timecreated);
CREATE INDEX mdl_logsstanlog_use_ix ON mdl_logstore_standard_log (userid);
CREATE INDEX mdl_logsstanlog_useconconcr_ix ON mdl_logstore_standard_log (userid, contextlevel, contextinstanceid, crud, edulevel, timecreated);
CREATE TABLE mdl_sessions (
    id bigserial CONSTRAINT mdl_sess_id_pk PRIMARY KEY,
    state bigint DEFAULT 0 NOT NULL,
    sid varchar(128) DEFAULT '' NOT NULL,
    userid bigint NOT NULL,
    sessdata text,
    timecreated bigint NOT NULL,
    timemodified bigint NOT NULL,
    firstip varchar(45),
    lastip varchar(45)
);
CREATE UNIQUE INDEX mdl_sess_sid_uix ON mdl_sessions (sid);
CREATE INDEX mdl_sess_sta_ix ON mdl_sessions (state);
CREATE INDEX mdl_sess_tim2_ix ON mdl_sessions (timemodified);
CREATE INDEX mdl_sess_tim_ix ON mdl_sessions (timecreated);
CREATE INDEX mdl_sess_use_ix ON mdl_sessions (userid);
CREATE TABLE mdl_task_adhoc (
    id bigserial CONSTRAINT mdl_taskadho_id_pk PRIMARY KEY,
    component varchar(255) DEFAULT '' NOT NULL,
    classname varchar(255) DEFAULT '' NOT NULL,
    nextruntime bigint NOT NULL,
    faildelay bigint,
    customdata text,
    userid bigint,
    timecreated bigint DEFAULT 0 NOT NULL,
    timestarted bigint,
    hostname varchar(255),
    pid bigint,
    attemptsavailable smallint,
    firststartingtime bigint
);
CREATE INDEX mdl_taskadho_nex_ix ON mdl_task_adhoc (nextruntime);
CREATE INDEX mdl_taskadho_tim_ix ON mdl_task_adhoc (timestarted);
CREATE INDEX mdl_taskadho_use_ix ON mdl_task_adhoc (userid);
CREATE TABLE mdl_task_scheduled (
    id bigserial CONSTRAINT mdl_tasksche_id_pk PRIMARY KEY,
    component varchar(255) DEFAULT '' NOT NULL,
    classname varchar(255) DEFAULT '' NOT NULL,
    lastruntime bigint,
    nextruntime bigint,
    minute varchar(200) DEFAULT '' NOT NULL,
    hour varchar(70) DEFAULT '' NOT NULL,
    day varchar(90) DEFAULT '' NOT NULL,
    month varchar(30) DEFAULT '' NOT NULL,
    dayofweek varchar(25) DEFAULT '' NOT NULL,
    faildelay bigint,
    customised smallint DEFAULT 0 NOT NULL,
    disabled smallint DEFAULT 0 NOT NULL,
    timestarted bigint,
    hostname varchar(255),
    pid bigint
);
CREATE UNIQUE INDEX mdl_tasksche_cla_uix ON mdl_task_scheduled (classname);
CREATE TABLE mdl_upgrade_log (
    id bigserial CONSTRAINT mdl_upgrlog_id_pk PRIMARY KEY,
    type bigint NOT NULL,
    plugin varchar(100),
    version varchar(100),
    targetversion varchar(100),
    info varchar(255) DEFAULT '' NOT NULL,
    details text,
    backtrace text,
    userid bigint NOT NULL,
    timemodified bigint NOT NULL
);
CREATE INDEX mdl_upgrlog_tim_ix ON mdl_upgrade_log (timemodified);
CREATE INDEX mdl_upgrlog_typtim_ix ON mdl_upgrade_log (type, timemodified);
CREATE INDEX mdl_upgrlog_use_ix ON mdl_upgrade_log (userid);
CREATE TABLE mdl_mnet_host (
    id bigserial CONSTRAINT mdl_mnethost_id_pk PRIMARY KEY,
    deleted smallint DEFAULT 0 NOT NULL,
    wwwroot varchar(255) DEFAULT '' NOT NULL,
    ip_address varchar(45) DEFAULT '' NOT NULL,
    name varchar(80) DEFAULT '' NOT NULL,
    public_key text NOT NULL,
    public_key_expires bigint DEFAULT 0 NOT NULL,
    transport smallint DEFAULT 0 NOT NULL,
    portno integer DEFAULT 0 NOT NULL,
    last_connect_time bigint DEFAULT 0 NOT NULL,
    last_log_id bigint DEFAULT 0 NOT NULL,
    force_theme smallint DEFAULT 0 NOT NULL,
    theme varchar(100),
    applicationid bigint DEFAULT 1 NOT NULL,
    sslverification smallint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_mnethost_app_ix ON mdl_mnet_host (applicationid);
CREATE INDEX mdl_mnethost_las_ix ON mdl_mnet_host (last_log_id);
CREATE TABLE mdl_mnet_application (
    id bigserial CONSTRAINT mdl_mnetappl_id_pk PRIMARY KEY,
    name varchar(50) DEFAULT '' NOT NULL,
    display_name varchar(50) DEFAULT '' NOT NULL,
    xmlrpc_server_url varchar(255) DEFAULT '' NOT NULL,
    sso_land_url varchar(255) DEFAULT '' NOT NULL,
    sso_jump_url varchar(255) DEFAULT '' NOT NULL
);
CREATE TABLE mdl_license (
    id bigserial CONSTRAINT mdl_lice_id_pk PRIMARY KEY,
    shortname varchar(255),
    fullname text,
    source varchar(255),
    enabled smallint DEFAULT 1 NOT NULL,
    version bigint DEFAULT 0 NOT NULL,
    custom smallint DEFAULT 0 NOT NULL,
    sortorder integer DEFAULT 0 NOT NULL
);

-- Contexts, capabilities, roles
CREATE TABLE mdl_context (
    id bigserial CONSTRAINT mdl_cont_id_pk PRIMARY KEY,
    contextlevel bigint DEFAULT 0 NOT NULL,
    instanceid bigint DEFAULT 0 NOT NULL,
    path varchar(255),
    depth smallint DEFAULT 0 NOT NULL,
    locked smallint DEFAULT 0 NOT NULL
);
CREATE UNIQUE INDEX mdl_cont_conins_uix ON mdl_context (contextlevel, instanceid);
CREATE INDEX mdl_cont_ins_ix ON mdl_context (instanceid);
CREATE INDEX mdl_cont_pat_ix ON mdl_context (path);
CREATE INDEX mdl_cont_pat_ix_pattern ON mdl_context (path varchar_pattern_ops);
CREATE TABLE mdl_capabilities (
    id bigserial CONSTRAINT mdl_capa_id_pk PRIMARY KEY,
    name varchar(255) DEFAULT '' NOT NULL,
    captype varchar(50) DEFAULT '' NOT NULL,
    contextlevel bigint DEFAULT 0 NOT NULL,
    component varchar(100) DEFAULT '' NOT NULL,
    riskbitmask bigint DEFAULT 0 NOT NULL
);
CREATE UNIQUE INDEX mdl_capa_nam_uix ON mdl_capabilities (name);
CREATE TABLE mdl_role (
    id bigserial CONSTRAINT mdl_role_id_pk PRIMARY KEY,
    name varchar(255) DEFAULT '' NOT NULL,
    shortname varchar(100) DEFAULT '' NOT NULL,
    description text NOT NULL,
    sortorder bigint DEFAULT 0 NOT NULL,
    archetype varchar(30) DEFAULT '' NOT NULL
);
CREATE UNIQUE INDEX mdl_role_sho_uix ON mdl_role (shortname);
CREATE UNIQUE INDEX mdl_role_sor_uix ON mdl_role (sortorder);
CREATE TABLE mdl_role_names (
    id bigserial CONSTRAINT mdl_rolename_id_pk PRIMARY KEY,
    roleid bigint DEFAULT 0 NOT NULL,
    contextid bigint DEFAULT 0 NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL
);
CREATE INDEX mdl_rolename_con_ix ON mdl_role_names (contextid);
CREATE INDEX mdl_rolename_rol_ix ON mdl_role_names (roleid);
CREATE UNIQUE INDEX mdl_rolename_rolcon_uix ON mdl_role_names (roleid, contextid);
CREATE TABLE mdl_role_capabilities (
    id bigserial CONSTRAINT mdl_rolecapa_id_pk PRIMARY KEY,
    contextid bigint DEFAULT 0 NOT NULL,
    roleid bigint DEFAULT 0 NOT NULL,
    capability varchar(255) DEFAULT '' NOT NULL,
    permission bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    modifierid bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_rolecapa_cap_ix ON mdl_role_capabilities (capability);
CREATE INDEX mdl_rolecapa_con_ix ON mdl_role_capabilities (contextid);
CREATE INDEX mdl_rolecapa_mod_ix ON mdl_role_capabilities (modifierid);
CREATE INDEX mdl_rolecapa_rol_ix ON mdl_role_capabilities (roleid);
CREATE UNIQUE INDEX mdl_rolecapa_rolconcap_uix ON mdl_role_capabilities (roleid, contextid, capability);
CREATE TABLE mdl_role_assignments (
    id bigserial CONSTRAINT mdl_roleassi_id_pk PRIMARY KEY,
    roleid bigint DEFAULT 0 NOT NULL,
    contextid bigint DEFAULT 0 NOT NULL,
    userid bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    modifierid bigint DEFAULT 0 NOT NULL,
    component varchar(100) DEFAULT '' NOT NULL,
    itemid bigint DEFAULT 0 NOT NULL,
    sortorder bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_roleassi_comiteuse_ix ON mdl_role_assignments (component, itemid, userid);
CREATE INDEX mdl_roleassi_con_ix ON mdl_role_assignments (contextid);
CREATE INDEX mdl_roleassi_rol_ix ON mdl_role_assignments (roleid);
CREATE INDEX mdl_roleassi_rolcon_ix ON mdl_role_assignments (roleid, contextid);
CREATE INDEX mdl_roleassi_sor_ix ON mdl_role_assignments (sortorder);
CREATE INDEX mdl_roleassi_use_ix ON mdl_role_assignments (userid);
CREATE INDEX mdl_roleassi_useconrol_ix ON mdl_role_assignments (userid, contextid, roleid);
CREATE TABLE mdl_role_allow_assign (
    id bigserial CONSTRAINT mdl_rolealloassi_id_pk PRIMARY KEY,
    roleid bigint DEFAULT 0 NOT NULL,
    allowassign bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_rolealloassi_all_ix ON mdl_role_allow_assign (allowassign);
CREATE INDEX mdl_rolealloassi_rol_ix ON mdl_role_allow_assign (roleid);
CREATE UNIQUE INDEX mdl_rolealloassi_rolall_uix ON mdl_role_allow_assign (roleid, allowassign);
CREATE TABLE mdl_role_allow_override (
    id bigserial CONSTRAINT mdl_rolealloover_id_pk PRIMARY KEY,
    roleid bigint DEFAULT 0 NOT NULL,
    allowoverride bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_rolealloover_all_ix ON mdl_role_allow_override (allowoverride);
CREATE INDEX mdl_rolealloover_rol_ix ON mdl_role_allow_override (roleid);
CREATE UNIQUE INDEX mdl_rolealloover_rolall_uix ON mdl_role_allow_override (roleid, allowoverride);
CREATE TABLE mdl_role_allow_switch (
    id bigserial CONSTRAINT mdl_rolealloswit_id_pk PRIMARY KEY,
    roleid bigint NOT NULL,
    allowswitch bigint NOT NULL
);
CREATE INDEX mdl_rolealloswit_all_ix ON mdl_role_allow_switch (allowswitch);
CREATE INDEX mdl_rolealloswit_rol_ix ON mdl_role_allow_switch (roleid);
CREATE UNIQUE INDEX mdl_rolealloswit_rolall_uix ON mdl_role_allow_switch (roleid, allowswitch);
CREATE TABLE mdl_role_allow_view (
    id bigserial CONSTRAINT mdl_rolealloview_id_pk PRIMARY KEY,
    roleid bigint NOT NULL,
    allowview bigint NOT NULL
);
CREATE INDEX mdl_rolealloview_all_ix ON mdl_role_allow_view (allowview);
CREATE INDEX mdl_rolealloview_rol_ix ON mdl_role_allow_view (roleid);
CREATE UNIQUE INDEX mdl_rolealloview_rolall_uix ON mdl_role_allow_view (roleid, allowview);
CREATE TABLE mdl_role_context_levels (
    id bigserial CONSTRAINT mdl_rolecontleve_id_pk PRIMARY KEY,
    roleid bigint NOT NULL,
    contextlevel bigint NOT NULL
);
CREATE UNIQUE INDEX mdl_rolecontleve_conrol_uix ON mdl_role_context_levels (contextlevel, roleid);
CREATE INDEX mdl_rolecontleve_rol_ix ON mdl_role_context_levels (roleid);

-- People
CREATE TABLE mdl_user (
    id bigserial CONSTRAINT mdl_user_id_pk PRIMARY KEY,
    auth varchar(20) DEFAULT 'manual' NOT NULL,
    confirmed smallint DEFAULT 0 NOT NULL,
    policyagreed smallint DEFAULT 0 NOT NULL,
    deleted smallint DEFAULT 0 NOT NULL,
    suspended smallint DEFAULT 0 NOT NULL,
    mnethostid bigint DEFAULT 0 NOT NULL,
    username varchar(100) DEFAULT '' NOT NULL,
    password varchar(255) DEFAULT '' NOT NULL,
    idnumber varchar(255) DEFAULT '' NOT NULL,
    firstname varchar(100) DEFAULT '' NOT NULL,
    lastname varchar(100) DEFAULT '' NOT NULL,
    email varchar(100) DEFAULT '' NOT NULL,
    emailstop smallint DEFAULT 0 NOT NULL,
    phone1 varchar(20) DEFAULT '' NOT NULL,
    phone2 varchar(20) DEFAULT '' NOT NULL,
    institution varchar(255) DEFAULT '' NOT NULL,
    department varchar(255) DEFAULT '' NOT NULL,
    address varchar(255) DEFAULT '' NOT NULL,
    city varchar(120) DEFAULT '' NOT NULL,
    country varchar(2) DEFAULT '' NOT NULL,
    lang varchar(30) DEFAULT 'en' NOT NULL,
    calendartype varchar(30) DEFAULT 'gregorian' NOT NULL,
    theme varchar(50) DEFAULT '' NOT NULL,
    timezone varchar(100) DEFAULT '99' NOT NULL,
    firstaccess bigint DEFAULT 0 NOT NULL,
    lastaccess bigint DEFAULT 0 NOT NULL,
    lastlogin bigint DEFAULT 0 NOT NULL,
    currentlogin bigint DEFAULT 0 NOT NULL,
    lastip varchar(45) DEFAULT '' NOT NULL,
    secret varchar(15) DEFAULT '' NOT NULL,
    picture bigint DEFAULT 0 NOT NULL,
    description text,
    descriptionformat smallint DEFAULT 1 NOT NULL,
    mailformat smallint DEFAULT 1 NOT NULL,
    maildigest smallint DEFAULT 0 NOT NULL,
    maildisplay smallint DEFAULT 2 NOT NULL,
    autosubscribe smallint DEFAULT 1 NOT NULL,
    trackforums smallint DEFAULT 0 NOT NULL,
    timecreated bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    trustbitmask bigint DEFAULT 0 NOT NULL,
    imagealt varchar(255),
    lastnamephonetic varchar(255),
    firstnamephonetic varchar(255),
    middlename varchar(255),
    alternatename varchar(255),
    moodlenetprofile varchar(255)
);
CREATE INDEX mdl_user_alt_ix ON mdl_user (alternatename);
CREATE INDEX mdl_user_aut_ix ON mdl_user (auth);
CREATE INDEX mdl_user_cit_ix ON mdl_user (city);
CREATE INDEX mdl_user_con_ix ON mdl_user (confirmed);
CREATE INDEX mdl_user_cou_ix ON mdl_user (country);
CREATE INDEX mdl_user_del_ix ON mdl_user (deleted);
CREATE INDEX mdl_user_ema_ix ON mdl_user (email);
CREATE INDEX mdl_user_fir2_ix ON mdl_user (firstnamephonetic);
CREATE INDEX mdl_user_fir_ix ON mdl_user (firstname);
CREATE INDEX mdl_user_idn_ix ON mdl_user (idnumber);
CREATE INDEX mdl_user_las2_ix ON mdl_user (lastaccess);
CREATE INDEX mdl_user_las3_ix ON mdl_user (lastnamephonetic);
CREATE INDEX mdl_user_las_ix ON mdl_user (lastname);
CREATE INDEX mdl_user_mid_ix ON mdl_user (middlename);
CREATE UNIQUE INDEX mdl_user_mneuse_uix ON mdl_user (mnethostid, username);
CREATE TABLE mdl_user_preferences (
    id bigserial CONSTRAINT mdl_userpref_id_pk PRIMARY KEY,
    userid bigint DEFAULT 0 NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    value varchar(1333) DEFAULT '' NOT NULL
);
CREATE INDEX mdl_userpref_nam_ix ON mdl_user_preferences (name);
CREATE UNIQUE INDEX mdl_userpref_usenam_uix ON mdl_user_preferences (userid, name);
CREATE TABLE mdl_user_info_category (
    id bigserial CONSTRAINT mdl_userinfocate_id_pk PRIMARY KEY,
    name varchar(255) DEFAULT '' NOT NULL,
    sortorder bigint DEFAULT 0 NOT NULL
);
CREATE TABLE mdl_user_info_field (
    id bigserial CONSTRAINT mdl_userinfofiel_id_pk PRIMARY KEY,
    shortname varchar(255) DEFAULT 'shortname' NOT NULL,
    name text NOT NULL,
    datatype varchar(255) DEFAULT '' NOT NULL,
    description text,
    descriptionformat smallint DEFAULT 0 NOT NULL,
    categoryid bigint DEFAULT 0 NOT NULL,
    sortorder bigint DEFAULT 0 NOT NULL,
    required smallint DEFAULT 0 NOT NULL,
    locked smallint DEFAULT 0 NOT NULL,
    visible smallint DEFAULT 0 NOT NULL,
    forceunique smallint DEFAULT 0 NOT NULL,
    signup smallint DEFAULT 0 NOT NULL,
    defaultdata text,
    defaultdataformat smallint DEFAULT 0 NOT NULL,
    param1 text,
    param2 text,
    param3 text,
    param4 text,
    param5 text
);
CREATE TABLE mdl_user_info_data (
    id bigserial CONSTRAINT mdl_userinfodata_id_pk PRIMARY KEY,
    userid bigint DEFAULT 0 NOT NULL,
    fieldid bigint DEFAULT 0 NOT NULL,
    data text NOT NULL,
    dataformat smallint DEFAULT 0 NOT NULL
);
CREATE UNIQUE INDEX mdl_userinfodata_usefie_uix ON mdl_user_info_data (userid, fieldid);
CREATE TABLE mdl_user_lastaccess (
    id bigserial CONSTRAINT mdl_userlast_id_pk PRIMARY KEY,
    userid bigint DEFAULT 0 NOT NULL,
    courseid bigint DEFAULT 0 NOT NULL,
    timeaccess bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_userlast_cou_ix ON mdl_user_lastaccess (courseid);
CREATE INDEX mdl_userlast_use_ix ON mdl_user_lastaccess (userid);
CREATE UNIQUE INDEX mdl_userlast_usecou_uix ON mdl_user_lastaccess (userid, courseid);
CREATE TABLE mdl_oauth2_refresh_token (
    id bigserial CONSTRAINT mdl_oautrefrtoke_id_pk PRIMARY KEY,
    timecreated bigint NOT NULL,
    timemodified bigint NOT NULL,
    userid bigint NOT NULL,
    issuerid bigint NOT NULL,
    token text NOT NULL,
    scopehash varchar(40) DEFAULT '' NOT NULL
);
CREATE INDEX mdl_oautrefrtoke_iss_ix ON mdl_oauth2_refresh_token (issuerid);
CREATE INDEX mdl_oautrefrtoke_use_ix ON mdl_oauth2_refresh_token (userid);
CREATE UNIQUE INDEX mdl_oautrefrtoke_useisssco_uix ON mdl_oauth2_refresh_token (userid, issuerid, scopehash);
CREATE TABLE mdl_user_private_key (
    id bigserial CONSTRAINT mdl_userprivkey_id_pk PRIMARY KEY,
    script varchar(128) DEFAULT '' NOT NULL,
    value varchar(128) DEFAULT '' NOT NULL,
    userid bigint NOT NULL,
    instance bigint,
    iprestriction varchar(255),
    validuntil bigint,
    timecreated bigint
);
CREATE INDEX mdl_userprivkey_scrval_ix ON mdl_user_private_key (script, value);
CREATE INDEX mdl_userprivkey_use_ix ON mdl_user_private_key (userid);
CREATE TABLE mdl_user_password_history (
    id bigserial CONSTRAINT mdl_userpasshist_id_pk PRIMARY KEY,
    userid bigint NOT NULL,
    hash varchar(255) DEFAULT '' NOT NULL,
    timecreated bigint NOT NULL
);
CREATE INDEX mdl_userpasshist_use_ix ON mdl_user_password_history (userid);
CREATE TABLE mdl_user_password_resets (
    id bigserial CONSTRAINT mdl_userpassrese_id_pk PRIMARY KEY,
    userid bigint NOT NULL,
    timerequested bigint NOT NULL,
    timererequested bigint DEFAULT 0 NOT NULL,
    token varchar(32) DEFAULT '' NOT NULL
);
CREATE INDEX mdl_userpassrese_use_ix ON mdl_user_password_resets (userid);
CREATE TABLE mdl_user_devices (
    id bigserial CONSTRAINT mdl_userdevi_id_pk PRIMARY KEY,
    userid bigint DEFAULT 0 NOT NULL,
    appid varchar(128) DEFAULT '' NOT NULL,
    name varchar(32) DEFAULT '' NOT NULL,
    model varchar(32) DEFAULT '' NOT NULL,
    platform varchar(32) DEFAULT '' NOT NULL,
    version varchar(32) DEFAULT '' NOT NULL,
    pushid varchar(255) DEFAULT '' NOT NULL,
    uuid varchar(255) DEFAULT '' NOT NULL,
    publickey text,
    timecreated bigint NOT NULL,
    timemodified bigint NOT NULL
);
CREATE UNIQUE INDEX mdl_userdevi_pususe_uix ON mdl_user_devices (pushid, userid);
CREATE INDEX mdl_userdevi_use_ix ON mdl_user_devices (userid);
CREATE INDEX mdl_userdevi_uuiuse_ix ON mdl_user_devices (uuid, userid);
CREATE TABLE mdl_user_enrolments (
    id bigserial CONSTRAINT mdl_userenro_id_pk PRIMARY KEY,
    status bigint DEFAULT 0 NOT NULL,
    enrolid bigint NOT NULL,
    userid bigint NOT NULL,
    timestart bigint DEFAULT 0 NOT NULL,
    timeend bigint DEFAULT 2147483647 NOT NULL,
    modifierid bigint DEFAULT 0 NOT NULL,
    timecreated bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_userenro_enr_ix ON mdl_user_enrolments (enrolid);
CREATE UNIQUE INDEX mdl_userenro_enruse_uix ON mdl_user_enrolments (enrolid, userid);
CREATE INDEX mdl_userenro_mod_ix ON mdl_user_enrolments (modifierid);
CREATE INDEX mdl_userenro_use_ix ON mdl_user_enrolments (userid);
CREATE TABLE mdl_auth_oauth2_linked_login (
    id bigserial CONSTRAINT mdl_authoautlinklogi_id_pk PRIMARY KEY,
    timecreated bigint NOT NULL,
    timemodified bigint NOT NULL,
    usermodified bigint NOT NULL,
    userid bigint NOT NULL,
    issuerid bigint NOT NULL,
    username varchar(255) DEFAULT '' NOT NULL,
    email text NOT NULL,
    confirmtoken varchar(64) DEFAULT '' NOT NULL,
    confirmtokenexpires bigint
);
CREATE INDEX mdl_authoautlinklogi_iss_ix ON mdl_auth_oauth2_linked_login (issuerid);
CREATE INDEX mdl_authoautlinklogi_issuse_ix ON mdl_auth_oauth2_linked_login (issuerid, username);
CREATE INDEX mdl_authoautlinklogi_use2_ix ON mdl_auth_oauth2_linked_login (userid);
CREATE INDEX mdl_authoautlinklogi_use_ix ON mdl_auth_oauth2_linked_login (usermodified);
CREATE UNIQUE INDEX mdl_authoautlinklogi_useis_uix ON mdl_auth_oauth2_linked_login (userid, issuerid, username);
CREATE TABLE mdl_auth_lti_linked_login (
    id bigserial CONSTRAINT mdl_authltilinklogi_id_pk PRIMARY KEY,
    userid bigint NOT NULL,
    issuer text NOT NULL,
    issuer256 varchar(64) DEFAULT '' NOT NULL,
    sub varchar(255) DEFAULT '' NOT NULL,
    sub256 varchar(64) DEFAULT '' NOT NULL,
    timecreated bigint NOT NULL,
    timemodified bigint NOT NULL
);
CREATE INDEX mdl_authltilinklogi_use_ix ON mdl_auth_lti_linked_login (userid);
CREATE UNIQUE INDEX mdl_authltilinklogi_useiss_uix ON mdl_auth_lti_linked_login (userid, issuer256, sub256);
CREATE TABLE mdl_cohort (
    id bigserial CONSTRAINT mdl_coho_id_pk PRIMARY KEY,
    contextid bigint NOT NULL,
    name varchar(254) DEFAULT '' NOT NULL,
    idnumber varchar(100),
    description text,
    descriptionformat smallint NOT NULL,
    visible smallint DEFAULT 1 NOT NULL,
    component varchar(100) DEFAULT '' NOT NULL,
    timecreated bigint NOT NULL,
    timemodified bigint NOT NULL,
    theme varchar(50)
);
CREATE INDEX mdl_coho_con_ix ON mdl_cohort (contextid);
CREATE TABLE mdl_cohort_members (
    id bigserial CONSTRAINT mdl_cohomemb_id_pk PRIMARY KEY,
    cohortid bigint DEFAULT 0 NOT NULL,
    userid bigint DEFAULT 0 NOT NULL,
    timeadded bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_cohomemb_coh_ix ON mdl_cohort_members (cohortid);
CREATE UNIQUE INDEX mdl_cohomemb_cohuse_uix ON mdl_cohort_members (cohortid, userid);
CREATE INDEX mdl_cohomemb_use_ix ON mdl_cohort_members (userid);
CREATE TABLE mdl_tag (
    id bigserial CONSTRAINT mdl_tag_id_pk PRIMARY KEY,
    userid bigint NOT NULL,
    tagcollid bigint NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    rawname varchar(255) DEFAULT '' NOT NULL,
    isstandard smallint DEFAULT 0 NOT NULL,
    description text,
    descriptionformat smallint DEFAULT 0 NOT NULL,
    flag smallint DEFAULT 0,
    timemodified bigint
);
CREATE INDEX mdl_tag_tag_ix ON mdl_tag (tagcollid);
CREATE INDEX mdl_tag_tagiss_ix ON mdl_tag (tagcollid, isstandard);
CREATE UNIQUE INDEX mdl_tag_tagnam_uix ON mdl_tag (tagcollid, name);
CREATE INDEX mdl_tag_use_ix ON mdl_tag (userid);
CREATE TABLE mdl_tag_area (
    id bigserial CONSTRAINT mdl_tagarea_id_pk PRIMARY KEY,
    component varchar(100) DEFAULT '' NOT NULL,
    itemtype varchar(100) DEFAULT '' NOT NULL,
    enabled smallint DEFAULT 1 NOT NULL,
    tagcollid bigint NOT NULL,
    callback varchar(100),
    callbackfile varchar(100),
    showstandard smallint DEFAULT 0 NOT NULL,
    multiplecontexts smallint DEFAULT 0 NOT NULL
);
CREATE UNIQUE INDEX mdl_tagarea_comite_uix ON mdl_tag_area (component, itemtype);
CREATE INDEX mdl_tagarea_tag_ix ON mdl_tag_area (tagcollid);
CREATE TABLE mdl_tag_coll (
    id bigserial CONSTRAINT mdl_tagcoll_id_pk PRIMARY KEY,
    name varchar(255),
    isdefault smallint DEFAULT 0 NOT NULL,
    component varchar(100),
    sortorder integer DEFAULT 0 NOT NULL,
    searchable smallint DEFAULT 1 NOT NULL,
    customurl varchar(255)
);
CREATE TABLE mdl_tag_instance (
    id bigserial CONSTRAINT mdl_taginst_id_pk PRIMARY KEY,
    tagid bigint NOT NULL,
    component varchar(100) DEFAULT '' NOT NULL,
    itemtype varchar(100) DEFAULT '' NOT NULL,
    itemid bigint NOT NULL,
    contextid bigint,
    tiuserid bigint DEFAULT 0 NOT NULL,
    ordering bigint,
    timecreated bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL
);
CREATE UNIQUE INDEX mdl_taginst_comiteiteconti_uix ON mdl_tag_instance (component, itemtype, itemid, contextid, tiuserid, tagid);
CREATE INDEX mdl_taginst_con_ix ON mdl_tag_instance (contextid);
CREATE INDEX mdl_taginst_itecomtagcon_ix ON mdl_tag_instance (itemtype, component, tagid, contextid);
CREATE INDEX mdl_taginst_tag_ix ON mdl_tag_instance (tagid);
CREATE TABLE mdl_tag_correlation (
    id bigserial CONSTRAINT mdl_tagcorr_id_pk PRIMARY KEY,
    tagid bigint NOT NULL,
    correlatedtags text NOT NULL
);
CREATE INDEX mdl_tagcorr_tag_ix ON mdl_tag_correlation (tagid);
CREATE TABLE mdl_favourite (
    id bigserial CONSTRAINT mdl_favo_id_pk PRIMARY KEY,
    component varchar(100) DEFAULT '' NOT NULL,
    itemtype varchar(100) DEFAULT '' NOT NULL,
    itemid bigint NOT NULL,
    contextid bigint NOT NULL,
    userid bigint NOT NULL,
    ordering bigint,
    timecreated bigint NOT NULL,
    timemodified bigint NOT NULL
);
CREATE UNIQUE INDEX mdl_favo_comiteiteconuse_uix ON mdl_favourite (component, itemtype, itemid, contextid, userid);
CREATE INDEX mdl_favo_con_ix ON mdl_favourite (contextid);
CREATE INDEX mdl_favo_use_ix ON mdl_favourite (userid);
CREATE TABLE mdl_my_pages (
    id bigserial CONSTRAINT mdl_mypage_id_pk PRIMARY KEY,
    userid bigint DEFAULT 0,
    name varchar(200) DEFAULT '' NOT NULL,
    private smallint DEFAULT 1 NOT NULL,
    sortorder integer DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_mypage_usepri_ix ON mdl_my_pages (userid, private);
CREATE TABLE mdl_competency_userevidence (
    id bigserial CONSTRAINT mdl_compuser_id7_pk PRIMARY KEY,
    userid bigint NOT NULL,
    name varchar(100) DEFAULT '' NOT NULL,
    description text NOT NULL,
    descriptionformat smallint NOT NULL,
    url text NOT NULL,
    timecreated bigint NOT NULL,
    timemodified bigint NOT NULL,
    usermodified bigint NOT NULL
);
CREATE INDEX mdl_compuser_use4_ix ON mdl_competency_userevidence (userid);
CREATE INDEX mdl_compuser_use5_ix ON mdl_competency_userevidence (usermodified);
CREATE TABLE mdl_competency_userevidencecomp (
    id bigserial CONSTRAINT mdl_compuser_id9_pk PRIMARY KEY,
    userevidenceid bigint NOT NULL,
    competencyid bigint NOT NULL,
    timecreated bigint NOT NULL,
    timemodified bigint NOT NULL,
    usermodified bigint NOT NULL
);
CREATE INDEX mdl_compuser_use6_ix ON mdl_competency_userevidencecomp (userevidenceid);
CREATE INDEX mdl_compuser_use7_ix ON mdl_competency_userevidencecomp (usermodified);
CREATE UNIQUE INDEX mdl_compuser_usecom2_uix ON mdl_competency_userevidencecomp (userevidenceid, competencyid);
CREATE TABLE mdl_competency_evidence (
    id bigserial CONSTRAINT mdl_compevid_id_pk PRIMARY KEY,
    usercompetencyid bigint NOT NULL,
    contextid bigint NOT NULL,
    action smallint NOT NULL,
    actionuserid bigint,
    descidentifier varchar(255) DEFAULT '' NOT NULL,
    desccomponent varchar(255) DEFAULT '' NOT NULL,
    desca text,
    url varchar(255),
    grade bigint,
    note text,
    timecreated bigint NOT NULL,
    timemodified bigint NOT NULL,
    usermodified bigint NOT NULL
);
CREATE INDEX mdl_compevid_act_ix ON mdl_competency_evidence (actionuserid);
CREATE INDEX mdl_compevid_con_ix ON mdl_competency_evidence (contextid);
CREATE INDEX mdl_compevid_use2_ix ON mdl_competency_evidence (usermodified);
CREATE INDEX mdl_compevid_use_ix ON mdl_competency_evidence (usercompetencyid);
CREATE TABLE mdl_competency_plan (
    id bigserial CONSTRAINT mdl_compplan_id_pk PRIMARY KEY,
    name varchar(100) DEFAULT '' NOT NULL,
    description text,
    descriptionformat smallint DEFAULT 0 NOT NULL,
    userid bigint NOT NULL,
    templateid bigint,
    origtemplateid bigint,
    status smallint NOT NULL,
    duedate bigint DEFAULT 0,
    reviewerid bigint,
    timecreated bigint NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    usermodified bigint NOT NULL
);
CREATE INDEX mdl_compplan_stadue_ix ON mdl_competency_plan (status, duedate);
CREATE INDEX mdl_compplan_tem_ix ON mdl_competency_plan (templateid);
CREATE INDEX mdl_compplan_use_ix ON mdl_competency_plan (usermodified);
CREATE INDEX mdl_compplan_usesta_ix ON mdl_competency_plan (userid, status);
CREATE TABLE mdl_competency_plancomp (
    id bigserial CONSTRAINT mdl_compplan_id3_pk PRIMARY KEY,
    planid bigint NOT NULL,
    competencyid bigint NOT NULL,
    sortorder bigint,
    timecreated bigint NOT NULL,
    timemodified bigint,
    usermodified bigint NOT NULL
);
CREATE UNIQUE INDEX mdl_compplan_placom_uix ON mdl_competency_plancomp (planid, competencyid);
CREATE INDEX mdl_compplan_use2_ix ON mdl_competency_plancomp (usermodified);
CREATE TABLE mdl_competency_usercomp (
    id bigserial CONSTRAINT mdl_compuser_id_pk PRIMARY KEY,
    userid bigint NOT NULL,
    competencyid bigint NOT NULL,
    status smallint DEFAULT 0 NOT NULL,
    reviewerid bigint,
    proficiency smallint,
    grade bigint,
    timecreated bigint NOT NULL,
    timemodified bigint,
    usermodified bigint NOT NULL
);
CREATE INDEX mdl_compuser_use_ix ON mdl_competency_usercomp (usermodified);
CREATE UNIQUE INDEX mdl_compuser_usecom_uix ON mdl_competency_usercomp (userid, competencyid);
CREATE TABLE mdl_competency_usercompplan (
    id bigserial CONSTRAINT mdl_compuser_id5_pk PRIMARY KEY,
    userid bigint NOT NULL,
    competencyid bigint NOT NULL,
    planid bigint NOT NULL,
    proficiency smallint,
    grade bigint,
    sortorder bigint,
    timecreated bigint NOT NULL,
    timemodified bigint,
    usermodified bigint NOT NULL
);
CREATE INDEX mdl_compuser_use3_ix ON mdl_competency_usercompplan (usermodified);
CREATE UNIQUE INDEX mdl_compuser_usecompla_uix ON mdl_competency_usercompplan (userid, competencyid, planid);
CREATE TABLE mdl_competency_usercompcourse (
    id bigserial CONSTRAINT mdl_compuser_id3_pk PRIMARY KEY,
    userid bigint NOT NULL,
    courseid bigint NOT NULL,
    competencyid bigint NOT NULL,
    proficiency smallint,
    grade bigint,
    timecreated bigint NOT NULL,
    timemodified bigint,
    usermodified bigint NOT NULL
);
CREATE INDEX mdl_compuser_use2_ix ON mdl_competency_usercompcourse (usermodified);
CREATE UNIQUE INDEX mdl_compuser_usecoucom_uix ON mdl_competency_usercompcourse (userid, courseid, competencyid);
CREATE TABLE mdl_tool_dataprivacy_request (
    id bigserial CONSTRAINT mdl_tooldatarequ_id_pk PRIMARY KEY,
    type bigint DEFAULT 0 NOT NULL,
    comments text,
    commentsformat smallint DEFAULT 0 NOT NULL,
    userid bigint DEFAULT 0 NOT NULL,
    requestedby bigint DEFAULT 0 NOT NULL,
    status smallint DEFAULT 0 NOT NULL,
    dpo bigint DEFAULT 0,
    dpocomment text,
    dpocommentformat smallint DEFAULT 0 NOT NULL,
    systemapproved smallint DEFAULT 0 NOT NULL,
    usermodified bigint DEFAULT 0 NOT NULL,
    timecreated bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    creationmethod bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_tooldatarequ_dpo_ix ON mdl_tool_dataprivacy_request (dpo);
CREATE INDEX mdl_tooldatarequ_req_ix ON mdl_tool_dataprivacy_request (requestedby);
CREATE INDEX mdl_tooldatarequ_use2_ix ON mdl_tool_dataprivacy_request (usermodified);
CREATE INDEX mdl_tooldatarequ_use_ix ON mdl_tool_dataprivacy_request (userid);
CREATE TABLE mdl_tool_dataprivacy_contextlist (
    id bigserial CONSTRAINT mdl_tooldatacont_id_pk PRIMARY KEY,
    component varchar(255) DEFAULT '' NOT NULL,
    timecreated bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL
);
CREATE TABLE mdl_tool_mfa (
    id bigserial CONSTRAINT mdl_toolmfa_id_pk PRIMARY KEY,
    userid bigint NOT NULL,
    factor varchar(100) DEFAULT '' NOT NULL,
    secret varchar(1333),
    label varchar(1333),
    timecreated bigint,
    createdfromip varchar(100),
    timemodified bigint,
    lastverified bigint,
    revoked smallint DEFAULT 0 NOT NULL,
    lockcounter integer DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_toolmfa_fac_ix ON mdl_tool_mfa (factor);
CREATE INDEX mdl_toolmfa_use_ix ON mdl_tool_mfa (userid);
CREATE INDEX mdl_toolmfa_usefacloc_ix ON mdl_tool_mfa (userid, factor, lockcounter);
CREATE TABLE mdl_tool_monitor_subscriptions (
    id bigserial CONSTRAINT mdl_toolmonisubs_id_pk PRIMARY KEY,
    courseid bigint NOT NULL,
    ruleid bigint NOT NULL,
    cmid bigint NOT NULL,
    userid bigint NOT NULL,
    timecreated bigint NOT NULL,
    lastnotificationsent bigint DEFAULT 0 NOT NULL,
    inactivedate bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_toolmonisubs_couuse_ix ON mdl_tool_monitor_subscriptions (courseid, userid);
CREATE INDEX mdl_toolmonisubs_rul_ix ON mdl_tool_monitor_subscriptions (ruleid);

-- Courses: categories, sections, modules, formats, enrolment, groups, completion
CREATE TABLE mdl_course_categories (
    id bigserial CONSTRAINT mdl_courcate_id_pk PRIMARY KEY,
    name varchar(255) DEFAULT '' NOT NULL,
    idnumber varchar(100),
    description text,
    descriptionformat smallint DEFAULT 0 NOT NULL,
    parent bigint DEFAULT 0 NOT NULL,
    sortorder bigint DEFAULT 0 NOT NULL,
    coursecount bigint DEFAULT 0 NOT NULL,
    visible smallint DEFAULT 1 NOT NULL,
    visibleold smallint DEFAULT 1 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    depth bigint DEFAULT 0 NOT NULL,
    path varchar(255) DEFAULT '' NOT NULL,
    theme varchar(50)
);
CREATE INDEX mdl_courcate_par_ix ON mdl_course_categories (parent);
CREATE TABLE mdl_course (
    id bigserial CONSTRAINT mdl_cour_id_pk PRIMARY KEY,
    category bigint DEFAULT 0 NOT NULL,
    sortorder bigint DEFAULT 0 NOT NULL,
    fullname varchar(254) DEFAULT '' NOT NULL,
    shortname varchar(255) DEFAULT '' NOT NULL,
    idnumber varchar(100) DEFAULT '' NOT NULL,
    summary text,
    summaryformat smallint DEFAULT 0 NOT NULL,
    format varchar(21) DEFAULT 'topics' NOT NULL,
    showgrades smallint DEFAULT 1 NOT NULL,
    newsitems integer DEFAULT 1 NOT NULL,
    startdate bigint DEFAULT 0 NOT NULL,
    enddate bigint DEFAULT 0 NOT NULL,
    relativedatesmode smallint DEFAULT 0 NOT NULL,
    marker bigint DEFAULT 0 NOT NULL,
    maxbytes bigint DEFAULT 0 NOT NULL,
    legacyfiles smallint DEFAULT 0 NOT NULL,
    showreports smallint DEFAULT 0 NOT NULL,
    visible smallint DEFAULT 1 NOT NULL,
    visibleold smallint DEFAULT 1 NOT NULL,
    downloadcontent smallint,
    groupmode smallint DEFAULT 0 NOT NULL,
    groupmodeforce smallint DEFAULT 0 NOT NULL,
    defaultgroupingid bigint DEFAULT 0 NOT NULL,
    lang varchar(30) DEFAULT '' NOT NULL,
    calendartype varchar(30) DEFAULT '' NOT NULL,
    theme varchar(50) DEFAULT '' NOT NULL,
    timecreated bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    requested smallint DEFAULT 0 NOT NULL,
    enablecompletion smallint DEFAULT 0 NOT NULL,
    completionnotify smallint DEFAULT 0 NOT NULL,
    cacherev bigint DEFAULT 0 NOT NULL,
    originalcourseid bigint,
    showactivitydates smallint DEFAULT 0 NOT NULL,
    showcompletionconditions smallint,
    pdfexportfont varchar(50)
);
CREATE INDEX mdl_cour_cat_ix ON mdl_course (category);
CREATE INDEX mdl_cour_idn_ix ON mdl_course (idnumber);
CREATE INDEX mdl_cour_ori_ix ON mdl_course (originalcourseid);
CREATE INDEX mdl_cour_sho_ix ON mdl_course (shortname);
CREATE INDEX mdl_cour_sor_ix ON mdl_course (sortorder);
CREATE TABLE mdl_course_sections (
    id bigserial CONSTRAINT mdl_coursect_id_pk PRIMARY KEY,
    course bigint DEFAULT 0 NOT NULL,
    section bigint DEFAULT 0 NOT NULL,
    name varchar(255),
    summary text,
    summaryformat smallint DEFAULT 0 NOT NULL,
    sequence text,
    visible smallint DEFAULT 1 NOT NULL,
    availability text,
    component varchar(100),
    itemid bigint,
    timemodified bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_coursect_comite_ix ON mdl_course_sections (component, itemid);
CREATE UNIQUE INDEX mdl_coursect_cousec_uix ON mdl_course_sections (course, section);
CREATE TABLE mdl_modules (
    id bigserial CONSTRAINT mdl_modu_id_pk PRIMARY KEY,
    name varchar(20) DEFAULT '' NOT NULL,
    cron bigint DEFAULT 0 NOT NULL,
    lastcron bigint DEFAULT 0 NOT NULL,
    search varchar(255) DEFAULT '' NOT NULL,
    visible smallint DEFAULT 1 NOT NULL
);
CREATE INDEX mdl_modu_nam_ix ON mdl_modules (name);
CREATE TABLE mdl_course_modules (
    id bigserial CONSTRAINT mdl_courmodu_id_pk PRIMARY KEY,
    course bigint DEFAULT 0 NOT NULL,
    module bigint DEFAULT 0 NOT NULL,
    instance bigint DEFAULT 0 NOT NULL,
    section bigint DEFAULT 0 NOT NULL,
    idnumber varchar(100),
    added bigint DEFAULT 0 NOT NULL,
    score smallint DEFAULT 0 NOT NULL,
    indent integer DEFAULT 0 NOT NULL,
    visible smallint DEFAULT 1 NOT NULL,
    visibleoncoursepage smallint DEFAULT 1 NOT NULL,
    visibleold smallint DEFAULT 1 NOT NULL,
    groupmode smallint DEFAULT 0 NOT NULL,
    groupingid bigint DEFAULT 0 NOT NULL,
    completion smallint DEFAULT 0 NOT NULL,
    completiongradeitemnumber bigint,
    completionview smallint DEFAULT 0 NOT NULL,
    completionexpected bigint DEFAULT 0 NOT NULL,
    completionpassgrade smallint DEFAULT 0 NOT NULL,
    showdescription smallint DEFAULT 0 NOT NULL,
    availability text,
    deletioninprogress smallint DEFAULT 0 NOT NULL,
    downloadcontent smallint DEFAULT 1,
    lang varchar(30)
);
CREATE INDEX mdl_courmodu_cou_ix ON mdl_course_modules (course);
CREATE INDEX mdl_courmodu_gro_ix ON mdl_course_modules (groupingid);
CREATE INDEX mdl_courmodu_idncou_ix ON mdl_course_modules (idnumber, course);
CREATE INDEX mdl_courmodu_ins_ix ON mdl_course_modules (instance);
CREATE INDEX mdl_courmodu_mod_ix ON mdl_course_modules (module);
CREATE INDEX mdl_courmodu_vis_ix ON mdl_course_modules (visible);
CREATE TABLE mdl_course_format_options (
    id bigserial CONSTRAINT mdl_courformopti_id_pk PRIMARY KEY,
    courseid bigint NOT NULL,
    format varchar(21) DEFAULT '' NOT NULL,
    sectionid bigint DEFAULT 0 NOT NULL,
    name varchar(100) DEFAULT '' NOT NULL,
    value text
);
CREATE INDEX mdl_courformopti_cou_ix ON mdl_course_format_options (courseid);
CREATE UNIQUE INDEX mdl_courformopti_couforsec_uix ON mdl_course_format_options (courseid, format, sectionid, name);
CREATE TABLE mdl_course_request (
    id bigserial CONSTRAINT mdl_courrequ_id_pk PRIMARY KEY,
    fullname varchar(254) DEFAULT '' NOT NULL,
    shortname varchar(100) DEFAULT '' NOT NULL,
    summary text NOT NULL,
    summaryformat smallint DEFAULT 0 NOT NULL,
    category bigint DEFAULT 0 NOT NULL,
    reason text NOT NULL,
    requester bigint DEFAULT 0 NOT NULL,
    password varchar(50) DEFAULT '' NOT NULL
);
CREATE INDEX mdl_courrequ_sho_ix ON mdl_course_request (shortname);
CREATE TABLE mdl_course_completions (
    id bigserial CONSTRAINT mdl_courcomp_id_pk PRIMARY KEY,
    userid bigint DEFAULT 0 NOT NULL,
    course bigint DEFAULT 0 NOT NULL,
    timeenrolled bigint DEFAULT 0 NOT NULL,
    timestarted bigint DEFAULT 0 NOT NULL,
    timecompleted bigint,
    reaggregate bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_courcomp_cou_ix ON mdl_course_completions (course);
CREATE INDEX mdl_courcomp_tim_ix ON mdl_course_completions (timecompleted);
CREATE INDEX mdl_courcomp_use_ix ON mdl_course_completions (userid);
CREATE UNIQUE INDEX mdl_courcomp_usecou_uix ON mdl_course_completions (userid, course);
CREATE TABLE mdl_course_completion_criteria (
    id bigserial CONSTRAINT mdl_courcompcrit_id_pk PRIMARY KEY,
    course bigint DEFAULT 0 NOT NULL,
    criteriatype bigint DEFAULT 0 NOT NULL,
    module varchar(100),
    moduleinstance bigint,
    courseinstance bigint,
    enrolperiod bigint,
    timeend bigint,
    gradepass numeric(10,5),
    role bigint
);
CREATE INDEX mdl_courcompcrit_cou_ix ON mdl_course_completion_criteria (course);
CREATE TABLE mdl_course_completion_crit_compl (
    id bigserial CONSTRAINT mdl_courcompcritcomp_id_pk PRIMARY KEY,
    userid bigint DEFAULT 0 NOT NULL,
    course bigint DEFAULT 0 NOT NULL,
    criteriaid bigint DEFAULT 0 NOT NULL,
    gradefinal numeric(10,5),
    unenroled bigint,
    timecompleted bigint
);
CREATE INDEX mdl_courcompcritcomp_cou_ix ON mdl_course_completion_crit_compl (course);
CREATE INDEX mdl_courcompcritcomp_cri_ix ON mdl_course_completion_crit_compl (criteriaid);
CREATE INDEX mdl_courcompcritcomp_tim_ix ON mdl_course_completion_crit_compl (timecompleted);
CREATE INDEX mdl_courcompcritcomp_use_ix ON mdl_course_completion_crit_compl (userid);
CREATE UNIQUE INDEX mdl_courcompcritcomp_useco_uix ON mdl_course_completion_crit_compl (userid, course, criteriaid);
CREATE TABLE mdl_course_completion_aggr_methd (
    id bigserial CONSTRAINT mdl_courcompaggrmeth_id_pk PRIMARY KEY,
    course bigint DEFAULT 0 NOT NULL,
    criteriatype bigint,
    method smallint DEFAULT 0 NOT NULL,
    value numeric(10,5)
);
CREATE INDEX mdl_courcompaggrmeth_cou_ix ON mdl_course_completion_aggr_methd (course);
CREATE UNIQUE INDEX mdl_courcompaggrmeth_coucr_uix ON mdl_course_completion_aggr_methd (course, criteriatype);
CREATE INDEX mdl_courcompaggrmeth_cri_ix ON mdl_course_completion_aggr_methd (criteriatype);
CREATE TABLE mdl_course_completion_defaults (
    id bigserial CONSTRAINT mdl_courcompdefa_id_pk PRIMARY KEY,
    course bigint NOT NULL,
    module bigint NOT NULL,
    completion smallint DEFAULT 0 NOT NULL,
    completionview smallint DEFAULT 0 NOT NULL,
    completionusegrade smallint DEFAULT 0 NOT NULL,
    completionpassgrade smallint DEFAULT 0 NOT NULL,
    completionexpected bigint DEFAULT 0 NOT NULL,
    customrules text
);
CREATE INDEX mdl_courcompdefa_cou_ix ON mdl_course_completion_defaults (course);
CREATE UNIQUE INDEX mdl_courcompdefa_coumod_uix ON mdl_course_completion_defaults (course, module);
CREATE INDEX mdl_courcompdefa_mod_ix ON mdl_course_completion_defaults (module);
CREATE TABLE mdl_course_modules_completion (
    id bigserial CONSTRAINT mdl_courmoducomp_id_pk PRIMARY KEY,
    coursemoduleid bigint NOT NULL,
    userid bigint NOT NULL,
    completionstate smallint NOT NULL,
    overrideby bigint,
    timemodified bigint NOT NULL
);
CREATE INDEX mdl_courmoducomp_cou_ix ON mdl_course_modules_completion (coursemoduleid);
CREATE UNIQUE INDEX mdl_courmoducomp_usecou_uix ON mdl_course_modules_completion (userid, coursemoduleid);
CREATE TABLE mdl_course_modules_viewed (
    id bigserial CONSTRAINT mdl_courmoduview_id_pk PRIMARY KEY,
    coursemoduleid bigint NOT NULL,
    userid bigint NOT NULL,
    timecreated bigint NOT NULL
);
CREATE INDEX mdl_courmoduview_cou_ix ON mdl_course_modules_viewed (coursemoduleid);
CREATE UNIQUE INDEX mdl_courmoduview_usecou_uix ON mdl_course_modules_viewed (userid, coursemoduleid);
CREATE TABLE mdl_enrol (
    id bigserial CONSTRAINT mdl_enro_id_pk PRIMARY KEY,
    enrol varchar(20) DEFAULT '' NOT NULL,
    status bigint DEFAULT 0 NOT NULL,
    courseid bigint NOT NULL,
    sortorder bigint DEFAULT 0 NOT NULL,
    name varchar(255),
    enrolperiod bigint DEFAULT 0,
    enrolstartdate bigint DEFAULT 0,
    enrolenddate bigint DEFAULT 0,
    expirynotify smallint DEFAULT 0,
    expirythreshold bigint DEFAULT 0,
    notifyall smallint DEFAULT 0,
    password varchar(50),
    cost varchar(20),
    currency varchar(3),
    roleid bigint DEFAULT 0,
    customint1 bigint,
    customint2 bigint,
    customint3 bigint,
    customint4 bigint,
    customint5 bigint,
    customint6 bigint,
    customint7 bigint,
    customint8 bigint,
    customchar1 varchar(255),
    customchar2 varchar(255),
    customchar3 varchar(1333),
    customdec1 numeric(12,7),
    customdec2 numeric(12,7),
    customtext1 text,
    customtext2 text,
    customtext3 text,
    customtext4 text,
    timecreated bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_enro_cou_ix ON mdl_enrol (courseid);
CREATE INDEX mdl_enro_enr_ix ON mdl_enrol (enrol);
CREATE INDEX mdl_enro_rol_ix ON mdl_enrol (roleid);
CREATE TABLE mdl_groups (
    id bigserial CONSTRAINT mdl_grou_id_pk PRIMARY KEY,
    courseid bigint NOT NULL,
    idnumber varchar(100) DEFAULT '' NOT NULL,
    name varchar(254) DEFAULT '' NOT NULL,
    description text,
    descriptionformat smallint DEFAULT 0 NOT NULL,
    enrolmentkey varchar(50),
    picture bigint DEFAULT 0 NOT NULL,
    visibility smallint DEFAULT 0 NOT NULL,
    participation smallint DEFAULT 1 NOT NULL,
    timecreated bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_grou_cou_ix ON mdl_groups (courseid);
CREATE INDEX mdl_grou_idn_ix ON mdl_groups (idnumber);
CREATE TABLE mdl_groups_members (
    id bigserial CONSTRAINT mdl_groumemb_id_pk PRIMARY KEY,
    groupid bigint DEFAULT 0 NOT NULL,
    userid bigint DEFAULT 0 NOT NULL,
    timeadded bigint DEFAULT 0 NOT NULL,
    component varchar(100) DEFAULT '' NOT NULL,
    itemid bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_groumemb_gro_ix ON mdl_groups_members (groupid);
CREATE INDEX mdl_groumemb_use_ix ON mdl_groups_members (userid);
CREATE UNIQUE INDEX mdl_groumemb_usegro_uix ON mdl_groups_members (userid, groupid);
CREATE TABLE mdl_groupings (
    id bigserial CONSTRAINT mdl_grou_id3_pk PRIMARY KEY,
    courseid bigint DEFAULT 0 NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    idnumber varchar(100) DEFAULT '' NOT NULL,
    description text,
    descriptionformat smallint DEFAULT 0 NOT NULL,
    configdata text,
    timecreated bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_grou_cou2_ix ON mdl_groupings (courseid);
CREATE INDEX mdl_grou_idn2_ix ON mdl_groupings (idnumber);
CREATE TABLE mdl_groupings_groups (
    id bigserial CONSTRAINT mdl_grougrou_id_pk PRIMARY KEY,
    groupingid bigint DEFAULT 0 NOT NULL,
    groupid bigint DEFAULT 0 NOT NULL,
    timeadded bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_grougrou_gro2_ix ON mdl_groupings_groups (groupid);
CREATE INDEX mdl_grougrou_gro_ix ON mdl_groupings_groups (groupingid);
CREATE TABLE mdl_customfield_category (
    id bigserial CONSTRAINT mdl_custcate_id_pk PRIMARY KEY,
    name varchar(400) DEFAULT '' NOT NULL,
    description text,
    descriptionformat bigint,
    sortorder bigint,
    timecreated bigint NOT NULL,
    timemodified bigint NOT NULL,
    component varchar(100) DEFAULT '' NOT NULL,
    area varchar(100) DEFAULT '' NOT NULL,
    itemid bigint DEFAULT 0 NOT NULL,
    contextid bigint
);
CREATE INDEX mdl_custcate_comareitesor_ix ON mdl_customfield_category (component, area, itemid, sortorder);
CREATE INDEX mdl_custcate_con_ix ON mdl_customfield_category (contextid);
CREATE TABLE mdl_customfield_field (
    id bigserial CONSTRAINT mdl_custfiel_id_pk PRIMARY KEY,
    shortname varchar(100) DEFAULT '' NOT NULL,
    name varchar(400) DEFAULT '' NOT NULL,
    type varchar(100) DEFAULT '' NOT NULL,
    description text,
    descriptionformat bigint,
    sortorder bigint,
    categoryid bigint,
    configdata text,
    timecreated bigint NOT NULL,
    timemodified bigint NOT NULL
);
CREATE INDEX mdl_custfiel_cat_ix ON mdl_customfield_field (categoryid);
CREATE INDEX mdl_custfiel_catsor_ix ON mdl_customfield_field (categoryid, sortorder);
CREATE TABLE mdl_customfield_data (
    id bigserial CONSTRAINT mdl_custdata_id_pk PRIMARY KEY,
    fieldid bigint NOT NULL,
    instanceid bigint NOT NULL,
    intvalue bigint,
    decvalue numeric(10,5),
    shortcharvalue varchar(255),
    charvalue varchar(1333),
    value text NOT NULL,
    valueformat bigint NOT NULL,
    valuetrust smallint DEFAULT 0 NOT NULL,
    timecreated bigint NOT NULL,
    timemodified bigint NOT NULL,
    contextid bigint
);
CREATE INDEX mdl_custdata_con_ix ON mdl_customfield_data (contextid);
CREATE INDEX mdl_custdata_fie_ix ON mdl_customfield_data (fieldid);
CREATE INDEX mdl_custdata_fiedec_ix ON mdl_customfield_data (fieldid, decvalue);
CREATE INDEX mdl_custdata_fieint_ix ON mdl_customfield_data (fieldid, intvalue);
CREATE INDEX mdl_custdata_fiesho_ix ON mdl_customfield_data (fieldid, shortcharvalue);
CREATE UNIQUE INDEX mdl_custdata_insfie_uix ON mdl_customfield_data (instanceid, fieldid);
CREATE TABLE mdl_filter_active (
    id bigserial CONSTRAINT mdl_filtacti_id_pk PRIMARY KEY,
    filter varchar(32) DEFAULT '' NOT NULL,
    contextid bigint NOT NULL,
    active smallint NOT NULL,
    sortorder bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_filtacti_con_ix ON mdl_filter_active (contextid);
CREATE UNIQUE INDEX mdl_filtacti_confil_uix ON mdl_filter_active (contextid, filter);
CREATE TABLE mdl_filter_config (
    id bigserial CONSTRAINT mdl_filtconf_id_pk PRIMARY KEY,
    filter varchar(32) DEFAULT '' NOT NULL,
    contextid bigint NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    value text
);
CREATE INDEX mdl_filtconf_con_ix ON mdl_filter_config (contextid);
CREATE UNIQUE INDEX mdl_filtconf_confilnam_uix ON mdl_filter_config (contextid, filter, name);
CREATE TABLE mdl_block (
    id bigserial CONSTRAINT mdl_bloc_id_pk PRIMARY KEY,
    name varchar(40) DEFAULT '' NOT NULL,
    cron bigint DEFAULT 0 NOT NULL,
    lastcron bigint DEFAULT 0 NOT NULL,
    visible smallint DEFAULT 1 NOT NULL
);
CREATE UNIQUE INDEX mdl_bloc_nam_uix ON mdl_block (name);
CREATE TABLE mdl_block_instances (
    id bigserial CONSTRAINT mdl_blocinst_id_pk PRIMARY KEY,
    blockname varchar(40) DEFAULT '' NOT NULL,
    parentcontextid bigint NOT NULL,
    showinsubcontexts smallint NOT NULL,
    requiredbytheme smallint DEFAULT 0 NOT NULL,
    pagetypepattern varchar(64) DEFAULT '' NOT NULL,
    subpagepattern varchar(16),
    defaultregion varchar(16) DEFAULT '' NOT NULL,
    defaultweight bigint NOT NULL,
    configdata text,
    timecreated bigint NOT NULL,
    timemodified bigint NOT NULL
);
CREATE INDEX mdl_blocinst_blo_ix ON mdl_block_instances (blockname);
CREATE INDEX mdl_blocinst_par_ix ON mdl_block_instances (parentcontextid);
CREATE INDEX mdl_blocinst_parshopagsub_ix ON mdl_block_instances (parentcontextid, showinsubcontexts, pagetypepattern, subpagepattern);
CREATE INDEX mdl_blocinst_tim_ix ON mdl_block_instances (timemodified);
CREATE TABLE mdl_block_positions (
    id bigserial CONSTRAINT mdl_blocposi_id_pk PRIMARY KEY,
    blockinstanceid bigint NOT NULL,
    contextid bigint NOT NULL,
    pagetype varchar(64) DEFAULT '' NOT NULL,
    subpage varchar(16) DEFAULT '' NOT NULL,
    visible smallint NOT NULL,
    region varchar(16) DEFAULT '' NOT NULL,
    weight bigint NOT NULL
);
CREATE INDEX mdl_blocposi_blo_ix ON mdl_block_positions (blockinstanceid);
CREATE UNIQUE INDEX mdl_blocposi_bloconpagsub_uix ON mdl_block_positions (blockinstanceid, contextid, pagetype, subpage);
CREATE INDEX mdl_blocposi_con_ix ON mdl_block_positions (contextid);
CREATE TABLE mdl_communication (
    id bigserial CONSTRAINT mdl_comm_id_pk PRIMARY KEY,
    contextid bigint NOT NULL,
    instanceid bigint NOT NULL,
    component varchar(100) DEFAULT '' NOT NULL,
    instancetype varchar(100) DEFAULT '' NOT NULL,
    provider varchar(100) DEFAULT '' NOT NULL,
    roomname varchar(255),
    avatarfilename varchar(100),
    active smallint DEFAULT 1 NOT NULL,
    avatarsynced smallint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_comm_con_ix ON mdl_communication (contextid);
CREATE TABLE mdl_communication_user (
    id bigserial CONSTRAINT mdl_commuser_id_pk PRIMARY KEY,
    commid bigint NOT NULL,
    userid bigint NOT NULL,
    synced smallint DEFAULT 0 NOT NULL,
    deleted smallint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_commuser_com_ix ON mdl_communication_user (commid);
CREATE INDEX mdl_commuser_use_ix ON mdl_communication_user (userid);
CREATE TABLE mdl_event (
    id bigserial CONSTRAINT mdl_even_id_pk PRIMARY KEY,
    name text NOT NULL,
    description text NOT NULL,
    format smallint DEFAULT 0 NOT NULL,
    categoryid bigint DEFAULT 0 NOT NULL,
    courseid bigint DEFAULT 0 NOT NULL,
    groupid bigint DEFAULT 0 NOT NULL,
    userid bigint DEFAULT 0 NOT NULL,
    repeatid bigint DEFAULT 0 NOT NULL,
    component varchar(100),
    modulename varchar(20) DEFAULT '' NOT NULL,
    instance bigint DEFAULT 0 NOT NULL,
    type smallint DEFAULT 0 NOT NULL,
    eventtype varchar(20) DEFAULT '' NOT NULL,
    timestart bigint DEFAULT 0 NOT NULL,
    timeduration bigint DEFAULT 0 NOT NULL,
    timesort bigint,
    visible smallint DEFAULT 1 NOT NULL,
    uuid varchar(255) DEFAULT '' NOT NULL,
    sequence bigint DEFAULT 1 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    subscriptionid bigint,
    priority bigint,
    location text
);
CREATE INDEX mdl_even_cat_ix ON mdl_event (categoryid);
CREATE INDEX mdl_even_comeveins_ix ON mdl_event (component, eventtype, instance);
CREATE INDEX mdl_even_cou_ix ON mdl_event (courseid);
CREATE INDEX mdl_even_eve_ix ON mdl_event (eventtype);
CREATE INDEX mdl_even_grocoucatvisuse_ix ON mdl_event (groupid, courseid, categoryid, visible, userid);
CREATE INDEX mdl_even_modinseve_ix ON mdl_event (modulename, instance, eventtype);
CREATE INDEX mdl_even_sub_ix ON mdl_event (subscriptionid);
CREATE INDEX mdl_even_tim2_ix ON mdl_event (timeduration);
CREATE INDEX mdl_even_tim_ix ON mdl_event (timestart);
CREATE INDEX mdl_even_typtim_ix ON mdl_event (type, timesort);
CREATE INDEX mdl_even_use_ix ON mdl_event (userid);
CREATE INDEX mdl_even_uui_ix ON mdl_event (uuid);
CREATE TABLE mdl_event_subscriptions (
    id bigserial CONSTRAINT mdl_evensubs_id_pk PRIMARY KEY,
    url varchar(255) DEFAULT '' NOT NULL,
    categoryid bigint DEFAULT 0 NOT NULL,
    courseid bigint DEFAULT 0 NOT NULL,
    groupid bigint DEFAULT 0 NOT NULL,
    userid bigint DEFAULT 0 NOT NULL,
    eventtype varchar(20) DEFAULT '' NOT NULL,
    pollinterval bigint DEFAULT 0 NOT NULL,
    lastupdated bigint,
    name varchar(255) DEFAULT '' NOT NULL
);
CREATE INDEX mdl_evensubs_cou_ix ON mdl_event_subscriptions (courseid);
CREATE INDEX mdl_evensubs_use_ix ON mdl_event_subscriptions (userid);
CREATE TABLE mdl_comments (
    id bigserial CONSTRAINT mdl_comm_id3_pk PRIMARY KEY,
    contextid bigint NOT NULL,
    component varchar(255),
    commentarea varchar(255) DEFAULT '' NOT NULL,
    itemid bigint NOT NULL,
    content text NOT NULL,
    format smallint DEFAULT 0 NOT NULL,
    userid bigint NOT NULL,
    timecreated bigint NOT NULL
);
CREATE INDEX mdl_comm_concomite_ix ON mdl_comments (contextid, commentarea, itemid);
CREATE INDEX mdl_comm_use_ix ON mdl_comments (userid);
CREATE TABLE mdl_rating (
    id bigserial CONSTRAINT mdl_rati_id_pk PRIMARY KEY,
    contextid bigint NOT NULL,
    component varchar(100) DEFAULT '' NOT NULL,
    ratingarea varchar(50) DEFAULT '' NOT NULL,
    itemid bigint NOT NULL,
    scaleid bigint NOT NULL,
    rating bigint NOT NULL,
    userid bigint NOT NULL,
    timecreated bigint NOT NULL,
    timemodified bigint NOT NULL
);
CREATE INDEX mdl_rati_comratconite_ix ON mdl_rating (component, ratingarea, contextid, itemid);
CREATE INDEX mdl_rati_con_ix ON mdl_rating (contextid);
CREATE INDEX mdl_rati_sca_ix ON mdl_rating (scaleid);
CREATE INDEX mdl_rati_use_ix ON mdl_rating (userid);
CREATE TABLE mdl_backup_controllers (
    id bigserial CONSTRAINT mdl_backcont_id_pk PRIMARY KEY,
    backupid varchar(32) DEFAULT '' NOT NULL,
    operation varchar(20) DEFAULT 'backup' NOT NULL,
    type varchar(10) DEFAULT '' NOT NULL,
    itemid bigint NOT NULL,
    format varchar(20) DEFAULT '' NOT NULL,
    interactive smallint NOT NULL,
    purpose smallint NOT NULL,
    userid bigint NOT NULL,
    status smallint NOT NULL,
    execution smallint NOT NULL,
    executiontime bigint NOT NULL,
    checksum varchar(32) DEFAULT '' NOT NULL,
    timecreated bigint NOT NULL,
    timemodified bigint NOT NULL,
    progress numeric(15,14) DEFAULT 0 NOT NULL,
    controller text NOT NULL
);
CREATE UNIQUE INDEX mdl_backcont_bac_uix ON mdl_backup_controllers (backupid);
CREATE INDEX mdl_backcont_typite_ix ON mdl_backup_controllers (type, itemid);
CREATE INDEX mdl_backcont_use_ix ON mdl_backup_controllers (userid);
CREATE INDEX mdl_backcont_useite_ix ON mdl_backup_controllers (userid, itemid);
CREATE TABLE mdl_tool_recyclebin_category (
    id bigserial CONSTRAINT mdl_toolrecycate_id_pk PRIMARY KEY,
    categoryid bigint NOT NULL,
    shortname varchar(255) DEFAULT '' NOT NULL,
    fullname varchar(255) DEFAULT '' NOT NULL,
    timecreated bigint NOT NULL
);
CREATE INDEX mdl_toolrecycate_cat_ix ON mdl_tool_recyclebin_category (categoryid);
CREATE INDEX mdl_toolrecycate_tim_ix ON mdl_tool_recyclebin_category (timecreated);
CREATE TABLE mdl_tool_recyclebin_course (
    id bigserial CONSTRAINT mdl_toolrecycour_id_pk PRIMARY KEY,
    courseid bigint NOT NULL,
    section bigint NOT NULL,
    module bigint NOT NULL,
    name varchar(255),
    timecreated bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_toolrecycour_cou_ix ON mdl_tool_recyclebin_course (courseid);
CREATE INDEX mdl_toolrecycour_tim_ix ON mdl_tool_recyclebin_course (timecreated);

-- Activities
CREATE TABLE mdl_assign (
    id bigserial CONSTRAINT mdl_assi_id_pk PRIMARY KEY,
    course bigint DEFAULT 0 NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    intro text NOT NULL,
    introformat smallint DEFAULT 0 NOT NULL,
    alwaysshowdescription smallint DEFAULT 0 NOT NULL,
    nosubmissions smallint DEFAULT 0 NOT NULL,
    submissiondrafts smallint DEFAULT 0 NOT NULL,
    sendnotifications smallint DEFAULT 0 NOT NULL,
    sendlatenotifications smallint DEFAULT 0 NOT NULL,
    duedate bigint DEFAULT 0 NOT NULL,
    allowsubmissionsfromdate bigint DEFAULT 0 NOT NULL,
    grade bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    requiresubmissionstatement smallint DEFAULT 0 NOT NULL,
    completionsubmit smallint DEFAULT 0 NOT NULL,
    cutoffdate bigint DEFAULT 0 NOT NULL,
    gradingduedate bigint DEFAULT 0 NOT NULL,
    teamsubmission smallint DEFAULT 0 NOT NULL,
    requireallteammemberssubmit smallint DEFAULT 0 NOT NULL,
    teamsubmissiongroupingid bigint DEFAULT 0 NOT NULL,
    blindmarking smallint DEFAULT 0 NOT NULL,
    hidegrader smallint DEFAULT 0 NOT NULL,
    revealidentities smallint DEFAULT 0 NOT NULL,
    attemptreopenmethod varchar(10) DEFAULT 'untilpass' NOT NULL,
    maxattempts integer DEFAULT 1 NOT NULL,
    markingworkflow smallint DEFAULT 0 NOT NULL,
    markingallocation smallint DEFAULT 0 NOT NULL,
    markinganonymous smallint DEFAULT 0 NOT NULL,
    sendstudentnotifications smallint DEFAULT 1 NOT NULL,
    preventsubmissionnotingroup smallint DEFAULT 0 NOT NULL,
    activity text,
    activityformat smallint DEFAULT 0 NOT NULL,
    timelimit bigint DEFAULT 0 NOT NULL,
    submissionattachments smallint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_assi_cou_ix ON mdl_assign (course);
CREATE INDEX mdl_assi_tea_ix ON mdl_assign (teamsubmissiongroupingid);
CREATE TABLE mdl_assign_plugin_config (
    id bigserial CONSTRAINT mdl_assiplugconf_id_pk PRIMARY KEY,
    assignment bigint DEFAULT 0 NOT NULL,
    plugin varchar(28) DEFAULT '' NOT NULL,
    subtype varchar(28) DEFAULT '' NOT NULL,
    name varchar(28) DEFAULT '' NOT NULL,
    value text
);
CREATE INDEX mdl_assiplugconf_ass_ix ON mdl_assign_plugin_config (assignment);
CREATE INDEX mdl_assiplugconf_nam_ix ON mdl_assign_plugin_config (name);
CREATE INDEX mdl_assiplugconf_plu_ix ON mdl_assign_plugin_config (plugin);
CREATE INDEX mdl_assiplugconf_sub_ix ON mdl_assign_plugin_config (subtype);
CREATE TABLE mdl_assign_overrides (
    id bigserial CONSTRAINT mdl_assiover_id_pk PRIMARY KEY,
    assignid bigint DEFAULT 0 NOT NULL,
    groupid bigint,
    userid bigint,
    sortorder bigint,
    allowsubmissionsfromdate bigint,
    duedate bigint,
    cutoffdate bigint,
    timelimit bigint
);
CREATE INDEX mdl_assiover_ass_ix ON mdl_assign_overrides (assignid);
CREATE INDEX mdl_assiover_gro_ix ON mdl_assign_overrides (groupid);
CREATE INDEX mdl_assiover_use_ix ON mdl_assign_overrides (userid);
CREATE TABLE mdl_assign_grades (
    id bigserial CONSTRAINT mdl_assigrad_id_pk PRIMARY KEY,
    assignment bigint DEFAULT 0 NOT NULL,
    userid bigint DEFAULT 0 NOT NULL,
    timecreated bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    grader bigint DEFAULT 0 NOT NULL,
    grade numeric(10,5) DEFAULT 0,
    attemptnumber bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_assigrad_ass_ix ON mdl_assign_grades (assignment);
CREATE UNIQUE INDEX mdl_assigrad_assuseatt_uix ON mdl_assign_grades (assignment, userid, attemptnumber);
CREATE INDEX mdl_assigrad_att_ix ON mdl_assign_grades (attemptnumber);
CREATE INDEX mdl_assigrad_use_ix ON mdl_assign_grades (userid);
CREATE TABLE mdl_assign_submission (
    id bigserial CONSTRAINT mdl_assisubm_id_pk PRIMARY KEY,
    assignment bigint DEFAULT 0 NOT NULL,
    userid bigint DEFAULT 0 NOT NULL,
    timecreated bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    timestarted bigint,
    status varchar(10),
    groupid bigint DEFAULT 0 NOT NULL,
    attemptnumber bigint DEFAULT 0 NOT NULL,
    latest smallint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_assisubm_ass_ix ON mdl_assign_submission (assignment);
CREATE UNIQUE INDEX mdl_assisubm_assusegroatt_uix ON mdl_assign_submission (assignment, userid, groupid, attemptnumber);
CREATE INDEX mdl_assisubm_assusegrolat_ix ON mdl_assign_submission (assignment, userid, groupid, latest);
CREATE INDEX mdl_assisubm_att_ix ON mdl_assign_submission (attemptnumber);
CREATE INDEX mdl_assisubm_use_ix ON mdl_assign_submission (userid);
CREATE TABLE mdl_assign_user_flags (
    id bigserial CONSTRAINT mdl_assiuserflag_id_pk PRIMARY KEY,
    userid bigint DEFAULT 0 NOT NULL,
    assignment bigint DEFAULT 0 NOT NULL,
    locked bigint DEFAULT 0 NOT NULL,
    mailed smallint DEFAULT 0 NOT NULL,
    extensionduedate bigint DEFAULT 0 NOT NULL,
    workflowstate varchar(20),
    allocatedmarker bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_assiuserflag_ass_ix ON mdl_assign_user_flags (assignment);
CREATE INDEX mdl_assiuserflag_mai_ix ON mdl_assign_user_flags (mailed);
CREATE INDEX mdl_assiuserflag_use_ix ON mdl_assign_user_flags (userid);
CREATE TABLE mdl_bigbluebuttonbn (
    id bigserial CONSTRAINT mdl_bigb_id_pk PRIMARY KEY,
    type smallint DEFAULT 0 NOT NULL,
    course bigint DEFAULT 0 NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    intro text,
    introformat smallint DEFAULT 1 NOT NULL,
    meetingid varchar(255) DEFAULT '' NOT NULL,
    moderatorpass varchar(255) DEFAULT '' NOT NULL,
    viewerpass varchar(255) DEFAULT '' NOT NULL,
    wait smallint DEFAULT 0 NOT NULL,
    record smallint DEFAULT 0 NOT NULL,
    recordallfromstart smallint DEFAULT 0 NOT NULL,
    recordhidebutton smallint DEFAULT 0 NOT NULL,
    welcome text,
    voicebridge integer DEFAULT 0 NOT NULL,
    openingtime bigint DEFAULT 0 NOT NULL,
    closingtime bigint DEFAULT 0 NOT NULL,
    timecreated bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    presentation text,
    participants text,
    userlimit smallint DEFAULT 0 NOT NULL,
    recordings_html smallint DEFAULT 0 NOT NULL,
    recordings_deleted smallint DEFAULT 1 NOT NULL,
    recordings_imported smallint DEFAULT 0 NOT NULL,
    recordings_preview smallint DEFAULT 0 NOT NULL,
    clienttype smallint DEFAULT 0 NOT NULL,
    muteonstart smallint DEFAULT 0 NOT NULL,
    disablecam smallint DEFAULT 0 NOT NULL,
    disablemic smallint DEFAULT 0 NOT NULL,
    disableprivatechat smallint DEFAULT 0 NOT NULL,
    disablepublicchat smallint DEFAULT 0 NOT NULL,
    disablenote smallint DEFAULT 0 NOT NULL,
    hideuserlist smallint DEFAULT 0 NOT NULL,
    completionattendance integer DEFAULT 0 NOT NULL,
    completionengagementchats integer DEFAULT 0 NOT NULL,
    completionengagementtalks integer DEFAULT 0 NOT NULL,
    completionengagementraisehand integer DEFAULT 0 NOT NULL,
    completionengagementpollvotes integer DEFAULT 0 NOT NULL,
    completionengagementemojis integer DEFAULT 0 NOT NULL,
    guestallowed smallint DEFAULT 0,
    mustapproveuser smallint DEFAULT 1,
    guestlinkuid varchar(1024),
    guestpassword varchar(255),
    showpresentation smallint DEFAULT 1 NOT NULL
);
CREATE TABLE mdl_book (
    id bigserial CONSTRAINT mdl_book_id_pk PRIMARY KEY,
    course bigint DEFAULT 0 NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    intro text,
    introformat smallint DEFAULT 0 NOT NULL,
    numbering smallint DEFAULT 0 NOT NULL,
    navstyle smallint DEFAULT 1 NOT NULL,
    customtitles smallint DEFAULT 0 NOT NULL,
    revision bigint DEFAULT 0 NOT NULL,
    timecreated bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_book_cou_ix ON mdl_book (course);
CREATE TABLE mdl_chat (
    id bigserial CONSTRAINT mdl_chat_id_pk PRIMARY KEY,
    course bigint DEFAULT 0 NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    intro text NOT NULL,
    introformat smallint DEFAULT 0 NOT NULL,
    keepdays bigint DEFAULT 0 NOT NULL,
    studentlogs smallint DEFAULT 0 NOT NULL,
    chattime bigint DEFAULT 0 NOT NULL,
    schedule smallint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_chat_cou_ix ON mdl_chat (course);
CREATE TABLE mdl_choice (
    id bigserial CONSTRAINT mdl_choi_id_pk PRIMARY KEY,
    course bigint DEFAULT 0 NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    intro text NOT NULL,
    introformat smallint DEFAULT 0 NOT NULL,
    publish smallint DEFAULT 0 NOT NULL,
    showresults smallint DEFAULT 0 NOT NULL,
    display smallint DEFAULT 0 NOT NULL,
    allowupdate smallint DEFAULT 0 NOT NULL,
    allowmultiple smallint DEFAULT 0 NOT NULL,
    showunanswered smallint DEFAULT 0 NOT NULL,
    includeinactive smallint DEFAULT 1 NOT NULL,
    limitanswers smallint DEFAULT 0 NOT NULL,
    timeopen bigint DEFAULT 0 NOT NULL,
    timeclose bigint DEFAULT 0 NOT NULL,
    showpreview smallint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    completionsubmit smallint DEFAULT 0 NOT NULL,
    showavailable smallint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_choi_cou_ix ON mdl_choice (course);
CREATE TABLE mdl_data (
    id bigserial CONSTRAINT mdl_data_id_pk PRIMARY KEY,
    course bigint DEFAULT 0 NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    intro text NOT NULL,
    introformat smallint DEFAULT 0 NOT NULL,
    comments smallint DEFAULT 0 NOT NULL,
    timeavailablefrom bigint DEFAULT 0 NOT NULL,
    timeavailableto bigint DEFAULT 0 NOT NULL,
    timeviewfrom bigint DEFAULT 0 NOT NULL,
    timeviewto bigint DEFAULT 0 NOT NULL,
    requiredentries integer DEFAULT 0 NOT NULL,
    requiredentriestoview integer DEFAULT 0 NOT NULL,
    maxentries integer DEFAULT 0 NOT NULL,
    rssarticles smallint DEFAULT 0 NOT NULL,
    singletemplate text,
    listtemplate text,
    listtemplateheader text,
    listtemplatefooter text,
    addtemplate text,
    rsstemplate text,
    rsstitletemplate text,
    csstemplate text,
    jstemplate text,
    asearchtemplate text,
    approval smallint DEFAULT 0 NOT NULL,
    manageapproved smallint DEFAULT 1 NOT NULL,
    scale bigint DEFAULT 0 NOT NULL,
    assessed bigint DEFAULT 0 NOT NULL,
    assesstimestart bigint DEFAULT 0 NOT NULL,
    assesstimefinish bigint DEFAULT 0 NOT NULL,
    defaultsort bigint DEFAULT 0 NOT NULL,
    defaultsortdir smallint DEFAULT 0 NOT NULL,
    editany smallint DEFAULT 0 NOT NULL,
    notification bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    config text,
    completionentries bigint DEFAULT 0
);
CREATE INDEX mdl_data_cou_ix ON mdl_data (course);
CREATE TABLE mdl_feedback (
    id bigserial CONSTRAINT mdl_feed_id_pk PRIMARY KEY,
    course bigint DEFAULT 0 NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    intro text NOT NULL,
    introformat smallint DEFAULT 0 NOT NULL,
    anonymous smallint DEFAULT 1 NOT NULL,
    email_notification smallint DEFAULT 1 NOT NULL,
    multiple_submit smallint DEFAULT 1 NOT NULL,
    autonumbering smallint DEFAULT 1 NOT NULL,
    site_after_submit varchar(255) DEFAULT '' NOT NULL,
    page_after_submit text NOT NULL,
    page_after_submitformat smallint DEFAULT 0 NOT NULL,
    publish_stats smallint DEFAULT 0 NOT NULL,
    timeopen bigint DEFAULT 0 NOT NULL,
    timeclose bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    completionsubmit smallint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_feed_cou_ix ON mdl_feedback (course);
CREATE TABLE mdl_folder (
    id bigserial CONSTRAINT mdl_fold_id_pk PRIMARY KEY,
    course bigint DEFAULT 0 NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    intro text,
    introformat smallint DEFAULT 0 NOT NULL,
    revision bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    display smallint DEFAULT 0 NOT NULL,
    showexpanded smallint DEFAULT 1 NOT NULL,
    showdownloadfolder smallint DEFAULT 1 NOT NULL,
    forcedownload smallint DEFAULT 1 NOT NULL
);
CREATE INDEX mdl_fold_cou_ix ON mdl_folder (course);
CREATE TABLE mdl_forum (
    id bigserial CONSTRAINT mdl_foru_id_pk PRIMARY KEY,
    course bigint DEFAULT 0 NOT NULL,
    type varchar(20) DEFAULT 'general' NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    intro text NOT NULL,
    introformat smallint DEFAULT 0 NOT NULL,
    duedate bigint DEFAULT 0 NOT NULL,
    cutoffdate bigint DEFAULT 0 NOT NULL,
    assessed bigint DEFAULT 0 NOT NULL,
    assesstimestart bigint DEFAULT 0 NOT NULL,
    assesstimefinish bigint DEFAULT 0 NOT NULL,
    scale bigint DEFAULT 0 NOT NULL,
    grade_forum bigint DEFAULT 0 NOT NULL,
    grade_forum_notify smallint DEFAULT 0 NOT NULL,
    maxbytes bigint DEFAULT 0 NOT NULL,
    maxattachments bigint DEFAULT 1 NOT NULL,
    forcesubscribe smallint DEFAULT 0 NOT NULL,
    trackingtype smallint DEFAULT 1 NOT NULL,
    rsstype smallint DEFAULT 0 NOT NULL,
    rssarticles smallint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    warnafter bigint DEFAULT 0 NOT NULL,
    blockafter bigint DEFAULT 0 NOT NULL,
    blockperiod bigint DEFAULT 0 NOT NULL,
    completiondiscussions integer DEFAULT 0 NOT NULL,
    completionreplies integer DEFAULT 0 NOT NULL,
    completionposts integer DEFAULT 0 NOT NULL,
    displaywordcount smallint DEFAULT 0 NOT NULL,
    lockdiscussionafter bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_foru_cou_ix ON mdl_forum (course);
CREATE TABLE mdl_forum_discussions (
    id bigserial CONSTRAINT mdl_forudisc_id_pk PRIMARY KEY,
    course bigint DEFAULT 0 NOT NULL,
    forum bigint DEFAULT 0 NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    firstpost bigint DEFAULT 0 NOT NULL,
    userid bigint DEFAULT 0 NOT NULL,
    groupid bigint DEFAULT '-1'::integer NOT NULL,
    assessed smallint DEFAULT 1 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    usermodified bigint DEFAULT 0 NOT NULL,
    timestart bigint DEFAULT 0 NOT NULL,
    timeend bigint DEFAULT 0 NOT NULL,
    pinned smallint DEFAULT 0 NOT NULL,
    timelocked bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_forudisc_cou_ix ON mdl_forum_discussions (course);
CREATE INDEX mdl_forudisc_for_ix ON mdl_forum_discussions (forum);
CREATE INDEX mdl_forudisc_use2_ix ON mdl_forum_discussions (usermodified);
CREATE INDEX mdl_forudisc_use_ix ON mdl_forum_discussions (userid);
CREATE TABLE mdl_forum_posts (
    id bigserial CONSTRAINT mdl_forupost_id_pk PRIMARY KEY,
    discussion bigint DEFAULT 0 NOT NULL,
    parent bigint DEFAULT 0 NOT NULL,
    userid bigint DEFAULT 0 NOT NULL,
    created bigint DEFAULT 0 NOT NULL,
    modified bigint DEFAULT 0 NOT NULL,
    mailed smallint DEFAULT 0 NOT NULL,
    subject varchar(255) DEFAULT '' NOT NULL,
    message text NOT NULL,
    messageformat smallint DEFAULT 0 NOT NULL,
    messagetrust smallint DEFAULT 0 NOT NULL,
    attachment varchar(100) DEFAULT '' NOT NULL,
    totalscore smallint DEFAULT 0 NOT NULL,
    mailnow bigint DEFAULT 0 NOT NULL,
    deleted smallint DEFAULT 0 NOT NULL,
    privatereplyto bigint DEFAULT 0 NOT NULL,
    wordcount bigint,
    charcount bigint
);
CREATE INDEX mdl_forupost_cre_ix ON mdl_forum_posts (created);
CREATE INDEX mdl_forupost_dis_ix ON mdl_forum_posts (discussion);
CREATE INDEX mdl_forupost_mai_ix ON mdl_forum_posts (mailed);
CREATE INDEX mdl_forupost_par_ix ON mdl_forum_posts (parent);
CREATE INDEX mdl_forupost_pri_ix ON mdl_forum_posts (privatereplyto);
CREATE INDEX mdl_forupost_use_ix ON mdl_forum_posts (userid);
CREATE TABLE mdl_forum_subscriptions (
    id bigserial CONSTRAINT mdl_forusubs_id_pk PRIMARY KEY,
    userid bigint DEFAULT 0 NOT NULL,
    forum bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_forusubs_for_ix ON mdl_forum_subscriptions (forum);
CREATE INDEX mdl_forusubs_use_ix ON mdl_forum_subscriptions (userid);
CREATE UNIQUE INDEX mdl_forusubs_usefor_uix ON mdl_forum_subscriptions (userid, forum);
CREATE TABLE mdl_forum_discussion_subs (
    id bigserial CONSTRAINT mdl_forudiscsubs_id_pk PRIMARY KEY,
    forum bigint NOT NULL,
    userid bigint NOT NULL,
    discussion bigint NOT NULL,
    preference bigint DEFAULT 1 NOT NULL
);
CREATE INDEX mdl_forudiscsubs_dis_ix ON mdl_forum_discussion_subs (discussion);
CREATE INDEX mdl_forudiscsubs_for_ix ON mdl_forum_discussion_subs (forum);
CREATE INDEX mdl_forudiscsubs_use_ix ON mdl_forum_discussion_subs (userid);
CREATE UNIQUE INDEX mdl_forudiscsubs_usedis_uix ON mdl_forum_discussion_subs (userid, discussion);
CREATE TABLE mdl_forum_digests (
    id bigserial CONSTRAINT mdl_forudige_id_pk PRIMARY KEY,
    userid bigint NOT NULL,
    forum bigint NOT NULL,
    maildigest smallint DEFAULT '-1'::integer NOT NULL
);
CREATE INDEX mdl_forudige_for_ix ON mdl_forum_digests (forum);
CREATE UNIQUE INDEX mdl_forudige_forusemai_uix ON mdl_forum_digests (forum, userid, maildigest);
CREATE INDEX mdl_forudige_use_ix ON mdl_forum_digests (userid);
CREATE TABLE mdl_forum_read (
    id bigserial CONSTRAINT mdl_foruread_id_pk PRIMARY KEY,
    userid bigint DEFAULT 0 NOT NULL,
    forumid bigint DEFAULT 0 NOT NULL,
    discussionid bigint DEFAULT 0 NOT NULL,
    postid bigint DEFAULT 0 NOT NULL,
    firstread bigint DEFAULT 0 NOT NULL,
    lastread bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_foruread_disuse_ix ON mdl_forum_read (discussionid, userid);
CREATE INDEX mdl_foruread_foruse_ix ON mdl_forum_read (forumid, userid);
CREATE INDEX mdl_foruread_posuse_ix ON mdl_forum_read (postid, userid);
CREATE INDEX mdl_foruread_use_ix ON mdl_forum_read (userid);
CREATE TABLE mdl_forum_track_prefs (
    id bigserial CONSTRAINT mdl_forutracpref_id_pk PRIMARY KEY,
    userid bigint DEFAULT 0 NOT NULL,
    forumid bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_forutracpref_usefor_ix ON mdl_forum_track_prefs (userid, forumid);
CREATE TABLE mdl_forum_queue (
    id bigserial CONSTRAINT mdl_foruqueu_id_pk PRIMARY KEY,
    userid bigint DEFAULT 0 NOT NULL,
    discussionid bigint DEFAULT 0 NOT NULL,
    postid bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_foruqueu_dis_ix ON mdl_forum_queue (discussionid);
CREATE INDEX mdl_foruqueu_pos_ix ON mdl_forum_queue (postid);
CREATE INDEX mdl_foruqueu_use_ix ON mdl_forum_queue (userid);
CREATE TABLE mdl_forum_grades (
    id bigserial CONSTRAINT mdl_forugrad_id_pk PRIMARY KEY,
    forum bigint NOT NULL,
    itemnumber bigint NOT NULL,
    userid bigint NOT NULL,
    grade numeric(10,5),
    timecreated bigint NOT NULL,
    timemodified bigint NOT NULL
);
CREATE INDEX mdl_forugrad_for_ix ON mdl_forum_grades (forum);
CREATE UNIQUE INDEX mdl_forugrad_foriteuse_uix ON mdl_forum_grades (forum, itemnumber, userid);
CREATE INDEX mdl_forugrad_use_ix ON mdl_forum_grades (userid);
CREATE TABLE mdl_glossary (
    id bigserial CONSTRAINT mdl_glos_id_pk PRIMARY KEY,
    course bigint DEFAULT 0 NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    intro text NOT NULL,
    introformat smallint DEFAULT 0 NOT NULL,
    allowduplicatedentries smallint DEFAULT 0 NOT NULL,
    displayformat varchar(50) DEFAULT 'dictionary' NOT NULL,
    mainglossary smallint DEFAULT 0 NOT NULL,
    showspecial smallint DEFAULT 1 NOT NULL,
    showalphabet smallint DEFAULT 1 NOT NULL,
    showall smallint DEFAULT 1 NOT NULL,
    allowcomments smallint DEFAULT 0 NOT NULL,
    allowprintview smallint DEFAULT 1 NOT NULL,
    usedynalink smallint DEFAULT 1 NOT NULL,
    defaultapproval smallint DEFAULT 1 NOT NULL,
    approvaldisplayformat varchar(50) DEFAULT 'default' NOT NULL,
    globalglossary smallint DEFAULT 0 NOT NULL,
    entbypage smallint DEFAULT 10 NOT NULL,
    editalways smallint DEFAULT 0 NOT NULL,
    rsstype smallint DEFAULT 0 NOT NULL,
    rssarticles smallint DEFAULT 0 NOT NULL,
    assessed bigint DEFAULT 0 NOT NULL,
    assesstimestart bigint DEFAULT 0 NOT NULL,
    assesstimefinish bigint DEFAULT 0 NOT NULL,
    scale bigint DEFAULT 0 NOT NULL,
    timecreated bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    completionentries integer DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_glos_cou_ix ON mdl_glossary (course);
CREATE TABLE mdl_h5pactivity (
    id bigserial CONSTRAINT mdl_h5pa_id_pk PRIMARY KEY,
    course bigint NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    timecreated bigint NOT NULL,
    timemodified bigint NOT NULL,
    intro text,
    introformat smallint DEFAULT 0 NOT NULL,
    grade bigint DEFAULT 0,
    displayoptions smallint DEFAULT 0 NOT NULL,
    enabletracking smallint DEFAULT 1 NOT NULL,
    grademethod smallint DEFAULT 1 NOT NULL,
    reviewmode smallint DEFAULT 1
);
CREATE INDEX mdl_h5pa_cou_ix ON mdl_h5pactivity (course);
CREATE TABLE mdl_imscp (
    id bigserial CONSTRAINT mdl_imsc_id_pk PRIMARY KEY,
    course bigint DEFAULT 0 NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    intro text,
    introformat smallint DEFAULT 0 NOT NULL,
    revision bigint DEFAULT 0 NOT NULL,
    keepold bigint DEFAULT '-1'::integer NOT NULL,
    structure text,
    timemodified bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_imsc_cou_ix ON mdl_imscp (course);
CREATE TABLE mdl_label (
    id bigserial CONSTRAINT mdl_labe_id_pk PRIMARY KEY,
    course bigint DEFAULT 0 NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    intro text NOT NULL,
    introformat smallint DEFAULT 0,
    timemodified bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_labe_cou_ix ON mdl_label (course);
CREATE TABLE mdl_lesson (
    id bigserial CONSTRAINT mdl_less_id_pk PRIMARY KEY,
    course bigint DEFAULT 0 NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    intro text,
    introformat smallint DEFAULT 0 NOT NULL,
    practice smallint DEFAULT 0 NOT NULL,
    modattempts smallint DEFAULT 0 NOT NULL,
    usepassword smallint DEFAULT 0 NOT NULL,
    password varchar(32) DEFAULT '' NOT NULL,
    dependency bigint DEFAULT 0 NOT NULL,
    conditions text NOT NULL,
    grade bigint DEFAULT 0 NOT NULL,
    custom smallint DEFAULT 0 NOT NULL,
    ongoing smallint DEFAULT 0 NOT NULL,
    usemaxgrade smallint DEFAULT 0 NOT NULL,
    maxanswers smallint DEFAULT 4 NOT NULL,
    maxattempts smallint DEFAULT 5 NOT NULL,
    review smallint DEFAULT 0 NOT NULL,
    nextpagedefault smallint DEFAULT 0 NOT NULL,
    feedback smallint DEFAULT 1 NOT NULL,
    minquestions smallint DEFAULT 0 NOT NULL,
    maxpages smallint DEFAULT 0 NOT NULL,
    timelimit bigint DEFAULT 0 NOT NULL,
    retake smallint DEFAULT 1 NOT NULL,
    activitylink bigint DEFAULT 0 NOT NULL,
    mediafile varchar(255) DEFAULT '' NOT NULL,
    mediaheight bigint DEFAULT 100 NOT NULL,
    mediawidth bigint DEFAULT 650 NOT NULL,
    mediaclose smallint DEFAULT 0 NOT NULL,
    slideshow smallint DEFAULT 0 NOT NULL,
    width bigint DEFAULT 640 NOT NULL,
    height bigint DEFAULT 480 NOT NULL,
    bgcolor varchar(7) DEFAULT '#FFFFFF' NOT NULL,
    displayleft smallint DEFAULT 0 NOT NULL,
    displayleftif smallint DEFAULT 0 NOT NULL,
    progressbar smallint DEFAULT 0 NOT NULL,
    available bigint DEFAULT 0 NOT NULL,
    deadline bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    completionendreached smallint DEFAULT 0,
    completiontimespent bigint DEFAULT 0,
    allowofflineattempts smallint DEFAULT 0
);
CREATE INDEX mdl_less_cou_ix ON mdl_lesson (course);
CREATE TABLE mdl_lesson_overrides (
    id bigserial CONSTRAINT mdl_lessover_id_pk PRIMARY KEY,
    lessonid bigint DEFAULT 0 NOT NULL,
    groupid bigint,
    userid bigint,
    available bigint,
    deadline bigint,
    timelimit bigint,
    review smallint,
    maxattempts smallint,
    retake smallint,
    password varchar(32)
);
CREATE INDEX mdl_lessover_gro_ix ON mdl_lesson_overrides (groupid);
CREATE INDEX mdl_lessover_les_ix ON mdl_lesson_overrides (lessonid);
CREATE INDEX mdl_lessover_use_ix ON mdl_lesson_overrides (userid);
CREATE TABLE mdl_lti (
    id bigserial CONSTRAINT mdl_lti_id_pk PRIMARY KEY,
    course bigint DEFAULT 0 NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    intro text,
    introformat smallint DEFAULT 0,
    timecreated bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    typeid bigint,
    toolurl text NOT NULL,
    securetoolurl text,
    instructorchoicesendname smallint,
    instructorchoicesendemailaddr smallint,
    instructorchoiceallowroster smallint,
    instructorchoiceallowsetting smallint,
    instructorcustomparameters text,
    instructorchoiceacceptgrades smallint,
    grade bigint DEFAULT 100 NOT NULL,
    launchcontainer smallint DEFAULT 1 NOT NULL,
    resourcekey varchar(255),
    password varchar(255),
    debuglaunch smallint DEFAULT 0 NOT NULL,
    showtitlelaunch smallint DEFAULT 0 NOT NULL,
    showdescriptionlaunch smallint DEFAULT 0 NOT NULL,
    servicesalt varchar(40),
    icon text,
    secureicon text
);
CREATE INDEX mdl_lti_cou_ix ON mdl_lti (course);
CREATE TABLE mdl_page (
    id bigserial CONSTRAINT mdl_page_id_pk PRIMARY KEY,
    course bigint DEFAULT 0 NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    intro text,
    introformat smallint DEFAULT 0 NOT NULL,
    content text,
    contentformat smallint DEFAULT 0 NOT NULL,
    legacyfiles smallint DEFAULT 0 NOT NULL,
    legacyfileslast bigint,
    display smallint DEFAULT 0 NOT NULL,
    displayoptions text,
    revision bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_page_cou_ix ON mdl_page (course);
CREATE TABLE mdl_quiz (
    id bigserial CONSTRAINT mdl_quiz_id_pk PRIMARY KEY,
    course bigint DEFAULT 0 NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    intro text NOT NULL,
    introformat smallint DEFAULT 0 NOT NULL,
    timeopen bigint DEFAULT 0 NOT NULL,
    timeclose bigint DEFAULT 0 NOT NULL,
    timelimit bigint DEFAULT 0 NOT NULL,
    overduehandling varchar(16) DEFAULT 'autoabandon' NOT NULL,
    graceperiod bigint DEFAULT 0 NOT NULL,
    preferredbehaviour varchar(32) DEFAULT '' NOT NULL,
    canredoquestions smallint DEFAULT 0 NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    attemptonlast smallint DEFAULT 0 NOT NULL,
    grademethod smallint DEFAULT 1 NOT NULL,
    decimalpoints smallint DEFAULT 2 NOT NULL,
    questiondecimalpoints smallint DEFAULT '-1'::integer NOT NULL,
    reviewattempt integer DEFAULT 0 NOT NULL,
    reviewcorrectness integer DEFAULT 0 NOT NULL,
    reviewmaxmarks integer DEFAULT 0 NOT NULL,
    reviewmarks integer DEFAULT 0 NOT NULL,
    reviewspecificfeedback integer DEFAULT 0 NOT NULL,
    reviewgeneralfeedback integer DEFAULT 0 NOT NULL,
    reviewrightanswer integer DEFAULT 0 NOT NULL,
    reviewoverallfeedback integer DEFAULT 0 NOT NULL,
    questionsperpage bigint DEFAULT 0 NOT NULL,
    navmethod varchar(16) DEFAULT 'free' NOT NULL,
    shuffleanswers smallint DEFAULT 0 NOT NULL,
    sumgrades numeric(10,5) DEFAULT 0 NOT NULL,
    grade numeric(10,5) DEFAULT 0 NOT NULL,
    timecreated bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    password varchar(255) DEFAULT '' NOT NULL,
    subnet varchar(255) DEFAULT '' NOT NULL,
    browsersecurity varchar(32) DEFAULT '' NOT NULL,
    delay1 bigint DEFAULT 0 NOT NULL,
    delay2 bigint DEFAULT 0 NOT NULL,
    showuserpicture smallint DEFAULT 0 NOT NULL,
    showblocks smallint DEFAULT 0 NOT NULL,
    completionattemptsexhausted smallint DEFAULT 0,
    completionminattempts bigint DEFAULT 0 NOT NULL,
    allowofflineattempts smallint DEFAULT 0
);
CREATE INDEX mdl_quiz_cou_ix ON mdl_quiz (course);
CREATE TABLE mdl_quiz_sections (
    id bigserial CONSTRAINT mdl_quizsect_id_pk PRIMARY KEY,
    quizid bigint NOT NULL,
    firstslot bigint NOT NULL,
    heading varchar(1333),
    shufflequestions smallint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_quizsect_qui_ix ON mdl_quiz_sections (quizid);
CREATE UNIQUE INDEX mdl_quizsect_quifir_uix ON mdl_quiz_sections (quizid, firstslot);
CREATE TABLE mdl_quiz_slots (
    id bigserial CONSTRAINT mdl_quizslot_id_pk PRIMARY KEY,
    slot bigint NOT NULL,
    quizid bigint DEFAULT 0 NOT NULL,
    page bigint NOT NULL,
    displaynumber varchar(16),
    requireprevious smallint DEFAULT 0 NOT NULL,
    maxmark numeric(12,7) DEFAULT 0 NOT NULL,
    quizgradeitemid bigint
);
CREATE INDEX mdl_quizslot_qui2_ix ON mdl_quiz_slots (quizgradeitemid);
CREATE INDEX mdl_quizslot_qui_ix ON mdl_quiz_slots (quizid);
CREATE UNIQUE INDEX mdl_quizslot_quislo_uix ON mdl_quiz_slots (quizid, slot);
CREATE TABLE mdl_quiz_overrides (
    id bigserial CONSTRAINT mdl_quizover_id_pk PRIMARY KEY,
    quiz bigint DEFAULT 0 NOT NULL,
    groupid bigint,
    userid bigint,
    timeopen bigint,
    timeclose bigint,
    timelimit bigint,
    attempts integer,
    password varchar(255)
);
CREATE INDEX mdl_quizover_gro_ix ON mdl_quiz_overrides (groupid);
CREATE INDEX mdl_quizover_qui_ix ON mdl_quiz_overrides (quiz);
CREATE INDEX mdl_quizover_use_ix ON mdl_quiz_overrides (userid);
CREATE TABLE mdl_quiz_attempts (
    id bigserial CONSTRAINT mdl_quizatte_id_pk PRIMARY KEY,
    quiz bigint DEFAULT 0 NOT NULL,
    userid bigint DEFAULT 0 NOT NULL,
    attempt integer DEFAULT 0 NOT NULL,
    uniqueid bigint DEFAULT 0 NOT NULL,
    layout text NOT NULL,
    currentpage bigint DEFAULT 0 NOT NULL,
    preview smallint DEFAULT 0 NOT NULL,
    state varchar(16) DEFAULT 'inprogress' NOT NULL,
    timestart bigint DEFAULT 0 NOT NULL,
    timefinish bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    timemodifiedoffline bigint DEFAULT 0 NOT NULL,
    timecheckstate bigint DEFAULT 0,
    sumgrades numeric(10,5),
    gradednotificationsenttime bigint
);
CREATE INDEX mdl_quizatte_qui_ix ON mdl_quiz_attempts (quiz);
CREATE UNIQUE INDEX mdl_quizatte_quiuseatt_uix ON mdl_quiz_attempts (quiz, userid, attempt);
CREATE INDEX mdl_quizatte_statim_ix ON mdl_quiz_attempts (state, timecheckstate);
CREATE UNIQUE INDEX mdl_quizatte_uni_uix ON mdl_quiz_attempts (uniqueid);
CREATE INDEX mdl_quizatte_use_ix ON mdl_quiz_attempts (userid);
CREATE TABLE mdl_quiz_grades (
    id bigserial CONSTRAINT mdl_quizgrad_id_pk PRIMARY KEY,
    quiz bigint DEFAULT 0 NOT NULL,
    userid bigint DEFAULT 0 NOT NULL,
    grade numeric(10,5) DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_quizgrad_qui_ix ON mdl_quiz_grades (quiz);
CREATE INDEX mdl_quizgrad_use_ix ON mdl_quiz_grades (userid);
CREATE TABLE mdl_resource (
    id bigserial CONSTRAINT mdl_reso_id_pk PRIMARY KEY,
    course bigint DEFAULT 0 NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    intro text,
    introformat smallint DEFAULT 0 NOT NULL,
    tobemigrated smallint DEFAULT 0 NOT NULL,
    legacyfiles smallint DEFAULT 0 NOT NULL,
    legacyfileslast bigint,
    display smallint DEFAULT 0 NOT NULL,
    displayoptions text,
    filterfiles smallint DEFAULT 0 NOT NULL,
    revision bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_reso_cou_ix ON mdl_resource (course);
CREATE TABLE mdl_scorm (
    id bigserial CONSTRAINT mdl_scor_id_pk PRIMARY KEY,
    course bigint DEFAULT 0 NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    scormtype varchar(50) DEFAULT 'local' NOT NULL,
    reference varchar(255) DEFAULT '' NOT NULL,
    intro text NOT NULL,
    introformat smallint DEFAULT 0 NOT NULL,
    version varchar(9) DEFAULT '' NOT NULL,
    maxgrade double precision DEFAULT 0 NOT NULL,
    grademethod smallint DEFAULT 0 NOT NULL,
    whatgrade bigint DEFAULT 0 NOT NULL,
    maxattempt bigint DEFAULT 1 NOT NULL,
    forcecompleted smallint DEFAULT 0 NOT NULL,
    forcenewattempt smallint DEFAULT 0 NOT NULL,
    lastattemptlock smallint DEFAULT 0 NOT NULL,
    masteryoverride smallint DEFAULT 1 NOT NULL,
    displayattemptstatus smallint DEFAULT 1 NOT NULL,
    displaycoursestructure smallint DEFAULT 0 NOT NULL,
    updatefreq smallint DEFAULT 0 NOT NULL,
    sha1hash varchar(40),
    md5hash varchar(32) DEFAULT '' NOT NULL,
    revision bigint DEFAULT 0 NOT NULL,
    launch bigint DEFAULT 0 NOT NULL,
    skipview smallint DEFAULT 1 NOT NULL,
    hidebrowse smallint DEFAULT 0 NOT NULL,
    hidetoc smallint DEFAULT 0 NOT NULL,
    nav smallint DEFAULT 1 NOT NULL,
    navpositionleft bigint DEFAULT '-100'::integer,
    navpositiontop bigint DEFAULT '-100'::integer,
    auto smallint DEFAULT 0 NOT NULL,
    popup smallint DEFAULT 0 NOT NULL,
    options varchar(255) DEFAULT '' NOT NULL,
    width bigint DEFAULT 100 NOT NULL,
    height bigint DEFAULT 600 NOT NULL,
    timeopen bigint DEFAULT 0 NOT NULL,
    timeclose bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    completionstatusrequired smallint,
    completionscorerequired bigint,
    completionstatusallscos smallint,
    autocommit smallint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_scor_cou_ix ON mdl_scorm (course);
CREATE TABLE mdl_subsection (
    id bigserial CONSTRAINT mdl_subs_id_pk PRIMARY KEY,
    course bigint DEFAULT 0 NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_subs_cou_ix ON mdl_subsection (course);
CREATE TABLE mdl_survey (
    id bigserial CONSTRAINT mdl_surv_id_pk PRIMARY KEY,
    course bigint DEFAULT 0 NOT NULL,
    template bigint DEFAULT 0 NOT NULL,
    days integer DEFAULT 0 NOT NULL,
    timecreated bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    intro text NOT NULL,
    introformat smallint DEFAULT 0 NOT NULL,
    questions varchar(255) DEFAULT '' NOT NULL,
    completionsubmit smallint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_surv_cou_ix ON mdl_survey (course);
CREATE TABLE mdl_url (
    id bigserial CONSTRAINT mdl_url_id_pk PRIMARY KEY,
    course bigint DEFAULT 0 NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    intro text,
    introformat smallint DEFAULT 0 NOT NULL,
    externalurl text NOT NULL,
    display smallint DEFAULT 0 NOT NULL,
    displayoptions text,
    parameters text,
    timemodified bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_url_cou_ix ON mdl_url (course);
CREATE TABLE mdl_wiki (
    id bigserial CONSTRAINT mdl_wiki_id_pk PRIMARY KEY,
    course bigint DEFAULT 0 NOT NULL,
    name varchar(255) DEFAULT 'Wiki' NOT NULL,
    intro text,
    introformat smallint DEFAULT 0 NOT NULL,
    timecreated bigint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL,
    firstpagetitle varchar(255) DEFAULT 'First Page' NOT NULL,
    wikimode varchar(20) DEFAULT 'collaborative' NOT NULL,
    defaultformat varchar(20) DEFAULT 'creole' NOT NULL,
    forceformat smallint DEFAULT 1 NOT NULL,
    editbegin bigint DEFAULT 0 NOT NULL,
    editend bigint DEFAULT 0
);
CREATE INDEX mdl_wiki_cou_ix ON mdl_wiki (course);
CREATE TABLE mdl_workshop (
    id bigserial CONSTRAINT mdl_work_id_pk PRIMARY KEY,
    course bigint NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    intro text,
    introformat smallint DEFAULT 0 NOT NULL,
    instructauthors text,
    instructauthorsformat smallint DEFAULT 0 NOT NULL,
    instructreviewers text,
    instructreviewersformat smallint DEFAULT 0 NOT NULL,
    timemodified bigint NOT NULL,
    phase smallint DEFAULT 0,
    useexamples smallint DEFAULT 0,
    usepeerassessment smallint DEFAULT 0,
    useselfassessment smallint DEFAULT 0,
    grade numeric(10,5) DEFAULT 80,
    gradinggrade numeric(10,5) DEFAULT 20,
    strategy varchar(30) DEFAULT '' NOT NULL,
    evaluation varchar(30) DEFAULT '' NOT NULL,
    gradedecimals smallint DEFAULT 0,
    submissiontypetext smallint DEFAULT 1 NOT NULL,
    submissiontypefile smallint DEFAULT 1 NOT NULL,
    nattachments smallint DEFAULT 1,
    submissionfiletypes varchar(255),
    latesubmissions smallint DEFAULT 0,
    maxbytes bigint DEFAULT 100000,
    examplesmode smallint DEFAULT 0,
    submissionstart bigint DEFAULT 0,
    submissionend bigint DEFAULT 0,
    assessmentstart bigint DEFAULT 0,
    assessmentend bigint DEFAULT 0,
    phaseswitchassessment smallint DEFAULT 0 NOT NULL,
    conclusion text,
    conclusionformat smallint DEFAULT 1 NOT NULL,
    overallfeedbackmode smallint DEFAULT 1,
    overallfeedbackfiles smallint DEFAULT 0,
    overallfeedbackfiletypes varchar(255),
    overallfeedbackmaxbytes bigint DEFAULT 100000
);
CREATE INDEX mdl_work_cou_ix ON mdl_workshop (course);

-- Grades
CREATE TABLE mdl_grading_areas (
    id bigserial CONSTRAINT mdl_gradarea_id_pk PRIMARY KEY,
    contextid bigint NOT NULL,
    component varchar(100) DEFAULT '' NOT NULL,
    areaname varchar(100) DEFAULT '' NOT NULL,
    activemethod varchar(100)
);
CREATE INDEX mdl_gradarea_con_ix ON mdl_grading_areas (contextid);
CREATE UNIQUE INDEX mdl_gradarea_concomare_uix ON mdl_grading_areas (contextid, component, areaname);
CREATE TABLE mdl_scale (
    id bigserial CONSTRAINT mdl_scal_id_pk PRIMARY KEY,
    courseid bigint DEFAULT 0 NOT NULL,
    userid bigint DEFAULT 0 NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    scale text NOT NULL,
    description text NOT NULL,
    descriptionformat smallint DEFAULT 0 NOT NULL,
    timemodified bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_scal_cou_ix ON mdl_scale (courseid);
CREATE INDEX mdl_scal_use_ix ON mdl_scale (userid);
CREATE TABLE mdl_grade_categories (
    id bigserial CONSTRAINT mdl_gradcate_id_pk PRIMARY KEY,
    courseid bigint NOT NULL,
    parent bigint,
    depth bigint DEFAULT 0 NOT NULL,
    path varchar(255),
    fullname varchar(255) DEFAULT '' NOT NULL,
    aggregation bigint DEFAULT 0 NOT NULL,
    keephigh bigint DEFAULT 0 NOT NULL,
    droplow bigint DEFAULT 0 NOT NULL,
    aggregateonlygraded smallint DEFAULT 0 NOT NULL,
    aggregateoutcomes smallint DEFAULT 0 NOT NULL,
    timecreated bigint NOT NULL,
    timemodified bigint NOT NULL,
    hidden bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_gradcate_cou_ix ON mdl_grade_categories (courseid);
CREATE INDEX mdl_gradcate_par_ix ON mdl_grade_categories (parent);
CREATE TABLE mdl_grade_categories_history (
    id bigserial CONSTRAINT mdl_gradcatehist_id_pk PRIMARY KEY,
    action bigint DEFAULT 0 NOT NULL,
    oldid bigint NOT NULL,
    source varchar(255),
    timemodified bigint,
    loggeduser bigint,
    courseid bigint NOT NULL,
    parent bigint,
    depth bigint DEFAULT 0 NOT NULL,
    path varchar(255),
    fullname varchar(255) DEFAULT '' NOT NULL,
    aggregation bigint DEFAULT 0 NOT NULL,
    keephigh bigint DEFAULT 0 NOT NULL,
    droplow bigint DEFAULT 0 NOT NULL,
    aggregateonlygraded smallint DEFAULT 0 NOT NULL,
    aggregateoutcomes smallint DEFAULT 0 NOT NULL,
    aggregatesubcats smallint DEFAULT 0 NOT NULL,
    hidden bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_gradcatehist_act_ix ON mdl_grade_categories_history (action);
CREATE INDEX mdl_gradcatehist_cou_ix ON mdl_grade_categories_history (courseid);
CREATE INDEX mdl_gradcatehist_log_ix ON mdl_grade_categories_history (loggeduser);
CREATE INDEX mdl_gradcatehist_old_ix ON mdl_grade_categories_history (oldid);
CREATE INDEX mdl_gradcatehist_par_ix ON mdl_grade_categories_history (parent);
CREATE INDEX mdl_gradcatehist_tim_ix ON mdl_grade_categories_history (timemodified);
CREATE TABLE mdl_grade_items (
    id bigserial CONSTRAINT mdl_graditem_id_pk PRIMARY KEY,
    courseid bigint,
    categoryid bigint,
    itemname varchar(255),
    itemtype varchar(30) DEFAULT '' NOT NULL,
    itemmodule varchar(30),
    iteminstance bigint,
    itemnumber bigint,
    iteminfo text,
    idnumber varchar(255),
    calculation text,
    gradetype smallint DEFAULT 1 NOT NULL,
    grademax numeric(10,5) DEFAULT 100 NOT NULL,
    grademin numeric(10,5) DEFAULT 0 NOT NULL,
    scaleid bigint,
    outcomeid bigint,
    gradepass numeric(10,5) DEFAULT 0 NOT NULL,
    multfactor numeric(10,5) DEFAULT 1.0 NOT NULL,
    plusfactor numeric(10,5) DEFAULT 0 NOT NULL,
    aggregationcoef numeric(10,5) DEFAULT 0 NOT NULL,
    aggregationcoef2 numeric(10,5) DEFAULT 0 NOT NULL,
    sortorder bigint DEFAULT 0 NOT NULL,
    display bigint DEFAULT 0 NOT NULL,
    decimals smallint,
    hidden bigint DEFAULT 0 NOT NULL,
    locked bigint DEFAULT 0 NOT NULL,
    locktime bigint DEFAULT 0 NOT NULL,
    needsupdate bigint DEFAULT 0 NOT NULL,
    weightoverride smallint DEFAULT 0 NOT NULL,
    timecreated bigint,
    timemodified bigint
);
CREATE INDEX mdl_graditem_cat_ix ON mdl_grade_items (categoryid);
CREATE INDEX mdl_graditem_cou_ix ON mdl_grade_items (courseid);
CREATE INDEX mdl_graditem_gra_ix ON mdl_grade_items (gradetype);
CREATE INDEX mdl_graditem_idncou_ix ON mdl_grade_items (idnumber, courseid);
CREATE INDEX mdl_graditem_iteiteitecou_ix ON mdl_grade_items (itemtype, itemmodule, iteminstance, courseid);
CREATE INDEX mdl_graditem_itenee_ix ON mdl_grade_items (itemtype, needsupdate);
CREATE INDEX mdl_graditem_locloc_ix ON mdl_grade_items (locked, locktime);
CREATE INDEX mdl_graditem_out_ix ON mdl_grade_items (outcomeid);
CREATE INDEX mdl_graditem_sca_ix ON mdl_grade_items (scaleid);
CREATE TABLE mdl_grade_items_history (
    id bigserial CONSTRAINT mdl_graditemhist_id_pk PRIMARY KEY,
    action bigint DEFAULT 0 NOT NULL,
    oldid bigint NOT NULL,
    source varchar(255),
    timemodified bigint,
    loggeduser bigint,
    courseid bigint,
    categoryid bigint,
    itemname varchar(255),
    itemtype varchar(30) DEFAULT '' NOT NULL,
    itemmodule varchar(30),
    iteminstance bigint,
    itemnumber bigint,
    iteminfo text,
    idnumber varchar(255),
    calculation text,
    gradetype smallint DEFAULT 1 NOT NULL,
    grademax numeric(10,5) DEFAULT 100 NOT NULL,
    grademin numeric(10,5) DEFAULT 0 NOT NULL,
    scaleid bigint,
    outcomeid bigint,
    gradepass numeric(10,5) DEFAULT 0 NOT NULL,
    multfactor numeric(10,5) DEFAULT 1.0 NOT NULL,
    plusfactor numeric(10,5) DEFAULT 0 NOT NULL,
    aggregationcoef numeric(10,5) DEFAULT 0 NOT NULL,
    aggregationcoef2 numeric(10,5) DEFAULT 0 NOT NULL,
    sortorder bigint DEFAULT 0 NOT NULL,
    hidden bigint DEFAULT 0 NOT NULL,
    locked bigint DEFAULT 0 NOT NULL,
    locktime bigint DEFAULT 0 NOT NULL,
    needsupdate bigint DEFAULT 0 NOT NULL,
    display bigint DEFAULT 0 NOT NULL,
    decimals smallint,
    weightoverride smallint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_graditemhist_act_ix ON mdl_grade_items_history (action);
CREATE INDEX mdl_graditemhist_cat_ix ON mdl_grade_items_history (categoryid);
CREATE INDEX mdl_graditemhist_cou_ix ON mdl_grade_items_history (courseid);
CREATE INDEX mdl_graditemhist_log_ix ON mdl_grade_items_history (loggeduser);
CREATE INDEX mdl_graditemhist_old_ix ON mdl_grade_items_history (oldid);
CREATE INDEX mdl_graditemhist_out_ix ON mdl_grade_items_history (outcomeid);
CREATE INDEX mdl_graditemhist_sca_ix ON mdl_grade_items_history (scaleid);
CREATE INDEX mdl_graditemhist_tim_ix ON mdl_grade_items_history (timemodified);
CREATE TABLE mdl_grade_grades (
    id bigserial CONSTRAINT mdl_gradgrad_id_pk PRIMARY KEY,
    itemid bigint NOT NULL,
    userid bigint NOT NULL,
    rawgrade numeric(10,5),
    rawgrademax numeric(10,5) DEFAULT 100 NOT NULL,
    rawgrademin numeric(10,5) DEFAULT 0 NOT NULL,
    rawscaleid bigint,
    usermodified bigint,
    finalgrade numeric(10,5),
    hidden bigint DEFAULT 0 NOT NULL,
    locked bigint DEFAULT 0 NOT NULL,
    locktime bigint DEFAULT 0 NOT NULL,
    exported bigint DEFAULT 0 NOT NULL,
    overridden bigint DEFAULT 0 NOT NULL,
    excluded bigint DEFAULT 0 NOT NULL,
    feedback text,
    feedbackformat bigint DEFAULT 0 NOT NULL,
    information text,
    informationformat bigint DEFAULT 0 NOT NULL,
    timecreated bigint,
    timemodified bigint,
    aggregationstatus varchar(10) DEFAULT 'unknown' NOT NULL,
    aggregationweight numeric(10,5)
);
CREATE INDEX mdl_gradgrad_ite_ix ON mdl_grade_grades (itemid);
CREATE INDEX mdl_gradgrad_locloc_ix ON mdl_grade_grades (locked, locktime);
CREATE INDEX mdl_gradgrad_raw_ix ON mdl_grade_grades (rawscaleid);
CREATE INDEX mdl_gradgrad_use2_ix ON mdl_grade_grades (usermodified);
CREATE INDEX mdl_gradgrad_use_ix ON mdl_grade_grades (userid);
CREATE UNIQUE INDEX mdl_gradgrad_useite_uix ON mdl_grade_grades (userid, itemid);
CREATE TABLE mdl_grade_grades_history (
    id bigserial CONSTRAINT mdl_gradgradhist_id_pk PRIMARY KEY,
    action bigint DEFAULT 0 NOT NULL,
    oldid bigint NOT NULL,
    source varchar(255),
    timemodified bigint,
    loggeduser bigint,
    itemid bigint NOT NULL,
    userid bigint NOT NULL,
    rawgrade numeric(10,5),
    rawgrademax numeric(10,5) DEFAULT 100 NOT NULL,
    rawgrademin numeric(10,5) DEFAULT 0 NOT NULL,
    rawscaleid bigint,
    usermodified bigint,
    finalgrade numeric(10,5),
    hidden bigint DEFAULT 0 NOT NULL,
    locked bigint DEFAULT 0 NOT NULL,
    locktime bigint DEFAULT 0 NOT NULL,
    exported bigint DEFAULT 0 NOT NULL,
    overridden bigint DEFAULT 0 NOT NULL,
    excluded bigint DEFAULT 0 NOT NULL,
    feedback text,
    feedbackformat bigint DEFAULT 0 NOT NULL,
    information text,
    informationformat bigint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_gradgradhist_act_ix ON mdl_grade_grades_history (action);
CREATE INDEX mdl_gradgradhist_ite_ix ON mdl_grade_grades_history (itemid);
CREATE INDEX mdl_gradgradhist_log_ix ON mdl_grade_grades_history (loggeduser);
CREATE INDEX mdl_gradgradhist_old_ix ON mdl_grade_grades_history (oldid);
CREATE INDEX mdl_gradgradhist_raw_ix ON mdl_grade_grades_history (rawscaleid);
CREATE INDEX mdl_gradgradhist_tim_ix ON mdl_grade_grades_history (timemodified);
CREATE INDEX mdl_gradgradhist_use2_ix ON mdl_grade_grades_history (usermodified);
CREATE INDEX mdl_gradgradhist_use_ix ON mdl_grade_grades_history (userid);
CREATE INDEX mdl_gradgradhist_useitetim_ix ON mdl_grade_grades_history (userid, itemid, timemodified);
CREATE TABLE mdl_grade_letters (
    id bigserial CONSTRAINT mdl_gradlett_id_pk PRIMARY KEY,
    contextid bigint NOT NULL,
    lowerboundary numeric(10,5) NOT NULL,
    letter varchar(255) DEFAULT '' NOT NULL
);
CREATE UNIQUE INDEX mdl_gradlett_conlowlet_uix ON mdl_grade_letters (contextid, lowerboundary, letter);
CREATE TABLE mdl_grade_outcomes (
    id bigserial CONSTRAINT mdl_gradoutc_id_pk PRIMARY KEY,
    courseid bigint,
    shortname varchar(255) DEFAULT '' NOT NULL,
    fullname text NOT NULL,
    scaleid bigint,
    description text,
    descriptionformat smallint DEFAULT 0 NOT NULL,
    timecreated bigint,
    timemodified bigint,
    usermodified bigint
);
CREATE INDEX mdl_gradoutc_cou_ix ON mdl_grade_outcomes (courseid);
CREATE UNIQUE INDEX mdl_gradoutc_cousho_uix ON mdl_grade_outcomes (courseid, shortname);
CREATE INDEX mdl_gradoutc_sca_ix ON mdl_grade_outcomes (scaleid);
CREATE INDEX mdl_gradoutc_use_ix ON mdl_grade_outcomes (usermodified);
CREATE TABLE mdl_grade_outcomes_courses (
    id bigserial CONSTRAINT mdl_gradoutccour_id_pk PRIMARY KEY,
    courseid bigint NOT NULL,
    outcomeid bigint NOT NULL
);
CREATE INDEX mdl_gradoutccour_cou_ix ON mdl_grade_outcomes_courses (courseid);
CREATE UNIQUE INDEX mdl_gradoutccour_couout_uix ON mdl_grade_outcomes_courses (courseid, outcomeid);
CREATE INDEX mdl_gradoutccour_out_ix ON mdl_grade_outcomes_courses (outcomeid);
CREATE TABLE mdl_grade_settings (
    id bigserial CONSTRAINT mdl_gradsett_id_pk PRIMARY KEY,
    courseid bigint NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    value text
);
CREATE INDEX mdl_gradsett_cou_ix ON mdl_grade_settings (courseid);
CREATE UNIQUE INDEX mdl_gradsett_counam_uix ON mdl_grade_settings (courseid, name);

-- Files
CREATE TABLE mdl_files (
    id bigserial CONSTRAINT mdl_file_id_pk PRIMARY KEY,
    contenthash varchar(40) DEFAULT '' NOT NULL,
    pathnamehash varchar(40) DEFAULT '' NOT NULL,
    contextid bigint NOT NULL,
    component varchar(100) DEFAULT '' NOT NULL,
    filearea varchar(50) DEFAULT '' NOT NULL,
    itemid bigint NOT NULL,
    filepath varchar(255) DEFAULT '' NOT NULL,
    filename varchar(255) DEFAULT '' NOT NULL,
    userid bigint,
    filesize bigint NOT NULL,
    mimetype varchar(100),
    status bigint DEFAULT 0 NOT NULL,
    source text,
    author varchar(255),
    license varchar(255),
    timecreated bigint NOT NULL,
    timemodified bigint NOT NULL,
    sortorder bigint DEFAULT 0 NOT NULL,
    referencefileid bigint
);
CREATE INDEX mdl_file_comfilconite_ix ON mdl_files (component, filearea, contextid, itemid);
CREATE INDEX mdl_file_con2_ix ON mdl_files (contextid);
CREATE INDEX mdl_file_con_ix ON mdl_files (contenthash);
CREATE INDEX mdl_file_fil_ix ON mdl_files (filename);
CREATE INDEX mdl_file_lic_ix ON mdl_files (license);
CREATE UNIQUE INDEX mdl_file_pat_uix ON mdl_files (pathnamehash);
CREATE INDEX mdl_file_ref_ix ON mdl_files (referencefileid);
CREATE INDEX mdl_file_use_ix ON mdl_files (userid);
CREATE TABLE mdl_files_reference (
    id bigserial CONSTRAINT mdl_filerefe_id_pk PRIMARY KEY,
    repositoryid bigint NOT NULL,
    lastsync bigint,
    reference text,
    referencehash varchar(40) DEFAULT '' NOT NULL
);
CREATE UNIQUE INDEX mdl_filerefe_refrep_uix ON mdl_files_reference (referencehash, repositoryid);
CREATE INDEX mdl_filerefe_rep_ix ON mdl_files_reference (repositoryid);
CREATE TABLE mdl_repository (
    id bigserial CONSTRAINT mdl_repo_id_pk PRIMARY KEY,
    type varchar(255) DEFAULT '' NOT NULL,
    visible smallint DEFAULT 1,
    sortorder bigint DEFAULT 0 NOT NULL
);
CREATE TABLE mdl_repository_instances (
    id bigserial CONSTRAINT mdl_repoinst_id_pk PRIMARY KEY,
    name varchar(255) DEFAULT '' NOT NULL,
    typeid bigint NOT NULL,
    userid bigint DEFAULT 0 NOT NULL,
    contextid bigint NOT NULL,
    username varchar(255),
    password varchar(255),
    timecreated bigint,
    timemodified bigint,
    readonly smallint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_repoinst_con_ix ON mdl_repository_instances (contextid);
CREATE INDEX mdl_repoinst_use_ix ON mdl_repository_instances (userid);

-- Messages, notifications, notes
CREATE TABLE mdl_repository_instance_config (
    id bigserial CONSTRAINT mdl_repoinstconf_id_pk PRIMARY KEY,
    instanceid bigint NOT NULL,
    name varchar(255) DEFAULT '' NOT NULL,
    value text
);
CREATE TABLE mdl_message (
    id bigserial CONSTRAINT mdl_mess_id_pk PRIMARY KEY,
    useridfrom bigint DEFAULT 0 NOT NULL,
    useridto bigint DEFAULT 0 NOT NULL,
    subject text,
    fullmessage text,
    fullmessageformat smallint DEFAULT 0,
    fullmessagehtml text,
    smallmessage text,
    notification smallint DEFAULT 0,
    contexturl text,
    contexturlname text,
    timecreated bigint DEFAULT 0 NOT NULL,
    timeuserfromdeleted bigint DEFAULT 0 NOT NULL,
    timeusertodeleted bigint DEFAULT 0 NOT NULL,
    component varchar(100),
    eventtype varchar(100),
    customdata text
);
CREATE INDEX mdl_mess_usetimnot2_ix ON mdl_message (useridto, timeusertodeleted, notification);
CREATE INDEX mdl_mess_usetimnot_ix ON mdl_message (useridfrom, timeuserfromdeleted, notification);
CREATE INDEX mdl_mess_useusetimtim_ix ON mdl_message (useridfrom, useridto, timeuserfromdeleted, timeusertodeleted);
CREATE TABLE mdl_message_read (
    id bigserial CONSTRAINT mdl_messread_id_pk PRIMARY KEY,
    useridfrom bigint DEFAULT 0 NOT NULL,
    useridto bigint DEFAULT 0 NOT NULL,
    subject text,
    fullmessage text,
    fullmessageformat smallint DEFAULT 0,
    fullmessagehtml text,
    smallmessage text,
    notification smallint DEFAULT 0,
    contexturl text,
    contexturlname text,
    timecreated bigint DEFAULT 0 NOT NULL,
    timeread bigint DEFAULT 0 NOT NULL,
    timeuserfromdeleted bigint DEFAULT 0 NOT NULL,
    timeusertodeleted bigint DEFAULT 0 NOT NULL,
    component varchar(100),
    eventtype varchar(100)
);
CREATE INDEX mdl_messread_nottim_ix ON mdl_message_read (notification, timeread);
CREATE INDEX mdl_messread_usetimnot2_ix ON mdl_message_read (useridto, timeusertodeleted, notification);
CREATE INDEX mdl_messread_usetimnot_ix ON mdl_message_read (useridfrom, timeuserfromdeleted, notification);
CREATE INDEX mdl_messread_useusetimtim_ix ON mdl_message_read (useridfrom, useridto, timeuserfromdeleted, timeusertodeleted);
CREATE TABLE mdl_message_conversations (
    id bigserial CONSTRAINT mdl_messconv_id_pk PRIMARY KEY,
    type bigint DEFAULT 1 NOT NULL,
    name varchar(255),
    convhash varchar(40),
    component varchar(100),
    itemtype varchar(100),
    itemid bigint,
    contextid bigint,
    enabled smallint DEFAULT 0 NOT NULL,
    timecreated bigint NOT NULL,
    timemodified bigint
);
CREATE INDEX mdl_messconv_comiteitecon_ix ON mdl_message_conversations (component, itemtype, itemid, contextid);
CREATE INDEX mdl_messconv_con2_ix ON mdl_message_conversations (contextid);
CREATE INDEX mdl_messconv_con_ix ON mdl_message_conversations (convhash);
CREATE INDEX mdl_messconv_typ_ix ON mdl_message_conversations (type);
CREATE TABLE mdl_message_conversation_members (
    id bigserial CONSTRAINT mdl_messconvmemb_id_pk PRIMARY KEY,
    conversationid bigint NOT NULL,
    userid bigint NOT NULL,
    timecreated bigint NOT NULL
);
CREATE INDEX mdl_messconvmemb_con_ix ON mdl_message_conversation_members (conversationid);
CREATE INDEX mdl_messconvmemb_use_ix ON mdl_message_conversation_members (userid);
CREATE TABLE mdl_message_conversation_actions (
    id bigserial CONSTRAINT mdl_messconvacti_id_pk PRIMARY KEY,
    userid bigint NOT NULL,
    conversationid bigint NOT NULL,
    action bigint NOT NULL,
    timecreated bigint NOT NULL
);
CREATE INDEX mdl_messconvacti_con_ix ON mdl_message_conversation_actions (conversationid);
CREATE INDEX mdl_messconvacti_use_ix ON mdl_message_conversation_actions (userid);
CREATE TABLE mdl_messages (
    id bigserial CONSTRAINT mdl_mess_id3_pk PRIMARY KEY,
    useridfrom bigint NOT NULL,
    conversationid bigint NOT NULL,
    subject text,
    fullmessage text,
    fullmessageformat smallint DEFAULT 0 NOT NULL,
    fullmessagehtml text,
    smallmessage text,
    timecreated bigint NOT NULL,
    fullmessagetrust smallint DEFAULT 0 NOT NULL,
    customdata text
);
CREATE INDEX mdl_mess_con_ix ON mdl_messages (conversationid);
CREATE INDEX mdl_mess_contim_ix ON mdl_messages (conversationid, timecreated);
CREATE INDEX mdl_mess_use_ix ON mdl_messages (useridfrom);
CREATE TABLE mdl_message_user_actions (
    id bigserial CONSTRAINT mdl_messuseracti_id_pk PRIMARY KEY,
    userid bigint NOT NULL,
    messageid bigint NOT NULL,
    action bigint NOT NULL,
    timecreated bigint NOT NULL
);
CREATE INDEX mdl_messuseracti_mes_ix ON mdl_message_user_actions (messageid);
CREATE INDEX mdl_messuseracti_use_ix ON mdl_message_user_actions (userid);
CREATE UNIQUE INDEX mdl_messuseracti_usemesact_uix ON mdl_message_user_actions (userid, messageid, action);
CREATE TABLE mdl_message_contacts (
    id bigserial CONSTRAINT mdl_messcont_id_pk PRIMARY KEY,
    userid bigint NOT NULL,
    contactid bigint NOT NULL,
    timecreated bigint
);
CREATE INDEX mdl_messcont_con_ix ON mdl_message_contacts (contactid);
CREATE INDEX mdl_messcont_use_ix ON mdl_message_contacts (userid);
CREATE UNIQUE INDEX mdl_messcont_usecon_uix ON mdl_message_contacts (userid, contactid);
CREATE TABLE mdl_message_contact_requests (
    id bigserial CONSTRAINT mdl_messcontrequ_id_pk PRIMARY KEY,
    userid bigint NOT NULL,
    requesteduserid bigint NOT NULL,
    timecreated bigint NOT NULL
);
CREATE INDEX mdl_messcontrequ_req_ix ON mdl_message_contact_requests (requesteduserid);
CREATE INDEX mdl_messcontrequ_use_ix ON mdl_message_contact_requests (userid);
CREATE UNIQUE INDEX mdl_messcontrequ_usereq_uix ON mdl_message_contact_requests (userid, requesteduserid);
CREATE TABLE mdl_message_users_blocked (
    id bigserial CONSTRAINT mdl_messuserbloc_id_pk PRIMARY KEY,
    userid bigint NOT NULL,
    blockeduserid bigint NOT NULL,
    timecreated bigint
);
CREATE INDEX mdl_messuserbloc_blo_ix ON mdl_message_users_blocked (blockeduserid);
CREATE INDEX mdl_messuserbloc_use_ix ON mdl_message_users_blocked (userid);
CREATE UNIQUE INDEX mdl_messuserbloc_useblo_uix ON mdl_message_users_blocked (userid, blockeduserid);
CREATE TABLE mdl_message_popup (
    id bigserial CONSTRAINT mdl_messpopu_id_pk PRIMARY KEY,
    messageid bigint NOT NULL,
    isread smallint DEFAULT 0 NOT NULL
);
CREATE INDEX mdl_messpopu_isr_ix ON mdl_message_popup (isread);
CREATE UNIQUE INDEX mdl_messpopu_mesisr_uix ON mdl_message_popup (messageid, isread);
CREATE TABLE mdl_message_popup_notifications (
    id bigserial CONSTRAINT mdl_messpopunoti_id_pk PRIMARY KEY,
    notificationid bigint NOT NULL
);
CREATE INDEX mdl_messpopunoti_not_ix ON mdl_message_popup_notifications (notificationid);
CREATE TABLE mdl_message_email_messages (
    id bigserial CONSTRAINT mdl_messemaimess_id_pk PRIMARY KEY,
    useridto bigint NOT NULL,
    conversationid bigint NOT NULL,
    messageid bigint NOT NULL
);
CREATE INDEX mdl_messemaimess_con_ix ON mdl_message_email_messages (conversationid);
CREATE INDEX mdl_messemaimess_mes_ix ON mdl_message_email_messages (messageid);
CREATE INDEX mdl_messemaimess_use_ix ON mdl_message_email_messages (useridto);
CREATE TABLE mdl_message_processors (
    id bigserial CONSTRAINT mdl_messproc_id_pk PRIMARY KEY,
    name varchar(166) DEFAULT '' NOT NULL,
    enabled smallint DEFAULT 1 NOT NULL
);
CREATE TABLE mdl_message_providers (
    id bigserial CONSTRAINT mdl_messprov_id_pk PRIMARY KEY,
    name varchar(100) DEFAULT '' NOT NULL,
    component varchar(200) DEFAULT '' NOT NULL,
    capability varchar(255)
);
CREATE UNIQUE INDEX mdl_messprov_comnam_uix ON mdl_message_providers (component, name);
CREATE TABLE mdl_notifications (
    id bigserial CONSTRAINT mdl_noti_id_pk PRIMARY KEY,
    useridfrom bigint NOT NULL,
    useridto bigint NOT NULL,
    subject text,
    fullmessage text,
    fullmessageformat smallint DEFAULT 0 NOT NULL,
    fullmessagehtml text,
    smallmessage text,
    component varchar(100),
    eventtype varchar(100),
    contexturl text,
    contexturlname text,
    timeread bigint,
    timecreated bigint NOT NULL,
    customdata text
);
CREATE INDEX mdl_noti_tim2_ix ON mdl_notifications (timeread);
CREATE INDEX mdl_noti_tim_ix ON mdl_notifications (timecreated);
CREATE INDEX mdl_noti_use2_ix ON mdl_notifications (useridto);
CREATE INDEX mdl_noti_use_ix ON mdl_notifications (useridfrom);
CREATE TABLE mdl_post (
    id bigserial CONSTRAINT mdl_post_id_pk PRIMARY KEY,
    module varchar(20) DEFAULT '' NOT NULL,
    userid bigint DEFAULT 0 NOT NULL,
    courseid bigint DEFAULT 0 NOT NULL,
    groupid bigint DEFAULT 0 NOT NULL,
    moduleid bigint DEFAULT 0 NOT NULL,
    coursemoduleid bigint DEFAULT 0 NOT NULL,
    subject varchar(128) DEFAULT '' NOT NULL,
    summary text,
    content text,
    uniquehash varchar(255) DEFAULT '' NOT NULL,
    rating bigint DEFAULT 0 NOT NULL,
    format bigint DEFAULT 0 NOT NULL,
    summaryformat smallint DEFAULT 0 NOT NULL,
    attachment varchar(100),
    publishstate varchar(20) DEFAULT 'draft' NOT NULL,
    lastmodified bigint DEFAULT 0 NOT NULL,
    created bigint DEFAULT 0 NOT NULL,
    usermodified bigint
);
CREATE INDEX mdl_post_cou2_ix ON mdl_post (coursemoduleid);
CREATE INDEX mdl_post_cou_ix ON mdl_post (courseid);
CREATE UNIQUE INDEX mdl_post_iduse_uix ON mdl_post (id, userid);
CREATE INDEX mdl_post_las_ix ON mdl_post (lastmodified);
CREATE INDEX mdl_post_mod_ix ON mdl_post (module);
CREATE INDEX mdl_post_sub_ix ON mdl_post (subject);
CREATE INDEX mdl_post_use_ix ON mdl_post (usermodified);

-- Web services
CREATE TABLE mdl_external_functions (
    id bigserial CONSTRAINT mdl_extefunc_id_pk PRIMARY KEY,
    name varchar(200) DEFAULT '' NOT NULL,
    classname varchar(100) DEFAULT '' NOT NULL,
    methodname varchar(100) DEFAULT '' NOT NULL,
    classpath varchar(255),
    component varchar(100) DEFAULT '' NOT NULL,
    capabilities varchar(255),
    services varchar(1333)
);
CREATE UNIQUE INDEX mdl_extefunc_nam_uix ON mdl_external_functions (name);
CREATE TABLE mdl_external_services (
    id bigserial CONSTRAINT mdl_exteserv_id_pk PRIMARY KEY,
    name varchar(200) DEFAULT '' NOT NULL,
    enabled smallint NOT NULL,
    requiredcapability varchar(150),
    restrictedusers smallint NOT NULL,
    component varchar(100),
    timecreated bigint NOT NULL,
    timemodified bigint,
    shortname varchar(255),
    downloadfiles smallint DEFAULT 0 NOT NULL,
    uploadfiles smallint DEFAULT 0 NOT NULL
);
CREATE UNIQUE INDEX mdl_exteserv_nam_uix ON mdl_external_services (name);
CREATE TABLE mdl_external_services_functions (
    id bigserial CONSTRAINT mdl_exteservfunc_id_pk PRIMARY KEY,
    externalserviceid bigint NOT NULL,
    functionname varchar(200) DEFAULT '' NOT NULL
);
CREATE INDEX mdl_exteservfunc_ext_ix ON mdl_external_services_functions (externalserviceid);
CREATE TABLE mdl_external_services_users (
    id bigserial CONSTRAINT mdl_exteservuser_id_pk PRIMARY KEY,
    externalserviceid bigint NOT NULL,
    userid bigint NOT NULL,
    iprestriction varchar(255),
    validuntil bigint,
    timecreated bigint
);
CREATE INDEX mdl_exteservuser_ext_ix ON mdl_external_services_users (externalserviceid);
CREATE INDEX mdl_exteservuser_use_ix ON mdl_external_services_users (userid);
CREATE TABLE mdl_external_tokens (
    id bigserial CONSTRAINT mdl_extetoke_id_pk PRIMARY KEY,
    token varchar(128) DEFAULT '' NOT NULL,
    privatetoken varchar(64),
    tokentype smallint NOT NULL,
    userid bigint NOT NULL,
    externalserviceid bigint NOT NULL,
    sid varchar(128),
    contextid bigint NOT NULL,
    creatorid bigint DEFAULT 1 NOT NULL,
    iprestriction varchar(255),
    validuntil bigint,
    timecreated bigint NOT NULL,
    lastaccess bigint,
    name varchar(255)
);
CREATE INDEX mdl_extetoke_con_ix ON mdl_external_tokens (contextid);
CREATE INDEX mdl_extetoke_cre_ix ON mdl_external_tokens (creatorid);
CREATE INDEX mdl_extetoke_ext_ix ON mdl_external_tokens (externalserviceid);
CREATE INDEX mdl_extetoke_sid_ix ON mdl_external_tokens (sid);
CREATE INDEX mdl_extetoke_tok_ix ON mdl_external_tokens (token);
CREATE INDEX mdl_extetoke_use_ix ON mdl_external_tokens (userid);

# SPDX-License-Identifier: Apache-2.0
# t/wsdl.py -- what the tests of clients that use a WSDL share.
import subprocess

import env

SCRIPT = '/webservice/soap/server.php'
INFO = 'core_webservice_get_site_info'
GROUPS = 'core_group_get_groups'
USERS = 'core_user_get_users'
FUNCTIONS = [INFO, GROUPS, USERS]


def url(site, style, token=None):
    """The address of a WSDL; TOKEN "": of nobody."""
    token = site.token if token is None else token
    return f'{site.url}{SCRIPT}?wstoken={token}&wsdl={style}'


def run(*words, cwd):
    """Run a program in the folder CWD; what it says."""
    done = subprocess.run(words, cwd=cwd, check=False, encoding='utf-8', stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Few:
    """A token of a service with FUNCTIONS alone: so that what tools generate is soon compiled."""
    token = 'few0few0few0few0few0few0few0few0'

    def __init__(self, site):
        self.db = env.Database(site.env['DSN'])
        self.db.keep('external_services', 'external_services_functions', 'external_tokens')
        self.db.run('INSERT INTO mdl_external_services (id, name, enabled, restrictedusers,'
                    ' timecreated, shortname, downloadfiles, uploadfiles)'
                    " VALUES (90, 'Few', 1, 0, 0, 'few', 0, 0)")
        self.db.run('INSERT INTO mdl_external_services_functions (externalserviceid, functionname)'
                    ' SELECT 90, unnest(%s)', (FUNCTIONS,))
        self.db.run('INSERT INTO mdl_external_tokens (token, tokentype, userid, externalserviceid,'
                    ' contextid, creatorid, validuntil, timecreated)'
                    ' VALUES (%s, 0, 3, 90, 1, 2, 0, 0)', (self.token,))

    def __enter__(self):
        return self.token

    def __exit__(self, *_):
        self.db.close()


def plain(answer):
    """What SOAP or REST gives, to be compared: a list in an element is the list alone; what is
    null, or empty in any way, is not there, as clients make no difference."""
    if isinstance(answer, dict):
        if list(answer) == ['item'] and isinstance(answer['item'], list):
            return plain(answer['item'])
        items = {key: plain(item) for key, item in answer.items()}
        return {key: item for key, item in items.items() if item not in (None, '', [], {})}
    if isinstance(answer, list):
        return [plain(item) for item in answer]
    return answer

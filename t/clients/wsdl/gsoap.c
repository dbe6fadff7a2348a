/* SPDX-License-Identifier: Apache-2.0 */
/* t/clients/wsdl/gsoap.c -- calls by what gSOAP makes of the WSDL, for t/test_414_gsoap.py. Each
 * prints a line.
 *
 *   gsoap ADDRESS USER PASSWORD     ADDRESS ends where a token goes; it begins with one
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "few.nsmap"
#include "soapH.h"

/* In a name gSOAP writes _USCORE for an underscore. */
typedef struct _ns1__core_USCOREwebservice_USCOREget_USCOREsite_USCOREinfo          info_in_t;
typedef struct _ns1__core_USCOREwebservice_USCOREget_USCOREsite_USCOREinfoResponse  info_out_t;
typedef struct _ns1__core_USCOREgroup_USCOREget_USCOREgroups                        groups_in_t;
typedef struct _ns1__core_USCOREgroup_USCOREget_USCOREgroupsResponse                groups_out_t;
typedef struct _ns1__core_USCOREuser_USCOREget_USCOREusers                          users_in_t;
typedef struct _ns1__core_USCOREuser_USCOREget_USCOREusersResponse                  users_out_t;
typedef struct ns1__core_USCOREuser_USCOREget_USCOREusers_USCOREcriteria_USCOREitem criterion_t;
typedef struct ns1__ArrayOfcore_USCOREuser_USCOREget_USCOREusers_USCOREcriteria_USCOREitem
                                                                                    criteria_t;
typedef struct ns1__core_USCOREgroup_USCOREget_USCOREgroups_USCOREreturn_USCOREitem group_t;
typedef struct ns1__core_USCOREuser_USCOREget_USCOREusers_USCOREreturn_USCOREusers_USCOREitem
    user_t;

#define get_info soap_call___ns1__core_USCOREwebservice_USCOREget_USCOREsite_USCOREinfo
#define get_groups soap_call___ns1__core_USCOREgroup_USCOREget_USCOREgroups
#define get_users soap_call___ns1__core_USCOREuser_USCOREget_USCOREusers
#define log_in soap_call___ns1__login
#define log_out soap_call___ns1__logout

/* The detail that the WSDL declares. */
static void print_fault(struct soap *soap, const char *what)
{
    struct SOAP_ENV__Detail *detail = soap->fault ? soap->fault->detail : NULL;

    if (detail && detail->ns1__fault) {
        printf("%s: fault %s\n", what, detail->ns1__fault->errorcode);
    }
    else {
        printf("%s: error %s\n", what, *soap_faultstring(soap));
    }
}

static void print_info(struct soap *soap, const char *what, const char *address)
{
    info_in_t  in = {.serviceshortnames = NULL};
    info_out_t out;

    if (get_info(soap, address, NULL, &in, &out)) {
        print_fault(soap, what);
        return;
    }
    printf("%s: %s, user %d, %d functions\n", what, out.return_->username,
           (int)*out.return_->userid, out.return_->functions->__sizeitem);
}

static void print_groups(struct soap *soap, LONG64 *ids, int count)
{
    struct ns1__ArrayOflong list = {.__sizeitem = count, .item = ids};
    groups_in_t             in = {.groupids = &list};
    groups_out_t            out;
    int                     i;

    if (get_groups(soap, NULL, NULL, &in, &out)) {
        print_fault(soap, "groups");
        return;
    }
    for (i = 0; i < out.return_->__sizeitem; i++) {
        const group_t *group = &out.return_->item[i];

        printf("group: %d %s\n", (int)*group->id, group->name);
    }
}

static void print_users(struct soap *soap, char *key, char *value)
{
    criterion_t one = {.key = key, .value = value};
    criteria_t  list = {.__sizeitem = 1, .item = &one};
    users_in_t  in = {.criteria = &list};
    users_out_t out;
    int         i;

    if (get_users(soap, NULL, NULL, &in, &out)) {
        print_fault(soap, "users");
        return;
    }
    for (i = 0; i < out.return_->users->__sizeitem; i++) {
        const user_t *user = &out.return_->users->item[i];

        printf("user: %s %s\n", user->username, user->firstname);
    }
}

static void print_session(struct soap *soap, const char *address, char *user, char *password)
{
    struct _ns1__login          in = {.username = user, .password = password, .service = "few"};
    struct _ns1__loginResponse  out;
    struct _ns1__logout         none;
    struct _ns1__logoutResponse nothing;
    char                        own[1000];

    if (log_in(soap, NULL, NULL, &in, &out)) {
        print_fault(soap, "login");
        return;
    }
    snprintf(own, sizeof(own), "%s%s", address, out.return_->token);
    print_info(soap, "session", own);
    if (log_out(soap, own, NULL, &none, &nothing)) {
        print_fault(soap, "logout");
    }
    print_info(soap, "ended", own);
}

int main(int argc, char **argv)
{
    struct soap *soap = soap_new1(SOAP_XML_STRICT | SOAP_C_UTFSTRING);
    LONG64       there[] = {1, 2}, missing[] = {99};

    if (argc != 4) {
        return 1;
    }
    print_info(soap, "info", NULL);
    print_groups(soap, there, 2);
    print_groups(soap, missing, 1);
    print_users(soap, "firstname", "遥");
    print_session(soap, argv[1], argv[2], argv[3]);
    soap_end(soap);
    soap_free(soap);
    return 0;
}

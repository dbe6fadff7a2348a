/* SPDX-License-Identifier: Apache-2.0 */
/* t/clients/xmlrpc/xmlrpc-c.c -- one call by the library xmlrpc-c, for t/test_121_xmlrpc_clients.py. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xmlrpc-c/base.h>
#include <xmlrpc-c/client.h>
#include <xmlrpc-c/json.h>

/* End with what ENV says is wrong, if anything is. */
static void expect_none(const xmlrpc_env *env)
{
    if (env->fault_occurred) {
        fprintf(stderr, "%s\n", env->fault_string);
        exit(1);
    }
}

static void print(xmlrpc_value *v)
{
    xmlrpc_env        env;
    xmlrpc_mem_block *out;

    xmlrpc_env_init(&env);
    out = XMLRPC_MEMBLOCK_NEW(char, &env, 0);
    xmlrpc_serialize_json(&env, v, out);
    expect_none(&env);
    fwrite(XMLRPC_MEMBLOCK_CONTENTS(char, out), 1, XMLRPC_MEMBLOCK_SIZE(char, out), stdout);
}

int main(void)
{
    static char   text[1 << 20];
    xmlrpc_env    env, failed;
    xmlrpc_value *call, *args, *answer;
    const char   *url, *method;

    text[fread(text, 1, sizeof(text) - 1, stdin)] = '\0';
    xmlrpc_env_init(&env);
    xmlrpc_client_init2(&env, XMLRPC_CLIENT_NO_FLAGS, "test", "1", NULL, 0);
    expect_none(&env);
    call = xmlrpc_parse_json(&env, text);
    expect_none(&env);
    xmlrpc_decompose_value(&env, call, "{s:s,s:s,s:A,*}", "url", &url, "method", &method, "args",
                           &args);
    expect_none(&env);
    answer =
        xmlrpc_client_call_server_params(&env, xmlrpc_server_info_new(&env, url), method, args);
    xmlrpc_env_init(&failed);
    if (env.fault_occurred) {
        answer = xmlrpc_build_value(&failed, "{s:(is)}", "fault", env.fault_code, env.fault_string);
    }
    else {
        answer = xmlrpc_build_value(&failed, "{s:V}", "result", answer);
    }
    expect_none(&failed);
    print(answer);
    return 0;
}

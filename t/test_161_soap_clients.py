# SPDX-License-Identifier: Apache-2.0
# t/test_161_soap_clients.py -- SOAP as clients speak it that others wrote and that know no WSDL: PHP's,
# in both versions, and Perl's, which does not read the arrays of 1.2. Each of t/clients/soap/ makes one
# call: from JSON on its input to JSON on its output.
import json
import os
import subprocess

import pytest

import env

SERVER = '/webservice/soap/server.php'
SIMPLE = '/webservice/soap/simpleserver.php'
INFO = 'core_webservice_get_site_info'
GROUPS = 'core_group_get_groups'
MEMBERS = 'core_group_get_group_members'
USERS = 'core_user_get_users'
BY_FIELD = 'core_user_get_users_by_field'
ADD = 'core_group_add_group_members'
DELETE = 'core_group_delete_group_members'
HERE = os.path.join(env.ROOT, 't/clients/soap')

CLIENTS = {'PHP': ['php', 'php.php'], 'SOAP::Lite': ['perl', 'soap-lite.pl']}
VERSIONS = [('PHP', '1.1'), ('PHP', '1.2'), ('SOAP::Lite', '1.1')]


class Fault(Exception):
    """What a client makes of a fault: code and text."""


def plain(answer):
    """Numbers and booleans as texts: Perl does not tell them apart."""
    if isinstance(answer, dict):
        return {key: plain(item) for key, item in answer.items()}
    if isinstance(answer, list):
        return [plain(item) for item in answer]
    if isinstance(answer, bool):
        return str(int(answer))
    return {'true': '1', 'false': '0'}.get(answer, None if answer is None else str(answer))


@pytest.fixture(params=VERSIONS, ids=' '.join)
def client(request, site):
    """A function that calls by one client: client(method, ..., query=..., path=...)."""
    name, version = request.param
    words = CLIENTS[name]

    def call(method, *args, query=None, path=SERVER):
        query = f'?wstoken={site.token}' if query is None else query
        sent = {'url': f'{site.url}{path}{query}', 'method': method, 'args': args,
                'version': version}
        done = subprocess.run([words[0], os.path.join(HERE, words[1])], check=False,
                              input=json.dumps(sent, ensure_ascii=False), encoding='utf-8',
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout)
        if 'fault' in answer:
            raise Fault(*answer['fault'])
        return plain(answer['result'])
    return call


def fault(client, *args, **more):
    with pytest.raises(Fault) as raised:
        client(*args, **more)
    return raised.value.args


# A struct with a list of structs in it, as REST gives it; what is not there is a null.
def test_161_01_nested_out(site, client):
    told = client(INFO)
    expected = plain(site.call(INFO))
    assert {key: told[key] for key in expected} == expected
    assert not any(told[key] for key in set(told) - set(expected))


# A list of structs in and out; texts beyond ASCII both ways.
def test_161_02_nested_in(site, client):
    told = client(USERS, [{'key': 'username', 'value': 'wsuser'}])
    assert [user['username'] for user in told['users']] == ['wsuser']
    assert client(USERS, [{'key': 'lastname', 'value': 'Żółć🌅'}])['users'] == []
    assert client(GROUPS, [1]) == plain(site.call(GROUPS, {'groupids': [1]}))


# Lists of numbers, in several places.
def test_161_03_numbers(site, client):
    assert client(MEMBERS, [1, 2]) == plain(site.call(MEMBERS, {'groupids': [1, 2]}))
    assert client(BY_FIELD, 'username', ['wsuser'])[0]['username'] == 'wsuser'
    assert client(GROUPS, []) == []


# A function that gives nothing.
def test_161_04_void(site, client, db):
    db.keep('groups_members', 'cache_flags')
    userid = site.call(MEMBERS, {'groupids': [1]})[0]['userids'][0]
    for function in (DELETE, ADD):
        assert client(function, [{'groupid': 1, 'userid': userid}]) is None
    assert userid in site.call(MEMBERS, {'groupids': [1]})[0]['userids']


# Faults of a function, of the protocol, and before a call.
def test_161_05_fault(client):
    code, text = fault(client, GROUPS, ['x'])
    assert code == 'Receiver' and text.endswith(' | ERRORCODE: invalidparameter')
    assert fault(client, 'no_such_function')[1] == "Procedure 'no_such_function' not present"
    assert fault(client, INFO, query='?wstoken=x') == ('MOODLE:error', 'No such token')


# Login, a call with its token, logout, and the token is of no more use.
def test_161_06_login(site, client, db):
    db.keep('sessions', 'external_tokens')
    session = client('login', 'wsuser', site.env['WSPASSWORD'], query='')
    query = f'?wstoken={session["token"]}'
    assert client(INFO, query=query)['username'] == 'wsuser'
    assert client('logout', query=query) is None
    assert fault(client, INFO, query=query)[1] == 'No such token'


# A user name and a password with the call, in the query and in the path.
def test_161_07_simple(site, client, db):
    db.config('auth', 'email,webservice')
    password = site.env['WSPASSWORD']
    query = f'?wsusername=wsuser&wspassword={password}'
    assert client(INFO, query=query, path=SIMPLE)['username'] == 'wsuser'
    assert client(INFO, query='', path=f'{SIMPLE}/wsuser/{password}')['username'] == 'wsuser'

# SPDX-License-Identifier: Apache-2.0
# t/test_121_xmlrpc_clients.py -- XML-RPC as clients speak it that others wrote: Python's own, three of
# Perl, PHP's, that of C. Each of t/clients/xmlrpc/ makes one call: from JSON on its input to JSON on
# its output.
import json
import os
import subprocess
import xmlrpc.client as rpc

import pytest

import env

SERVER = '/webservice/xmlrpc/server.php'
SIMPLE = '/webservice/xmlrpc/simpleserver.php'
INFO = 'core_webservice_get_site_info'
GROUPS = 'core_group_get_groups'
MEMBERS = 'core_group_get_group_members'
USERS = 'core_user_get_users'
HERE = os.path.join(env.ROOT, 't/clients/xmlrpc')

CLIENTS = {
    'RPC::XML': ['perl', 'rpc-xml.pl'],
    'XMLRPC::Lite': ['perl', 'xmlrpc-lite.pl'],
    'Frontier': ['perl', 'frontier.pl'],
    'PHP': ['php', 'php.php'],
    'xmlrpc-c': None,
}


class Fault(Exception):
    """What a client makes of a fault: number and text."""


def plain(answer):
    """Numbers and booleans as texts: Perl does not tell them apart."""
    if isinstance(answer, dict):
        return {key: plain(item) for key, item in answer.items()}
    if isinstance(answer, list):
        return [plain(item) for item in answer]
    return str(int(answer)) if isinstance(answer, bool) else None if answer is None else str(answer)


@pytest.fixture(scope='module')
def compiled(tmp_path_factory):
    """The client in C."""
    program = str(tmp_path_factory.mktemp('xmlrpc') / 'xmlrpc-c')
    subprocess.run(['gcc', '-Wall', '-Wextra', '-Werror', '-o', program,
                    os.path.join(HERE, 'xmlrpc-c.c'),
                    '-lxmlrpc_client', '-lxmlrpc', '-lxmlrpc_util'], check=True)
    return program


@pytest.fixture(params=CLIENTS)
def client(request, site, compiled):
    """A function that calls by one client: client(method, ..., query=..., path=...)."""
    words = CLIENTS[request.param]
    command = [words[0], os.path.join(HERE, words[1])] if words else [compiled]

    def call(method, *args, query=None, path=SERVER):
        query = f'wstoken={site.token}' if query is None else query
        sent = {'url': f'{site.url}{path}?{query}', 'method': method, 'args': args}
        done = subprocess.run(command, input=json.dumps(sent, ensure_ascii=False), check=False,
                              encoding='utf-8', stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout)
        if 'fault' in answer:
            raise Fault(int(answer['fault'][0]), answer['fault'][1])
        return plain(answer['result'])
    call.name = request.param
    return call


def fault(client, *args, **more):
    with pytest.raises(Fault) as raised:
        client(*args, **more)
    return raised.value.args


# A struct with lists of structs in it, as REST gives it.
def test_121_01_nested_out(site, client):
    assert client(INFO) == plain(site.call(INFO))
    assert client(GROUPS, [2]) == plain(site.call(GROUPS, {'groupids': [2]}))
    assert client(MEMBERS, [1, 2]) == plain(site.call(MEMBERS, {'groupids': [1, 2]}))


# A list of structs goes in; texts of another script go and come back as they are.
def test_121_02_nested_in(client):
    users = client(USERS, [{'key': 'firstname', 'value': '遥'}])['users']
    assert [(user['username'], user['firstname']) for user in users] == [('haruka', '遥')]


# Arguments as one struct of names.
def test_121_03_by_name(client):
    assert [group['id'] for group in client(GROUPS, {'groupids': ['2']})] == ['2']


# A null in an answer: <nil/>.
def test_121_04_null(client, db):
    db.keep('groups')
    db.run('UPDATE mdl_groups SET enrolmentkey = NULL WHERE id = 2')
    if client.name == 'Frontier':
        with pytest.raises(AssertionError, match='nil'):     # it knows none
            client(GROUPS, [2])
    else:
        assert client(GROUPS, [2])[0]['enrolmentkey'] is None


# A fault, with Moodle's code at its end.
def test_121_05_fault(client):
    number, text = fault(client, GROUPS, 'x')
    assert number == 29039061
    assert 'groupids: expected a list, not a value' in text
    assert text.endswith(' | ERRORCODE: invalidparameter')
    assert fault(client, 'no_such_function')[0] == 620
    assert fault(client, INFO, query='wstoken=x')[1].endswith(' | ERRORCODE: invalidtoken')


# Login, a call with its token, logout, and the token is of no more use.
def test_121_06_login(site, client, db):
    db.keep('sessions', 'external_tokens')
    session = client('login', 'wsuser', site.env['WSPASSWORD'], query='')
    query = f'wstoken={session["token"]}'
    assert client(INFO, query=query)['username'] == 'wsuser'
    if client.name == 'Frontier':
        with pytest.raises(AssertionError):     # it knows no nil, but the session ends
            client('logout', query=query)
    else:
        assert client('logout', query=query) is None
    assert fault(client, INFO, query=query)[1].endswith(' | ERRORCODE: invalidtoken')


# A user name and a password with the call.
def test_121_07_simple(site, client, db):
    db.config('auth', 'email,webservice')
    query = f'wsusername=wsuser&wspassword={site.env["WSPASSWORD"]}'
    assert client(INFO, query=query, path=SIMPLE)['username'] == 'wsuser'


# Several calls at once, and what the methods are.
def test_121_08_system(client):
    answers = client('system.multicall', [
        {'methodName': GROUPS, 'params': [[2]]}, {'methodName': 'no_such_function', 'params': []}])
    assert [group['id'] for group in answers[0][0]] == ['2']
    assert answers[1]['faultCode'] == '620'
    assert GROUPS in client('system.listMethods')
    assert client('system.methodSignature', GROUPS) == [['array', 'array']]


# A character beyond 16 bits arrives, but for xmlrpc-c, which refuses it.
def test_121_09_emoji(client):
    if client.name == 'xmlrpc-c':
        assert 'Basic Multilingual Plane' in fault(client, GROUPS, [1])[1]
    else:
        assert client(GROUPS, [1])[0]['name'] == 'Morning 🌅'


# Python's own client: attributes for methods, None, dates, bytes, its own way to make many calls.
def test_121_10_python(site):
    server = rpc.ServerProxy(f'{site.url}{SERVER}?wstoken={site.token}', allow_none=True,
                             use_builtin_types=True)
    assert server.core_webservice_get_site_info() == site.call(INFO)
    assert [group['id'] for group in server.core_group_get_groups([2], None)] == [2]
    assert [group['id'] for group in server.core_group_get_groups([b'2', 1.0, True])] == [2, 1, 1]
    assert GROUPS in server.system.listMethods()
    many = rpc.MultiCall(server)
    many.core_group_get_groups([1])
    many.core_group_get_groups('x')
    answers = many()
    assert answers[0][0]['id'] == 1
    with pytest.raises(rpc.Fault) as raised:
        answers[1]
    assert raised.value.faultCode == 29039061


# The tools of xmlrpc-c print what a server offers, and make C++ of it.
def test_121_11_tools(site):
    url = f'{site.url}{SERVER}?wstoken={site.token}'
    told = subprocess.run(['xml-rpc-api2txt', url], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    assert f'array {GROUPS} (array)' in told
    assert 'Gives groups by their ids' in told
    made = subprocess.run(['xml-rpc-api2cpp', url, 'system', 'System'], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    assert 'listMethods' in made

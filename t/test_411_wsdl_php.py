# SPDX-License-Identifier: Apache-2.0
# t/test_411_wsdl_php.py -- PHP's SoapClient with either WSDL: one call by t/clients/wsdl/php.php.
import json
import os
import subprocess

import pytest

import env
from wsdl import GROUPS, INFO, USERS, plain, url

CLIENT = ['php', os.path.join(env.ROOT, 't/clients/wsdl/php.php')]
SOAP_1_1, SOAP_1_2 = 1, 2


class Fault(Exception):
    """What the client makes of a fault."""


@pytest.fixture(params=['1', 'literal'])
def client(request, site):
    """A function that calls with arguments by their names, in the order of the WSDL."""
    literal = request.param == 'literal'

    def call(function, args=None, token=None, version=SOAP_1_1):
        args = args or {}
        sent = {'wsdl': url(site, request.param, token), 'function': function, 'version': version,
                'args': [wrapped(args)] if literal else list(args.values())}
        done = subprocess.run(CLIENT, input=json.dumps(sent), check=False, encoding='utf-8',
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert done.returncode == 0 and not done.stderr, done.stderr
        answer = json.loads(done.stdout)
        if 'fault' in answer:
            raise Fault(answer['fault'])
        return plain(answer['result'].get('return') if literal else answer['result'])
    call.literal = literal
    return call


def wrapped(args):
    """Lists as document/literal has them."""
    if isinstance(args, dict):
        return {key: wrapped(item) for key, item in args.items()}
    return {'item': [wrapped(item) for item in args]} if isinstance(args, list) else args


def fault(client, *args, **more):
    with pytest.raises(Fault) as raised:
        client(*args, **more)
    return raised.value.args[0]


def numbers(answer):
    """Booleans as numbers: rpc/encoded has them so in structs."""
    if isinstance(answer, dict):
        return {key: numbers(item) for key, item in answer.items()}
    if isinstance(answer, list):
        return [numbers(item) for item in answer]
    return int(answer) if isinstance(answer, bool) else answer


# A struct with lists of structs in it, as REST gives it.
def test_411_01_nested_out(site, client):
    assert numbers(client(INFO, {'serviceshortnames': []})) == numbers(plain(site.call(INFO)))
    assert client(GROUPS, {'groupids': [1, 2]}) == plain(site.call(GROUPS, {'groupids': [1, 2]}))


# A list of structs goes in; texts of another script go and come back as they are.
def test_411_02_nested_in(client):
    users = client(USERS, {'criteria': [{'key': 'firstname', 'value': '遥'}]})['users']
    assert [(user['username'], user['firstname']) for user in users] == [('haruka', '遥')]


# What is optional in a struct is left out, not null, and what is a list in it arrives.
def test_411_03_optional(client, db):
    db.keep('groups', 'groups_members', 'cache_flags')
    made, = client('core_group_create_groups', {'groups': [
        {'courseid': 2, 'name': 'Of PHP', 'description': '<b>&</b>', 'idnumber': 'php'}]})
    assert made['name'] == 'Of PHP'
    row, = db.all('SELECT description, idnumber, visibility FROM mdl_groups WHERE id = %s',
                  (made['id'],))
    assert row == ('<b>&</b>', 'php', 0)
    assert client('core_group_delete_groups', {'groupids': [made['id']]}) is None


# A fault, with Moodle's code in it.
def test_411_04_fault(client):
    told = fault(client, GROUPS, {'groupids': ['1', '-']} if client.literal else {'groupids': [99]})
    if client.literal:
        assert told['detail']['fault']['errorcode'] in ('invalidparameter', 'invalidrecord')
    else:
        assert told['text'].endswith(' | ERRORCODE: invalidrecord')


# Login, a call with its token, logout, and the token is of no more use.
def test_411_05_login(site, client, db):
    db.keep('sessions', 'external_tokens')
    session = client('login', {'username': 'wsuser', 'password': site.env['WSPASSWORD'],
                               'service': None})
    assert client(INFO, {'serviceshortnames': []}, token=session['token'])['username'] == 'wsuser'
    client('logout', token=session['token'])
    with pytest.raises((Fault, AssertionError)):
        client(INFO, {'serviceshortnames': []}, token=session['token'])


# By SOAP 1.2 the same.
def test_411_06_soap12(site, client):
    groups = client(GROUPS, {'groupids': [2]}, version=SOAP_1_2)
    assert groups == plain(site.call(GROUPS, {'groupids': [2]}))

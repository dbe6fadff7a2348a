# SPDX-License-Identifier: Apache-2.0
# t/test_412_zeep.py -- Python's zeep, a strict client of document/literal.
import logging
import warnings

import pytest

from wsdl import GROUPS, INFO, USERS, plain, url

with warnings.catch_warnings():
    warnings.simplefilter('ignore', DeprecationWarning)     # of what it imports itself
    import zeep
    import zeep.helpers


@pytest.fixture
def client(site, caplog):
    """A function that gives a client for a token. It warns of nothing it finds in the WSDL."""
    def make(token=None):
        with warnings.catch_warnings(), caplog.at_level(logging.INFO, logger='zeep'):
            warnings.simplefilter('error')
            made = zeep.Client(url(site, 'literal', token), settings=zeep.Settings(strict=True))
        assert not caplog.records
        return made
    return make


def told(answer):
    return plain(zeep.helpers.serialize_object(answer, dict))


# It reads the whole of the WSDL.
def test_412_01_warns_of_nothing(client):
    made = client()
    assert len(made.service._operations) > 50
    made.wsdl.dump()


# A struct with lists of structs in it, as REST gives it.
def test_412_02_nested_out(site, client):
    service = client().service
    assert told(service[INFO]()) == plain(site.call(INFO))
    assert told(service[GROUPS]({'item': [1, 2]})) == plain(site.call(GROUPS, {'groupids': [1, 2]}))


# A list of structs goes in; texts of another script go and come back as they are.
def test_412_03_nested_in(client):
    users = told(client().service[USERS]({'item': [{'key': 'firstname', 'value': '遥'}]}))['users']
    assert [(user['username'], user['firstname']) for user in users] == [('haruka', '遥')]


# What is optional in a struct is left out; a function that returns nothing gives None.
def test_412_04_optional(client, db):
    db.keep('groups', 'groups_members', 'cache_flags')
    service = client().service
    made, = told(service.core_group_create_groups(groups={'item': [
        {'courseid': 2, 'name': 'Of zeep', 'description': '<b>&</b>', 'idnumber': 'zeep'}]}))
    assert made['name'] == 'Of zeep'
    row, = db.all('SELECT description, idnumber, visibility FROM mdl_groups WHERE id = %s',
                  (made['id'],))
    assert row == ('<b>&</b>', 'zeep', 0)
    assert service.core_group_delete_groups({'item': [made['id']]}) is None


# A fault has the detail that the WSDL declares.
def test_412_05_fault(client):
    made = client()
    with pytest.raises(zeep.exceptions.Fault) as raised:
        made.service[GROUPS]({'item': [99]})
    element = made.get_element('{%s}fault' % made.wsdl.types.get_type('ns0:login_return').qname
                               .namespace)
    detail = element.parse(raised.value.detail[0], made.wsdl.types)
    assert detail.errorcode == 'invalidrecord'
    assert detail.exception.endswith('dml_missing_record_exception')


# Login, a call with its token, logout, and the token is of no more use.
def test_412_06_login(site, client, db):
    db.keep('sessions', 'external_tokens')
    session = client().service.login('wsuser', site.env['WSPASSWORD'])
    service = client(session.token).service
    assert service[INFO]().username == 'wsuser'
    assert service.logout() is None
    with pytest.raises(zeep.exceptions.Fault):
        service[INFO]()

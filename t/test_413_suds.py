# SPDX-License-Identifier: Apache-2.0
# t/test_413_suds.py -- Python's suds with either WSDL.
import pytest
import suds
import suds.client

from wsdl import GROUPS, INFO, USERS, plain, url


@pytest.fixture
def service(site):
    """A function that gives the operations for a token, by document/literal or by rpc/encoded."""
    def make(style='literal', token=None):
        return suds.client.Client(url(site, style, token), cache=None).service
    return make


def told(answer):
    """Texts of suds are of a class of its own."""
    if isinstance(answer, suds.sudsobject.Object):
        return {key: told(item) for key, item in suds.sudsobject.items(answer)}
    if isinstance(answer, list):
        return [told(item) for item in answer]
    return str(answer) if isinstance(answer, str) else answer


# A struct with lists of structs in it, as REST gives it.
def test_413_01_nested_out(site, service):
    assert plain(told(getattr(service(), INFO)())) == plain(site.call(INFO))
    assert plain(told(getattr(service(), GROUPS)({'item': [1, 2]}))) == plain(
        site.call(GROUPS, {'groupids': [1, 2]}))


# A list of structs goes in; texts of another script go and come back as they are.
def test_413_02_nested_in(service):
    answer = told(getattr(service(), USERS)({'item': [{'key': 'firstname', 'value': '遥'}]}))
    assert [(user['username'], user['firstname'])
            for user in answer['users']['item']] == [('haruka', '遥')]


# What is optional in a struct is left out; a function that returns nothing gives nothing.
def test_413_03_optional(service, db):
    db.keep('groups', 'groups_members', 'cache_flags')
    answer = service().core_group_create_groups({'item': [
        {'courseid': 2, 'name': 'Of suds', 'description': '<b>&</b>', 'idnumber': 'suds'}]})
    made, = told(answer)['item']
    row, = db.all('SELECT name, description, visibility FROM mdl_groups WHERE id = %s',
                  (made['id'],))
    assert row == ('Of suds', '<b>&</b>', 0)
    assert not service().core_group_delete_groups({'item': [made['id']]})


# A fault has the detail that the WSDL declares.
def test_413_04_fault(service):
    with pytest.raises(suds.WebFault) as raised:
        getattr(service(), GROUPS)({'item': [99]})
    assert raised.value.fault.detail.fault.errorcode == 'invalidrecord'


# Login, a call with its token, logout, and the token is of no more use.
def test_413_05_login(site, service, db):
    db.keep('sessions', 'external_tokens')
    session = service().login('wsuser', site.env['WSPASSWORD'])
    own = service(token=str(session.token))
    assert getattr(own, INFO)().username == 'wsuser'
    assert not own.logout()
    with pytest.raises(suds.WebFault) as raised:
        getattr(own, INFO)()
    assert raised.value.fault.detail.fault.errorcode == 'invalidtoken'


# By rpc/encoded it knows no Map, but structs outside of lists, lists of values, and faults.
def test_413_06_encoded(site, service):
    encoded = service('1')
    info = getattr(encoded, INFO)(['moodle_mobile_app'])
    assert (info.username, info.siteurl) == ('wsuser', site.url)
    answer = getattr(encoded, USERS)([{'key': 'firstname', 'value': '遥'}])
    assert 'haruka' in str(answer)
    with pytest.raises(suds.WebFault, match='ERRORCODE: invalidrecord'):
        getattr(encoded, GROUPS)([99])

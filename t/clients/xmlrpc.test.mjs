// SPDX-License-Identifier: Apache-2.0
// t/clients/xmlrpc.test.mjs -- XML-RPC by the npm package xmlrpc.
import assert from 'node:assert/strict';
import test from 'node:test';
import xmlrpc from 'xmlrpc';

const {URL: site, TOKEN, WSUSER, WSPASSWORD} = process.env;

// Call METHOD with ARGS; QUERY is a token's unless another is given.
function call(method, args = [], query = `wstoken=${TOKEN}`, script = 'server.php') {
    const {hostname: host, port} = new URL(site); // of an address as a text it forgets the query
    const client = xmlrpc.createClient({host, port, path: `/webservice/xmlrpc/${script}?${query}`});

    return new Promise((resolve, reject) => {
        client.methodCall(method, args, (error, value) => (error ? reject(error) : resolve(value)));
    });
}

// The same by REST, as JSON.
async function rest(wsfunction, params = {}) {
    const form = new URLSearchParams({wstoken: TOKEN, wsfunction, moodlewsrestformat: 'json',
        ...params});

    return (await fetch(`${site}/webservice/rest/server.php`, {method: 'POST', body: form})).json();
}

test('site info is what REST says', async () => {
    assert.deepEqual(await call('core_webservice_get_site_info'),
        await rest('core_webservice_get_site_info'));
});

test('a nested list comes out', async () => {
    assert.deepEqual(await call('core_group_get_groups', [[1, 2]]),
        await rest('core_group_get_groups', {'groupids[0]': 1, 'groupids[1]': 2}));
});

test('a nested list goes in, with texts of many scripts', async () => {
    const {users} = await call('core_user_get_users', [[{key: 'firstname', value: 'Sparkle ✨'}]]);

    assert.deepEqual(users.map((u) => u.username), ['sparkle']);
});

test('one struct of names, and types that are nearly right', async () => {
    const groups = await call('core_group_get_groups', [{groupids: ['2', true, new Date(1000)]}]);

    assert.deepEqual(groups.map((g) => g.id), [2, 1, 1]);
});

test('a fault has its number and its code', async () => {
    await assert.rejects(call('core_group_get_groups', ['x']), (error) => {
        assert.equal(error.faultCode, 29039061);
        assert.match(error.faultString, /groupids: expected a list.* \| ERRORCODE: invalidparameter$/);
        return true;
    });
    await assert.rejects(call('no_such_function'), {faultCode: 620});
});

test('login, a call, logout', async () => {
    const {token} = await call('login', [WSUSER, WSPASSWORD], '');
    const info = await call('core_webservice_get_site_info', [], `wstoken=${token}`);

    assert.equal(info.username, WSUSER);
    assert.equal(await call('logout', [], `wstoken=${token}`), null);
    await assert.rejects(call('core_webservice_get_site_info', [], `wstoken=${token}`),
        /ERRORCODE: invalidtoken/);
});

test('several calls at once', async () => {
    const answers = await call('system.multicall', [[
        {methodName: 'core_group_get_groups', params: [[2]]},
        {methodName: 'no_such_function', params: []},
    ]]);

    assert.equal(answers[0][0][0].id, 2);
    assert.equal(answers[1].faultCode, 620);
});

test('simple authentication is refused where the site does not have it', async () => {
    const query = `wsusername=${WSUSER}&wspassword=${WSPASSWORD}`;

    await assert.rejects(call('core_webservice_get_site_info', [], query, 'simpleserver.php'),
        /ERRORCODE: accessexception/);
});

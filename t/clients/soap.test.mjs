// SPDX-License-Identifier: Apache-2.0
// t/clients/soap.test.mjs -- SOAP by the npm package soap, with either WSDL.
import assert from 'node:assert/strict';
import test from 'node:test';
import soap from 'soap';

const {URL: site, TOKEN, WSUSER, WSPASSWORD} = process.env;

// A client by the WSDL of STYLE for a token.
function client(style, token = TOKEN) {
    const server = `${site}/webservice/soap/server.php`;

    return soap.createClientAsync(`${server}?wstoken=${token}&wsdl=${style}`, {disableCache: true});
}

// Call FUNCTION with ARGS; the value of its result.
async function call(api, name, args = {}) {
    const [result] = await api[`${name}Async`](args);

    return result?.return ?? null;
}

// The same by REST, as JSON, without what is null.
async function rest(wsfunction, params = {}) {
    const form = new URLSearchParams({wstoken: TOKEN, wsfunction, moodlewsrestformat: 'json',
        ...params});
    const answer = await fetch(`${site}/webservice/rest/server.php`, {method: 'POST', body: form});

    return plain(await answer.json());
}

// Lists as lists; nothing of what is null or empty, which the client does not tell apart.
function plain(value) {
    if (Array.isArray(value)) {
        return value.map(plain);
    }
    if (value === null || typeof value !== 'object') {
        return value === '' ? null : value;
    }
    if (Array.isArray(value.item) && Object.keys(value).length === 1) {
        return value.item.map(plain);
    }
    const items = Object.entries(value).filter(([key]) => key !== 'attributes')
        .map(([key, item]) => [key, plain(item)])
        .filter(([, item]) => item !== null && item.length !== 0);

    return items.length ? Object.fromEntries(items) : null;
}

test('literal: site info is what REST says', async () => {
    const info = plain(await call(await client('literal'), 'core_webservice_get_site_info'));

    assert.equal(info.username, WSUSER);
    assert.deepEqual(info, await rest('core_webservice_get_site_info'));
});

test('literal: a nested list comes out', async () => {
    const groups = await call(await client('literal'), 'core_group_get_groups',
        {groupids: {item: [1, 2]}});

    assert.deepEqual(plain(groups),
        await rest('core_group_get_groups', {'groupids[0]': 1, 'groupids[1]': 2}));
});

test('literal: a nested list goes in, with texts of many scripts', async () => {
    const {users} = await call(await client('literal'), 'core_user_get_users',
        {criteria: {item: [{key: 'firstname', value: 'Sparkle ✨'}]}});

    assert.deepEqual(users.item.map((u) => u.username), ['sparkle']);
});

test('literal: a fault has the detail that the WSDL declares', async () => {
    const api = await client('literal');

    await assert.rejects(call(api, 'core_group_get_groups', {groupids: {item: [99]}}), (error) => {
        assert.equal(error.root.Envelope.Body.Fault.detail.fault.errorcode, 'invalidrecord');
        return true;
    });
});

test('literal: login, a call, logout', async () => {
    const {token} = await call(await client('literal'), 'login',
        {username: WSUSER, password: WSPASSWORD});
    const api = await client('literal', token);
    const info = await call(api, 'core_webservice_get_site_info');

    assert.equal(info.username, WSUSER);
    assert.equal(await call(api, 'logout'), null);
    await assert.rejects(call(api, 'core_webservice_get_site_info'));
});

// It knows no Map: the answer comes as its elements.
test('rpc/encoded: calls arrive, and answers come as they are written', async () => {
    const api = await client('1');
    const info = await call(api, 'core_webservice_get_site_info');
    const users = await call(api, 'core_user_get_users',
        {criteria: {item: [{key: 'firstname', value: 'Sparkle ✨'}]}});
    const text = JSON.stringify(users);

    assert.equal(info.username.$value ?? info.username, WSUSER);
    assert.match(text, /sparkle/);
    await assert.rejects(call(api, 'core_group_get_groups', {groupids: {item: [99]}}),
        /ERRORCODE: invalidrecord/);
});

// SPDX-License-Identifier: Apache-2.0
// t/clients/rest.test.mjs -- a JavaScript client, as a front end would be: fetch, forms, JSON.
import assert from 'node:assert/strict';
import test from 'node:test';

const endpoint = `${process.env.URL}/webservice/rest/server.php`;

// Call a function with a form; CREDENTIALS go into it unless there is a header for them.
async function call(wsfunction, params = {}, headers = {}) {
    const form = new URLSearchParams({wsfunction, moodlewsrestformat: 'json', ...params});

    if (!headers.Authorization) {
        form.set('wstoken', process.env.TOKEN);
    }
    const response = await fetch(endpoint, {method: 'POST', headers, body: form});

    assert.equal(response.status, 200);
    return response.json();
}

test('site info with a token in the form', async () => {
    const info = await call('core_webservice_get_site_info');

    assert.equal(info.username, 'wsuser');
    assert.equal(info.siteurl, process.env.URL);
    assert.ok(info.functions.some((f) => f.name === 'core_webservice_get_site_info'));
});

test('the same with a bearer token', async () => {
    const headers = {Authorization: `Bearer ${process.env.TOKEN_STUDENT}`};
    const info = await call('core_webservice_get_site_info', {}, headers);

    assert.equal(info.username, 'student');
});

test('texts of many scripts arrive as they are', async () => {
    const params = {field: 'username', 'values[0]': 'haruka', 'values[1]': 'sparkle'};
    const users = await call('core_user_get_users_by_field', params);

    assert.deepEqual(users.map((u) => u.firstname).sort(), ['Sparkle ✨', '遥']);
});

test('an unknown token is an exception with its errorcode', async () => {
    const answer = await call('core_webservice_get_site_info', {}, {Authorization: 'Bearer none'});

    assert.equal(answer.errorcode, 'invalidtoken');
    assert.ok(answer.exception.endsWith('moodle_exception'));
});

test('a page of another origin may ask', async () => {
    const response = await fetch(endpoint, {
        method: 'OPTIONS',
        headers: {Origin: 'https://app.example', 'Access-Control-Request-Method': 'POST'},
    });

    assert.equal(response.status, 204);
    assert.equal(response.headers.get('access-control-allow-origin'), '*');
});

test('twenty calls at once', async () => {
    const answers = await Promise.all(
        Array.from({length: 20}, () => call('core_course_get_courses')));

    for (const answer of answers) {
        assert.deepEqual(answer, answers[0]);
    }
});

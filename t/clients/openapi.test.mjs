// SPDX-License-Identifier: Apache-2.0
// t/clients/openapi.test.mjs -- the OpenAPI document, for validators of several makers, and for a
// client that knows of the server only what stands in it.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';

import {validate} from '@scalar/openapi-parser';
import {Validator} from '@seriousme/openapi-schema-validator';
import {OpenAPIClientAxios} from 'openapi-client-axios';

const address = `${process.env.URL}/webservice/openapi.json`;
const folder = path.dirname(fileURLToPath(import.meta.url));

async function fetchDocument(token) {
    const headers = token ? {Authorization: `Bearer ${token}`} : {};
    const response = await fetch(address, {headers});

    assert.equal(response.status, 200);
    return response.json();
}

// A client made from the document alone; with TOKEN it shows one with each call.
async function makeClient(token) {
    const api = new OpenAPIClientAxios({
        definition: await fetchDocument(),
        axiosConfigDefaults: {headers: token ? {Authorization: `Bearer ${token}`} : {}},
    });

    return api.init();
}

// The answer to a call that is refused.
async function refusal(call) {
    try {
        await call;
    }
    catch (error) {
        return error.response;
    }
    return assert.fail('the call was not refused');
}

test('the schema of OpenAPI 3.1 admits it', async () => {
    for (const token of [null, process.env.TOKEN, process.env.TOKEN_READER]) {
        const result = await new Validator().validate(await fetchDocument(token));

        assert.deepEqual(result.errors ?? [], []);
        assert.ok(result.valid);
    }
});

test('so does a second validator, which follows the references', async () => {
    const result = await validate(await fetchDocument());

    assert.deepEqual(result.errors ?? [], []);
    assert.ok(result.valid);
});

test('a linter finds nothing to say, examples included', async () => {
    const place = await mkdtemp(path.join(os.tmpdir(), 'moodlews-openapi-'));
    const file = path.join(place, 'openapi.json');

    try {
        await writeFile(file, JSON.stringify(await fetchDocument(), null, 2));
        const done = spawnSync(process.execPath, [
            path.join(folder, 'node_modules/@redocly/cli/bin/cli.js'), 'lint', file,
            '--extends', 'recommended', '--format', 'json',
        ], {cwd: place, encoding: 'utf8', env: {...process.env, REDOCLY_TELEMETRY: 'off'}});
        const {problems} = JSON.parse(done.stdout);

        assert.deepEqual(problems.map((p) => `${p.ruleId}: ${p.message}`), []);
        assert.equal(done.status, 0);
    }
    finally {
        await rm(place, {recursive: true});
    }
});

test('a client made from it calls a function without parameters', async () => {
    const client = await makeClient(process.env.TOKEN);
    const {data} = await client.core_webservice_get_site_info();

    assert.equal(data.username, 'wsuser');
});

test('sends lists, and gets lists of structs', async () => {
    const client = await makeClient(process.env.TOKEN);
    const {data} = await client.core_group_get_groups(null, {groupids: [2, 1]});

    assert.deepEqual(data.map((group) => group.id), [2, 1]);
});

test('writes lists of structs, which a second call finds', async () => {
    const client = await makeClient(process.env.TOKEN);
    const name = `Circle ✨ ${Date.now()}`;
    const {data: [made]} = await client.core_group_create_groups(null, {
        groups: [{courseid: 2, name, description: '<p>Round</p>', enrolmentkey: 'a&b'}],
    });
    const {data: [found]} = await client.core_group_get_groups(null, {groupids: [made.id]});

    assert.equal(found.name, name);
    assert.equal(found.enrolmentkey, 'a&b');
    const {data: nothing} = await client.core_group_delete_groups(null, {groupids: [made.id]});
    assert.equal(nothing, null);
});

test('is refused with a status, and a cause that the document has for it', async () => {
    const client = await makeClient(process.env.TOKEN);
    const response = await refusal(client.core_group_get_groups(null, {groupids: ['x']}));

    assert.equal(response.status, 400);
    assert.equal(response.data.errorcode, 'invalidparameter');
    assert.match(response.data.debuginfo, /^groupids\[0\]/);
});

test('logs in, calls with what it gets, and logs out', async () => {
    const {data} = await (await makeClient()).login(null, {
        username: process.env.WSUSER, password: process.env.WSPASSWORD, service: 'everything',
    });
    const client = await makeClient(data.token);

    assert.equal((await client.core_webservice_get_site_info()).data.username, process.env.WSUSER);
    assert.equal((await client.logout()).data, null);
    const response = await refusal(client.core_webservice_get_site_info());
    assert.ok([401, 403].includes(response.status));
});

test('shows a token in the address where the document says so', async () => {
    const {components} = await fetchDocument();
    const {in: place, name} = components.securitySchemes.wstoken;

    assert.equal(place, 'query');
    const client = await makeClient();
    const {data} = await client.core_webservice_get_site_info(
        null, null, {params: {[name]: process.env.TOKEN_STUDENT}});
    assert.equal(data.username, 'student');
});

test('makes several calls in one request', async () => {
    const client = await makeClient(process.env.TOKEN);
    const {data} = await client.calls(null, [
        {wsfunction: 'core_webservice_get_site_info'},
        {wsfunction: 'core_group_get_groups', groupids: [9999]},
    ]);

    assert.equal(data[0].username, 'wsuser');
    assert.equal(data[1].errorcode, 'invalidrecord');
});

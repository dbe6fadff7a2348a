// SPDX-License-Identifier: Apache-2.0
// t/clients/amf.test.mjs -- AMF as three libraries read and write it: amflib makes whole packets of
// AMF3; amfjs (both encodings, classes) and amf-codec (AMF0) make values, which are put into packets
// here.
import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import {PassThrough} from 'node:stream';
import test from 'node:test';

const require = createRequire(import.meta.url);
const {AMFPacket} = require('amflib/node-amf/packet');
const amfjs = require('amfjs');
const codec = require('amf-codec');

const endpoint = `${process.env.URL}/webservice/amf/server.php`;
const MESSAGES = 'flex.messaging.messages.';

// Send the bytes of a packet, with a token unless that is null; the bytes of the answer.
async function post(body, token = process.env.TOKEN, path = endpoint) {
    const response = await fetch(token ? `${path}?wstoken=${token}` : path, {
        method: 'POST', headers: {'Content-Type': 'application/x-amf'}, body,
    });

    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'application/x-amf');
    return Buffer.from(await response.arrayBuffer());
}

// ---- amflib: packets; it knows characters of 16 bits alone

// Call with amflib; the messages of the answer.
async function callLib(calls, token) {
    const packet = new AMFPacket(3);

    calls.forEach(([target, args], i) => packet.addMessage(args, target, `/${i + 1}`));
    const answer = await post(Buffer.from(packet.serialize(), 'latin1'), token);

    return AMFPacket.deserialize(answer.toString('latin1')).messages;
}

async function resultLib(target, args, token) {
    const [message] = await callLib([[target, args]], token);

    assert.equal(message.requestURI, '/1/onResult');
    return message.value;
}

test('amflib: site info', async () => {
    const info = await resultLib('core_webservice_get_site_info', []);

    assert.equal(info.username, 'wsuser');
    assert.equal(info.siteurl, process.env.URL);
    assert.ok(info.functions.length > 10);
    assert.ok(info.functions.every((f) => f.name && f.version));
});

test('amflib: lists in and out, nested', async () => {
    const groups = await resultLib('ws.core_group_get_groups', [[1, 2]]);

    assert.deepEqual(groups.map((g) => g.id), [1, 2]);
    assert.equal(groups[1].name, 'Evening &amp; night');
    assert.deepEqual(groups[0].customfields, []);
    const members = await resultLib('core_group_get_group_members', [[1, 2]]);

    assert.ok(members.every((m) => Array.isArray(m.userids)));
    const categories = await resultLib('core_course_get_categories',
        [[{key: 'id', value: '1'}], false]);

    assert.deepEqual(categories.map((c) => c.id), [1]);
    const users = await resultLib('core_user_get_users_by_field',
        ['username', ['haruka', 'sparkle']]);

    assert.deepEqual(users.map((u) => u.firstname).sort(), ['Sparkle ✨', '遥']);
});

test('amflib: arguments by name', async () => {
    const groups = await resultLib('core_group_get_groups', [{groupids: [2]}]);

    assert.deepEqual(groups.map((g) => g.id), [2]);
});

test('amflib: several calls in a packet, one of them a fault', async () => {
    const answers = await callLib([
        ['core_group_get_groups', [[1]]], ['core_group_get_groups', ['x']],
        ['core_nothing', []], ['core_webservice_get_site_info', []],
    ]);

    assert.deepEqual(answers.map((a) => a.requestURI),
        ['/1/onResult', '/2/onStatus', '/3/onStatus', '/4/onResult']);
    assert.equal(answers[1].value.faultCode, 'invalidparameter');
    assert.match(answers[1].value.faultDetail, /^groupids/);
    assert.equal(answers[2].value.faultCode, 'invalidrecord');
    assert.equal(answers[3].value.username, 'wsuser');
});

test('amflib: login, a call with the session, logout', async () => {
    const {token, expires} = await resultLib('login',
        ['tutor', process.env.WSPASSWORD, 'everything'], null);

    assert.match(token, /^[0-9a-f]{32}$/);
    assert.ok(expires > Date.now() / 1000);
    assert.equal((await resultLib('core_webservice_get_site_info', [], token)).username, 'tutor');
    assert.equal(await resultLib('logout', [], token), null);
    const [after] = await callLib([['core_webservice_get_site_info', []]], token);

    assert.equal(after.value.faultCode, 'invalidtoken');
});

test('amflib: what may be called', async () => {
    const classes = await resultLib('MethodDescriptor.getMethods', []);
    const {methods} = classes.webservices_virtual_class_000000;

    assert.deepEqual(methods.core_group_get_groups.params, [{name: 'groupids', required: true}]);
});

// ---- packets around values of the others

function u16(n) {
    const bytes = Buffer.alloc(2);

    bytes.writeUInt16BE(n);
    return bytes;
}

function u32(n) {
    const bytes = Buffer.alloc(4);

    bytes.writeUInt32BE(n);
    return bytes;
}

function utf8(text) {
    return Buffer.concat([u16(Buffer.byteLength(text)), Buffer.from(text)]);
}

// A packet of one message with the bytes of a value, and of one header with another.
function wrap(version, target, value, header) {
    const headers = header ? [u16(1), utf8('Credentials'), Buffer.of(0), u32(header.length), header]
        : [u16(0)];

    return Buffer.concat([u16(version), ...headers, u16(1), utf8(target), utf8('/1'),
        u32(value.length), value]);
}

// The only message of an answer without headers: how it went, and the bytes of its value.
function unwrap(packet) {
    assert.equal(packet.readUInt16BE(2), 0);
    assert.equal(packet.readUInt16BE(4), 1);
    const end = 8 + packet.readUInt16BE(6);
    const value = packet.subarray(end + 6);

    assert.equal(packet.readUInt32BE(end + 2), value.length);
    return {how: packet.toString('utf8', 8, end), value};
}

// ---- amfjs: values of both encodings

function encode(value, encoding) {
    const stream = new PassThrough();

    new amfjs.AMFEncoder(stream).writeObject(value, encoding);
    return stream.read();
}

function decode(bytes, encoding) {
    const stream = new PassThrough();

    stream.end(bytes);
    return new amfjs.AMFDecoder(stream).decode(encoding);
}

// What is there of an object, without its class.
function plain(value) {
    if (Array.isArray(value)) {
        return value.map(plain);
    }
    if (value && typeof value === 'object') {
        return Object.fromEntries(Object.entries(value).filter(([key]) => key !== '__class')
            .map(([key, item]) => [key, plain(item)]));
    }
    return value;
}

async function callJs(target, args, encoding, token) {
    const marker = encoding === amfjs.AMF3 ? Buffer.of(0x11) : Buffer.alloc(0);
    const sent = wrap(encoding === amfjs.AMF3 ? 3 : 0, target,
        Buffer.concat([marker, encode(args, encoding)]));
    const {how, value} = unwrap(await post(sent, token));

    return {how, value: plain(decode(value.subarray(marker.length), encoding))};
}

for (const [name, encoding] of [['AMF0', amfjs.AMF0], ['AMF3', amfjs.AMF3]]) {
    test(`amfjs: calls in ${name}`, async () => {
        const {how, value} = await callJs('core_group_get_group_members', [[1, 2]], encoding);

        assert.equal(how, '/1/onResult');
        assert.deepEqual(value.map((m) => m.groupid), [1, 2]);
        assert.ok(value.every((m) => m.userids.length > 0 && m.userids.every(Number.isInteger)));
        const named = await callJs('core_group_get_group_members', [{groupids: [2]}], encoding);

        assert.deepEqual(named.value, [value[1]]);
    });

    test(`amfjs: a fault in ${name}`, async () => {
        const {how, value} = await callJs('core_group_get_groups', [['x']], encoding);

        assert.equal(how, '/1/onStatus');
        assert.equal(encoding === amfjs.AMF3 ? value.faultCode : value.code, 'invalidparameter');
    });

    test(`amfjs: login in ${name}`, async () => {
        const args = ['tutor', process.env.WSPASSWORD, 'everything'];
        const {value} = await callJs('login', args, encoding, null);

        assert.match(value.token, /^[0-9a-f]{32}$/);
        assert.equal((await callJs('logout', [], encoding, value.token)).value, null);
    });
}

// In AMF0 it cannot read an empty list.
test('amfjs: site info and groups in AMF3', async () => {
    const info = await callJs('core_webservice_get_site_info', [], amfjs.AMF3);

    assert.equal(info.value.username, 'wsuser');
    assert.equal(info.value.userid, 3);
    const groups = await callJs('core_group_get_groups', [[1, 2]], amfjs.AMF3);

    assert.deepEqual(groups.value.map((g) => g.name), ['Morning 🌅', 'Evening &amp; night']);
    assert.deepEqual(groups.value[0].customfields, []);
    const courses = await callJs('core_course_get_courses', [{options: {ids: [2]}}], amfjs.AMF3);

    assert.deepEqual(courses.value.map((c) => c.id), [2]);
});

// A message of Flex by amfjs, as the only argument.
async function flex(name, members, token) {
    const message = Object.assign(new amfjs.Serializable(MESSAGES + name), members);
    const value = Buffer.concat([Buffer.from('0a0000000111', 'hex'), encode(message, amfjs.AMF3)]);
    const answer = unwrap(await post(wrap(3, 'null', value), token));

    assert.equal(answer.value[0], 0x11);
    return {how: answer.how, message: decode(answer.value.subarray(1), amfjs.AMF3)};
}

test('amfjs: a ping, a login, a call and a logout of Flex', async () => {
    const ping = await flex('CommandMessage', {operation: 5, messageId: 'M1'}, null);

    assert.equal(ping.how, '/1/onResult');
    assert.equal(ping.message.__class, `${MESSAGES}AcknowledgeMessage`);
    assert.equal(ping.message.correlationId, 'M1');
    const body = Buffer.from(`tutor:${process.env.WSPASSWORD}`).toString('base64');
    const login = await flex('CommandMessage',
        {operation: 8, messageId: 'M2', body, headers: {service: 'everything'}}, null);
    const {token} = login.message.body;

    assert.equal(login.message.headers.DSId, token);
    const info = await flex('RemotingMessage', {
        operation: 'core_webservice_get_site_info', messageId: 'M3', headers: {DSId: token},
        body: [],
    }, null);

    assert.equal(info.message.body.username, 'tutor');
    const logout = await flex('CommandMessage',
        {operation: 9, messageId: 'M4', headers: {DSId: token}}, null);

    assert.equal(logout.message.body, null);
    const after = await flex('RemotingMessage', {
        operation: 'core_webservice_get_site_info', messageId: 'M5', headers: {DSId: token},
        body: [],
    }, null);

    assert.equal(after.how, '/1/onStatus');
    assert.equal(after.message.__class, `${MESSAGES}ErrorMessage`);
    assert.equal(after.message.faultCode, 'invalidtoken');
    assert.equal(after.message.extendedData.errorcode, 'invalidtoken');
});

// ---- amf-codec: values of AMF0

async function callCodec(target, args, token) {
    const {how, value} = unwrap(await post(wrap(0, target, codec.toAMF(args)), token));

    return {how, value: codec.fromAMF(value)};
}

test('amf-codec: calls', async () => {
    const info = await callCodec('core_webservice_get_site_info', []);

    assert.equal(info.value.username, 'wsuser');
    const groups = await callCodec('moodle.core_group_get_groups', [[1, 2]]);

    assert.deepEqual(groups.value.map((g) => g.id), [1, 2]);
    const found = await callCodec('core_user_get_users_by_field',
        [{field: 'username', values: ['haruka']}]);

    assert.equal(found.value[0].firstname, '遥');
    assert.deepEqual(await callCodec('core_group_get_groups', ['x']), {
        how: '/1/onStatus',
        value: {
            level: 'error', code: 'invalidparameter',
            description: 'A parameter is not as declared',
            detail: 'groupids: expected a list, not a value', line: 0,
        },
    });
});

test('amf-codec: credentials in a header', async () => {
    const credentials = codec.toAMF(
        {userid: 'tutor', password: process.env.WSPASSWORD, service: 'everything'});
    const answer = await post(
        wrap(0, 'core_webservice_get_site_info', codec.toAMF([]), credentials), null);
    const [, added] = /AppendToGatewayUrl.{8}(\?wstoken=[0-9a-f]{32})/s.exec(
        answer.toString('latin1'));
    const again = unwrap(await post(wrap(0, 'core_webservice_get_site_info', codec.toAMF([])),
        null, endpoint + added));

    assert.equal(codec.fromAMF(again.value).username, 'tutor');
});

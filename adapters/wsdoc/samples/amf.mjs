// SPDX-License-Identifier: Apache-2.0
// npm install amflib; TOKEN=... node sample.mjs
import {createRequire} from 'node:module';

const require = createRequire(import.meta.url);
const {AMFPacket} = require('amflib/node-amf/packet');
const utf8 = require('amflib/node-amf/utf8');
const parameters = [{{positional}}];
const call = new AMFPacket(3);

// Its own know no characters beyond 16 bits.
utf8.expand = (text) => Buffer.from(text).toString('latin1');
utf8.collapse = (bytes) => Buffer.from(bytes, 'latin1').toString();

call.addMessage(parameters, '{{service}}.{{function}}', '/1');
const response = await fetch('{{address}}', {
    method: 'POST',
    headers: {
        'Authorization': `Bearer ${process.env.TOKEN}`,
        'Content-Type': 'application/x-amf',
    },
    body: Buffer.from(call.serialize(), 'latin1'),
});
const bytes = Buffer.from(await response.arrayBuffer());
const [{requestURI, value}] = AMFPacket.deserialize(bytes.toString('latin1')).messages;

if (requestURI !== '/1/onResult') {
    console.error(`${value.faultCode}: ${value.faultString}`);
    process.exit(1);
}
console.log(JSON.stringify(value, null, 4));

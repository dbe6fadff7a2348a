// SPDX-License-Identifier: Apache-2.0
// npm install amflib; TOKEN=... node sample.mjs
import {createRequire} from 'node:module';

const {AMFPacket} = createRequire(import.meta.url)('amflib/node-amf/packet');
const parameters = [{{positional}}];
const call = new AMFPacket(3);

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

// SPDX-License-Identifier: Apache-2.0
// npm install soap; TOKEN=... node sample.mjs
import soap from 'soap';

const wsdl = '{{address}}?wsdl=literal';
const headers = {Authorization: `Bearer ${process.env.TOKEN}`};
const moodle = await soap.createClientAsync(wsdl, {
    wsdl_headers: {...headers, Connection: 'close'},
    preserveWhitespace: true,
});

moodle.addHttpHeader('Authorization', headers.Authorization);
try {
    const [answer] = await moodle.{{function}}Async({{items}});

    console.log(JSON.stringify(answer?.return ?? null, null, 4));
} catch (error) {
    console.error(error.root?.Envelope.Body.Fault.detail.fault.errorcode ?? error.message);
    process.exitCode = 1;
}

// SPDX-License-Identifier: Apache-2.0
// npm install xmlrpc; TOKEN=... node sample.mjs
import xmlrpc from 'xmlrpc';

const moodle = xmlrpc.create{{secure}}Client({
    url: '{{address}}',
    headers: {Authorization: `Bearer ${process.env.TOKEN}`},
});
const parameters = [{{positional}}];

moodle.methodCall('{{function}}', parameters, (fault, answer) => {
    if (fault) {
        console.error(fault.message);
        process.exitCode = 1;
        return;
    }
    console.log(JSON.stringify(answer, null, 4));
});

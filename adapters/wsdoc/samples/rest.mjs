// SPDX-License-Identifier: Apache-2.0
// TOKEN=... node sample.mjs, or in a page of any site
const token = globalThis.process?.env.TOKEN ?? prompt('Token');
const parameters = {{arguments}};
const response = await fetch('{{address}}', {
    method: 'POST',
    headers: {
        'Authorization': `Bearer ${token}`,
        'Content-Type': 'application/json',
        'Accept': 'application/json',
    },
    body: JSON.stringify({wsfunction: '{{function}}', ...parameters}),
});
const answer = await response.json();

if (answer?.exception) {
    throw new Error(`${answer.errorcode}: ${answer.message}`);
}
console.log(JSON.stringify(answer, null, 4));

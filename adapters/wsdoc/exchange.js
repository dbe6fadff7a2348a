// SPDX-License-Identifier: Apache-2.0
// adapters/wsdoc/exchange.js -- a request on its way, and the parts of the console that show it and
// its answer.
import {copyButton, make} from './dom.js';
import {curl} from './protocols.js';
import {showBytes, showForm, showJson, showText, showXml} from './show.js';

// ---- on the way

/**
 * Send REQUEST. No cookie goes with it, and nothing of it is kept.
 *
 * @returns {Promise<{status: string, ok: boolean, type: string, bytes: Uint8Array, ms: number}>}
 */
export async function send(request, signal) {
    const begin = performance.now();
    const response = await fetch(request.path, {
        method: 'POST', headers: request.headers, body: request.body, signal,
        credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer',
    });
    const bytes = new Uint8Array(await response.arrayBuffer());

    return {
        status: `${response.status} ${response.statusText}`.trim(), ok: response.ok, bytes,
        type: response.headers.get('Content-Type') ?? '', ms: Math.round(performance.now() - begin),
    };
}

/** What a status means that came without an error of the protocol. */
const STATUSES = {
    403: 'Web services, or this protocol, are switched off, or httpd does not let this address in.',
    404: 'The script of this protocol is not there.',
    413: 'The request is larger than the server takes.',
    503: 'The server is busy, or the site is being worked on. Try again in a moment.',
};

/** What the answer with BYTES says in PROTOCOL; what is none of its answers is a text. */
export function decode(protocol, {bytes, ok, status}) {
    try {
        return protocol.decode(bytes);
    } catch {
        const refusal = ok ? null : {
            errorcode: null, message: `The server answered ${status}.`,
            debuginfo: STATUSES[Number.parseInt(status, 10)] ?? null,
        };

        return {form: 'text', value: null, refusal};
    }
}

/** What to say where no answer came. */
export function explainFailure(error) {
    return error.name === 'AbortError'
        ? 'Cancelled. What the server had begun it may have done.'
        : 'No answer: the server cannot be reached.';
}

// ---- the request

/** The body of a request, coloured. */
function bodyNodes({body, headers}) {
    const [, type] = headers.find(([name]) => name === 'Content-Type');

    if (typeof body !== 'string') {
        return showBytes(body);
    }
    if (type.includes('xml')) {
        return showXml(body);
    }
    return type.includes('json') ? showJson(body) : showForm(body);
}

/** The part that shows the request as it is sent. */
export function requestPart() {
    const code = make('code');
    const notes = make('ul.notes');
    const withToken = make('input', {type: 'checkbox'});
    let shown = null;
    const asCurl = copyButton('Copy as curl', 'Copy the request as a command of a shell',
        () => curl(shown, withToken.checked));
    const element = make('section.request', {'aria-labelledby': 'console-request'},
        make('div.title', {}, make('h3', {id: 'console-request'}, 'Request'),
            make('label', {}, withToken, ' with the token'), asCurl),
        notes, make('pre', {}, code));

    /** Show REQUEST, its token hidden from those who look over the shoulder. */
    function show(request) {
        const address = new URL(request.path, document.baseURI);
        const headers = request.headers.map(([name, value]) => (
            `${name}: ${name === 'Authorization' ? 'Bearer ••••••••' : value}\n`));

        shown = request;
        code.replaceChildren(make('span.word', {}, 'POST'), ` ${address.pathname} HTTP/1.1\n`,
            `Host: ${address.host}\n`, ...headers, '\n', ...bodyNodes(request));
        notes.replaceChildren(...request.notes.map((note) => make('li', {}, note)));
        notes.hidden = !request.notes.length;
    }

    return {element, show};
}

// ---- the answer

/** SIZE of an answer in words. */
function sizeOf(size) {
    return size < 1024 ? `${size} bytes` : `${(size / 1024).toFixed(1)} KiB`;
}

/** REFUSAL in words; WHEN tells when the function fails so. */
function refusalNodes(refusal, when) {
    const facts = [['errorcode', refusal.errorcode], ['What is wrong', refusal.debuginfo],
        ['When it comes', when]].filter(([, words]) => words);

    return [
        make('h4', {}, refusal.message),
        make('dl', {}, ...facts.flatMap(([name, words]) => [
            make('dt', {}, name), make('dd', {}, words)])),
    ];
}

/** The part that shows the answer. */
export function answerPart() {
    const code = make('code');
    const pre = make('pre', {}, code);
    const status = make('p.status', {role: 'status'});
    const refused = make('div.refused');
    let text = '';
    const copy = copyButton('Copy', 'Copy the answer', () => text);
    const element = make('section.answer', {'aria-labelledby': 'console-answer'},
        make('div.title', {}, make('h3', {id: 'console-answer'}, 'Answer'), copy),
        status, refused, pre);

    /** Say WORDS in place of an answer. */
    function say(words, isWrong = false) {
        status.textContent = words;
        status.classList.toggle('failed', isWrong);
        refused.hidden = pre.hidden = copy.hidden = true;
    }

    /** What the answer is shown as; TEXT is set to what is copied of it. */
    function nodesOf(answer, bytes) {
        if (answer.form === 'amf') {
            text = JSON.stringify(answer.value, null, 2);
            return [...showJson(text), '\n\n', ...showBytes(bytes)];
        }
        text = new TextDecoder().decode(bytes);
        return {json: showJson, xml: showXml, text: showText}[answer.form](text);
    }

    /** Show what RESPONSE brought, of which ANSWER is the meaning. */
    function show(response, answer, when) {
        const size = sizeOf(response.bytes.length);
        const facts = [response.status, `${response.ms} ms`, size, response.type].filter(Boolean);

        say(facts.join(' · '), Boolean(answer.refusal));
        if (answer.refusal) {
            refused.hidden = false;
            refused.replaceChildren(...refusalNodes(answer.refusal, when));
        }
        pre.hidden = copy.hidden = !response.bytes.length;
        code.replaceChildren(...nodesOf(answer, response.bytes));
        element.scrollIntoView({block: 'nearest'});
    }

    say('Nothing was sent yet.');
    return {element, say, show};
}

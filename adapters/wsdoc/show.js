// SPDX-License-Identifier: Apache-2.0
// adapters/wsdoc/show.js -- requests and answers for the eye: indented, coloured by their parts.
import {make} from './dom.js';

/** Characters that are coloured, and that are shown at all. */
const COLOURED = 200_000;
const SHOWN = 1_000_000;

/** Bytes that are shown as numbers. */
const DUMPED = 4096;

/** TEXT in the colour of KIND. */
function part(kind, text) {
    return make(`span.${kind}`, {}, text);
}

/** TEXT as it is, or its begin where it is very long. */
export function showText(text) {
    if (text.length <= SHOWN) {
        return [text];
    }
    const rest = `\n... ${text.length - SHOWN} more characters, which Copy has.`;

    return [text.slice(0, SHOWN), part('more', rest)];
}

// ---- JSON

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[[\]{},:]/g;

/** A scalar of JSON: its characters as they are, numbers to the digit. */
function jsonScalar(token, isKey) {
    if (token[0] !== '"') {
        return part(/^[-\d]/.test(token) ? 'number' : 'word', token);
    }
    return part(isKey ? 'name' : 'text', JSON.stringify(JSON.parse(token)));
}

/** TEXT, which is JSON. */
export function showJson(text) {
    if (text.length > COLOURED) {
        return showText(text);
    }
    const tokens = text.match(TOKENS) ?? [];
    const nodes = [];
    let depth = 0;
    const line = () => nodes.push(`\n${'  '.repeat(depth)}`);

    tokens.forEach((token, i) => {
        const next = tokens[i + 1];

        if (token === '{' || token === '[') {
            nodes.push(token);
            depth += 1;
            if (next !== '}' && next !== ']') {
                line();
            }
        } else if (token === '}' || token === ']') {
            depth -= 1;
            if (tokens[i - 1] !== '{' && tokens[i - 1] !== '[') {
                line();
            }
            nodes.push(token);
        } else if (token === ',') {
            nodes.push(token);
            line();
        } else {
            nodes.push(token === ':' ? ': ' : jsonScalar(token, next === ':'));
        }
    });
    return nodes;
}

// ---- XML

/** TEXT as it is written in XML. */
function escape(text) {
    return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The parts of ELEMENT's tag, up to END. */
function xmlTag(element, end) {
    const attributes = [...element.attributes].flatMap(({name, value}) => [
        ' ', part('name', name), '=', part('text', `"${escape(value).replaceAll('"', '&quot;')}"`),
    ]);

    return ['<', part('word', element.nodeName), ...attributes, end];
}

/** ELEMENT and what is in it, at DEPTH. No protocol here has text beside elements. */
function xmlElement(element, depth) {
    const close = ['</', part('word', element.nodeName), '>'];

    if (!element.hasChildNodes()) {
        return xmlTag(element, '/>');
    }
    if (!element.firstElementChild) {
        return [...xmlTag(element, '>'), escape(element.textContent), ...close];
    }
    const lines = [...element.children].flatMap((child) => [
        `\n${'  '.repeat(depth + 1)}`, ...xmlElement(child, depth + 1)]);

    return [...xmlTag(element, '>'), ...lines, `\n${'  '.repeat(depth)}`, ...close];
}

/** TEXT, which is XML. */
export function showXml(text) {
    if (text.length > COLOURED) {
        return showText(text);
    }
    const {documentElement} = new DOMParser().parseFromString(text, 'application/xml');
    const [declaration] = /^<\?xml[^>]*>/.exec(text) ?? [];

    const begin = declaration ? [part('more', declaration), '\n'] : [];

    return [...begin, ...xmlElement(documentElement, 0)];
}

// ---- forms and bytes

/** TEXT, a form: its lines end between pairs. */
export function showForm(text) {
    return text.split('&').map((pair, i) => {
        const [key, value] = pair.split('=');

        return make('span.pair', {}, i ? '&' : '', part('name', key), '=', part('text', value));
    });
}

/** BYTES as numbers, and as characters where they are such. */
export function showBytes(bytes) {
    const lines = [];

    for (let at = 0; at < Math.min(bytes.length, DUMPED); at += 16) {
        const row = [...bytes.subarray(at, Math.min(at + 16, DUMPED))];
        const numbers = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
        const characters = row.map((byte) => (
            byte > 0x1f && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');

        lines.push(part('more', `${at.toString(16).padStart(4, '0')}  `),
            numbers.padEnd(49), part('text', characters), '\n');
    }
    if (bytes.length > DUMPED) {
        lines.push(part('more', `... ${bytes.length - DUMPED} more bytes`));
    }
    return lines;
}

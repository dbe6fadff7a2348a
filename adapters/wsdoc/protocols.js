// SPDX-License-Identifier: Apache-2.0
// adapters/wsdoc/protocols.js -- a call of a function in each protocol, and what its answer says.
//
// Parameters are plain values: structs are objects, lists arrays. Addresses are relative to the
// page, to hold behind any host name. No request has a token in its address.
import {decodePacket, encodePacket} from './amf.js';

/**
 * @typedef {object} Call
 * @property {string} name the function
 * @property {object} params its parameters
 * @property {string[]} order the names of all parameters that it has, in their order
 * @property {string} root the address of the site, of which SOAP makes its namespaces
 * @property {?string} token
 *
 * @typedef {object} Request
 * @property {string} path
 * @property {Array<[string, string]>} headers
 * @property {string|Uint8Array} body
 * @property {string[]} notes what the protocol cannot say
 *
 * @typedef {object} Refusal an error, as Moodle tells it
 * @property {?string} errorcode
 * @property {string} message
 * @property {?string} debuginfo
 *
 * @typedef {object} Answer
 * @property {'json'|'xml'|'amf'|'text'} form
 * @property {?Refusal} refusal
 * @property {*} value what it holds; of XML the document
 */

/** A request to PATH with BODY of TYPE. */
function request(call, path, type, body, more = []) {
    const headers = [['Content-Type', type], ...more];

    if (call.token) {
        headers.unshift(['Authorization', `Bearer ${call.token}`]);
    }
    return {path, headers, body, notes: []};
}

/** The parameters by position; where one between them is left out, all as one struct. */
function positional(call) {
    const given = call.order.filter((name) => name in call.params);
    const isPrefix = given.every((name, i) => name === call.order[i]);

    return isPrefix ? given.map((name) => call.params[name]) : [call.params];
}

// ---- REST

/** The keys of a form for VALUE, as PHP reads them; NOTES gets what a form cannot say. */
function formPairs(key, value, notes) {
    if (value === null) {
        notes.push(`A form has no null: ${key} is left out.`);
        return [];
    }
    if (typeof value !== 'object') {
        return [[key, typeof value === 'boolean' ? String(Number(value)) : String(value)]];
    }
    const entries = Object.entries(value);

    if (!entries.length) {
        notes.push(`A form has no empty list: ${key} is left out.`);
    }
    return entries.flatMap(([name, item]) => formPairs(`${key}[${name}]`, item, notes));
}

/** A form, its brackets as they are. */
function formBody(pairs) {
    return pairs.map(([key, value]) => {
        const name = encodeURIComponent(key).replaceAll('%5B', '[').replaceAll('%5D', ']');

        return `${name}=${encodeURIComponent(value)}`;
    }).join('&');
}

const FORM = 'application/x-www-form-urlencoded';

/** A call by a form, to be answered in FORMAT. */
function restForm(call, format = 'json') {
    const notes = [];
    const params = Object.entries(call.params).flatMap(([key, v]) => formPairs(key, v, notes));
    const body = formBody([['wsfunction', call.name], ['moodlewsrestformat', format], ...params]);

    return {...request(call, 'rest/server.php', FORM, body), notes};
}

function restFormToXml(call) {
    return restForm(call, 'xml');
}

/** A call by a body of JSON, as the document of OpenAPI tells it. */
function restJson(call) {
    return request(call, `rest/server.php/${call.name}`, 'application/json',
        JSON.stringify(call.params, null, 2));
}

/** An answer of REST in JSON. */
function readJson(bytes) {
    const value = JSON.parse(new TextDecoder().decode(bytes));
    const refusal = value && !Array.isArray(value) && value.exception ? value : null;

    return {form: 'json', value, refusal};
}

// ---- XML

/** TEXT as it stands between tags. Ends of lines survive being read and indented. */
function escape(text) {
    return String(text).replace(/[&<>"\n\r]/g, (character) => `&#${character.charCodeAt(0)};`)
        .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
}

/** An element with INNER, a text that is XML already or a list of elements, each on a line. */
function element(name, inner) {
    const [tag] = name.split(' ');
    const within = Array.isArray(inner) && inner.length
        ? `${inner.map((item) => `\n${item}`.replaceAll('\n', '\n  ')).join('')}\n` : inner;

    return !within.length ? `<${name}/>` : `<${name}>${within}</${tag}>`;
}

/** The document in BYTES. */
function readXml(bytes) {
    const document = new DOMParser().parseFromString(
        new TextDecoder().decode(bytes), 'application/xml');

    if (document.querySelector('parsererror')) {
        throw new SyntaxError('This is not XML.');
    }
    return document;
}

/** The text of the first element called NAME, in any namespace; null where there is none. */
function textOf(parent, name) {
    return parent?.getElementsByTagNameNS('*', name)[0]?.textContent ?? null;
}

/** An answer of REST in XML. */
function readRestXml(bytes) {
    const document = readXml(bytes);
    const failed = document.documentElement.nodeName === 'EXCEPTION';
    const refusal = failed ? {
        errorcode: textOf(document, 'ERRORCODE'),
        message: textOf(document, 'MESSAGE'),
        debuginfo: textOf(document, 'DEBUGINFO'),
    } : null;

    return {form: 'xml', value: document, refusal};
}

// ---- XML-RPC

/** VALUE in XML-RPC. */
function xmlrpcValue(value) {
    return element('value', xmlrpcType(value));
}

function xmlrpcType(value) {
    if (value === null) {
        return '<nil/>';
    }
    if (typeof value === 'boolean') {
        return element('boolean', String(Number(value)));
    }
    if (typeof value === 'number') {
        return xmlrpcNumber(value);
    }
    if (typeof value === 'string') {
        return element('string', escape(value));
    }
    if (Array.isArray(value)) {
        return [element('array', [element('data', value.map(xmlrpcValue))])];
    }
    return [element('struct', Object.entries(value).map(([name, item]) => element('member',
        [element('name', escape(name)), xmlrpcValue(item)])))];
}

function xmlrpcNumber(value) {
    if (!Number.isInteger(value)) {
        return element('double', String(value));
    }
    return element(value === (value | 0) ? 'int' : 'i8', String(value));
}

function xmlrpc(call) {
    const params = positional(call).map((arg) => element('param', [xmlrpcValue(arg)]));
    const body = element('methodCall',
        [element('methodName', call.name), element('params', params)]);

    return request(call, 'xmlrpc/server.php', 'text/xml; charset=utf-8',
        `<?xml version="1.0" encoding="UTF-8"?>\n${body}\n`);
}

/** The parts of "MESSAGE | DEBUG INFO: ... | ERRORCODE: ...". */
function splitFault(text) {
    const [, rest, errorcode] = /^(.*?)(?: \| ERRORCODE: (\w+))?$/s.exec(text);
    const [message, debuginfo = null] = rest.split(' | DEBUG INFO: ');

    return {message, debuginfo, errorcode: errorcode ?? null};
}

/** The value of the member called NAME in a document of XML-RPC. */
function memberOf(document, name) {
    const names = [...document.getElementsByTagName('name')];
    const member = names.find((node) => node.textContent === name)?.parentNode;

    return member?.getElementsByTagName('value')[0]?.textContent ?? null;
}

function readXmlrpc(bytes) {
    const document = readXml(bytes);
    const failed = document.getElementsByTagName('fault').length > 0;
    const refusal = failed ? splitFault(memberOf(document, 'faultString')) : null;

    if (refusal && !refusal.errorcode) {
        refusal.message += ` (fault ${memberOf(document, 'faultCode')})`;
    }
    return {form: 'xml', value: document, refusal};
}

// ---- SOAP

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
const ENCODING = 'http://schemas.xmlsoap.org/soap/encoding/';
const SCHEMA = 'http://www.w3.org/2001/XMLSchema';

/** NAME with VALUE, without types: the WSDL tells them. */
function literalElement(name, value) {
    if (value === null) {
        return `<${name} xsi:nil="true"/>`;
    }
    if (typeof value !== 'object') {
        return element(name, escape(value));
    }
    const inner = Array.isArray(value)
        ? value.map((item) => literalElement('item', item))
        : Object.entries(value).map(([key, item]) => literalElement(key, item));

    return element(name, inner);
}

/** The type of XML Schema that VALUE has. */
function schemaType(value) {
    if (typeof value === 'number') {
        if (!Number.isInteger(value)) {
            return 'xsd:double';
        }
        return value === (value | 0) ? 'xsd:int' : 'xsd:long';
    }
    return typeof value === 'boolean' ? 'xsd:boolean' : 'xsd:string';
}

/** NAME with VALUE, its type beside it. */
function encodedElement(name, value) {
    if (value === null) {
        return `<${name} xsi:nil="true"/>`;
    }
    if (typeof value !== 'object') {
        return element(`${name} xsi:type="${schemaType(value)}"`, escape(value));
    }
    if (Array.isArray(value)) {
        const types = new Set(value.map((item) => (
            item === null || typeof item === 'object' ? 'xsd:anyType' : schemaType(item))));
        const type = types.size === 1 ? [...types][0] : 'xsd:anyType';

        return element(
            `${name} xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="${type}[${value.length}]"`,
            value.map((item) => encodedElement('item', item)));
    }
    return element(`${name} xsi:type="SOAP-ENC:Struct"`,
        Object.entries(value).map(([key, item]) => encodedElement(key, item)));
}

/** CONTENT in an envelope of SOAP 1.1, which has the namespaces in MORE besides. */
function envelope(call, more, content) {
    const body = element(
        `SOAP-ENV:Envelope xmlns:SOAP-ENV="${SOAP}" xmlns:xsi="${SCHEMA}-instance"${more}`,
        [element('SOAP-ENV:Body', [content])]);

    return request(call, 'soap/server.php', 'text/xml; charset=utf-8',
        `<?xml version="1.0" encoding="UTF-8"?>\n${body}\n`, [['SOAPAction', '""']]);
}

/** What SOAP calls the functions by. */
function space(call) {
    return escape(`${call.root}/webservice/soap/server.php`);
}

function literal(call) {
    const params = Object.entries(call.params).map(([key, value]) => literalElement(key, value));

    return envelope(call, '', element(`${call.name} xmlns="${space(call)}/literal"`, params));
}

function encoded(call) {
    const params = Object.entries(call.params).map(([key, value]) => encodedElement(key, value));

    return envelope(call,
        ` xmlns:xsd="${SCHEMA}" xmlns:SOAP-ENC="${ENCODING}" xmlns:ns1="${space(call)}"`,
        element(`ns1:${call.name} SOAP-ENV:encodingStyle="${ENCODING}"`, params));
}

/** An answer of SOAP in either style; an empty one is that of a function that returns nothing. */
function readSoap(bytes) {
    if (!bytes.length) {
        return {form: 'text', value: '', refusal: null};
    }
    const document = readXml(bytes);
    const [fault] = document.getElementsByTagNameNS('*', 'Fault');
    const answer = {form: 'xml', value: document, refusal: null};

    if (fault) {
        const said = splitFault(textOf(fault, 'faultstring') ?? '');
        const debuginfo = textOf(fault, 'debuginfo')
            ?? (textOf(fault, 'fault') === null ? textOf(fault, 'detail') : null);

        answer.refusal = {
            message: said.message, debuginfo,
            errorcode: textOf(fault, 'errorcode') ?? said.errorcode,
        };
    }
    return answer;
}

// ---- AMF

function amf(call, version) {
    return request(call, 'amf/server.php', 'application/x-amf',
        encodePacket(call.name, positional(call), version));
}

/** An answer of AMF. The errors of AMF3 are messages of Flex. */
function readAmf(bytes) {
    const {failed, value} = decodePacket(bytes);
    const refusal = failed ? {
        errorcode: value.faultCode ?? value.code,
        message: value.faultString ?? value.description,
        debuginfo: value.faultDetail ?? value.detail,
    } : null;

    return {form: 'amf', value, refusal};
}

// ---- all of them

/**
 * The protocols in their variants. `of` is the protocol that the site must have switched on.
 *
 * @type {Array<{id: string, of: string, title: string, encode: function(Call): Request,
 *               decode: function(Uint8Array): Answer}>}
 */
const PROTOCOLS = [
    {id: 'rest', of: 'rest', title: 'REST: a form', encode: restForm, decode: readJson},
    {id: 'json', of: 'rest', title: 'REST: JSON', encode: restJson, decode: readJson},
    {id: 'restxml', of: 'rest', title: 'REST: a form, answered in XML', encode: restFormToXml,
        decode: readRestXml},
    {id: 'soap', of: 'soap', title: 'SOAP: document/literal', encode: literal, decode: readSoap},
    {id: 'soaprpc', of: 'soap', title: 'SOAP: rpc/encoded', encode: encoded, decode: readSoap},
    {id: 'xmlrpc', of: 'xmlrpc', title: 'XML-RPC', encode: xmlrpc, decode: readXmlrpc},
    {id: 'amf3', of: 'amf', title: 'AMF3', encode: (call) => amf(call, 3), decode: readAmf},
    {id: 'amf0', of: 'amf', title: 'AMF0', encode: (call) => amf(call, 0), decode: readAmf},
];

/** Those of the protocols that are switched on, in NAMES. */
export function protocolsOf(names) {
    return PROTOCOLS.filter((protocol) => names.includes(protocol.of));
}

/**
 * A login: of REST by fields of a form, of others by an operation.
 *
 * @param {object} protocol
 * @param {Array<[string, string]>} fields username, password, and service where one is named
 * @param {string} root the address of the site
 * @returns {Request}
 */
export function encodeLogin(protocol, fields, root) {
    const call = {name: 'login', params: Object.fromEntries(fields), root, token: null,
        order: ['username', 'password', 'service']};

    if (protocol.of !== 'rest') {
        return protocol.encode(call);
    }
    const pairs = fields.map(([key, value]) => [key === 'service' ? key : `ws${key}`, value]);

    return request(call, 'rest/server.php', FORM,
        formBody([...pairs, ['moodlewsrestformat', 'json']]));
}

/** What a login is answered: the token, and until when it lives without a use. */
export function readLogin({value}) {
    const field = (name) => (value instanceof Document
        ? memberOf(value, name) ?? textOf(value, name) : value[name]);

    return {token: field('token'), expires: Number(field('expires'))};
}

/**
 * REQUEST as a command. Without a token the shell puts its variable TOKEN in.
 *
 * @param {Request} request
 * @param {boolean} withToken
 */
export function curl({path, headers, body}, withToken) {
    const lines = [`curl ${quote(new URL(path, document.baseURI).href)}`];

    for (const [name, value] of headers) {
        lines.push(name === 'Authorization' && !withToken
            ? '-H "Authorization: Bearer $TOKEN"' : `-H ${quote(`${name}: ${value}`)}`);
    }
    if (typeof body === 'string') {
        return [...lines, `--data-raw ${quote(body)}`].join(' \\\n  ');
    }
    const octal = Array.from(body, (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');

    return `printf '${octal}' |\n` +
        [...lines, '--data-binary @-', '--output answer.amf'].join(' \\\n  ');
}

/** TEXT as one word of a shell. */
function quote(text) {
    return `'${text.replaceAll("'", "'\\''")}'`;
}

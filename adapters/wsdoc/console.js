// SPDX-License-Identifier: Apache-2.0
// adapters/wsdoc/console.js -- the console: calls from the page, as a client would make them. All
// that it knows of functions is in the document of OpenAPI.
import {button, freshId, make} from './dom.js';
import {answerPart, decode, explainFailure, requestPart, send} from './exchange.js';
import {makeForm, resolve} from './form.js';
import {protocolsOf} from './protocols.js';
import {signingPart} from './signing.js';

const page = document.body.dataset;
const root = page.root.replace(/\/$/, '');
const protocols = protocolsOf(page.protocols.split(' '));

/** The protocol that was chosen last; at first the one that the page tells of. */
let way = protocols.find(({of}) => (
    of === new URLSearchParams(location.search).get('protocol'))) ?? protocols[0];

// ---- the document

let fetched = null;

/** The document of OpenAPI, fetched when it is needed first; of what the page's token may call. */
function openapi() {
    const headers = {Accept: 'application/json'};

    if (page.token) {
        headers.Authorization = `Bearer ${page.token}`;
    }
    fetched ??= fetch('openapi.json', {headers}).then((response) => {
        if (!response.ok) {
            throw new Error(`The description of the functions is refused (${response.status}).`);
        }
        return response.json();
    });
    fetched.catch(() => {
        fetched = null;
    });
    return fetched;
}

/** The operation of the function NAME. */
function operationOf(doc, name) {
    return Object.values(doc.paths).map((path) => path.post)
        .find((operation) => operation?.operationId === name);
}

/** When the function of OPERATION fails with ERRORCODE, as its responses tell it; or null. */
function whenItFails(doc, operation, errorcode) {
    const lines = Object.values(operation.responses)
        .flatMap((response) => (resolve(doc, response).description ?? '').split('\n'));
    const line = lines.find((text) => text.includes(`\`${errorcode}\`:`));

    return line ? line.slice(line.indexOf(':') + 1).trim() : null;
}

// ---- sending

/** The buttons that send. Writing is agreed to first: PROCEED is called then. */
function sendingPart({proceed, cancel}) {
    const id = freshId();
    const sender = make('button.send', {type: 'submit'}, 'Send');
    const stop = button('Cancel', cancel);
    const what = make('p', {id, tabindex: '-1'});
    const question = make('div.confirm', {role: 'group', 'aria-labelledby': id}, what,
        make('div.actions', {}, button('Yes, do it', proceed, {class: 'send'}),
            button('No', () => turn('ready'))));
    const element = make('div.sending', {}, sender, stop, question);
    let state;

    /** Show what belongs to NEXT: "ready", "asking" or "running". */
    function turn(next) {
        const hadFocus = element.contains(document.activeElement);

        state = next;
        sender.hidden = state === 'asking';
        sender.setAttribute('aria-disabled', String(state === 'running'));
        stop.hidden = state !== 'running';
        question.hidden = state !== 'asking';
        if (hadFocus) {
            (state === 'asking' ? what : sender).focus();
        }
    }

    function ask(words) {
        what.textContent = words;
        turn('asking');
        what.focus();
    }

    turn('ready');
    return {element, turn, ask, is: (one) => state === one};
}

// ---- one function

/** The names of PARAMS, and how long those are that are lists. */
function extentOf(params) {
    return Object.entries(params).map(([name, value]) => (
        Array.isArray(value) ? `${name} (${value.length})` : name)).join(', ');
}

/** A labelled list to choose from; OPTIONS are pairs of value and label. */
function makeChoice(title, options, onchange) {
    const id = freshId();
    const select = make('select', {id, onchange},
        ...options.map(([value, label]) => make('option', {value}, label)));

    return {select, element: make('p', {}, make('label', {for: id}, title), select)};
}

/**
 * What is shown for the function NAME.
 *
 * @returns {object} its parts `ask` and `tell`; refresh() when another calls; unask() takes a
 *     question back, and tells whether there was one; cancel() what is on its way
 */
function makeTrial(doc, name) {
    const {today, legacy} = operationOf(doc, name)['x-moodle'];
    const names = makeChoice('Name', [today, ...legacy].map((one) => [one, one]),
        () => choose(names.select.value));
    const ways = makeChoice('Protocol', protocols.map(({id, title}) => [id, title]), () => {
        way = protocols.find(({id}) => id === ways.select.value);
        refresh();
    });
    const fields = make('div');
    const wrong = make('p.wrong', {role: 'alert'});
    const sending = sendingPart({proceed, cancel});
    const request = requestPart();
    const answer = answerPart();
    const ask = make('form.call', {
        method: 'post', novalidate: true, 'aria-labelledby': 'console-call', oninput: refresh,
        onsubmit: (event) => {
            event.preventDefault();
            begin();
        },
    }, make('h3', {id: 'console-call'}, 'Call'),
    make('div.choices', {}, names.element, ways.element), fields, wrong, sending.element);
    let operation = null;
    let form = null;
    let running = null;

    /** Call the function by its name NEXT. */
    function choose(next) {
        operation = operationOf(doc, next);
        const {schema, example} = operation.requestBody.content['application/json'];

        form = makeForm(doc, schema, example);
        fields.replaceChildren(form.element);
        refresh();
    }

    /** What the form says; PROBLEMS gets what cannot be sent, and there is no request then. */
    function read(problems) {
        const protocol = protocols.find(({id}) => id === ways.select.value);
        const params = form.read(problems);
        const call = {
            name: operation.operationId, params, order: form.order, root, token: signing.token(),
        };

        return {protocol, params, request: problems.length ? null : protocol.encode(call)};
    }

    function refresh() {
        const {request: now} = read([]);

        unask();
        if (now) {
            request.show(now);
        }
    }

    function unask() {
        const wasAsked = sending.is('asking');

        if (wasAsked) {
            sending.turn('ready');
        }
        return wasAsked;
    }

    /** Send, or ask before what writes is sent. */
    function begin() {
        const problems = [];
        const {params} = read(problems);

        if (!sending.is('ready')) {
            return;
        }
        wrong.textContent = problems.length ? `Not sent. ${problems[0].message}` : '';
        if (problems.length) {
            problems[0].entry.focus();
        } else if (operation['x-moodle'].kind === 'writes') {
            sending.ask(`${operation.operationId} changes what ${new URL(root).host} holds. ` +
                `${operation.summary} It is sent with ${extentOf(params)}.`);
        } else {
            proceed();
        }
    }

    async function proceed() {
        const {protocol, request: now} = read([]);

        running = new AbortController();
        sending.turn('running');
        answer.say('Waiting for the answer ...');
        try {
            const response = await send(now, running.signal);
            const meaning = decode(protocol, response);
            const errorcode = meaning.refusal?.errorcode;

            answer.show(response, meaning,
                errorcode ? whenItFails(doc, operation, errorcode) : null);
        } catch (error) {
            answer.say(explainFailure(error), true);
        } finally {
            running = null;
            sending.turn('ready');
        }
    }

    function cancel() {
        running?.abort();
    }

    names.element.hidden = !legacy.length;
    names.select.value = name;
    ways.select.value = way.id;
    choose(name);
    return {
        about: operation.summary, ask,
        tell: make('div.tell', {}, request.element, answer.element), refresh, unask, cancel,
    };
}

// ---- the dialog

const trials = new Map();
let shown = null;
const signing = signingPart({protocol: protocols[0], root, onchange: () => shown?.refresh()});
const title = make('h2', {id: 'console-title', tabindex: '-1'});
const about = make('p');
const panes = make('div.panes');
const dialog = make('dialog.console', {
    'aria-labelledby': 'console-title', onclose: () => shown?.cancel(),
    oncancel: (event) => {
        if (shown?.unask()) {
            event.preventDefault();
        }
    },
}, make('header', {}, make('div', {}, title, about), button('Close', () => dialog.close())), panes);

document.body.append(dialog);

/**
 * Open the console for the function NAME, as it was left.
 *
 * @param {string} name
 */
export async function openConsole(name) {
    title.textContent = name;
    about.textContent = '';
    panes.replaceChildren(make('p', {role: 'status'}, 'Fetching the description ...'));
    dialog.showModal();
    title.focus();
    try {
        const doc = await openapi();

        if (!trials.has(name)) {
            trials.set(name, makeTrial(doc, name));
        }
        shown = trials.get(name);
        about.textContent = shown.about;
        panes.replaceChildren(signing.element, shown.ask, shown.tell);
        shown.refresh();
    } catch (error) {
        shown = null;
        panes.replaceChildren(make('p.wrong', {role: 'alert'}, error.message));
    }
}

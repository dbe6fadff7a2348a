// SPDX-License-Identifier: Apache-2.0
// adapters/wsdoc/signing.js -- the part of the console that tells who calls, and signs in and out.
//
// The token is in a variable here, and goes nowhere but into the header of calls. It is gone with
// the page.
import {button, freshId, make} from './dom.js';
import {decode, explainFailure, send} from './exchange.js';
import {encodeLogin, readLogin} from './protocols.js';

const NOBODY = {token: null, who: '', isSession: false};

/** A labelled place to enter something. */
function makeField(title, properties) {
    const id = freshId();
    const input = make('input', {id, autocapitalize: 'none', spellcheck: 'false', ...properties});

    return {input, element: make('p', {}, make('label', {for: id}, title), input)};
}

/** A form that does what SUBMIT says. It is no GET: what is entered must come into no address. */
function makeSignForm(title, fields, submit) {
    const id = freshId();

    return make('form', {
        method: 'post', 'aria-labelledby': id,
        onsubmit: (event) => {
            event.preventDefault();
            submit();
        },
    }, make('h4', {id}, title), ...fields.map(({element}) => element),
    make('button', {type: 'submit'}, title));
}

/**
 * The part. PROTOCOL is the one that logs in, ROOT the address of the site; ONCHANGE is called when
 * another calls than before.
 *
 * @returns {{element: HTMLElement, token: function(): ?string}}
 */
export function signingPart({protocol, root, onchange}) {
    let caller = NOBODY;
    const said = make('p.said', {role: 'status'});
    const wrong = make('p.wrong', {role: 'alert'});
    const who = make('p.who', {tabindex: '-1'});
    const out = button('', signOut);
    const signedIn = make('div.signed-in', {}, who, out);
    const name = makeField('User name',
        {name: 'username', autocomplete: 'username', required: true});
    const password = makeField('Password',
        {name: 'password', type: 'password', autocomplete: 'current-password', required: true});
    const service = makeField('Service, where there are several',
        {name: 'service', autocomplete: 'off'});
    const pasted = makeField('Token',
        {name: 'token', type: 'password', autocomplete: 'off', required: true});
    const signedOut = make('div.signed-out', {},
        makeSignForm('Sign in', [name, password, service], signIn),
        makeSignForm('Use a token', [pasted], useToken));
    const element = make('section.signing', {'aria-labelledby': 'console-who'},
        make('h3', {id: 'console-who'}, 'Who calls'), signedIn, signedOut, wrong, said);

    function show() {
        signedIn.hidden = !caller.token;
        signedOut.hidden = !signedIn.hidden;
        who.textContent = caller.who;
        out.textContent = caller.isSession ? 'Sign out' : 'Forget the token';
    }

    /** From now on NEXT calls. */
    function become(next) {
        caller = next;
        password.input.value = pasted.input.value = wrong.textContent = '';
        show();
        (caller.token ? who : name.input).focus();
        onchange();
    }

    function useToken() {
        become({token: pasted.input.value.trim(), who: 'With a token of yours.', isSession: false});
    }

    /** The answer to REQUEST, or null where none came, which is told. */
    async function ask(request) {
        try {
            return decode(protocol, await send(request));
        } catch (error) {
            wrong.textContent = explainFailure(error);
            return null;
        }
    }

    async function signIn() {
        const fields = [['username', name.input.value], ['password', password.input.value],
            ['service', service.input.value]].filter(([, value]) => value !== '');

        wrong.textContent = '';
        said.textContent = 'Signing in ...';
        const answer = await ask(encodeLogin(protocol, fields, root));

        said.textContent = '';
        if (answer?.refusal) {
            wrong.textContent = [answer.refusal.message, answer.refusal.debuginfo]
                .filter(Boolean).join('. ');
        } else if (answer) {
            const {token, expires} = readLogin(answer);
            const until = new Date(expires * 1000).toLocaleTimeString([], {timeStyle: 'short'});

            become({
                token, isSession: true,
                who: `${name.input.value}, until ${until} and longer while calls are made.`,
            });
        }
    }

    async function signOut() {
        const {token, isSession} = caller;

        become(NOBODY);
        if (isSession) {
            await ask(protocol.encode({name: 'logout', params: {}, order: [], root, token}));
        }
    }

    show();
    return {element, token: () => caller.token};
}

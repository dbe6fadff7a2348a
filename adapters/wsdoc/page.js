// SPDX-License-Identifier: Apache-2.0
// adapters/wsdoc/page.js -- what the page of functions can do more where there is script: finding,
// copying, and trying, which console.js has. Without it the page tells the same.
import {button, copyButton} from './dom.js';

// ---- finding

/** What a function is found by: its names, what it does, its keys and what they mean. */
function wordsOf(section) {
    const told = section.querySelectorAll('.about, .facts code, .tree code, .tree p');

    return [section.id, ...Array.from(told, (element) => element.textContent)]
        .join(' ').toLowerCase();
}

/** The functions of the page with the links to them in NAV. */
function findFunctions(nav) {
    return Array.from(document.querySelectorAll('section.function'), (section) => ({
        section, words: wordsOf(section),
        link: nav.querySelector(`a[href="#${CSS.escape(section.id)}"]`)?.closest('li'),
    }));
}

/** Hide what holds only hidden items: groups of the page, and those of NAV with their headings. */
function hideEmpty(nav) {
    document.querySelectorAll('main .group').forEach((group) => {
        group.hidden = !group.querySelector('.function:not([hidden])');
    });
    nav.querySelectorAll('ul').forEach((list) => {
        list.hidden = !list.querySelector('li:not([hidden])');
        list.previousElementSibling.hidden = list.hidden;
    });
}

/** Let the functions be found with the box in NAV. */
function offerFinding(nav) {
    const box = document.getElementById('filter');
    const found = document.getElementById('found');
    const functions = findFunctions(nav);
    const guides = Array.from(document.querySelectorAll('section.guide'), (section) => ({
        section, link: nav.querySelector(`a[href="#${CSS.escape(section.id)}"]`)?.closest('li'),
    }));

    function show({section, link}, isShown) {
        section.hidden = !isShown;
        if (link) {
            link.hidden = !isShown;
        }
    }

    function filter() {
        const wanted = box.value.toLowerCase().split(/\s+/).filter(Boolean);
        const fits = ({words}) => wanted.every((word) => words.includes(word));

        functions.forEach((one) => show(one, fits(one)));
        guides.forEach((one) => show(one, !wanted.length));
        hideEmpty(nav);
        found.textContent = wanted.length
            ? `${functions.filter(fits).length} of ${functions.length} functions` : '';
    }

    /** On a phone the contents show when the address points to them. */
    function showBox() {
        if (!box.checkVisibility()) {
            location.hash = nav.id;
        }
    }

    function clear() {
        box.value = '';
        filter();
    }

    /** Go to the first that is called so, or else to the first that is shown. */
    function goToFirst() {
        const name = box.value.trim().toLowerCase();
        const shown = functions.filter(({section}) => !section.hidden);
        const first = shown.find(({section}) => section.id.includes(name)) ?? shown[0];

        if (first) {
            location.hash = first.section.id;
            focusOn(first.section);
        }
    }

    box.placeholder = 'a name, a word, a key';
    box.setAttribute('aria-keyshortcuts', '/');
    box.addEventListener('input', filter);
    box.addEventListener('keydown', (event) => {
        if (event.key === 'Escape') {
            clear();
        } else if (event.key === 'Enter') {
            event.preventDefault();
            goToFirst();
        }
    });
    document.addEventListener('keydown', (event) => {
        if (event.key === '/' && !isTyping(event)) {
            event.preventDefault();
            showBox();
            box.focus();
            box.select();
        }
    });
    addEventListener('hashchange', () => {
        if (targetOfHash()?.closest('[hidden]')) {
            clear();
        }
        openTarget();
    });
    document.getElementById('finder').hidden = false;
    filter();
}

/** Whether EVENT is meant for a field, for a dialog, or for the browser. */
function isTyping(event) {
    return event.ctrlKey || event.altKey || event.metaKey ||
        event.target.closest('input, textarea, select, [contenteditable], dialog') !== null;
}

/** Put the keyboard where SECTION begins. */
function focusOn(section) {
    const heading = section.querySelector('h3') ?? section;

    heading.tabIndex = -1;
    heading.focus({preventScroll: true});
}

function targetOfHash() {
    return document.getElementById(decodeURIComponent(location.hash.slice(1)));
}

/** Show what the address points to, whatever is folded around it. */
function openTarget() {
    const target = targetOfHash();

    for (let at = target; at; at = at.parentElement) {
        if (at instanceof HTMLDetailsElement) {
            at.open = true;
        }
    }
    target?.scrollIntoView();
}

// ---- code

/** Let every code be copied. */
function offerCopying() {
    document.querySelectorAll('figure.code, details.sample').forEach((place) => {
        const code = place.querySelector('pre');
        const what = place.querySelector('figcaption, summary')?.textContent.trim() ?? 'code';

        if (code) {
            code.before(copyButton('Copy', `Copy: ${what}`, () => code.textContent));
        }
    });
}

/** Samples of code in one language open and close together. */
function rememberLanguage() {
    document.addEventListener('click', (event) => {
        const chosen = event.target.closest('details.sample > summary')?.parentElement;

        if (!chosen) {
            return;
        }
        const top = chosen.getBoundingClientRect().top;
        const {language} = chosen.dataset;

        document.querySelectorAll(`details.sample[data-language="${CSS.escape(language)}"]`)
            .forEach((sample) => {
                if (sample !== chosen) {
                    sample.open = !chosen.open;
                }
            });
        scrollBy({top: chosen.getBoundingClientRect().top - top, behavior: 'instant'});
    });
}

// ---- trying

/** Put a button beside each function that opens the console for it. */
function offerTrying() {
    document.querySelectorAll('section.function').forEach((section) => {
        const name = section.dataset.function;

        section.querySelector('.try')?.append(button('Try it', async () => {
            const {openConsole} = await import('./console.js');

            openConsole(name);
        }, {'aria-haspopup': 'dialog', 'aria-label': `Try it: ${name}`}));
    });
}

/** The look of what is added here. */
async function loadStyle() {
    const style = document.createElement('link');

    style.rel = 'stylesheet';
    style.href = new URL('console.css', import.meta.url);
    await new Promise((done) => {
        style.onload = style.onerror = done;
        document.head.append(style);
    });
}

const nav = document.querySelector('nav:has(#finder)');

if (nav) {
    offerFinding(nav);
}
await loadStyle();
offerCopying();
rememberLanguage();
if (document.body.dataset.console === 'on') {
    offerTrying();
}
openTarget();
if (new URLSearchParams(location.search).get('print') === '1') {
    print();
}

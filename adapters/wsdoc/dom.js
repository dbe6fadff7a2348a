// SPDX-License-Identifier: Apache-2.0
// adapters/wsdoc/dom.js -- making elements, and copying texts. Texts become text nodes, never HTML.

let made = 0;

/** An id that no other element has. */
export function freshId() {
    made += 1;
    return `made-${made}`;
}

/**
 * An element.
 *
 * @param {string} tag its name, and a class behind a dot: "p.hint"
 * @param {object} properties attributes; "onX" listens; true sets one, false and null leave it
 * @param {...(Node|string|null)} children
 */
export function make(tag, properties = {}, ...children) {
    const [name, ...classes] = tag.split('.');
    const element = document.createElement(name);

    if (classes.length) {
        element.className = classes.join(' ');
    }
    for (const [key, value] of Object.entries(properties)) {
        if (key.startsWith('on')) {
            element.addEventListener(key.slice(2), value);
        } else if (value !== null && value !== false) {
            element.setAttribute(key, value === true ? '' : value);
        }
    }
    element.append(...children.filter((child) => child !== null));
    return element;
}

/** A button that does what CLICK says. */
export function button(text, click, properties = {}) {
    return make('button', {type: 'button', onclick: click, ...properties}, text);
}

/** Put TEXT on the clipboard. Pages that came without https have to select it first. */
async function copy(text) {
    if (navigator.clipboard) {
        await navigator.clipboard.writeText(text);
        return;
    }
    const area = make('textarea', {class: 'unseen', 'aria-hidden': 'true', tabindex: '-1'});
    const focused = document.activeElement;

    area.value = text;
    (focused?.closest('dialog') ?? document.body).append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
    focused?.focus();
}

/**
 * A button that copies what TEXT() is when it is pressed, and says that it did.
 *
 * @param {string} label what the button says
 * @param {string} name what it is called where its place is not seen
 * @param {function(): string} text
 */
export function copyButton(label, name, text) {
    const element = button(label, async () => {
        try {
            await copy(text());
            element.textContent = 'Copied';
        } catch {
            element.textContent = 'Not allowed here';
        }
        setTimeout(() => {
            element.textContent = label;
        }, 1500);
    }, {class: 'copy', 'aria-live': 'polite', title: name});

    return element;
}

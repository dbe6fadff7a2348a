// SPDX-License-Identifier: Apache-2.0
// adapters/wsdoc/form.js -- a form for the parameters of a function, made from their JSON schema.
//
// A field is {element, read(problems), write(value), focus()}. read() gives the value that was
// entered, and adds to PROBLEMS what cannot be one; write(undefined) is as if nothing had been.
import {button, freshId, make} from './dom.js';

const TYPES = {integer: 'whole number', number: 'number', boolean: 'true or false', string: 'text'};

/**
 * @typedef {object} Place where a field stands
 * @property {string} name what it is called; an element of a list has its number
 * @property {boolean} isRequired
 * @property {?HTMLElement} remove a button that takes it away
 */

/** SCHEMA, or what it refers to in DOC, with what stands beside the reference. */
export function resolve(doc, schema) {
    if (!schema?.$ref) {
        return schema;
    }
    const [, ...path] = schema.$ref.split('/');
    const target = path.reduce((at, key) => at[key], doc);
    const {$ref, ...beside} = schema;

    return {...resolve(doc, target), ...beside};
}

/** The types that SCHEMA admits, without null. */
function typeOf(schema) {
    return [schema.type].flat().find((type) => type !== 'null') ?? 'string';
}

function admitsNull(schema) {
    return [schema.type].flat().includes('null');
}

// ---- single values

/** What is said of a value beside its name. */
function valueHint(schema) {
    const hints = [schema.description];

    if ('default' in schema) {
        hints.push(`Left out: ${JSON.stringify(schema.default)}.`);
    }
    return hints.filter(Boolean).join(' ');
}

/** The choices that a value has, where they are few. */
function choicesOf(schema) {
    if (schema.enum) {
        return schema.enum.filter((choice) => choice !== null);
    }
    return typeOf(schema) === 'boolean' ? [true, false] : null;
}

/** An element to enter a value of SCHEMA into. */
function makeEntry(schema, choices, properties) {
    const type = typeOf(schema);

    if (choices) {
        return make('select', properties,
            ...choices.map((choice) => make('option', {}, String(choice))));
    }
    if (type === 'string' && !schema['x-param']) {
        return make('textarea', {rows: '1', spellcheck: 'false', ...properties});
    }
    const mode = {integer: 'numeric', number: 'decimal'}[type] ?? null;

    return make('input', {type: 'text', inputmode: mode, autocomplete: 'off', spellcheck: 'false',
        ...properties});
}

/** What TEXT is as TYPE, or an Error that says why it is nothing. */
function parse(type, text) {
    if (type === 'string') {
        return text;
    }
    const number = Number(text);

    if (type === 'integer') {
        if (!/^\s*[+-]?\d+\s*$/.test(text)) {
            return new Error('A whole number is needed here.');
        }
        return Number.isSafeInteger(number)
            ? number : new Error('The number is larger than this page can send.');
    }
    return text.trim() !== '' && Number.isFinite(number)
        ? number : new Error('A number is needed here, such as 0.5.');
}

/** A field for one value. */
function valueField(doc, schema, place) {
    const id = freshId();
    const choices = choicesOf(schema);
    const hint = make('p.hint', {id: `${id}-hint`}, valueHint(schema));
    const wrong = make('p.wrong', {id: `${id}-wrong`, hidden: true});
    const preset = schema.default ?? null;
    const entry = makeEntry(schema, choices, {
        id, 'aria-describedby': `${id}-hint ${id}-wrong`,
        placeholder: preset === null || choices ? null : String(preset),
    });
    const isNull = make('input', {type: 'checkbox', 'aria-label': `null for ${place.name}`});
    const heading = make('div.heading', {},
        make('label', {for: id}, place.name),
        make('span.type', {}, [TYPES[typeOf(schema)], schema['x-param'],
            place.isRequired && 'required'].filter(Boolean).join(', ')));
    const element = make('div.field', {}, heading, hint, make('div.entry', {}, entry,
        admitsNull(schema) ? make('label.null', {}, isNull, ' null') : null, place.remove), wrong);

    isNull.addEventListener('change', () => {
        entry.disabled = isNull.checked;
    });
    return {
        element,
        focus: () => (entry.disabled ? isNull : entry).focus(),
        read(problems) {
            const value = choices
                ? choices[entry.selectedIndex] : parse(typeOf(schema), entry.value);
            const isWrong = !isNull.checked && value instanceof Error;

            wrong.hidden = !isWrong;
            entry.setAttribute('aria-invalid', String(isWrong));
            if (isWrong) {
                wrong.textContent = value.message;
                problems.push({entry, message: `${place.name}: ${value.message}`});
            }
            return isNull.checked ? null : value;
        },
        write(value) {
            const given = value === undefined ? preset : value;

            isNull.checked = value === null && admitsNull(schema);
            entry.disabled = isNull.checked;
            if (choices) {
                entry.selectedIndex = Math.max(0, choices.indexOf(given));
            } else {
                entry.value = given === null ? '' : String(given);
            }
        },
    };
}

// ---- lists

/** A field for a list, which grows and shrinks. */
function listField(doc, schema, place) {
    const items = [];
    const list = make('ol.items');
    const more = button(`Add to ${place.name}`, () => add(undefined).focus(), {class: 'add'});
    const element = make('fieldset.list', {}, make('legend', {}, place.name, ' ',
        make('span.type', {}, place.isRequired ? 'list, required' : 'list')),
    schema.description ? make('p.hint', {}, schema.description) : null, list,
    make('div.actions', {}, more, place.remove));

    function add(value) {
        const item = make('li');
        const remove = button('Remove', () => {
            items.splice(items.indexOf(field), 1);
            item.remove();
            more.focus();
            changed(element);
        }, {class: 'remove', 'aria-label': `Remove item of ${place.name}`});
        const field = makeField(doc, schema.items,
            {name: `item of ${place.name}`, isRequired: false, remove});

        item.append(field.element);
        list.append(item);
        items.push(field);
        field.write(value);
        changed(element);
        return field;
    }

    return {
        element,
        focus: () => (items[0] ?? {focus: () => more.focus()}).focus(),
        read: (problems) => items.map((item) => item.read(problems)),
        write(value) {
            items.length = 0;
            list.replaceChildren();
            (value ?? (place.isRequired ? [undefined] : [])).forEach(add);
        },
    };
}

/** Tell those who show what the form holds. */
function changed(element) {
    element.dispatchEvent(new Event('input', {bubbles: true}));
}

// ---- structs

/** What stands in a struct: fields of the keys that are there, and buttons for those left out. */
function keysOf(doc, schema) {
    const keys = Object.keys(schema.properties ?? {});
    const required = schema.required ?? [];
    const fields = new Map();
    const inner = make('div.keys');
    const leftOut = make('div.leftout');

    /** Show what is there in the order of the declaration, and offer the rest. */
    function arrange() {
        const there = keys.filter((key) => fields.has(key));
        const absent = keys.filter((key) => !fields.has(key));

        there.forEach((key, i) => {
            const {element} = fields.get(key);

            if (inner.children[i] !== element) {
                inner.insertBefore(element, inner.children[i] ?? null);
            }
        });
        leftOut.replaceChildren(...absent.map((key) => button(`+ ${key}`, () => {
            put(key, undefined).focus();
        }, {class: 'add', title: resolve(doc, schema.properties[key]).description ?? null,
            'aria-label': `Add ${key}`})));
        leftOut.hidden = !absent.length;
        changed(inner);
    }

    function put(key, value) {
        const remove = required.includes(key) ? null : button('Leave out', () => {
            fields.get(key).element.remove();
            fields.delete(key);
            arrange();
            [...leftOut.children].find((child) => child.textContent === `+ ${key}`).focus();
        }, {class: 'remove', 'aria-label': `Leave out ${key}`});
        const field = makeField(doc, schema.properties[key],
            {name: key, isRequired: required.includes(key), remove});

        fields.set(key, field);
        field.write(value);
        arrange();
        return field;
    }

    return {
        elements: [inner, leftOut],
        focus: () => (inner.querySelector('input, select, textarea, button') ??
            leftOut.querySelector('button'))?.focus(),
        read: (problems) => Object.fromEntries(keys.filter((key) => fields.has(key))
            .map((key) => [key, fields.get(key).read(problems)])),
        write(value) {
            fields.clear();
            inner.replaceChildren();
            keys.filter((key) => required.includes(key) || (value && key in value))
                .forEach((key) => put(key, value?.[key]));
            arrange();
        },
    };
}

/** A field for a struct. */
function structField(doc, schema, place) {
    const {elements, ...field} = keysOf(doc, schema);
    const legend = make('legend', {}, place.name, ' ',
        make('span.type', {}, place.isRequired ? 'struct, required' : 'struct'));
    const element = make('fieldset.struct', {}, legend,
        schema.description ? make('p.hint', {}, schema.description) : null, ...elements,
        place.remove ? make('div.actions', {}, place.remove) : null);

    return {...field, element};
}

/** A field for what SCHEMA tells of. */
function makeField(doc, schema, place) {
    const resolved = resolve(doc, schema);
    const maker = {array: listField, object: structField}[typeOf(resolved)] ?? valueField;

    return maker(doc, resolved, place);
}

/**
 * A form for all parameters of a function.
 *
 * @param {object} doc the document of OpenAPI
 * @param {object} schema that of the parameters, a struct
 * @param {object} example what is entered at first
 * @returns {{element: HTMLElement, order: string[], read: function(Array): object}}
 */
export function makeForm(doc, schema, example) {
    const resolved = resolve(doc, schema);
    const {elements, read, write} = keysOf(doc, resolved);
    const order = Object.keys(resolved.properties ?? {});

    write(example);
    return {
        element: make('div.parameters', {},
            ...(order.length ? elements : [make('p.hint', {}, 'It takes no parameters.')])),
        order, read,
    };
}

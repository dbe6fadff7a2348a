// SPDX-License-Identifier: Apache-2.0
// t/clients/browser.test.mjs -- the pages in a browser: finding a function, calling it in each
// protocol, by keyboard alone, without script; and axe, which looks for barriers. URL_GUARDED is
// the same site, whose pages are for those with a token and let nothing be tried.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {after, before, test} from 'node:test';
import {chromium} from 'playwright-core';

const {URL: site, URL_GUARDED: guarded, TOKEN, WSUSER, WSPASSWORD} = process.env;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WIDE = {viewport: {width: 1440, height: 900}};
const PHONE = {viewport: {width: 375, height: 812}, hasTouch: true, isMobile: true};
const PROTOCOLS = ['REST: a form', 'REST: JSON', 'REST: a form, answered in XML',
    'SOAP: document/literal', 'SOAP: rpc/encoded', 'XML-RPC', 'AMF3', 'AMF0'];
let browser;

before(async () => {
    browser = await chromium.launch({
        executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
});

after(() => browser.close());

// Run STEPS with a page of its own at PATH, or at an address. No error may be told, but that a call
// was refused, and nothing may be asked of another site.
function visit(path, options, steps) {
    return async () => {
        const context = await browser.newContext({...WIDE, ...options});
        const page = await context.newPage();
        const wrong = [];

        page.setDefaultTimeout(20_000);
        page.asked = [];
        page.on('pageerror', (error) => wrong.push(error.message));
        page.on('console', (message) => {
            const text = message.text();

            if (message.type() === 'error' && !text.startsWith('Failed to load resource')) {
                wrong.push(text);
            }
        });
        await page.route('**', (route) => {
            const request = route.request();

            page.asked.push(request);
            if (![site, guarded].includes(new URL(request.url()).origin)) {
                wrong.push(`It asks for ${request.url()}`);
            }
            return route.continue();
        });
        try {
            await page.goto(new URL(path, site).href);
            await steps(page);
            assert.deepEqual(wrong, []);
        } finally {
            await context.close();
        }
    };
}

const ALL = '/webservice/wsdoc.php';
const REST = `${ALL}?protocol=rest`; // where all is the same, but there is less of it

// ---- what people do

// What has LABEL in the console.
const field = (page, label) => page.getByRole('dialog').getByLabel(label, {exact: true});

// Open the console for NAME.
async function open(page, name) {
    await page.getByRole('button', {name: `Try it: ${name}`, exact: true}).click();
    await field(page, 'Protocol').waitFor();
}

async function signIn(page) {
    await field(page, 'User name').fill(WSUSER);
    await field(page, 'Password').fill(WSPASSWORD);
    await field(page, 'Service, where there are several').fill('everything');
    await page.getByRole('button', {name: 'Sign in'}).click();
    await page.getByText(`${WSUSER}, until`).waitFor();
}

// Send what the console has; the line that tells of the answer, the answer, and the error in words.
async function send(page) {
    const dialog = page.getByRole('dialog');
    const told = dialog.locator('.answer');

    await dialog.getByRole('button', {name: 'Send', exact: true}).click();
    const yes = dialog.getByRole('button', {name: 'Yes, do it'});

    if (await yes.isVisible()) {
        await yes.click();
    }
    await told.getByText(/\d ms/).waitFor();
    return {
        status: await told.getByRole('status').textContent(),
        text: await told.locator('pre').textContent(),
        refused: await told.locator('.refused').isVisible()
            ? await told.locator('.refused').innerText() : null,
    };
}

// Press Tab until what is called NAME has the focus.
async function tabTo(page, name) {
    for (let i = 0; i < 200; i++) {
        await page.keyboard.press('Tab');
        const focused = await page.evaluate(() => {
            const {activeElement: element} = document;

            return element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent
                ?? element.textContent;
        });

        if (focused.trim() === name) {
            return;
        }
    }
    assert.fail(`Tab does not come to ${name}`);
}

// ---- finding

test('a function is found by its names, its words and its keys', visit(REST, {}, async (page) => {
    const shown = page.locator('section.function:visible');
    const all = await shown.count();
    const filter = async (text) => {
        await page.getByLabel('Filter').fill(text);
        return shown.evaluateAll((sections) => sections.map((section) => section.id));
    };

    assert.ok(all >= 40);
    assert.deepEqual(await filter('moodle_group_get_groupmembers'),
        ['core_group_get_group_members']);
    assert.equal(await page.locator('#found').textContent(), `1 of ${all} functions`);
    assert.equal(await page.locator('nav.side li:visible').count(), 1);
    assert.ok((await filter('GROUP takes users out')).includes('core_group_delete_group_members'));
    assert.ok(await shown.count() < 5);
    assert.ok((await filter('enrolmentkey')).includes('core_group_create_groups'));
    assert.deepEqual(await filter('nothing is called so'), []);
    assert.equal(await page.locator('#found').textContent(), `0 of ${all} functions`);
    await page.getByLabel('Filter').press('Escape');
    assert.equal(await shown.count(), all);
    assert.equal(await page.locator('#found').textContent(), '');
}));

test('an address leads to its function, past a filter too',
    visit(`${REST}#moodle_group_get_groups`, {}, async (page) => {
        const inView = (id) => page.waitForFunction((wanted) => {
            const {top} = document.getElementById(wanted).getBoundingClientRect();

            return top >= 0 && top < innerHeight;
        }, id);

        await inView('moodle_group_get_groups');
        await page.getByLabel('Filter').fill('core_user');
        await page.evaluate(() => {
            location.hash = 'core_notes_create_notes';
        });
        await inView('core_notes_create_notes');
    }));

test('links lead from protocol to protocol', visit(ALL, {}, async (page) => {
    const nav = page.getByRole('navigation', {name: 'Protocol'});

    for (const [name, protocol] of [['REST', 'rest'], ['SOAP', 'soap'], ['XML-RPC', 'xmlrpc'],
        ['AMF', 'amf']]) {
        await nav.getByRole('link', {name, exact: true}).click();
        await page.waitForURL(`**/wsdoc.php?protocol=${protocol}`);
        const told = await page.locator('.wire').evaluateAll(
            (wires) => [...new Set(wires.map((wire) => wire.dataset.protocol))]);

        assert.deepEqual(told, [protocol]);
    }
    await open(page, 'core_group_get_groups');
    assert.equal(await field(page, 'Protocol').inputValue(), 'amf3');
}));

test('code is copied, and a language stays chosen', visit(REST,
    {permissions: ['clipboard-read', 'clipboard-write']}, async (page) => {
        const section = page.locator('#core_group_get_groups');
        const python = section.locator('.sample[data-language="python"]');

        await python.locator('summary').click();
        await python.getByRole('button', {name: 'Copy'}).click();
        await python.getByText('Copied').waitFor();
        assert.equal(await page.evaluate(() => navigator.clipboard.readText()),
            await python.locator('pre').textContent());
        const others = page.locator('.sample[data-language="python"]:not([open])');

        assert.equal(await others.count(), 0);
        await python.locator('summary').click();
        assert.equal(await page.locator('.sample[data-language="python"][open]').count(), 0);
    }));

// ---- trying

test('a read in each protocol', visit(REST, {}, async (page) => {
    await open(page, 'core_group_get_groups');
    await signIn(page);
    for (const protocol of PROTOCOLS) {
        await field(page, 'Protocol').selectOption(protocol);
        const {status, text, refused} = await send(page);

        assert.match(status, /^200 OK · \d+ ms · [\d.]+ (bytes|KiB) · /, protocol);
        assert.match(text, /Morning 🌅/, protocol);
        assert.equal(refused, null, protocol);
    }
}));

// Each makes a group of its own name, which the same call then refuses to make again.
test('a write in each protocol, and its refusal in words', visit(REST, {}, async (page) => {
    await open(page, 'core_group_create_groups');
    await signIn(page);
    await page.getByRole('button', {name: 'Leave out idnumber'}).click();
    for (const protocol of PROTOCOLS) {
        const name = `${protocol} & "friends" ✨ ${Date.now()}`;

        await field(page, 'Protocol').selectOption(protocol);
        await field(page, 'name').fill(name);
        const made = await send(page);

        assert.match(made.status, /^200 OK/, protocol);
        assert.equal(made.refused, null, `${protocol}: ${made.text}`);
        const {refused} = await send(page);

        assert.match(refused, /invalidparameter/, protocol);
        assert.match(refused, /groups\[0\]\[name\]: a group of the course has this name/, protocol);
    }
}));

test('a write asks first', visit(REST, {}, async (page) => {
    const dialog = page.getByRole('dialog');
    const question = dialog.getByRole('group', {name: /^core_group_create_groups changes what/});

    await open(page, 'core_group_create_groups');
    await dialog.getByRole('button', {name: 'Send', exact: true}).click();
    assert.match(await question.textContent(), /It is sent with groups \(1\)\./);
    await dialog.getByRole('button', {name: 'No'}).click();
    assert.equal(await question.isVisible(), false);
    await dialog.getByRole('button', {name: 'Send', exact: true}).press('Enter');
    await question.waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await question.isVisible(), false);
    assert.ok(await dialog.isVisible());
    assert.ok(!page.asked.some((request) => request.method() === 'POST'));
}));

test('lists grow and shrink, keys come and go, null is a value', visit(REST, {}, async (page) => {
    const dialog = page.getByRole('dialog');
    const sent = async () => JSON.parse(
        (await dialog.locator('.request pre').textContent()).split('\n\n')[1]);

    await open(page, 'core_group_create_groups');
    await field(page, 'Protocol').selectOption('REST: JSON');
    await field(page, 'name').fill('One\nand "two"');
    await dialog.getByRole('button', {name: 'Leave out idnumber'}).click();
    await dialog.getByRole('button', {name: 'Add visibility'}).click();
    assert.equal(await page.evaluate(() => document.activeElement.value), '0');
    await page.keyboard.type('1');
    await dialog.getByRole('button', {name: 'Add participation'}).click();
    await field(page, 'participation').selectOption('false');
    await field(page, 'null for description').check();
    const [group] = (await sent()).groups;

    assert.deepEqual(group, {courseid: 2, name: 'One\nand "two"', description: null,
        visibility: 1, participation: false});
    await dialog.getByRole('button', {name: 'Add to groups'}).click();
    await field(page, 'courseid').nth(1).fill('3');
    assert.deepEqual((await sent()).groups[1], {courseid: 3, name: '', description: ''});
    await dialog.getByRole('button', {name: 'Remove item of groups'}).first().click();
    assert.deepEqual((await sent()).groups.map((one) => one.courseid), [3]);
    await field(page, 'courseid').fill('three');
    await dialog.getByRole('button', {name: 'Send', exact: true}).click();
    await dialog.getByText('Not sent. courseid: A whole number is needed here.').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.value), 'three');
}));

test('a name of 2.1 has its own form', visit(REST, {}, async (page) => {
    await open(page, 'core_user_get_users_by_field');
    await signIn(page);
    await field(page, 'Name').selectOption('moodle_user_get_users_by_id');
    assert.match((await send(page)).text, /"userid"|"id"/);
    assert.match(await page.locator('.request pre').textContent(), /moodle_user_get_users_by_id/);
}));

// The command is run as it was copied, with the token in it and with the shell's.
test('what is copied as curl runs', visit(REST,
    {permissions: ['clipboard-read', 'clipboard-write']}, async (page) => {
        const dialog = page.getByRole('dialog');

        await open(page, 'core_user_get_users_by_field');
        await field(page, 'Token').fill(TOKEN);
        await dialog.getByRole('button', {name: 'Use a token'}).click();
        await field(page, 'item of values').first().fill('student');
        await dialog.getByRole('button', {name: 'Add to values'}).click();
        await page.keyboard.type('haruka');
        for (const protocol of PROTOCOLS) {
            await field(page, 'Protocol').selectOption(protocol);
            await dialog.getByRole('button', {name: 'Copy as curl'}).click();
            await dialog.getByText('Copied').waitFor();
            const command = await page.evaluate(() => navigator.clipboard.readText());
            const answer = execFileSync('bash', ['-c', command.replace(' --output answer.amf', '')],
                {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']});

            assert.ok(!command.includes(TOKEN), protocol);
            assert.match(answer, /haruka@/, protocol);
            await dialog.getByRole('button', {name: 'Copy as curl'}).waitFor();
        }
        await field(page, 'with the token').check();
        await dialog.getByRole('button', {name: 'Copy as curl'}).click();
        await dialog.getByText('Copied').waitFor();
        assert.ok((await page.evaluate(() => navigator.clipboard.readText())).includes(TOKEN));
    }));

test('errors are told in words', visit(REST, {}, async (page) => {
    const dialog = page.getByRole('dialog');

    await open(page, 'core_group_get_groups');
    assert.match((await send(page)).refused,
        /^No such token\s+errorcode\s+invalidtoken\s+When it comes\s+the token is unknown/);
    await signIn(page);
    await field(page, 'item of groupids').fill('99');
    await field(page, 'Protocol').selectOption('REST: JSON');
    const {status, refused} = await send(page);

    assert.match(status, /^404 Not Found/);
    assert.match(refused, /^No such record\s+errorcode\s+invalidrecord/);
    await dialog.getByRole('button', {name: 'Sign out'}).click();
    await field(page, 'User name').fill(WSUSER);
    await field(page, 'Password').fill('wrong');
    await page.getByRole('button', {name: 'Sign in'}).click();
    await dialog.locator('.signing').getByRole('alert').getByText(/refused|wrong/).waitFor();
}));

test('a call can be cancelled, and is with the console', visit(REST, {}, async (page) => {
    const dialog = page.getByRole('dialog');

    await open(page, 'core_webservice_get_site_info');
    await page.route('**/server.php', () => {}); // which is then never answered
    await dialog.getByRole('button', {name: 'Send', exact: true}).click();
    await dialog.getByText('Waiting for the answer').waitFor();
    await dialog.getByRole('button', {name: 'Cancel'}).click();
    await dialog.getByText('Cancelled.').waitFor();
    await dialog.getByRole('button', {name: 'Send', exact: true}).click();
    await dialog.getByText('Waiting for the answer').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', {name: 'Try it: core_webservice_get_site_info'}).click();
    await dialog.getByText('Cancelled.').waitFor();
}));

// ---- the token

test('the token is in the header of calls, and nowhere else', visit(REST, {}, async (page) => {
    let token;

    page.on('response', async (response) => {
        if (response.request().postData()?.startsWith('wsusername=')) {
            ({token} = await response.json());
        }
    });
    await open(page, 'core_webservice_get_site_info');
    await signIn(page);
    await send(page);
    assert.match(token, /^[0-9a-f]{32}$/);
    const kept = await page.evaluate(async () => [
        location.href, document.cookie, document.documentElement.outerHTML,
        JSON.stringify({...localStorage}), JSON.stringify({...sessionStorage}),
        JSON.stringify(history.state), ...(await caches.keys()),
        ...(await indexedDB.databases()).map(({name}) => name),
        ...[...document.querySelectorAll('input, textarea')].map((input) => input.value),
    ]);

    assert.ok(!kept.some((text) => text.includes(token) || text.includes(WSPASSWORD)));
    assert.deepEqual(await page.context().cookies(), []);
    for (const request of page.asked) {
        const {authorization, referer} = await request.allHeaders();

        assert.ok(!request.url().includes(token) && !referer?.includes(token));
        assert.ok(!authorization || authorization === `Bearer ${token}`);
    }
    await page.getByRole('button', {name: 'Sign out'}).click();
    await field(page, 'User name').waitFor();
    await page.waitForFunction(() => performance.getEntriesByType('resource')
        .filter(({name}) => name.includes('rest/server.php')).length === 3);
    const after = await fetch(`${site}/webservice/rest/server.php/core_webservice_get_site_info`,
        {method: 'POST', headers: {Authorization: `Bearer ${token}`}});

    assert.equal(after.status, 401);
}));

// ---- otherwise

test('everything by keyboard alone', visit(REST, {}, async (page) => {
    const {keyboard} = page;
    const dialog = page.getByRole('dialog');

    await keyboard.press('/');
    await keyboard.type('core_group_create_groups');
    await keyboard.press('Enter');
    await page.waitForURL('**#core_group_create_groups');
    await tabTo(page, 'Try it: core_group_create_groups');
    await keyboard.press('Enter');
    await field(page, 'Protocol').waitFor();
    await tabTo(page, 'User name');
    await keyboard.type(WSUSER);
    await tabTo(page, 'Password');
    await keyboard.type(WSPASSWORD);
    await tabTo(page, 'Service, where there are several');
    await keyboard.type('everything');
    await keyboard.press('Enter');
    await page.getByText(`${WSUSER}, until`).waitFor();
    await tabTo(page, 'Protocol');
    await keyboard.type('XML-RPC');
    await tabTo(page, 'name');
    await keyboard.press('Control+a');
    await keyboard.type(`Keys ${Date.now()}`);
    await tabTo(page, 'Leave out idnumber');
    await keyboard.press('Enter');
    await tabTo(page, 'Add visibility');
    await keyboard.press('Enter');
    await keyboard.type('1');
    await tabTo(page, 'Send');
    await keyboard.press('Enter');
    await tabTo(page, 'Yes, do it');
    await keyboard.press('Enter');
    await dialog.locator('.answer').getByText(/^200 OK/).waitFor();
    assert.match(await dialog.locator('.request pre').textContent(), /<methodName>/);
    assert.equal(await dialog.locator('.refused').textContent(), '');
    await keyboard.press('Escape');
    assert.equal(await page.evaluate(() => document.activeElement.ariaLabel),
        'Try it: core_group_create_groups');
}));

test('without script the page tells the same', visit(ALL, {javaScriptEnabled: false},
    async (page) => {
        assert.ok(await page.locator('section.function').count() >= 40);
        assert.equal(await page.getByLabel('Filter').isVisible(), false);
        assert.equal(await page.getByRole('button', {name: /Try|Copy/}).count(), 0);
        await page.getByRole('link', {name: 'core_group_get_groups', exact: true}).first().click();
        await page.waitForURL('**#core_group_get_groups');
        await page.getByRole('link', {name: 'XML-RPC', exact: true}).click();
        await page.waitForURL('**?protocol=xmlrpc');
        assert.ok(await page.getByText('<methodName>core_group_get_groups</methodName>').count());
    }));

test('for those with a token, and with nothing to try', visit(`${guarded}${ALL}`, {},
    async (page) => {
        await page.getByRole('heading', {name: 'A token is needed'}).waitFor();
        await page.getByLabel('Token').fill(TOKEN);
        await page.getByRole('button', {name: 'Show the functions'}).click();
        await page.getByLabel('Filter').waitFor();
        assert.ok(await page.locator('section.function').count() >= 40);
        assert.equal(await page.getByRole('button', {name: 'Try it'}).count(), 0);
        assert.ok(!page.url().includes(TOKEN));
    }));

test('a page of a token tells of what it may call, and has it in no address', visit(REST, {},
    async (page) => {
        await page.evaluate((token) => {
            const form = document.createElement('form');
            const input = document.createElement('input');

            Object.assign(input, {name: 'wstoken', value: token});
            Object.assign(form, {method: 'post', action: 'wsdoc.php?protocol=rest'});
            form.append(input);
            document.body.append(form);
            form.submit();
        }, TOKEN);
        await page.locator('[data-token]').waitFor();
        await open(page, 'core_group_get_groups');
        await signIn(page);
        assert.match((await send(page)).text, /Morning 🌅/);
        assert.deepEqual(page.asked.filter((request) => request.url().includes(TOKEN)), []);
    }));

test('the script adds what it adds on a phone too', visit(REST, PHONE, async (page) => {
    await open(page, 'core_group_get_groups');
    await signIn(page);
    assert.match((await send(page)).text, /Morning 🌅/);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    assert.ok(await page.locator('.panes').evaluate(
        ({scrollWidth, clientWidth}) => scrollWidth <= clientWidth));
    const answer = page.locator('.answer').getByRole('status');
    const {y, height} = await answer.boundingBox();

    assert.ok(y >= 0 && y + height <= PHONE.viewport.height);
}));

// ---- barriers

// Assert that axe finds nothing at PAGE as it is now, or in the PART of it.
async function assertOpen(page, what, part = 'html') {
    if (!await page.evaluate(() => 'axe' in window)) {
        await page.evaluate(axe);
    }
    const violations = await page.evaluate(async (within) => {
        const {violations: found} = await window.axe.run(within);

        return found.map(({id, help, nodes}) => ({
            id, help,
            nodes: nodes.slice(0, 3).map(({html, failureSummary}) => [html, failureSummary]),
        }));
    }, part);

    assert.deepEqual(violations, [], what);
}

// Show few functions: the others are made the same, and axe is not quick.
async function few(page) {
    await page.keyboard.press('/');
    await page.keyboard.type('core_group');
}

for (const [name, options] of [['light', {}], ['dark', {colorScheme: 'dark'}], ['phone', PHONE]]) {
    test(`axe, ${name}: the front page and the refusals`,
        visit('/webservice/', options, async (page) => {
            await assertOpen(page, 'the front page');
            await page.goto(`${guarded}${ALL}`);
            await assertOpen(page, 'a token is needed');
            await page.goto(`${site}${ALL}/none`);
            await assertOpen(page, 'there is nothing here');
        }));

    test(`axe, ${name}: the functions, and a call`, visit(REST, options, async (page) => {
        await few(page);
        await assertOpen(page, 'the functions');
        await open(page, 'core_group_create_groups');
        await assertOpen(page, 'a form, nobody signed in', 'dialog');
        await signIn(page);
        await field(page, 'courseid').fill('x');
        await page.getByRole('button', {name: 'Send', exact: true}).click();
        await assertOpen(page, 'a form with an error', 'dialog');
        await field(page, 'courseid').fill('2');
        await page.getByRole('button', {name: 'Send', exact: true}).click();
        await assertOpen(page, 'a question', 'dialog');
        await page.keyboard.press('Escape');
        await page.keyboard.press('Escape');
        await open(page, 'core_group_get_groups');
        await send(page);
        await assertOpen(page, 'an answer', 'dialog');
        await field(page, 'item of groupids').fill('99');
        await field(page, 'Protocol').selectOption('SOAP: document/literal');
        assert.match((await send(page)).status, /^500/);
        await assertOpen(page, 'an error', 'dialog');
    }));
}

for (const query of ['', '?protocol=soap', '?protocol=xmlrpc', '?protocol=amf']) {
    test(`axe: the functions in ${query || 'all protocols'}`, visit(`${ALL}${query}`, {},
        async (page) => {
            await few(page);
            await assertOpen(page, query);
        }));
}

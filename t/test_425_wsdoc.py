# SPDX-License-Identifier: Apache-2.0
# t/test_425_wsdoc.py -- the pages for people: what they tell, held against the signatures of the functions,
# and who gets them.
import concurrent.futures
import gzip
import os
import re
import urllib.parse

import html5lib
import pytest
from lxml import html

import env
import functions
from functions import SECTIONS, TABLE

PAGE = '/webservice/wsdoc.php'
INDEX = '/webservice/'
PROTOCOLS = ['rest', 'soap', 'xmlrpc', 'amf']
TYPES = {'INT': 'integer', 'BOOL': 'boolean', 'FLOAT': 'number'}


# ---- what the functions are ----

def source(path):
    with open(os.path.join(env.ROOT, path), encoding='utf-8') as f:
        return f.read()


def signatures():
    """The lines of all signatures: for each function and part, path -> (kind, type, presence, default,
    null), in their order."""
    lines = {}
    for version in ('45', '21'):
        for line in source(f't/signatures{version}.tsv').splitlines():
            function, part, path, *node = line.split('\t')
            lines.setdefault((function, part), {})[path] = node
    return lines


def errors():
    """What lib/base/mws_errors.tbl says: id -> (class, space, errorcode, status)."""
    return {m[1]: (m[2], m[3].replace('\\\\', '\\'), m[4], m[5]) for m in re.finditer(
        r'^ERROR\((\w+),\s*"(.*?)",\s*"(.*?)",\s*"(.*?)",\s*(\d+)', source('lib/base/mws_errors.tbl'), re.M)}


def declared_errors():
    """The errors that stand in a declaration itself: declaration -> [(id, when)]."""
    found = {}
    for name in sorted(os.listdir(os.path.join(env.ROOT, 'externals'))):
        if not name.endswith('.c'):
            continue
        for block in re.finditer(r'^EXTERNAL\((\w+),(.*?)^\{', source(f'externals/{name}'), re.M | re.S):
            found[block[1]] = [(m[1], ''.join(re.findall(r'"(.*?)"', m[2]))) for m in re.finditer(
                r'\{MWS_(\w+),((?:\s*"[^"]*")+)\}', block[2])]
    return found


SIGNATURES, ERRORS = signatures(), errors()


# ---- what the page says ----

def text(node):
    return ' '.join(node.text_content().split())


class Page:
    def __init__(self, reply):
        assert reply.status == 200, reply.text[:400]
        self.reply = reply
        self.root = html.fromstring(reply.text)
        self.ids = self.root.xpath('//@id')
        self.sections = {node.get('data-function'): node
                         for node in self.all('//section[@class="function"]')}

    def all(self, path):
        return self.root.xpath(path)

    def part(self, function, title):
        """The tree of a part: the first list behind its heading, or None."""
        [heading] = self.sections[function].xpath(f'.//h4[text()="{title}"]')
        behind = heading.xpath('following-sibling::*[self::ul or self::h4][1]')
        return behind[0] if behind and behind[0].tag == 'ul' else None


def tree(node, path=''):
    """The keys of a list: (path, type, what is said of its presence, meaning)."""
    for item in node.xpath('./li'):
        row, = item.xpath('./div')
        below = item.xpath('./ul')
        key = path + row.xpath('./code')[0].text
        kind = text(row.xpath('./span/span[@class="type"]')[0]).removesuffix(' or number')
        flags = [text(flag) for flag in row.xpath('./span/span[contains(@class, "flag")]')]
        yield key, kind, flags, text(row.xpath('./p')[0])
        if below:
            inner = key + '[]' * kind.count(' of ') + '.'
            yield from tree(below[0], inner)


def kind_of(signature, path):
    """How the type of the node at PATH is called."""
    kind, type_, *_ = signature[path]
    if kind == 'struct':
        return 'object'
    if kind == 'list':
        first, *rest = kind_of(signature, (path if path != '.' else '') + '[]').split(' ', 1)
        return ' '.join([f'list of {first}s', *rest])
    if type_ in TYPES:
        return TYPES[type_]
    return 'string' if type_ in ('RAW', 'TEXT') else f'string {type_.lower()}'


def flags_of(node, taken):
    """What is said of the presence of a key; a default that the site's settings hold is any."""
    kind, type_, presence, default, null = node
    flags = []
    if presence == 'default':
        value = default.strip('"')
        literal = value if type_ in TYPES or default in ('null', 'empty') else f'"{value}"'
        flags.append(f'default {literal}')
    elif presence == 'optional':
        flags.append('optional')
    elif taken:
        flags.append('required')
    return flags + (['not null'] if null == 'not null' else [])


@pytest.fixture(scope='module')
def pages(site):
    """The page for each protocol, and for all of them as None."""
    return {asked: Page(site.request('GET', PAGE + (f'?protocol={asked}' if asked else '')))
            for asked in [None, *PROTOCOLS]}


@pytest.fixture(scope='module')
def page(pages):
    return pages[None]


# ---- what is told ----

# Every function has a section with its name, what it does and its kind; and every name, of 2.1 too, has a
# place to which one can be led.
def test_425_01_functions(page):
    assert sorted(TABLE) == sorted(functions.ROWS)
    assert sorted(page.sections) == sorted(SECTIONS)
    for name, section in page.sections.items():
        about = section.xpath('./p[@class="about"]')[0]
        assert text(section.xpath('./h3')[0]) == name == section.get('id')
        assert section.get('data-kind') == TABLE[name][2]
        assert text(section.xpath('./p[@class="badges"]/span')[0]) == TABLE[name][2]
        assert len(text(about)) > 10
    for name in TABLE:
        assert page.ids.count(name) == 1


# Parameters and results are those of the signatures, key by key and in their order: path, type, presence,
# default, null; and each has a meaning.
@pytest.mark.parametrize('part, title', [('params', 'Arguments'), ('returns', 'Response')])
def test_425_02_trees(page, part, title):
    for name in SECTIONS:
        signature = SIGNATURES[name, part]
        keys = {path: node for path, node in signature.items()
                if path != '.' and not path.endswith('[]')}
        shown = page.part(name, title)
        rows = list(tree(shown, '[].' if signature['.'][0] == 'list' else '')) if shown is not None else []
        assert [path for path, *_ in rows] == list(keys), name
        for path, kind, flags, meaning in rows:
            assert kind == kind_of(signature, path), (name, path)
            if signature[path][3] == 'configured':
                assert len(flags) >= 1 and flags[0].startswith('default'), (name, path)
            else:
                flags = [re.sub(r"as the site's \S+, else ", '', flag) for flag in flags]
                assert flags == flags_of(signature[path], part == 'params'), (name, path)
            assert meaning, (name, path)


# What takes or returns nothing says so.
def test_425_03_nothing(page):
    for name in SECTIONS:
        none = [text(p) for p in page.sections[name].xpath('.//p[@class="none"]')]
        takes = len(SIGNATURES[name, 'params']) == 1
        returns = SIGNATURES[name, 'returns']['.'][0] == 'nothing'
        assert none == ['It takes none.'] * takes + ['It returns nothing.'] * returns, name


# Moodle's own notation has the same keys.
def test_425_04_structure(page):
    for name in SECTIONS:
        said = [text(pre) for pre in page.sections[name].xpath('.//details[@class="structure"]/pre')]
        for part in ('params', 'returns'):
            keys = [path for path in SIGNATURES[name, part] if path != '.' and path[-2:] != '[]']
            if not keys:
                continue
            shown = said.pop(0)
            for path in keys:
                assert re.search(rf'\b{path.rpartition(".")[2]} (int|double|string|object|list)', shown)
        assert all(shown.startswith('list of (') or not shown for shown in said)


# The errors of a declaration are told with errorcode, status, class and when; a name of 2.1 has the class as
# 2.1 spelled it. The errors of every call are told once, and each function leads to them.
def test_425_05_errors(page):
    written = declared_errors()
    assert set(SECTIONS) - set(written) <= {'tool_mobile_call_external_functions'}
    for name in SECTIONS:
        section, old = page.sections[name], TABLE[name][0] != name
        told = [[text(cell.xpath('./code')[0]) if cell.xpath('./code') else text(cell),
                 (cell.text or '').strip()] for cell in section.xpath('.//table//td')]
        table = [(code[0], status[0], when[1], when[0])
                 for code, status, when in zip(*[iter(told)] * 3)]
        for id_, when in written.get(name, []):
            class_, space, errorcode, status = ERRORS[id_]
            assert (errorcode, status, when, ('' if old else space) + class_) in table, name
        known = {(e[2], e[3]) for e in ERRORS.values()}
        assert {(code, status) for code, status, *_ in table} <= known
        assert section.xpath('.//p[@class="any"]/a/@href') == ['#any-call']
    common = [text(row[0]) for row in page.all('//h3[@id="any-call"]/following-sibling::table[1]//tr[td]')]
    assert {'invalidtoken', 'invalidparameter', 'accessexception', 'readonly'} <= set(common)


# Capabilities, and both names of a function, each leading to the other.
def test_425_06_names(page):
    for name in SECTIONS:
        today, _, _, capabilities = TABLE[name]
        facts = page.sections[name].xpath('.//dl[@class="facts"]')[0]
        said = {text(dt): dt.getnext() for dt in facts.xpath('./dt')}
        codes = [text(code) for code in said['Capabilities'].xpath('.//code')]
        assert codes == [c for c in capabilities.split(',') if c]
        assert text(said['Restricted to logged-in users']) == 'yes'
        assert text(said['Callable from AJAX']) == 'no'
        others = {n for n, row in TABLE.items() if row[0] == today and n != name}
        named = {text(code) for dt in ('In Moodle 2.1', 'Name of today') if dt in said
                 for code in said[dt].xpath('.//code')}
        assert named == others
        assert ('2.1' in text(page.sections[name].xpath('./p[@class="badges"]')[0])) == (today != name)


# With a protocol the page tells of that one alone, and the switch says which; of an unknown one, or of none,
# it tells of all.
def test_425_07_protocols(site, pages):
    for asked, page in pages.items():
        shown = [asked] if asked else PROTOCOLS
        for name, section in page.sections.items():
            assert [w.get('data-protocol') for w in section.xpath('.//section[@class="wire"]')] == shown
        here = page.all('//nav[@class="switch"]//*[@aria-current="page"]')
        assert [text(node).lower().replace('-', '') for node in here] == [asked or 'all']
        for word, protocol in (('WSDL', 'soap'), ('system.multicall', 'xmlrpc'), ('getMethods', 'amf')):
            guide = ' '.join(text(node) for node in page.all('//section[@class="guide"]'))
            assert (word in guide) == (protocol in shown)
    assert site.request('GET', PAGE + '?protocol=carrier-pigeon').body == pages[None].reply.body
    assert site.request('GET', PAGE + '?protocol=').body == pages[None].reply.body


# Only what is answered is told of.
def test_425_08_protocols_off(serve):
    page = Page(serve(PROTOCOLS='rest soap').request('GET', PAGE + '?protocol=amf'))
    assert page.root.xpath('//body/@data-protocols') == ['rest soap']
    assert {w.get('data-protocol') for w in page.all('//section[@class="wire"]')} == {'rest', 'soap'}
    assert [text(a) for a in page.all('//nav[@class="switch"]//a')] == ['All', 'REST', 'SOAP']


# ---- how it is told ----

# The pages are HTML without an error, each id is there once, each link within leads somewhere, headings go
# down step by step, and what they consist of has landmarks.
@pytest.mark.parametrize('path', [PAGE, PAGE + '?protocol=rest', PAGE + '/none', INDEX])
def test_425_09_html(site, path):
    reply = site.request('GET', path)
    html5lib.HTMLParser(strict=True).parse(reply.text)
    root = html.fromstring(reply.text)
    ids = root.xpath('//@id')
    levels = [int(h.tag[1]) for h in root.xpath('//h1 | //h2 | //h3 | //h4')]
    assert len(ids) == len(set(ids))
    assert {a[1:] for a in root.xpath('//a/@href') if a.startswith('#')} <= set(ids)
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(b <= a + 1 for a, b in zip(levels, levels[1:]))
    assert root.get('lang') == 'en' and len(root.xpath('//main')) == 1
    assert all(node.get('aria-label') for node in root.xpath('//nav'))
    assert root.xpath('//title')[0].text


# Nothing is fetched, run or styled but from here: no inline script or style, no address of another host
# in what a browser follows.
def test_425_10_from_here(pages):
    for page in pages.values():
        policy = page.reply.headers['Content-Security-Policy']
        assert "default-src 'none'" in policy and 'unsafe' not in policy
        assert page.reply.headers['Referrer-Policy'] == 'no-referrer'
        assert page.reply.headers['X-Content-Type-Options'] == 'nosniff'
        assert page.reply.headers['Content-Type'] == 'text/html; charset=utf-8'
        assert not page.all('//style | //@style | //script[not(@src)]')
        assert not page.all('//@*[starts-with(name(), "on")]')
        for address in page.all('//@href | //@src | //@action'):
            assert not urllib.parse.urlsplit(address).netloc, address


# What the script goes by.
def test_425_11_for_the_script(site, page, serve):
    body, = page.all('//body')
    assert body.get('data-console') == 'on' and body.get('data-token') is None
    assert body.get('data-root') == site.url and body.get('data-protocols') == ' '.join(PROTOCOLS)
    finder, = page.all('//nav//div[@id="finder"][@hidden]')
    assert finder.xpath('.//input[@type="search"][@id="filter"]')
    assert finder.xpath('.//p[@id="found"][@role="status"]')
    assert finder.xpath('.//label[@for="filter"]')
    for section in page.sections.values():
        tried, = section.xpath('.//div[@class="try"]')
        assert not len(tried) and not tried.text
    links = [a.get('href')[1:] for a in page.all('//nav[@id="contents"]//li/a')]
    assert set(SECTIONS) <= set(links)
    off = Page(serve(EXTRA='MoodleWSConsole Off').request('GET', PAGE))
    assert off.root.xpath('//body/@data-console') == ['off']


# On paper nothing is folded.
def test_425_12_print(site, page):
    assert page.all('//details[not(@open)]')
    paper = Page(site.request('GET', PAGE + '?protocol=rest&print=1'))
    assert not paper.all('//details[@class="structure"][not(@open)]')


# It is small enough to be fetched by telephone.
def test_425_13_size(pages):
    for asked, page in pages.items():
        assert len(gzip.compress(page.reply.body, 6)) < 300_000, asked


# ---- who gets it ----

# A client that has the page is told so, whoever compressed it on the way; HEAD is the same without a body.
def test_425_14_etag(site):
    for path in (PAGE, PAGE + '?protocol=amf', INDEX):
        first, again = site.request('GET', path), site.request('GET', path)
        etag = first.headers['ETag']
        assert first.body == again.body and again.headers['ETag'] == etag
        assert first.headers['Cache-Control'] == 'no-cache'
        for given in (etag, f'"x", W/{etag}', etag[:-1] + '-gzip"', '*'):
            reply = site.request('GET', path, headers={'If-None-Match': given})
            assert (reply.status, reply.body, reply.headers['ETag']) == (304, b'', etag)
        assert site.request('GET', path, headers={'If-None-Match': '"other"'}).status == 200
        head = site.request('HEAD', path)
        assert head.status == 200 and head.body == b'' and head.headers['ETag'] == etag
        assert int(head.headers['Content-Length']) == len(first.body)
    assert site.request('GET', PAGE).headers['ETag'] != site.request('GET', INDEX).headers['ETag']


# The demo compresses the page, and no answer to a call; the ETag that this makes is taken again.
def test_425_15_compressed(site):
    asks = {'Accept-Encoding': 'gzip'}
    packed = site.request('GET', PAGE, headers=asks)
    assert packed.headers['Content-Encoding'] == 'gzip'
    assert gzip.decompress(packed.body) == site.request('GET', PAGE).body
    again = site.request('GET', PAGE, headers={**asks, 'If-None-Match': packed.headers['ETag']})
    assert again.status == 304 and packed.headers['ETag'].endswith('-gzip"')
    call = site.request('POST', env.SERVER, {'wstoken': site.token,
                                             'wsfunction': 'core_webservice_get_site_info'}, asks)
    assert call.status == 200 and not call.headers['Content-Encoding']


# Style and script are kept for good under the version that the page names, and asked for again under any
# other; nothing else is below the page.
def test_425_16_assets(site, page):
    named = page.all('//link[@rel="stylesheet"]/@href | //script/@src')
    assert len(named) >= 2
    for address in named:
        reply = site.request('GET', urllib.parse.urljoin(PAGE, address))
        assert reply.status == 200 and 'immutable' in reply.headers['Cache-Control']
        assert re.match(r'text/(css|javascript); charset=utf-8$', reply.headers['Content-Type'])
        path, _, query = address.partition('?')
        with open(os.path.join(env.ROOT, 'adapters/wsdoc', path.rpartition('/')[2]), 'rb') as f:
            assert reply.body == f.read()
        for other in ('', '?v=old', '?w=' + query):
            bare = site.request('GET', urllib.parse.urljoin(PAGE, path) + other)
            assert bare.body == reply.body and bare.headers['Cache-Control'] == 'no-cache'
    for path in ('/', '/page', '/page.cs', '/page.css/', '/samples/rest.py', '/x.js'):
        reply = site.request('GET', PAGE + path)
        assert reply.status == 404 and 'There is nothing here' in reply.text
    for path in (PAGE + '/../adapters.tbl', PAGE + '/%2e%2e/adapters.tbl', INDEX + 'nothing'):
        assert site.request('GET', path).status == 404


# With a token the page is of what that may call; the token comes into no link, and the switch posts it on.
@pytest.mark.parametrize('way', ['query', 'form', 'header'])
def test_425_17_own(site, page, way):
    token = site.env['TOKEN_READER']
    reply = {
        'query': lambda: site.request('GET', f'{PAGE}?wstoken={token}'),
        'form': lambda: site.request('POST', PAGE, {'wstoken': token}),
        'header': lambda: site.request('GET', PAGE, headers={'Authorization': f'Bearer {token}'}),
    }[way]()
    own = Page(reply)
    offered = {f['name'] for f in site.call('core_webservice_get_site_info', token=token)['functions']}
    served = {name for name in TABLE if name in offered or TABLE[name][0] in offered}
    assert set(own.sections) < set(page.sections)
    assert set(own.sections) == {name for name in SECTIONS if name in served}
    assert own.root.xpath('//body/@data-token') == [token]
    assert not [a for a in own.all('//@href | //@src | //@action') if token in a]
    assert reply.headers['Cache-Control'] == 'no-store'
    assert own.all('//nav[@class="switch"]//form/input[@name="wstoken"]/@value') == [token]
    posted = site.request('POST', PAGE, {'wstoken': token, 'protocol': 'soap'})
    assert {w.get('data-protocol') for w in Page(posted).all('//section[@class="wire"]')} == {'soap'}
    assert len(Page(site.request('GET', PAGE)).sections) == len(SECTIONS)


# A token that is not known, or is over, is told so on a page that takes another.
def test_425_18_bad_token(site):
    for token in ('0' * 32, '<b>"\'&', site.token.upper()):
        reply = site.request('POST', PAGE, {'wstoken': token})
        assert reply.status == 401 and reply.headers['WWW-Authenticate'] == 'Bearer'
        assert reply.headers['Cache-Control'] == 'no-store'
        assert "default-src 'none'" in reply.headers['Content-Security-Policy']
        root = html.fromstring(reply.text)
        assert root.xpath('//form[@method="post"]//input[@name="wstoken"][@type="password"]')
        assert token not in reply.text


# MoodleWSDocs: for those with a token, or for nobody.
def test_425_19_directive(serve):
    some = serve(EXTRA=env.PROMPT + 'MoodleWSDocs token')
    for path in (PAGE, INDEX):
        refused = some.request('GET', path)
        assert refused.status == 401 and 'A token is needed' in refused.text
        assert 'core_' not in refused.text
        assert some.request('POST', path, {'wstoken': some.token}).status == 200
    none = serve(EXTRA=env.PROMPT + 'MoodleWSDocs off')
    for path in (PAGE, INDEX):
        for headers in ({}, {'Authorization': f'Bearer {none.token}'}):
            refused = none.request('GET', path, headers=headers)
            assert refused.status == 404 and 'core_' not in refused.text


# A database that is away is told so, to be asked again.
def test_425_20_no_database(site, serve):
    away = serve(DSN='host=127.0.0.1 port=9 dbname=none user=none connect_timeout=1')
    for path in (PAGE, INDEX):
        reply = away.request('GET', path)
        assert reply.status == 503 and int(reply.headers['Retry-After']) >= 1
        assert 'Not now' in reply.text
    assert away.request('GET', PAGE + '/page.css').status == 200


# What is written into a page is escaped: of what a request says nothing comes back but a token that is good,
# and the address of the site is the administrator's.
def test_425_21_escaped(site, serve):
    for query in ('?protocol="><script>', '?print="><b>', '?protocol[]=rest', '?wstoken[]=x&protocol=rest'):
        reply = site.request('GET', PAGE + urllib.parse.quote(query, safe='?=&[]'))
        assert '"><' not in html.fromstring(reply.text).xpath('string(//body/@data-root)')
        assert '<script>' not in reply.text and '"><b>' not in reply.text
    odd = serve(WWWROOT="http://moodle.example/a&b'<i>\"")
    page = odd.request('GET', "/a&b'%3Ci%3E%22" + PAGE)
    assert page.status == 200 and '<i>"' not in page.text
    assert Page(page).root.xpath('//body/@data-root') == ["http://moodle.example/a&b'<i>\""]


# The front page: the version, each protocol with its address and a link to how it is called.
def test_425_22_front(site):
    page = site.request('GET', INDEX)
    root = html.fromstring(page.text)
    version = re.search(r'MWS_VERSION "(.*)"', source('lib/base/mws_version.h'))[1]
    assert source('CHANGES').startswith(f'Changes with mod_moodlews {version}\n')
    assert f'mod_moodlews {version}' in page.text
    links = root.xpath('//@href')
    for protocol in PROTOCOLS:
        assert f'{site.url}/webservice/{protocol}/server.php' in page.text
        assert f'wsdoc.php?protocol={protocol}' in links
    assert 'wsdoc.php' in links and 'openapi.json' in links


# The first call that it shows, and a login as the guide shows it, work as they stand.
def test_425_23_first_call(site):
    command = text(html.fromstring(site.request('GET', INDEX).text).xpath('//pre')[0]).replace('\\ ', '')
    assert os.popen(command.replace('TOKEN', site.token) + ' -s').read().startswith('{"sitename"')


# Around the pages all is as it was: other paths of the folder go on.
def test_425_24_beside(site):
    with env.Httpd(site) as httpd:
        httpd.write('webservice/other.txt', 'other\n')
        assert httpd.request('GET', '/webservice/other.txt').text == 'other\n'
        assert httpd.request('GET', INDEX).status == 200
        assert httpd.request('GET', '/webservice/wsdoc.phpx').status == 404


# What a child keeps is one page for each protocol: many askers at once get the same.
def test_425_25_kept(serve):
    httpd = serve()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(lambda i: httpd.request(
            'GET', f'{PAGE}?protocol={PROTOCOLS[i % 4]}').body, range(32)))
    assert all(len({bodies[i] for i in range(k, 32, 4)}) == 1 for k in range(4))
    assert len(set(bodies)) == 4

# SPDX-License-Identifier: Apache-2.0
# t/samples.py -- what the page of the documentation shows of calls: reading it, sending what it shows,
# running the samples of code, and the form in which what they print is compared.
import contextlib
import html.parser
import json
import os
import re
import shutil
import subprocess

import doors
import env
import examples
import writes
from functions import RETURNS, canonical, without_numbers

PAGE = '/webservice/wsdoc.php'
PROTOCOLS = ['rest', 'soap', 'xmlrpc', 'amf']

# By which door an answer in each form is read.
FORMS = {'form': doors.RestJson(), 'json': doors.RestJson(), 'xml': doors.RestXml(),
         'literal': doors.SoapLiteral(), 'encoded': doors.SoapEncoded(), 'xmlrpc': doors.XmlRpc(),
         'amf3': doors.Amf3(), 'amf0': doors.Amf0()}
NODE_MODULES = os.path.join(env.ROOT, 't/clients/node_modules')


# ---- the page

class Section:
    """What is shown of a function in one protocol: FIGURES by what and form, SAMPLES by language."""

    def __init__(self):
        self.figures, self.samples = {}, {}


class Reader(html.parser.HTMLParser):
    """SECTIONS[function][protocol], from the page."""

    def __init__(self):
        super().__init__()
        self.sections, self.section, self.function = {}, None, None
        self.place = self.text = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == 'section' and 'data-function' in attrs:
            self.function = attrs['data-function']
            self.sections[self.function] = {}
        elif tag == 'section' and attrs.get('class') == 'wire':
            self.section = self.sections[self.function][attrs['data-protocol']] = Section()
        elif tag == 'figure' and 'data-what' in attrs:
            self.place = self.section.figures, (attrs['data-what'], attrs['data-form'])
        elif tag == 'details' and 'data-language' in attrs:
            self.place = self.section.samples, attrs['data-language']
        elif tag == 'code' and self.place:
            self.text = []

    def handle_endtag(self, tag):
        if tag == 'code' and self.text is not None:
            shelf, key = self.place
            assert key not in shelf, key
            shelf[key] = ''.join(self.text)
            self.place = self.text = None

    def handle_data(self, data):
        if self.text is not None:
            self.text.append(data)


def read(site):
    """What the pages of SITE show, one for each protocol: a Section by function and protocol."""
    sections = {}
    for protocol in PROTOCOLS:
        reply = site.request('GET', f'{PAGE}?protocol={protocol}')
        assert reply.status == 200
        reader = Reader()
        reader.feed(reply.text)
        reader.close()
        for function, section in reader.sections.items():
            assert list(section) == [protocol]
            sections.setdefault(function, {}).update(section)
    return sections


# ---- messages of HTTP

class Shown:
    """A request or an answer of a figure: its first LINE, HEADERS, BODY (bytes)."""

    def __init__(self, text):
        head, _, body = text.partition('\n\n')
        self.line, *lines = head.split('\n')
        self.headers = dict(line.split(': ', 1) for line in lines)
        self.body = bytes_of(body) if self.headers['Content-Type'] == 'application/x-amf' \
            else body.encode()

    @property
    def status(self):
        return int(self.line.split()[1])

    def json(self):
        return json.loads(self.body)


def bytes_of(dump):
    """The bytes of what `hexdump -C` or `od -t x1z` says, whose text must say the same."""
    found = b''
    for line in dump.splitlines():
        at, numbers, text = re.fullmatch(
            '([0-9a-f]+)((?: +[0-9a-f]{2})*)(?: +[|>](.*)[|<])?', line).groups()
        assert int(at, 16) == len(found), line
        part = bytes.fromhex(numbers)
        assert (text or '') == ''.join(chr(b) if 32 <= b < 127 else '.' for b in part), line
        found += part
    return found


def send(site, call, token='TOKEN', body=None):
    """Send CALL as it is shown, but for TOKEN, and with another BODY where one is given; the Reply."""
    method, path, version = call.line.split()
    assert version == 'HTTP/1.1'
    assert site.url.endswith('//' + call.headers['Host'])
    assert call.headers['Authorization'] == 'Bearer TOKEN'
    assert int(call.headers['Content-Length']) == len(call.body)
    body = call.body if body is None else body
    return site.request(method, path, body, {
        **call.headers, 'Authorization': f'Bearer {token}', 'Content-Length': str(len(body))})


# ---- comparing

TOUCHED = {}  # the tables that a function writes to


@contextlib.contextmanager
def undone(db, function):
    """What FUNCTION writes meanwhile is put back. Of the first time it is learnt which tables that are."""
    if function in writes.WRITING:
        db.keep(*TOUCHED.get(function, examples.WRITTEN))
    try:
        yield
    finally:
        if function in writes.WRITING and function not in TOUCHED:
            TOUCHED[function] = [table for table in examples.WRITTEN if differs(db, table)]
        db.put_back()


def differs(db, table):
    return db.one(f'SELECT EXISTS (SELECT * FROM mdl_{table} EXCEPT SELECT * FROM kept_{table})'
                  f' OR EXISTS (SELECT * FROM kept_{table} EXCEPT SELECT * FROM mdl_{table})')


def hollow(tree):
    """TREE without what is empty: not all languages tell null, "", and lists and structs of nothing
    apart."""
    if isinstance(tree, dict):
        return {k: v for k, v in ((k, hollow(v)) for k, v in tree.items()) if v is not None} or None
    if isinstance(tree, list):
        return [hollow(v) for v in tree] or None
    return tree or None


def settled(site, db, function, tree):
    """TREE, in the canonical form, as any demo would give it at any time, without the ends of long
    lists."""
    numbers = lambda v: int(v) if isinstance(v, str) and re.fullmatch('-?[1-9][0-9]{0,17}', v) else v
    tree = examples.cut(examples.settled(site, db, walk(numbers, tree)))
    tree = walk(lambda v: str(v) if isinstance(v, int) else v, tree)
    return without_numbers(tree) if function in writes.WRITING else tree


def walk(change, tree):
    if isinstance(tree, dict):
        return {k: walk(change, v) for k, v in tree.items()}
    if isinstance(tree, list):
        return [walk(change, v) for v in tree]
    return change(tree)


# ---- samples

# How each language is run: the name of the file, and the words of the command before that.
LANGUAGES = {
    'curl': ('sample.sh', ['bash']),
    'python': ('sample.py', ['/usr/bin/python3', '-B', '-W', 'ignore']),
    'php': ('sample.php', ['php', '-d', 'soap.wsdl_cache_enabled=0']),
    'perl': ('sample.pl', ['perl']),
    'javascript': ('sample.mjs', ['node']),
    'java': ('Sample.java', ['java', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']),
}

# Of these nothing here can run a program.
UNKNOWN = {'actionscript'}


# What comes with Debian; what needs npm is there where t/run has installed it.
NEEDS_NPM = {('soap', 'javascript'), ('xmlrpc', 'javascript'), ('amf', 'javascript')}


def can_run(protocol, language):
    return language in LANGUAGES and shutil.which(LANGUAGES[language][1][0]) is not None and (
        (protocol, language) not in NEEDS_NPM or os.path.isdir(NODE_MODULES))


def run(language, text, folder, token):
    """Run TEXT, a program in LANGUAGE, in FOLDER; the CompletedProcess."""
    name, words = LANGUAGES[language]
    path = os.path.join(folder, name)
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)
    if language == 'javascript' and not os.path.lexists(os.path.join(folder, 'node_modules')):
        os.symlink(NODE_MODULES, os.path.join(folder, 'node_modules'))
    return subprocess.run([*words, path], env={**os.environ, 'TOKEN': token}, cwd=folder, check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


class Printed:
    """What a program printed, as if it were the answer itself."""
    status = 200

    def __init__(self, body):
        self.body = body

    def json(self):
        return json.loads(self.body)


def unwrapped(value):
    """VALUE, of a client that reads a WSDL, with lists as lists."""
    if isinstance(value, dict):
        value = {k: v for k, v in value.items() if k != 'attributes'}
        return unwrapped(value['item']) if list(value) == ['item'] else \
            {k: unwrapped(v) for k, v in value.items()}
    return [unwrapped(item) for item in value] if isinstance(value, list) else value


def typed(node, value):
    """VALUE, which NODE declares, with what some languages have no type of their own for: structs without
    keys, a list of nothing, numbers that are texts."""
    if node is None or value is None:
        return value
    if node.kind == 'list':
        return [typed(node.element, item) for item in value] if isinstance(value, list) else []
    if node.kind == 'struct':
        if not isinstance(value, dict) and len(node.keys) == 1:     # zeep takes off what holds one thing
            value = {next(iter(node.keys)): value}
        assert isinstance(value, dict) or not value, value
        return {k: typed(node.keys[k], v) for k, v in dict(value).items()}
    return float(value) if node.type == 'FLOAT' else value


def printed(protocol, language, function, output):
    """What OUTPUT says, in the canonical form."""
    if protocol != 'rest' and language in ('curl', 'java'):
        door = FORMS[{'soap': 'literal', 'xmlrpc': 'xmlrpc', 'amf': 'amf3'}[protocol]]
        return door.answer(function, Printed(bytes_of(output.decode()) if protocol == 'amf' else output))
    node = RETURNS[function]
    return canonical(node, typed(node, unwrapped(json.loads(output))))


class Runs:
    """The samples on the pages of SITE: each is run, and what it prints compared with what the same call
    gets by REST."""

    def __init__(self, site, db):
        self.site, self.db = site, db
        self.calls, self.expected = examples.read(), {}

    def settled(self, function, tree):
        return settled(self.site, self.db, function, tree)

    def expect(self, function):
        """What FUNCTION gives, said in the form in which the outputs are compared."""
        if function not in self.expected:
            with undone(self.db, function):
                answer = self.site.call(function, self.calls[function]['call'])
            self.expected[function] = self.settled(function, canonical(RETURNS[function], answer))
        return self.expected[function]

    def check(self, function, protocol, language, text, folder):
        with undone(self.db, function):
            done = run(language, text, folder, self.site.token)
        self.compare(function, protocol, language, done)

    def compare(self, function, protocol, language, done):
        assert done.returncode == 0, (protocol, language, done.stdout, done.stderr)
        said = self.settled(function, printed(protocol, language, function, done.stdout))
        assert hollow(said) == hollow(self.expect(function)), (protocol, language)

# SPDX-License-Identifier: Apache-2.0
# t/test_420_openapi.py -- the OpenAPI document: held against tables and signatures, and against what
# the server does at the addresses that it tells of.
import gzip
import json
import os
import re

import jsonschema
import pytest

import env
import functions
import openapi
import writes
from functions import ROWS
from openapi import DOCUMENT, SERVER

BY_NAME = pytest.mark.parametrize('function', ROWS)
TYPES = {'INT': 'integer', 'FLOAT': 'number', 'BOOL': 'boolean'}
UNTYPED = ['string', 'number', 'boolean', 'null']
SESSION = ['login', 'logout']
OTHERS = [SERVER, '/login/token.php', '/webservice/upload.php', '/webservice/pluginfile.php',
          '/webservice/draftfile.php']


@pytest.fixture(scope='module')
def told(site):
    return openapi.contract(site)


@pytest.fixture(scope='module')
def filled(site):
    """The demo, filled; contexts by names in the calls."""
    yield from functions.fill(site)


@pytest.fixture
def world(db):
    return writes.World(db)


@pytest.fixture
def call(site):
    """A function that calls one at its address."""
    def post(function, params, token=None):
        headers = {'Content-Type': 'application/json',
                   'Authorization': f'Bearer {site.token if token is None else token}'}
        return site.request('POST', f'{SERVER}/{function}', json.dumps(params), headers)
    return post


def typed(node, value):
    """VALUE with the types that a signature's NODE has: calls in tables may have 1 for "1"."""
    if isinstance(value, list):
        return [typed(node.element, item) for item in value]
    if isinstance(value, dict):
        return {key: typed(node.keys[key], item) for key, item in value.items()}
    return {'INT': int, 'FLOAT': float, 'BOOL': bool}.get(node.type, str)(value)


def signature_lines():
    """Of each function and part, its nodes by their paths: kind, type, presence, default, null."""
    lines = {}
    for version in ('45', '21'):
        with open(os.path.join(env.ROOT, f't/signatures{version}.tsv'), encoding='utf-8') as f:
            for line in f:
                function, part, path, *node = line.rstrip('\n').split('\t')
                lines.setdefault((function, part), {})[path] = node
    return lines


def described(told, schema, path='.', nodes=None):
    """The same nodes, as a schema describes them: kind, types without null, default, null."""
    nodes = {} if nodes is None else nodes
    extra = {key: value for key, value in schema.items() if key != '$ref'}
    node = {**told.resolve(schema), **extra}
    types = node['type'] if isinstance(node['type'], list) else [node['type']]
    plain = [name for name in types if name != 'null']
    nodes[path] = (plain, 'null' in types, node)
    if 'items' in node:
        described(told, node['items'], path + '[]' if path != '.' else '[]', nodes)
    for key, below in node.get('properties', {}).items():
        described(told, below, f'{path}.{key}' if path != '.' else key, nodes)
    return nodes


def is_required(nodes, path):
    above, _, key = path.rpartition('.')
    return key in nodes[above or '.'][2].get('required', [])


def types_of(kind, type_, part, node):
    """What types a value of JSON may have, where a signature has KIND and TYPE_. A result without a
    key is the empty array of PHP."""
    if kind == 'list':
        return ['array']
    if kind == 'struct':
        is_empty = part == 'returns' and 'required' not in node
        assert node.get('maxItems') == (0 if is_empty else None)
        return ['object', 'array'] if is_empty else ['object']
    if type_ == 'RAW' and part == 'returns' and node['type'] == UNTYPED:
        return UNTYPED[:-1]
    return [TYPES.get(type_, 'string')]


def has_default(kind, text, node):
    """Whether NODE has the default that a signature spells as TEXT, or tells the setting it is in."""
    if "the site's setting" in node.get('description', ''):
        return 'default' not in node
    if kind != 'value' or text == 'null':
        return node['default'] == {'list': [], 'struct': {}, 'value': None}[kind]
    if node['type'] == 'number':
        return node['default'] == float(text.strip('"'))
    return functions.number(node['default']) == text.strip('"')


# ---- what the document says

# A function of the tables has its address, and nothing is told of but these and the scripts.
def test_420_01_addresses(told):
    paths = told.document['paths']
    assert sorted(paths) == sorted([f'{SERVER}/{name}' for name in [*ROWS, *SESSION]] + OTHERS)
    operations = [operation for path in paths.values() for operation in path.values()]
    names = [operation['operationId'] for operation in operations]
    assert len(set(names)) == len(names)
    assert all(told.operation(name)['operationId'] == name for name in [*ROWS, *SESSION])


# What kind it is, its names, what it may ask for, and its group, are those of the tables.
@BY_NAME
def test_420_02_tables(told, function):
    operation = told.operation(function)
    today = writes.TODAY.get(function, function)
    text = ''
    for name in ('core', 'enrol_manual', 'tool_mobile'):
        with open(os.path.join(env.ROOT, f'services/{name}.tbl'), encoding='utf-8') as f:
            text += f.read()
    asked = re.search(rf'^ROW\({today}, +\w+, +"(.*)"\)', text, re.M).group(1)
    assert operation['x-moodle'] == {
        'kind': writes.EFFECTS[function].lower(), 'today': today,
        'legacy': [old for old, new in writes.TODAY.items() if new == today],
        'capabilities': asked.split(',') if asked else []}
    assert operation.get('deprecated', False) == (function in writes.TODAY)
    assert operation['tags'] == [re.sub('^core_', '', today).partition('_')[0]]
    assert operation['summary']


# Every node of what it takes and gives is as Moodle's signature has it, and none is there besides.
@BY_NAME
@pytest.mark.parametrize('part', ['params', 'returns'])
def test_420_03_signatures(told, function, part):
    lines = signature_lines()[function, part]
    schema = told.params(function) if part == 'params' else told.response(function)
    if lines['.'][0] == 'nothing':
        assert schema == {'type': 'null'}
        return
    nodes = described(told, schema)
    assert list(nodes) == list(lines)
    for path, (kind, type_, presence, default, null) in lines.items():
        types, may_be_null, node = nodes[path]
        may_lack = part == 'params' or kind != 'value'
        assert types == types_of(kind, type_, part, node), path
        assert may_be_null == (null == 'null'), path
        assert presence == '-' or is_required(nodes, path) == (
            presence == 'required' or (presence == 'default' and not may_lack)), path
        assert kind != 'struct' or node['additionalProperties'] is False, path
        if part == 'params' and presence == 'default':
            assert has_default(kind, default, node), path
        else:
            assert 'default' not in node, path


# Each schema is one, by the rules of 2020-12; each reference leads somewhere.
def test_420_04_schemas(told):
    found = []

    def walk(node):
        if isinstance(node, dict):
            if isinstance(node.get('$ref'), str):
                told.resolve(node)
                found.append(node['$ref'])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(told.document)
    kinds = [kind for kind, parts in told.document['components'].items()
             for name in parts if kind != 'securitySchemes']
    assert len(set(found)) == len(kinds)    # and no component is there for nothing
    for schema in told.document['components']['schemas'].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    for function in ROWS:
        jsonschema.Draft202012Validator.check_schema(told.params(function))
        jsonschema.Draft202012Validator.check_schema(told.response(function))


# Its frame: the version of OpenAPI and of the module, the site's address, every tag with a title.
def test_420_05_frame(site, told):
    document = told.document
    with open(os.path.join(env.ROOT, 'CHANGES'), encoding='utf-8') as f:
        version = f.readline().split()[-1]
    assert document['openapi'].startswith('3.1.') and document['info']['version'] == version
    assert document['servers'] == [{'url': site.url}]
    tags = {tag['name'] for tag in document['tags'] if tag['description']}
    used = {tag for path in document['paths'].values() for operation in path.values()
            for tag in operation['tags']}
    assert used == tags
    assert told.operation('login')['security'] == []
    schemes = document['components']['securitySchemes']
    assert [set(need) <= set(schemes) for need in document['security']] == [True, True]


# A refusal that an answer may have stands under its true status, with when it happens.
@BY_NAME
def test_420_06_errors(told, function):
    statuses = {'400', '401', '403', '413', '503'}
    assert statuses <= set(told.statuses(function))
    with open(os.path.join(env.ROOT, 'lib/base/mws_errors.tbl'), encoding='utf-8') as f:
        rows = set(re.findall(r'"(\w+)", +([0-9]{3}),', f.read()))
    for status in told.statuses(function):
        if status == '200':
            continue
        codes = told.codes(function, status)
        response = told.resolve(told.operation(function)['responses'][status])
        assert {(code, status) for code in codes} <= rows
        lines = response['description'].split('\n')
        assert all(re.fullmatch(r'- (`\w+`: .+|what any call may meet: `\w+`(, `\w+`)*)', line)
                   for line in lines), lines
        assert set(re.findall(r'`(\w+)`', response['description'])) == set(codes)


# An example is there for every function, and is as its own schemas say.
@BY_NAME
def test_420_07_examples(told, function):
    operation = told.operation(function)
    sent = operation['requestBody']['content']['application/json']
    given = operation['responses']['200']['content']['application/json']
    told.check(sent['schema'], sent['example'])
    told.check(given['schema'], given['example'])


# ---- what the server does

# Calls as the document has them: what is sent holds to its schema, what comes back to that of 200.
@BY_NAME
def test_420_11_calls(told, call, filled, world, function):
    for make in functions.calls_of(world, function):
        params = typed(functions.PARAMS[function], functions.named(filled, make()))
        told.check(told.params(function), params)
        reply = call(function, params)
        assert reply.status == 200, reply.body
        told.check(told.response(function), reply.json())


# What a schema refuses, the server refuses too: a key too many, none of what is required, a value of
# another kind; under a status that is documented, with a code that it has there.
@BY_NAME
def test_420_12_refusals(told, call, filled, world, function):
    params = functions.named(filled, functions.calls_of(world, function)[0]())
    wrong = [{**params, 'nosuchparameter': 1}]
    keys = told.resolve(told.params(function))
    if keys.get('required'):
        wrong.append({})
    wrong += [{**params, key: {'x': [{}]}} for key in keys.get('properties', {})]
    for sent in wrong:
        assert told.errors(told.params(function), sent), sent
        reply = call(function, sent)
        assert reply.status == 400, reply.body
        told.check(told.response(function, '400'), reply.json())


# Who is unknown, and who may not.
@BY_NAME
def test_420_13_callers(site, told, call, filled, world, function):
    params = functions.named(filled, functions.calls_of(world, function)[0]())
    reply = call(function, params, token='0' * 32)
    assert reply.status == 401
    told.check(told.response(function, '401'), reply.json())
    for who in ('TOKEN_STUDENT', 'TOKEN_READER'):
        reply = call(function, params, token=site.env[who])
        told.check(told.response(function, str(reply.status)), reply.json())
        if reply.status != 200:
            assert reply.json()['errorcode'] in told.codes(function, str(reply.status))


# Logging in and out.
def test_420_14_session(site, told, call, db):
    db.keep('sessions', 'external_tokens', 'user', 'user_preferences', 'logstore_standard_log')
    account = {'username': 'wsuser', 'password': site.env['WSPASSWORD'], 'service': 'everything'}
    told.check(told.params('login'), account)
    begun = call('login', account).json()
    told.check(told.response('login'), begun)
    for token, status in ((begun['token'], '200'), (site.token, '400'), ('0' * 32, '401')):
        reply = call('logout', {}, token=token)
        assert str(reply.status) == status
        told.check(told.response('logout', status), reply.json())
    for wrong, status in (({'password': 'x'}, '401'), ({'service': 'none'}, '403'),
                          ({'service': 'reading'}, '403'), ({'username': 'guest'}, '403'),
                          ({'more': ''}, '400')):
        reply = call('login', {**account, **wrong})
        assert str(reply.status) == status, reply.body
        told.check(told.response('login', status), reply.json())


# Several calls in one body.
def test_420_15_several(site, told):
    operation = told.document['paths'][SERVER]['post']
    sent = operation['requestBody']['content']['application/json']
    given = operation['responses']['200']['content']['application/json']['schema']
    good = {'wsfunction': 'core_group_get_groups', 'groupids': [1]}
    bad = {'wsfunction': 'core_group_get_groups', 'groupids': [9999]}
    for body, kind in (([good, bad], list), ({'calls': [good]}, list), (sent['example'], list),
                       ({'atomic': True, 'calls': [good, good]}, list),
                       ({'atomic': True, 'calls': [good, bad]}, dict)):
        told.check(sent['schema'], body)
        for query, status in (('', 200), ('?moodlewssettinghttpstatus=1', 404)):
            reply = site.request('POST', SERVER + query, json.dumps(body), {
                'Content-Type': 'application/json', 'Authorization': f'Bearer {site.token}'})
            assert reply.status == (200 if kind is list else status)
            told.check(given, reply.json())
            assert isinstance(reply.json(), kind)


# The scripts beside the functions: a permanent token, a file in, the same file out, refusals of each.
def test_420_16_scripts(site, told):
    paths = told.document['paths']

    def schema(path, method='post', type_='application/json'):
        answer = told.resolve(paths[path][method]['responses']['200'])
        return answer['content'][type_]['schema']

    account = {'username': 'tutor', 'password': site.env['WSPASSWORD'], 'service': 'everything'}
    for form in (account, {**account, 'password': 'x'}, {}):
        told.check(schema('/login/token.php'), site.request('POST', '/login/token.php', form).json())
    parts = ('--b\r\nContent-Disposition: form-data; name="itemid"\r\n\r\n0\r\n'
             '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nA file\r\n'
             '--b--\r\n')
    sent = site.request('POST', f'/webservice/upload.php?token={site.token}', parts,
                        {'Content-Type': 'multipart/form-data; boundary=b'})
    assert sent.headers['Content-Type'].startswith('text/plain')
    told.check(schema('/webservice/upload.php', type_='text/plain'), sent.json())
    [stored] = sent.json()
    path = f'/{stored["contextid"]}/user/draft/{stored["itemid"]}/a.txt'
    given = site.request('GET', f'/webservice/draftfile.php?token={site.token}&file={path}')
    assert (given.status, given.body) == (200, b'A file')
    refused = site.request('POST', '/webservice/upload.php?token=none')
    told.check(schema('/webservice/upload.php'), refused.json())
    for script in ('/webservice/pluginfile.php', '/webservice/draftfile.php'):
        refused = site.request('GET', f'{script}?token={site.token}&file=/1/none/none/0/none')
        assert refused.status == 404
        told.check(schema(script, 'get'), refused.json())
        refused = site.request('GET', f'{script}?token=none&file=/1/none/none/0/none')
        assert refused.status == 200
        told.check(schema(script, 'get'), refused.json())


# ---- how it is sent

# It is JSON that tools of any origin may read, and may ask for with a token.
def test_420_21_headers(site):
    reply = site.request('GET', DOCUMENT)
    assert reply.headers['Content-Type'] == 'application/json'
    assert reply.headers['Access-Control-Allow-Origin'] == '*'
    assert reply.headers['Cache-Control'] == 'no-cache'
    asked = site.request('OPTIONS', DOCUMENT, headers={
        'Origin': 'https://elsewhere.example', 'Access-Control-Request-Method': 'GET',
        'Access-Control-Request-Headers': 'authorization'})
    assert asked.status == 204 and 'Authorization' in asked.headers['Access-Control-Allow-Headers']
    head = site.request('HEAD', DOCUMENT)
    assert (head.status, head.body) == (200, b'')
    assert head.headers['Content-Length'] == str(len(reply.body))
    assert head.headers['ETag'] == reply.headers['ETag']


# Who has it need not fetch it again.
def test_420_22_etag(site):
    etag = site.request('GET', DOCUMENT).headers['ETag']
    for sent in (etag, f'W/{etag}', f'"other", {etag}', etag[:-1] + '-gzip"'):
        reply = site.request('GET', DOCUMENT, headers={'If-None-Match': sent})
        assert (reply.status, reply.body, reply.headers['ETag']) == (304, b'', etag)
        assert reply.headers['Access-Control-Allow-Origin'] == '*'
    assert site.request('GET', DOCUMENT, headers={'If-None-Match': '"other"'}).status == 200
    limited = site.request('GET', f'{DOCUMENT}?wstoken={site.env["TOKEN_READER"]}',
                           headers={'If-None-Match': etag})
    assert limited.status == 200


# It is the same to the byte whoever asks and however often, and no larger than a picture.
def test_420_23_same(site, serve):
    bodies = {site.request('GET', DOCUMENT).body for _ in range(5)}
    other = serve(WWWROOT=site.url)
    bodies.add(other.request('GET', DOCUMENT).body)
    [body] = bodies
    assert len(body) < 400_000 and len(gzip.compress(body)) < 60_000


# With a token it has what its service offers, whatever way the token comes; one that is none is refused.
def test_420_24_service(site, db):
    listed = {name for name, in db.all(
        'SELECT functionname FROM mdl_external_services_functions f'
        ' JOIN mdl_external_tokens t ON t.externalserviceid = f.externalserviceid'
        ' WHERE t.token = %s', (site.env['TOKEN_READER'],))}
    offered = {name for name in ROWS if name in listed or writes.TODAY.get(name) in listed
               or {old for old, new in writes.TODAY.items() if new == name} & listed}
    assert 0 < len(offered) < len(ROWS)
    token = site.env['TOKEN_READER']
    for reply in (site.request('GET', f'{DOCUMENT}?wstoken={token}'),
                  site.request('GET', DOCUMENT, headers={'Authorization': f'Bearer {token}'}),
                  site.request('POST', DOCUMENT, {'wstoken': token})):
        assert reply.headers['Cache-Control'] == 'no-store'
        limited = openapi.Contract(reply.json())
        assert {name for name in ROWS if limited.knows(name)} == offered
        assert set(OTHERS) < set(limited.document['paths'])
    refused = site.request('GET', f'{DOCUMENT}?wstoken=nobody')
    assert (refused.status, refused.body) == (401, b'')
    assert refused.headers['Access-Control-Allow-Origin'] == '*'


# The administrator may ask for a token, or tell nothing; where REST is not answered, nothing is told.
def test_420_25_closed(site, serve):
    headers = {'Authorization': f'Bearer {site.token}'}
    for line, without, with_token in (('MoodleWSDocs token', 401, 200), ('MoodleWSDocs off', 404, 404),
                                      ('MoodleWSProtocols "soap amf"', 404, 404)):
        with env.Httpd(site, lambda conf, line=line: conf + f'\n{line}\n') as httpd:
            assert httpd.request('GET', DOCUMENT).status == without, line
            assert httpd.request('GET', DOCUMENT, headers=headers).status == with_token, line

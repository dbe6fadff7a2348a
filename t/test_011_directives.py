# SPDX-License-Identifier: Apache-2.0
# t/test_011_directives.py -- what the administrator may say, and what is refused before httpd runs.
import os
import re

import pytest

import env

ROW = re.compile(r'^SETTING\((\w+),\s*\w+,\s*(\w+),\s*(NULL|"[^"]*"|-?\d+),\s*(\d+),\s*(\d+),', re.M)

with open(os.path.join(env.ROOT, 'lib/base/mws_settings.tbl'), encoding='utf-8') as table:
    SETTINGS = ROW.findall(table.read())

# A value for each directive that has no default, or whose default is no example of it.
EXAMPLES = {'MoodleWSDatabase': '"host=127.0.0.1 dbname=x"', 'MoodleWSDataRoot': '/var/moodledata',
            'MoodleWSWwwRoot': 'https://moodle.example/x', 'MoodleWSProtocols': '"+amf +xmlrpc"',
            'MoodleWSPepper': 'one two'}


@pytest.fixture
def configtest(site):
    """httpd's configuration test with LINES added: whether it passed, and what it said."""
    def test(lines, edit=lambda conf: conf):
        status, said = env.Httpd(site, lambda conf: edit(conf) + lines + '\n').command('-t')
        return status == 0, said
    return test


def value_of(directive, kind, preset):
    if directive in EXAMPLES:
        return EXAMPLES[directive]
    if kind == 'FLAG':
        return 'On' if preset == '1' else 'Off'
    return preset if kind != 'LIST' else preset.strip('"')


def test_011_01_table_is_read():
    assert len(SETTINGS) > 20


# Each directive of the table exists and takes its default; at the server, and in a virtual host.
@pytest.mark.parametrize('directive,kind,preset,least,most', SETTINGS)
def test_011_02_accepted(configtest, directive, kind, preset, least, most):
    line = f'{directive} {value_of(directive, kind, preset)}'
    assert configtest(line) == (True, 'Syntax OK\n')
    assert configtest(f'<VirtualHost *:9>\n{line}\n</VirtualHost>')[0]


# Numbers: both ends of the range pass, one past them and what is no number do not.
@pytest.mark.parametrize('directive,least,most',
                         [(d, int(a), int(b)) for d, k, _, a, b in SETTINGS if k == 'NUMBER'])
def test_011_03_numbers(configtest, directive, least, most):
    assert configtest(f'{directive} {least}')[0]
    wrong = [str(least - 1), '-1', '1x', '99999999999999999999']
    if most:
        assert configtest(f'{directive} {most}')[0]
        wrong.append(str(most + 1))
    for value in wrong:
        passed, said = configtest(f'{directive} {value}')
        assert not passed and f'{directive} takes a number from {least}' in said, value


# Texts of the wrong shape, each refused with the directive's name and what it takes.
@pytest.mark.parametrize('line', [
    'MoodleWSPrefix Mdl-', 'MoodleWSPrefix "mdl_; DROP"', 'MoodleWSPrefix MDL_',
    'MoodleWSWwwRoot moodle.example', 'MoodleWSWwwRoot https://moodle.example/',
    'MoodleWSWwwRoot ftp://moodle.example', 'MoodleWSDataRoot relative/path',
    'MoodleWSProtocols "rest,soap"', 'MoodleWSProtocols "++rest"', 'MoodleWSProtocols "rest  soap"',
    'MoodleWSProtocols REST', 'MoodleWSLog syslog', 'MoodleWSReadOnly perhaps'])
def test_011_04_shapes(configtest, line):
    passed, said = configtest(line)
    assert not passed
    assert line.split()[0] in said


# A mount without the two directives that it cannot do without.
@pytest.mark.parametrize('directive', ['MoodleWSDatabase', 'MoodleWSWwwRoot'])
def test_011_05_missing(configtest, directive):
    passed, said = configtest('', lambda conf: re.sub(rf'(?m)^{directive}.*$', '', conf))
    assert not passed
    assert 'MWS00001' in said and directive in said


# Loaded but not mounted, the module asks for nothing.
def test_011_06_not_mounted(configtest):
    def bare(conf):
        conf = re.sub(r'(?m)^MoodleWS\w+ .*$', '', conf)
        return conf.replace('MoodleWS On', 'MoodleWS Off')
    assert configtest('', bare)[0]


# Directives of a server are refused in a directory: they would not be heard there.
def test_011_07_context(configtest):
    passed, said = configtest('<Location "/x">\nMoodleWSPrefix mdl_\n</Location>')
    assert not passed and 'MoodleWSPrefix not allowed' in said


# MoodleWSConfig forces a setting over its row, as config.php does.
def test_011_08_forced_config(site, serve):
    ask = {'wstoken': site.token, 'wsfunction': 'core_webservice_get_site_info',
           'moodlewsrestformat': 'json'}
    assert site.request('POST', env.SERVER, ask).json()['username'] == 'wsuser'
    other = serve(EXTRA='MoodleWSConfig enablewebservices 0')
    answer = other.request('POST', env.SERVER, ask)
    assert (answer.status, answer.body) == (403, b'')


# Virtual hosts stand apart: each has its own protocols.
def test_011_09_virtual_hosts(site):
    port = env.free_port()
    more = f'''
        Listen 127.0.0.1:{port}
        <VirtualHost 127.0.0.1:{port}>
            MoodleWSConfig enablewebservices 0
        </VirtualHost>'''
    with env.Httpd(site, lambda conf: conf + more) as httpd:
        ask = {'wstoken': site.token, 'wsfunction': 'core_webservice_get_site_info',
               'moodlewsrestformat': 'json'}
        assert httpd.request('POST', env.SERVER, ask).json()['username'] == 'wsuser'
        assert env.send(port, 'POST', env.SERVER, ask).status == 403


# The manual tells every directive.
def test_011_10_manual():
    with open(os.path.join(env.ROOT, 'conf/moodlews.conf'), encoding='utf-8') as f:
        told = set(re.findall(r'(?m)^#(MoodleWS\w*) ', f.read()))
    assert told == {row[0] for row in SETTINGS} | {'MoodleWS', 'MoodleWSConfig'}


# The manual's lines are a configuration that httpd takes as it stands; an empty argument alone cannot
# be given, only left out.
def test_011_11_manual_is_valid(configtest):
    with open(os.path.join(env.ROOT, 'conf/moodlews.conf'), encoding='utf-8') as f:
        lines = [line[1:] for line in f.read().splitlines() if line.startswith('#MoodleWS')]
    lines = [line for line in lines if line != 'MoodleWS Off' and not line.endswith('""')]
    assert configtest('\n'.join(lines)) == (True, 'Syntax OK\n')

# SPDX-License-Identifier: Apache-2.0
# t/test_426_samples.py -- what the documentation shows of calls: each is sent as it stands, and answered
# as shown; and samples of code run. All of those run in t/clients/run_samples.py.
import json
import os
import re

import pytest

import env
import examples
import samples
import writes
from functions import RETURNS, SECTIONS, canonical

EXAMPLES = examples.read()
FOLDER = os.path.join(env.ROOT, 'adapters/wsdoc/samples')

# Of each protocol: the forms in which a call is shown, and an answer.
CALLS = {'rest': ['form', 'json'], 'soap': ['literal', 'encoded'], 'xmlrpc': ['xmlrpc'],
         'amf': ['amf3', 'amf0']}
ANSWERS = {**CALLS, 'rest': ['json', 'xml']}
FAULTS = {'rest': ['json'], 'soap': ['literal', 'encoded'], 'xmlrpc': ['xmlrpc'], 'amf': ['amf0']}


@pytest.fixture(scope='module')
def pages(site):
    return samples.read(site)


def flat(body):
    """BODY, of JSON or XML, without the blanks between what it is made of."""
    text = body.decode()
    return re.sub(r'>\s+<', '><', text).strip() if text.startswith('<') else json.loads(text)


# The pages tell of every function, under each name of its own declaration, in all forms.
def test_426_01_forms(pages):
    assert {writes.TODAY.get(name, name) for name in EXAMPLES} <= set(pages) <= set(EXAMPLES)
    for name, protocols in pages.items():
        assert list(protocols) == samples.PROTOCOLS
        for protocol, section in protocols.items():
            assert {key for key in section.figures if key[0] != 'literal'} == {
                (what, form) for what, forms in (('call', CALLS), ('answer', ANSWERS),
                                                 ('fault', FAULTS)) for form in forms[protocol]}, name


# Every file there is a sample on the page, in a language that tests can run or know that they cannot,
# with all its places filled in. None shows the licence of the file itself.
def test_426_02_files(pages):
    files = sorted(os.listdir(FOLDER))
    extensions = {language: name.rpartition('.')[2] for language, (name, _) in
                  samples.LANGUAGES.items()}
    for name, protocols in pages.items():
        shown = {(protocol, language) for protocol, section in protocols.items()
                 for language in section.samples}
        assert sorted(f'{protocol}.{extensions.get(language, "as")}'
                      for protocol, language in shown) == files, name
        for protocol, language in shown:
            text = re.sub(r"' \\\n +'", '', protocols[protocol].samples[language])  # pieces of bytes
            assert language in samples.LANGUAGES or language in samples.UNKNOWN
            assert '{{' not in text and 'SPDX' not in text and name in text
            assert max(map(len, protocols[protocol].samples[language].splitlines())) < 145, text


# A call that is sent as it stands, in whatever form, does what the example's does, and its answer looks
# as shown: in its head, and in what its body says.
@pytest.mark.parametrize('name', [name for name in EXAMPLES if name in SECTIONS])
def test_426_03_calls(site, db, pages, name):
    with samples.undone(db, name):
        said = site.call(name, EXAMPLES[name]['call'])
    expected = samples.settled(site, db, name, canonical(RETURNS[name], said))
    example = canonical(RETURNS[name], EXAMPLES[name]['answer'])
    for protocol, section in pages[name].items():
        for form in [*CALLS[protocol], *(['xml'] if protocol == 'rest' else [])]:
            call = samples.Shown(section.figures['call', 'form' if form == 'xml' else form])
            shown = samples.Shown(section.figures['answer', 'json' if form == 'form' else form])
            body = call.body.replace(b'&moodlewsrestformat=json', b'') if form == 'xml' else None
            with samples.undone(db, name):
                reply = samples.send(site, call, site.token, body)
            assert (reply.status, reply.headers['Content-Type']) == \
                (shown.status, shown.headers['Content-Type']), (form, reply.body)
            door = samples.FORMS[form]
            assert samples.settled(site, db, name, door.answer(name, reply)) == expected, form
            assert door.answer(name, shown) == example, form


# The error that is shown is the first that the function has of its own. One that has none shows what is
# said to an unknown token, to the byte: the calls that are shown have one.
def test_426_04_faults(site, pages):
    said = 0
    for name, protocols in pages.items():
        for protocol, section in protocols.items():
            for form in FAULTS[protocol]:
                shown = samples.Shown(section.figures['fault', form])
                if b'invalidtoken' not in samples.Shown(
                        protocols['rest'].figures['fault', 'json']).body:
                    continue
                reply = samples.send(site, samples.Shown(section.figures['call', form]))
                assert (reply.status, reply.headers['Content-Type']) == \
                    (shown.status, shown.headers['Content-Type']), (name, form)
                assert (reply.body == shown.body if protocol == 'amf' else
                        flat(reply.body) == flat(shown.body)), (name, form)
                said += 1
    assert said


# Texts that mean something to a shell, to XML, to a form or to a language go in as they are: what is
# written comes back.
@pytest.mark.parametrize('protocol', samples.PROTOCOLS)
def test_426_05_samples(site, db, pages, tmp_path, protocol):
    runs = samples.Runs(site, db)
    for name in ('core_group_create_groups', 'core_group_get_groups'):
        for language, text in pages[name][protocol].samples.items():
            if samples.can_run(protocol, language):
                runs.check(name, protocol, language, text, tmp_path)


# Where the call is refused, a sample tells the errorcode, and its exit status that there is one.
@pytest.mark.parametrize('protocol', samples.PROTOCOLS)
def test_426_06_refused(site, db, pages, tmp_path, protocol):
    name = 'core_group_get_groups'
    db.keep('groups')
    db.run('DELETE FROM mdl_groups WHERE id = ANY (%s)', (EXAMPLES[name]['call']['groupids'],))
    for language, text in pages[name][protocol].samples.items():
        if samples.can_run(protocol, language):
            done = samples.run(language, text, tmp_path, site.token)
            assert done.returncode, (language, done.stdout)
            said = samples.bytes_of(done.stdout.decode()) if (protocol, language) == ('amf', 'curl') \
                else done.stdout + done.stderr
            assert b'invalidrecord' in said, (language, said)

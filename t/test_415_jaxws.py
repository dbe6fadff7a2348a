# SPDX-License-Identifier: Apache-2.0
# t/test_415_jaxws.py -- a client in Java, generated from the WSDL by wsimport of JAX-WS, which
# refuses what is not WS-I: t/clients/wsdl/Client.java.
import os

import env
from wsdl import FUNCTIONS, SCRIPT, Few, run, url

CLIENT = os.path.join(env.ROOT, 't/clients/wsdl/Client.java')
RUNTIME = '/usr/share/java/jaxws-rt.jar'


def generate(place, address):
    """Classes of package moodle from the WSDL at ADDRESS; what wsimport warns of."""
    said = run('wsimport', '-Xnocompile', '-s', '.', '-p', 'moodle', '-encoding', 'UTF-8', address,
               cwd=place)
    assert 'WARNING' not in said.upper(), said
    return sorted(os.listdir(place / 'moodle'))


# All functions become methods.
def test_415_01_all(site, tmp_path):
    assert 'CoreUserCreateUsersUsersItem.java' in generate(tmp_path, url(site, 'literal'))


# The client says what it was answered: site info, lists out and in, a fault with its detail, a
# session.
def test_415_02_calls(site, tmp_path, db):
    db.keep('sessions')
    with Few(site) as token:
        made = [f'moodle/{name}' for name in generate(tmp_path, url(site, 'literal', token))]
        run('javac', '-encoding', 'UTF-8', '-cp', RUNTIME, '-d', '.', CLIENT, *made, cwd=tmp_path)
        said = run('java', '-Dfile.encoding=UTF-8', '-cp', f'{RUNTIME}:.', 'Client',
                   url(site, 'literal', token), f'{site.url}{SCRIPT}?wsdl=literal&wstoken=',
                   'wsuser', site.env['WSPASSWORD'], cwd=tmp_path)
    assert said.splitlines() == [
        'info: wsuser, user 3, ' + ' '.join(sorted(FUNCTIONS)),
        'groups: 1 Morning 🌅, 2 Evening &amp; night', 'users: haruka 遥', 'fault: invalidrecord',
        'session: wsuser', 'ended: invalidtoken']

# SPDX-License-Identifier: Apache-2.0
# t/test_010_start.py -- it starts, answers, stops and starts again.
import os
import socket
import time

import pytest

import env

INFO = 'core_webservice_get_site_info'


# The one call that every client makes first, with the token that the demo made.
def test_010_01_site_info(site):
    info = site.call(INFO)
    assert info['username'] == 'wsuser'
    assert info['sitename'] == 'Lanterna Open College'
    assert info['siteurl'] == site.url
    assert INFO in [f['name'] for f in info['functions']]


# Everything that a client needs stands in the env file, and is true.
def test_010_02_env(site, db):
    assert site.env['URL'] == site.url
    assert site.env['WSUSER'] == 'wsuser'
    assert os.path.isdir(os.path.join(site.env['DATAROOT'], 'filedir'))
    assert db.one('SELECT count(*) FROM mdl_user WHERE username = %s', ('wsuser',)) == 1
    for name, username in (('TOKEN_TEACHER', 'wanjiru'), ('TOKEN_STUDENT', 'student'),
                           ('TOKEN_READER', 'reader')):
        assert site.call(INFO, token=site.env[name])['username'] == username


# What the database says of files is in the file store, to the byte.
def test_010_03_files(site, db):
    for sha1, size in db.all('SELECT contenthash, filesize FROM mdl_files WHERE filesize > 0'):
        path = os.path.join(site.env['DATAROOT'], 'filedir', sha1[:2], sha1[2:4], sha1)
        assert os.path.getsize(path) == size


# Stopped and started, a demo has its tokens and its data still; stopping twice is no mistake.
def test_010_04_again(sites):
    demo = env.Site(sites).start()
    try:
        token, info = demo.token, demo.call(INFO)
        demo.stop()
        demo.stop()
        with pytest.raises(OSError):
            socket.create_connection(('127.0.0.1', demo.port))
        demo.start()
        assert demo.token == token
        assert demo.call(INFO) == info
        with env.soon():
            demo.start()
        assert demo.token == token
    finally:
        demo.stop()


# A port in other hands is told, and left alone.
def test_010_05_port_taken(sites):
    with socket.socket() as other:
        other.bind(('127.0.0.1', 0))
        other.listen()
        port = other.getsockname()[1]
        for script in ('demo', 'serve'):
            done = env.Site(sites, port).run(script, DSN='dbname=none')
            assert done.returncode != 0
            assert f'port {port} is taken' in done.stdout


# No database named: said in a word.
def test_010_06_serve_without_dsn(sites):
    done = env.Site(sites).run('serve', DSN='')
    assert done.returncode != 0
    assert 'DSN=' in done.stdout


# A configuration that httpd refuses comes back with httpd's words, and nothing stays running.
def test_010_07_serve_refused(site, sites):
    other = env.Site(sites)
    done = other.run('serve', DSN=site.env['DSN'], PREFIX='no-good')
    assert done.returncode != 0
    assert 'MoodleWSPrefix' in done.stdout
    with pytest.raises(OSError):
        socket.create_connection(('127.0.0.1', other.port))
    other.stop()


# serve puts the module before a database that exists, under each way that httpd runs.
@pytest.mark.parametrize('mpm', ['event', 'worker', 'prefork'])
def test_010_08_mpm(site, serve, mpm):
    other = serve(MPM=mpm, WWWROOT='https://moodle.example/campus')
    answer = other.request('POST', '/campus' + env.SERVER,
                           {'wstoken': site.token, 'wsfunction': INFO, 'moodlewsrestformat': 'json'})
    assert answer.json()['siteurl'] == 'https://moodle.example/campus'


# A graceful restart unloads and loads the module: the second generation answers as the first.
def test_010_09_graceful(site):
    with env.Httpd(site) as httpd:
        ask = lambda: httpd.request('POST', env.SERVER, {
            'wstoken': site.token, 'wsfunction': INFO, 'moodlewsrestformat': 'json'}).json()
        before = ask()
        assert before['username'] == 'wsuser'
        for _ in range(3):
            status, said = httpd.command('-k', 'graceful')
            assert status == 0, said
            time.sleep(0.5)
            assert ask() == before
        assert 'segfault' not in httpd.error_log() and 'exit signal' not in httpd.error_log()


# Neither token nor query reaches a log.
def test_010_10_logs(site):
    secret = site.token
    site.request('GET', f'{env.SERVER}?wstoken={secret}&wsfunction={INFO}')
    site.request('GET', f'{env.SERVER}?wstoken=x{secret}x&wsfunction=no_such_function')
    for name in ('access.log', 'error.log'):
        with open(os.path.join(site.room, 'logs', name), encoding='utf-8') as f:
            assert secret not in f.read()

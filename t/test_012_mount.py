# SPDX-License-Identifier: Apache-2.0
# t/test_012_mount.py -- what the module answers and what it leaves alone, beside whatever else an
# httpd has for *.php.
import os
import re

import pytest

import env

MODULES = os.environ.get('MODULES') or '/usr/lib/apache2/modules'
SOURCE = '<?php echo "the source"; ?>\n'
PROXY = (f'LoadModule proxy_module "{MODULES}/mod_proxy.so"\n'
         f'LoadModule proxy_fcgi_module "{MODULES}/mod_proxy_fcgi.so"\n')
OURS = re.compile(r'(?m)^LoadModule moodlews_module.*\n')
MOUNT = re.compile(r'<Location "/">\s+MoodleWS On\s+</Location>')


def ask(httpd, site, path=env.SERVER):
    return httpd.request('POST', path, {
        'wstoken': site.token, 'wsfunction': 'core_webservice_get_site_info',
        'moodlewsrestformat': 'json'})


def is_ours(answer):
    return answer.status == 200 and answer.json().get('username') == 'wsuser'


def edited(mount=None, before='', after='', more=''):
    """A change of the configuration: another MOUNT, modules loaded BEFORE or AFTER ours, MORE."""
    def edit(conf):
        if mount is not None:
            conf = MOUNT.sub(lambda _: mount, conf)
        conf = OURS.sub(lambda line: before + line.group() + after, conf)
        return conf + more
    return edit


# What is not one of our scripts goes on as if the module were not there.
def test_012_01_other_paths(site):
    with env.Httpd(site) as httpd:
        httpd.write('hello.txt', 'hello\n')
        httpd.write('webservice/rest/other.php', SOURCE)
        httpd.write('webservice/rest/server.php.bak', 'old\n')
        assert httpd.request('GET', '/hello.txt').text == 'hello\n'
        assert httpd.request('GET', '/webservice/rest/other.php').text == SOURCE
        assert httpd.request('GET', '/webservice/rest/server.php.bak').text == 'old\n'
        assert httpd.request('GET', '/webservice/rest/').status == 404
        assert httpd.request('GET', '/xwebservice/rest/server.php').status == 404
        assert is_ours(ask(httpd, site))


# Off in a part of the site gives that part back.
@pytest.mark.parametrize('off', ['<Location "/webservice/rest">\nMoodleWS Off\n</Location>',
                                 '<Location "/">\nMoodleWS Off\n</Location>'])
def test_012_02_off(site, off):
    with env.Httpd(site, edited(more=off)) as httpd:
        assert ask(httpd, site).status == 404


# Nowhere On: nothing is answered.
def test_012_03_not_mounted(site):
    with env.Httpd(site, edited(mount='')) as httpd:
        assert ask(httpd, site).status == 404


# Mounted on Moodle's folder, with Moodle's own script in it: ours answers, the source stays inside.
def test_012_04_directory(site):
    edit = edited(mount='<DirectoryMatch "/htdocs">\nMoodleWS On\n</DirectoryMatch>')
    with env.Httpd(site, edit) as httpd:
        httpd.write('webservice/rest/server.php', SOURCE)
        for method in ('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'):
            assert b'source' not in httpd.request(method, env.SERVER).body
        assert is_ours(ask(httpd, site))


# Mounting is the administrator's: in an .htaccess file the directive is refused, whatever it may override.
def test_012_05_htaccess(site):
    granted = '    Require all granted\n'
    allow = lambda conf: edited('')(conf).replace(granted, granted + 'AllowOverride All\n')
    with env.Httpd(site, allow) as httpd:
        httpd.write('webservice/rest/server.php', SOURCE)
        httpd.write('webservice/.htaccess', 'MoodleWS On\n')
        assert ask(httpd, site).status == 500


# PHP-FPM by SetHandler, on the file or on the path, loaded before or after us: we come first. Nothing
# listens on port 9, so a request that the proxy took would be a 503.
@pytest.mark.parametrize('order', ['before', 'after'])
@pytest.mark.parametrize('handler', [
    '<FilesMatch "\\.php$">\nSetHandler "proxy:fcgi://127.0.0.1:9"\n</FilesMatch>',
    '<Location "/webservice">\nSetHandler "proxy:fcgi://127.0.0.1:9"\n</Location>',
    'ProxyPassMatch "^/(.*\\.php)$" "fcgi://127.0.0.1:9/srv/$1"',
    'ProxyPass "/" "fcgi://127.0.0.1:9/"',
    '<FilesMatch "\\.php$">\nSetHandler application/x-httpd-php\n</FilesMatch>'])
def test_012_06_other_handlers(site, order, handler):
    with env.Httpd(site, edited(more=handler + '\n', **{order: PROXY})) as httpd:
        httpd.write('webservice/rest/server.php', SOURCE)
        httpd.write('webservice/other.php', SOURCE)
        assert is_ours(ask(httpd, site))
        other = httpd.request('GET', '/webservice/other.php')
        assert other.status == (200 if 'x-httpd-php' in handler else 503)


# The same with the mount on the folder, where PHP is set on the file.
@pytest.mark.parametrize('order', ['before', 'after'])
def test_012_07_directory_and_handler(site, order):
    mount = '<DirectoryMatch "/htdocs">\nMoodleWS On\n</DirectoryMatch>'
    handler = '<FilesMatch "\\.php$">\nSetHandler "proxy:fcgi://127.0.0.1:9"\n</FilesMatch>\n'
    with env.Httpd(site, edited(mount, more=handler, **{order: PROXY})) as httpd:
        httpd.write('webservice/rest/server.php', SOURCE)
        assert is_ours(ask(httpd, site))


# A module given back to PHP goes to PHP: the proxy is asked, and its absence told.
def test_012_08_off_goes_to_php(site):
    more = ('<FilesMatch "\\.php$">\nSetHandler "proxy:fcgi://127.0.0.1:9"\n</FilesMatch>\n'
            '<Location "/webservice/rest">\nMoodleWS Off\n</Location>\n')
    with env.Httpd(site, edited(before=PROXY, more=more)) as httpd:
        httpd.write('webservice/rest/server.php', SOURCE)
        assert ask(httpd, site).status == 503


# A Moodle below a path: only there.
def test_012_09_below_a_path(site):
    edit = lambda conf: re.sub(r'(?m)^MoodleWSWwwRoot.*$',
                               'MoodleWSWwwRoot "http://127.0.0.1/campus/moodle"', conf)
    with env.Httpd(site, edit) as httpd:
        assert is_ours(ask(httpd, site, '/campus/moodle' + env.SERVER))
        assert ask(httpd, site).status == 404
        assert ask(httpd, site, '/campus/moodlex' + env.SERVER).status == 404
        assert ask(httpd, site, '/campus' + env.SERVER).status == 404


# Access control of httpd comes before us.
def test_012_10_access_control(site):
    more = '<Location "/webservice">\nRequire all denied\n</Location>\n'
    with env.Httpd(site, edited(more=more)) as httpd:
        answer = ask(httpd, site)
        assert answer.status == 403 and b'wsuser' not in answer.body


# TRACE is httpd's own affair.
def test_012_11_trace(site):
    assert b'<RESPONSE' not in site.request('TRACE', env.SERVER).body

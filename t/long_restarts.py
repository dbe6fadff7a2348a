# SPDX-License-Identifier: Apache-2.0
# t/long_restarts.py -- thirty graceful restarts under load. Each request has a connection of its own:
# one that was accepted is answered whole, whatever the server does meanwhile.
import threading
import time

import env

RESTARTS, CLIENTS = 30, 8


class Client(threading.Thread):
    """Asks until told to stop; keeps every answer that is not the one expected."""

    def __init__(self, httpd, form, expected, stop):
        super().__init__()
        self.httpd, self.form, self.expected, self.stop_event = httpd, form, expected, stop
        self.answers, self.wrong = 0, []

    def run(self):
        while not self.stop_event.is_set():
            try:
                answer = self.httpd.request('POST', env.SERVER, self.form, {'Connection': 'close'})
                self.answers += 1
                if answer.status != 200 or answer.body != self.expected:
                    self.wrong.append((answer.status, answer.body[:200]))
            except (OSError, env.http.client.HTTPException) as e:
                self.wrong.append(repr(e))


def test_restarts_lose_nothing(site):
    form = {'wstoken': site.token, 'wsfunction': 'core_webservice_get_site_info',
            'moodlewsrestformat': 'json'}
    with env.Httpd(site, lambda conf: conf.replace('KeepAlive            On',
                                                   'KeepAlive            Off')) as httpd:
        expected = httpd.request('POST', env.SERVER, form).body
        stop = threading.Event()
        clients = [Client(httpd, form, expected, stop) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        for _ in range(RESTARTS):
            status, said = httpd.command('-k', 'graceful')
            assert status == 0, said
            time.sleep(1)
        stop.set()
        for client in clients:
            client.join()
        assert [w for c in clients for w in c.wrong] == []
        assert sum(c.answers for c in clients) > RESTARTS * CLIENTS
        assert 'exit signal' not in httpd.error_log()

# SPDX-License-Identifier: Apache-2.0
# t/clients/run_samples.py -- every sample of code on the page of the documentation, in every language that the
# machine has: each runs as it stands, and prints what the same call gets by REST.
import collections
import concurrent.futures
import os

import pytest

import env
import samples
import writes
from functions import SECTIONS

RAN = collections.Counter()


@pytest.fixture(scope='module')
def pages(site):
    return samples.read(site)


@pytest.fixture(scope='module')
def runs(site):
    db = env.Database(site.env['DSN'])
    try:
        yield samples.Runs(site, db)
    finally:
        db.close()


def run_read(runs, job, folder):
    """Run a sample that changes nothing, in a folder of its own."""
    _, protocol, language, text = job
    folder = os.path.join(folder, f'{protocol}-{language}')
    os.mkdir(folder)
    return job, samples.run(language, text, folder, runs.site.token)


# Those of a function that reads run side by side; one that writes is undone before the next.
@pytest.mark.parametrize('name', SECTIONS)
def test_samples_01_run(runs, pages, tmp_path, name):
    jobs = [(name, protocol, language, text) for protocol, section in pages[name].items()
            for language, text in section.samples.items() if samples.can_run(protocol, language)]
    if name in writes.WRITING:
        for job in jobs:
            runs.check(*job, tmp_path)
    else:
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for job, done in pool.map(lambda job: run_read(runs, job, tmp_path), jobs):
                runs.compare(*job[:3], done)
    RAN.update((protocol, language) for _, protocol, language, _ in jobs)


# Each language of each protocol that could run did, for every function on the page.
def test_samples_02_count(pages):
    some = next(iter(pages.values()))
    for protocol, section in some.items():
        for language in section.samples:
            expected = len(pages) if samples.can_run(protocol, language) else 0
            print(f'{protocol:8}{language:14}{RAN[protocol, language]:4}')
            assert RAN[protocol, language] == expected, (protocol, language)
    missing = {language for language in samples.LANGUAGES
               if not any(samples.can_run(protocol, language) for protocol in some)}
    assert not missing, missing

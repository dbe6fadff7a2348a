#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
# t/examples.py -- the examples of externals/examples.json: reading them, calling them, and the form
# in which an answer stands there. Who adds a function writes its "call", starts a fresh demo, and has
# the answers written:
#
#   make demo && t/examples.py [PORT]
import json
import os
import re
import sys
import time

import env
import writes

FILE = os.path.join(env.ROOT, 'externals/examples.json')
WIDTH = 100

# What stands for what each demo has of its own: where it answers, when it was made, whose key it is.
URL = 'http://127.0.0.1:8080'
NOW = 1767258000  # 2026-01-01, nine o'clock
KEY = '0123456789abcdef0123456789abcdef'
AGE_MAX = 1000 * 86400  # nothing in the demo is older, or further ahead

# What the examples of functions that write change.
WRITTEN = ('cache_flags', 'context', 'course', 'course_categories', 'course_format_options',
           'course_modules', 'course_sections', 'enrol', 'external_tokens', 'files', 'forum', 'groups',
           'groups_members', 'message_conversation_members', 'message_conversations',
           'message_popup_notifications', 'messages', 'notifications', 'post', 'role_assignments',
           'tool_dataprivacy_request', 'user', 'user_enrolments', 'user_info_data',
           'user_lastaccess', 'user_preferences', 'user_private_key')


def read():
    with open(FILE, encoding='utf-8') as f:
        return json.load(f)


def call(site, db, name, params):
    """The answer of SITE, a demo, to the example of NAME; what it wrote is put back."""
    if name in writes.WRITING:
        db.keep(*WRITTEN)
    try:
        return site.call(name, params)
    finally:
        db.put_back()


def settled(site, db, answer):
    """ANSWER as it stands in the file: the same whichever demo gave it."""
    made = db.one('SELECT timecreated FROM mdl_course WHERE id = 1')

    def settle(value):
        if isinstance(value, dict):
            return {key: settle(item) for key, item in value.items()}
        if isinstance(value, list):
            return [settle(item) for item in value]
        if isinstance(value, str):
            return re.sub(r'\b[0-9a-f]{32}\b', KEY, value.replace(site.url, URL))
        if isinstance(value, int) and abs(value - made) < AGE_MAX:
            return NOW if made <= value <= time.time() + 1 else value - made + NOW
        return value
    return settle(answer)


def text(value, indent=0, before=0):
    """VALUE as it stands in the file: on one line where it fits behind BEFORE characters."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or not value or \
            indent and before + len(line) + 1 <= WIDTH:
        return line
    space, inner = ' ' * indent, ' ' * (indent + 4)
    if isinstance(value, list):
        items = [inner + text(item, indent + 4, indent + 4) for item in value]
        return '[\n' + ',\n'.join(items) + f'\n{space}]'
    keys = {key: f'{inner}{json.dumps(key, ensure_ascii=False)}: ' for key in value}
    items = [lead + text(value[key], indent + 4, len(lead)) for key, lead in keys.items()]
    return '{\n' + ',\n'.join(items) + f'\n{space}' + '}'


def cut(value):
    """VALUE with two elements of a long list."""
    if isinstance(value, dict):
        return {key: cut(item) for key, item in value.items()}
    if isinstance(value, list):
        return [cut(item) for item in value[:2 if len(value) > 5 else 5]]
    return value


def main():
    port = sys.argv[1] if len(sys.argv) > 1 else '8080'
    site = env.Site(os.path.join(env.ROOT, '.site'), int(port))
    site.env = env.read_env(os.path.join(site.sites, port, 'env'))
    db = env.Database(site.env['DSN'])
    examples = read()
    for name in writes.EFFECTS:
        answer = call(site, db, name, examples[name]['call'])
        assert not (isinstance(answer, dict) and 'exception' in answer), (name, answer)
        examples[name]['answer'] = cut(settled(site, db, answer))
    db.close()
    with open(FILE, 'w', encoding='utf-8') as f:
        f.write(text({name: examples[name] for name in writes.EFFECTS}) + '\n')


if __name__ == '__main__':
    main()

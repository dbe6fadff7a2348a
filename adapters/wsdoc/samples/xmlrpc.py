# SPDX-License-Identifier: Apache-2.0
# TOKEN=... python3 sample.py
import json
import os
import sys
from xmlrpc.client import Fault, ServerProxy

moodle = ServerProxy(
    "{{address}}",
    headers=[("Authorization", "Bearer " + os.environ["TOKEN"])],
    allow_none=True,
)
try:
    answer = moodle.{{function}}({{positional}})
except Fault as fault:
    sys.exit(fault.faultString)
print(json.dumps(answer, indent=4, ensure_ascii=False))

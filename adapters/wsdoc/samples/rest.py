# SPDX-License-Identifier: Apache-2.0
# TOKEN=... python3 sample.py
import json
import os
import sys
import urllib.request

arguments = {{arguments}}
request = urllib.request.Request(
    "{{address}}",
    headers={
        "Authorization": "Bearer " + os.environ["TOKEN"],
        "Content-Type": "application/json",
        "Accept": "application/json",
    },
    data=json.dumps({"wsfunction": "{{function}}", **arguments}).encode(),
)
with urllib.request.urlopen(request) as response:
    answer = json.load(response)
if isinstance(answer, dict) and "exception" in answer:
    sys.exit(f"{answer['errorcode']}: {answer['message']}")
print(json.dumps(answer, indent=4, ensure_ascii=False))

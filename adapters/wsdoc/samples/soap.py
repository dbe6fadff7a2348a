# SPDX-License-Identifier: Apache-2.0
# pip install zeep; TOKEN=... python3 sample.py
import json
import os
import sys

import requests
import zeep
import zeep.helpers

session = requests.Session()
session.headers["Authorization"] = "Bearer " + os.environ["TOKEN"]
moodle = zeep.Client(
    "{{address}}?wsdl=literal",
    transport=zeep.Transport(session=session),
).service
try:
    answer = moodle.{{function}}({{keywords}})
except zeep.exceptions.Fault as fault:
    sys.exit(f"{fault.detail.findtext('.//{*}errorcode')}: {fault.message}")
print(json.dumps(zeep.helpers.serialize_object(answer, dict), indent=4, ensure_ascii=False))

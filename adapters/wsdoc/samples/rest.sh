# SPDX-License-Identifier: Apache-2.0
# TOKEN=... sh sample.sh
curl --fail-with-body '{{address}}' \
     -H "Authorization: Bearer $TOKEN" \
     -d moodlewsrestformat=json \
     -d moodlewssettinghttpstatus=1 \
     -d wsfunction={{function}}{{fields}}

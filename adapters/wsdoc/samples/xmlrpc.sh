# SPDX-License-Identifier: Apache-2.0
# TOKEN=... sh sample.sh
curl --fail-with-body '{{address}}?moodlewssettinghttpstatus=1' \
     -H "Authorization: Bearer $TOKEN" \
     -H 'Content-Type: text/xml' \
     --data-binary @- <<'END'
{{methodcall}}
END

# SPDX-License-Identifier: Apache-2.0
# TOKEN=... bash sample.sh; od shows the answer as bytes and as text
set -o pipefail
moodle='{{address}}?moodlewssettinghttpstatus=1'
printf %b {{packet}} |
    curl -sS --fail-with-body "$moodle" \
         -H "Authorization: Bearer $TOKEN" \
         -H 'Content-Type: application/x-amf' \
         --data-binary @- |
    od -A x -t x1z -v

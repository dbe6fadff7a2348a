# SPDX-License-Identifier: Apache-2.0
# TOKEN=... bash sample.sh; od shows the answer as bytes and as text
set -o pipefail
printf %b {{packet}} |
    curl --fail-with-body '{{address}}?moodlewssettinghttpstatus=1' \
         -H "Authorization: Bearer $TOKEN" \
         -H 'Content-Type: application/x-amf' \
         --data-binary @- |
    od -A x -t x1z -v

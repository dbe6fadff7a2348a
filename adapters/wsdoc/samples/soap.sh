# SPDX-License-Identifier: Apache-2.0
# TOKEN=... sh sample.sh
curl --fail-with-body '{{address}}' \
     -H "Authorization: Bearer $TOKEN" \
     -H 'Content-Type: text/xml; charset=utf-8' \
     -H 'SOAPAction: ""' \
     --data-binary @- <<'END'
{{envelope}}
END

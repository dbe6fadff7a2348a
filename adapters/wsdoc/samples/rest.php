// SPDX-License-Identifier: Apache-2.0
<?php
// TOKEN=... php sample.php
$moodle = '{{address}}';
$arguments = {{arguments}};
$call = ['wsfunction' => '{{function}}', 'moodlewsrestformat' => 'json'];
$answer = json_decode(file_get_contents($moodle, false, stream_context_create(['http' => [
    'method' => 'POST',
    'header' => [
        'Authorization: Bearer ' . getenv('TOKEN'),
        'Content-Type: application/x-www-form-urlencoded',
    ],
    'content' => http_build_query($call + $arguments),
]])));
if (isset($answer->exception)) {
    fwrite(STDERR, "{$answer->errorcode}: {$answer->message}\n");
    exit(1);
}
echo json_encode($answer, JSON_PRETTY_PRINT | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);

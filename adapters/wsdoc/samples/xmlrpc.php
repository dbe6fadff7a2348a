// SPDX-License-Identifier: Apache-2.0
<?php
// TOKEN=... php sample.php, with PHP's extension xmlrpc
$moodle = '{{address}}';
$arguments = [{{positional}}];
$call = xmlrpc_encode_request('{{function}}', $arguments, [
    'encoding' => 'utf-8',
    'escaping' => 'markup',
]);
$answer = xmlrpc_decode(file_get_contents($moodle, false, stream_context_create(['http' => [
    'method' => 'POST',
    'header' => [
        'Authorization: Bearer ' . getenv('TOKEN'),
        'Content-Type: text/xml',
    ],
    'content' => $call,
]])), 'utf-8');
if (is_array($answer) && xmlrpc_is_fault($answer)) {
    fwrite(STDERR, $answer['faultString'] . "\n");
    exit(1);
}
echo json_encode($answer, JSON_PRETTY_PRINT | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);

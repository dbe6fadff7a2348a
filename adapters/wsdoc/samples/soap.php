// SPDX-License-Identifier: Apache-2.0
<?php
// TOKEN=... php sample.php, with PHP's extension soap
try {
    $moodle = new SoapClient('{{address}}?wsdl=1', [
        'stream_context' => stream_context_create(['http' => [
            'header' => 'Authorization: Bearer ' . getenv('TOKEN'),
        ]]),
    ]);
    $answer = $moodle->{{function}}({{all}});
} catch (SoapFault $fault) {
    fwrite(STDERR, $fault->getMessage() . "\n");
    exit(1);
}
echo json_encode($answer, JSON_PRETTY_PRINT | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);

<?php
// SPDX-License-Identifier: Apache-2.0
// t/clients/xmlrpc/php.php -- one call by PHP's xmlrpc extension, for t/test_121_xmlrpc_clients.py.
$call = json_decode(stream_get_contents(STDIN), true);
$body = xmlrpc_encode_request($call['method'], $call['args'],
                              ['encoding' => 'utf-8', 'escaping' => 'markup']);
$context = stream_context_create(['http' => [
    'method' => 'POST', 'header' => 'Content-Type: text/xml', 'content' => $body]]);
$answer = xmlrpc_decode(file_get_contents($call['url'], false, $context), 'utf-8');
if (is_array($answer) && xmlrpc_is_fault($answer)) {
    echo json_encode(['fault' => [$answer['faultCode'], $answer['faultString']]]);
} else {
    echo json_encode(['result' => $answer]);
}

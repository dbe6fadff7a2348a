<?php
// SPDX-License-Identifier: Apache-2.0
// t/clients/wsdl/php.php -- one call by PHP's SoapClient with a WSDL, for t/test_411_wsdl_php.py:
// from JSON on its input to JSON on its output.
$call = json_decode(stream_get_contents(STDIN), true);
try {
    $client = new SoapClient($call['wsdl'], [
        'cache_wsdl' => WSDL_CACHE_NONE, 'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
        'soap_version' => $call['version']]);
    $answer = ['result' => $client->__soapCall($call['function'], $call['args'])];
} catch (SoapFault $fault) {
    $answer = ['fault' => ['code' => $fault->faultcode, 'text' => $fault->faultstring,
        'actor' => $fault->faultactor ?? null, 'detail' => $fault->detail ?? null]];
}
echo json_encode($answer, JSON_THROW_ON_ERROR);

<?php
// SPDX-License-Identifier: Apache-2.0
// t/clients/soap/php.php -- one call by PHP's SoapClient without a WSDL, for
// t/test_161_soap_clients.py.
$call = json_decode(stream_get_contents(STDIN), true);
$client = new SoapClient(null, [
    'location' => $call['url'], 'uri' => 'urn:php',
    'soap_version' => $call['version'] === '1.2' ? SOAP_1_2 : SOAP_1_1]);
try {
    echo json_encode(['result' => $client->__soapCall($call['method'], $call['args'])]);
} catch (SoapFault $fault) {
    echo json_encode(['fault' => [$fault->faultcode, $fault->faultstring]]);
}

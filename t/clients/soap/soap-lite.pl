#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# t/clients/soap/soap-lite.pl -- one call by Perl's SOAP::Lite without a WSDL, for
# t/test_161_soap_clients.py.
use strict;
use warnings;
use JSON::PP;
use Scalar::Util 'reftype';
use SOAP::Lite;

# An answer without the classes that typed structs are blessed into.
sub plain {
    my $value = shift;
    my $kind = reftype($value) // '';
    return $kind eq 'HASH'  ? {map { $_ => plain($value->{$_}) } keys %$value}
         : $kind eq 'ARRAY' ? [map { plain($_) } @$value]
         :                    $value;
}

# Texts as bytes of UTF-8: what is not ASCII goes as base64, which no wide character can.
my $call   = JSON::PP->new->decode(join '', <STDIN>);
my $client = SOAP::Lite->proxy($call->{url})->uri('urn:perl');
$client->on_fault(sub { $_[1] });
my $answer = $client->call($call->{method}, @{$call->{args}});
my $told   = !ref $answer   ? {result => undef}
           : $answer->fault ? {fault => [$answer->faultcode, $answer->faultstring]}
           :                  {result => plain($answer->result)};
print JSON::PP->new->utf8->encode($told);

#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# t/clients/xmlrpc/xmlrpc-lite.pl -- one call by Perl's XMLRPC::Lite, of SOAP::Lite, for
# t/test_121_xmlrpc_clients.py.
use strict;
use warnings;
use JSON::PP;
use XMLRPC::Lite;

# Texts as bytes of UTF-8: what is not ASCII goes as base64, which no wide character can.
my $call   = JSON::PP->new->decode(join '', <STDIN>);
my $client = XMLRPC::Lite->proxy($call->{url});
my $answer = $client->call($call->{method}, @{$call->{args}});
print encode_json($answer->fault ? {fault => [$answer->faultcode, $answer->faultstring]}
                                 : {result => $answer->result});

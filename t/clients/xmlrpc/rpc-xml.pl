#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# t/clients/xmlrpc/rpc-xml.pl -- one call by Perl's RPC::XML, for t/test_121_xmlrpc_clients.py.
use strict;
use warnings;
use JSON::PP;
use RPC::XML;
use RPC::XML::Client;

$RPC::XML::ALLOW_NIL = 1;
$RPC::XML::ENCODING  = 'UTF-8';
my $call   = decode_json(join '', <STDIN>);
my $client = RPC::XML::Client->new($call->{url});
my $answer = $client->send_request($call->{method}, @{$call->{args}});
die "no answer: $answer" unless ref $answer;
print encode_json($answer->is_fault ? {fault => [$answer->code, $answer->string]}
                                    : {result => $answer->value});

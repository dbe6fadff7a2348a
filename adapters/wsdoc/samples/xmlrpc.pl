# SPDX-License-Identifier: Apache-2.0
# TOKEN=... perl sample.pl, with RPC::XML
use strict;
use warnings;
use utf8;
use JSON::PP;
use RPC::XML::Client;

$RPC::XML::ENCODING  = 'UTF-8';
$RPC::XML::ALLOW_NIL = 1;
my @arguments = ({{positional}});
my $moodle = RPC::XML::Client->new('{{address}}');
$moodle->useragent->default_header(Authorization => "Bearer $ENV{TOKEN}");
my $answer = $moodle->send_request('{{function}}', @arguments);
die "$answer\n" unless ref $answer;
die $answer->string . "\n" if $answer->is_fault;
print JSON::PP->new->utf8->pretty->canonical->allow_nonref->encode($answer->value);

# SPDX-License-Identifier: Apache-2.0
# TOKEN=... perl sample.pl, with SOAP::Lite
use strict;
use warnings;
use JSON::PP;
use SOAP::Lite;

sub UNIVERSAL::TO_JSON { return {%{$_[0]}} }    # a struct comes as an object

my $moodle = SOAP::Lite->proxy('{{address}}')->uri('urn:moodle');
$moodle->transport->default_header(Authorization => "Bearer $ENV{TOKEN}");
my $answer = $moodle->{{function}}({{all}});
die $answer->faultstring . "\n" if ref $answer && $answer->fault;
print JSON::PP->new->utf8->pretty->canonical->allow_nonref->convert_blessed
    ->encode(ref $answer ? $answer->result : undef);

#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# t/clients/xmlrpc/frontier.pl -- one call by Perl's Frontier::Client, the oldest of them, for
# t/test_121_xmlrpc_clients.py.
use strict;
use warnings;
use Frontier::Client;
use JSON::PP;

# A boolean is an object there.
sub Frontier::RPC2::Boolean::TO_JSON { return $_[0]->value }

my $json   = JSON::PP->new->utf8->convert_blessed;
my $call   = $json->decode(join '', <STDIN>);
my $client = Frontier::Client->new(url => $call->{url}, encoding => 'UTF-8');
my $result = eval { $client->call($call->{method}, @{$call->{args}}) };
if ($@) {
    die $@ unless $@ =~ /fault code (\d+): (.*)/;
    print $json->encode({fault => [$1, $2]});
}
else {
    print $json->encode({result => $result});
}

# SPDX-License-Identifier: Apache-2.0
# TOKEN=... perl sample.pl
use strict;
use warnings;
use utf8;
use HTTP::Tiny;
use JSON::PP;

my $json = JSON::PP->new->utf8->pretty->canonical->allow_nonref;
my $arguments = {{arguments}};
my $response = HTTP::Tiny->new->post('{{address}}', {
    headers => {
        'Authorization' => "Bearer $ENV{TOKEN}",
        'Content-Type'  => 'application/json',
        'Accept'        => 'application/json',
    },
    content => $json->encode({wsfunction => '{{function}}', %$arguments}),
});
die "$response->{status} $response->{reason}\n" unless $response->{success};
my $answer = $json->decode($response->{content});
if (ref $answer eq 'HASH' && $answer->{exception}) {
    die "$answer->{errorcode}: $answer->{message}\n";
}
print $json->encode($answer);

# SPDX-License-Identifier: GPL-2.0-or-later
# The headers of a flow in the words of Frame.pm. Each frame has a number of
# its own in what it carries, so that it is known wherever it comes out.
package Words;
use strict;
use warnings;
use Random;

sub fields {
	my ($name, %fields) = @_;
	return join ' ', $name, map { "$_=$fields{$_}" }
		grep { defined $fields{$_} } sort keys %fields;
}

sub l4 {
	my $f = shift;
	my $proto = $f->{proto};
	return () if $proto eq 'gre';
	return fields($proto, type => $f->{type}, id => $f->{id})
		if $proto =~ /^icmp/;
	my %more;
	$more{flags} = $f->{flags} // Random::one_of(2, 16, 16, 24, 17)
		if $proto eq 'tcp';
	$more{sum} = $f->{sum} if $proto eq 'udp';
	return fields($proto, sport => $f->{sport}, dport => $f->{dport},
		%more);
}

sub l3 {
	my $f = shift;
	my %to = (src => $f->{src}, dst => $f->{dst});
	my $gre = ($f->{proto} // '') eq 'gre' ? 47 : undef;
	return fields('ip', %to, tos => $f->{tos}, ttl => $f->{ttl},
		frag => $f->{frag}, proto => $gre), l4($f) if $f->{l3} eq 'ip';
	return fields('ip6', %to, tclass => $f->{tos}, hlim => $f->{ttl},
		proto => $gre), l4($f) if $f->{l3} eq 'ip6';
	return fields('arp', op => $f->{op}, spa => $f->{src},
		tpa => $f->{dst}, sha => $f->{dl_src}) if $f->{l3} eq 'arp';
	return ();
}

sub frame {
	my ($f, $number) = @_;
	my $len = Random::one_of(0, Random::below(60), Random::below(60),
		Random::below(1400));
	return join ' / ', fields('eth', src => $f->{dl_src},
			dst => $f->{dl_dst}, pad => 60,
			$f->{l3} eq 'type' && !defined $f->{vid} ?
				(type => $f->{type}) : ()),
		(defined $f->{svid} ? fields('svlan', vid => $f->{svid}) : ()),
		(defined $f->{vid} ? fields('vlan', vid => $f->{vid},
			pcp => $f->{pcp}) : ()),
		l3($f), sprintf 'data text=n%08d len=%d', $number, $len;
}

# The number of a frame in hex.
sub number { return $_[0] =~ /6e((?:3\d){8})/ ? pack 'H*', $1 : undef }

1;

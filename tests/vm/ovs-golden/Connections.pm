# SPDX-License-Identifier: GPL-2.0-or-later
# Groups of connections: a client port, a server port, a zone, rules that track
# them, and the frames of both directions in the order that they come in.
package Connections;
use strict;
use warnings;
use Random;

use constant { SYN => 0x02, ACK => 0x10, PSH => 0x18, FIN => 0x11 };

my %nets = (
	ip => { net => sub { "10.$_[0].$_[1].$_[2]" }, len => 24,
		of => sub { "nw_$_[0]" } },
	ip6 => { net => sub { sprintf 'fd00:%x:%x::%x', @_ }, len => 64,
		of => sub { "ipv6_$_[0]" } },
);
my %words = (ip => 'ip', ip6 => 'ipv6');

# NAT "src" gives clients one address, "dst" is one server behind many.
sub group {
	my ($i, $l3, $nat) = @_;
	my ($client, $server, $lost) = Random::other_ports(3);
	my $net = $nets{$l3}{net};
	return { i => $i, l3 => $l3, nat => $nat, zone => $i + 1,
		client => $client, server => $server, lost => $lost,
		near => $net->(201, $i, 0), far => $net->(202, $i, 0),
		masked => $net->(203, $i, 1), real => $net->(204, $i, 1) };
}

sub rules {
	my $g = shift;
	my ($l3, $zone) = ($words{$g->{l3}}, $g->{zone});
	my ($of, $len) = @{$nets{$g->{l3}}}{qw(of len)};
	my $back = $g->{nat} eq 'dst' ? $g->{real} : "$g->{far}/$len";
	my %new = (src => ",nat(src=$g->{masked})", dst =>
		",nat(dst=$g->{real})", none => '');
	my $ct = "ct(table=3,zone=$zone" . ($g->{nat} ne 'none' && ',nat') . ')';
	my $in = "table=3,priority=200,$l3,ct_zone=$zone";
	return map { { text => $_, flows => [] } }
		"table=0,priority=50000,in_port=$g->{client},$l3," .
			$of->('dst') . "=$g->{far}/$len,actions=$ct",
		"table=0,priority=50000,in_port=$g->{server},$l3," .
			$of->('src') . "=$back,actions=$ct",
		"$in,in_port=$g->{client},ct_state=+trk+new,actions=ct(commit," .
			"zone=$zone,exec(set_field:$zone->ct_mark)" .
			"$new{$g->{nat}}),output:$g->{server}",
		"$in,in_port=$g->{client},ct_state=+trk+est-rpl," .
			"ct_mark=$zone,actions=dec_ttl,output:$g->{server}",
		"$in,in_port=$g->{server},ct_state=+trk+est+rpl,actions=" .
			"mod_dl_src:02:00:00:00:07:0$zone,output:$g->{client}",
		"$in,ct_state=+trk+inv,actions=output:$g->{lost}",
		"$in,in_port=$g->{server},ct_state=+trk+new,actions=drop";
}

# Both ends of a connection, as frames say it.
sub ends {
	my ($g, $n) = @_;
	my $net = $nets{$g->{l3}}{net};
	my $proto = Random::one_of('tcp', 'tcp', 'udp', 'icmp');
	$proto = 'icmp6' if $proto eq 'icmp' && $g->{l3} eq 'ip6';
	my %both = (l3 => $g->{l3}, proto => $proto, ttl => 64, tos => 0,
		dl_src => '02:00:00:00:01:01', dl_dst => '02:00:00:00:02:01');
	my %there = (%both, in_port => $g->{client}, id => $n,
		src => $net->(201, $g->{i}, 1 + $n % 250),
		dst => $net->(202, $g->{i}, 1 + $n % 7),
		sport => 10000 + $n, dport => 80,
		type => $proto eq 'icmp' ? 8 : 128);
	my %back = (%both, in_port => $g->{server}, id => $n,
		src => $there{dst}, dst => $there{src},
		sport => 80, dport => $there{sport},
		type => $proto eq 'icmp' ? 0 : 129);
	$back{src} = $g->{real} if $g->{nat} eq 'dst';
	$back{dst} = $g->{masked} if $g->{nat} eq 'src';
	return \%there, \%back;
}

# The frames of one connection, one after the other. Of some the first is lost,
# and the answer belongs to nothing.
sub frames {
	my ($g, $n, $count) = @_;
	my ($there, $back) = ends($g, $n);
	my @frames = ({ %$there, flags => SYN }, { %$back, flags => SYN | ACK },
		{ %$there, flags => ACK });
	shift @frames if Random::chance(20);
	push @frames, { %{Random::one_of($there, $back)},
			flags => Random::one_of(ACK, PSH) }
		while @frames < $count - 2;
	return @frames, { %$there, flags => FIN }, { %$back, flags => FIN };
}

1;

#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The filters that OVS made beside those that swoffd made, flow by flow.
#
#	compare.pl OVS SWOFFD ARGUED
#
# The first two are directories as Record.pm wants them, ARGUED is the table of
# the differences that are meant, with why. Prints what it found as comments of
# TAP, and in the last line the figures.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Record;
use Table;

my @kinds = (
	[ 'Ethernet', qr/eth\((?:src|dst)=/ ],
	[ 'multicast', qr/dst=(?:01:00:5e|33:33|ff:ff)/ ],
	[ 'ARP', qr/arp\(/ ],
	[ 'IPv4', qr/ipv4\(/ ],
	[ 'IPv6', qr/ipv6\(/ ],
	[ 'fragments', qr/frag=(?:first|later)/ ],
	[ 'TCP', qr/tcp\(\w/ ],
	[ 'TCP flags', qr/tcp_flags\(/ ],
	[ 'UDP', qr/udp\(\w/ ],
	[ 'SCTP', qr/sctp\(\w/ ],
	[ 'ICMP', qr/icmp\(\w/ ],
	[ 'ICMPv6', qr/icmpv6\(\w/ ],
	[ 'VLAN', qr/vlan\(/ ],
	[ 'QinQ', qr/0x88a8|encap\(eth_type\(0x8100\)/ ],
	[ 'MPLS', qr/mpls/ ],
	[ 'from tunnels', qr/^[^:]*?(?<!set\()tunnel\(.*, actions:/ ],
	[ 'into tunnels', qr/set\(tunnel\(/ ],
	[ 'tunnel options', qr/geneve\(|gbp/ ],
	[ 'conntrack', qr/ct_state|ct[(,_]/ ],
	[ 'recirculated', qr/recirc_id\(</ ],
	[ 'set field', qr/set\((?!tunnel)/ ],
	[ 'meter', qr/meter\(/ ],
	[ 'packet length', qr/check_pkt_len/ ],
	[ 'several outputs', qr/actions:.*\w+\d,(?:.*,)?\w+\d$/ ],
	[ 'host ports', qr/int0|br[01]/ ],
	[ 'drop', qr/actions:drop$/ ],
);

# Outputs, each with what makes the packet fit its port, do the same in any
# order; OVS floods in one that a restart changes.
sub any_order {
	my @facts = map { s/^action \d+ //r } @_;
	my @out;
	while (defined(my $fact = shift @facts)) {
		$fact .= ' ' . shift @facts if $fact =~ /^skbedit/ && @facts;
		$fact =~ s/mirred \S+ eaction=(\d)/
			'mirred eaction=' . ($1 % 2 ? $1 + 1 : $1)/e;
		push @out, $fact;
	}
	return @out;
}

# Facts that only one of the two has.
sub difference {
	my ($ours, $theirs) = @_;
	my (%ours, %theirs);
	$ours{$_}++ for @$ours;
	$theirs{$_}++ for @$theirs;
	return join '; ', (map { "OVS: $_" } grep { !$ours{$_} } @$theirs),
		(map { "swoffd: $_" } grep { !$theirs{$_} } @$ours);
}

sub judge {
	my ($ovs, $swoffd, $flow, $twin) = @_;
	if (!$flow->{filter}) {
		return $twin->{filter} ? "more: $flow->{name}" : undef;
	}
	return 'refused: ' . ($twin->{refused} // 'without a reason')
		unless $twin->{filter};
	my @theirs = $ovs->facts($flow);
	my @ours = $swoffd->facts($twin);
	if ($flow->{actions} ne $twin->{actions} &&
	    $flow->{actions} !~ /recirc\(/) {
		@theirs = any_order(@theirs);
		@ours = any_order(@ours);
	}
	return difference(\@ours, \@theirs);
}

my ($ovs, $swoffd) = map { Record::read($_) } @ARGV[0, 1];
my @rows = Table::argued($ARGV[2]);
my %count = map { $_ => 0 } qw(flows offloaded equal argued unargued apart
	unused);
my (%differ, %kind);

for my $flow (map { $ovs->{by_name}{$_} } sort keys %{$ovs->{by_name}}) {
	my $twin = $swoffd->{by_name}{$flow->{name}};
	$count{flows}++;
	if (!$twin) {
		$count{apart}++;
		print "# only in OVS's run: $flow->{name}\n";
		next;
	}
	my $verdict = judge($ovs, $swoffd, $flow, $twin);
	$count{offloaded}++ if $flow->{filter};
	for (grep { $flow->{name} =~ $_->[1] } @kinds) {
		my $of = $kind{$_->[0]} //= [ 0, 0, 0 ];
		$of->[0]++;
		$of->[1]++ if $flow->{filter};
		$of->[2]++ if $flow->{filter} && $verdict eq '';
	}
	next if !defined $verdict;
	if ($verdict eq '') {
		$count{equal}++;
	} elsif (Table::argument($verdict, @rows)) {
		$count{argued}++;
	} else {
		$count{unargued}++;
		push @{$differ{$verdict}}, $flow->{name};
	}
}

print "# of a kind: flows, offloaded by OVS, equal\n";
printf "#   %-16s %4d %4d %4d\n", $_->[0], @{$kind{$_->[0]} // [ 0, 0, 0 ]}
	for @kinds;
$count{unused} = Table::unused(@rows);
for (sort { @{$differ{$b}} <=> @{$differ{$a}} || $a cmp $b } keys %differ) {
	print '# ' . @{$differ{$_}} . " differ: $_\n#   $differ{$_}[0]\n";
}
print join(' ', map { "$_=$count{$_}" } sort keys %count), "\n";

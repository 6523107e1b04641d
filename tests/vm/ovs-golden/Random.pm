# SPDX-License-Identifier: GPL-2.0-or-later
# Chance, and headers by chance. With the same seed it is the same chance on
# every machine. Values come from small pools, so that rules and frames meet.
package Random;
use strict;
use warnings;

our @ports = map { "eth$_" } 0 .. 7;

sub below { return int rand $_[0] }
sub between { my ($low, $high) = @_; return $low + below($high - $low + 1) }
sub one_of { return $_[below(scalar @_)] }
sub chance { return rand(100) < $_[0] }

sub shuffled {
	my @list = @_;
	for (my $i = @list; --$i > 0;) {
		my $j = below($i + 1);
		@list[$i, $j] = @list[$j, $i];
	}
	return @list;
}

# Ports without those that are given.
sub other_ports {
	my ($n, @not) = @_;
	my %not = map { $_ => 1 } @not;
	return (shuffled(grep { !$not{$_} } @ports))[0 .. $n - 1];
}

sub ip4 { return sprintf '10.%d.%d.%d', shift, below(4), between(1, 250) }
sub ip6 { return sprintf 'fd00:%x:%x::%x', shift, below(4), between(1, 250) }

sub l4 {
	my $v6 = shift;
	my $proto = one_of(qw(tcp tcp tcp udp udp udp sctp icmp gre));
	my %ports = (sport => between(1024, 60000), dport =>
		one_of(53, 80, 443, 4789, 8080, between(1, 60000)));
	$ports{sum} = 0 if $proto eq 'udp' && !$v6 && chance(10);
	return (proto => $proto, %ports) if $proto =~ /^(tcp|udp|sctp)$/;
	return (proto => $proto) if $proto eq 'gre';
	return (proto => 'icmp6', type => one_of(128, 129)) if $v6;
	return (proto => 'icmp', type => one_of(0, 8, 13));
}

my %l3 = (
	ip => sub { (src => ip4(0), dst => ip4(between(1, 3)),
		tos => one_of(0, 0, 8, 32, 184), ttl => one_of(64, 64, 255, 2),
		l4(0)) },
	ip6 => sub { (src => ip6(0), dst => ip6(between(1, 3)),
		tos => one_of(0, 0, 8, 32, 184), ttl => one_of(64, 64, 255, 2),
		l4(1)) },
	arp => sub { (op => one_of(1, 1, 2), src => ip4(0), dst => ip4(0)) },
	type => sub { (type => one_of(0x88b5, 0x88b6)) },
);

# The headers of a flow.
sub flow {
	my $l3 = one_of(('ip') x 6, ('ip6') x 3, 'arp', 'type');
	my %flow = (
		in_port => one_of(@ports), l3 => $l3,
		dl_src => sprintf('02:00:00:00:01:%02x', below(16)),
		dl_dst => sprintf('02:00:00:00:02:%02x', below(12)),
		$l3{$l3}->(),
	);
	@flow{qw(vid pcp)} = (between(100, 111), below(8)) if chance(35);
	return \%flow;
}

# The same flow, but for what is not to stay.
sub varied {
	my ($flow, @stays) = @_;
	my $new;
	do { $new = flow() } until $new->{l3} eq $flow->{l3} &&
		($new->{proto} // '') eq ($flow->{proto} // '') &&
		defined $new->{vid} == defined $flow->{vid};
	$new->{$_} = $flow->{$_} for @stays;
	return $new;
}

1;

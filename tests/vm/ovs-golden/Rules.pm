# SPDX-License-Identifier: GPL-2.0-or-later
# Rules by chance: a flow is drawn, some of its headers are what the rule asks
# for, and the actions are such as fit these. What asks for more comes first.
package Rules;
use strict;
use warnings;
use Random;

*chance = \&Random::chance;
*one_of = \&Random::one_of;

my %names = (ip => 'ip', ip6 => 'ipv6', arp => 'arp');

# The word that OpenFlow has for a protocol over IP.
sub protocol {
	my $f = shift;
	return "$names{$f->{l3}},nw_proto=47" if $f->{proto} eq 'gre';
	return $f->{proto} . ($f->{l3} eq 'ip6' && $f->{proto} ne 'icmp6' &&
		'6');
}

sub prefix {
	my ($f, $which) = @_;
	return "nw_$which=$f->{$which}/" . one_of(8, 16, 24, 30, 32)
		if $f->{l3} eq 'ip';
	return "ipv6_$which=$f->{$which}/" . one_of(32, 48, 64, 126, 128)
		if $f->{l3} eq 'ip6';
	return ($which eq 'src' ? 'arp_spa' : 'arp_tpa') . "=$f->{$which}";
}

# HOW OFTEN of a hundred, where it applies, which headers of the flow it takes,
# and the text. A match goes after those that it needs.
my @matches = (
	[ 60, sub { 1 }, 'in_port', sub { "in_port=$_[0]{in_port}" } ],
	[ 10, sub { 1 }, 'dl_src', sub { "dl_src=$_[0]{dl_src}" } ],
	[ 30, sub { 1 }, 'dl_dst', sub { "dl_dst=$_[0]{dl_dst}" } ],
	[ 60, sub { defined $_[0]{vid} }, 'vid', sub { "dl_vlan=$_[0]{vid}" } ],
	[ 30, sub { $_[1]{vid} }, 'pcp', sub { "dl_vlan_pcp=$_[0]{pcp}" } ],
	[ 40, sub { !defined $_[0]{vid} }, 'untagged', sub { 'vlan_tci=0' } ],
	[ 80, sub { $_[0]{l3} eq 'type' }, 'type',
		sub { sprintf 'dl_type=%#x', $_[0]{type} } ],
	[ 80, sub { $names{$_[0]{l3}} }, 'l3', sub { $names{$_[0]{l3}} } ],
	[ 50, sub { $_[1]{l3} && $_[0]{proto} }, 'proto',
		sub { protocol($_[0]) } ],
	[ 25, sub { $_[1]{l3} }, 'src', sub { prefix($_[0], 'src') } ],
	[ 50, sub { $_[1]{l3} }, 'dst', sub { prefix($_[0], 'dst') } ],
	[ 50, sub { $_[1]{l3} && $_[0]{op} }, 'op',
		sub { "arp_op=$_[0]{op}" } ],
	[ 10, sub { $_[1]{l3} && $_[0]{ttl} }, 'tos',
		sub { "nw_tos=$_[0]{tos}" } ],
	[ 8, sub { $_[1]{l3} && $_[0]{ttl} }, 'ttl',
		sub { "nw_ttl=$_[0]{ttl}" } ],
	[ 50, sub { $_[1]{proto} && $_[0]{dport} }, 'dport',
		sub { "tp_dst=$_[0]{dport}" } ],
	[ 10, sub { $_[1]{proto} && $_[0]{sport} }, 'sport',
		sub { sprintf 'tp_src=%#x/0xf000', $_[0]{sport} & 0xf000 } ],
	[ 10, sub { $_[1]{proto} && $_[0]{proto} eq 'tcp' }, 'flags',
		sub { $_[0]{flags} = one_of(2, 16, 24);
			sprintf 'tcp_flags=%#x/0x17', $_[0]{flags} & 0x17 } ],
	[ 50, sub { $_[1]{proto} && $_[0]{proto} =~ /^icmp/ }, 'icmp',
		sub { "icmp_type=$_[0]{type}" } ],
);

# What the rule asks for, and the set of headers that it takes.
sub match {
	my $f = shift;
	my (%taken, @words);
	for (@matches) {
		my ($often, $applies, $what, $text) = @$_;
		next unless $applies->($f, \%taken) && chance($often);
		$taken{$what} = 1;
		push @words, $text->($f);
	}
	# TCP over IP is "tcp" alone.
	@words = grep { $_ ne $names{$f->{l3}} } @words if $taken{proto};
	return \%taken, @words;
}

sub set_address {
	my ($f, $which) = @_;
	return "mod_nw_$which:" . Random::ip4(9) if $f->{l3} eq 'ip';
	return 'set_field:' . Random::ip6(9) . "->ipv6_$which";
}

sub set_tag {
	return sprintf 'set_field:%d->vlan_vid,set_field:%d->vlan_pcp',
		4096 + Random::between(200, 211), Random::below(8);
}

sub is_ip { return $_[1]{l3} && $_[0]{ttl} }
sub has_ports { return $_[1]{proto} && $_[0]{proto} =~ /^(tcp|udp)$/ }

# As above: how often, where it applies, the text.
my @changes = (
	[ 20, sub { 1 }, sub { sprintf 'mod_dl_src:02:00:00:00:03:%02x',
		Random::below(256) } ],
	[ 20, sub { 1 }, sub { sprintf 'mod_dl_dst:02:00:00:00:04:%02x',
		Random::below(256) } ],
	[ 40, sub { $_[1]{untagged} }, sub { 'push_vlan:0x8100,' . set_tag() } ],
	[ 40, sub { $_[1]{vid} }, sub { one_of('strip_vlan', 'strip_vlan',
		'mod_vlan_vid:' . Random::between(200, 211),
		'mod_vlan_pcp:' . Random::below(8)) } ],
	[ 30, \&is_ip, sub { 'dec_ttl' } ],
	[ 15, \&is_ip, sub { set_address($_[0], 'src') } ],
	[ 15, \&is_ip, sub { set_address($_[0], 'dst') } ],
	[ 15, \&is_ip, sub { 'mod_nw_tos:' . one_of(0, 32, 40, 184) } ],
	[ 20, \&has_ports, sub { 'mod_tp_src:' . Random::between(1, 65535) } ],
	[ 20, \&has_ports, sub { 'mod_tp_dst:' . Random::between(1, 65535) } ],
);

sub changes {
	my ($f, $taken) = @_;
	return map { $_->[2]->($f) }
		grep { $_->[1]->($f, $taken) && chance($_->[0]) } @changes;
}

# Changes, and outputs of what was changed so far; or another table.
sub actions {
	my ($f, $taken, $table) = @_;
	return 'drop' if chance(5);
	my @changes = changes($f, $taken);
	return join ',', @changes, 'resubmit(,1)' if !$table && chance(20);
	return sprintf 'check_pkt_larger(%d)->NXM_NX_REG0[0],resubmit(,2)',
		one_of(100, 500, 1000) if !$table && chance(5);
	my ($last, @out) = map { "output:$_" } Random::other_ports(
		one_of(1, 1, 1, 1, 2, 2, 3), $f->{in_port});
	$last = 'in_port' if $taken->{in_port} && chance(5);
	return join ',', Random::shuffled(@changes, @out), $last;
}

# A rule of a table, with the flows that it was made for. One that asks for
# next to nothing would leave nothing to others, and the first table nothing to
# the second. Some are to be changed: what they do then is "later".
sub rule {
	my ($table, $number) = @_;
	my ($flow, $taken, @match);
	do {
		$flow = Random::flow();
		($taken, @match) = match($flow);
	} until @match >= ($table ? 1 : 2);
	my $priority = 2000 * keys(%$taken) + $number;
	my $text = join(',', "table=$table", "priority=$priority", @match) .
		',actions=';
	my ($now, $later) = map { $text . actions($flow, $taken, $table) } 1, 2;
	my @stays = grep { exists $flow->{$_} } keys %$taken;
	push @stays, 'type' if $taken->{icmp};
	return { text => $now, later => chance(20) ? $later : $now, flows => [
		$flow, map { Random::varied($flow, @stays) }
			1 .. one_of(1, 2, 3) ] };
}

# Of frames that are too long, and that are not, and that no rule asks for.
sub ends {
	my @rules;
	for my $port (@Random::ports) {
		my ($a, $b) = Random::other_ports(2, $port);
		push @rules, "table=2,in_port=$port,reg0=1/1,actions=" .
			"mod_dl_src:02:00:00:00:05:01,output:$a",
			"table=2,in_port=$port,reg0=0/1,actions=" .
			one_of("output:$b", "output:$b,output:$a", 'drop');
		push @rules, "table=1,priority=1,in_port=$port,actions=output:$a";
	}
	return map { { text => $_, flows => [] } } @rules,
		'table=0,priority=1,actions=resubmit(,1)';
}

# What software and hardware do not treat alike is not mixed with the others:
# fragments and frames with two tags are forwarded, and their tags changed.
sub fragments {
	my $i = shift;
	my $out = Random::one_of(@Random::ports);
	my $text = "table=0,priority=40000,ip,nw_dst=10.8.$i.0/24,actions=" .
		one_of('mod_dl_dst:02:00:00:00:06:01,', '') . "output:$out";
	my @flows = map { {
		%{Random::flow()}, l3 => 'ip', src => Random::ip4(0),
		dst => "10.8.$i.$_", proto => 'udp', sport => 1024 + $_,
		dport => 53, type => undef, ttl => 64, tos => 0,
		frag => one_of(undef, 'first', 'later'),
	} } 1 .. 3;
	return { text => $text, flows => \@flows };
}

sub two_tags {
	my $i = shift;
	my $out = Random::one_of(@Random::ports);
	my $svid = 300 + $i;
	my $text = "table=0,priority=41000,dl_vlan=$svid,actions=" . one_of(
		'', 'strip_vlan,', 'mod_vlan_vid:77,') . "output:$out";
	return { text => $text, flows => [ map { {
		%{Random::flow()}, svid => $svid,
		vid => Random::between(100, 111), pcp => Random::below(8),
	} } 1 .. 3 ] };
}

1;

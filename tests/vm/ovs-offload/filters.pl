#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Every flower filter of the machine, as the kernel gives them in netlink: a
# line each, of columns with tabs between them:
#
#	DEV HOOK CHAIN PRIO HANDLE COOKIE PROTOCOL KEY=HEX... ACTION...
#
# Keys are as in the message, values in hex. What is of the moment (statistics,
# times, what hardware did with it) is left out.
use strict;
use warnings;
use Socket;

use constant { AF_NETLINK => 16, NETLINK_ROUTE => 0, RTM_GETTFILTER => 46,
	REQUEST_DUMP => 0x301, DONE => 3, ERROR => 2 };

my @flower = qw(- classid indev act eth_dst eth_dst_mask eth_src eth_src_mask
	eth_type ip_proto ipv4_src ipv4_src_mask ipv4_dst ipv4_dst_mask ipv6_src
	ipv6_src_mask ipv6_dst ipv6_dst_mask tcp_src tcp_dst udp_src udp_dst
	tc_flags vlan_id vlan_prio vlan_eth_type enc_key_id enc_ipv4_src
	enc_ipv4_src_mask enc_ipv4_dst enc_ipv4_dst_mask enc_ipv6_src
	enc_ipv6_src_mask enc_ipv6_dst enc_ipv6_dst_mask tcp_src_mask
	tcp_dst_mask udp_src_mask udp_dst_mask sctp_src_mask sctp_dst_mask
	sctp_src sctp_dst enc_udp_src_port enc_udp_src_port_mask
	enc_udp_dst_port enc_udp_dst_port_mask flags flags_mask icmpv4_code
	icmpv4_code_mask icmpv4_type icmpv4_type_mask icmpv6_code
	icmpv6_code_mask icmpv6_type icmpv6_type_mask arp_sip arp_sip_mask
	arp_tip arp_tip_mask arp_op arp_op_mask arp_sha arp_sha_mask arp_tha
	arp_tha_mask mpls_ttl mpls_bos mpls_tc mpls_label tcp_flags
	tcp_flags_mask ip_tos ip_tos_mask ip_ttl ip_ttl_mask cvlan_id
	cvlan_prio cvlan_eth_type enc_ip_tos enc_ip_tos_mask enc_ip_ttl
	enc_ip_ttl_mask enc_opts enc_opts_mask in_hw_count port_src_min
	port_src_max port_dst_min port_dst_max ct_state ct_state_mask ct_zone
	ct_zone_mask ct_mark ct_mark_mask ct_labels ct_labels_mask mpls_opts);
my %passing = map { $_ => 1 } qw(act tc_flags in_hw_count);

# By kind: the attribute of its parameters, their names after tc_gen, and the
# other attributes.
my %actions = (
	gact => { parms => 2, attrs => { 3 => 'prob' } },
	mirred => { parms => 2, fields => [ qw(eaction dev) ] },
	vlan => { parms => 2, fields => [ 'op' ], attrs => { 3 => 'id',
		4 => 'proto', 6 => 'prio', 7 => 'eth_dst', 8 => 'eth_src' } },
	tunnel_key => { parms => 2, fields => [ 'op' ], attrs => { 3 => 'src',
		4 => 'dst', 5 => 'src6', 6 => 'dst6', 7 => 'id', 9 => 'port',
		10 => 'no_csum', 11 => 'opts', 12 => 'tos', 13 => 'ttl' } },
	csum => { parms => 1, fields => [ 'update' ] },
	ct => { parms => 1, attrs => { 3 => 'op', 4 => 'zone', 5 => 'mark',
		6 => 'mark_mask', 7 => 'labels', 8 => 'labels_mask',
		9 => 'min', 10 => 'max', 11 => 'min6', 12 => 'max6',
		13 => 'port_min', 14 => 'port_max' } },
	skbedit => { parms => 2, attrs => { 3 => 'priority', 4 => 'queue',
		5 => 'mark', 7 => 'ptype', 8 => 'mark_mask', 9 => 'flags' } },
	mpls => { parms => 2, fields => [ 'op' ], attrs => { 4 => 'proto',
		5 => 'label', 6 => 'tc', 7 => 'ttl', 8 => 'bos' } },
	police => { show => \&police },
	pedit => { show => \&pedit },
);

my (%dev, %clsact);

sub attributes {
	my ($bytes) = @_;
	my @list;
	while (length $bytes >= 4) {
		my ($len, $type) = unpack 'SS', $bytes;
		last if $len < 4;
		push @list, [ $type & 0x3fff, substr $bytes, 4, $len - 4 ];
		$bytes = substr $bytes, ($len + 3 & ~3) < length $bytes ?
			$len + 3 & ~3 : length $bytes;
	}
	return @list;
}

my %verdicts = (-1 => 'unspec', 0 => 'ok', 1 => 'reclassify', 2 => 'drop',
	3 => 'pipe', 4 => 'stolen', 8 => 'trap');

sub verdict {
	my ($v) = @_;
	my $kind = $v >> 28 & 0xf;
	return 'jump:' . ($v & 0x0fffffff) if $kind == 1;
	return 'goto:' . ($v & 0x0fffffff) if $kind == 2;
	return $verdicts{$v} // $v;
}

# Rate and burst are in units of the kernel's clock: they come back as given.
sub police {
	my %at = map { @$_ } @_;
	my ($index, $action, undef, $burst, $mtu) = unpack 'L l L3', $at{1};
	my $rate = unpack 'x28 L', $at{1};
	my $text = 'police ' . verdict($action) . " mtu=$mtu";
	$text .= " rate=$rate burst=$burst" if $rate;
	$text .= ' pps=' . unpack('Q', $at{10}) . ' packets=' .
		unpack('Q', $at{11}) if $at{10};
	$text .= ' conform=' . verdict(unpack 'l', $at{5}) if $at{5};
	return $text;
}

# Words of a header: where, which bits are kept, what is put in.
sub pedit {
	my %at = map { @$_ } @_;
	my ($action, $n) = unpack 'x8 l x8 C', $at{4};
	my @ex = map { { map { $_->[0] => unpack 'S', $_->[1] }
		attributes($_->[1]) } } attributes($at{5});
	my @keys;
	for my $i (0 .. $n - 1) {
		my ($mask, $value, $off) = unpack 'a4 a4 L', substr $at{4},
			24 + 24 * $i, 12;
		push @keys, sprintf '%s%d+%d=%s/%s', $ex[$i]{2} ? 'add' : '',
			$ex[$i]{1}, $off, unpack('H*', $value),
			unpack('H*', $mask);
	}
	return join ' ', 'pedit', verdict($action), @keys;
}

sub action {
	my ($bytes) = @_;
	my %at = map { @$_ } attributes($bytes);
	my $kind = unpack 'Z*', $at{1};
	my $row = $actions{$kind} or return ($kind, $at{6});
	my @options = attributes($at{2});
	return ($row->{show}->(@options), $at{6}) if $row->{show};
	my %option = map { @$_ } @options;
	my $parms = $option{$row->{parms}};
	my @text = ($kind, verdict(unpack 'x8 l', $parms));
	my @values = unpack 'x20 L*', $parms;
	for (@{$row->{fields} // []}) {
		my $value = shift @values;
		push @text, "$_=" . ($_ eq 'dev' ? $dev{$value} : $value);
	}
	for (sort { $a->[0] <=> $b->[0] } @options) {
		my $name = $row->{attrs}{$_->[0]} or next;
		push @text, "$name=" . unpack 'H*', $_->[1];
	}
	return (join(' ', @text), $at{6});
}

sub filter {
	my ($body) = @_;
	my (undef, $index, $handle, $parent, $info) = unpack 'L l L L L', $body;
	my %at = map { @$_ } attributes(substr $body, 20);
	return unless $at{2} && unpack('Z*', $at{1}) eq 'flower' && $handle;
	my (@keys, @actions, $cookie);
	for (attributes($at{2})) {
		my $name = $flower[$_->[0]] // "attr$_->[0]";
		push @keys, "$name=" . unpack 'H*', $_->[1]
			unless $passing{$name};
		next unless $name eq 'act';
		for (attributes($_->[1])) {
			my ($text, $mark) = action($_->[1]);
			push @actions, $text;
			$cookie = $mark if defined $mark;
		}
	}
	print join("\t", $dev{$index}, $parent == 0xfffffff3 ? 'egress' :
		'ingress', $at{11} ? unpack('L', $at{11}) : 0, $info >> 16,
		$handle, unpack('H*', $cookie // '') || '-',
		sprintf('%04x', unpack 'n', pack 'S', $info & 0xffff),
		join(' ', sort @keys), @actions), "\n";
}

sub dump_filters {
	my ($s, $index, $parent) = @_;
	my $message = pack 'L S S L L  L l L L L', 36, RTM_GETTFILTER,
		REQUEST_DUMP, 1, 0, 0, $index, 0, $parent, 0;
	send $s, $message, 0 or die "send: $!\n";
	while (sysread $s, my $bytes, 1 << 20) {
		while (length $bytes >= 16) {
			my ($len, $type) = unpack 'L S', $bytes;
			return if $type == DONE || $type == ERROR;
			filter(substr $bytes, 16, $len - 16);
			$bytes = substr $bytes, $len;
		}
	}
}

for (split /\n/, `tc qdisc show`) {
	$clsact{$1} = 1 if /^qdisc clsact .* dev (\S+)/;
}
socket my $s, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE or die "socket: $!\n";
bind $s, pack 'S S L L', AF_NETLINK, 0, 0, 0 or die "bind: $!\n";
for (glob '/sys/class/net/*/ifindex') {
	open my $in, '<', $_ or next;
	my $index = <$in> + 0;
	($dev{$index}) = m{net/([^/]+)/};
}
for my $index (sort { $a <=> $b } keys %dev) {
	dump_filters($s, $index, 0xfffffff2);
	dump_filters($s, $index, 0xfffffff3) if $clsact{$dev{$index}};
}

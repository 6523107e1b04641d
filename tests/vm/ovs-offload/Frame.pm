# SPDX-License-Identifier: GPL-2.0-or-later
# Frames from words: "vlan vid=5 / ip dst=10.0.0.2 / tcp dport=80". A layer is
# a row; what is not said has a value that a host would send, but for the
# checksums of fragments, of SCTP and around tunnels. It takes nothing apart.
package Frame;
use strict;
use warnings;
use Socket qw(AF_INET6 inet_aton inet_pton);

sub mac { pack 'C6', map { hex } split /:/, shift }
sub number { my $n = shift; $n =~ /^0x/ ? hex $n : $n }

sub sum16 {
	my $sum = unpack '%32n*', shift() . "\0";
	$sum = ($sum & 0xffff) + ($sum >> 16) while $sum >> 16;
	return ~$sum & 0xffff;
}

sub eth {
	my ($f, $in) = @_;
	my $type = $f->{type} ? number($f->{type}) : $in->{type} // 0x88b5;
	my $bytes = mac($f->{dst} // '02:00:00:00:00:02') .
		mac($f->{src} // '02:00:00:00:00:01') .
		pack('n', $type) . $in->{bytes};
	my $pad = ($f->{pad} // 0) - length $bytes;
	return $pad > 0 ? $bytes . "\xee" x $pad : $bytes;
}

sub vlan {
	my ($f, $in) = @_;
	return pack 'nn a*', number($f->{vid} // 0) | ($f->{dei} // 0) << 12 |
		($f->{pcp} // 0) << 13,
		$in->{type} // 0x88b5, $in->{bytes};
}

sub mpls {
	my ($f, $in) = @_;
	my $last = $in->{name} ne 'mpls';
	return pack 'N a*', $f->{label} << 12 | ($f->{tc} // 0) << 9 |
		$last << 8 | ($f->{ttl} // 64), $in->{bytes};
}

# Where the checksum is that takes in the addresses.
my %sum_at = (tcp => 16, udp => 6, icmp6 => 2);

# The datagram's payload with its checksum; around a tunnel there is none.
sub summed {
	my ($addresses, $in) = @_;
	my ($bytes, $before) = ($in->{bytes}, 0);
	($in, $before) = ($in->{in}, $before + 8) while $in->{name} eq 'hop';
	my $at = $sum_at{$in->{name}} or return $bytes;
	return $bytes if $in->{in}{name} =~ /^(?:vxlan|geneve)$/ ||
		exists $in->{fields}{sum};
	substr $bytes, $before + $at, 2, pack 'n', sum16($addresses .
		pack('Nn', length $in->{bytes}, $in->{proto}) .
		$in->{bytes}) || 0xffff;
	return $bytes;
}

my %fragment = (first => 0x2000, later => 0x0010);

sub ip {
	my ($f, $in) = @_;
	my $options = pack 'H*', $f->{options} // '';
	my $size = 20 + length $options;
	my @head = (0x40 | $size / 4, number($f->{tos} // 0),
		$f->{len} // $size + length $in->{bytes}, 1,
		$fragment{$f->{frag} // ''} // 0, $f->{ttl} // 64,
		$f->{proto} // $in->{proto} // 253, 0,
		inet_aton($f->{src} // '10.0.0.1'),
		inet_aton($f->{dst} // '10.0.0.2'));
	$head[7] = sum16(pack('CCnnnCCna4a4', @head) . $options);
	return pack 'CCnnnCCna4a4 a* a*', @head, $options, $f->{frag} ?
		$in->{bytes} : summed($head[8] . $head[9], $in);
}

sub ip6 {
	my ($f, $in) = @_;
	my ($src, $dst) = map { inet_pton(AF_INET6, $_) }
		$f->{src} // 'fd00::1', $f->{dst} // 'fd00::2';
	return pack 'NnCC a16 a16 a*', 6 << 28 | number($f->{tclass} // 0) << 20 |
		number($f->{label} // 0), length $in->{bytes},
		$f->{proto} // $in->{proto} // 59, $f->{hlim} // 64,
		$src, $dst, summed($src . $dst, $in);
}

# The fragment header; at=8 is one that is not the first.
sub frag6 {
	my ($f, $in) = @_;
	return pack 'CCnN a*', $in->{proto} // 59, 0, ($f->{at} // 0) | 1, 7,
		$in->{bytes};
}

sub hop {
	my ($f, $in) = @_;
	return pack 'CC CC N a*', $in->{proto} // 59, 0, 1, 4, 0, $in->{bytes};
}

sub tcp {
	my ($f, $in) = @_;
	return pack 'nnNNnnnn a*', $f->{sport} // 4000, $f->{dport} // 80,
		$f->{seq} // 1, $f->{ack} // 0,
		0x5000 | number($f->{flags} // 2), 512, 0, 0, $in->{bytes};
}

sub udp {
	my ($f, $in) = @_;
	return pack 'nnnn a*', $f->{sport} // 5000, $f->{dport} // 53,
		$f->{len} // 8 + length $in->{bytes},
		number($f->{sum} // 0), $in->{bytes};
}

sub sctp {
	my ($f, $in) = @_;
	return pack 'nnNN a*', $f->{sport} // 6000, $f->{dport} // 38412, 1, 0,
		$in->{bytes};
}

sub icmp {
	my ($f, $in) = @_;
	my $bytes = pack 'CCnnn a*', $f->{type} // 8, $f->{code} // 0, 0,
		$f->{id} // 1, 1, $in->{bytes};
	substr $bytes, 2, 2, pack 'n', sum16($bytes);
	return $bytes;
}

sub icmp6 {
	my ($f, $in) = @_;
	return pack 'CCnnn a*', $f->{type} // 128, $f->{code} // 0, 0,
		$f->{id} // 0, 1, $in->{bytes};
}

# Neighbour discovery: the target, and one option.
sub nd {
	my ($f, $in) = @_;
	return pack 'a16 CC a6', inet_pton(AF_INET6, $f->{target}),
		$f->{opt} // 1, 1, mac($f->{ll} // '02:00:00:00:00:01');
}

sub arp {
	my ($f, $in) = @_;
	return pack 'nnCCn a6a4 a6a4 a*', 1, 0x0800, 6, 4, $f->{op} // 1,
		mac($f->{sha} // '02:00:00:00:00:01'),
		inet_aton($f->{spa} // '10.0.0.1'),
		mac($f->{tha} // '00:00:00:00:00:00'),
		inet_aton($f->{tpa} // '10.0.0.2'), $in->{bytes};
}

sub vxlan {
	my ($f, $in) = @_;
	my $gbp = $f->{gbp} ? 0x8000 : 0;
	return pack 'nnN a*', 0x0800 | $gbp, $f->{gbp} // 0,
		($f->{vni} // 0) << 8, $in->{bytes};
}

# opts=CLASS.TYPE.DATA, in hex, several with a comma between them.
sub geneve {
	my ($f, $in) = @_;
	my $options = '';
	for (split /,/, $f->{opts} // '') {
		my ($class, $type, $data) = map { pack 'H*', $_ } split /\./;
		$options .= $class . $type . chr(length($data) / 4) . $data;
	}
	return pack 'CCnN a*a*', length($options) / 4, 0, 0x6558,
		($f->{vni} // 0) << 8, $options, $in->{bytes};
}

sub gre {
	my ($f, $in) = @_;
	my $type = $in->{name} eq 'eth' ? 0x6558 : $in->{type} // 0x88b5;
	return pack 'nn a*', 0, $type, $in->{bytes} unless exists $f->{key};
	return pack 'nnN a*', 0x2000, $type, $f->{key}, $in->{bytes};
}

sub pppoe {
	my ($f, $in) = @_;
	return pack 'nnnn a*', 0x1100, $f->{sid} // 1, 2 + length $in->{bytes},
		number($f->{proto} // 0x21), $in->{bytes};
}

# Version 3, right above IP.
sub l2tp { my ($f, $in) = @_; return pack 'N a*', $f->{sid} // 1, $in->{bytes} }

sub data {
	my ($f, $in) = @_;
	return ($f->{text} // '') . 'x' x ($f->{len} // 26) . $in->{bytes};
}

sub igmp { my ($f, $in) = @_; return pack 'CCn a4', hex($f->{type} // '16'),
	0, 0, inet_aton($f->{group} // '239.1.1.1') }

# What the layer around it calls it: an EtherType or an IP protocol.
my %layers = (
	eth => { build => \&eth },
	vlan => { build => \&vlan, type => 0x8100 },
	svlan => { build => \&vlan, type => 0x88a8 },
	mpls => { build => \&mpls, type => 0x8847 },
	mplsm => { build => \&mpls, type => 0x8848 },
	ip => { build => \&ip, type => 0x0800, proto => 4 },
	ip6 => { build => \&ip6, type => 0x86dd, proto => 41 },
	arp => { build => \&arp, type => 0x0806 },
	rarp => { build => \&arp, type => 0x8035 },
	frag6 => { build => \&frag6, proto => 44 },
	hop => { build => \&hop, proto => 0 },
	tcp => { build => \&tcp, proto => 6 },
	udp => { build => \&udp, proto => 17 },
	sctp => { build => \&sctp, proto => 132 },
	icmp => { build => \&icmp, proto => 1 },
	icmp6 => { build => \&icmp6, proto => 58 },
	l2tp => { build => \&l2tp, proto => 115 },
	pppoe => { build => \&pppoe, type => 0x8864 },
	igmp => { build => \&igmp, proto => 2 },
	nd => { build => \&nd },
	vxlan => { build => \&vxlan },
	geneve => { build => \&geneve },
	gre => { build => \&gre, proto => 47 },
	data => { build => \&data },
);

# The bytes of a frame; the outermost layer is Ethernet, said or not.
sub build {
	my @words = split m{\s+/\s+}, shift;
	my $in = { name => '', bytes => '', in => { name => '' } };
	unshift @words, 'eth' unless $words[0] =~ /^eth\b/;
	for (reverse @words) {
		my ($name, @fields) = split;
		my $layer = $layers{$name} or die "no layer '$name'\n";
		my %fields = map { split /=/, $_, 2 } @fields;
		$in = { %$layer, name => $name, in => $in, fields => \%fields,
			bytes => $layer->{build}->(\%fields, $in) };
	}
	return $in->{bytes};
}

1;

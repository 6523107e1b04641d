#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# What software did beside what hardware did, and what the datapath did with
# flows of its own.
#
#	compare.pl CASES DIR ARGUED SUPPORTED...
#
# DIR is as run.pl leaves it, ARGUED the table of the differences that are
# meant, with why, SUPPORTED what the models say that they can do. Prints
# differences as comments of TAP, "kind DIFFERENT RULES FRAMES NAME" for each
# kind, and in the last line the figures.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin, "$FindBin::Bin/../ovs-offload";
use Cases;
use Table;

my ($cases_file, $dir, $argued_file, @supported) = @ARGV;
my (%kinds, @kinds);
my %figures = map { $_ => 0 }
	qw(rules missing frames out different flows_frames misled unused idle);

my @argued = Table::argued($argued_file);

# Lines by the number of their case, without it.
sub by_case {
	my @columns;
	for (Table::lines(shift)) {
		my ($number, @rest) = split /\t/, $_, -1;
		push @{$columns[$number]}, \@rest;
	}
	return \@columns;
}

sub complain {
	my ($case, $what) = @_;
	my ($rule, @others) = @{$case->{rules}};
	print "# $case->{kind}: $rule",
		@others ? '; and ' . @others . ' more' : '', "\n",
		map { "#   $_\n" } split /\n/, $what;
}

# False if it is argued for.
sub differs {
	my ($case, $what) = @_;
	my $text = join('; ', @{$case->{rules}}) . ": $what";
	return 0 if Table::argument($text, @argued);
	complain($case, $what);
	return 1;
}

sub compare_frames {
	my ($case, $soft, $hard) = @_;
	my $n = 0;
	for my $i (0 .. $#$soft) {
		my ($words, $s) = @{$soft->[$i]};
		my $h = $hard->[$i][1];
		$n += differs($case, "$words\nsoftware: $s\nhardware: $h")
			if $s ne $h;
		$figures{out}++ if $s =~ /^(?!host:|wirehost:)./;
	}
	return $n;
}

# What the host gets, the datapath would hand to a daemon that is not there.
sub compare_flows {
	my ($case, $soft, $by_datapath) = @_;
	for my $i (0 .. $#$by_datapath) {
		my ($words, $d) = @{$by_datapath->[$i]};
		my $s = $soft->[$i][1] =~ s/ ?\bhost:\w+//gr;
		$figures{flows_frames}++;
		$figures{misled} += differs($case,
			"$words\nsoftware: $s\ndatapath: $d") if $s ne $d;
	}
}

# How often the rules of a place were hit; of tc the first column is the state.
sub hits {
	my ($of_tc, $rows) = @_;
	my %hits;
	for (@$rows) {
		my ($what, $dev, $chain, $prio, $n) = @$_;
		$hits{"$dev chain $chain prio $prio"} += $n
			if $of_tc xor $what =~ /^protocol/;
	}
	return \%hits;
}

sub compare_hits {
	my ($case, $soft, $hard) = @_;
	my ($s, $h) = (hits(1, $soft), hits(0, $hard));
	my ($n, $idle) = (0, 0);
	for (sort keys %$s) {
		my ($by_tc, $by_hw) = ($s->{$_}, $h->{$_} // 0);
		$idle++ unless $by_tc;
		$n += differs($case, "$_: $by_tc times in software, " .
			"$by_hw times in hardware") if $by_tc != $by_hw;
	}
	$n += differs($case, "not hit: $idle") if $idle != $case->{never};
	return $n;
}

# Rules that are not where they were to be. One of a tunnel that leads nowhere
# each model takes.
sub count_missing {
	my ($case, $soft, $hard) = @_;
	my $wanted = @{$case->{rules}};
	my $in_sw = grep { $_->[0] eq 'sw' } @$soft;
	my $in_hw = grep { $_->[0] eq 'in_hw' } @$hard;
	my $in_table = grep { $_->[0] =~ /^protocol/ } @$hard;
	return 0 if $in_sw == $wanted && @$soft == $wanted &&
		$in_hw == $wanted && $in_table >= $wanted;
	complain($case, "$in_sw of " . @$soft . " in software, $in_hw in " .
		"hardware, $in_table in its table");
	return 1;
}

# What the model's table calls what it supports.
my %words = (
	'key enc_ip' => qr/ enc_t(os|tl) /, 'key enc_keyid' => qr/ enc_key_id /,
	'key enc_ipv4' => qr/ enc_src_ip [\d.]+[ \/]/,
	'key enc_ipv6' => qr/ enc_src_ip [\da-f]*:/,
	'key enc_ports' => qr/ enc_dst_port /, 'key eth' => qr/ (src|dst)_mac /,
	'key ipv4' => qr/ (src|dst)_ip [\d.]+[ \/]/,
	'key ipv6' => qr/ (src|dst)_ip [\da-f]*:/,
	'key ports' => qr/ (src|dst)_port /, 'key tcp' => qr/ tcp_flags /,
	'key ip' => qr/ ip_t(os|tl) /, 'key icmp' => qr/ type .* code /,
	'key arp' => qr/ arp_sha /, 'key l2tpv3' => qr/ l2tpv3_sid /,
);

sub count_idle {
	my $table = join "\n", map { map { "$_->[0] " } @$_ } grep { $_ } @_;
	my $n = 0;
	for my $what (map { Table::lines($_) } @supported) {
		my $word = $words{$what} // ' ' . $what =~ s/^\w+ //r . '[ :]';
		next if $table =~ $word;
		print "# in no rule: $what\n";
		$n++;
	}
	return $n;
}

my ($soft, $hard, $flows) = map { {
	frames => by_case("$dir/$_.frames"), rules => by_case("$dir/$_.rules"),
} } qw(software hardware datapath);
for my $case (Cases::read($cases_file)) {
	my ($i, $name) = ($case->{number}, $case->{kind});
	push @kinds, $name unless $kinds{$name};
	my $kind = $kinds{$name} //= { different => 0, rules => 0, frames => 0 };
	$kind->{rules} += @{$case->{rules}};
	$kind->{frames} += @{$case->{frames}};
	$figures{missing} +=
		count_missing($case, map { $_->{rules}[$i] } $soft, $hard);
	$kind->{different} +=
		compare_hits($case, map { $_->{rules}[$i] } $soft, $hard) +
		compare_frames($case, map { $_->{frames}[$i] } $soft, $hard);
	compare_flows($case, map { $_->{frames}[$i] } $soft, $flows)
		if $flows->{frames}[$i];
}
for my $name (@kinds) {
	my $kind = $kinds{$name};
	print "kind $kind->{different} $kind->{rules} $kind->{frames} $name\n";
	$figures{$_} += $kind->{$_} for keys %$kind;
}
$figures{idle} = count_idle(@{$hard->{rules}});
$figures{unused} = Table::unused(@argued);
print join(' ', map { "$_=$figures{$_}" } sort keys %figures), "\n";

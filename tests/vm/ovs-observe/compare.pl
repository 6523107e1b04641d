#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# What swoffd says of the flows of an OVS that offloads, beside the truth.
#
#	compare.pl DIR
#
# DIR holds `dump` of dpctl/dump-flows -m --names, `filters` as tc -s -j shows
# them, `flows` and `probed` of swctl -j ovs flows, without and with --probe,
# `explained` of swctl -j ovs explain, an object for each ufid in `asked`, flows
# that hardware has not; `supported`, which keys and actions hardware has, and
# `unsupported`, which of them it was told to refuse. Prints what differs as
# comments of TAP, and in the last line the figures.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../ovs-offload";
use JSON::XS;
use Record;
use Table;

use constant SHOWN => 8;

my ($dir) = @ARGV;
my %figures = map { $_ => 0 } qw(flows in_hw tc datapath unknown apart
	miscounted unnamed unrefused unlike);

sub complain {
	my ($figure, @lines) = @_;
	print map { "# $figure: $_\n" } @lines if $figures{$figure}++ < SHOWN;
}

sub slurp { return join "\n", Table::lines("$dir/$_[0]") }

# Documents of JSON, one after another.
sub documents {
	my ($parser, @all) = (JSON::XS->new);
	$parser->incr_parse(slurp(shift));
	while (my $o = $parser->incr_parse) { push @all, $o }
	return @all;
}

sub most {
	my ($name, @actions) = @_;
	my ($most) = sort { $b <=> $a } map { $_->{stats}{$name} // 0 } @actions;
	return $most // 0;
}

# By ufid: what OVS has in tc, and whether hardware has it.
sub filters {
	my %of;
	for my $f (map { @$_ } documents('filters')) {
		my $o = $f->{options} // {};
		my ($cookie) = grep { defined } map { $_->{cookie} }
			@{$o->{actions} // []} or next;
		$of{Record::ufid_of_cookie($cookie)} = {
			where => $o->{in_hw} ? 'in_hw' : 'tc', by => 'ovs',
			packets => most('packets', @{$o->{actions}}),
			hw_packets => most('hw_packets', @{$o->{actions}}),
		};
	}
	return %of;
}

# What OVS says, and where tc says something else it is another flow.
sub truth {
	my %filters = filters();
	my %truth;
	for (Table::lines("$dir/dump")) {
		my ($ufid, $packets) = /ufid:([^,]+).*? packets:(\d+)/ or next;
		my $in_tc = / dp:tc[, ]/;
		my $t = $filters{$ufid} // { where => 'datapath', by => '',
			packets => $packets, hw_packets => 0 };
		complain('apart', "OVS and tc: $_")
			if $in_tc != ($t->{where} ne 'datapath') ||
			/ offloaded:yes[, ]/ != ($t->{where} eq 'in_hw');
		$truth{$ufid} = $t;
	}
	return %truth;
}

sub words { return map { lc } grep { length > 1 } split /[^A-Za-z0-9.]+/, shift }

# Does it name a key or an action of the flow, or its port?
sub names {
	my ($reason, $flow) = @_;
	my %in = map { $_ => 1 } words($flow->{flow}), words($flow->{dev});
	return grep { $in{$_} } words($reason->{subject});
}

sub of_driver {
	my ($reason) = @_;
	return $reason->{extack} =~ /^netdevsim: /;
}

my %has = map { $_ => 1 } Table::lines("$dir/supported");
delete @has{"key $_", "action $_"}
	for map { split } Table::lines("$dir/unsupported");

# Does hardware not have what the driver says that it does not support?
sub is_refusal {
	my ($reason) = @_;
	my ($what) = $reason->{extack} =~ /((?:key|action) '\w+') is not/
		or return 1;
	return !$has{$what =~ tr/'//dr};
}

sub look_at_reasons {
	my ($flow) = @_;
	my @reasons = @{$flow->{reasons}};
	complain('unnamed', "$flow->{where} @{[ map { $_->{code} } @reasons ]}: " .
		$flow->{flow}) unless @reasons and
		!grep { !of_driver($_) && !names($_, $flow) } @reasons;
	complain('unrefused', "$_->{extack}: $flow->{flow}")
		for grep { !is_refusal($_) } @reasons;
}

sub look_at {
	my ($flow, $t) = @_;
	complain('apart', "$flow->{where} by " . ($flow->{by} // '') .
		", not $t->{where} by $t->{by}: $flow->{flow}")
		if $flow->{where} ne $t->{where} ||
		($flow->{by} // '') ne $t->{by};
	for ('packets', 'hw_packets') {
		complain('miscounted', "$_ $flow->{stats}{$_}, not $t->{$_}, " .
			"$t->{where}: $flow->{flow}")
			if $flow->{stats}{$_} != $t->{$_};
	}
	$figures{flows}++;
	$figures{$t->{where}}++;
}

sub by_ufid { return map { $_->{ufid} => $_ } map { @$_ } documents(shift) }

# A reason by its kind and its words.
sub told { return map { "$_->{code} $_->{subject} $_->{extack}" } @_ }

# A flow alone is told as it is among all of them. What its place is known by
# (a chain that nothing leads to, a policy) goes before what a trial says, which
# has neither; and of what OVS leaves out a trial knows no reason.
sub is_like {
	my ($probed, $explained) = @_;
	my $flow = $explained->{flow};
	my $first = $probed->{reasons}[0];
	my @all = told(@{$probed->{reasons}});
	my %told = map { $_ => 1 } @all;
	my @alone = told(@{$explained->{reasons}});
	return 0 if $flow->{where} ne $probed->{where};
	return $explained->{verdict} eq 'offloadable'
		if $first->{code} eq 'left-out-by-ovs';
	return "@all" eq join ' ', told(@{$flow->{reasons}})
		if $first->{stage} eq 'policy';
	return @alone && !grep { !$told{$_} } @alone;
}

sub look_at_explained {
	my ($probed, $explained) = @_;
	complain('unlike', join ', ', told(@{$explained->{reasons}}), 'not',
		told(@{$probed->{reasons}}), $probed->{flow})
		unless is_like($probed, $explained);
}

my (%truth, %flows, %probed);
%truth = truth();
%flows = by_ufid('flows');
%probed = by_ufid('probed');
complain('unknown', $_)
	for grep { !$flows{$_} || !$probed{$_} || !$truth{$_} }
		keys %{{ %truth, %flows, %probed }};
for (grep { $flows{$_} && $probed{$_} } sort keys %truth) {
	look_at($flows{$_}, $truth{$_});
	look_at_reasons($probed{$_}) if $truth{$_}{where} ne 'in_hw';
}
my @explained = documents('explained');
my @asked = Table::lines("$dir/asked");
complain('unlike', "asked for @asked, and not of all explained")
	if !@asked || "@asked" ne join ' ', map { $_->{flow}{ufid} } @explained;
look_at_explained($probed{$_->{flow}{ufid}}, $_) for @explained;
my %codes;
$codes{"$_->{code} by $_->{stage}"}++
	for map { @{$_->{reasons}} } values %probed;
print "# $codes{$_} reasons $_\n" for sort keys %codes;
print "# ", scalar @asked, " explained\n";
print join(' ', map { "$_=$figures{$_}" } sort keys %figures), "\n";

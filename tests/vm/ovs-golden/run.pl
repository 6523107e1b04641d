#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A random OpenFlow table with the frames for it, and what comes of them.
#
#	run.pl make SEED DIR          writes DIR/rules.1, DIR/frames.1, and .2
#	run.pl send FRAMES OUT HW     sends; adds to OUT what came out: PORT HEX
#
# rules.2 is the same table with some actions changed, and frames.2 are the other
# half of the frames. A line of them is a frame: round, port, hex, words, and the
# rule that it was made for, with tabs between. In one round no two belong to one
# flow, so that each finds what the one before it left, in the same order every
# time. A port of the model remembers eight frames, which is how many a round
# has.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin, map { "$FindBin::Bin/../$_" }
	'ovs-offload', 'golden-rule';
use Connections;
use Frame;
use Ports;
use Random;
use Rules;
use Sync;
use Words;

use constant { RULES => 230, SECOND_RULES => 60, GROUPS => 9,
	CONNECTIONS => 10, ROUND => 8 };

sub opened {
	my ($how, $file) = @_;
	open my $fd, $how, $file or die "$file: $!\n";
	return $fd;
}

# Of some flows there are many frames, of most there are few.
sub count { return Random::one_of(4, 8, 8, 12, 12, 32) }

# The flows of rules: the rule, and its frames in their order.
sub flows_of {
	return map {
		my $rule = $_;
		map { { rule => $rule, frames => [ ($_) x count() ] } }
			@{$rule->{flows}};
	} @_;
}

sub connections {
	my (@rules, @flows);
	for my $i (0 .. GROUPS - 1) {
		my $group = Connections::group($i, $i % 3 == 2 ? 'ip6' : 'ip',
			(qw(none src dst))[int $i / 3]);
		my @of_group = Connections::rules($group);
		push @rules, @of_group;
		push @flows, map { {
			rule => $of_group[0], frames => [
				Connections::frames($group, $_, 4 + count()) ],
		} } map { $i * CONNECTIONS + $_ } 1 .. CONNECTIONS;
	}
	return \@rules, \@flows;
}

# A frame of each of the flows.
sub write_round {
	my ($out, $half, $number, $round, @flows) = @_;
	for (@flows) {
		my $flow = shift @{$_->{frames}};
		my $words = Words::frame($flow, $number++);
		my $rule = $half == 2 && $_->{rule}{later} || $_->{rule}{text};
		print $out join("\t", $round, $flow->{in_port},
			unpack('H*', Frame::build($words)), $words, $rule), "\n";
	}
}

sub write_frames {
	my ($dir, @flows) = @_;
	my @out = map { opened('>', "$dir/frames.$_") } 1, 2;
	my ($all, $number, $round) = (0, 0, 0);
	$all += @{$_->{frames}} for @flows;
	while (@flows) {
		@flows = Random::shuffled(@flows);
		my @some = @flows < ROUND ? @flows : @flows[0 .. ROUND - 1];
		my $half = $number * 2 < $all ? 1 : 2;
		write_round($out[$half - 1], $half, $number, $round++, @some);
		$number += @some;
		@flows = grep { @{$_->{frames}} } @flows;
	}
}

sub write_rules {
	my ($file, @rules) = @_;
	my $out = opened('>', $file);
	print $out "$_\n" for Sync::rule(), @rules;
}

sub make {
	my ($seed, $dir) = @_;
	srand $seed;
	my @rules = ((map { Rules::rule(0, $_) } 1 .. RULES),
		(map { Rules::rule(1, $_) } 1 .. SECOND_RULES),
		(map { Rules::fragments($_) } 1 .. 4),
		(map { Rules::two_tags($_) } 1 .. 6), Rules::ends());
	my ($tracking, $connections) = connections();
	push @rules, @$tracking;
	write_rules("$dir/rules.1", map { $_->{text} } @rules);
	write_rules("$dir/rules.2", map { $_->{later} // $_->{text} } @rules);
	write_frames($dir, flows_of(@rules), @$connections);
}

sub send_all {
	my ($frames, $file, $hw) = @_;
	my ($in, $out) = (opened('<', $frames), opened('>>', $file));
	my $sync = Sync::packet_socket('sync1');
	my $now;
	my $collect = sub {
		Sync::all($sync);
		print $out tr/:/ /r, "\n" for Ports::left();
	};
	Ports::open_all([ $hw ], []);
	while (<$in>) {
		my ($round, $port, $hex) = split /\t/;
		$collect->() if $round != ($now //= $round);
		$now = $round;
		Ports::enter($port, $hex);
	}
	$collect->();
}

my %verbs = (make => \&make, send => \&send_all);
my $verb = $verbs{shift // ''} or die "usage: run.pl make|send ...\n";
$verb->(@ARGV);

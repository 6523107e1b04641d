#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A random OpenFlow table with the frames for it, and what comes of them.
#
#	run.pl make SEED DIR      writes DIR/rules and DIR/frames
#	run.pl send DIR OUT HW    sends these; to OUT what came out: PORT HEX
#
# A line of DIR/frames is a frame: round, port, hex, words, and the rule that it
# was made for, with tabs between. In one round no two belong to one flow, so
# that each finds what the one before it left, in the same order every time. A
# port of the model remembers eight frames, which is how many a round has.
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

sub create {
	open my $out, '>', $_[0] or die "$_[0]: $!\n";
	return $out;
}

# Of some flows there are many frames, of most there are few.
sub count { return Random::one_of(4, 8, 8, 12, 12, 32) }

# The flows of rules: the rule, and its frames in their order.
sub flows_of {
	return map {
		my $rule = $_;
		map { { rule => $rule->{text}, frames => [ ($_) x count() ] } }
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
			rule => $of_group[0]{text}, frames => [
				Connections::frames($group, $_, 4 + count()) ],
		} } map { $i * CONNECTIONS + $_ } 1 .. CONNECTIONS;
	}
	return \@rules, \@flows;
}

sub write_frames {
	my ($out, @flows) = @_;
	my ($number, $round) = (0, 0);
	while (@flows) {
		@flows = Random::shuffled(@flows);
		for (@flows[0 .. (@flows < ROUND ? @flows : ROUND) - 1]) {
			my $flow = shift @{$_->{frames}};
			my $words = Words::frame($flow, ++$number);
			print $out join("\t", $round, $flow->{in_port},
				unpack('H*', Frame::build($words)), $words,
				$_->{rule}), "\n";
		}
		@flows = grep { @{$_->{frames}} } @flows;
		$round++;
	}
}

sub make {
	my ($seed, $dir) = @_;
	srand $seed;
	my @rules = ((map { Rules::rule(0, $_) } 1 .. RULES),
		(map { Rules::rule(1, $_) } 1 .. SECOND_RULES),
		(map { Rules::fragments($_) } 1 .. 4),
		(map { Rules::two_tags($_) } 1 .. 6), Rules::ends());
	my ($tracking, $connections) = connections();
	my $out = create("$dir/rules");
	print $out "$_\n" for Sync::rule(),
		map { $_->{text} } @rules, @$tracking;
	write_frames(create("$dir/frames"), flows_of(@rules), @$connections);
}

sub send_all {
	my ($dir, $file, $hw) = @_;
	my $out = create($file);
	my $sync = Sync::packet_socket('sync1');
	my $now = 0;
	my $collect = sub {
		Sync::all($sync);
		print $out tr/:/ /r, "\n" for Ports::left();
	};
	Ports::open_all([ $hw ], []);
	open my $in, '<', "$dir/frames" or die "$dir/frames: $!\n";
	while (<$in>) {
		my ($round, $port, $hex) = split /\t/;
		$collect->() if $round != $now;
		$now = $round;
		Ports::enter($port, $hex);
	}
	$collect->();
}

my %verbs = (make => \&make, send => \&send_all);
my $verb = $verbs{shift // ''} or die "usage: run.pl make|send ...\n";
$verb->(@ARGV);

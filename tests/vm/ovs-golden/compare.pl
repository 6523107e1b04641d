#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# What came out in one way beside what came out in others.
#
#	compare.pl DIR ARGUED ONE OTHER...
#
# DIR/ONE.out and DIR/OTHER.out are as run.pl writes them, DIR/frames.1 and .2
# say what went in, ARGUED is the table of the differences that are meant, with
# why. What matters is which frames came out of a port, not their order. Prints
# what differs as comments of TAP, and in the last line the figures: of how many
# frames it was something else in OTHER, and how many arguments nobody needed.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin, "$FindBin::Bin/../ovs-offload";
use Table;
use Words;

use constant SHOWN => 8;

my ($dir, $argued_file, $one, @others) = @ARGV;
my @argued = Table::argued($argued_file);

sub sent {
	my %sent;
	for (map { Table::lines("$dir/frames.$_") } 1, 2) {
		my ($round, $port, $hex, $words, $rule) = split /\t/;
		$sent{Words::number($hex)} =
			"$rule: $port $words, in round $round";
	}
	return \%sent;
}

# How often each line is in the file of the way, by number of the frame.
sub ends {
	my $way = shift;
	my %ends;
	for (Table::lines("$dir/$way.out")) {
		my $number = Words::number($_) // die "$way: nobody's: $_\n";
		$ends{$number}{$_}++;
	}
	return \%ends;
}

# Ends of a frame that are in the first more often than in the second.
sub only {
	my ($way, $mine, $others) = @_;
	return map { ("$way: $_") x ($mine->{$_} - ($others->{$_} // 0)) }
		grep { $mine->{$_} > ($others->{$_} // 0) } sort keys %$mine;
}

# How many frames differ and nothing argues for it.
sub compare {
	my ($sent, $other, $ends, $other_ends) = @_;
	my $n = 0;
	for my $number (sort keys %$sent) {
		my ($mine, $others) =
			map { $_->{$number} // {} } $ends, $other_ends;
		my @lines = (only($one, $mine, $others),
			only($other, $others, $mine)) or next;
		my $what = join "\n", $sent->{$number}, @lines;
		next if Table::argument($what, @argued);
		print map { "# $_\n" } split /\n/, $what if $n++ < SHOWN;
	}
	return $n;
}

my ($sent, $ends) = (sent(), ends($one));
my @figures = map { "$_=" . compare($sent, $_, $ends, ends($_)) } @others;
print join(' ', @figures, 'unused=' . Table::unused(@argued)), "\n";

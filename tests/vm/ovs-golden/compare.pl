#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# What came out in one way beside what came out in another.
#
#	compare.pl DIR ONE OTHER ARGUED
#
# DIR/ONE.out and DIR/OTHER.out are as run.pl writes them, DIR/frames says what
# went in, ARGUED is the table of the differences that are meant, with why. What
# matters is which frames came out of a port, not their order. Prints what
# differs as comments of TAP, and in the last line the figures.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin, "$FindBin::Bin/../ovs-offload";
use Table;
use Words;

use constant SHOWN => 8;

my ($dir, $one, $other, $argued_file) = @ARGV;
my %figures = map { $_ => 0 } qw(different argued);

sub sent {
	my %sent;
	for (Table::lines("$dir/frames")) {
		my ($round, $port, $hex, $words, $rule) = split /\t/;
		$sent{Words::number($hex)} = { rule => $rule,
			text => "$rule: $port $words, in round $round" };
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

my ($sent, $ends, $other_ends) = (sent(), ends($one), ends($other));
my @argued = Table::argued($argued_file);
for my $number (sort keys %$sent) {
	my ($mine, $others) = map { $_->{$number} // {} } $ends, $other_ends;
	my @lines = (only($one, $mine, $others), only($other, $others, $mine))
		or next;
	my $what = join "\n", $sent->{$number}{text}, @lines;
	if (Table::argument($what, @argued)) {
		$figures{argued}++;
		next;
	}
	print map { "# $_\n" } split /\n/, $what
		if $figures{different}++ < SHOWN;
}
print join(' ', map { "$_=$figures{$_}" } sort keys %figures), "\n";

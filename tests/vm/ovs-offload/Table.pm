# SPDX-License-Identifier: GPL-2.0-or-later
# What tables of cases and of arguments have in common: lines, shorthand for
# many of them, and rows that argue for a difference.
package Table;
use strict;
use warnings;

sub lines {
	my $file = shift;
	open my $in, '<', $file or die "$file: $!\n";
	chomp(my @lines = <$in>);
	return @lines;
}

# {a,b} or {1..3} anywhere in a text: as many texts, the first takes all the
# first words, and so on. Behind a backslash, comma and braces are themselves.
sub variants {
	my $text = shift;
	my ($n, @parts) = (1);
	for (split /((?<!\\)\{[^{}|;]*(?:,|\.\.)[^{}|;]*\})/, $text) {
		my @words = ($_);
		if (/^\{(\d+)\.\.(\d+)\}$/) {
			@words = $1 .. $2;
		} elsif (/^\{(.*)\}$/) {
			@words = split /(?<!\\),/, $1, -1;
		}
		$n = @words if @words > $n;
		push @parts, \@words;
	}
	return map { s/\\([,{}])/$1/gr } map {
		my $i = $_;
		join '', map { $_->[$i % @$_] } @parts
	} 0 .. $n - 1;
}

# Rows of NAME | PATTERN | WHY, each with how often it was used so far.
sub argued {
	my @rows;
	for (lines(shift)) {
		next if /^\s*(#|$)/;
		my ($name, $pattern, $why) = split /\s+\|\s+/, $_, 3;
		push @rows, { name => $name, pattern => qr/$pattern/,
			why => $why, n => 0 };
	}
	return @rows;
}

# The row that argues for it, used once more.
sub argument {
	my ($what, @rows) = @_;
	my ($row) = grep { $what =~ $_->{pattern} } @rows;
	$row->{n}++ if $row;
	return $row;
}

# Prints them; how many of them nothing was argued with.
sub unused {
	print "# $_->{n} argued, $_->{name}: $_->{why}\n" for @_;
	return scalar grep { !$_->{n} } @_;
}

1;

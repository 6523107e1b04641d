# SPDX-License-Identifier: GPL-2.0-or-later
# The table of cases: rules, and the frames that are sent for each. It knows
# the table's shorthand and nothing of devices but their names.
package Cases;
use strict;
use warnings;
use Table;

# [a,b,c] in a frame: the frame with all the first words, and each that
# differs from it in one.
sub neighbours {
	my @parts = map {
		[ /^\[(.*)\]$/ ? split(/,/, $1, -1) : $_ ]
	} split /(\[[^\[\]]*\])/, shift;
	my @first = map { $_->[0] // '' } @parts;
	my @frames = (join '', @first);
	for my $i (0 .. $#parts) {
		for my $word (@{$parts[$i]}[1 .. $#{$parts[$i]}]) {
			my @other = @first;
			$other[$i] = $word;
			push @frames, join '', @other;
		}
	}
	return @frames;
}

my $device = qr/IN|VX|wire|o\d|vx0|gn0|bond0|b\d/;

# "PROTOCOL KEYS -> ACTION, ACTION": a line of tc. A device alone is the way
# out: a copy goes there, or, with the last, the frame.
sub tc_line {
	my ($words, $actions) = @_;
	my ($dev, $place) = ('IN', '');
	$dev = $1 if $words =~ s/^dev (\S+) //;
	$place .= $1 while $words =~ s/^((?:prio|chain) \S+ )//;
	$words =~ s/^(\S+) ?// or die "no protocol: $words\n";
	my $line = "filter add dev $dev ingress ${place}protocol $1 flower $words";
	my @actions = split /, /, $actions;
	for my $i (0 .. $#actions) {
		my $end = $i == $#actions;
		my $action = $actions[$i];
		if ($action =~ /^$device$/) {
			my $verb = $end ? 'redirect' : 'mirror';
			$action = "mirred egress $verb dev $action";
		}
		$action .= ' pipe' unless $end;
		$line .= " action $action";
	}
	return $line;
}

# "KEYS,actions:ACTIONS": a flow of the datapath.
sub odp_line {
	my $line = shift;
	return $line =~ /in_port/ ? $line : "in_port(IN),$line";
}

sub rule {
	my $text = shift;
	return tc_line($1, $2) if $text =~ /^(.*?)\s+->\s+(.*)$/;
	return odp_line($text) if $text =~ /actions:/;
	die "neither tc nor a datapath flow: $text\n";
}

# What only one case of a round can have: the devices that its rules hang on.
sub devices {
	my %devices;
	for (@_) {
		/\bdev (\S+) ingress/ || /in_port\((.*?)\)/;
		$devices{$1} = 1;
	}
	return sort keys %devices;
}

sub new_case {
	my ($kind, $text) = @_;
	my ($never, @rules, @frames, %case) = (0);
	for (split /\n/, $text) {
		if (/^\s+(.*)/) {
			push @frames, neighbours($1);
		} elsif (/^from (\S+)$/) {
			$case{from} = $1;
		} else {
			$never++ if s/^! //;
			push @rules, rule($_);
		}
	}
	die "no frames: $text" unless @frames;
	return { from => 'IN', %case, kind => $kind, rules => \@rules,
		never => $never, frames => \@frames, devices => [ devices(@rules) ] };
}

# Whether all rules are flows that a datapath could be given. The uplink's is
# the host's here.
sub are_flows {
	my $case = shift;
	return !grep { !/actions:/ || /\bwire\b/ } @{$case->{rules}};
}

# Blocks of lines: rules, and indented the frames. Frames behind `strangers`
# go with the first case of every block.
sub read {
	my $file = shift;
	my ($kind, @cases, @strangers);
	open my $in, '<', $file or die "$file: $!\n";
	local $/ = '';
	while (<$in>) {
		s/^#.*\n?//mg;
		if (s/^kind (.*)\n+//) {
			$kind = $1;
		} elsif (s/^strangers\n//) {
			push @strangers, map { neighbours($_) }
				grep { /\S/ } map { s/^\s+//r } split /\n/;
			next;
		}
		next unless /\S/;
		my ($first, @others) = map { new_case($kind, $_) } Table::variants($_);
		push @{$first->{frames}}, @strangers;
		push @cases, $first, @others;
	}
	$cases[$_]{number} = $_ for 0 .. $#cases;
	return @cases;
}

1;

#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The frames of every case through its rules, and what came out where.
#
#	run.pl CASES DIR WAY,WAY... HW...
#
# A way is one of Ways.pm, HW are the folders of the models. Of each way,
# DIR/WAY.frames gets a line a frame: number of the case, frame, what came out;
# DIR/WAY.rules a line a rule: number of the case, state or words of the table,
# netdev, chain, prio, how often it was hit. Cases that need the same netdev
# come one after the other, all others at once, each on netdevs of its own. The
# status is 1 if a rule was not taken.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin, "$FindBin::Bin/../ovs-offload";
use Cases;
use Frame;
use Ports;
use Ways;

my ($cases_file, $dir, $ways, @hw) = @ARGV;
my %pools = (IN => [ map { "in$_" } 1 .. 60 ], VX => [ map { "vx$_" } 1 .. 6 ]);

# What of the world a case takes for itself. Rules on the uplink would see what
# comes for tunnels.
sub needs {
	my $case = shift;
	my %need = map { $_ => 1 } @{$case->{devices}}, $case->{from};
	my @other;
	if ($case->{from} eq 'wire') {
		my $rules = grep { $_ eq 'wire' } @{$case->{devices}};
		delete $need{wire} unless $rules;
		@other = $rules ? 'tunnels' : 'wire';
		$need{tunnels} = 1 unless $rules;
	}
	return \%need, @other;
}

# Finds netdevs of the round's that are still free.
sub fits {
	my ($taken, $case) = @_;
	my ($need, @other) = needs($case);
	my %names;
	return 0 if grep { $taken->{$_} } @other;
	for my $name (keys %$need) {
		my @free = grep { !$taken->{$_} } @{$pools{$name} // [$name]};
		@free = ($name) if $name eq 'tunnels';
		return 0 unless @free;
		$names{$name} = $free[0];
	}
	$taken->{$_} = 1 for values %names;
	$case->{names} = \%names;
	return 1;
}

sub rounds {
	my (@rounds, @taken);
	for my $case (@_) {
		my $i = 0;
		$i++ until fits($taken[$i] //= {}, $case);
		push @{$rounds[$i]}, $case;
	}
	return @rounds;
}

# The table's words for netdevs of a case by their names in this round.
sub named {
	my ($case, $text) = @_;
	my $names = $case->{names};
	$text =~ s/\b(IN|VX)\b/$names->{$1} || die "no $1: $text\n"/ge;
	$text =~ s/VXPORT/4800 + ($names->{VX} =~ s|vx||r)/ge;
	return $text;
}

sub send_frames {
	my ($case, $out) = @_;
	my $from = named($case, $case->{from});
	my $own = $case->{names}{IN} // '';
	for (@{$case->{frames}}) {
		my $came = Ports::pass($from, Frame::build(named($case, $_)));
		$came =~ s/\b$own:/IN:/g if $own;
		print $out join("\t", $case->{number}, $_, $came), "\n";
	}
}

sub write_hits {
	my ($cases, $hits, $out) = @_;
	my %number;
	for my $case (@$cases) {
		$number{named($case, $_)} = $case->{number}
			for @{$case->{devices}};
	}
	for (@$hits) {
		my $number = $number{$_->[1]} // die "a rule on $_->[1]\n";
		print $out join("\t", $number, @$_), "\n";
	}
}

sub record {
	my ($name, $frames, $rules, @cases) = @_;
	my $way = Ways::way($name);
	$way->{put}->(map {
		my $case = $_;
		map { named($case, $_) } @{$case->{rules}};
	} @cases);
	send_frames($_, $frames) for @cases;
	write_hits(\@cases, [ $way->{hits}->() ], $rules);
	$way->{remove}->();
}

sub create {
	open my $out, '>', $_[0] or die "$_[0]: $!\n";
	return $out;
}

my @ways = split /,/, $ways;
my @cases = Cases::read($cases_file);
@cases = grep { Cases::are_flows($_) } @cases if "@ways" eq 'datapath';
my @rounds = rounds(@cases);
Ports::open_all(\@hw, [ 'host', 'wirehost' ]);
my %out = map { $_ => [ create("$dir/$_.frames"), create("$dir/$_.rules") ] }
	@ways;
for my $round (@rounds) {
	record($_, @{$out{$_}}, @$round) for @ways;
}
Ways::complain(map { "nobody's: $_" } Ports::left());
printf "# %s: %d cases in %d rounds\n", $ways, scalar @cases, scalar @rounds;
exit($Ways::complaints > 0);

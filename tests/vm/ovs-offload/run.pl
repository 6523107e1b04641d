#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The table of cases, as OpenFlow rules or as frames on their way.
#
#	run.pl rules CASES             lines for ovs-ofctl
#	run.pl send CASES INJECT PORT=HOW...
#
# HOW is a number (a port of the hardware model) or a netdev to send on. After
# each frame the datapath is waited for.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Frame;
use Sync;
use Table;

# Rows are KIND | MATCH | ACTIONS | FRAME; FRAME...
sub cases {
	my $file = shift;
	my ($table, %kinds, @cases) = (0);
	open my $in, '<', $file or die "$file: $!\n";
	while (<$in>) {
		next if /^\s*(#|$)/;
		chomp;
		if (/^kind\s+(\S+)\s+(\S+)/) {
			$kinds{$1} = { port => $2, table => ++$table };
			next;
		}
		for (Table::variants($_)) {
			my ($kind, $match, $actions, $frames) =
				map { s/^\s+|\s+$//gr } split /\|/, $_, -1;
			die "$file:$.: four columns\n" unless defined $frames;
			die "$file:$.: kind $kind\n" unless $kinds{$kind};
			push @cases, { kind => $kinds{$kind}, name => $kind,
				match => $match, actions => $actions,
				frames => [ split /\s*;\s*/, $frames ] };
		}
	}
	return \%kinds, \@cases;
}

sub rules {
	my ($kinds, $cases) = cases(shift);
	my %seen;
	print Sync::rule(), "\n";
	for (@$cases) {
		next if $_->{actions} eq '';
		print "table=0,in_port=$_->{kind}{port},actions=" .
			"resubmit(,$_->{kind}{table})\n"
			unless $seen{$_->{name}}++;
		my $match = $_->{match};
		$match = "table=$_->{kind}{table},$match"
			unless $match =~ /^table=/;
		print "$match,actions=$_->{actions}\n";
	}
}

sub send_all {
	my ($file, $inject, @ports) = @_;
	my ($kinds, $cases) = cases($file);
	my %how = map { split /=/ } @ports;
	my %sockets;
	my $sync = Sync::packet_socket('sync1');
	for my $case (@$cases) {
		for (@{$case->{frames}}) {
			my ($port, $words) = ($case->{kind}{port}, $_);
			($port, $words) = ($1, $2) if /^@(\S+)\s+(.*)/;
			my $how = $how{$port} // $port;
			my $frame = Frame::build($words);
			if ($how =~ /^\d+$/) {
				open my $out, '>', $inject or die;
				syswrite $out, "$how 1 " . unpack('H*', $frame)
					. "\n" or die "$port: $words: $!\n";
			} else {
				send $sockets{$how} //=
					Sync::packet_socket($how), $frame, 0 or die "$how: $words: $!\n";
			}
			Sync::all($sync);
		}
	}
}

my %verbs = (rules => \&rules, send => \&send_all);
my $verb = $verbs{shift // ''} or die "usage: run.pl rules|send CASES...\n";
$verb->(@ARGV);

#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The table of cases, as OpenFlow rules or as frames on their way.
#
#	run.pl rules CASES             lines for ovs-ofctl
#	run.pl send CASES INJECT PORT=HOW...
#
# HOW is a number (a port of the hardware model) or a netdev to send on. After
# each frame the datapath is waited for: a frame on sync1 comes back when all
# upcalls before it have been dealt with.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Frame;
use Socket;
use Table;

use constant { AF_PACKET => 17, ETH_P_ALL => 3, SYNCS => 4 };

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

sub packet_socket {
	my $name = shift;
	my $index = do {
		open my $in, '<', "/sys/class/net/$name/ifindex" or
			die "$name: $!\n";
		<$in> + 0;
	};
	socket my $s, AF_PACKET, SOCK_RAW, unpack('S', pack 'n', ETH_P_ALL) or
		die "socket: $!\n";
	bind $s, pack 'S n l x12', AF_PACKET, ETH_P_ALL, $index or
		die "$name: $!\n";
	return $s;
}

$SIG{ALRM} = sub { die "vswitchd does not answer\n" };

# Once around through the slow path of vswitchd.
sub sync {
	my ($s) = @_;
	alarm 20;
	send $s, Frame::build('ip / icmp'), 0 or die "sync: $!\n";
	while (sysread $s, my $frame, 2048) {
		return if substr($frame, 0, 6) eq Frame::mac('07:00:00:00:00:07');
	}
}

sub send_all {
	my ($file, $inject, @ports) = @_;
	my ($kinds, $cases) = cases($file);
	my %how = map { split /=/ } @ports;
	my %sockets;
	my $sync = packet_socket('sync1');
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
				send $sockets{$how} //= packet_socket($how),
					$frame, 0 or die "$how: $words: $!\n";
			}
			sync($sync) for 1 .. SYNCS;
		}
	}
}

my %verbs = (rules => \&rules, send => \&send_all);
my $verb = $verbs{shift // ''} or die "usage: run.pl rules|send CASES...\n";
$verb->(@ARGV);

#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A client of the control socket with bad manners, for e2e tests.
#
# peer.pl SOCKET say           sends stdin, half closes, prints all answers
# peer.pl SOCKET hold          sends stdin, does not close, prints all answers
# peer.pl SOCKET flood SIZE N  N lines of SIZE bytes of garbage, answers counted
# peer.pl SOCKET blob SIZE     SIZE bytes without a newline
# peer.pl SOCKET deaf          requests without end, reads nothing until stdin
#                              ends; says "full" when no more is taken
# peer.pl SOCKET crowd N       N clients at once, each asks; counts answers
use strict;
use warnings;
use IO::Select;
use IO::Socket::UNIX;

my ($path, $mode, @args) = @ARGV;
$SIG{PIPE} = 'IGNORE';
$| = 1;

sub dial {
	return IO::Socket::UNIX->new(Type => SOCK_STREAM, Peer => $path)
		|| die "$path: $!\n";
}

sub all_of {
	my ($s) = @_;
	my $text = '';
	1 while sysread($s, $text, 65536, length $text);
	return $text;
}

# Writes it all, reading answers meanwhile; undef if the other end closes.
sub push_text {
	my ($s, $text, $answers) = @_;
	my $at = 0;
	my $both = IO::Select->new($s);
	$s->blocking(0);
	while ($at < length $text) {
		my ($r, $w) = IO::Select->select($both, $both, undef, 10);
		return undef unless defined $r;
		if (@$r) {
			my $n = sysread $s, my $chunk, 65536;
			return undef if defined $n && $n == 0;
			$$answers += ($chunk =~ tr/\n//) if $n;
		}
		if (@$w) {
			my $n = syswrite $s, $text, length($text) - $at, $at;
			return undef if !defined $n && !$!{EAGAIN};
			$at += $n if $n;
		}
	}
	return $at;
}

my $request = qq({"jsonrpc":"2.0","id":1,"method":"rpc.methods"}\n);

if ($mode eq 'say' || $mode eq 'hold') {
	my $s = dial();
	local $/;
	syswrite $s, scalar <STDIN>;
	shutdown $s, 1 if $mode eq 'say';
	print all_of($s);
} elsif ($mode eq 'flood') {
	my ($size, $n) = @args;
	my $s = dial();
	my $line = ('x' x ($size - 1)) . "\n";
	my ($sent, $answers) = (0, 0);
	while ($sent < $n && push_text($s, $line, \$answers)) {
		$sent++;
	}
	$s->blocking(1);
	shutdown $s, 1;
	$answers += (all_of($s) =~ tr/\n//);
	print "sent $sent answers $answers\n";
} elsif ($mode eq 'blob') {
	my $s = dial();
	my $block = 'x' x 65536;
	my ($sent, $answers) = (0, 0);
	while ($sent < $args[0]) {
		last unless push_text($s, $block, \$answers);
		$sent += length $block;
	}
	print $sent < $args[0] ? "closed\n" : "taken\n";
} elsif ($mode eq 'deaf') {
	my $s = dial();
	$s->blocking(0);
	my $idle = 0;
	while ($idle < 20) {
		my $n = syswrite $s, $request;
		last if !defined $n && !$!{EAGAIN};
		$idle = $n ? 0 : $idle + 1;
		select undef, $n ? undef : do {
			my $v = ''; vec($v, fileno $s, 1) = 1; $v
		}, undef, $n ? 0 : 0.05;
	}
	print "full\n";
	<STDIN>;
} elsif ($mode eq 'crowd') {
	my @s = map { dial() } 1 .. $args[0];
	syswrite $_, $request for @s;
	my $ok = 0;
	for my $s (@s) {
		my $line = <$s>;
		$ok++ if defined $line && $line =~ /"result"/;
	}
	print "$ok\n";
} else {
	die "peer.pl: $mode?\n";
}

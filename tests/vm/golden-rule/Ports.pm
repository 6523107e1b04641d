# SPDX-License-Identifier: GPL-2.0-or-later
# Both ends of the world: frames go in at a port of a model, and come out at
# others or with the host. It does not know what rules are.
package Ports;
use strict;
use warnings;
use Fcntl;
use Frame;

use constant { TUNSETIFF => 0x400454ca, IFF_TAP_NO_PI => 0x1002 };

my (@models, %ports, %taps);

sub slurp {
	open my $in, '<', $_[0] or die "$_[0]: $!\n";
	local $/;
	return scalar <$in>;
}

sub open_file {
	my ($file, $how) = @_;
	sysopen my $fd, $file, $how or die "$file: $!\n";
	return $fd;
}

# A port of the host's bridge. It works once the bridge lets frames through.
sub open_tap {
	my $name = shift;
	my $tap = open_file('/dev/net/tun', O_RDWR | O_NONBLOCK);
	ioctl $tap, TUNSETIFF, my $request = pack 'a16 S x22', $name,
		IFF_TAP_NO_PI or die "$name: $!\n";
	select undef, undef, undef, 0.01 until
		slurp("/sys/class/net/$name/brport/state") == 3;
	return $tap;
}

# What the ports of a model let out since it was last asked.
sub delivered {
	my $model = shift;
	my ($text, $n) = ('');
	sysseek $model->{delivered}, 0, 0;
	do {
		$n = sysread $model->{delivered}, $text, 65536, length $text;
	} while $n;
	syswrite $model->{delivered}, "\n";
	return split /\n/, $text;
}

# The folders of the models, and the names of taps.
sub open_all {
	my ($hw, $names) = @_;
	@models = map { {
		inject => open_file("$_/inject", O_WRONLY),
		delivered => open_file("$_/delivered", O_RDWR),
		table => "$_/table",
	} } @$hw;
	for my $model (@models) {
		for (delivered($model)) {
			my ($index, $name) = split;
			$ports{$name} = { index => $index, model => $model };
		}
	}
	%taps = map { $_ => open_tap($_) } @$names;
}

# The rules that the models hold.
sub table { return map { split /\n/, slurp($_->{table}) } @models }

# The number of an outer datagram is the host's own count. The checksum over it
# is looked at here.
sub without_number {
	my $hex = shift;
	return $hex unless $hex =~ /^.{24}0800(45.{22}c0a80001.{8})/;
	return "$hex(checksum)" if Frame::sum16(pack 'H*', $1);
	substr $hex, 36, 4, '....';
	substr $hex, 48, 4, '....';
	return $hex;
}

sub out_of_model {
	my (%left, @came);
	for (delivered(shift)) {
		my ($index, $name, $what, $value) = split;
		if ($what eq 'frame') {
			push @came, "$name:" . without_number($value);
			$left{$name}--;
		} else {
			$left{$name} = $value;
		}
	}
	$left{$_} and die "more frames at $_ than it remembers\n"
		for keys %left;
	return @came;
}

sub out_of_taps {
	my @came;
	for my $name (sort keys %taps) {
		while (sysread $taps{$name}, my $frame, 10000) {
			push @came, "$name:" . unpack 'H*', $frame;
		}
	}
	return @came;
}

# One frame in, in hex; the port.
sub enter {
	my ($from, $hex) = @_;
	my $port = $ports{$from} // die "no port $from\n";
	syswrite $port->{model}{inject}, "$port->{index} 1 $hex\n" or
		die "$from: $!\n";
	return $port;
}

# One frame in; all that came of it as "PLACE:HEX PLACE:HEX", by place, and of
# one place in its order. What came out of another model is found when that one
# is asked the next time.
sub pass {
	my ($from, $frame) = @_;
	my $port = enter($from, unpack 'H*', $frame);
	return join ' ', out_of_model($port->{model}), out_of_taps();
}

# What came out and no frame accounts for.
sub left { return map { out_of_model($_) } @models }

1;

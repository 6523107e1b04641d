# SPDX-License-Identifier: GPL-2.0-or-later
# Sockets for whole frames, and the wait for a datapath: a frame on sync1 comes
# back when all upcalls before it have been dealt with.
package Sync;
use strict;
use warnings;
use Frame;
use Socket;

use constant { AF_PACKET => 17, ETH_P_ALL => 3, ROUNDS => 4 };

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

# The OpenFlow rule that sends it back. To set an ICMP type is not for the
# datapath, so each of these frames goes up to vswitchd.
sub rule {
	return 'priority=65535,in_port=sync0,icmp,actions=' .
		'set_field:13->icmp_type,mod_dl_dst:07:00:00:00:00:07,in_port';
}

# Once around through the slow path of vswitchd.
sub around {
	my $s = shift;
	alarm 20;
	send $s, Frame::build('ip / icmp'), 0 or die "sync: $!\n";
	while (sysread $s, my $frame, 2048) {
		return if substr($frame, 0, 6) eq Frame::mac('07:00:00:00:00:07');
	}
}

# An upcall may lead to a recirculation, and that to the next upcall.
sub all { around($_[0]) for 1 .. ROUNDS }

$SIG{ALRM} = sub { die "vswitchd does not answer\n" };

1;

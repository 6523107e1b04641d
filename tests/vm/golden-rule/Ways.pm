# SPDX-License-Identifier: GPL-2.0-or-later
# The ways in which rules can be run: by tc, by hardware, both put there by
# swoffd, or, of flows, by the datapath that they are of.
package Ways;
use strict;
use warnings;
use Ports;

my $file = '/tmp/rules';
our $complaints = 0;	# lines that were said of rules

# A line for each line that the command prints.
sub run {
	my @said = `$_[0]`;
	chomp @said;
	return @said;
}

sub write_rules {
	open my $out, '>', $file or die "$file: $!\n";
	print $out "$_\n" for @_;
	close $out or die "$file: $!\n";
}

sub complain {
	print "# $_\n" for @_;
	$complaints += @_;
}

sub load {
	my $policy = shift;
	write_rules(@_);
	complain(grep { !/^\d/ }
		run("swctl flow load --policy $policy $file 2>&1"));
}

# As rules of DEV CHAIN PRIO, how often each was hit: of tc,
sub of_tc {
	return map { [ split /\t/ ] } run(q{swctl -j flow show | jq -r '.[] |
		[.state, .dev, .chain, .prio, .stats.packets] | @tsv'});
}

# and of hardware, with its words. What bwire has is bond0's: they share it.
sub of_table {
	return map {
		/^dev (\S+) chain (\d+) prio (\d+) (.*) packets (\d+) bytes/
			or die "no line of a table: $_\n";
		[ $4, $1 eq 'bwire' ? 'bond0' : $1, $2, $3, $5 ]
	} Ports::table();
}

sub flush { run('swctl flow flush') }

my %number;

sub find_numbers {
	%number = map { /port (\d+): (\S+)/ ? ($2, $1) : () }
		run('ovs-dpctl show');
}

# What may be left out of a flow's text and not of its key.
my %l3 = ('0800' => 'ipv4', '86dd' => 'ipv6', '0806' => 'arp');
my %l4 = (6 => 'tcp', 17 => 'udp', 132 => 'sctp', 1 => 'icmp',
	58 => 'icmpv6');

sub whole_key {
	my $key = shift;
	$key =~ s/(in_port\([^)]*\))/$1,eth()/ unless $key =~ /\beth\(/;
	$key =~ s/(eth_type\(0x(0800|86dd|0806)\))(?!,(?:ipv4|ipv6|arp)\()/
		"$1,$l3{$2}()"/e;
	$key =~ s/(ipv[46]\([^)]*proto=(\d+),[^)]*\))(?!,(?!tcp_flags)\w)/
		$l4{$2} ? "$1,$l4{$2}()" : $1/e;
	$key =~ s/(\btcp\([^)]*\))(?!,tcp_flags)/$1,tcp_flags(0\/0)/;
	return $key;
}

# In actions the datapath knows ports and chains by decimal numbers. What ends
# without an output is dropped; no action at all is not a flow for ovs-dpctl.
sub numbered {
	my $actions = ",$_[0],";
	$actions =~ s/(?<=,)(\w+)(?=,)/$number{$1} \/\/ $1/ge;
	$actions =~ s/recirc\(0x(\w+)\)/'recirc(' . hex($1) . ')'/ge;
	$actions =~ s/^,drop,$/,ct_clear,/;
	return substr $actions, 1, -1;
}

sub add_flows {
	find_numbers() unless %number;
	write_rules(map {
		my ($key, $actions) = /^(.*),actions:(.*)$/;
		whole_key($key) . ' ' . numbered($actions);
	} @_);
	complain(grep { !/dispatch mode/ } run("ovs-dpctl add-flows $file 2>&1"));
}

sub del_flows { run('ovs-dpctl del-flows') }

my %ways = (
	software => { put => sub { load('sw-only', @_) },
		hits => sub { of_tc(), of_table() }, remove => \&flush },
	hardware => { put => sub { load('best-effort', @_) },
		hits => sub { of_tc(), of_table() }, remove => \&flush },
	datapath => { put => \&add_flows, hits => sub { () },
		remove => \&del_flows },
);

sub way { return $ways{$_[0]} // die "no way '$_[0]'\n" }

1;

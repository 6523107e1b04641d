# SPDX-License-Identifier: GPL-2.0-or-later
# What was recorded of one run of vswitchd, in a directory: `ports` of
# dpctl/show, its `log`, the `dump` of its flows, the `filters` of filters.pl;
# where swoffd made these, `shown` by swctl flow show -j, and `refused`, what
# flow load printed. Two runs give the same flow the same name.
package Record;
use strict;
use warnings;
use JSON::XS;
use Table;

# A mask of nothing, in any of its spellings.
my $nothing = qr{/(?:0x0|0|0\.0\.0\.0|::|00:00:00:00:00:00)(?=[,)])};

# A flow as vswitchd put it, without the numbers that each run has of its own.
# Outputs one after another are in an order of the run's own when OVS floods.
sub neutral {
	my ($text, $ports) = @_;
	my ($key, $actions) = split /, actions:/, $text, 2;
	$actions //= 'drop';
	$key =~ s/in_port\((\d+)\)/in_port($ports->{$1})/;
	$key =~ s/dp_hash\((?:0\/0|([^)]*))\),?/defined $1 ? 'dp_hash,' : ''/e;
	$key =~ s/[a-z_0-9]+=[^,()]*?$nothing,?//g;
	$key =~ s/(^|,)[a-z_0-9]+\([^()]*?$nothing\)//g;
	$actions =~ s{(?:^|(?<=,)|(?<=[gl][te]\())(\d+)(?=[,)]|$)}
		{$ports->{$1} // $1}ge;
	$actions =~ s/pid=\d+/pid/;
	return ($key, $actions);
}

sub sorted_outputs {
	my ($actions) = @_;
	my $output = qr/[a-z]+_?[a-z]*_?\d+/;
	$actions =~ s{(?:(?<=^)|(?<=,))($output(?:,$output)+)(?=,|$)}
		{join ',', sort split /,/, $1}ge;
	return $actions;
}

sub read_flows {
	my ($self) = @_;
	my $dir = $self->{dir};
	my (%ports, %put);
	/port (\d+): (\S+)/ and $ports{$1} = $2 for Table::lines("$dir/ports");
	/: put\[\w+\](?:\[\w+\])* ufid:(\S+) (.*)/ and $put{$1} = $2
		for Table::lines("$dir/log");
	for (Table::lines("$dir/dump")) {
		next if /in_port\(sync0\)/;
		my ($ufid) = /ufid:([^,]+)/ or next;
		my $put = $put{$ufid} or die "$dir: $ufid was never put\n";
		my ($key, $actions) = neutral($put, \%ports);
		my ($chain) = $key =~ /recirc_id\((\w+)\)/;
		$self->{flows}{$ufid} = { key => $key, actions => $actions,
			chain => $chain =~ /^0x/ ? hex $chain : $chain };
	}
}

# A recirculation is named after the first of the flows that lead to it.
sub name_flows {
	my ($self) = @_;
	my %parents;
	for my $flow (values %{$self->{flows}}) {
		push @{$parents{hex $1}}, $flow
			if $flow->{actions} =~ /recirc\(0x(\w+)\)/;
	}
	my %names = (0 => 0);
	my $name;
	$name = sub {
		my ($flow) = @_;
		return $flow->{name} //= do {
			my $from = $flow->{chain};
			$names{$from} //= '<' . (sort map { $name->($_) }
				@{$parents{$from}})[0] . '>';
			my $text = "$flow->{key}, actions:" .
				sorted_outputs($flow->{actions});
			$text =~ s/recirc_id\(\w+\)/recirc_id($names{$from})/;
			$text =~ s/recirc\(0x\w+\)/recirc/;
			$text;
		};
	};
	$name->($_) for values %{$self->{flows}};
	$self->{chains} = \%names;
}

sub filter {
	my ($dev, $hook, $chain, $prio, $handle, $cookie, $protocol, $keys,
		@actions) = split /\t/, shift, -1;
	return { where => "$dev/$chain/$prio/$handle", hook => "$dev $hook",
		chain => $chain, cookie => $cookie, protocol => $protocol,
		keys => { map { split /=/, $_, 2 } split / /, $keys },
		actions => \@actions };
}

# OVS's cookie is the ufid, as words of the machine.
sub ufid_of_cookie {
	my $hex = join '', map { unpack 'H8', pack 'V', hex }
		shift =~ /(.{8})/g;
	return $hex =~ s/^(.{8})(.{4})(.{4})(.{4})/$1-$2-$3-$4-/r;
}

sub read_filters {
	my ($self) = @_;
	my $dir = $self->{dir};
	my @filters = map { filter($_) } Table::lines("$dir/filters");
	my %ufid = map { $_->{where} => ufid_of_cookie($_->{cookie}) } @filters;
	%ufid = map { join('/', @$_{qw(dev chain prio handle)}) => $_->{ufid} }
		@{decode_json(join '', Table::lines("$dir/shown"))}
		if -e "$dir/shown";
	for (@filters) {
		my $flow = $self->{flows}{$ufid{$_->{where}} // ''} or next;
		$flow->{filter} = $_;
		$self->{names}{$_->{chain}} = $self->{chains}{$flow->{chain}};
	}
	# A chain that nothing is in yet has the number of the recirculation.
	$self->{names}{$_} //= $self->{chains}{$_} for keys %{$self->{chains}};
}

sub read_refusals {
	my ($self) = @_;
	my $dir = $self->{dir};
	my @dump = Table::lines("$dir/dump");
	for (-e "$dir/refused" ? Table::lines("$dir/refused") : ()) {
		my ($line, $reasons) = /:(\d+): (?:refused|rejected): (.*)/ or
			next;
		my ($ufid) = $dump[$line - 1] =~ /ufid:([^,]+)/ or next;
		my $flow = $self->{flows}{$ufid} or next;
		$flow->{refused} = $reasons =~
			s/: (?:ufid:|recirc_id\().*//r;
	}
}

sub read {
	my ($dir) = @_;
	my $self = bless { dir => $dir, flows => {}, names => {} };
	$self->read_flows;
	$self->name_flows;
	$self->read_filters;
	$self->read_refusals;
	$self->{by_name} = { map { $_->{name} => $_ } values %{$self->{flows}} };
	return $self;
}

# What a filter does, a fact a line. What is not of the flow stays out: prio,
# handle, cookie, the numbers of chains, what is under no mask.
sub facts {
	my ($self, $flow) = @_;
	my $f = $flow->{filter};
	my @facts = ("at $f->{hook}", "protocol $f->{protocol}");
	for (sort keys %{$f->{keys}}) {
		my ($value, $mask) = @{$f->{keys}}{$_, $_ . '_mask'};
		$value = unpack 'H*', pack('H*', $value) & pack 'H*', $mask
			if defined $mask;
		push @facts, "match $_=$value";
	}
	my $names = $self->{names};
	my $n = 0;
	push @facts, 'action ' . ++$n . ' ' .
		s/goto:(\d+)/'goto:' . ($names->{$1} \/\/ '?')/er
		for @{$f->{actions}};
	return @facts;
}

1;

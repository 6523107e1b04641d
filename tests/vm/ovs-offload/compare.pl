#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# The filters that OVS made beside those that swoffd made, flow by flow.
#
#	compare.pl OVS SWOFFD ARGUED
#
# Each of the two is a directory with what was recorded of one run: `ports` of
# dpctl/show, the `log` of vswitchd, the `dump`, the `filters`; for swoffd also
# `shown` by swctl flow show -j, and `refused`, what flow load printed. The two
# runs are of two lives of vswitchd: a flow is known by its match and actions,
# with ports by name and recirculation by what leads to it. ARGUED is a table of
# the differences that are meant, with why. TAP on stdout.
use strict;
use warnings;
use JSON::PP;

sub lines {
	my ($file) = @_;
	open my $in, '<', $file or die "$file: $!\n";
	chomp(my @lines = <$in>);
	return @lines;
}

# A mask of nothing, in any of its spellings.
my $nothing = qr{/(?:0x0|0|0\.0\.0\.0|::|00:00:00:00:00:00)(?=[,)])};

# The flow that vswitchd put, in words that two runs share.
sub neutral {
	my ($text, $ports) = @_;
	my ($key, $actions) = split /, actions:/, $text, 2;
	$actions //= 'drop';
	$key =~ s/in_port\((\d+)\)/in_port($ports->{$1})/;
	$key =~ s/dp_hash\([^)]*\)/dp_hash/;
	$key =~ s/[a-z_0-9]+=[^,()]*?$nothing,?//g;
	$key =~ s/(^|,)[a-z_0-9]+\([^()]*?$nothing\)//g;
	$actions =~ s{(?:^|(?<=,)|(?<=[gl][te]\())(\d+)(?=[,)]|$)}
		{$ports->{$1} // $1}ge;
	$actions =~ s/pid=\d+/pid/;
	return "$key actions:$actions";
}

# ufid => { text, offloaded }
sub flows {
	my ($dir) = @_;
	my (%ports, %put, %flows);
	/port (\d+): (\S+)/ and $ports{$1} = $2 for lines("$dir/ports");
	/: put\[\w+\](?:\[\w+\])* ufid:(\S+) (.*)/ and $put{$1} = $2
		for lines("$dir/log");
	for (lines("$dir/dump")) {
		next if /in_port\(sync0\)/;
		my ($ufid) = /ufid:([^,]+)/ or next;
		my $put = $put{$ufid} or die "$dir: $ufid was never put\n";
		$flows{$ufid} = { text => neutral($put, \%ports), dump => $_,
			offloaded => /, dp:tc/ ? 1 : 0 };
	}
	name_chains(\%flows);
	return \%flows;
}

# A recirculation is named after the first of the flows that lead to it.
sub name_chains {
	my ($flows) = @_;
	my %parents;
	for my $flow (values %$flows) {
		($flow->{chain}) = $flow->{text} =~ /recirc_id\((\w+)\)/;
		$flow->{chain} = oct $flow->{chain} if $flow->{chain} =~ /^0x/;
		push @{$parents{hex $1}}, $flow
			if $flow->{text} =~ /recirc\(0x(\w+)\)/;
	}
	my %name = (0 => 'none');
	my $named;
	$named = sub {
		my ($chain) = @_;
		return $name{$chain} //= do {
			$name{$chain} = '?';
			'<' . (sort map { settle($_, $named) }
				@{$parents{$chain}})[0] . '>';
		};
	};
	settle($_, $named) for values %$flows;
}

sub settle {
	my ($flow, $named) = @_;
	return $flow->{known} //= do {
		my $text = $flow->{text};
		my $from = $named->($flow->{chain});
		$text =~ s/recirc_id\(\w+\)/recirc_id($from)/;
		$text =~ s/recirc\(0x\w+\)/recirc/;
		$text;
	};
}

sub filter {
	my ($dev, $hook, $chain, $prio, $handle, $cookie, $protocol, $keys,
		@actions) = split /\t/, shift, -1;
	return { where => "$dev/$chain/$prio/$handle", hook => "$dev $hook",
		chain => $chain, cookie => $cookie, protocol => $protocol,
		keys => { map { split /=/ } split / /, $keys },
		actions => \@actions };
}

# OVS: the cookie is the ufid, in words of the machine.
sub by_cookie {
	my ($dir) = @_;
	my %found;
	for (lines("$dir/filters")) {
		my $f = filter($_);
		my $hex = join '', map { unpack 'H8', pack 'V', hex }
			$f->{cookie} =~ /(.{8})/g;
		$hex =~ s/^(.{8})(.{4})(.{4})(.{4})/$1-$2-$3-$4-/;
		push @{$found{$hex}}, $f;
	}
	return \%found;
}

sub by_shown {
	my ($dir) = @_;
	my %at = map { $_->{where} => $_ } map { filter($_) }
		lines("$dir/filters");
	my %found;
	for (@{decode_json(join '', lines("$dir/shown"))}) {
		my $where = join '/', @$_{qw(dev chain prio handle)};
		push @{$found{$_->{ufid}}}, $at{$where} if $at{$where};
	}
	return \%found;
}

sub refusals {
	my ($dir, $dump) = @_;
	my @dump = lines("$dir/dump");
	my %reasons;
	for (lines("$dir/refused")) {
		my ($line, $reasons) = /:(\d+): (?:refused|rejected): (.*)/ or
			next;
		my ($ufid) = $dump[$line - 1] =~ /ufid:([^,]+)/ or next;
		$reasons{$ufid} = $reasons =~ s/: ufid:.*//r;
	}
	return \%reasons;
}

# What a filter does, a fact a line; what is not of the flow stays out: prio,
# handle, cookie, the numbers of chains.
sub facts {
	my ($f, $chains) = @_;
	my @facts = ("at $f->{hook}", "protocol $f->{protocol}");
	for (sort keys %{$f->{keys}}) {
		my ($value, $mask) = @{$f->{keys}}{$_, $_ . '_mask'};
		# What is under no mask is not looked at.
		$value = unpack 'H*', pack('H*', $value) & pack 'H*', $mask
			if defined $mask;
		push @facts, "match $_=$value";
	}
	my $n = 0;
	for (@{$f->{actions}}) {
		my $text = s/goto:(\d+)/'goto:' . ($chains->{$1} \/\/ "?$1")/er;
		push @facts, 'action ' . ++$n . " $text";
	}
	return @facts;
}

# Differences: facts that only one of the two has.
sub difference {
	my ($ours, $theirs) = @_;
	my (%ours, %theirs);
	$ours{$_}++ for @$ours;
	$theirs{$_}++ for @$theirs;
	return ((map { "OVS: $_" } grep { !$ours{$_} } @$theirs),
		(map { "swoffd: $_" } grep { !$theirs{$_} } @$ours));
}

# Rows of NAME | PATTERN | WHY; a pattern is held against the difference, its
# lines joined by "; ", or against "refused: REASONS".
sub argued {
	my @rows;
	for (lines(shift)) {
		next if /^\s*(#|$)/;
		my ($name, $pattern, $why) = split /\s+\|\s+/, $_, 3;
		push @rows, { name => $name, pattern => qr/$pattern/,
			why => $why, n => 0 };
	}
	return \@rows;
}

sub argument {
	my ($rows, $text) = @_;
	for (@$rows) {
		return $_ if $text =~ $_->{pattern};
	}
	return undef;
}

# Chain numbers of a run, by the name of the recirculation.
sub chain_names {
	my ($flows, $filters) = @_;
	my %names;
	for my $ufid (keys %$flows) {
		my ($from) = $flows->{$ufid}{known} =~ /recirc_id\((.*?)\),/;
		$names{$flows->{$ufid}{chain}} //= $from;
		$names{$_->{chain}} = $from for @{$filters->{$ufid} // []};
	}
	return \%names;
}

my ($theirs, $ours, $table) = @ARGV;
my ($flows_a, $flows_b) = (flows($theirs), flows($ours));
my ($filters_a, $filters_b) = (by_cookie($theirs), by_shown($ours));
my $refused = refusals($ours);
my $rows = argued($table);
my ($names_a, $names_b) = (chain_names($flows_a, $filters_a),
	chain_names($flows_b, $filters_b));
my %in_b = map { $flows_b->{$_}{known} => $_ } keys %$flows_b;
my %count = map { $_ => 0 } qw(flows offloaded equal argued unargued more only);
my (%differ, %more);

for my $ufid (sort { $flows_a->{$a}{known} cmp $flows_a->{$b}{known} }
		keys %$flows_a) {
	my $flow = $flows_a->{$ufid};
	my $twin = $in_b{$flow->{known}};
	$count{flows}++;
	if (!defined $twin) {
		$count{only}++;
		print "# only in OVS's run: $flow->{known}\n";
		next;
	}
	my @a = @{$filters_a->{$ufid} // []};
	my @b = @{$filters_b->{$twin} // []};
	if (!@a) {
		push @{$more{$refused->{$twin} // 'taken'}}, $flow if @b;
		$count{more}++ if @b;
		next;
	}
	$count{offloaded}++;
	my $text = @b ? join '; ', difference([ facts($b[0], $names_b) ],
		[ facts($a[0], $names_a) ]) :
		'refused: ' . ($refused->{$twin} // 'no reason given');
	if ($text eq '') {
		$count{equal}++;
	} elsif (my $row = argument($rows, $text)) {
		$count{argued}++;
		$row->{n}++;
	} else {
		$count{unargued}++;
		push @{$differ{$text}}, $flow;
	}
}

print "# $count{flows} flows, $count{offloaded} offloaded by OVS: ",
	"$count{equal} equal, $count{argued} argued, $count{unargued} not; ",
	"$count{more} more by swoffd\n";
print "# $_->{n} $_->{name}: $_->{why}\n" for grep { $_->{n} } @$rows;
for (sort { @{$differ{$b}} <=> @{$differ{$a}} || $a cmp $b } keys %differ) {
	my @of = @{$differ{$_}};
	print '# differs (' . @of . "): $_\n#   $of[0]{known}\n";
}
print "# OVS does not offload, swoffd does: $_->{known}\n"
	for map { @$_ } values %more;

my $n = 0;
sub claim {
	my ($holds, $text) = @_;
	print $holds ? '' : 'not ', 'ok ', ++$n, " - $text\n";
}
claim($count{flows} >= 300, "$count{flows} distinct datapath flows");
claim($count{offloaded} >= 300, "$count{offloaded} of them offloaded by OVS");
claim($count{only} == 0, 'both runs make the same flows');
claim($count{unargued} == 0, "their filters are swoffd's, but for argued ones");
claim(!(grep { !$_->{n} } @$rows), 'every argument is used');
print "1..$n\n";
exit($count{unargued} > 0);

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What OVS itself puts into tc, and what swoffd puts there for the flows of an
# OVS that does not: the same frames, the same rules, two lives of vswitchd.
# With OVS_OFFLOAD_KEEP, a directory, what was recorded stays there.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh
. ./ovs.sh
. ./ovs-world.sh

rec=${OVS_OFFLOAD_KEEP:-/tmp/rec}

datapath() {
	ovs-appctl dpctl/show | sed -n 's/.*lookups: hit:\([0-9]*\).*/\1/p'
}

into_tunnels() {
	grep -H . /sys/class/net/*_sys*/statistics/tx_{packets,bytes}
}

# came_out FILE: all frames again, and into FILE what comes out at each port,
# how much goes into tunnels; $hits is what the datapath did of it.
came_out() {
	local seen before
	seen=$(datapath)
	before=$(into_tunnels)
	forget
	world_frames
	{
		awk '$3 == "frames" || $3 == "frame"' "$hw/delivered"
		awk -F : 'NR == FNR { before[$1] = $2; next }
			{ print $1, $2 - before[$1] }' \
			<(echo "$before") <(into_tunnels)
	} >"$1"
	hits=$(($(datapath) - seen))
}

# police METER LIMIT...: as vswitchd makes one, with the index that the rule of
# a flow with this meter asks for.
police() {
	local index
	index=$(swctl -j flow show | jq -r --arg meter "meter($1)" '
		[.[] | select(.odp | contains($meter)) | .tc |
		 capture("police .*?index (?<index>[0-9]+)").index][0]')
	tc actions add action police "${@:2}" mtu 65535 \
		conform-exceed drop/pipe index "$index"
}

# A kernel for a machine that reads 64 bits anywhere pads no attribute.
arguments() {
	if zcat /proc/config.gz |
		grep -qx CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS=y; then
		grep -v '^padded key |' "$world_dir/argued"
	else
		cat "$world_dir/argued"
	fi
}

# compare SWOFFD: what compare.pl says, its figures in the array found.
declare -A found
compare() {
	local figure
	"$world_dir"/compare.pl "$rec/ovs" "$1" <(arguments) >"$rec/said"
	for figure in $(tail -n 1 "$rec/said"); do
		found[${figure%%=*}]=${figure#*=}
	done
}

world_ports
world_record true "$rec/ovs" >/dev/null
"$world_dir"/filters.pl >"$rec/ovs/filters"
world_end

world_record false "$rec/swoffd" >/dev/null
is "an OVS that does not offload leaves tc alone" "" \
	"$("$world_dir"/filters.pl)"
came_out "$rec/by-datapath"
slow=$hits

swoffd_start
swctl wait 10
swctl flow load "$rec/swoffd/dump" >"$rec/swoffd/loaded" \
	2>"$rec/swoffd/refused"
sed 's/^/# /' "$rec/swoffd/loaded"

# Police actions of its meters vswitchd makes only when it offloads itself.
grep 'meter(' "$rec/swoffd/dump" >"$rec/meters"
is "a meter without a police action is refused" \
	"$(wc -l <"$rec/meters")" \
	"$(grep -cE ': (meter|action)-missing:' "$rec/swoffd/refused")"
police 0 rate 8mbit burst 100k
police 1 pkts_rate 1000 pkts_burst 1000
police 2 rate 100mbit burst 12500k
police 3 pkts_rate 500 pkts_burst 50
swctl flow load "$rec/meters" >"$rec/again" 2>&1
is "with one it is taken" 0 $?

swctl -j flow show >"$rec/swoffd/shown"
"$world_dir"/filters.pl >"$rec/swoffd/filters"
came_out "$rec/by-tc"
is "the same frames come out" "" "$(diff "$rec/by-datapath" "$rec/by-tc")"
ok "and the datapath is spared $((slow - hits)) of them, 400 and more" \
	[ $((slow - hits)) -ge 400 ]

compare "$rec/swoffd"
grep '^#' "$rec/said"
ok "${found[flows]} datapath flows, 300 and more" [ "${found[flows]}" -ge 300 ]
ok "${found[offloaded]} offloaded by OVS, 300 and more" \
	[ "${found[offloaded]}" -ge 300 ]
is "both lives make the same flows" 0 "${found[apart]}"
is "of flows that OVS offloads, swoffd's filters are equal or argued for" 0 \
	"${found[unargued]}"
is "and each argument is needed" 0 "${found[unused]}"

unargued=${found[unargued]}
cp -r "$rec/swoffd" "$rec/changed"
sed '0,/dev=eth2$/s//dev=eth3/' "$rec/swoffd/filters" >"$rec/changed/filters"
compare "$rec/changed"
is "one port changed in one filter is seen" $((unargued + 1)) \
	"${found[unargued]}"
tap_end

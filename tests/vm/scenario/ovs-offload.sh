#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What OVS itself puts into tc, and what swoffd puts there for the flows of an
# OVS that does not: the same frames, the same rules, two lives of vswitchd.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh
. ./ovs.sh
. ./ovs-world.sh

rec=${OVS_OFFLOAD_KEEP:-/tmp/rec}
world_ports

world_record true "$rec/ovs" >/dev/null
"$world_dir"/filters.pl >"$rec/ovs/filters"
world_end

world_record false "$rec/swoffd" >/dev/null
is "an OVS that does not offload leaves tc alone" "" \
	"$("$world_dir"/filters.pl)"
swoffd_start
swctl wait 10
swctl flow load "$rec/swoffd/dump" >"$rec/swoffd/loaded" \
	2>"$rec/swoffd/refused"

# vswitchd makes police actions of its meters only when it offloads itself.
grep 'meter(' "$rec/swoffd/dump" >"$rec/meters"
is "a meter without a police action is refused" \
	"$(wc -l <"$rec/meters")" \
	"$(grep -c ': action-missing:' "$rec/swoffd/refused")"
police() { tc actions add action police "${@:2}" mtu 65535 \
	conform-exceed drop/pipe index $((0x10000000 + $1)); }
police 0 rate 8mbit burst 100k
police 1 pkts_rate 1000 pkts_burst 1000
police 2 rate 100mbit burst 12500k
police 3 pkts_rate 500 pkts_burst 50
swctl flow load "$rec/meters" >"$rec/again" 2>&1
is "with one it is taken" 0 $?

swctl -j flow show >"$rec/swoffd/shown"
"$world_dir"/filters.pl >"$rec/swoffd/filters"
sed 's/^/# /' "$rec/swoffd/loaded"

# compare [SWOFFD]: what compare.pl says, its figures in the array found.
declare -A found
compare() {
	local figure
	"$world_dir"/compare.pl "$rec/ovs" "${1:-$rec/swoffd}" \
		"$world_dir/argued" >"$rec/said"
	for figure in $(tail -n 1 "$rec/said"); do
		found[${figure%%=*}]=${figure#*=}
	done
}

compare
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

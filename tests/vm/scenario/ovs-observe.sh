#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Beside an OVS that offloads by itself: where swoffd says each of its flows is,
# and why, is where tc and OVS say it is; and nothing is written for that. Two
# lives of OVS, of two policies. Of flows with the same kinds of reasons every
# fifth is explained, or every EVERY-th. With OVS_OBSERVE_KEEP, a directory, what
# was recorded stays there.
#
#	ovs-observe.sh [EVERY]
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh
. ./ovs.sh
. ./ovs-world.sh

rec=${OVS_OBSERVE_KEEP:-/tmp/rec}
unsupported='arp icmp cvlan mpls vlan_push pedit_add'
small=100
every=${1:-5}

on_all_ports() {
	local netdev hook
	for netdev in /sys/class/net/*/ifindex; do
		netdev=${netdev%/ifindex}
		for hook in ingress egress; do
			echo "$1 show dev ${netdev##*/} $hook"
		done
	done
}

# All that could have been written, without what is of the moment.
settings() {
	local netdev
	tc qdisc show
	on_all_ports filter | tc -b -
	on_all_ports chain | tc -b -
	for netdev in "$up" "${rep[@]}" und0 sync0 int0; do
		ethtool -k "$netdev"
	done
	ovs-vsctl get Open_vSwitch . other_config external_ids
	ovs-vsctl -f csv --columns name,other_config,external_ids list Interface
	ovs-appctl dpctl/show | grep -v lookups
}

# some_outside FLOWS: those that are to be explained.
some_outside() {
	jq -r --argjson every "$every" 'map(select(.where != "in_hw")) |
		group_by([.where, .reasons[].code]) |
		.[] | .[range(0; length; $every)].ufid' "$1"
}

# One that is not offloadable is a failure.
explain() {
	local ufid
	while read -r ufid; do
		swctl -j ovs explain "$ufid" </dev/null || [ $? = 1 ] || return
	done <"$1"
}

# look DIR: the truth, what swoffd says, and the truth again.
look() {
	mkdir -p "$1"
	cp "$hw/supported" "$hw/unsupported" "$1"
	settings >"$1/settings"
	ovs-appctl revalidator/wait
	ovs-appctl dpctl/dump-flows -m --names >"$1/dump"
	on_all_ports filter | tc -s -j -b - >"$1/filters"
	swctl -j ovs flows >"$1/flows"
	swctl -j ovs flows --probe >"$1/probed"
	some_outside "$1/probed" >"$1/asked"
	explain "$1/asked" >"$1/explained"
	settings >"$1/settings-after"
}

# compare DIR: what compare.pl says, its figures in the array found.
declare -A found
compare() {
	local figure
	ovs-observe/compare.pl "$1" >"$1/said"
	for figure in $(tail -n 1 "$1/said"); do
		found[${figure%%=*}]=${figure#*=}
	done
}

# holds NAME DIR
holds() {
	look "$2"
	compare "$2"
	grep '^#' "$2/said"
	echo "# $1: ${found[in_hw]} in hardware, ${found[tc]} in tc," \
		"${found[datapath]} in the datapath"
	ok "$1: ${found[flows]} flows, 100 and more" [ "${found[flows]}" -ge 100 ]
	is "$1: OVS and swoffd know the same flows" 0 "${found[unknown]}"
	is "$1: each is where tc says that it is" 0 "${found[apart]}"
	is "$1: and has forwarded as many packets" 0 "${found[miscounted]}"
	is "$1: each outside hardware names a key, an action, a port" 0 \
		"${found[unnamed]}"
	is "$1: the driver refused what it was told to" 0 "${found[unrefused]}"
	is "$1: a flow alone is explained as among the others" 0 \
		"${found[unlike]}"
	is "$1: nothing was written" "" \
		"$(diff "$2/settings" "$2/settings-after")"
}

# life POLICY: of OVS, with hardware behind two thirds of the ports.
life() {
	local netdev
	for netdev in "$up" "${rep[@]}"; do
		ethtool -K "$netdev" hw-tc-offload off
	done
	for netdev in "$up" "${rep[@]:0:12}"; do
		ethtool -K "$netdev" hw-tc-offload on
	done
	echo "$unsupported" >"$hw/unsupported"
	echo 0 >"$hw/capacity"
	ovs_policy=$1 ovs_start true
	world_bridges
	world_rules
	# The second time through tc and the datapath.
	world_frames
	ovs-appctl revalidator/wait
	world_frames
}

world_ports
swoffd_start
is "an OVS that offloads is observed, unasked" auto \
	"$(swctl -j ovs mode | jq -r .asked)"

life none >/dev/null
until [ "$(swctl ovs mode)" = observe ]; do :; done
holds none "$rec/none"
for place in in_hw tc datapath; do
	ok "none: flows in $place" [ "${found[$place]}" -gt 0 ]
done
cp -r "$rec/none" "$rec/changed"
sed -i '0,/"where":"in_hw"/s//"where":"tc"/' "$rec/changed/flows"
compare "$rec/changed"
is "one flow told to be elsewhere is seen" 1 "${found[apart]}"
world_end

life skip_sw >/dev/null
holds skip_sw "$rec/skip_sw"
is "skip_sw: what comes in by a tunnel, OVS cannot leave to hardware alone" \
	hw-only-impossible "$(jq -r '.[] | select(.dev == "vxlan_sys_4789" and
		(.reasons[0].stage | . == "policy" or . == "driver")) |
		.reasons[0].code' "$rec/skip_sw/flows" | sort -u |
		grep -v chain-unreachable)"
echo $small >"$hw/capacity"
ovs-appctl revalidator/purge
world_frames
holds full "$rec/full"
is "full: as many in hardware as it holds" $small "${found[in_hw]}"
ok "full: the driver says so" grep -q 'rule table is full' "$rec/full/probed"
world_end
tap_end

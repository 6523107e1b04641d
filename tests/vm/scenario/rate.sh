#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the kernel's own selftest of devlink rates claims of netdevsim
# (tools/testing/selftests/drivers/net/netdevsim/devlink.sh, rate_test), through
# swctl, and read back from devlink and from the driver.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh

swoffd_start
swctl wait 5
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
echo "10 1" >/sys/bus/netdevsim/new_device
debugfs=/sys/kernel/debug/netdevsim/netdevsim10
swctl vf count $DEV 4

# rates TYPE: their names, in one line; after a / if devlink has others.
rates() {
	local ours theirs
	ours=$(swctl -j rate list $DEV | jq -r "map(select(.type == \"$1\").rate) |
		sort | join(\" \")")
	theirs=$(devlink -j port function rate show | jq -r ".rate | to_entries |
		map(select(.value.type == \"$1\").key) | sort | join(\" \")")
	[ "$ours" = "$theirs" ] && echo "$ours" || echo "$ours / $theirs"
}
# of_devlink RATE ATTR
of_devlink() { devlink -j port function rate show "$1" | jq -r ".rate[].$2"; }
# takes RATE ATTR MBIT FILE: devlink and the driver have it.
takes() {
	swctl rate set "$1" "$2" "$3mbit"
	is "$1 has $2 ${3}mbit" "$3 $(($3 * 125000))" \
		"$(cat "$4") $(of_devlink "$1" "$2")"
}
refused() {
	local claim=$1 part=$2
	shift 2
	if swctl "$@" >/dev/null 2>/tmp/err; then
		is "$claim" refused done
	else
		like "$claim" "$part" "$(cat /tmp/err)"
	fi
}

is "no rates in legacy mode" "[]" "$(swctl -j rate list $DEV)"
swctl eswitch set $DEV mode switchdev
leaves="$DEV/128 $DEV/129 $DEV/130 $DEV/131"
is "a leaf for each VF" "$leaves" "$(rates leaf)"
n=10
for leaf in $leaves; do
	takes "$leaf" tx_share $n "$debugfs/ports/${leaf##*/}/tx_share"
	takes "$leaf" tx_max $((n * 10)) "$debugfs/ports/${leaf##*/}/tx_max"
	n=$((n + 10))
done

swctl rate add $DEV/group1
is "a node is added" "$DEV/group1" "$(rates node)"
takes $DEV/group1 tx_share 10 $debugfs/rate_nodes/group1/tx_share
takes $DEV/group1 tx_max 100 $debugfs/rate_nodes/group1/tx_max
swctl rate del $DEV/group1
is "and deleted" "" "$(rates node)"

swctl rate add $DEV/group1 tx_max 100mbit
swctl rate set $DEV/131 parent group1
is "a leaf has a parent" "group1 group1" \
	"$(cat $debugfs/ports/131/rate_parent) $(of_devlink $DEV/131 parent)"
swctl rate add $DEV/group2 parent group1 tx_share 20mbit
is "a node has a parent" "group1 group1" \
	"$(cat $debugfs/rate_nodes/group2/rate_parent) $(of_devlink $DEV/group2 parent)"
swctl rate set "$(dev=$DEV port_netdev 128)" parent group2
is "the tree is shown as one" "group1 group2 128 131 129 130" \
	"$(swctl rate list $DEV | sed 's/^ *//; s/ .*//; s:.*/::' | xargs)"
is "leaves are below their nodes" "0 2 4 2 0 0" \
	"$(swctl rate list $DEV | awk '{ match($0, /^ */); print RLENGTH }' | xargs)"
refused "a node with children stays" "Node has children" rate del $DEV/group2
refused "a node is not its own parent" "Parent to self is not allowed" \
	rate set $DEV/group1 parent group1
refused "nor its grandchild's child" "Node is already a parent of parent node" \
	rate set $DEV/group1 parent group2
refused "no such parent" "parent nosuch: No such device" \
	rate set $DEV/128 parent nosuch
is "the parent is what it was" group2 "$(of_devlink $DEV/128 parent)"
ok "the same parent again is no error" swctl rate set $DEV/128 parent group2
swctl rate set $DEV/128 parent group1
is "and another takes its place" "group1 group1" \
	"$(cat $debugfs/ports/128/rate_parent) $(of_devlink $DEV/128 parent)"
refused "with a refused rate the parent stays" "tx_share 10Kbit" \
	rate set $DEV/128 parent group2 tx_share 10kbit
is "as it was" group1 "$(of_devlink $DEV/128 parent)"
swctl rate set $DEV/128 parent group2
swctl rate set $DEV/131 noparent
is "a leaf without a parent again" null "$(of_devlink $DEV/131 parent)"
swctl rate set $DEV/128 noparent
swctl rate del $DEV/group2
is "without children it goes" "$DEV/group1" "$(rates node)"

refused "no part of the driver's unit" "TX rate value not in link speed units" \
	rate set $DEV/128 tx_share 10kbit
refused "no more than the link has" "exceed link maximum speed" \
	rate set $DEV/128 tx_max 6gbit
refused "a node that is there is not added" "File exists" rate add $DEV/group1
refused "a node that is not there is not set" "did you mean 'group1'" \
	rate set $DEV/grop1 tx_max 1mbit
refused "priorities are newer than this kernel" "tx_priority 1: Invalid argument: Unknown attribute type; this kernel has no such attribute" \
	rate set $DEV/128 tx_share 50mbit tx_priority 1
is "what was set before is put back" 10 "$(cat $debugfs/ports/128/tx_share)"
refused "a node with a weight neither" "group3: tx_weight 9" \
	rate add $DEV/group3 tx_max 10mbit tx_weight 9
is "and it is not there" "$DEV/group1" "$(rates node)"

swctl rate set $DEV/128 parent group1 tx_max 200mbit
swctl rate set $DEV/129 parent group1 tx_share 95mbit 2>/tmp/err
like "more than there is: a warning" "tx_share 105Mbit of its children together is more than the tx_max 100Mbit" \
	"$(cat /tmp/err)"
is "and done" 95 "$(cat $debugfs/ports/129/tx_share)"

# The kernel lets no mode change while there are nodes.
is "nodes go before the mode does" "legacy " \
	"$(swctl -j eswitch set $DEV mode legacy | jq -r .mode) $(rates node)"
swctl eswitch set $DEV mode switchdev
for i in $(seq 100); do
	[ "$(of_devlink $DEV/129 parent)" = group1 ] && break
	sleep 0.05
done
is "and are there again with it, with their leaves" "$DEV/group1 group1 95" \
	"$(rates node) $(of_devlink $DEV/129 parent) $(
		cat $debugfs/ports/129/tx_share)"
swctl rate set $DEV/128 noparent
swctl rate set $DEV/129 noparent
swctl rate del $DEV/group1
is "the last node goes" "" "$(rates node)"
swctl eswitch set $DEV mode legacy
is "and with the mode the leaves" "" "$(rates leaf)"

swoffd_stop
echo 10 >/sys/bus/netdevsim/del_device
tap_end

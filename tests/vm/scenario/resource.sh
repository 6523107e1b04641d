#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Resources of a device, beside what devlink says of them.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh

# Without tables of dpipe, and with what devlink(8) leaves out as null.
devlink_resources() {
	devlink -j resource show $DEV | jq -cS 'def tree: map({name, size,
		size_new, occ, unit, size_min, size_max, size_gran,
		size_valid: (if .size_valid == null then null
			     else .size_valid == "true" end),
		resources: ((.resources // []) | tree)});
		.resources[] | tree'
}
# devlink(8) of 6.1 tells size_valid only beside a new size below.
swctl_resources() {
	swctl -j resource show $DEV | jq -cS 'def tree:
		map(.resources |= tree); .resources | tree'
}
without_valid() { jq -cS 'walk(if type == "object" then del(.size_valid) else . end)'; }

echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
echo "10 1" >/sys/bus/netdevsim/new_device
swoffd_start
swctl wait 10

is "resources are what devlink says" "$(devlink_resources | without_valid)" \
	"$(swctl_resources | without_valid)"
occ() { swctl -j resource show $DEV | jq '.resources[0].resources[0].occ'; }
before=$(occ)
ip link add d0 type dummy
ip link set d0 up
ip route add 198.51.100.0/24 dev d0
is "a route occupies an entry" $((before + 1)) "$(occ)"
ip route del 198.51.100.0/24 dev d0
is "until it has gone" "$before" "$(occ)"

devlink resource set $DEV path /IPv4/fib size 100
devlink resource set $DEV path /IPv4 size 10
is "new sizes are what devlink says" "$(devlink_resources)" \
	"$(swctl_resources)"
is "parts that do not fit are told" false \
	"$(swctl -j resource show $DEV | jq '.resources[0].size_valid')"
like "and shown in the tree" '  fib' "$(swctl resource show $DEV)"
swoffd_stop
tap_end

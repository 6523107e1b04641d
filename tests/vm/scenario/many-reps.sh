#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Sixty-four VFs, and the first flows of all of their representors at once.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh

echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
echo "10 1" >/sys/bus/netdevsim/new_device
swoffd_start
echo 64 >/sys/kernel/debug/netdevsim/netdevsim10/max_vfs
is "a maximum that was raised meanwhile counts" 0 \
	"$(swctl vf count $DEV 64 >/dev/null; echo $?)"
swctl eswitch set $DEV mode switchdev
is "65 ports" 65 "$(swctl -j rep list | jq length)"
is "the VFs are 0 to 63, each once" "$(seq 0 63)" \
	"$(swctl -j rep list | jq '.[].vf // empty' | sort -n)"

flows() {
	local name i
	for name in $(swctl -j rep list | jq -r '.[].netdev'); do
		for i in 1 2 3; do
			echo "in_port($name),eth_type(0x0800),ipv4(dst=192.0.2.$i),actions:eth0"
		done
	done
}
flows >/tmp/flows
is "three flows on each are loaded" 0 \
	"$(swctl flow load /tmp/flows >/tmp/out 2>&1; echo $?)"
is "and all are in hardware" "195 195" "$(state_count in_hw) $(cat $HW/rules)"
swctl eswitch set $DEV mode legacy
is "all are lost with their representors" 192 "$(state_count lost)"
swctl eswitch set $DEV mode switchdev
is "and all come back" 195 "$(state_count in_hw)"
swctl flow flush >/dev/null
is "and go" "0 0" "$(swctl -j flow show | jq length) $(cat $HW/rules)"
tap_end

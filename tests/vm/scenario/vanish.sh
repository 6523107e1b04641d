#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What happens to flows when their devices, rules or qdiscs go away.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh

swoffd_start
four_vfs
a='in_port(eth1),eth_type(0x0800),ipv4(dst=192.0.2.1),actions:eth2'
b='in_port(eth2),eth_type(0x0800),ipv4(dst=192.0.2.2),actions:eth1'
c='in_port(eth2),eth_type(0x0800),ipv4(dst=192.0.2.3),actions:eth3'
for flow in "$a" "$b" "$c"; do swctl flow add "$flow" >/dev/null; done
is "three flows are in hardware" 3 "$(state_count in_hw)"

states() {
	swctl -j flow show | jq -r 'sort_by(.odp) |
		map("\(.state)" + (if .reasons[0] then ":" +
		.reasons[0].code else "" end)) | join(" ")'
}

# A rule taken away behind our back.
tc filter del dev eth1 ingress
is "a rule that somebody deleted is noticed and put back" 1 \
	"$(swctl -j flow show --dev eth1 >/dev/null; swctl -j flow show --dev eth1 |
		jq '[.[] | select(.state == "in_hw")] | length')"
is "in the kernel too" 1 "$(tc -j filter show dev eth1 ingress |
	jq '[.[] | select(.options.in_hw)] | length')"

# The qdisc itself.
tc qdisc del dev eth1 clsact
swctl -j flow show >/dev/null
is "a qdisc that somebody deleted comes back with its rules" 3 \
	"$(state_count in_hw)"

# An older qdisc in the place of clsact serves ingress, and only that.
tc qdisc add dev eth4 ingress
swctl flow add "in_port(eth4),eth_type(0x0800),ipv4(dst=192.0.2.4),actions:eth3" >/dev/null
is "an ingress qdisc that is there serves ingress" in_hw \
	"$(swctl -j flow show --dev eth4 | jq -r '.[0].state')"
is "an egress rule is refused there, status 1" 1 \
	"$(swctl flow add dev eth4 egress protocol ip flower action drop \
		>/tmp/out 2>&1; echo $?)"
is "and is not on ingress by mistake" 1 \
	"$(tc -j filter show dev eth4 ingress | jq '[.[] |
		select(.options.handle)] | length')"
swctl flow del "in_port(eth4),eth_type(0x0800),ipv4(dst=192.0.2.4)"
swctl flow del dev eth4 egress protocol ip flower
tc qdisc del dev eth4 ingress

# The representors go.
swctl eswitch set $DEV mode legacy
is "flows of a representor that is gone are lost, with the reason" \
	"lost:device-gone lost:device-gone lost:device-gone" "$(states)"
is "the hardware holds nothing" 0 "$(cat $HW/rules)"
swctl eswitch set $DEV mode switchdev
is "when the representors return, so do the flows" 3 "$(state_count in_hw)"
is "in hardware" 3 "$(cat $HW/rules)"

# Only the target goes: a rule that leads nowhere must not stay.
ip link add dummy7 type dummy
swctl flow add "in_port(eth4),eth_type(0x0800),ipv4(dst=192.0.2.7),actions:dummy7" >/dev/null
ip link del dummy7
is "a flow whose target is gone is lost" lost:device-gone \
	"$(swctl -j flow show --dev eth4 | jq -r '.[0] |
		"\(.state):\(.reasons[0].code)"')"
is "and its rule is taken away: no black hole" 0 \
	"$(tc -j filter show dev eth4 ingress | jq '[.[] |
		select(.options.handle)] | length')"

# The device itself.
echo 10 >/sys/bus/netdevsim/del_device
is "a device that is gone is not listed" 0 "$(swctl -j device list | jq length)"
is "its flows are known, and lost" 4 "$(state_count lost)"
echo "10 1" >/sys/bus/netdevsim/new_device
swctl vf count $DEV 4
swctl eswitch set $DEV mode switchdev
is "a new device with the same ports gets them back" 3 \
	"$(state_count in_hw)"
tap_end

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What differs between flows, tc and hardware has a name: each is made to happen
# and mended. What somebody takes away is noticed without an audit too.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh

# audit [OPTION]: what there is of each kind that there is any of, and status.
audit() {
	local said status
	said=$(swctl -j audit "$@" 2>/tmp/findings)
	status=$?
	jq -r --arg s "$status" '[to_entries[] | select(.value != 0 and
		.value != false and .value != null) | "\(.key) \(.value)"] +
		["status " + $s] | join(", ")' <<<"$said"
}

# differs CLAIM AUDIT CHANGE: the change is found and made good. The daemon looks
# after its rules by itself, and may have been faster: then once more.
differs() {
	local found
	for _ in {1..30}; do
		$3 2>/dev/null
		found=$(audit)
		[ "$found" != "$2" ] || break
	done
	is "$1" "$2" "$found"
	told=$(cat /tmp/findings)
	audit --fix >/dev/null
	is "and it is mended" "$clean" "$(audit)"
}

# our VERB MATCH ACTION... : a rule with the mark of the first flow.
our() {
	tc filter "$1" dev eth1 ingress protocol ip prio 16384 handle "$2" \
		flower dst_ip "${@:3}" cookie "$cookie"
}
delete() {
	tc filter del dev eth1 ingress protocol ip prio 16384 handle 1 flower
}
other_actions() { our replace 1 192.0.2.1 action drop; }
other_policy() {
	our replace 1 192.0.2.1 skip_hw action mirred egress redirect dev eth2
}
out_of_hardware() {
	echo 1 >$HW/capacity
	our replace 1 192.0.2.1 action mirred egress redirect dev eth2
	echo 0 >$HW/capacity
}
second() { our add 0x98 192.0.2.98 action drop; }
orphan() {
	cookie=73776f66000000000102030405060708 our add 0x99 192.0.2.99 \
		action drop
}
no_target() {
	ip link add dummy9 type dummy
	our replace 1 192.0.2.1 action mirred egress redirect dev dummy9
	ip link del dummy9
}
everything() { delete; orphan; }

swoffd_start
four_vfs
swctl flow add 'in_port(eth1),eth_type(0x0800),ipv4(dst=192.0.2.1),actions:eth2' >/dev/null
swctl flow add 'in_port(eth3),eth_type(0x0800),ipv4(dst=192.0.2.2),actions:eth4' >/dev/null
cookie=$(tc -j filter show dev eth1 ingress |
	jq -r '.[] | .options.actions[0].cookie? // empty')
clean="clean 2, status 0"
is "nobody did anything: all is clean" "$clean" "$(audit)"
differs "a rule that is gone is missing" \
	"clean 1, missing 1, status 6" delete
differs "other actions are a change" \
	"clean 1, changed 1, status 6" other_actions
like "and it is said what changed" "its actions" "$told"
differs "so is another policy" "clean 1, changed 1, status 6" other_policy
differs "so is a rule that hardware does not have any more" \
	"clean 1, changed 1, status 6" out_of_hardware
differs "a second rule with the mark of a flow is a duplicate" \
	"clean 2, duplicated 1, status 6" second
differs "a rule with our mark and without a flow is an orphan" \
	"clean 2, orphan 1, status 6" orphan
differs "a rule that leads nowhere is stale" \
	"clean 1, stale 1, status 6" no_target
differs "several are told at once" \
	"clean 1, missing 1, orphan 1, status 6" everything
tc filter add dev eth1 ingress protocol ip prio 3 flower dst_ip 192.0.2.3 \
	action drop
is "rules of others are counted" "clean 2, foreign 1, status 0" "$(audit)"
foreign=$(tc filter show dev eth1 ingress prio 3)
delete
audit --fix >/dev/null
is "and never touched" "$foreign" "$(tc filter show dev eth1 ingress prio 3)"
clean="clean 2, foreign 1, status 0"

# without CLAIM STATE: what became of the flow of eth1, when all is quiet again.
without() {
	swctl -j flow show >/dev/null
	is "$1" "$2" "$(swctl -j flow show | jq -r '.[] |
		select(.tc | contains("192.0.2.1 ")) |
		"\(.dev) \(.state)" + (.reasons[:1] | map(" " + .code) | add // "")')"
}

# Of one that is up 6.1 does not change the name.
rename() {
	ip link set "$1" down
	ip link set "$1" name "$2" up
}

delete
without "a rule that somebody deleted is put back" "eth1 in_hw"
tc qdisc del dev eth1 clsact
without "so are the rules of a qdisc" "eth1 in_hw"
is "and all is as it should be" "clean 2, status 0" "$(audit)"
rename eth1 renamed
without "a device keeps its flows with another name" "renamed in_hw"
is "and their rules" "clean 2, status 0" "$(audit)"
rename renamed eth1
rename eth2 renamed
without "so does one that a flow leads to" "eth1 in_hw"
is "and nothing has changed" "clean 2, status 0" "$(audit)"
rename renamed eth2
ip netns add other
ip link set eth1 netns other
without "in another namespace a device is gone for us" "eth1 lost device-gone"
is "nothing is missing, for nothing can be there" "clean 1, status 0" "$(audit)"
ip -n other link set eth1 netns 1
ip link set eth1 up
without "back again it gets its flows" "eth1 in_hw"
ip link set eth2 netns other
without "a flow leads to it no more" "eth1 lost device-gone"
is "nor does a rule" 0 "$(tc -j filter show dev eth1 ingress |
	jq '[.[] | select(.options.handle)] | length')"
ip -n other link set eth2 netns 1
ip link set eth2 up
without "until it is back" "eth1 in_hw"
swctl eswitch set $DEV mode legacy
without "representors that are gone take their flows along" \
	"eth1 lost device-gone"
is "and an audit does not blame the rules" "status 0" "$(audit)"
swctl eswitch set $DEV mode switchdev
without "which come back with them" "eth1 in_hw"
is "all is clean again" "clean 2, status 0" "$(audit)"
tap_end

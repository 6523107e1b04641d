#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Who is a port of a bond, a team or a bridge is told when it changes.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh

drive=$(dirname "$(dirname "$(command -v swctl)")")/tests/vm/drive

# links COMMAND: what is told of links while it runs.
links() {
	$drive links "$1 && ip link add end type dummy" >/tmp/links
	ip link del end
}

# masters NAME: those that were told of it, in order.
masters() { awk -v name="$1" '$2 == name { print $6 }' /tmp/links | uniq | xargs; }

ip link add p type dummy
for kind in bond team bridge; do
	ip link add upper type $kind
	index=$(cat /sys/class/net/upper/ifindex)
	links "ip link set p master upper"
	is "$kind: a port that comes is told" "$index" \
		"$(masters p | tail -c $((${#index} + 1)))"
	like "$kind: and what it is a port of" "link upper kind $kind master 0" \
		"$(cat /tmp/links)"
	links "ip link set p nomaster"
	is "$kind: a port that goes is told" 0 "$(masters p | tail -c 2)"
	ip link set p master upper
	links "ip link del upper"
	is "$kind: when it is removed its port has none" 0 \
		"$(masters p | tail -c 2)"
	like "$kind: and it is gone" "gone $index" "$(cat /tmp/links)"
done
tap_end

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A daemon that stops leaves its rules; the next one takes them over.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh

rules() {
	tc -j filter show dev eth1 ingress | jq -c '[.[] |
		select(.options.handle) | {handle: .options.handle, chain,
		pref, keys: .options.keys}] | sort_by(.handle)'
}

swoffd_start
four_vfs
batch 500 eth1 eth2 | swctl flow load - >/dev/null
swctl flow add 'ufid:00112233-4455-6677-8899-aabbccddeeff,in_port(eth1),eth_type(0x86dd),ipv6(dst=2001:db8::/ffff:ffff::),actions:push_vlan(vid=9,pcp=1),eth3,pop_vlan,eth2' >/dev/null
push='filter add dev eth1 ingress protocol ip prio 20 flower dst_ip 203.0.113.1 action vlan push id 7 pipe action mirred egress redirect dev eth4'
echo "$push" | swctl flow load - >/dev/null
tc filter add dev eth1 ingress protocol ip prio 3 flower \
	dst_ip 198.51.100.1 action pass
before=$(rules)
ufids=$(swctl -j flow show | jq -c 'map(.ufid) | sort')

swoffd_stop
is "a clean stop leaves every rule" "$before" "$(rules)"
swoffd_start
is "the next daemon adopts them as they are" 502 "$(state_count in_hw)"
is "nothing is rewritten" "$before" "$(rules)"
is "derived ufids are the same" \
	"$(jq -c 'map(select(startswith("00112233") | not))' <<<"$ufids")" \
	"$(swctl -j flow show | jq -c 'map(.ufid) | sort |
		map(select(startswith("00112233") | not))')"

is "a flow is found by the ufid it was given" \
	'in_port(eth1),eth_type(0x86dd)' "$(swctl -j flow show \
	ufid:00112233-4455-6677-8899-aabbccddeeff |
	jq -r '.[0].odp' | grep -o 'in_port(eth1),eth_type(0x86dd)')"

echo "128 5 $(eth 2 1 0800 "$(ipv4 10.0.0.7 192.0.2.1 17 "$(udp 1031 53 00)")")" >$HW/inject
is "an adopted flow counts on" 5 "$(swctl -j flow show |
	jq '[.[] | .stats.hw_packets] | add')"

swoffd_stop KILL
swoffd --log-level warning &
swctl wait 10
swctl flow add 'in_port(eth1),eth_type(0x0806),actions:drop' >/dev/null
is "after kill -9 too, whoever puts a flow at once" 503 "$(state_count in_hw)"
swctl flow del 'in_port(eth1),eth_type(0x0806)'
handles() { tc -j filter show dev eth1 ingress | jq -c '[.[] |
	.options.actions[0].index // empty] | sort'; }
indexes=$(handles)
{ batch 500 eth1 eth2; echo "$push"; } | swctl flow load - >/dev/null
is "the same flows again are not sent again" "$indexes" "$(handles)"
is "the same flows again change nothing" "$before" "$(rules)"
is "a deleted flow goes" 0 "$(batch 1 eth1 eth2 | sed s/add/del/ |
	swctl flow load - >/dev/null; echo $?)"
is "and only that one" 501 "$(state_count in_hw)"

swoffd_stop
swoffd_start --flush-on-exit
swoffd_stop
is "--flush-on-exit takes ours away and leaves the foreign one" 1 \
	"$(tc -j filter show dev eth1 ingress | jq '[.[] |
		select(.options.handle)] | length')"
tap_end

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# flow.explain: the shape of its answers, and that nothing of it stays.
. "${srcdir:-.}/tests/e2e/lib.sh"

fake_start --vfs 4 --switchdev --capacity 1 --unsupported ip_ttl

# explain FLOW [POLICY]: the answer in $out
explain() {
	out=$(printf '{"jsonrpc":"2.0","id":1,"method":"flow.explain","params":{"flow":"%s"%s}}\n' \
		"$1" "${2:+,\"policy\":\"$2\"}" |
		$peer "$SWOFFD_SOCKET" say)
}

flow='in_port(eth0_0),eth_type(0x0800),ipv4(dst=192.0.2.1),actions:eth0_1'
explain "$flow"
has "$out" '"verdict":"offloadable","rule":{"odp":"recirc_id(0),in_port(eth0_0)' "what hardware takes is offloadable, and its rule is told"
has "$out" '"reasons":[],"probe":{"result":"in_hw","errno":0,"extack":""},"checks":[{"check":"port","subject":"eth0_0","ok":true' "with probe and checks"
run -j flow show
[ "$status $out" = "0 []" ]
ok $? "it is no flow"

explain 'in_port(eth0_0),eth_type(0x0800),ipv4(ttl=64),actions:eth0_1'
has "$out" '"verdict":"refused"' "what the driver lacks is refused"
has "$out" '"code":"driver-refused"' "by reason"
has "$out" '"text":"the driver does not take this rule","remedy":"Read' "which is explained"
has "$out" '"result":"not_in_hw","errno":95,"extack":"fake: match on ip_ttl is not supported"' "with the driver's words"
explain 'in_port(eth0_0),skb_mark(0x5),eth_type(0x0800),actions:eth0_1'
has "$out" '"verdict":"refused","rule":null,"reasons":[{"stage":"translate","code":"key-unsupported","subject":"skb_mark"' "what no rule can do has no rule"
has "$out" '"probe":{"result":"not tried"' "and is not tried"
explain "$flow" sw-only
has "$out" '"code":"policy-sw-only"' "the policy of the request counts"
explain "$flow" never
has "$out" "is none of best-effort" "a policy that is none is an error"
explain 'in_port(eth0_0),eth_type(0x88cc),actions:nix0'
has "$out" '"check":"port","subject":"nix0","ok":false,"detail":"no netdev' "a port that is not there is named"
explain 'block 22 protocol ip flower action drop'
has "$out" '"check":"port","subject":"block 22","ok":false' "so is a shared block"
case $out in
*4294967295*) false ;;
esac
ok $? "which is no port number"
explain ''
has "$out" '"error"' "no flow is an error"
explain 'filter del dev eth0_0 ingress protocol ip prio 1 flower'
has "$out" "it says del" "so is a deletion"

run flow add "$flow"
explain 'in_port(eth0_0),eth_type(0x0800),ipv4(dst=192.0.2.2),actions:eth0_1'
has "$out" '"code":"table-full"' "a full table is told"
has "$out" '"check":"capacity","subject":"eth0_0","ok":false' "by a check, too"
explain "$flow"
has "$out" '"verdict":"offloadable"' "the flow that fills it is in it"
has "$out" '"probe":{"result":"in_hw"' "and needs no trial"
run -j flow show
has "$out" '"state":"in_hw"' "the flow that fills it is still there"

finish

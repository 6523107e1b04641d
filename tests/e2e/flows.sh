#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Single flows: states, reasons, statuses, names.
. "${srcdir:-.}/tests/e2e/lib.sh"

fake_start --vfs 4 --switchdev --capacity 2 --unsupported ip_ttl

flow='in_port(eth0_0),eth_type(0x0800),ipv4(dst=192.0.2.1),actions:eth0_1'
run flow add "$flow"
has "$status $out" "0 in_hw" "an ODP flow is in hardware"
run flow add dev eth0_1 ingress protocol ip flower dst_ip 192.0.2.2 \
	action mirred egress redirect dev eth0
has "$status $out" "0 in_hw" "a tc rule is in hardware"

run flow add dev eth0_1 ingress protocol ip flower dst_ip 192.0.2.3 action drop
has "$status $out" "0 sw" "beyond the capacity software takes it"
has "$out" "table-full" "and the reason is named"
has "$out" "fake: rule table is full (2 rules)" "with the driver's words"
has "$out" "remedy:" "and a remedy"
run flow add -p hw-only dev eth0_1 ingress protocol ip flower \
	dst_ip 192.0.2.4 action drop
has "$status $out" "1 rejected" "which hw-only does not allow"
run flow add -p sw-only dev eth0_1 ingress protocol ip flower \
	dst_ip 192.0.2.5 action drop
has "$status $out" "0 sw" "sw-only is never in hardware"
has "$out" "policy" "by policy"

run flow add dev eth0_1 ingress protocol ip flower ip_ttl 64 action drop
has "$status $out" "0 sw" "a key that the driver lacks"
has "$out" "fake: match on ip_ttl is not supported" "is named by the driver"

run flow add 'in_port(eth0_0),skb_mark(0x5),eth_type(0x0800),actions:eth0_1'
status 1 "what no rule can do is refused"
has "$err" "key-unsupported:skb_mark" "with its reason"
run -j flow add 'in_port(eth0_0),skb_mark(0x5),eth_type(0x0800),actions:eth0_1'
has "$err" '"reasons":[{"stage":"translate","code":"key-unsupported","subject":"skb_mark"' "also as JSON"
run flow add dev nix0 ingress protocol ip flower action drop
status 5 "a device that is not there is status 5"
has "$err" "nix0" "and named"

run flow show
has "$out" "ipv4(dst=192.0.2.1)" "flow show tells the flow"
has "$out" "hardware 0 packets 0 bytes, software 0 packets 0 bytes" "its counters apart"
has "$out" '"fake: rule table is full (2 rules)"' "and the driver's words in quotes"
has "$out" "
    the hardware has no room for another rule
    remedy: " "and what that means"
run -j flow show --state in_hw
[ "$(printf '%s' "$out" | grep -o '"ufid"' | wc -l)" -eq 2 ]
ok $? "two are in hardware"
has "$out" '"stats":{"packets":0,"bytes":0,"hw_packets":0,"hw_bytes":0,"used_ms":null},"reasons":[]}' "in the promised shape"
run -j flow show --dev eth0_0
[ "$(printf '%s' "$out" | grep -o '"ufid"' | wc -l)" -eq 1 ]
ok $? "one is on eth0_0"
run flow show --dev nix
status 5 "no such netdev"
run -j flow show --dev veth0
[ "$status $out" = "0 []" ]
ok $? "none on another"
run reasons
has "$out" "table-full" "reasons are counted"
run -j reasons
has "$out" '"code":"table-full"' "in JSON too"

ufid=$("$SWCTL" flow show "$flow" | sed -n 's/^ufid:\([^ ]*\) .*/\1/p')
run flow show "ufid:$ufid"
has "$out" "$ufid" "a flow is found by its ufid"
run flow del "$ufid"
status 0 "and deleted by it"
run flow show "$ufid"
status 5 "once"
run flow del "$flow"
status 5 "not twice"
run flow del dev eth0_1 ingress protocol ip flower dst_ip 192.0.2.2
status 0 "deleted by its match, without actions"
run flow add 'in_port(eth0_1),eth_type(0x0806),actions:drop'
run flow del 'in_port(eth0_1),eth_type(0x0806)'
status 0 "a datapath flow too"
run flow add 'in_port(eth0_1),eth_type(0x0806)'
has "$status $err" 'expected "actions:"' "but none is put without actions"
run flow add dev eth0_1 ingress protocol ip handle 7 flower action drop
has "$status $err" 'handle 0x7' "a handle of one's own is refused, not ignored"

run flow flush
status 0 "flush"
run -j flow show
[ "$out" = "[]" ]
ok $? "leaves nothing"
run -j flow show 00000000-0000-0000-0000-000000000000
has "$status,$out,$err" '5,,{"error"' "what fails prints no array"

finish

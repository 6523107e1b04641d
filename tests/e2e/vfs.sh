#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# VFs and rates: attributes in the words of ip and devlink, and what is refused.
. "${srcdir:-.}/tests/e2e/lib.sh"

fake_start --vfs 2

run vf set eth0 1 mac 02:00:00:00:00:01 vlan 5 qos 3 proto 802.1ad trust on \
	spoofchk on state disable rate 100
status 0 "vf set"
[ -z "$out$err" ]
ok $? "without a word"
run vf list eth0
[ "$out" = "vf 0 mac 00:00:00:00:00:00 trust off spoofchk off link_state auto query_rss off
vf 1 mac 02:00:00:00:00:01 vlan 5 qos 3 proto 802.1ad max_tx_rate 100 trust on spoofchk on link_state disable query_rss off" ]
ok $? "vf list says what there is to say"
run -j vf list eth0
has "$out" '[{"device":"fake/dev0","vf":0,"port_index":null,"netdev":null,"mac":"00:00:00:00:00:00","vlan":0,"qos":null,"proto":null,"min_tx_rate":0,' "vf list -j"
has "$out" '"roce":null' "what does not apply is null"
run -j vf set eth0 0 vlan 7
has "$out" '"vf":0' "a change tells with -j how it is now"
has "$out" '"vlan":7,"qos":0,"proto":"802.1q"' "with the usual tag"

run vf set eth0 0 roce enable
status 1 "a function's attribute in legacy mode"
has "$err" "roce" "is named"
run vf set eth0 2 trust on
status 5 "no such VF"
has "$err" "there are 0 to 1" "and how many there are"
run vf set nix 0 trust on
status 5 "no such device"
run vf list eth
has "$status $err" "5 swctl: no devlink device 'eth'; did you mean 'eth0'?" "near ones are named"
run vf count eth0 65
status 1 "a count over the maximum"

# refused PART WORD...: status 2 and PART named
refused() {
	part=$1
	shift
	run "$@"
	status 2 "status 2: swctl $*"
	has "$err" "$part" "named: $part"
}
refused multicast vf set eth0 0 mac 01:00:00:00:00:01
refused "all zero" vf set eth0 0 mac 00:00:00:00:00:00
refused "0 to 4095" vf set eth0 0 vlan 4096
refused "qos goes with vlan" vf set eth0 0 qos 3
refused "did you mean 'trust'" vf set eth0 0 trsut on
refused "its value is missing" vf set eth0 0 trust on vlan
refused "given twice" vf set eth0 0 trust on trust off
refused "'x' is not the number of a VF" vf set eth0 x trust on
refused "such as 10mbit" rate set eth0_0 tx_max fast
refused "unknown attribute 'trust'" rate set eth0_0 trust on
"$SWCTL" vf set --help >"$dir/help"
grep -q "trust off|on" "$dir/help"
ok $? "help lists the attributes"

echo '{"jsonrpc":"2.0","id":1,"method":"vf.set","params":{"device":"eth0","vf":0,"attrs":"mac ff:ff:ff:ff:ff:ff"}}' |
	$peer "$SWOFFD_SOCKET" say >"$dir/out" 2>&1
grep -q '"code":-32602.*multicast' "$dir/out"
ok $? "the daemon checks for itself"

run eswitch set eth0 mode switchdev
run vf set eth0_0 0 mac 02:00:00:00:00:07 rate 100 roce enable
status 0 "in switchdev mode"
run vf list eth0
has "$out" "vf 0 port 1 netdev eth0_0 mac 00:00:00:00:00:00 vlan 7" "rtnetlink's as before"
has "$out" "hw_addr 02:00:00:00:00:07 roce enable state inactive opstate detached tx_max 100Mbit" "devlink has address and rate"
run vf set eth0 0 migratable enable
status 1 "what the driver has not"
has "$err" "migratable" "is named"
has "$err" "fake: not supported" "with its words"

run rate add fake/dev0/gold tx_max 200mbit
status 0 "rate add"
run rate add fake/dev0/silver parent gold tx_share 50mbit
status 0 "below another"
run rate set eth0_1 parent silver tx_share 10mbit priority 2 weight 30
status 0 "rate set, by representor"
run rate list eth0
[ "$out" = "fake/dev0/gold node tx_max 200Mbit
  fake/dev0/silver node tx_share 50Mbit parent gold
    fake/dev0/2 leaf netdev eth0_1 tx_share 10Mbit tx_max 100Mbit tx_priority 2 tx_weight 30 parent silver
fake/dev0/1 leaf netdev eth0_0 tx_max 100Mbit" ]
ok $? "rate list is a tree"
run -j rate list eth0
has "$out" '{"device":"fake/dev0","rate":"fake/dev0/gold","type":"node","node":"gold","port_index":null,"netdev":null,"tx_share":0,"tx_max":25000000,"tx_priority":0,"tx_weight":0,"parent":null,"warning":null}' "rate list -j"

run rate set fake/dev0/1 tx_share 300mbit parent gold tx_max 400mbit
status 0 "more than there is, is done"
has "$err" "warning: gold: tx_share 350Mbit of its children together is more than the tx_max 200Mbit" "and warned of"
run rate list eth0
has "$out" "  warning: tx_share 350Mbit" "in the list, too"
run rate set fake/dev0/1 tx_max 10kbit
status 1 "no multiple of the driver's unit"
has "$err" "fake: not a multiple of 1Mbit" "in the driver's words"
run rate del fake/dev0/gold
status 1 "a node with children stays"
run rate set fake/dev0/silver noparent
run rate set eth0_0 noparent
run rate del fake/dev0/gold
status 0 "without them it goes"
run rate del fake/dev0/gold
status 5 "once"
run rate set fake/dev0/silvr tx_max 1mbit
status 5 "no such rate"
run rate add fake/dev0/17
status 5 "a number is a port"
run rate del eth0_0
status 1 "a leaf cannot be deleted"

finish

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What flows are worth, how full the tables are, and what all have counted.
. "${srcdir:-.}/tests/e2e/lib.sh"

fake_start --vfs 4 --switchdev --capacity 2

ask() {
	out=$(printf '%s\n' "$1" | timeout 20 $peer "$SWOFFD_SOCKET" say)
}

flow() {
	printf 'in_port(eth0_%s),eth_type(0x0800),ipv4(dst=192.0.2.%s),actions:eth0_1' \
		"$1" "$2"
}

run flow add --weight 5 --idle-timeout 3600 "$(flow 0 1)"
has "$status $out" "0 in_hw" "a flow with attributes is put"
run -j flow show "$(flow 0 1)"
has "$out" '"pin":false,"weight":5,"idle_timeout":3600,"hard_timeout":0' \
	"and shown with them"
run flow set --pin yes --idle-timeout 0 "$(flow 0 1)"
status 0 "they can be changed"
run -j flow show "$(flow 0 1)"
has "$out" '"pin":true,"weight":5,"idle_timeout":0' \
	"and what was not given stays as it was"
run -j flow set --pin no --weight 7 "$(flow 0 1)"
has "$out" '"weight":7' "the answer is the flow"
run flow set "$(flow 0 1)"
status 2 "nothing to set is wrong usage"
run flow set --weight 0 "$(flow 0 1)"
has "$status $err" "2" "a weight of 0 is wrong usage"
has "$err" "from 1 to 1000000" "and it is said what may be"
run flow set --pin maybe "$(flow 0 1)"
status 2 "pinned is yes or no"
run flow set --weight 5 "$(flow 3 77)"
status 5 "a flow that is not there is status 5"
ask '{"jsonrpc":"2.0","id":1,"method":"flow.set","params":{"flow":"x","pin":1}}'
has "$out" "not true or false" "over the socket pin is a boolean"
ask '{"jsonrpc":"2.0","id":1,"method":"flow.add","params":{"flow":"x","weight":2000000}}'
has "$out" "error" "and a weight over the limit an error"

printf '%s\n' '{"dev":"eth0_0","hook":"ingress","protocol":"ip","weight":9,"match":{"dst_ip":"192.0.2.2"},"actions":[{"kind":"gact","args":"drop"}]}' \
	"$(flow 0 3)" >"$dir/flows"
run flow load --weight 2 "$dir/flows"
has "$out" "2 flows, 1 in hardware, 1 in software" "a file of flows is put"
run -j flow show --dev eth0_0
has "$out" '"weight":9' "a line of JSON has a weight of its own"
has "$out" '"weight":2' "others have that of the command"

run capacity show
has "$out" "fake/dev0" "the table of a device is shown"
run -j capacity show eth0_0
has "$out" '[{"device":"fake/dev0","flows":3,"in_hw":2,"pinned":0,"high":2,' \
	"by a port of it too"
run capacity set eth0 limit 1
status 5 "a netdev that no flow is on has no table"
run -j capacity set fake/dev0 limit 1
has "$out" '"limit":1,"reserve":0' "a limit is set"
run capacity set fake/dev0 limit none reserve 1
status 0 "limit and reserve at once"
run -j capacity show
has "$out" '"limit":null,"reserve":1' "none takes a limit back"
run capacity set fake/dev0 limit
status 2 "a limit without a number is wrong usage"
run capacity set fake/dev0 limit many
status 2 "so is one that is no number"
run capacity set fake/dev0 reserve none
status 2 "and a reserve of none"
run capacity set fake/dev0 size 5
status 2 "and a word that is not known"

run flow stats
has "$out" "in hardware" "sums of all flows"
has "$out" "table-full" "with the reasons"
run -j flow stats
# Who has a place may have changed since: counters are read now and then.
has "$out" ',"packets":0,"bytes":0,"hw_packets":0,"hw_bytes":0,"pps":0,"states":{"pending":0,"in_hw":' \
	"in the promised shape"
has "$out" '"devices":[{"dev":"eth0_0","flows":3,"in_hw":' "by device, too"
finish

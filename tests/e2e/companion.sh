#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What is done beside Open vSwitch, over the control socket: modes, flows, trials.
. "${srcdir:-.}/tests/e2e/lib.sh"

# ufid N
ufid() { printf '%08x-0000-0000-%04x-000000000000' "$1" "$1"; }

# flow N MATCH ACTIONS: a line of the datapath
flow() {
	echo "ufid:$(ufid "$1"), in_port(1),eth(),eth_type(0x0800),$2, packets:$1, bytes:60, used:1.0s, actions:$3"
}

many() {
	i=0
	while [ "$i" -lt "$1" ]; do
		i=$((i + 1))
		echo "userspace(pid=0,slow_path(action))"
	done | paste -sd,
}

{
	echo hw-offload
	echo port 1 eth0_0
	echo port 2 eth0_1
	echo port 3 eth0_2
	flow 1 "ipv4(dst=192.0.2.1,frag=no)" 2
	flow 2 "ipv4(dst=192.0.2.2,frag=no)" "userspace(pid=0,slow_path(action))"
	flow 3 "ipv4(dst=192.0.2.3,ttl=64,frag=no)" 2
	flow 4 "ipv4(dst=192.0.2.4,frag=no)" "$(many 1500)"
	echo "ufid:$(ufid 5), in_port(3),eth(),eth_type(0x86dd),ipv6(frag=no), packets:5, bytes:60, used:1.0s, actions:drop"
	echo "tc in_hw $(ufid 6) filter add dev eth0_0 ingress protocol ip flower dst_ip 192.0.2.6 action drop"
	echo "tc not_in_hw $(ufid 7) filter add dev eth0_1 ingress protocol ip flower dst_ip 192.0.2.7 action drop"
} >"$dir/datapath"
printf 'on eth0_0: port 1\n' >"$dir/bad"

"$SWOFFD_FAKE" --socket "$dir/none" --datapath "$dir/bad" 2>/dev/null
[ $? -eq 1 ]
ok $? "a file that is wrong is told"

# Nobody looks at it.
fake_start
for words in "mode" "mode observe" "flows" "explain $(ufid 1)"; do
	# shellcheck disable=SC2086
	run ovs $words
	status 1 "ovs $words without a companion"
	has "$err" "not looked at" "and why"
done
fake_stop

fake_start --vfs 3 --switchdev --unsupported ip_ttl \
	--datapath "$dir/datapath" --state "$dir/state"

# Modes.
run ovs mode
status 0 "the mode is told"
has "$out" "observe" "auto observes where Open vSwitch offloads"
run ovs mode nonsense
status 1 "a mode that is none is an error"
has "$err" "none of auto, off, observe, mirror" "and it says which there are"
run ovs mode mirror --policy nonsense
status 2 "a policy that is none is usage"
run ovs mode --policy hw-only
status 2 "a policy needs a mode"
run ovs mode mirror extra
status 2 "two modes are too many"
run ovs mode mirror
status 0 "mirror is asked for"
has "$out" "observe: Open vSwitch offloads by itself" "and why it is another"
run -j ovs mode
has "$out" '"mode":"observe","asked":"mirror","why":"Open vSwitch' "in JSON, too"
run ovs status
has "$out" "asked for" "the status has it"
run ovs mode off
status 0 "off"
run ovs flows
[ "$status" = 0 ] && [ -z "$out" ]
ok $? "then there are no flows"
run -j ovs mode observe --policy sw-only
has "$out" '{"mode":"observe","asked":"observe","why":null,"policy":"sw-only","openvswitch":true,"whole":true,"trouble":null,"datapaths":1,"ports":4,"flows":7,"flows_not_followed":0,"shares":[{"where":"in_hw","flows":1,' "ovs mode -j has the promised shape"

# Flows.
run ovs flows
status 0 "flows are shown"
has "$out" "ufid:$(ufid 6) in_hw by ovs dev eth0_0" "one in hardware"
has "$out" "ufid:$(ufid 7) tc by ovs dev eth0_1" "one in tc"
has "$out" "ufid:$(ufid 1) datapath dev eth0_0" "one in the datapath"
has "$out" "in_port(eth0_0)" "ports have names"
has "$out" "action-unsupported" "with reasons"
[ "$(grep -c '^ufid:' "$dir/out")" -eq 7 ]
ok $? "all of them"
[ "$(awk '{ if (length > n) n = length } END { print n }' "$dir/out")" -gt 40000 ]
ok $? "one of 50 kB too"

# count N WORD...: so many flows
count() {
	n=$1
	shift
	run ovs flows "$@"
	[ "$(grep -c '^ufid:' "$dir/out")" -eq "$n" ]
	ok $? "$n flows with $*"
}
count 5 --dev eth0_0
count 1 --dev eth0_1
count 0 --dev nosuch
count 1 --where in_hw
count 1 --where tc
count 5 --where datapath
count 0 --where pending
count 6 --not-in-hw
count 4 --not-in-hw --dev eth0_0
count 2 --top 2
count 7 --top 100
count 1 --top 1 --where tc
count 1 "$(ufid 5)"
count 1 "ufid:$(ufid 5)"
count 0 "$(ufid 5)" --where in_hw
status 0 "it is somewhere else, and that is no failure"
run ovs flows --where nowhere
status 2 "a place that is none is usage"
run ovs flows --top 0
status 1 "the busiest none is an error"
run ovs flows --top x
status 2 "a number that is none is usage"
run ovs flows --top 4294967295
status 1 "too many of the busiest are an error"
run ovs flows nonsense
status 1 "a ufid that is none is an error"
run ovs flows "$(ufid 99)"
status 5 "a flow that is not there is status 5"
run -j ovs flows "$(ufid 6)"
has "$out" "\"ufid\":\"$(ufid 6)\",\"datapath\":null,\"dev\":\"eth0_0\",\"where\":\"in_hw\",\"by\":\"ovs\",\"flow\":\"" "ovs flows -j has the promised shape"
run -j ovs flows --where nowhere
[ -z "$out" ] || has "$out" '"error"' "a failure in JSON"

run reasons
has "$out" "left-out-by-ovs" "flows of Open vSwitch are counted by reason, too"
has "$out" "action-unsupported" "those that no rule is made of as well"

# Trials.
run ovs flows --probe "$(ufid 1)"
has "$out" "port-not-offloadable:eth0_0: hw-tc-offload is off" "what is off is the reason"
for rep in eth0_0 eth0_1 eth0_2; do
	run rep set "$rep" hw-tc-offload on
done
status 0 "it is switched on"
run ovs flows --probe "$(ufid 1)"
has "$out" "left-out-by-ovs" "what would be offloaded was left out"
run ovs flows --probe "$(ufid 3)"
has "$out" "driver: " "what the driver refuses is told"
run ovs flows --probe "$(ufid 7)"
has "$out" "driver-silent" "and what tc alone has, though hardware would take it"
run ovs flows --probe --top 3
[ "$(grep -c '^ufid:' "$dir/out")" -eq 3 ]
ok $? "the busiest may be tried out"
run ovs explain "$(ufid 1)"
status 0 "a flow by ufid is offloadable"
has "$out" "tried out: offloadable" "which is told"
run ovs explain "ufid:$(ufid 3)"
status 1 "one that the driver refuses is not"
run ovs explain "$(ufid 2)"
status 1 "nor one that no rule is made of"
has "$out" "action-unsupported" "for that reason"
run ovs explain "$(ufid 4)"
status 1 "nor a huge one"
run ovs explain "$(ufid 99)"
status 5 "a ufid that is not known is status 5"
run ovs explain "in_port(eth0_0),eth(),eth_type(0x0800),ipv4(dst=192.0.2.9,frag=no), actions:eth0_1"
status 0 "a line is explained"
has "$out" "offloadable" "and offloadable"
run ovs explain "in_port(nosuch),eth_type(0x0800),actions:drop"
status 1 "a port that is not here is a reason"
has "$out" "port-unknown" "which is told"
run ovs explain "not a flow"
status 1 "what is no flow is an error"
run -j ovs explain "$(ufid 1)"
has "$out" '"verdict":"offloadable"' "ovs explain -j has a verdict"
has "$out" "\"flow\":{\"ufid\":\"$(ufid 1)\"" "and the flow"
run flow show
[ "$status" = 0 ] && [ -z "$out" ]
ok $? "nothing is left of trials"

# Who goes away in the middle leaves no trace.
for i in 1 2 3 4 5; do
	"$SWCTL" ovs flows --probe | head -n 1 >/dev/null
	"$SWCTL" -j ovs flows | head -c 10 >/dev/null
done
run ovs status
status 0 "clients that went away do no harm"
fake_stop

# It is kept, and mirrors where it may.
sed -i '/^hw-offload/d; /^tc /d' "$dir/datapath"
fake_start --vfs 3 --switchdev --datapath "$dir/datapath" --state "$dir/state"
run -j ovs mode
has "$out" '"mode":"observe","asked":"observe","why":null,"policy":"sw-only"' "mode and policy are kept over a restart"
run ovs flows "$(ufid 1)"
has "$out" "ovs-offload-off" "nobody offloads"
run ovs mode mirror --policy best-effort
status 0 "mirror is asked for"
[ "$out" = mirror ]
ok $? "and in force"
run -j ovs flows "$(ufid 1)"
has "$out" '"where":"in_hw","by":"swoffd"' "its flow is in hardware"
run flow show
has "$out" "$(ufid 1)" "where flow show has it"
run flow flush
run ovs flows --where in_hw
has "$out" "$(ufid 1)" "and flow flush leaves it"
run ovs mode off
run flow show
[ "$status" = 0 ] && [ -z "$out" ]
ok $? "off takes all out"
finish

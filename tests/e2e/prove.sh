#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# flow prove: verdicts, shapes, statuses, and who goes away meanwhile.
. "${srcdir:-.}/tests/e2e/lib.sh"

flow() {
	printf 'in_port(eth0_0),eth_type(0x0800),ipv4(dst=192.0.2.%s),actions:eth0_1' \
		"$1"
}

# becomes STATE COUNT: waits until so many flows are in the state
becomes() {
	n=0
	while [ "$("$SWCTL" -j flow show --state "$1" | grep -o '"ufid"' |
		wc -l)" -ne "$2" ]; do
		n=$((n + 1))
		[ "$n" -lt 1000 ] || return 1
	done
}

fake_start --vfs 4 --switchdev --traffic 10 --unsupported ip_ttl
run flow add "$(flow 1)"
ufid=$("$SWCTL" flow show "$(flow 1)" | sed -n 's/^ufid:\([^ ]*\) .*/\1/p')

run flow prove "$(flow 1)"
has "$status $out" "0 proven: hardware forwards the packets" "a flow is proven"
has "$out" "PHASE" "with what was counted"
printf '%s\n' "$out" | grep -Eq '^watch +[0-9]+ +[1-9][0-9]* +0$'
ok $? "by hardware while it was watched"
printf '%s\n' "$out" | grep -Eq '^control +2[0-9]+ +0 +[1-9][0-9]*$'
ok $? "by software in the control"
run -j flow show "$ufid"
has "$out" '"state":"in_hw"' "it is back in hardware"
has "$out" '"reasons":[]' "as if nothing had been"

run -j flow prove --no-control --packets 30 "ufid:$ufid"
has "$status $out" "0 {\"ufid\":\"$ufid\",\"verdict\":\"proven\",\"text\":\"hardware forwards the packets\",\"state\":\"in_hw\",\"control\":\"left out\",\"phases\":[{\"phase\":\"watch\",\"ms\":" "in the promised shape, by ufid, without the control"
has "$out" ',"sw_packets":0}],"reasons":[]}' "to the end"

run flow add -p hw-only "$(flow 2)"
run flow prove "$(flow 2)"
has "$status $out" "0 proven" "a hw-only flow is proven"
has "$out" "without control: the flow is not to be in software" "without control"

run flow add dev eth0_1 ingress protocol ip flower ip_ttl 64 action drop
run flow prove dev eth0_1 ingress protocol ip flower ip_ttl 64
has "$status $out" "1 not in hardware: hardware does not have the rule" \
	"what is not in hardware is not proven"
has "$out" "driver-refused" "and the reason is told"
run -j flow prove dev eth0_1 ingress protocol ip flower ip_ttl 64
has "$out" '"verdict":"not in hardware","text":"hardware does not have the rule","state":"sw","control":null,"phases":[],"reasons":[{"stage":"driver"' "in JSON too"

run flow prove "$(flow 77)"
status 5 "a flow that is not there is status 5"
run flow prove
status 2 "a flow must be named"
run flow prove --seconds 0 "$(flow 1)"
status 2 "no time at all is wrong usage"
run flow prove --packets some "$(flow 1)"
status 2 "so is what is no number"
run flow prove --seconds 3601 "$(flow 1)"
has "$status $err" "1" "and more than an hour is not taken"
has "$err" "seconds: 3601 is not from 1 to 3600" "by the daemon"

"$SWCTL" flow prove --packets 1000 "$(flow 1)" >"$dir/gone" 2>&1 &
gone=$!
becomes evicted 1
ok $? "in the control it is in software"
run flow show "$(flow 1)"
has "$out" "policy: being-proven:fake/dev0" "by reason"
run flow prove "$(flow 1)"
has "$status $err" "1" "a second proof of it meanwhile fails"
has "$err" "this flow is being proven already" "and is told why"
kill -KILL "$gone"
becomes in_hw 2
ok $? "who goes away meanwhile leaves it where it was"

"$SWCTL" flow prove --packets 1000 "$(flow 1)" >"$dir/deleted" 2>&1 &
deleted=$!
becomes evicted 1
run flow del "$(flow 1)"
wait "$deleted"
has "$? $(cat "$dir/deleted")" "1 deleted: the flow was deleted meanwhile" \
	"a flow that is deleted meanwhile"

run flow add "$(flow 1)"
"$SWCTL" flow prove --packets 1000 "$(flow 1)" >"$dir/stopped" 2>&1 &
stopped=$!
becomes evicted 1
fake_stop
wait "$stopped"
[ $? -eq 3 ]
ok $? "a daemon that ends meanwhile"

fake_start --vfs 4 --switchdev
run flow add "$(flow 1)"
run flow prove --seconds 1 "$(flow 1)"
has "$status $out" "1 no traffic: too few packets came in the time that was given" \
	"without packets nothing is proven"
finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# How near swoffd comes to what the kernel can do, which tests/bench/limit
# finds out, and how far from `tc -batch` it is: in one boot, in turn, on a
# representor with hardware ("hw"), whose driver needs no rtnl, as mlx5's does
# not, and on a plain netdev in software ("sw").
#
#   scripts/vm -m 8G tests/bench/engine.sh [RULES...]       (100000 1000000)
#   scripts/vm --qemu -m 8G tests/bench/engine.sh           with two CPUs
#
# With two CPUs what is compared is pinned to the same one (pin.sh): limit, tc,
# and the thread that sends a load, or that reads counters; the rest of swoffd and
# its clients have the other. A restart is not pinned, nor a load while somebody
# asks.
#
# A figure is a line: NAME MIN/MEDIAN/MAX UNIT (what it is compared with, the
# median of the ratios, the aim and if it was reached), over ROUNDS rounds (3).
# A missed aim is no failure, a wrong count is. What else this machine does
# while it runs shows in the figures: repeat them when it is quiet.
set -eu -o pipefail
cd "$(dirname "$0")/../vm"
. ./testlib.sh
. ./daemon.sh
. ../bench/figures.sh
. ../bench/pin.sh

bench=../bench
# Beside the programs of the tree, which scripts/vm has put into PATH.
limit=$(dirname "$(dirname "$(command -v swctl)")")/tests/bench/limit
rounds=${ROUNDS:-3}
tc_most=100000         # rules; tc -batch is slow
touched=5000           # bytes of memory a rule takes, in all
# The kernel frees rules and their memory some time after they are gone.
memory_settles() {
	local before='' after
	until after=$(grep Slab: /proc/meminfo); [ "$before" = "$after" ]; do
		before=$after
		sleep 0.3
	done
}

bare_device() {
	tc qdisc del dev "$on" clsact 2>/dev/null || :
	memory_settles
	tc qdisc add dev "$on" clsact
}

# bound OP ARG...: the yardstick; its seconds in $took.
bound() {
	local count
	read -r _ count took < <(on_last "$limit" "$@")
	same "limit $1" "$rules" "${count-}"
}

# What the kernel has of a rule, but for what differs from rule to rule.
rule_without_names() {
	tc -j filter get dev "$on" ingress protocol ip prio 10 handle 1 flower |
		jq -c '.[].options | del(.actions[] | .index, .cookie)'
}

run_limit() {
	bare_device
	bound insert "$on" "$to" "$rules" $skip
	rate limit-insert "$took"
	rule=$(rule_without_names)
	bound delete "$on" "$rules"
	rate limit-delete "$took"
}

run_tc() {
	[ "$rules" -le $tc_most ] || return 0
	bare_device
	timed on_last tc -batch /tmp/rules
	rate tc-batch "$took"
	bound terse "$on"
}

flows() { swctl -j status | jq ".flows.$state"; }

start() {
	swoffd --background --log-level error
	swctl wait 600
}

# start_timed NAME: a daemon, and its process id in $pid.
start_timed() {
	timed start
	sample "$1" "$took"
	pid=$(swctl -j status | jq .pid)
}

# All counters of the kernel into the daemon; and added up, to who asks.
run_poll() {
	local read told
	pin swoffd-dump
	for _ in 1 2 3; do
		bound terse "$on"
		sample limit-terse "$took"
		read -r read told < <(on_first $bench/client.py poll)
		[ -n "${told-}" ] || fail "no counters were read"
		sample poll "$read"
		sample poll-told "$told"
	done
}

loaded() {
	same "flows in state $state" "$rules" "$(flows)"
	[ "$place" = sw ] ||
		same "rules in hardware" "$rules" "$(cat $HW/rules)"
}

run_load() {
	local before
	bare_device
	start_timed start-empty
	memory; rss0=$rss anon0=$anon
	before=$(processor)
	pin swoffd-tc
	timed on_first swctl flow load /tmp/rules
	rate load "$took"
	each load-cpu $(($(processor) - before))
	loaded
	same "the rule" "$rule" "$(rule_without_names)"
	grown load
	run_poll
}

# A rule of somebody else's, before and after, shows that tc monitor hears.
run_restart() {
	local monitor
	bound full "$on"
	sample limit-full "$took"
	tc monitor >/tmp/events & monitor=$!
	until grep -q "pref 7" /tmp/events; do
		tc filter del dev "$on" ingress prio 7 2>/dev/null || :
		tc filter add dev "$on" ingress prio 7 protocol ip flower \
			skip_hw action pass
	done
	swoffd_stop KILL
	start_timed restart
	loaded
	tc filter del dev "$on" ingress prio 7
	until grep -q "^deleted filter.*pref 7 " /tmp/events; do :; done
	kill $monitor
	wait $monitor 2>/dev/null || :
	same "rules rewritten by a restart" 0 \
		"$(grep -c "^[a-z ]*filter.*pref 10 " /tmp/events || :)"
	grown restart
}

run_flush() {
	timed swctl flow flush
	rate flush "$took"
	same "flows left" 0 "$(flows)"
	bare_device
}

# How much of a load comes behind its last line: what became of the flows is
# read back.
run_read_back() {
	local whole rest
	pin swoffd-tc
	read -r whole rest < <(on_first $bench/client.py load /tmp/rules)
	loaded
	sample load-whole "$whole"
	sample read-back "$rest"
	swctl flow flush >/dev/null
	memory_settles
}

# asked HOW NAME COMMAND...
asked() {
	local how=$1 name=$2 n p50 p99 max
	shift 2
	read -r n p50 p99 max < <($bench/client.py "$how" "$@")
	[ -n "${max-}" ] || fail "no latency of $how"
	sample "$name-$how-answers" "$n"
	sample "$name-$how-p50" "$p50"
	sample "$name-$how-p99" "$p99"
	sample "$name-$how-max" "$max"
}

run_latency() {
	local how
	unpin
	for how in socket swctl; do
		asked $how idle sleep 2
		asked $how load swctl flow load /tmp/rules
		loaded
		swctl flow flush >/dev/null
		memory_settles
	done
	swoffd_stop
}

report() {
	local how part
	figure limit-insert rules/s
	figure load rules/s limit-insert ">=0.85"
	figure tc-batch rules/s
	# Nobody is further ahead of tc than limit.
	[ "$rules" -gt $tc_most ] || figure limit-insert rules/s tc-batch
	[ "$rules" -gt $tc_most ] || figure load rules/s tc-batch ">=5"
	figure load-cpu us/flow
	figure limit-terse s
	figure poll s limit-terse "<=1.3"
	figure poll-told s limit-terse
	figure read-back s load-whole
	figure limit-full s
	figure start-empty s
	figure restart s limit-full "<=3"
	figure limit-delete rules/s
	figure flush rules/s limit-delete
	for part in load-rss load-anon restart-rss restart-anon; do
		figure $part bytes/flow "" "<=200"
	done
	for how in socket swctl; do
		figure load-$how-answers calls
		figure load-$how-p50 ms idle-$how-p50
		figure load-$how-p99 ms idle-$how-p99
		figure load-$how-max ms idle-$how-max
	done
	# Of swctl most is its own start.
	figure load-socket-p99 ms "" "<=10"
}

# A place: the netdev, where it leads to, what tc and limit are told, where
# flows end.
use_hw() { place=hw on=eth1 to=eth2 skip='' state=in_hw; }
use_sw() { place=sw on=bench0 to=bench1 skip=skip_hw state=sw; }

make_rules() {
	batch "$rules" "$on" "$to" |
		sed "s/ action/${skip:+ $skip} action/" >/tmp/rules
}

set_up() {
	swoffd_start
	four_vfs unlocked
	swoffd_stop
	ethtool -K eth1 hw-tc-offload on
	ip link add bench0 up type dummy
	ip link add bench1 up type dummy
}

# Memory that is touched for the first time is slow.
touch_memory() {
	local most=0 free n
	for n; do [ "$n" -le $most ] || most=$n; done
	free=$(awk '/^MemAvailable/ { print $2 }' /proc/meminfo)
	[ $((most * touched / 1024)) -lt "$free" ] || {
		echo "engine.sh: too little memory for $most rules" >&2
		exit 1
	}
	mount -o remount,size=100% /dev/shm
	head -c $((most * touched)) /dev/zero >/dev/shm/touched
	rm /dev/shm/touched
}

[ $# -gt 0 ] || set -- 100000 1000000
touch_memory "$@"
set_up
for rules; do
	for ((round = 0; round < rounds; round++)); do
		for use in use_hw use_sw; do
			$use
			echo "# $place, $rules rules, round $round" >&2
			make_rules
			run_limit
			run_tc
			run_load
			run_restart
			run_flush
			run_read_back
			run_latency
		done
	done
	for use in use_hw use_sw; do $use; report; done
done

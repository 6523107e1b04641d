#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# How fast flows of Open vSwitch get into hardware: those that its datapath has
# when mirror mode begins ("sync"), those that come one after another then
# ("follow"), and, beside them in the same boot, those that Open vSwitch itself
# offloads ("own"). What it costs afterwards to have them: in mirror mode, and
# observed beside an Open vSwitch that offloads. How soon hardware has a flow that
# a frame makes ("birth"), 99 times of 100 of 300, beside what Open vSwitch takes.
#
#   scripts/vm -m 4G tests/bench/ovs.sh [FLOWS...]       (20000)
#
# Flows are put by `dpctl/add-flows`, whose own speed is "datapath". A figure is
# a line as engine.sh prints it, over ROUNDS rounds (3). Shares of the processor
# are of REST seconds (20). What else this machine does meanwhile shows.
set -eu -o pipefail
cd "$(dirname "$0")/../vm"
. ./testlib.sh
. ./daemon.sh
. ./ovs.sh
. ./ovs-mirror/lib.sh
. ../bench/figures.sh

rounds=${ROUNDS:-3}
rest=${REST:-20}
place=ovs

# number NETDEV: of its port in the datapath.
number() {
	ovs-appctl dpctl/show | sed -n "s/.*port \([0-9]*\): $1\$/\1/p"
}

# Lines for dpctl/add-flows: N different five-tuples.
make_flows() {
	awk -v n="$rules" -v in_port="$(number eth1)" -v out="$(number eth2)" '
	BEGIN {
		for (i = 0; i < n; i++)
			printf "ufid:%08x-0000-0000-0000-%012x,recirc_id(0)," \
			       "in_port(%d),eth(src=02:00:00:00:00:01," \
			       "dst=02:00:00:00:00:02),eth_type(0x0800)," \
			       "ipv4(src=10.0.%d.%d,dst=192.0.2.1,proto=17," \
			       "tos=0/0,ttl=0/0,frag=no),udp(src=%d,dst=53) " \
			       "%d\n", i + 1, i + 1, in_port, int(i / 256) % \
			       256, i % 256, 1024 + i % 60000, out
	}' >/tmp/flows
}

# No flow is idle for too long.
open_vswitch() {
	ovs_start "$1"
	ovs-vsctl set Open_vSwitch . other_config:max-idle=3600000
	ovs_bridge br0 eth{0..4}
}

# Nobody revalidates flows, which no rule of OpenFlow has made.
pause() {
	ovs-appctl revalidator/pause
	make_flows
}

# vswitchd does not end while revalidators pause.
resume() {
	ovs-appctl dpctl/del-flows
	ovs-appctl revalidator/resume
}

close_all() {
	swoffd_stop
	ovs_stop
}

add_flows() { ovs-appctl dpctl/add-flows /tmp/flows; }

in_hw() { same "rules in hardware" "$rules" "$(cat "$HW/rules")"; }

start() {
	swoffd_start
	pid=$(swctl -j status | jq .pid)
}

# added NAME COMMAND...: what the command adds to the daemon's processor time.
added() {
	local name=$1 before
	shift
	before=$(processor)
	"$@"
	each "$name" $(($(processor) - before))
}

# In hundredths of a processor.
rested() {
	local before
	before=$(processor)
	sleep "$rest"
	sample "$1" "$(awk -v us=$(($(processor) - before)) -v s="$rest" \
		'BEGIN { print us / s / 10000 }')"
	in_hw
}

sync_mode() {
	timed swctl ovs mode mirror
	rate sync "$took"
	in_hw
}

# Until the last of them is in hardware, from when the first was put.
follow() {
	timed follow_all
	rate follow "$took"
	in_hw
}
follow_all() {
	local n
	add_flows
	until read -r n <"$HW/rules" && [ "$n" = "$rules" ]; do
		swctl -j ovs flows --top 1 >/tmp/top
	done
}

gone() {
	local n
	until read -r n <"$HW/rules" && [ "$n" = 0 ]; do
		swctl -j ovs flows --top 1 >/tmp/top
	done
}

run_mirror() {
	open_vswitch false
	pause
	start
	memory; rss0=$rss anon0=$anon
	timed add_flows
	rate datapath "$took"
	added sync-cpu sync_mode
	grown mirror
	rested mirror-cpu
	ovs-appctl dpctl/del-flows
	gone
	added follow-cpu follow
	swctl ovs mode off >/dev/null
	same "rules after mirror" 0 "$(cat "$HW/rules")"
	resume
	close_all
}

run_own() {
	open_vswitch true
	pause
	timed add_flows
	rate own "$took"
	in_hw
	start
	memory; rss0=$rss anon0=$anon
	swctl ovs mode observe >/dev/null
	swctl -j ovs flows >/tmp/shown
	same "flows observed in hardware" "$rules" \
		"$(grep -c '"where":"in_hw"' /tmp/shown)"
	grown observe
	rested observe-cpu
	swctl ovs mode off >/dev/null
	resume
	close_all
}

# born_soon NAME HOW...: how soon, of flows that frames make.
born_soon() {
	local name=$1
	shift
	rules_add
	latency.py "$1" "$HW/inject" 128 300 "${@:2}" >/tmp/said
	sample "$name" \
		"$(sed -n 's/^frame to.* p99 \([0-9.]*\).*/\1/p' /tmp/said)"
}

run_births() {
	open_vswitch false
	start
	swctl ovs mode mirror >/dev/null
	born_soon birth birth 1
	swctl ovs mode off >/dev/null
	close_all
	open_vswitch true
	start
	born_soon own-birth own
	close_all
}

report() {
	figure datapath flows/s
	figure own flows/s
	figure sync flows/s own ">=1"
	figure follow flows/s own
	figure sync-cpu us/flow
	figure follow-cpu us/flow
	figure mirror-cpu %
	figure observe-cpu %
	figure mirror-rss bytes/flow
	figure mirror-anon bytes/flow
	figure observe-rss bytes/flow
	figure observe-anon bytes/flow
	figure own-birth ms
	figure birth ms own-birth
}

[ $# -gt 0 ] || set -- 20000
swoffd_start
four_vfs
swoffd_stop
flows_make 300
for port in eth1 eth2; do ethtool -K $port hw-tc-offload on; done
for rules; do
	for ((round = 0; round < rounds; round++)); do
		echo "# $rules flows, round $round" >&2
		run_mirror
		run_own
		run_births
	done
	report
done

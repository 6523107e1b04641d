#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The golden rule with OVS: a random OpenFlow table, and the same random frames
# through OVS alone, through OVS that offloads by itself and through OVS whose
# flows swoffd offloads, end up the same at every port. With OVS_GOLDEN_SEED it
# is another table; with OVS_GOLDEN_KEEP, a directory, what was recorded stays.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh
. ./ovs.sh

WAYS="alone own"
seed=${OVS_GOLDEN_SEED:-1}
rec=${OVS_GOLDEN_KEEP:-/tmp/rec}
ports=8

# Each is asked for before the table and the frames, and ended after them.
way_alone() { ovs_start false; }
way_own() { ovs_start true; }
way_mirror() {
	ovs_start false
	swoffd_start
	swctl ovs mode mirror
	swctl wait
}
end_alone() { :; }
end_own() { :; }
end_mirror() { swoffd_stop; }

world() {
	local setting
	sim_add 10 0
	echo $((ports - 1)) >/sys/kernel/debug/netdevsim/netdevsim10/max_vfs
	echo $((ports - 1)) >/sys/bus/netdevsim/devices/netdevsim10/sriov_numvfs
	sim_ports $((ports - 1))
	ip link add sync0 type veth peer name sync1
	ip link set sync0 up
	ip link set sync1 up
	# No connection is to end before its last frame, and none for the
	# numbers in its segments, which say nothing.
	for setting in tcp_be_liberal=1 udp_timeout=3600 icmp_timeout=3600 \
		icmpv6_timeout=3600 tcp_timeout_syn_sent=3600 \
		tcp_timeout_syn_recv=3600 tcp_timeout_fin_wait=3600 \
		tcp_timeout_close_wait=3600 tcp_timeout_last_ack=3600 \
		tcp_timeout_time_wait=3600; do
		echo "${setting#*=}" \
			>"/proc/sys/net/netfilter/nf_conntrack_${setting%=*}"
	done
}

bridge() {
	local args=() port
	for ((port = 0; port < ports; port++)); do
		args+=(-- add-port br0 eth$port
			-- set Interface eth$port ofport_request=$((port + 1)))
	done
	ovs-vsctl -- set Open_vSwitch . other_config:vlan-limit=2 \
		-- add-br br0 -- set bridge br0 fail_mode=secure \
		-- add-port br0 sync0 "${args[@]}"
	ovs-ofctl -O OpenFlow15 --names add-flows br0 "$rec/rules"
}

# Frames that went up a port, so that hardware did not do all of their way.
went_up() { cat /sys/class/net/eth?/statistics/rx_packets | paste -sd + | bc; }

# record WAY: all frames in a life of OVS of their own; $status is that of the
# sender, $up_frames how many of them software saw.
record() {
	local before port
	"way_$1" || return
	bridge || return
	forget
	before=$(went_up)
	ovs-golden/run.pl send "$rec" "$rec/$1.out" "$hw"
	status=$?
	up_frames=$(($(went_up) - before))
	cp "$hw/table" "$rec/$1.table"
	ovs-appctl dpctl/dump-flows -m --names >"$rec/$1.flows"
	"end_$1"
	ovs-appctl dpctl/flush-conntrack
	ovs_stop
	for ((port = 0; port < ports; port++)); do
		tc qdisc del dev eth$port ingress 2>/dev/null
	done
	return $status
}

# compare ONE OTHER: what compare.pl says, its figures in the array found.
declare -A found
compare() {
	local figure
	ovs-golden/compare.pl "$rec" "$1" "$2" ovs-golden/argued >"$rec/said"
	for figure in $(tail -n 1 "$rec/said"); do
		found[${figure%%=*}]=${figure#*=}
	done
}

# Frames and bytes that came out, by port.
sums() {
	awk '{ n[$1]++; b[$1] += length($2) / 2 }
		END { for (p in n) print p, n[p], b[p] }' "$rec/$1.out" | sort
}

mkdir -p "$rec"
world
ovs-golden/run.pl make "$seed" "$rec"
frames=$(wc -l <"$rec/frames")
ok "seed $seed: $(wc -l <"$rec/rules") rules, $frames frames, 10000 and more" \
	[ "$frames" -ge 10000 ]

for way in $WAYS; do
	begin=$SECONDS
	record "$way" >"$rec/$way.log" 2>&1
	is "$way: all frames went in" 0 $?
	sed 's/^/# /' "$rec/$way.log"
	by_hw=$((frames - up_frames))
	echo "# $way: $((SECONDS - begin)) s, $(wc -l <"$rec/$way.flows") flows," \
		"$(wc -l <"$rec/$way.table") rules in hardware"
	ok "$way: $(wc -l <"$rec/$way.out") came out, as many as went in" \
		[ "$(wc -l <"$rec/$way.out")" -ge "$frames" ]
	is "$way: of all ports" $ports "$(sums "$way" | wc -l)"
	if [ "$way" = alone ]; then
		is "$way: none of them by hardware" 0 $by_hw
	else
		ok "$way: $by_hw by hardware alone, half of them and more" \
			[ $((by_hw * 2)) -ge "$frames" ]
	fi
done

for way in ${WAYS#alone }; do
	is "alone and $way: as many frames and bytes at every port" \
		"$(sums alone)" "$(sums "$way")"
	compare alone "$way"
	grep '^#' "$rec/said"
	is "alone and $way: the same came out at every port" 0 \
		"${found[different]}"
done

sed '5000s/ 0/ 1/' "$rec/alone.out" >"$rec/changed.out"
compare alone changed
is "one frame that is changed is seen" 1 "${found[different]}"
tap_end

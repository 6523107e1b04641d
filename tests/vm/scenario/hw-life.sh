#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The model outlives what happens to a device that has rules while frames run
# through it: mode changes, VF counts, reloads, moves to another network
# namespace, removal. Meant for a debug kernel too. Run by scripts/vm.

. "$(dirname "$0")/../testlib.sh"

frame=$(eth 2 1 0800 "$(ipv4 10.0.0.1 10.0.0.2 17 "$(udp 1000 53 61626364)")")

# Frames for every port until told to stop; ports may be gone at any time.
traffic() {
	while [ ! -e /tmp/stop ]; do
		for port in 0 128 129 130; do inject $port 2000 $frame; done
	done 2>/dev/null
}
traffic_on() { rm -f /tmp/stop; traffic & traffic_pid=$!; }
traffic_off() { : >/tmp/stop; wait $traffic_pid; }

# Rules in a ring, with chains, mirrors, tags and a slow path that sends on.
rules() {
	local i n=${#rep[@]}
	for ((i = 0; i < n; i++)); do
		rule ${rep[i]} prio 1 protocol ip flower skip_sw \
			dst_ip 10.0.0.2 ip_proto udp dst_port 53 \
			action vlan push id 5 pipe \
			action mirred egress mirror dev $up pipe \
			action goto chain 1
		rule ${rep[i]} chain 1 prio 1 protocol 802.1q flower \
			vlan_id 5 action vlan pop pipe \
			action mirred egress redirect dev ${rep[(i + 1) % n]}
		rule ${rep[i]} prio 2 protocol all flower skip_hw \
			action mirred egress redirect dev $up
	done
	rule $up prio 1 protocol ip flower action mirred egress redirect \
		dev ${rep[0]}
}

sim_add 10 3
traffic_on
for turn in 1 2 3; do
	rules
	ok "$turn: rules are in hardware" [ "$(cat $hw/rules)" = 7 ]
	devlink dev eswitch set $dev mode legacy
	is "$turn: legacy mode leaves the uplink's" 1 "$(cat $hw/rules)"
	flush $(port_netdev 0)
	is "$turn: none is left without its qdisc" 0 "$(cat $hw/rules)"
	devlink dev eswitch set $dev mode switchdev
	sim_ports 3
done
rules
ok "frames are delivered meanwhile" eval \
	"until [ \"\$(came 129)\" -gt 0 ]; do :; done"
vfs=/sys/bus/netdevsim/devices/netdevsim10/sriov_numvfs
echo 0 >$vfs
is "no VFs, no rules of theirs" 1 "$(cat $hw/rules)"
echo 2 >$vfs
devlink dev eswitch set $dev mode switchdev
sim_ports 2
rules
is "fewer VFs, fewer rules" 5 "$(cat $hw/rules)"
echo 7 >$hw/capacity
ok "reload" devlink dev reload $dev
is "after it there is no rule" 0 "$(cat $hw/rules)"
is "the model's settings stay" 7 "$(cat $hw/capacity)"
echo 0 >$hw/capacity
echo 3 >$vfs
devlink dev eswitch set $dev mode switchdev
sim_ports 3
rules
ip netns add other
ip link set ${rep[1]} netns other
is "rules of a port that moves away are gone" 5 "$(cat $hw/rules)"
ok "its function still gets frames, when the port is up" eval "
	ip -n other link set ${rep[1]} up; forget
	until [ \"\$(came 129)\" -gt 0 ]; do :; done"
ip -n other link set ${rep[1]} netns 1
ip netns del other
sim_ports 3
ok "rules can be changed under traffic" eval '
	for i in $(seq 50); do
		rule ${rep[0]} prio 5 protocol ip flower skip_sw \
			dst_ip 10.1.0.$i action drop || exit 1
		tc filter del dev ${rep[0]} ingress prio 5 || exit 1
	done'
ip link add vx0 type vxlan external dstport 4789
ip link set vx0 up
tc qdisc add dev vx0 ingress
rule vx0 prio 1 protocol ip flower enc_key_id 42 action tunnel_key unset pipe \
	action mirred egress redirect dev ${rep[0]}
is "a tunnel's rule is in hardware" true "$(in_hw vx0 1)"
flush ${rep[*]}
rules
sim_del
ok "the device goes under traffic" [ ! -e $hw ]
is "the tunnel's rule is in software now" false "$(in_hw vx0 1)"
ip link del vx0
traffic_off
sim_add 10 3
rules
is "it comes back" 7 "$(cat $hw/rules)"
sim_del

# Two that share a block
sim_add 12 2
for i in 0 1; do
	tc qdisc del dev ${rep[i]} ingress
	tc qdisc add dev ${rep[i]} ingress_block 7 ingress
done
ok "a rule on a shared block" tc filter add block 7 prio 1 protocol ip flower \
	skip_sw dst_ip 10.0.0.2 action mirred egress redirect dev $up
is "is in hardware for each of its ports" 2 "$(cat $hw/rules)"
inject 128 2 $frame; inject 129 3 $frame
is "and takes frames from each" 5 "$(came 0)"
tc qdisc del dev ${rep[0]} ingress_block 7 ingress
is "it leaves with a port" 1 "$(cat $hw/rules)"
sim_del

# Memory: nothing is lost, if this kernel can tell
if [ -e /sys/kernel/debug/kmemleak ]; then
	echo scan >/sys/kernel/debug/kmemleak
	echo scan >/sys/kernel/debug/kmemleak
	is "no memory is lost" "" \
		"$(grep -l nsim_hw /sys/kernel/debug/kmemleak)"
fi
tap_end

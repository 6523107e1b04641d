#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The main job, narrated: from a bare NIC to datapath flows of a real Open
# vSwitch in hardware.  Run by scripts/demo inside the test machine.
set -eu -o pipefail
here=$(dirname "$0")
. "$here/testlib.sh"
. "$here/ovs.sh"

DEV=netdevsim/netdevsim10
HW=/sys/kernel/debug/netdevsim/netdevsim10/hw

if [ -t 1 ]; then bold=$'\e[1m' dim=$'\e[2m' off=$'\e[0m'
else bold='' dim='' off=''; fi

step() { printf '\n%s== %s%s\n' "$bold" "$*" "$off"; }
say() { printf '%s   %s%s\n' "$dim" "$*" "$off"; }
run() { printf '%s$ %s%s\n' "$bold" "$*" "$off"; eval "$*"; }

# Frames leave the function behind a port; the hardware looks them up.
inject() { echo "$1 $2 $3" >"$HW/inject"; }

step "1. A NIC with an embedded switch (netdevsim, with a model of hardware)"
run 'echo "10 1" > /sys/bus/netdevsim/new_device'
run swoffd --background --log-level warning
run swctl device list

step "2. Four VFs, and the eswitch in switchdev mode"
run swctl vf count $DEV 4
run swctl eswitch set $DEV mode switchdev
run swctl rep list

step "3. A real ovs-vswitchd bridges the representors; its own offload is off"
reps=$(swctl -j rep list | jq -r '.[].netdev')
for rep in $reps; do ip link set "$rep" up; done
ovs_start false
# Of what hardware forwards it sees no packet, and ends it after ten seconds.
run ovs-vsctl --no-wait set Open_vSwitch . other_config:max-idle=1000000
ovs_bridge br0 $reps
run ovs-vsctl show '|' grep -e Bridge -e Port

step "4. Frames of VF 0 and VF 1 miss in hardware and go up to OVS"
to_1=$(eth 1 0 0800 "$(ipv4 10.0.0.1 10.0.0.2 17 "$(udp 4000 53 6869)")")
to_0=$(eth 0 1 0800 "$(ipv4 10.0.0.2 10.0.0.1 17 "$(udp 53 4000 6869)")")
say "inject one frame in each direction, twice: OVS learns, then makes flows"
for i in 1 2; do inject 129 1 "$to_0"; inject 128 1 "$to_1"; done
ovs_wait_flow 'in_port(eth1).*actions:eth2'
ovs_wait_flow 'in_port(eth2).*actions:eth1'
run "ovs-appctl dpctl/dump-flows --names | tee /tmp/flows"

step "5. The datapath flows go into hardware"
run "ovs-appctl dpctl/dump-flows --names | swctl flow load -"
run swctl flow show

step "6. The same frames again, a thousand: hardware forwards, OVS sleeps"
before=$(ovs_flows | sed -n 's/.*in_port(eth1).*packets:\([0-9]*\).*/\1/p')
inject 128 1000 "$to_1"
after=$(ovs_flows | sed -n 's/.*in_port(eth1).*packets:\([0-9]*\).*/\1/p')
run "grep -h . $HW/table"
say "OVS's own count for that flow: $before before, $after after"
[ "$before" = "$after" ]
run "swctl -j flow show | jq -c '.[] | {ufid, state, hw_packets: .stats.hw_packets}'"

step "7. The hardware's table is made to hold no more: one more flow"
rules=$(cat $HW/rules)
run "echo $rules > $HW/capacity"
run "swctl flow add 'in_port(eth3),eth_type(0x0800),ipv4(dst=10.0.0.9),actions:eth4'"
say "it runs in software, and nobody has to guess why:"
run swctl flow show --state sw

step "8. The driver is reloaded: mode, VFs, representors and rules are gone"
run "echo 0 > $HW/capacity"
run swctl vf set $DEV 1 mac 02:00:00:00:00:01 vlan 5
run devlink dev reload $DEV
# The daemon is told when all has gone, and is done when it says so.
until swctl -j device show $DEV | jq -e '.wanted |
	.state == "as-wanted" and .restored.count > 0' >/dev/null &&
	! swctl -j flow show | jq -e 'any(.state == "lost" or
	.state == "pending")' >/dev/null; do sleep 0.1; done
say "everything that was asked for is put back:"
run "swctl device show $DEV | grep -e '^eswitch' -e '^VFs  ' -e 'ms)'"
run "swctl vf list $DEV | grep 'vf 1'"

step "9. From now on nobody loads dumps: the daemon mirrors the datapath"
for rep in $reps; do ip link set "$rep" up; done
run swctl flow flush
run swctl ovs mode mirror
say "new frames: OVS makes flows of the first ones, and they are in hardware:"
to_3=$(eth 3 2 0800 "$(ipv4 10.0.0.3 10.0.0.4 17 "$(udp 4000 53 6869)")")
to_2=$(eth 2 3 0800 "$(ipv4 10.0.0.4 10.0.0.3 17 "$(udp 53 4000 6869)")")
for i in 1 2; do inject 131 1 "$to_2"; inject 130 1 "$to_3"; done
until swctl -j ovs flows | jq -e 'map(select(.dev == "eth3" or .dev == "eth4"))
	| length == 2 and all(.where == "in_hw")' >/dev/null; do sleep 0.1; done
inject 130 1000 "$to_3"
run "swctl ovs flows --where in_hw"
say "a changed OpenFlow rule changes hardware; here it drops all from eth3:"
run "ovs-ofctl add-flow br0 'in_port=eth3,actions=drop'"
until swctl -j ovs flows --dev eth3 | jq -e 'any(.flow |
	endswith("actions:drop"))' >/dev/null; do sleep 0.1; done
run "swctl ovs flows --dev eth3"
run "swctl ovs status | tail -n 5"

step "Done: $(swctl -j flow show | jq -r 'map(.state) | group_by(.) |
	map("\(length) \(.[0])") | join(", ")')"

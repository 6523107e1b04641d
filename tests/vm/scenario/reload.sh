#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What was asked for of a device is there again after a reload of its driver, a
# restart of the daemon, and when somebody else has changed it.
#
#	reload.sh [RELOADS [FLOWS]]
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh
reloads=${1:-10} flows=${2:-1000}

swoffd --background --log-level info --log-file /tmp/log 2>/dev/null ||
	swoffd --background --log-level info 2>/tmp/log
swctl wait 5
four_vfs
wanted() { swctl -j device show $DEV | jq -r ".wanted.$1"; }
settled() {
	swctl -j device show $DEV |
		jq -e '.wanted.state == "as-wanted"' >/dev/null
}
# The daemon has heard of it, and is done.
restored() {
	local i
	for i in $(seq 600); do
		[ "$(wanted restored.count)" -gt "$1" ] && settled && return
		sleep 0.05
	done
	return 1
}
# All that was asked for, as the kernel has it.
truth() {
	devlink -j dev eswitch show $DEV | jq -r '.dev[].mode'
	cat /sys/bus/netdevsim/devices/netdevsim10/sriov_numvfs
	ip -j -d link show dev "$(swctl -j device show $DEV | jq -r .netdev)" |
		jq -c '.[0].vfinfo_list | map([.vf, .address, .vlan_list, .trust,
			.spoofchk, .link_state])'
	devlink -j port function rate show |
		jq -cS '.rate | with_entries(select(.key | startswith("'$DEV'")))'
}

for vf in 0 1 2 3; do
	swctl vf set $DEV $vf mac 02:00:00:00:00:0$vf vlan $((10 + vf)) qos 3 \
		trust on tx_max $((100 * (vf + 1)))mbit >/dev/null
done
swctl rate add $DEV/gold tx_max 1gbit tx_share 100mbit >/dev/null
swctl rate add $DEV/inner parent gold >/dev/null
swctl rate set $DEV/129 parent inner >/dev/null
truth >/tmp/before
is "the kernel has what was asked for" 1 "$(grep -c '"gold"' /tmp/before)"
is "and the daemon knows what that is" "switchdev 4 6 as-wanted" \
	"$(wanted mode) $(wanted vfs) $(wanted functions) $(wanted state)"
dump "$flows" eth1 eth2 | swctl flow load - >/dev/null
is "flows are in hardware" "$flows" "$(state_count in_hw)"

flows_back() {
	local i
	for i in $(seq 600); do
		[ "$(cat $HW/rules)" = "$flows" ] && return
		sleep 0.05
	done
	return 1
}

all=0
: >/tmp/took
: >/tmp/whole
for n in $(seq "$reloads"); do
	count=$(wanted restored.count)
	began=${EPOCHREALTIME//[!0-9]/}
	devlink dev reload $DEV >/dev/null || break
	reloaded=${EPOCHREALTIME//[!0-9]/}
	restored "$count" && flows_back || break
	now=${EPOCHREALTIME//[!0-9]/}
	echo "$(((now - began) / 1000)) $(((reloaded - began) / 1000))" \
		>>/tmp/whole
	truth >/tmp/after
	cmp -s /tmp/before /tmp/after || break
	swctl -j device show $DEV | jq -r '"\(.wanted.restored.took_ms) \(
		.wanted.restored.kernel_ms)"' >>/tmp/took
	all=$n
done
is "after each of $reloads reloads all is back" "$reloads" "$all"
[ "$all" = "$reloads" ] || diff /tmp/before /tmp/after | sed 's/^/# /'
# median FILE: of its first numbers, with what is beside it.
median() { sort -n "$1" | awk '{ a[NR] = $0 } END { print a[int((NR + 1) / 2)] }'; }
read -r took kernel < <(median /tmp/took)
echo "# the device is back after $took ms, $kernel ms of it in the kernel"
read -r took kernel < <(median /tmp/whole)
echo "# with $flows flows in hardware after $took ms, $kernel ms of it the reload"
is "the flows as well" "$flows" "$(state_count in_hw)"
is "and nobody fought" as-wanted "$(wanted state)"

# By way of legacy mode and back.
swctl eswitch set $DEV mode legacy
is "legacy mode has no rates" "{}" "$(devlink -j port function rate show |
	jq -c '.rate // {}')"
swctl eswitch set $DEV mode switchdev
restored_truth() {
	local i
	for i in $(seq 200); do
		truth >/tmp/after
		cmp -s /tmp/before /tmp/after && return
		sleep 0.05
	done
	return 1
}
ok "the tree of rates is there again after a change of the mode" restored_truth
diff /tmp/before /tmp/after | sed 's/^/# /'

# A daemon that starts anew.
swoffd_stop KILL
devlink dev reload $DEV >/dev/null
swoffd --background --log-level info 2>>/tmp/log
swctl wait 5
ok "a daemon that starts after a reload puts all back" restored_truth
diff /tmp/before /tmp/after | sed 's/^/# /'

# Somebody else.
count=$(wanted restored.count)
devlink port function rate set $DEV/128 tx_max 7mbit
ok "a rate that somebody changes is put back" restored "$count"
is "in the kernel" "$(cat /tmp/before)" "$(truth)"
# Of a link that is down the kernel tells nothing.
uplink=$(swctl -j device show $DEV | jq -r .netdev)
ip link set dev "$uplink" up
count=$(wanted restored.count)
ip link set dev "$uplink" vf 2 trust off
ok "so is what a VF has" restored "$count"
is "there, too" "$(cat /tmp/before)" "$(truth)"
contested() {
	local i
	for i in $(seq 10); do
		devlink port function rate set $DEV/128 tx_max ${i}mbit
		sleep 0.6
		[ "$(wanted state)" = contested ] && return
	done
	return 1
}
ok "nobody fights for ever" contested
like "which is said" "somebody else keeps changing it" "$(cat /tmp/log)"
swctl rate set $DEV/128 tx_max 100mbit >/dev/null
is "until something is asked for again" as-wanted "$(wanted state)"

swctl vf count $DEV 0
is "who removes VFs does not hear of them again" "0 2" \
	"$(wanted vfs) $(wanted functions)"
swctl device forget $DEV
is "a device that is forgotten has nothing wanted" null "$(wanted state)"
swoffd_stop
tap_end

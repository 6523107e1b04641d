#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The mode of netdevsim's eswitch through swctl, with devlink, ip and sysfs as
# judges. The kernel's own selftests set it once, to have a rate for each VF
# (tools/testing/selftests/drivers/net/netdevsim/devlink.sh); the rest is what
# the driver does with VFs in each mode (drivers/net/netdevsim/dev.c).
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh
. ./agree.sh

swoffd_start
swctl wait 5
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
echo "10 1" >/sys/bus/netdevsim/new_device
SYS=/sys/bus/netdevsim/devices/netdevsim10

# judged: mode, VFs, what ports of VFs there are, how many of them have a
# netdev, and what rates.
judged() {
	echo "$(devlink -j dev eswitch show $DEV | jq -r '.dev[].mode')" \
		"$(cat $SYS/sriov_numvfs)" \
		"vfs:$(devlink -j port show | jq -r '.port | map(select(
			.flavour == "pcivf") | .vfnum) | sort | join(",")')" \
		"netdevs:$(devlink -j port show | jq '.port | map(select(
			.flavour == "pcivf" and .netdev)) | length')" \
		"leaves:$(devlink -j port function rate show | jq -r \
			'.rate | keys | map(split("/")[2]) | sort | join(",")')"
}
ifindexes() { ip -j link | jq -c 'map([.ifname, .ifindex])'; }

# does CLAIM JUDGED WORD...: swctl does it, and this came of it.
does() {
	local claim=$1 wanted=$2
	shift 2
	swctl "$@" >/tmp/out 2>&1 || wanted="$wanted, and success"
	is "$claim" "$wanted" "$(judged)"
	agrees "$claim: swctl says the same"
}
refused() {
	local claim=$1 part=$2 before
	shift 2
	before=$(judged)
	if swctl "$@" >/dev/null 2>/tmp/err; then
		is "$claim" refused done
	else
		like "$claim" "$part" "$(cat /tmp/err)"
	fi
	is "$claim: all is as before" "$before" "$(judged)"
}

none="vfs: netdevs:0 leaves:"
four="vfs:0,1,2,3 netdevs:4 leaves:128,129,130,131"
is "it begins in legacy mode" "legacy 0 $none" "$(judged)"
does "switchdev without VFs" "switchdev 0 $none" eswitch set $DEV mode switchdev
does "VFs get a port and a rate each" "switchdev 4 $four" vf count $DEV 4
refused "their number does not change on the way" "set 0 first" vf count $DEV 2
# The driver goes to legacy mode with them, which nobody asked for.
swctl vf count $DEV 0
for i in $(seq 100); do
	[ "$(judged)" = "switchdev 0 $none" ] && break
	sleep 0.05
done
is "when they go, the mode that was asked for is put back" \
	"switchdev 0 $none" "$(judged)"
does "some of them" "switchdev 2 vfs:0,1 netdevs:2 leaves:128,129" \
	vf count $DEV 2
does "in legacy mode VFs stay, without" "legacy 2 $none" \
	eswitch set $DEV mode legacy
does "and come without" "legacy 0 $none" vf count $DEV 0
does "all of them" "legacy 4 $none" vf count $DEV 4
does "they get them with the mode" "switchdev 4 $four" \
	eswitch set $DEV mode switchdev
before=$(ifindexes)
does "the same mode again" "switchdev 4 $four" eswitch set $DEV mode switchdev
is "is no change at all" "$before" "$(ifindexes)"
is "a netdev of it names the device" "switchdev" "$(swctl -j eswitch show \
	"$(dev=$DEV port_netdev 130)" | jq -r '.[].mode')"

for words in "inline-mode transport" "encap-mode basic"; do
	# shellcheck disable=SC2086
	theirs=$(devlink dev eswitch set $DEV ${words%% *} ${words##* } 2>&1 |
		grep -o 'Operation not supported')
	# shellcheck disable=SC2086
	refused "$words is refused as it is to devlink" \
		"${theirs:-nothing of it}" eswitch set $DEV $words
done
refused "a word that is no mode" "sideways" eswitch set $DEV mode sideways
refused "a device that is not there" "netdevsim/netdevsim10" \
	eswitch set netdevsim/netdevsim1 mode legacy
refused "more VFs than there can be" "5 VFs are more than the 4" \
	vf count $DEV 5
does "and back" "legacy 4 $none" eswitch set $DEV mode legacy
before=$(ifindexes)
does "legacy again" "legacy 4 $none" eswitch set $DEV mode legacy
is "is no change either" "$before" "$(ifindexes)"
swoffd_stop
echo 10 >/sys/bus/netdevsim/del_device
tap_end

# SPDX-License-Identifier: GPL-2.0-or-later
# For the scenarios of the hardware model (bash, sourced): TAP, one netdevsim
# device with representors, frames in hex. Runs inside scripts/vm.

tap_count=0
tap_failed=0

# ok CLAIM COMMAND...: the claim holds if the command succeeds.
ok() {
	local claim=$1; shift
	tap_count=$((tap_count + 1))
	if "$@" >/dev/null 2>&1; then
		echo "ok $tap_count - $claim"
	else
		tap_failed=$((tap_failed + 1))
		echo "not ok $tap_count - $claim"
		echo "# failed: $*"
	fi
}

# is CLAIM WANTED FOUND
is() {
	tap_count=$((tap_count + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $tap_count - $1"
	else
		tap_failed=$((tap_failed + 1))
		echo "not ok $tap_count - $1"
		echo "# wanted: $2"
		echo "# found:  $3"
	fi
}

# like CLAIM PART FOUND: PART is somewhere in FOUND.
like() {
	case $3 in
	*"$2"*)	is "$1" "$2" "$2" ;;
	*)	is "$1" "*$2*" "$3" ;;
	esac
}

# With what daemons said, where a scenario that fails has kept it.
tap_end() {
	local log
	echo "1..$tap_count"
	for log in /tmp/log /tmp/ovs-vswitchd.log; do
		[ "$tap_failed" = 0 ] || [ ! -e $log ] ||
			tail -n 15 $log | sed 's/^/# log: /'
	done
	exit $((tap_failed > 0))
}

# A device with VFs in switchdev mode: $dev its devlink name, $hw its model,
# $up the uplink, ${rep[N]} the representors, all up and with hw-tc-offload.
sim_add() {
	local id=$1 vfs=$2 i
	sim_id=$id
	# Nobody talks but the test.
	echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
	dev=netdevsim/netdevsim$id
	hw=/sys/kernel/debug/netdevsim/netdevsim$id/hw
	echo "$id 1" >/sys/bus/netdevsim/new_device || {
		echo "Bail out! no netdevsim device"
		exit 1
	}
	echo "$vfs" >/sys/bus/netdevsim/devices/netdevsim$id/sriov_numvfs
	devlink dev eswitch set $dev mode switchdev
	sim_ports "$vfs"
}

sim_ports() {
	local i
	up=$(port_netdev 0)
	rep=()
	for ((i = 0; i < $1; i++)); do rep[i]=$(port_netdev $((128 + i))); done
	for i in "$up" "${rep[@]}"; do
		ethtool -K "$i" hw-tc-offload on
		ip link set "$i" up
		tc qdisc show dev "$i" ingress | grep -q . ||
			tc qdisc add dev "$i" ingress
	done
	echo >"$hw/delivered"
}

sim_del() {
	echo "${1:-$sim_id}" >/sys/bus/netdevsim/del_device
}

port_netdev() {
	local line
	line=$(devlink port show $dev/$1) || return
	line=${line#* netdev }
	echo "${line%% *}"
}

# rule DEV REST...: on ingress; what tc says in $said, its status is returned.
rule() {
	local on=$1; shift
	said=$(tc filter add dev "$on" ingress "$@" 2>&1)
}

# mac N, ip4 A.B.C.D, hex WIDTH NUMBER...: pieces of a frame.
mac() { printf '0200000000%02x' "$1"; }
ip4() { printf '%02x%02x%02x%02x' ${1//./ }; }
u8() { printf '%02x' "$@"; }
u16() { printf '%04x' "$@"; }

# eth DST SRC TYPE PAYLOAD
eth() { printf '%s%s%s%s' "$(mac $1)" "$(mac $2)" "$3" "$4"; }

sum16() {
	local hex=$1 sum=0 i
	[ $((${#hex} % 4)) = 0 ] || hex+=00
	for ((i = 0; i < ${#hex}; i += 4)); do
		sum=$((sum + 16#${hex:i:4}))
	done
	while ((sum >> 16)); do sum=$(((sum & 0xffff) + (sum >> 16))); done
	u16 $((~sum & 0xffff))
}

# ipv4 SRC DST PROTO PAYLOAD [TTL] [FRAG]: a datagram with its checksum.
ipv4() {
	local head rest
	head=4500$(u16 $((20 + ${#4} / 2)))0001${6:-0000}$(u8 "${5:-64}" "$3")
	rest=$(ip4 "$1")$(ip4 "$2")
	printf '%s%s%s%s' "$head" "$(sum16 "${head}0000$rest")" "$rest" "$4"
}

# udp SRC DST PAYLOAD: without a checksum.
udp() { printf '%s%s0000%s' "$(u16 $1 $2)" "$(u16 $((8 + ${#3} / 2)))" "$3"; }

# tcp SRC DST FLAGS: without a checksum.
tcp() { printf '%s000000010000000050%s020000000000' "$(u16 $1 $2)" "$(u8 $3)"; }

# vlan TPID VID PRIO FRAME: the frame with one more tag.
vlan() {
	printf '%s%s%s%s' "${4:0:24}" "$1" "$(u16 $(($2 | $3 << 13)))" "${4:24}"
}

# flush DEV...: every rule of every chain.
flush() {
	local i
	for i; do
		tc qdisc del dev "$i" ingress
		tc qdisc add dev "$i" ingress
	done
}

inject() { echo "$*" >"$hw/inject"; }

# came PORT: how many frames came out there; last PORT: the last of them.
came() { awk -v p="$1" '$1 == p && $3 == "frames" { print $4 }' "$hw/delivered"; }
last() {
	awk -v p="$1" '$1 == p && $3 == "frame" { f = $4 } END { print f }' \
		"$hw/delivered"
}
forget() { echo >"$hw/delivered"; }

# packets DEV PRIO [CHAIN]: hardware packets of the rules of one prio. Not every
# action of 6.1 keeps hardware's count (tunnel_key does not).
packets() {
	tc -j -s filter show dev "$1" ingress chain "${3:-0}" prio "$2" |
	jq '[.[].options.actions | select(.) | map(.stats.hw_packets // 0) | max] |
		add // 0'
}

# in_hw DEV PRIO [CHAIN]: "true" for each rule that the hardware has.
in_hw() {
	tc -j filter show dev "$1" ingress chain "${3:-0}" prio "$2" |
	jq -r '[.[].options | select(.keys) | .in_hw // false] |
		map(tostring) | join(" ")'
}

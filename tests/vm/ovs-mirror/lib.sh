# SPDX-License-Identifier: GPL-2.0-or-later
# Mirror mode beside a real Open vSwitch (bash, sourced after testlib.sh, ovs.sh
# and daemon.sh).

PATH=$PWD/ovs-mirror:$PATH

# mirror_start [MAX-IDLE]: as the operator has set it, long enough for a test by
# default. eth0 to eth3 are the ports of br0; eth4 is no port of it.
mirror_start() {
	swoffd_start
	four_vfs
	ovs_start false
	ovs-vsctl --no-wait set Open_vSwitch . \
		"other_config:max-idle=${1:-1000000}"
	ovs_bridge br0 eth0 eth1 eth2 eth3
	swctl ovs mode mirror >/dev/null
}

# A filter of somebody else, and a flow that swoffd was asked for. When a port is
# added Open vSwitch deletes its qdisc, so the first is on another.
strangers_add() {
	ethtool -K eth4 hw-tc-offload on
	tc qdisc replace dev eth4 clsact
	tc filter add dev eth4 ingress prio 3 protocol ip flower \
		dst_ip 192.168.7.1 action drop
	swctl flow add --pin yes "filter add dev eth1 ingress prio 10 \
		protocol ip flower dst_ip 192.168.7.2 \
		action mirred egress redirect dev eth3" >/dev/null
}
strangers() {
	grep -c -e "^dev eth4 .* prio 3 .* 192.168.7.1" \
		-e "^dev eth1 .* prio 10 .* 192.168.7.2" $HW/table
}

# Of many flows, one a line: frames and rules, for add-flows.
flows_make() {
	flows.py "$1" >/tmp/frames
	flow_rules "$1" eth2 >/tmp/rules
}
flow_rules() {
	awk -v n="$1" -v to="$2" 'BEGIN {
		for (i = 0; i < n; i++)
			printf "priority=10,in_port=eth1,udp,nw_src=10.0.%d.%d," \
			       "tp_src=%d,actions=%s\n",
			       int(i / 256), i % 256, 1024 + i, to
	}'
}
rules_add() { ovs-ofctl --names add-flows br0 /tmp/rules; }
rules_mod() { ovs-ofctl --names mod-flows br0 "in_port=eth1,udp,actions=$1"; }

# send FROM TO: a frame of each of these flows, from eth1.
send() { sed -n "$(($1 + 1)),$(($2 + 1))s/^/128 1 /p" /tmp/frames >$HW/inject; }

# eventually SECONDS COMMAND...: it succeeds in that time; where others use the
# processors too, in five times that.
eventually() {
	local end=$((${EPOCHREALTIME/.} + $1 * 5000000))
	shift
	until "$@"; do [ "${EPOCHREALTIME/.}" -lt $end ] || return 1; done
}

# Rules of these flows in hardware.
mirrored() { grep -c " prio 16384 .* src_ip 10\.0\." $HW/table; }
are_mirrored() { [ "$(mirrored)" = "$1" ]; }

# born N: the first N flows are there, and in hardware. A frame that vswitchd has
# no room for is lost, and comes again.
born() {
	eventually 10 born_by "$1"
}
born_by() {
	send 0 $(($1 - 1))
	eventually 1 are_mirrored "$1"
}

# agrees CLAIM [SECONDS]
agrees() {
	local said
	said=$(truth.py "${2:-2}")
	is "$1" 0 $?
	echo "$said" | head -n 8
}

# Frames that came out since forget(), by port.
out() {
	awk '$3 == "frames" && $4 > 0 { printf "%s%s:%s", n++ ? " " : "", $2, $4 }
		END { print "" }' $HW/delivered
	echo >$HW/delivered
}

# Settings of Open vSwitch, with the marks of those that are held; is_held
# MAX-IDLE: with the operator's own.
config() { ovs-vsctl --no-wait get Open_vSwitch . other_config external_ids | xargs; }
is_held() {
	local held=$(($1 > 200000 ? $1 : 200000))
	case $(config) in
	*" max-idle=$held, min-revalidate-pps=0} {swoffd-max-idle=$1, swoffd-min-revalidate-pps=}") ;;
	*)	return 1 ;;
	esac
}

# SPDX-License-Identifier: GPL-2.0-or-later
# A real Open vSwitch inside the test machine (bash, sourced).

# ovs_start HW-OFFLOAD [OPTION...]: options of vswitchd's own. Its tc-policy is
# $ovs_policy, if that is set.
ovs_start() {
	mkdir -p /run/openvswitch
	ovsdb-tool create /run/openvswitch/conf.db \
		/usr/share/openvswitch/vswitch.ovsschema
	ovsdb-server /run/openvswitch/conf.db \
		--remote=punix:/run/openvswitch/db.sock \
		--pidfile --detach --no-chdir -vconsole:off
	ovs-vsctl --no-wait init
	ovs-vsctl --no-wait set Open_vSwitch . \
		"other_config:hw-offload=${1:-false}" \
		${ovs_policy:+"other_config:tc-policy=$ovs_policy"}
	ovs_vswitchd "${@:2}"
}

# Its warnings are kept for tap_end. It counts CPUs once the clock is past ten
# seconds (3.1, lib/ovs-thread.c count_cpu_cores), and has no handlers before.
ovs_vswitchd() {
	local up
	read -r up _ </proc/uptime
	[ "${up%.*}" -gt 10 ] || sleep $((11 - ${up%.*}))
	ovs-vswitchd --pidfile --detach --no-chdir -vconsole:off \
		--log-file=/tmp/ovs-vswitchd.log -vfile:warn "$@"
}

# Both daemons and their datapath are gone, the database too.
ovs_stop() {
	local name pid
	for name in ovs-vswitchd ovsdb-server; do
		pid=$(cat /run/openvswitch/$name.pid)
		ovs-appctl -t "$name" exit
		tail --pid="$pid" -f /dev/null
	done
	ovs-dpctl del-dp ovs-system
	# The devices that vswitchd made for tunnels outlive it.
	for name in /sys/class/net/*_sys*; do
		[ ! -e "$name" ] || ip link del "${name##*/}"
	done
	rm -rf /run/openvswitch/*
}

# ovs_bridge BRIDGE PORT...
ovs_bridge() {
	local bridge=$1 port args=()
	shift
	for port; do args+=(-- add-port "$bridge" "$port"); done
	ovs-vsctl add-br "$bridge" "${args[@]}"
}

ovs_flows() { ovs-appctl dpctl/dump-flows --names "$@"; }

# Until a datapath flow that matches the pattern is there; at most a hundred
# rounds of vswitchd's own.
ovs_wait_flow() {
	local i
	for ((i = 0; i < 100; i++)); do
		ovs_flows 2>/dev/null | grep -q -- "$1" && return 0
		ovs-appctl revalidator/wait
	done
	return 1
}

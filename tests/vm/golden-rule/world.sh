# SPDX-License-Identifier: GPL-2.0-or-later
# The world that the golden rule is tried in (bash, sourced): two switches with
# functions, tunnels over the uplink of one, a bond over that of the other, and
# a host that shows what it gets. Names are those of golden-rule/cases.

world_inputs=(in{1..60})
world_ways_out=(o{1..4})
world_tunnels=(vx{1..6} gn0)
world_hw=(/sys/kernel/debug/netdevsim/netdevsim1{0,1}/hw)

# world_switch ID VFS
world_switch() {
	echo "$1 1" >/sys/bus/netdevsim/new_device
	echo "$2" >/sys/kernel/debug/netdevsim/netdevsim$1/max_vfs
	echo "$2" >/sys/bus/netdevsim/devices/netdevsim$1/sriov_numvfs
	devlink dev eswitch set netdevsim/netdevsim$1 mode switchdev
}

# world_name UPLINK FUNCTION...: netdevs of the switch whose ports are on stdin,
# the uplink's first. Only the uplink of a bond's is not up yet.
world_name() {
	local netdev name
	while read -r netdev && name=$1 && shift; do
		echo "link set $netdev name $name"
		[ "$name" = bwire ] || echo "link set $name up"
	done
}

# ports ID: netdevs of a switch, by port.
world_ports() {
	devlink -j port show | jq -r --arg dev "netdevsim/netdevsim$1/" '
		[.port | to_entries[] | select(.key | startswith($dev)) |
		 { index: (.key | ltrimstr($dev) | tonumber),
		   netdev: .value.netdev }] |
		sort_by(.index)[].netdev'
}

# What nothing takes goes to the end of a bridge that nobody else is heard
# through: that of the functions, tunnels and bond, and that of the wire.
world_links() {
	local name
	cat <<-'END'
	link add bond0 type bond mode active-backup
	link set bwire master bond0
	link set bond0 up
	link set bwire up
	link add vx0 type vxlan external dstport 4789
	link set vx0 up
	link add gn0 type geneve external udp6zerocsumrx
	link add functions type bridge mcast_snooping 0
	link set functions up
	link add underlay address 02:00:00:00:00:aa type bridge mcast_snooping 0
	link set underlay addrgenmode none
	link set underlay up
	link set wire master underlay
	link set wire type bridge_slave learning off
	tuntap add dev host mode tap
	tuntap add dev wirehost mode tap
	link set host master functions up
	link set wirehost master underlay up
	END
	for name in vx{1..6}; do
		echo "link add $name type vxlan external" \
			"dstport 480${name#vx} udp6zerocsumrx"
	done
	for name in "${world_tunnels[@]}" bond0 b1 "${world_inputs[@]}"; do
		echo "link set $name up master functions"
		echo "link set $name type bridge_slave isolated on learning off"
	done
}

# The address of IPv6 is not the bridge's own, which would have to tell its
# neighbours.
world_addresses() {
	cat <<-'END'
	addr add 192.168.0.1/24 dev underlay
	addr add fd01::1/128 dev lo
	route add fd01::/64 dev underlay
	neigh add 192.168.0.2 lladdr 02:00:00:00:00:bb dev underlay
	neigh add fd01::2 lladdr 02:00:00:00:00:bb dev underlay
	END
}

world() {
	local ipv6=/proc/sys/net/ipv6/conf
	echo 1 >$ipv6/default/disable_ipv6
	world_switch 10 $((${#world_ways_out[@]} + ${#world_inputs[@]}))
	world_switch 11 2
	{
		world_ports 10 | world_name wire "${world_ways_out[@]}" \
			"${world_inputs[@]}"
		world_ports 11 | world_name bwire b1 b2
		world_links
	} >/tmp/links
	ip -batch /tmp/links
	echo 0 >$ipv6/lo/disable_ipv6
	echo 0 >$ipv6/underlay/disable_ipv6
	world_addresses >/tmp/addresses
	ip -batch /tmp/addresses
	bridge fdb add 02:00:00:00:00:bb dev wire master static
	# What a tunnel opens goes on in a soft interrupt. If that is left to
	# its thread, the thread comes before whoever looks for the frame.
	chrt --fifo --pid 1 "$(pgrep ksoftirqd/0)"
}

# All ports but the wire become those of a datapath.
world_datapath() {
	local name
	for name in "${world_tunnels[@]}" bond0 b1 "${world_inputs[@]}"; do
		echo "link set $name nomaster"
	done >/tmp/links
	ip -batch /tmp/links
	ovs-dpctl add-dp golden
	ovs-dpctl add-if golden vx0 "${world_tunnels[@]}" bond0 b1 b2 \
		"${world_inputs[@]}" "${world_ways_out[@]}"
}

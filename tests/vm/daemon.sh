# SPDX-License-Identifier: GPL-2.0-or-later
# swoffd inside the test machine (bash, sourced after testlib.sh).

DEV=netdevsim/netdevsim10
HW=/sys/kernel/debug/netdevsim/netdevsim10/hw

# A device with 4 VFs in switchdev mode, made by swoffd itself.
swoffd_start() {
	swoffd --background --log-level warning "$@"
}

swoffd_stop() {
	local pid
	pid=$(swctl -j status | jq .pid)
	kill -"${1:-TERM}" "$pid"
	tail --pid="$pid" -f /dev/null
}

# four_vfs [unlocked]: as of a driver that needs no rtnl.
four_vfs() {
	echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
	echo "10 1" >/sys/bus/netdevsim/new_device
	[ -z "${1-}" ] || echo Y >$HW/unlocked
	swctl vf count $DEV 4
	swctl eswitch set $DEV mode switchdev
	dev=$DEV hw=$HW
	local name
	for name in $(swctl -j rep list | jq -r '.[].netdev'); do
		ip link set "$name" up
	done
}

# state_count STATE
state_count() { swctl -j flow show | jq "map(select(.state == \"$1\")) | length"; }

# batch N DEV TO: lines of `tc -batch`, N different five-tuples.
batch() {
	awk -v n="$1" -v dev="$2" -v to="$3" 'BEGIN {
		for (i = 0; i < n; i++)
			printf "filter add dev %s ingress protocol ip prio 10 " \
			       "flower ip_proto udp src_ip 10.%d.%d.%d " \
			       "dst_ip 192.0.2.1 src_port %d dst_port 53 " \
			       "action mirred egress redirect dev %s\n",
			       dev, int(i / 65536) % 256, int(i / 256) % 256,
			       i % 256, 1024 + i % 60000, to
	}'
}

# dump N DEV TO: lines as `dpctl/dump-flows --names` prints them.
dump() {
	awk -v n="$1" -v dev="$2" -v to="$3" 'BEGIN {
		for (i = 0; i < n; i++)
			printf "recirc_id(0),in_port(%s),eth(src=02:00:00:" \
			       "00:00:01,dst=02:00:00:00:00:02)," \
			       "eth_type(0x0800),ipv4(src=172.16.%d.%d," \
			       "proto=6,frag=no),tcp(dst=%d), packets:0, " \
			       "bytes:0, used:never, actions:%s\n",
			       dev, int(i / 256) % 256, i % 256, 1 + i % 1024,
			       to
	}'
}

# SPDX-License-Identifier: GPL-2.0-or-later
# A world for OVS in the test machine: nineteen ports of a switch, a wire for
# tunnels, a host port, two bridges and the rules of the table of cases (bash,
# sourced after testlib.sh and ovs.sh).

world_dir=$PWD/ovs-offload
world_vfs=18

# eth0 the uplink, eth1.. the functions; und1 is the other end of the wire that
# tunnels go over, sync1 the end of the port that tells when OVS is done.
world_ports() {
	local pair
	sim_add 10 0
	echo $world_vfs >/sys/kernel/debug/netdevsim/netdevsim10/max_vfs
	echo $world_vfs >/sys/bus/netdevsim/devices/netdevsim10/sriov_numvfs
	sim_ports $world_vfs
	for pair in und sync; do
		ip link add ${pair}0 type veth peer name ${pair}1
		ip link set ${pair}0 up
		ip link set ${pair}1 up
	done
	world_wire
	# Nobody here computes a checksum.
	echo 0 >/proc/sys/net/netfilter/nf_conntrack_checksum
}

world_wire() {
	local far
	echo 0 >/proc/sys/net/ipv6/conf/und0/disable_ipv6
	ip link set und0 address 02:aa:00:00:00:01
	ip addr add 172.31.1.1/24 dev und0
	ip addr add fd01::1/64 dev und0 nodad
	for far in 172.31.1.{2..5} fd01::2 fd01::3; do
		ip neigh add $far lladdr 02:aa:00:00:00:02 dev und0
	done
}

# NAME TYPE OPTION...
world_tunnels() {
	cat <<-'END'
	vx4 vxlan remote_ip=172.31.1.2 key=flow
	vx6 vxlan remote_ip=fd01::2 key=flow
	vxf vxlan remote_ip=flow key=flow
	vxg vxlan remote_ip=172.31.1.2 key=0 exts=gbp dst_port=4790
	vxt vxlan remote_ip=172.31.1.3 key=flow tos=0x20 ttl=9
	vxc vxlan remote_ip=172.31.1.4 key=flow csum=true
	vxk vxlan remote_ip=172.31.1.5 key=42 df_default=false
	gn4 geneve remote_ip=172.31.1.2 key=flow
	gn6 geneve remote_ip=fd01::2 key=flow
	gnf geneve remote_ip=flow key=flow
	gr4 gre remote_ip=172.31.1.2 key=flow
	gr6 ip6gre remote_ip=fd01::2 key=flow packet_type=legacy_l2
	END
}

world_bridges() {
	local args=() name type options port
	for ((port = 0; port < 16; port++)); do
		args+=(-- add-port br0 eth$port
			-- set Interface eth$port ofport_request=$((port + 1)))
	done
	while read -r name type options; do
		args+=(-- add-port br0 "$name"
			-- set Interface "$name" "type=$type")
		for port in $options; do args+=("options:$port"); done
	done < <(world_tunnels)
	for port in 16 17 18; do
		args+=(-- add-port br1 eth$port
			-- set Interface eth$port ofport_request=$port)
	done
	ovs-vsctl -- set Open_vSwitch . other_config:vlan-limit=2 \
		other_config:max-idle=3600000 \
		other_config:max-revalidator=4000 \
		-- add-br br0 -- add-br br1 \
		-- set bridge br0 fail_mode=secure -- add-port br0 sync0 \
		-- add-port br0 int0 -- set Interface int0 type=internal \
		"${args[@]}"
	ovs-vsctl -- --id=@o get port eth18 -- --id=@m create mirror name=m \
		select-all=true output-port=@o -- set bridge br1 mirrors=@m
	ip link set int0 up
}

world_rules() {
	local meter
	ovs-ofctl add-tlv-map br0 \
		'{class=0x102,type=0x80,len=4}->tun_metadata0,{class=0x102,type=0x81,len=8}->tun_metadata1'
	for meter in "1,kbps,burst,band=type=drop,rate=8000,burst_size=800" \
		"2,pktps,band=type=drop,rate=1000" \
		"3,kbps,band=type=drop,rate=100000" \
		"4,pktps,burst,band=type=drop,rate=500,burst_size=50"; do
		ovs-ofctl -O OpenFlow13 add-meter br0 "meter=$meter"
	done
	ovs-ofctl -O OpenFlow15 add-group br0 \
		'group_id=1,type=select,bucket=output:1,bucket=output:1'
	"$world_dir"/run.pl rules "$world_dir"/cases >/tmp/rules
	ovs-ofctl -O OpenFlow15 --names add-flows br0 /tmp/rules
}

world_frames() {
	local how=() i
	for ((i = 0; i < world_vfs; i++)); do
		how+=("${rep[i]}=$((128 + i))")
	done
	"$world_dir"/run.pl send "$world_dir"/cases "$hw/inject" "$up=0" \
		"${how[@]}"
}

# world_record HW-OFFLOAD DIR: a life of OVS in this world, and what became of
# it as ovs-offload/Record.pm reads it. OVS is left running.
world_record() {
	local netdev
	mkdir -p "$2"
	for netdev in "$up" "${rep[@]}"; do
		ethtool -K "$netdev" hw-tc-offload off
	done
	ovs_start "$1" --log-file="$2/log"
	ovs-appctl vlog/set dpif:file:dbg
	ovs-appctl vlog/disable-rate-limit dpif
	world_bridges
	world_rules
	world_frames
	# What was learned meanwhile, it is to apply to all flows.
	ovs-appctl revalidator/wait
	ovs-appctl dpctl/show >"$2/ports"
	ovs-appctl dpctl/dump-flows -m --names >"$2/dump"
}

# OVS ends and leaves nothing behind, in tc neither.
world_end() {
	local netdev
	ovs-appctl dpctl/flush-conntrack
	ovs_stop
	for netdev in "$up" "${rep[@]}" und0 sync0; do
		tc qdisc del dev "$netdev" ingress 2>/dev/null
	done
	# Those of the meters stay when vswitchd goes.
	tc actions flush action police
}

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Rules on devices above the model's ports: tunnels are opened and closed as
# software would, bonds are looked through. Run by scripts/vm.

. "$(dirname "$0")/../testlib.sh"

sim_add 11 1
other=$hw; other_rep=${rep[0]}
sim_add 10 2
r0=${rep[0]} r1=${rep[1]}
ip addr add 192.168.0.1/24 dev $up
ip link set $up arp on
ip neigh replace 192.168.0.2 lladdr 02:00:00:00:00:bb dev $up

inner=$(eth 2 1 0800 "$(ipv4 10.0.0.1 10.0.0.2 17 "$(udp 1000 53 61626364)")")
back=$(eth 1 2 0800 "$(ipv4 10.0.0.2 10.0.0.1 17 "$(udp 53 1000 64636261)")")
outer() { eth ${2:-170} 187 0800 "$(ipv4 192.168.0.2 192.168.0.1 17 \
	"$(udp 4000 $1 "$3")")"; }
# The MAC of the uplink is what its netdev says.
upmac=$(tr -d : </sys/class/net/$up/address)
to_us() { printf '%s%s' $upmac "${1:12}"; }
vxlan=$(to_us "$(outer 4789 170 0800000000002a00$back)")
geneve=$(to_us "$(outer 6081 170 0240655800002a000102800101020304$back)")

tunnel() {
	local name=$1; shift
	ip link add $name type "$@"
	ip link set $name up
	tc qdisc add dev $name ingress
}

tunnel vx0 vxlan external dstport 4789
words="enc_dst_ip 192.168.0.1 enc_src_ip 192.168.0.2 enc_key_id 42 enc_dst_port 4789"
ok "a decapsulating rule is taken" rule vx0 prio 1 protocol ip \
	flower $words dst_ip 10.0.0.1 action tunnel_key unset pipe \
	action mirred egress redirect dev $r0
is "hardware has it" true "$(in_hw vx0 1)"
is "this one" "1 0" "$(cat $hw/rules) $(cat $other/rules)"
forget
inject 0 3 $vxlan
is "frames from the tunnel come out opened" "3 $back" "$(came 128) $(last 128)"
is "and are counted" 3 "$(packets vx0 1)"
flush vx0
rule vx0 prio 1 protocol ip flower skip_hw $words dst_ip 10.0.0.1 \
	action tunnel_key unset pipe action mirred egress redirect dev $r0
forget
inject 0 3 $vxlan
is "as they do in software" "3 $back" "$(came 128) $(last 128)"
flush vx0
rule vx0 prio 1 protocol ip flower enc_key_id 43 dst_ip 10.0.0.1 \
	action tunnel_key unset pipe action mirred egress redirect dev $r0
forget
inject 0 1 $vxlan
is "another tunnel's frames do not match" 0 "$(came 128)"
flush vx0
rule vx0 prio 1 protocol ip flower enc_key_id 42 \
	action tunnel_key unset pipe \
	action mirred egress redirect dev $other_rep
is "a rule that leads to another switch is that switch's" "0 1" \
	"$(cat $hw/rules) $(cat $other/rules)"
flush vx0
rule vx0 prio 1 protocol ip flower enc_key_id 42 action tunnel_key unset pipe \
	action mirred egress redirect dev lo
is "one that leads to none is nobody's" "false 0 0" \
	"$(in_hw vx0 1) $(cat $hw/rules) $(cat $other/rules)"
flush vx0
rule vx0 chain 3 prio 1 protocol ip flower enc_key_id 42 \
	action tunnel_key unset pipe action mirred egress redirect dev $r0
rule vx0 prio 1 protocol ip flower enc_key_id 42 action goto chain 3
forget
inject 0 1 $vxlan
is "chains remember the tunnel" "$back" "$(last 128)"
flush vx0

tunnel gn0 geneve external
rule gn0 prio 1 protocol ip flower enc_key_id 42 \
	geneve_opts 0102:80:01020304 action tunnel_key unset pipe \
	action mirred egress redirect dev $r0
is "geneve with options is taken" true "$(in_hw gn0 1)"
forget
inject 0 1 $geneve
is "and comes out opened" "$back 1" "$(last 128) $(packets gn0 1)"
ip link del gn0
is "rules go with their device" 0 "$(cat $hw/rules)"

# Closing a tunnel, in software and in hardware
encap() {
	rule $r0 prio 1 protocol ip flower $1 action tunnel_key set \
		src_ip 192.168.0.1 dst_ip 192.168.0.2 id 42 dst_port 4789 \
		pipe action mirred egress redirect dev vx0
	forget
	inject 128 2 $inner
	# Without the datagram's number, and so without its checksum.
	last 0 | sed 's/^\(.\{36\}\)....\(.\{8\}\)..../\1\2/'
	came 0
	flush $r0
}
software=$(encap skip_hw)
like "software puts the frame into the tunnel" "$inner" "$software"
is "hardware does the same" "$software" "$(encap skip_sw)"
# Its tag is not taken for the inner header, whose bits of congestion go out.
tagged=$(vlan 8100 1027 0 $inner)
encap_all() {
	rule $r0 prio 1 protocol all flower $1 action tunnel_key set \
		src_ip 192.168.0.1 dst_ip 192.168.0.2 id 42 dst_port 4789 \
		pipe action mirred egress redirect dev vx0
	forget
	inject 128 1 $tagged
	last 0 | sed 's/^\(.\{36\}\)....\(.\{8\}\)..../\1\2/'
	flush $r0
}
software=$(encap_all skip_hw)
like "a tagged frame goes into the tunnel" "$tagged" "$software"
is "in hardware too, with the same header around it" "$software" \
	"$(encap_all skip_sw)"
rule $r0 prio 1 protocol ip flower skip_sw \
	action mirred egress redirect dev vx0
like "without tunnel_key a tunnel is no way out" "'vx0' is not a port" "$said"

# Leaving switchdev mode and coming back
rule vx0 prio 1 protocol ip flower enc_key_id 42 action tunnel_key unset pipe \
	action mirred egress redirect dev $r0
devlink dev eswitch set $dev mode legacy
is "legacy mode has no rules on tunnels" "0 false" \
	"$(cat $hw/rules) $(in_hw vx0 1)"
flush vx0
devlink dev eswitch set $dev mode switchdev
sim_ports 2; r0=${rep[0]} r1=${rep[1]}
rule vx0 prio 1 protocol ip flower enc_key_id 42 action tunnel_key unset pipe \
	action mirred egress redirect dev $r0
is "switchdev mode has them again" "1 true" "$(cat $hw/rules) $(in_hw vx0 1)"
ip link del vx0
is "the tunnel device goes with its rules" 0 "$(cat $hw/rules)"

# Bonds
ip addr flush dev $up
ip link set $up down
ip link add bond0 type bond mode active-backup
ip link set $up master bond0
ip link set bond0 up
ip link set $up up
tc qdisc add dev bond0 ingress
rule bond0 prio 1 protocol ip flower dst_ip 10.0.0.1 \
	action mirred egress redirect dev $r0
is "a rule on a bond over the uplink is taken" true "$(in_hw bond0 1)"
rule $r0 prio 1 protocol ip flower skip_sw dst_ip 10.0.0.2 \
	action mirred egress redirect dev bond0
is "and so is a bond as the way out" true "$(in_hw $r0 1)"
forget
inject 0 1 $back
inject 128 1 $inner
is "frames take both ways" "$back $inner" "$(last 128) $(last 0)"
is "and are counted" "1 1" "$(packets bond0 1) $(packets $r0 1)"

sim_del
ok "the device goes with rules on the bond" [ ! -e $hw ]
ip link del bond0
sim_del 11
tap_end

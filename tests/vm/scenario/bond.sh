#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Flows of a bond whose ports are two uplinks of one device.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh

swoffd_start
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
echo "10 2" >/sys/bus/netdevsim/new_device
swctl vf count $DEV 4
swctl eswitch set $DEV mode switchdev
dev=$DEV hw=$HW
up=("$(port_netdev 0)" "$(port_netdev 1)")
rep=$(port_netdev 128)
ip link set "$rep" up
ip link add bond0 type bond mode active-backup
bond=$(cat /sys/class/net/bond0/ifindex)

join() { ip link set "$1" down; ip link set "$1" master bond0; }
block() { tc -j qdisc show dev "$1" | jq -r '.[] |
	select(.kind == "clsact") | .ingress_block // 0'; }
# until COMMAND: with what swoffd does by itself, half a minute at most.
until_() { timeout 30 bash -c "until $1; do read -rt 0.1 <> <(:) || :; done"; }
export -f block
flow() { swctl -j flow show | jq -r '.[0] | .state +
	(if .reasons[0] then " " + .reasons[0].code else "" end)'; }
frame=$(eth 2 1 0800 "$(ipv4 10.0.0.7 192.0.2.1 17 "$(udp 1031 53 00)")")
words="protocol ip flower dst_ip 192.0.2.1 ip_proto udp"

for i in "${up[@]}"; do join "$i"; done
ip link set bond0 up
swctl flow add "in_port(bond0),eth_type(0x0800),ipv4(dst=192.0.2.1,proto=17),actions:$rep" >/dev/null
is "a flow of a bond is in hardware" in_hw "$(flow)"
is "swoffd calls its device as everybody does" bond0 \
	"$(swctl -j flow show | jq -r '.[0].dev')"
for i in bond0 "${up[@]}"; do
	is "$i is on the block of the bond" "$bond" "$(block "$i")"
done
is "there it is one rule" 1 "$(tc -j filter show block "$bond" |
	jq '[.[] | select(.options.handle)] | length')"
# The bond binds by itself, too, as an upper device of its ports.
is "which hardware has for both ports and the bond" 3 "$(cat $HW/rules)"
for port in 0 1; do
	echo >$HW/delivered
	echo "$port 3 $frame" >$HW/inject
	like "what comes by port $port goes to the representor" "$rep" \
		"$(cat $HW/delivered)"
done
is "the flow counts both" 6 "$(swctl -j flow show |
	jq '.[0].stats.hw_packets')"

swctl flow add dev bond0 ingress $words skip_sw action drop >/tmp/out 2>&1
is "hardware alone cannot be had on a bond, status 1" 1 $?
like "it says why" hw-only-impossible:bond0 "$(cat /tmp/out)"

ip link set "${up[1]}" nomaster
ok "a port that leaves is taken off the block" \
	until_ "[ -z \"\$(block ${up[1]})\" ]"
is "with its part of the hardware" 2 "$(cat $HW/rules)"
is "the flow stays in hardware" in_hw "$(flow)"
join "${up[1]}"
ok "a port that joins gets it" \
	until_ "[ \"\$(block ${up[1]})\" = $bond ]"
is "with what is on it" 3 "$(cat $HW/rules)"

tc qdisc del dev "${up[1]}" clsact
ok "a port that somebody took off comes back" \
	until_ "[ \"\$(block ${up[1]})\" = $bond ]"

before=$(tc -j filter show block "$bond")
swoffd_stop KILL
ip link set "${up[1]}" nomaster
ip link set "${up[1]}" down
ip link set "${up[1]}" master bond0
swoffd_start
swctl wait 10
is "another daemon adopts the flow, once" "in_hw" "$(swctl -j flow show |
	jq -r 'map(.state) | join(" ")')"
is "and rewrites nothing" "$(jq -c 'map(.options.handle)' <<<"$before")" \
	"$(tc -j filter show block "$bond" | jq -c 'map(.options.handle)')"
is "an audit finds nothing" 0 "$(swctl audit >/dev/null; echo $?)"
# Unless it has noticed by itself and put it back before it is asked.
is_found() {
	tc filter del block "$bond" 2>/dev/null
	swctl audit
	[ $? = 6 ]
}
export -f is_found
export bond
ok "it finds a rule that somebody took" until_ is_found
swctl audit --fix >/dev/null
is "and puts it back" "in_hw 3" "$(flow) $(cat $HW/rules)"

swctl flow flush
is "flushing takes it out" 0 "$(cat $HW/rules)"
for i in "${up[@]}"; do ip link set "$i" nomaster; done
ok "and without ports nobody is on the block" \
	until_ "[ -z \"\$(block ${up[0]})\$(block ${up[1]})\" ]"

# Somebody else was there first.
tc qdisc add dev "${up[0]}" clsact
tc filter add dev "${up[0]}" egress matchall action pass
for i in "${up[@]}"; do join "$i"; done
swctl flow add dev bond0 ingress $words action drop >/tmp/out
is "a port with a clsact of its own is left alone" 1 \
	"$(tc -j filter show dev "${up[0]}" egress | jq \
		'[.[] | select(.options.handle)] | length')"
ip link del bond0
is "without the bond the flow is lost" "lost device-gone" "$(flow)"
swctl flow flush

# A port keeps the block of a bond that goes while no daemon looks.
ip link add bond1 type bond mode active-backup
ip link set "${up[1]}" down
ip link set "${up[1]}" master bond1
ip link set bond1 up
swctl flow add dev bond1 ingress $words action drop >/dev/null
swoffd_stop KILL
ip link del bond1
ok "hardware still has its rule" [ "$(cat $HW/rules)" -gt 0 ]
swoffd_start
swctl wait 10
ok "the next daemon takes it out" until_ "[ \"\$(cat $HW/rules)\" = 0 ]"
tap_end

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Mirror mode where the way of a frame takes more than one flow: connections
# that are tracked, and tunnels.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh
. ./ovs.sh
. ./ovs-world.sh
. ./ovs-mirror/lib.sh

mirror_start
strangers_add

# Connections. Each comes with a port of its own.
there() {
	eth 2 1 0800 "$(ipv4 10.9.0.1 10.9.0.2 17 "$(udp "$1" 53 00)")"
}
back() {
	eth 1 2 0800 "$(ipv4 10.9.0.2 10.9.0.1 17 "$(udp 53 "$1" 00)")"
}
cat >/tmp/rules <<'RULES'
priority=20,in_port=eth1,udp,nw_src=10.9.0.1,actions=ct(table=1,zone=5)
priority=20,in_port=eth2,udp,nw_src=10.9.0.2,actions=ct(table=1,zone=5)
table=1,in_port=eth1,ct_state=+trk+new,udp,actions=ct(commit,zone=5),eth2
table=1,in_port=eth1,ct_state=+trk+est,udp,actions=eth2
table=1,in_port=eth2,ct_state=+trk+est,udp,actions=eth1
RULES
rules_add
swctl wait 10 >/dev/null

n_there=0 n_back=0
has_come() { [ "$(came "$1")" = "$2" ]; }
# talk PORT: a frame of that connection, and an answer when it has come.
talk() {
	n_there=$((n_there + 1)) n_back=$((n_back + 1))
	inject 128 1 "$(there "$1")"
	eventually 5 has_come 129 $n_there
	inject 129 1 "$(back "$1")"
	eventually 5 has_come 128 $n_back
}
# Filters of ours in the chain of a recirculation, on a netdev.
in_chain() {
	tc -j filter show dev "$1" ingress | jq '[.[] |
		select(.chain > 0 and .options.actions)] | length'
}
has_chain() { [ "$(in_chain "$1")" -ge "$2" ]; }

forget
talk 4000
talk 4000
ok "what comes first to a chain is a rule of it" eventually 5 has_chain eth1 2
ok "as is what comes back" eventually 5 has_chain eth2 1
agrees "all flows of the chains are in tc, as the datapath has them"
upcalls() { ovs-appctl dpctl/show | sed -n 's/.*lookups: hit:\([0-9]*\) missed:\([0-9]*\).*/\1 \2/p'; }
before=$(upcalls)
talk 4000
talk 4000
is "tc forwards a connection from chain to chain, past the datapath" \
	"$before" "$(upcalls)"

# The flow of new connections has no packets most of the time, and leaves tc.
ovs-vsctl --no-wait set Open_vSwitch . other_config:max-idle=1500
eventually 5 is_held 1500
port=4001 new_gone=
end=$((SECONDS + 12))
while [ $SECONDS -lt $end ]; do
	talk 4000
	if [ "$(in_chain eth1)" -lt 2 ]; then
		new_gone=yes
		talk $port
		port=$((port + 1))
	fi
done
is "flows without packets leave tc while others of their chain stay" yes \
	"$new_gone"
out >/tmp/out
is "and not a frame is lost meanwhile" "eth1:$n_back eth2:$n_there" \
	"$(cat /tmp/out)"
agrees "all agree"
# A flow whose parent has gone is not in tc either, and not because it is idle.
are_out() {
	swctl -j ovs flows | jq -e --argjson n "$1" \
		'length == $n and all(.where == "datapath")'
}
ok "without packets all five leave tc" eventually 10 are_out 5
is "with their chains" "0 0" "$(in_chain eth1) $(in_chain eth2)"
is "and not the datapath" 5 "$(ovs-dpctl dump-flows | grep -c .)"
n_there=0 n_back=0
for port in 5000 5001 5002; do talk $port; talk $port; done
is "connections that come then are forwarded" "eth1:$n_back eth2:$n_there" \
	"$(out)"
agrees "as they should be"

# Tunnels. What has no packets is to stay for a while.
ovs-vsctl --no-wait set Open_vSwitch . other_config:max-idle=1000000
eventually 5 is_held 1000000
ip link add und0 type veth peer name und1
ip link set und0 up
ip link set und1 up
world_wire
ovs-vsctl add-port br0 vx4 -- set Interface vx4 type=vxlan \
	options:remote_ip=172.31.1.2 options:key=7
cat >/tmp/rules <<'RULES'
priority=20,in_port=eth1,udp,nw_src=10.8.0.1,actions=vx4
priority=20,in_port=vx4,udp,actions=eth2
RULES
rules_add
inner=$(eth 2 1 0800 "$(ipv4 10.8.0.1 10.8.0.2 17 "$(udp 4000 53 00)")")
from_far() {
	/usr/bin/python3 -c 'import socket, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("und1", 0))
for i in range(int(sys.argv[1])):
    s.send(bytes.fromhex(sys.argv[2]))' "$1" "02aa0000000102aa000000020800$(
	ipv4 172.31.1.2 172.31.1.1 17 "$(udp 50000 4789 "0800000000000700$(
		eth 2 1 0800 "$(ipv4 10.8.0.2 10.8.0.1 17 \
			"$(udp 53 4000 00)")")")")"
}
is_there() { swctl -j ovs flows | jq -e --arg t "$1" \
	'map(select((.flow | contains($t)) and (.where == "in_hw" or .where == "tc"))) |
		length > 0'; }
inject 128 1 "$inner"
ok "a flow into a tunnel is a rule" eventually 5 is_there ",vxlan_sys_4789"
from_far 1
ok "so is one out of it" eventually 5 is_there "in_port(vxlan_sys_4789)"
agrees "both as the datapath has them"
swctl ovs flows | sed -n 's/.*\(tunnel.*\)/# \1/p'
before=$(upcalls)
tc qdisc add dev und1 clsact
tc filter add dev und1 ingress protocol ip flower ip_proto udp dst_port 4789 \
	action pass
tunnelled() {
	tc -j -s filter show dev und1 ingress |
		jq '.[] | .options.actions // empty | .[0].stats.packets'
}
forget
inject 128 20 "$inner"
from_far 20
is "frames go both ways" "20 eth2:20" "$(tunnelled) $(out)"
is "and the datapath sees none of them" "$before" "$(upcalls)"
ovs-vsctl del-port vx4
ok "with the port both are gone" eventually 3 eval \
	'! grep -q vxlan $HW/table && ! is_there vxlan'
agrees "and nothing of it is left"
is "none of all this was anything to the rules of others" 2 "$(strangers)"
tap_end

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Mirrored flows are in tc as long as they have packets, of which Open vSwitch is
# shown one now and then, and more flows than hardware holds share it by their
# packets.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh
. ./ovs.sh
. ./ovs-mirror/lib.sh

idle=1500
mirror_start $idle
strangers_add
flows_make 130
rules_add
ok "max-idle is held" eventually 2 is_held $idle

in_datapath() { ovs-dpctl dump-flows | grep -c 'udp('; }
upcalls() { ovs-appctl dpctl/show | sed -n 's/.*lookups.*missed:\([0-9]*\).*/\1/p'; }
# Out of tc for want of packets, in both places that say so.
are_idle() {
	[ "$(swctl -j ovs flows | jq '[.[] | select(.where == "datapath" and
		.reasons[0].code == "idle")] | length')" = "$1" ] &&
		[ "$(swctl -j ovs status | jq .companion.idle)" = "$1" ]
}
# What OpenFlow has counted.
counted() {
	ovs-appctl revalidator/wait
	ovs-ofctl dump-flows br0 udp | sed -n 's/.*n_packets=\([0-9]*\).*/\1/p' |
		awk '{ n += $1 } END { print n }'
}
to_eth2() { out | grep -o 'eth2:[0-9]*'; }

# One connection that has its ways by what a switch learns. Each end is to have
# said something before there are rules; then one has packets all the time.
hello=$(eth 11 12 0800 "$(ipv4 172.16.0.1 172.16.0.2 6 "$(tcp 4000 80 2)")")
answer=$(eth 12 11 0800 "$(ipv4 172.16.0.2 172.16.0.1 6 "$(tcp 80 4000 18)")")
chat() { inject 130 1 "$hello"; }
chats_in_hw() { chat; grep -q '^dev eth3 .* actions redirect:eth0 ' $HW/table; }
ovs-ofctl add-flow br0 priority=0,actions=normal
chat
inject 0 1 "$answer"
ok "a flow to an address that was learnt is mirrored" eventually 5 chats_in_hw
touch /tmp/chatting
(
	renice -n 19 $BASHPID >/dev/null
	while [ -e /tmp/chatting ]; do chat; done
) &
chatting=$!

# Flow 0 has packets all the time, too, in hardware all of them.
ok "others are" born 10
before=$(upcalls)
forget
sent=0
end=$((SECONDS + 12)) one_left=
while [ $SECONDS -lt $end ]; do
	send 0 0
	sent=$((sent + 1))
	[ -n "$one_left" ] || ! are_mirrored 1 || one_left=$SECONDS
done
ok "those without packets go from hardware within 12 s" test -n "$one_left"
# The answer is one more.
ok "as idle ones" are_idle 10
ok "the one with packets is there still" grep -q " src_ip 10.0.0.0 " $HW/table
is "and the datapath, in which all ten are, has seen none of them" \
	"10 $before" "$(in_datapath) $(upcalls)"
is "for hardware has forwarded each" "eth2:$sent" "$(to_eth2)"
agrees "all agree"
ok "without packets it goes as well" eventually 10 are_mirrored 0
is "and not from the datapath" 10 "$(in_datapath)"

before=$(upcalls) in_openflow=$(counted)
forget
send 0 9
ok "with its next packet each is back within 2 s" eventually 2 are_mirrored 10
agrees "as they should be"
is "which the datapath has forwarded" "eth2:10 $before" \
	"$(to_eth2) $(upcalls)"
is "and OpenFlow has counted" $((in_openflow + 10)) "$(counted)"

# Thirty places for 120 flows, of which 20 have twenty times as many packets;
# of others than those before, that they be new to Open vSwitch.
ovs-vsctl --no-wait set Open_vSwitch . other_config:max-idle=1000000
ok "what the operator sets is held" eventually 2 is_held 1000000
echo 32 >$HW/capacity
busiest_in_hw() {
	send 10 129
	sed -n '61,80s/^/128 20 /p' /tmp/frames >$HW/inject
	[ "$(grep -cE ' src_ip 10\.0\.0\.(6[0-9]|7[0-9]) ' $HW/table)" = 20 ]
}
ok "of more flows than hardware holds it has the busiest" \
	eventually 30 busiest_in_hw
is "and is full" 32 "$(cat $HW/rules)"
agrees "each other says why it is not there" 5
is "none of all this was anything to the rules of others" 2 "$(strangers)"
echo 0 >$HW/capacity
all_mirrored() { [ "$(mirrored)" -ge 120 ]; }
# Room is looked for every 10 to 40 s.
ok "with room for all, all are there" eventually 60 all_mirrored
agrees "as they should be"

# The age of an address is what Open vSwitch has seen of it.
rm /tmp/chatting
wait $chatting
age() { ovs-appctl fdb/show br0 | awk '/02:00:00:00:00:0c/ { print $4 }'; }
before=$(upcalls)
forget
sent=0 oldest=0
is_seen_again() {
	chat
	sent=$((sent + 1)) age=$(age)
	[ "$age" -lt "$oldest" ] || { oldest=$age; return 1; }
}
ok "the address of a connection in hardware is seen again" \
	eventually 70 is_seen_again
ok "after a minute: $oldest s" [ $((oldest >= 58 && oldest <= 70)) = 1 ]
back() { sent=$((sent + 1)); chats_in_hw; }
ok "and is back in hardware within 3 s" eventually 3 back
is "and no frame was lost" "eth0:$sent $before" "$(out) $(upcalls)"
agrees "all agree"
tap_end

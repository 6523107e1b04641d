#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# flow prove: frames that the model forwards, and frames that software does.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh

flow() { echo "in_port(eth1),eth_type(0x0800),ipv4(dst=192.0.2.$1),actions:eth2"; }
frame() { eth 2 1 0800 "$(ipv4 10.0.0.7 192.0.2.$1 17 "$(udp 1031 53 00)")"; }

# send N: frames of flow N from behind eth1 until hush, which says how many.
send() {
	local hex
	hex=$(frame $1)
	rm -f /tmp/stop
	(
		n=0
		until [ -e /tmp/stop ]; do
			echo "128 1 $hex" >$HW/inject && n=$((n + 1))
		done
		echo $n >/tmp/sent
	) &
	sender=$!
}
hush() {
	touch /tmp/stop
	wait $sender
	cat /tmp/sent
}

# prove WORD...: verdict in $verdict, status in $status, all of it in $proof.
prove() {
	proof=$(swctl -j flow prove "$@" 2>&1)
	status=$?
	verdict=$(jq -r .verdict <<<"$proof")
}
# packets PHASE: of hardware and of software in it.
packets() {
	jq -r --arg p $1 '.phases[] | select(.phase == $p) |
		"\(.hw_packets) \(.sw_packets)"' <<<"$proof"
}
# until_state STATE COUNT: so many flows are in it.
until_state() {
	local i
	for ((i = 0; i < 1000; i++)); do
		[ "$(state_count $1)" != "$2" ] || return 0
	done
	return 1
}
# Of the scratch chain nothing is told.
kernel_flags() {
	tc -j filter show dev eth1 ingress | jq -c '[.[] |
		select(.chain < 1000) | .options | select(.handle) | [.skip_hw // false, .in_hw // false]]'
}

swoffd_start
four_vfs
swctl flow add "$(flow 1)" >/dev/null
echo >$HW/delivered

send 1
prove "$(flow 1)"
sent=$(hush)
is "frames that hardware forwards prove it" "0 proven done" \
	"$status $verdict $(jq -r .control <<<"$proof")"
read -r hw_seen sw_seen <<<"$(packets watch)"
ok "hardware counted them ($hw_seen)" [ "$hw_seen" -ge 1 ]
is "and software none" 0 "$sw_seen"
read -r hw_seen sw_seen <<<"$(packets control)"
is "in the control hardware counted none" 0 "$hw_seen"
ok "and software did ($sw_seen)" [ "$sw_seen" -ge 1 ]
is "nothing of the control is left" 1 "$(cat $HW/rules)"
ok "$sent frames came meanwhile" [ "$sent" -gt 10 ]
is "each was delivered once" "$sent" "$(came 129)"
is "it is back in hardware" '[[false,true]]' "$(kernel_flags)"
# What comes between the last reading of a filter and the one that replaces it is
# not counted, which may be a time slice of the sender.
counted=$(swctl -j flow show | jq '.[0].stats.packets')
ok "and has counted them ($counted)" \
	[ $((counted <= sent && counted >= sent - sent / 50)) = 1 ]
ok "some of them in software" [ "$(swctl -j flow show |
	jq '.[0].stats.hw_packets')" -lt "$sent" ]

prove --seconds 1 "$(flow 1)"
is "without frames nothing is proven" "1 no traffic 0 0" \
	"$status $verdict $(packets watch)"

send 9
prove --seconds 1 "$(flow 1)"
is "frames that it must not match are no proof" "1 no traffic 0 0" \
	"$status $verdict $(packets watch)"
ok "though $(hush) came" [ "$(cat /tmp/sent)" -gt 10 ]

tc filter add dev eth1 ingress protocol ip prio 1 flower dst_ip 192.0.2.1 \
	action mirred egress redirect dev eth3
send 1
prove --seconds 1 "$(flow 1)"
hush >/dev/null
is "a foreign rule before it takes its frames" "1 no traffic 0 0" \
	"$status $verdict $(packets watch)"
tc filter del dev eth1 ingress protocol ip prio 1

echo ip >$HW/unsupported
swctl flow add 'in_port(eth1),eth_type(0x0800),ipv4(dst=192.0.2.2,ttl=64),actions:eth2' >/dev/null
prove 'in_port(eth1),eth_type(0x0800),ipv4(dst=192.0.2.2,ttl=64)'
is "what is in software is not proven" "1 not in hardware sw driver-refused" \
	"$status $verdict $(jq -r '.state + " " + .reasons[0].code' <<<"$proof")"

# Its frames come to it by way of a rule that hardware does not take.
swctl flow add 'in_port(eth1),eth_type(0x0800),ipv4(dst=192.0.2.3,ttl=64),actions:recirc(5)' >/dev/null
swctl flow add "recirc_id(5),$(flow 3)" >/dev/null
is "a flow behind one in software is in hardware" in_hw \
	"$(swctl -j flow show "recirc_id(5),$(flow 3)" | jq -r '.[0].state')"
send 3
prove "recirc_id(5),$(flow 3)"
hush >/dev/null
is "but it is software that sees its frames" "1 software" "$status $verdict"
read -r hw_seen sw_seen <<<"$(packets watch)"
ok "which hardware does not count" \
	[ "$hw_seen" = 0 -a "$sw_seen" -gt 0 ]
echo none >$HW/unsupported
swctl flow flush >/dev/null

swctl flow add -p hw-only "$(flow 4)" >/dev/null
send 4
prove "$(flow 4)"
hush >/dev/null
is "a hw-only flow is proven without control" "0 proven hw-only" \
	"$status $verdict $(jq -r .control <<<"$proof")"
swctl flow flush >/dev/null

# Who goes away in the control, which has few of its thousand packets by then.
hex=$(frame 1)
until_control() {
	local i
	for ((i = 0; i < 1000; i++)); do
		inject 128 50 "$hex"
		[ "$(state_count evicted)" != 1 ] || return 0
	done
	return 1
}
swctl flow add "$(flow 1)" >/dev/null
swctl flow prove --seconds 600 --packets 1000 "$(flow 1)" >/dev/null 2>&1 &
asker=$!
ok "in the control software has it" until_control
is "by a flag of the kernel" '[[true,false]]' "$(kernel_flags)"
is "and hardware a rule that no frame comes by" 1 "$(cat $HW/rules)"
kill -KILL $asker
wait $asker 2>/dev/null
ok "when its client is killed it goes back" until_state in_hw 1
is "by that flag, too" '[[false,true]]' "$(kernel_flags)"

swctl -j flow prove --seconds 600 --packets 1000 "$(flow 1)" >/tmp/proof 2>&1 &
asker=$!
until_control
swoffd_stop
is "a daemon that stops brings it back first" '[[false,true]]' \
	"$(kernel_flags)"
wait $asker
is "and answers" "1 stopped" "$? $(jq -r .verdict /tmp/proof)"

swoffd_start
swctl flow prove --seconds 600 --packets 1000 "$(flow 1)" >/dev/null 2>&1 &
until_control
swoffd_stop KILL
is "one that is killed cannot" '[[true,false]]' "$(kernel_flags)"
swoffd_start
ok "but the next one does" until_state in_hw 1
is "nothing of the control is left" 1 "$(cat $HW/rules)"
is "as it was" 'best-effort [[false,true]]' \
	"$(swctl -j flow show | jq -r '.[0].policy') $(kernel_flags)"
tap_end

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The golden rule with OVS: a random OpenFlow table, and the same random frames
# through OVS alone, through OVS that offloads by itself and through OVS whose
# flows swoffd offloads, end up the same at every port. Meanwhile flows come and
# go, and the table is changed. With OVS_GOLDEN_SEED it
# is another table; with OVS_GOLDEN_KEEP, a directory, what was recorded stays.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh
. ./ovs.sh

WAYS="alone own mirror"
seed=${OVS_GOLDEN_SEED:-1}
rec=${OVS_GOLDEN_KEEP:-/tmp/rec}
ports=8

# Each is asked for before the table and the frames, and ended after them. It has
# settled when what the table says is what happens to frames.
way_alone() { ovs_start false; }
way_own() { ovs_start true; }
way_mirror() {
	ovs_start false
	swoffd_start && swctl ovs mode mirror
}
settle_alone() { for _ in 1 2; do ovs-appctl revalidator/wait; done; }
settle_own() { settle_alone; }
# While a qdisc comes to a port, the kernel drops what is sent there: no flow is
# to bring one.
settle_mirror() {
	[ "$(tc qdisc show | grep -c 'clsact.* dev eth')" = $ports ] || return
	settle_alone
	until swctl -j ovs flows >/tmp/flows &&
		jq -e 'all(.where != "pending")' /tmp/flows >/dev/null; do :; done
}
end_alone() { :; }
end_own() { :; }
end_mirror() { swoffd_stop; }

world() {
	local nf=/proc/sys/net/netfilter setting
	sim_add 10 0
	echo $((ports - 1)) >/sys/kernel/debug/netdevsim/netdevsim10/max_vfs
	echo $((ports - 1)) >/sys/bus/netdevsim/devices/netdevsim10/sriov_numvfs
	sim_ports $((ports - 1))
	ip link add sync0 type veth peer name sync1
	ip link set sync0 up
	ip link set sync1 up
	# No connection is to end before its last frame, and none because of
	# the numbers in its segments, which say nothing.
	echo 1 >$nf/nf_conntrack_tcp_be_liberal
	for setting in $nf/nf_conntrack_{tcp,udp,icmp,icmpv6}_timeout*; do
		echo 3600 >"$setting"
	done
}

bridge() {
	local args=() port
	for ((port = 0; port < ports; port++)); do
		args+=(-- add-port br0 eth$port
			-- set Interface eth$port ofport_request=$((port + 1)))
	done
	ovs-vsctl -- set Open_vSwitch . other_config:vlan-limit=2 \
		other_config:max-idle=4000 -- add-br br0 -- set bridge br0 fail_mode=secure \
		-- add-port br0 sync0 "${args[@]}"
}

# half WAY 1|2: of the frames, with the table for them.
half() {
	ovs-ofctl -O OpenFlow15 --names replace-flows br0 "$rec/rules.$2" &&
		"settle_$1" &&
		ovs-golden/run.pl send "$rec/frames.$2" "$rec/$1.out" "$hw"
}

# Frames that software sent to ports.
by_software() {
	awk '{ n += $1 } END { print n }' \
		/sys/class/net/eth[0-7]/statistics/tx_packets
}

# record WAY: all frames in a life of OVS of their own; its status is that of
# the sender, $out says how many came out, $by_hw how many of these hardware had
# forwarded.
record() {
	local before port status
	"way_$1" || return
	bridge || return
	forget
	before=$(by_software)
	rm -f "$rec/$1.out"
	half "$1" 1 && half "$1" 2
	status=$?
	out=$(wc -l <"$rec/$1.out")
	by_hw=$((out + before - $(by_software)))
	cp "$hw/table" "$rec/$1.table"
	ovs-appctl dpctl/dump-flows -m --names >"$rec/$1.flows"
	ovs-appctl revalidator/wait
	ovs-ofctl -O OpenFlow15 --names dump-flows br0 >"$rec/$1.hits"
	"end_$1"
	ovs-appctl dpctl/flush-conntrack
	ovs_stop
	for ((port = 0; port < ports; port++)); do
		tc qdisc del dev eth$port ingress 2>/dev/null ||
			tc qdisc del dev eth$port clsact 2>/dev/null
	done
	return $status
}

# compare WAY...: what compare.pl says, its figures in the array found.
declare -A found
compare() {
	local figure
	ovs-golden/compare.pl "$rec" ovs-golden/argued "$@" >"$rec/said"
	for figure in $(tail -n 1 "$rec/said"); do
		found[${figure%%=*}]=${figure#*=}
	done
}

# Frames and bytes that came out, by port.
sums() {
	awk '{ n[$1]++; b[$1] += length($2) / 2 }
		END { for (p in n) print p, n[p], b[p] }' "$rec/$1.out" | sort
}

mkdir -p "$rec"
world
ovs-golden/run.pl make "$seed" "$rec"
frames=$(cat "$rec"/frames.[12] | wc -l)
ok "seed $seed: $(wc -l <"$rec/rules.1") rules, $frames frames, 10000 and more" \
	[ "$frames" -ge 10000 ]
echo "# half way $(diff "$rec"/rules.[12] | grep -c '^>') rules are changed"

for way in $WAYS; do
	begin=$SECONDS
	record "$way" >"$rec/$way.log" 2>&1
	is "$way: all frames went in" 0 $?
	sed 's/^/# /' "$rec/$way.log"
	echo "# $way: $((SECONDS - begin)) s, $(wc -l <"$rec/$way.flows") flows," \
		"$(wc -l <"$rec/$way.table") rules in hardware"
	ok "$way: $out came out, half as many and more" \
		[ $((out * 2)) -ge "$frames" ]
	is "$way: of all ports" $ports "$(sums "$way" | wc -l)"
	if [ "$way" = alone ]; then
		is "$way: none of them by hardware" 0 $by_hw
	else
		ok "$way: $by_hw of them by hardware, half and more" \
			[ $((by_hw * 2)) -ge "$out" ]
	fi
	is "$way: no rule of it stays in hardware" 0 "$(cat "$hw/rules")"
done
hit=$(grep -c 'n_packets=[1-9]' "$rec/alone.hits")
ok "frames meet $hit rules of OpenFlow, two thirds and more" \
	[ $((hit * 3)) -ge $(($(wc -l <"$rec/rules.1") * 2)) ]

compare $WAYS
grep '^#' "$rec/said"
for way in ${WAYS#alone }; do
	is "alone and $way: as many frames and bytes at every port" \
		"$(sums alone)" "$(sums "$way")"
	is "alone and $way: the same came out at every port" 0 "${found[$way]}"
done
is "each argument is needed" 0 "${found[unused]}"

sed '5000s/ 0/ 1/' "$rec/alone.out" >"$rec/changed.out"
compare alone changed
is "one frame that is changed is seen" 1 "${found[changed]}"
tap_end

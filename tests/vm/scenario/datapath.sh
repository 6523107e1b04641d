#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The datapaths of a real ovs-vswitchd, as they are read and followed.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./ovs.sh
follow=$(dirname "$(dirname "$(command -v swctl)")")/tests/vm/datapath

# What it says goes to $told, of which the lines up to $seen are done with.
told=/tmp/told seen=0
mkfifo /tmp/commands
"$follow" </tmp/commands >$told 2>&1 &
exec 9>/tmp/commands
say() { echo "$*" >&9; }
news() { tail -n +$((seen + 1)) $told; }
done_with() { seen=$(wc -l <$told); }

# tells PATTERN: it does, from here on; given up after a minute.
tells() {
	local end=$((SECONDS + 60))
	until news | grep -qE -- "$1"; do
		[ $SECONDS -lt $end ] || return 1
	done
}
# ask COMMAND PATTERN: what comes of it, up to the line that ends it.
ask() { done_with; say "$1"; tells "$2"; }

ufids() { sed -n "s/^$1 [0-9]* ufid:\([^, ]*\).*/\1/p" | sort; }
theirs() { ovs-appctl dpctl/dump-flows -m --names | grep -o '^ufid:[^,]*' |
	cut -d: -f2 | sort; }

is "without openvswitch's datapath there is nothing to read" \
	"read_done all 0" "$(ask 'read all' read_done; news | tail -n 1)"

sim_add 10 4
ovs_start false
ask "read all" read_done
done_with
ovs_bridge br0 eth0 eth1 eth2 eth3
ok "a datapath that is made is told" tells '^datapath [0-9]+ ovs-system'
ok "with its own port, of which the kernel says nothing" \
	tells '^port [0-9]+ no 0 ifindex [1-9][0-9]* type 2 ovs-system$'
ok "and its ports" tells '^port [0-9]+ no [0-9]+ ifindex [0-9]+ type 1 eth3$'
id=$(news | sed -n 's/^datapath \([0-9]*\) ovs-system.*/\1/p' | tail -n 1)
is "by the index of its netdev" "$(cat /sys/class/net/ovs-system/ifindex)" "$id"

to_1=$(eth 1 0 0800 "$(ipv4 10.0.0.1 10.0.0.2 6 "$(tcp 4000 80 2)")")
to_0=$(eth 0 1 0800 "$(ipv4 10.0.0.2 10.0.0.1 6 "$(tcp 80 4000 18)")")
done_with
# Where its address is must be known before somebody sends to it.
inject 129 2 "$to_0"
ovs_wait_flow 'in_port(eth2)'
inject 128 2 "$to_1"
ovs_wait_flow 'in_port(eth1).*actions:eth2$'
ok "a flow is told as it is made" \
	tells "^flow $id ufid:[-0-9a-f]+.*eth_type\(0x0800\).*actions:[0-9]+$"

ovs-appctl revalidator/wait
ask "read all" read_done
is "what is read is what dpctl/dump-flows prints, by ufid" "$(theirs)" \
	"$(news | ufids flow)"
plain='s/, packets.*actions:/ /'
is "with its keys and actions" \
	"$(ovs-appctl dpctl/dump-flows --no-names | sed "$plain" | sort)" \
	"$(news | sed -n "s/^flow $id ufid:[^ ]* //p" | sed "$plain" | sort)"
is "ports are those of dpctl/show" "$(ovs-appctl dpctl/show |
	sed -n 's/^ *port \([0-9]*\): \([^ ]*\).*/\1 \2/p' | sort)" \
	"$(news | sed -n 's/^port .* no \([0-9]*\) .* \([^ ]*\)$/\1 \2/p' | sort)"
is "and the read is whole" "read_done all 0" "$(news | grep read_done)"

inject 128 7 "$to_1"
ask "read stats" read_done
is "statistics are told for each" "$(theirs)" "$(news | ufids flow_stats)"
like "as the datapath counts" "packets:" "$(news | grep flow_stats | head -n 1)"
is "without the flows" 0 "$(news | grep -c '^flow ')"

done_with
ovs-ofctl add-flow br0 priority=5,in_port=eth1,actions=output:eth3
ovs-appctl revalidator/wait
port=$(ovs-appctl dpctl/show | sed -n 's/^ *port \([0-9]*\): eth3.*/\1/p')
ok "a flow that is changed is told" tells "^flow $id ufid.*actions:$port$"
ufid=$(news | sed -n "s/^flow $id ufid:\([^,]*\),.*actions:$port$/\1/p" |
	head -n 1)

ovs-appctl dpctl/del-flow "ufid:$ufid"
ok "a flow that is deleted is told to be gone" tells "^flow_gone $id ufid:$ufid"
ask "read stats" read_done
features=$(news | sed -n "s/^datapath $id .*features //p" | head -n 1)
ask "features $id $(printf %x $((features ^ 2)))" '^datapath '
ok "features are set, and told" \
	tells "^datapath $id .* features $(printf %#x $((features ^ 2)))$"
ask "features $id $features" '^datapath '
ask "features $id 40000000" 'features of datapath'
like "those that the kernel does not know are refused, in its words" \
	"features of datapath $id: Operation not supported" "$(news)"

tc qdisc replace dev eth1 ingress
tc filter add dev eth1 ingress prio 3 protocol ip flower dst_ip 10.0.0.1 \
	action drop cookie 67452301efcdab893322110077665544
ask "filters eth1" filters_done
is "filters are told beside, a cookie is a ufid as OVS has it" \
	"ufid:01234567-89ab-cdef-0011-223344556677" \
	"$(news | sed -n 's/^filter .* prio 3 .* //p')"
tc filter del dev eth1 ingress prio 3

# A datapath that nobody but us looks after. Nothing is read while its flows are
# made, and the buffer has room for a few.
ip link add lone0 type dummy
ip link add lone1 type dummy
done_with
ovs-dpctl add-dp lone
ovs-dpctl add-if lone lone0,port_no=1 lone1,port_no=2
ok "other datapaths are followed too" tells ' lone1$'
lone=$(cat /sys/class/net/lone/ifindex)
for i in $(seq 500); do
	echo "add in_port(1),eth(),eth_type(0x0800),ipv4(dst=10.0.$((i / 250)).$((i % 250))) 2"
done >/tmp/storm
say "buffer 1"
done_with
say "run ovs-dpctl add-flows lone /tmp/storm"
ok "notifications that were lost are told to be" tells '^lost$'
is "once" 1 "$(news | grep -c '^lost$')"
ask "read all" read_done
is "and the next read is whole" "500 read_done all 0" \
	"$(news | grep -c "^flow $lone ") $(news | grep read_done)"
say "buffer 1000000"
ovs-dpctl del-dp lone
ok "before the end" tells "^datapath_gone $lone$"

done_with
ovs-vsctl del-port eth3
ok "a port that is removed is gone" \
	tells "^port_gone $id no $port ifindex [0-9]+ type 1 eth3$"
done_with
ip link add gone0 type dummy
ovs-vsctl add-port br0 gone0
tells ' gone0$'
done_with
ip link del gone0
ok "so is one whose netdev is" tells '^port_gone .* gone0$'
done_with
ovs-vsctl add-br br1
tells ' br1$'
done_with
ovs-vsctl del-br br1
ok "and the port of a bridge" tells '^port_gone .* br1$'
done_with
ovs_stop
ok "and the datapath itself" tells "^datapath_gone $id$"
ask "read all" read_done
is "then there is nothing to be read" "read_done all 0" "$(news)"
exec 9>&-
wait
tap_end

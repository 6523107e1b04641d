#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Attributes of VFs: each is read back with ip; what netdevsim has not is named,
# and then nothing has changed.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh

swoffd_start
swctl wait 5
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
echo "10 1" >/sys/bus/netdevsim/new_device
swctl vf count $DEV 2
up=$(swctl -j device show $DEV | jq -r .netdev)

# of_ip VF FILTER: what ip says of it.
of_ip() { ip -j -d link show dev "$up" | jq -c ".[0].vfinfo_list[$1] | $2"; }
# refused CLAIM PART WORD...: swctl fails and names PART.
refused() {
	local claim=$1 part=$2
	shift 2
	if swctl "$@" >/dev/null 2>/tmp/err; then
		is "$claim" refused done
	else
		like "$claim" "$part" "$(cat /tmp/err)"
	fi
}

is "no representor and no devlink port in legacy mode" \
	'[[0,null,null],[1,null,null]]' \
	"$(swctl -j vf list $DEV | jq -c 'map([.vf, .port_index, .netdev])')"
while IFS='|' read -r words filter wanted; do
	# shellcheck disable=SC2086
	swctl vf set "$up" 1 $words
	is "vf set $words" "$wanted" "$(of_ip 1 "$filter")"
done <<-'END'
	mac 02:00:00:00:00:01|.address|"02:00:00:00:00:01"
	vlan 5 qos 3 proto 802.1ad|.vlan_list[0]|{"vlan":5,"qos":3,"protocol":"802.1ad"}
	vlan 6 qos 2|.vlan_list[0]|{"vlan":6,"qos":2}
	vlan 7|.vlan_list[0]|{"vlan":7}
	trust on|.trust|true
	spoofchk on|.spoofchk|true
	query_rss on|.query_rss_en|true
	state disable|.link_state|"disable"
	link_state enable|.link_state|"enable"
	max_tx_rate 100|.rate|{"max_tx":100,"min_tx":0}
	min_tx_rate 10|.rate|{"max_tx":100,"min_tx":10}
	trust off vlan 0|[.trust,.vlan_list[0]]|[false,{}]
END
is "the other VF has nothing of it" '["00:00:00:00:00:00",false,{"max_tx":0,"min_tx":0}]' \
	"$(of_ip 0 '[.address, .spoofchk, .rate]')"
ip link set "$up" vf 0 mac 02:00:00:00:00:77 vlan 77 qos 1
is "what ip sets is listed" '["02:00:00:00:00:77",77,1,"802.1q"]' \
	"$(swctl -j vf list $DEV | jq -c '.[0] | [.mac, .vlan, .qos, .proto]')"

refused "a function without a port is named" "VF 0: roce enable" \
	vf set $DEV 0 trust on roce enable
is "and what stood before it is not done" false "$(of_ip 0 .trust)"
refused "a limit below what is promised" \
	"VF 1: max_tx_rate 5: Invalid argument; the most would be less than min_tx_rate" \
	vf set $DEV 1 max_tx_rate 5
refused "no such VF" "there are 0 to 1" vf set $DEV 2 trust on

refused "VFs of netdevsim have no driver" \
	"VF 0: it is no function of PCI, and has no driver to choose" \
	vf bind $DEV 0 vfio-pci
refused "to lose neither" "no function of PCI" vf unbind $DEV 0

swctl eswitch set $DEV mode switchdev
is "representors and ports in switchdev mode" '[[0,128,"pf0vf0"],[1,129,"pf0vf1"]]' \
	"$(swctl -j vf list $DEV | jq -c '.[] | [.vf, .port_index, .netdev]' |
	while IFS=', ' read -r line; do
		name=$(echo "$line" | jq -r '.[2]')
		echo "$line" | jq -c --arg p "$(cat "/sys/class/net/$name/phys_port_name")" \
			'.[2] = $p'
	done | jq -cs .)"
swctl vf set $DEV 0 mac 02:00:00:00:00:78 trust on
is "what devlink does not tell goes to rtnetlink" '["02:00:00:00:00:78",true]' \
	"$(of_ip 0 '[.address, .trust]')"
swctl vf set $DEV 0 max_tx_rate 200
is "a rate is devlink's" 25000000 "$(devlink -j port function rate show $DEV/128 |
	jq '.rate[].tx_max')"
is "and listed as such" '[200,25000000]' "$(swctl -j vf list $DEV |
	jq -c '.[0] | [.max_tx_rate, .tx_max]')"

# netdevsim has no attribute of functions.
before=$(of_ip 0 .)
while IFS='|' read -r words; do
	# shellcheck disable=SC2086
	refused "vf set $words is refused by name" "VF 0: $words: " \
		vf set $DEV 0 vlan 9 qos 5 spoofchk on trust off \
		mac 02:00:00:00:00:79 $words
done <<-'END'
	hw_addr 02:00:00:00:00:05
	state active
	roce enable
	migratable enable
	ipsec_crypto enable
	ipsec_packet enable
	max_io_eqs 8
END
like "with the kernel's own words" "max_io_eqs" "$(cat /tmp/err)"
refused "a rate of the driver's unit only" "TX rate value not in link speed units" \
	vf set $DEV 0 vlan 9 trust off tx_share 10kbit
refused "what is newer than the kernel" "tx_priority 3: Invalid argument: Unknown attribute type; this kernel has no such attribute" \
	vf set $DEV 0 vlan 9 trust off tx_share 10mbit tx_priority 3
is "and each time all is as before" "$before" "$(of_ip 0 .)"
is "with devlink, too" '{"type":"leaf","tx_max":25000000}' \
	"$(devlink -j port function rate show $DEV/128 | jq -c '.rate[]')"

swoffd_stop
echo 10 >/sys/bus/netdevsim/del_device
tap_end

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Settings of representors: ip and ethtool see them, and they come back with
# new netdevs, a new daemon, and after somebody else has changed them.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh

start() {
	swoffd --state /tmp/state --log-level info "$@" >>/tmp/log 2>&1 &
	swctl wait 10
}

# logged TEXT: the daemon says so, now or soon.
logged() {
	timeout 10 sh -c 'tail -n +1 -f /tmp/log | grep -q -m 1 "$1"' sh "$1"
}

# name VF: of its representor, as it is called now.
name() { swctl -j rep list $DEV | jq -r ".[] | select(.vf == $1) | .netdev"; }

# of VF: what ip and ethtool say.
of() {
	local n
	n=$(name "$1")
	echo "$(ip -j link show dev "$n" | jq -r '.[0] | "\(.mtu) \(.flags | index("UP") != null)"') $(ethtool -k "$n" |
		sed -n 's/^hw-tc-offload: //p')"
}

# becomes VF WORDS
becomes() { eventually is_so "$@"; }
is_so() { [ "$(of "$1")" = "$2" ]; }

# port_of N: the netdev of port N, without asking the daemon.
port_of() { devlink port show $DEV/"$1" | sed 's/.* netdev \([^ ]*\).*/\1/'; }
named() { [ "$(port_of "$2")" = "$1" ]; }
altname_of() { altnames "$(port_of "$2")" | grep -q "\"$1\""; }
altnames() { ip -j link show dev "$1" | jq -c '.[0].altnames'; }

# eventually COMMAND...: within a while.
eventually() {
	local i
	for ((i = 0; i < 200; i++)); do
		! "$@" || return 0
	done
	return 1
}

make_reps() {
	swctl vf count $DEV 2
	swctl eswitch set $DEV mode switchdev
}

echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
echo "10 1" >/sys/bus/netdevsim/new_device
start
make_reps

# By whatever name: VF 1 is port 129.
n=$(name 1)
ip link property add dev "$n" altname an-altname-that-is-longer-than-a-name
for word in "$n" an-altname-that-is-longer-than-a-name $DEV/129 $DEV/pf0vf1 \
	"$(swctl -j device show $DEV | jq -r .netdev)/pf0vf1" \
	"$(cat "/sys/class/net/$n/address")"; do
	is "rep resolve $word" 129 "$(swctl -j rep resolve "$word" | jq .port_index)"
done
is "with all that there is" "$(ip -d -j link show dev "$n" | jq -c '.[0] |
	[.ifname, .ifindex, .address, .altnames, .phys_port_name]')" \
	"$(swctl -j rep resolve "$n" | jq -c \
	'[.netdev, .ifindex, .mac, .altnames, .phys_port_name]')"

ok "rep set" swctl rep set "$(name 1)" mtu 9000 hw-tc-offload on up
is "ip and ethtool say the same" "9000 true on" "$(of 1)"
is "the other one is as it was" "1500 false off" "$(of 0)"
swctl rep set "$(name 1)" hw-tc-offload off down mtu 2000
is "and back" "2000 false off" "$(of 1)"
ok "what the kernel refuses is an error" eval \
	'! swctl rep set "$(name 1)" up mtu 10 2>/tmp/err'
like "with its words" "set mtu 10: Invalid argument" "$(cat /tmp/err)"
is "and nothing has changed" "2000 false off" "$(of 1)"
swctl rep set "$(name 1)" mtu 9000 hw-tc-offload on up

devlink dev reload $DEV
make_reps
ok "after a reload it is as it was asked for" becomes 1 "9000 true on"
is "which is said" true "$(swctl -j rep show "$(name 1)" | jq '.settings |
	[.[] | .wanted == .actual and .contested == false] | all and length == 3')"
swctl eswitch set $DEV mode legacy
swctl eswitch set $DEV mode switchdev
ok "after a change of the mode, too" becomes 1 "9000 true on"

swoffd_stop KILL
n=$(port_of 129)
ip link set dev "$n" mtu 1400 down
ip link set dev "$n" name tenant7
ethtool -K tenant7 hw-tc-offload off
start
ok "a new daemon sets it, whatever its name" becomes 1 "9000 true on"
is "which is another now" tenant7 "$(name 1)"

# Somebody else.
ethtool -K tenant7 hw-tc-offload off
ok "what ethtool changes is put back" becomes 1 "9000 true on"
ip link set dev tenant7 down
ok "what ip changes" becomes 1 "9000 true on"
ok "which is logged" logged "info: tenant7: somebody else has set down: back to up"
for i in 1 2 3; do
	ip link set dev tenant7 mtu 1400
	ok "time $i" becomes 1 "9000 true on"
done
ip link set dev tenant7 mtu 1400
ok "there is no fight" logged "warning: tenant7: somebody else has set mtu 1400 again, after it was put back to mtu 9000 3 times"
is "it is left as it is" "1400 true on" "$(of 1)"
is "which is shown" '{"wanted":9000,"actual":1400,"contested":true}' \
	"$(swctl -j rep show tenant7 | jq -c .settings.mtu)"
like "also to people" "kept           mtu 9000, contested" "$(swctl rep show tenant7)"
ethtool -K tenant7 hw-tc-offload off
ok "the others are still put back" becomes 1 "1400 true on"
swctl rep set tenant7 mtu 9000
ip link set dev tenant7 mtu 1400
ok "until it is asked for once more" becomes 1 "9000 true on"

swctl rep unset tenant7
ip link set dev tenant7 mtu 1400
swctl rep show tenant7 >/dev/null
is "what is kept no longer is not put back" "1400 true on" "$(of 1)"

# Uplink, representors and tunnels; nothing of others.
up=$(swctl -j device show $DEV | jq -r .netdev)
findings() {
	swctl -j rep check "$@" | jq -c 'map([.kind, .netdev, .other])'
}
ip link set dev "$up" up
ip link set dev tenant7 mtu 1500
ip link add dummy0 mtu 1400 type dummy
ip link add vx0 mtu 1450 type vxlan id 5 remote 192.0.2.1 dev "$up" dstport 4789
ip link add vx1 mtu 1430 type vxlan id 6 local 2001:db8::1 dstport 4790
ip link add vx2 mtu 1500 type vxlan id 7 remote 192.0.2.1 dev dummy0 dstport 4791
ip link add gnv0 mtu 1500 type geneve external
ip link add gretap1 type gretap remote 192.0.2.2 dev "$up"
ip link set gretap1 mtu 1462
is "what fits is no finding" '[] 0' "$(findings) $(swctl rep check; echo $?)"
ip link set dev "$up" mtu 1499
is "what does not is" "$(printf '[["representor-mtu","%s","%s"],["representor-mtu","tenant7","%s"],["tunnel-mtu","vx0","%s"],["tunnel-mtu","vx1","%s"],["tunnel-mtu","gretap1","%s"]]' \
	"$(name 0)" "$up" "$up" "$up" "$up" "$up")" "$(findings)"
is "with status 6" 6 "$(swctl rep check $DEV >/tmp/out; echo $?)"
like "and a detail" "tunnel-mtu: vx1: mtu 1430 and 70 bytes of headers, $up has 1499" "$(cat /tmp/out)"
ip link set dev "$up" mtu 1500 down
is "an uplink that is down" "[[\"uplink-down\",\"$up\",null]]" "$(findings $DEV)"
ip link set dev tenant7 down
is "nothing is up then" "[]" "$(findings)"

# Names by template: as ip sees them.
swoffd_stop
echo '{ "representors": { "altname": "{uplink}-port-of-vf-{vf}", "name": "vf{vf}" } }' \
	>/tmp/conf
ip link set dev "$(port_of 128)" up
start --config /tmp/conf
ok "the altname of one that is up" eventually altname_of "$up-port-of-vf-0" 128
ok "and of one that is down" eventually altname_of "$up-port-of-vf-1" 129
ok "which is renamed" eventually named vf1 129
ok "one that is up is not taken down for it" logged \
	"rename to 'vf0': it is up"
is "it is still up" true "$(ip -j link show dev "$(port_of 128)" |
	jq '.[0].flags | index("UP") != null')"
ip link set dev "$(port_of 128)" down
ok "but renamed when it is down" eventually named vf0 128
ip link set dev vf1 name mine
ok "whoever renames it" eventually named vf1 129
for i in 1 2 3 4; do
	ip link set dev "$(port_of 129)" name mine 2>/dev/null
	swctl rep show mine >/dev/null 2>&1
done
ok "again and again" logged "mine: somebody else has taken the name 'vf1'"
ok "has it his way" eventually named mine 129
ip link add vf1 type dummy
devlink dev reload $DEV
make_reps
ok "a new netdev gets them" eventually named vf0 128
ok "and its altname" eventually altname_of "$up-port-of-vf-1" 129
ok "but no name that another has" logged "'vf1' is the name of vf1 already"
is "which keeps it" dummy "$(ip -d -j link show dev vf1 | jq -r '.[0].linkinfo.info_kind')"

swoffd_stop
echo 10 >/sys/bus/netdevsim/del_device
tap_end

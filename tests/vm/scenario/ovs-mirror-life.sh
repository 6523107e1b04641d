#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Mirror mode over the lives of the daemons beside it: who ends in order, or
# comes back, leaves nothing stale and no setting of ours behind.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh
. ./ovs.sh
. ./ovs-mirror/lib.sh

n=100
own="{hw-offload=false, max-idle=1000000} {}"
is_own() { [ "$(config)" = "$own" ]; }

vswitchd_start() {
	ovs_vswitchd
	rules_add
}
end_of() {
	local pid
	pid=$(cat /run/openvswitch/$1.pid)
	ovs-appctl -t "$1" exit
	tail --pid="$pid" -f /dev/null
}

mirror_start
strangers_add
flows_make $n
rules_add
ok "what mirror mode needs Open vSwitch to be set to is held" \
	eventually 2 is_held 1000000
ok "flows are mirrored" born $n

swctl ovs mode off >/dev/null
is "mode off takes away what was mirrored" 0 "$(mirrored)"
is "and puts back what the operator had set" "$own" "$(config)"
swctl ovs mode mirror >/dev/null
ok "mirrored again, it is all there at once" eventually 2 are_mirrored $n
agrees "and agrees with the datapath"
ok "with what it needs held" is_held 1000000
ovs-vsctl --no-wait set Open_vSwitch . other_config:max-idle=1500000
own=${own/1000000/1500000}
ok "what the operator sets meanwhile is held as well" eventually 2 is_held 1500000

swoffd_stop
is "swoffd takes away what it mirrored when it stops" 0 "$(mirrored)"
is "and puts back what the operator had set last" "$own" "$(config)"
swoffd_start
ok "the next one mirrors again" eventually 2 are_mirrored $n
agrees "as it should be"
ok "and holds the settings" eventually 2 is_held 1500000

swoffd_stop KILL
is "killed, it leaves the rules in hardware" $n "$(mirrored)"
swoffd --background --log-level warning
swctl ovs mode off >/dev/null
is "of which its successor, in mode off, leaves none" 0 "$(mirrored)"
ok "and the settings as the operator had them" eventually 2 is_own
swoffd_stop KILL
swoffd_start
is "off it stays" "off off" "$(swctl -j ovs status |
	jq -r '"\(.companion.mode) \(.companion.asked)"')"
swctl ovs mode mirror >/dev/null
ok "until it is asked for again" eventually 2 are_mirrored $n

# Flows live in the kernel, which nobody tells of who stopped.
end_of ovs-vswitchd
agrees "when vswitchd has ended, what its datapath has is in hardware"
send 0 $((n - 1))
vswitchd_start
agrees "as when it starts again"
ok "and makes flows" born $n
agrees "which are mirrored"
swoffd_stop
end_of ovs-vswitchd
vswitchd_start
swoffd_start
ok "restarted while there is no swoffd, flows are made" born $n
agrees "and mirrored"

end_of ovsdb-server
agrees "without ovsdb-server, it goes on"
ovsdb-server /run/openvswitch/conf.db \
	--remote=punix:/run/openvswitch/db.sock \
	--pidfile --detach --no-chdir -vconsole:off
ok "which comes back" eventually 5 is_held 1500000
rules_mod eth3
ovs-appctl revalidator/wait
agrees "and then, too"
is "with all flows" $n "$(mirrored)"

# An upgrade, with another datapath.
end_of ovs-vswitchd
ovs-dpctl del-dp ovs-system
ok "without a datapath there is no rule within 2 s" eventually 2 are_mirrored 0
vswitchd_start
ok "with a new one there are" born $n
agrees "the right ones"
is "none of all this was anything to the rules of others" 2 "$(strangers)"

ovs-vsctl --no-wait set Open_vSwitch . other_config:hw-offload=true
ok "if Open vSwitch is to offload itself, nothing is mirrored" \
	eventually 4 are_mirrored 0
is "but observed" "observe mirror" "$(swctl -j ovs status |
	jq -r '"\(.companion.mode) \(.companion.asked)"')"
ovs-vsctl --no-wait set Open_vSwitch . other_config:hw-offload=false
ok "until it is not" eventually 4 are_mirrored $n
agrees "as it should be"

# One that does not know of the mode that its predecessor was in.
swoffd_stop KILL
rm -f /run/swoffd/swoffd.state
swoffd_start
ok "a swoffd that is not to mirror leaves nothing of one that did" \
	eventually 2 are_mirrored 0
ok "and puts back the settings that it held" eventually 2 is_own
tap_end

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Open vSwitch's own database server comes, changes and goes.
. "${srcdir:-.}/tests/e2e/lib.sh"

db=$dir/db.sock
export OVS_RUNDIR="$dir"
trap '[ ! -s "$dir/ovs.pid" ] || kill "$(cat "$dir/ovs.pid")"; clean_up' EXIT

server_up() {
	ovsdb-server "$dir/db" --remote="punix:$db" --unixctl="$dir/ctl" \
		--pidfile="$dir/ovs.pid" --log-file="$dir/ovs.log" --detach
}

server_down() { ovs-appctl -t "$dir/ctl" exit; }

vsctl() { ovs-vsctl --db="unix:$db" --no-wait "$@"; }

# config, marks: of Open_vSwitch, as ovs-vsctl has them
config() { vsctl get Open_vSwitch . other_config; }
marks() { vsctl get Open_vSwitch . external_ids; }

# is TEXT OTHER WHAT
is() {
	[ "$1" = "$2" ] || err="is $1
not $2"
	[ "$1" = "$2" ]
	ok $? "$3"
}

# until_ovs PATTERN WHAT: until ovs status -j matches.
until_ovs() {
	timeout 20 sh -c "until $SWCTL -j ovs status | grep -q '$1'; do :; done"
	ok $? "$2"
}

fake_start
run -j ovs status
[ "$out" = '{"connected":false,"why":"it is not looked at","socket":"","version":null,"bridges":0,"ports":0,"interfaces":0,"settings":null,"companion":null}' ]
ok $? "ovs status -j has the promised shape without Open vSwitch"
status 0 "and that is no failure"
fake_stop

fake_start --ovs "$db"
run ovs status
status 0 "a database that is not there is no failure"
run ovs plug br0
status 1 "but nothing can be plugged"
has "$err" "is ovsdb-server running?" "and it says what to look at"
run ovs set hw-offload true
status 1 "nor anything set"
has "$err" "is ovsdb-server running?" "and it says what to look at"
until_ovs '"why":"[^"]*db.sock: connect: No such file' "and it says why"

if ! command -v ovsdb-server >/dev/null; then
	skip "there is no ovsdb-server"
	finish
	exit
fi
ovsdb-tool create "$dir/db" "${OVS_PKGDATADIR:-/usr/share/openvswitch}/vswitch.ovsschema"
server_up
until_ovs '"connected":true,"why":null' "it connects when there is one"
vsctl init
vsctl set Open_vSwitch . ovs_version=9.8.7 other_config:hw-offload=true \
	other_config:max-idle=30000
until_ovs '"version":"9.8.7"' "what is set is known"
run -j ovs status
has "$out" '"settings":{"hw_offload":true,"tc_policy":"none","hw_offload_priority":null,"max_idle_ms":30000,"held":false,"own_max_idle_ms":30000}' "settings, with defaults"
vsctl add-br br0 -- add-port br0 eth0
until_ovs '"bridges":1,"ports":2,"interfaces":2' "what is added is counted"
server_down
until_ovs '"connected":false,"why":"[^"]*","socket":"[^"]*","version":"9.8.7","bridges":1' "what was known stays known when it goes"
server_up
until_ovs '"connected":true,"why":null' "it connects again"
vsctl del-br br0
until_ovs '"bridges":0,"ports":0,"interfaces":0' "what is deleted is gone"
run ovs status
has "$out" "hw-offload" "the text has the settings"

# Settings are held, and put back.
kill -HUP "$fake_pid"
until_ovs '"held":true,"own_max_idle_ms":30000' "settings are held"
is "$(config)" '{hw-offload="true", max-idle="200000", min-revalidate-pps="0"}' "they have our values"
is "$(marks)" '{swoffd-max-idle="30000", swoffd-min-revalidate-pps=""}' "what they were is written down"
kill -HUP "$fake_pid"
timeout 20 sh -c "until [ \$(grep -c 'info: settings: done' '$dir/log') = 2 ]; do :; done"
ok $? "they can be held twice"
is "$(marks)" '{swoffd-max-idle="30000", swoffd-min-revalidate-pps=""}' "which changes nothing"

kill -KILL "$fake_pid"
wait "$fake_pid" 2>/dev/null
fake_pid=
fake_start --ovs "$db" --vfs 3 --switchdev
until_ovs '"held":true,"own_max_idle_ms":30000' "the next daemon knows, after a kill"
kill -ALRM "$fake_pid"
until_ovs '"max_idle_ms":30000,"held":false,"own_max_idle_ms":30000' "they are released"
is "$(config)" '{hw-offload="true", max-idle="30000"}' "and are as before, there or not"
is "$(marks)" '{}' "without a trace"

kill -HUP "$fake_pid"
until_ovs '"held":true' "they are held again"
vsctl set Open_vSwitch . other_config:max-idle=7000
until_ovs '"max_idle_ms":7000,"held":false,"own_max_idle_ms":7000' "an operator sets one meanwhile"
kill -ALRM "$fake_pid"
timeout 20 sh -c "until [ '{}' = \"\$(ovs-vsctl --db=unix:$db --no-wait get Open_vSwitch . external_ids)\" ]; do :; done"
ok $? "they are released"
is "$(config)" '{hw-offload="true", max-idle="7000"}' "and what was set stays"

# hw-offload, when it is asked for.
run ovs set hw-offload false
status 0 "hw-offload is set"
has "$err" "restart it" "and it says what that takes"
is "$(config)" '{hw-offload="false", max-idle="7000"}' "the database has it"
run ovs set hw-offload false
status 0 "once more is no failure"
run ovs set hw-offload maybe
status 2 "a word that is none is usage"

# Representors become ports.
run ovs plug br9
status 5 "a bridge that is not there is status 5"
vsctl add-br br0 -- add-port br0 eth7
until_ovs '"bridges":1' "there is a bridge"
run ovs plug br
has "$err" "did you mean 'br0'?" "one that is near is named"
run ovs plug br0 nope
status 5 "a device that is not there is status 5"
run ovs plug br0 --plan
status 6 "a plan with something to do is status 6"
is "$out" "would plug eth0_0 (fake/dev0/1)
would plug eth0_1 (fake/dev0/2)
would plug eth0_2 (fake/dev0/3)" "and says it"
run ovs unplug br0 --plan
status 0 "nothing has been plugged"
vsctl add-port br0 eth0_1
until_ovs '"ports":3' "somebody adds one himself"
run -j ovs plug br0 fake/dev0
status 0 "the rest is plugged"
is "$out" '{"bridge":"br0","ports":[{"netdev":"eth0_0","port":"fake/dev0/1"},{"netdev":"eth0_2","port":"fake/dev0/3"}]}' "which is told"
is "$(vsctl list-ports br0 | tr '\n' ' ')" "eth0_0 eth0_1 eth0_2 eth7 " "the bridge has them"
is "$(vsctl get Interface eth0_2 external_ids)" '{swoffd-plugged="fake/dev0/3"}' "with a mark"
run -j ovs ports br0
has "$out" '"device":"fake/dev0","port_index":1' "ports know whose representor they are"
has "$out" '"plugged":true' "and that they were plugged"
run ovs ports br9
status 5 "ports of a bridge that is not there"
run ovs plug br0 --plan
status 0 "then there is nothing to plug"
run ovs plug br0
status 0 "and that is no failure"
run monitor --no-follow ovs
has "$out" "ovs-plug" "the monitor tells of it"

run ovs unplug br0 --stale --plan
status 0 "none of them is stale"
vsctl set Interface eth0_0 external_ids:swoffd-plugged=fake/dev0/9 -- \
	add-port br0 gone -- set Interface gone external_ids:swoffd-plugged=x
until_ovs '"ports":6' "one has another mark, one no representor"
run ovs unplug br0 --stale --plan
status 6 "they are stale"
run ovs unplug br0 --stale
is "$out" "unplugged eth0_0 (fake/dev0/9)
unplugged gone (x)" "and go"
is "$(vsctl list-ports br0 | tr '\n' ' ')" "eth0_1 eth0_2 eth7 " "alone"
vsctl add-br br1
run ovs unplug br1
is "$out" "" "another bridge has none"
run ovs unplug br0
is "$out" "unplugged eth0_2 (fake/dev0/3)" "the rest goes"
is "$(vsctl list-ports br0 | tr '\n' ' ')" "eth0_1 eth7 " "but for what others added"
server_down
finish

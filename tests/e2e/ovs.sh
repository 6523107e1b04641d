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

# until_ovs PATTERN WHAT: until ovs status -j matches.
until_ovs() {
	timeout 20 sh -c "until $SWCTL -j ovs status | grep -q '$1'; do :; done"
	ok $? "$2"
}

fake_start
run -j ovs status
[ "$out" = '{"connected":false,"why":"it is not looked at","socket":"","version":null,"bridges":0,"ports":0,"interfaces":0,"settings":null}' ]
ok $? "ovs status -j has the promised shape without Open vSwitch"
status 0 "and that is no failure"
fake_stop

fake_start --ovs "$db"
run ovs status
status 0 "a database that is not there is no failure"
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
has "$out" '"settings":{"hw_offload":true,"tc_policy":"none","hw_offload_priority":null,"max_idle_ms":30000}' "settings, with defaults"
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
server_down
finish

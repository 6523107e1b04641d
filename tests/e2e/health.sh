#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What devices say of themselves, and their health reporters.
. "${srcdir:-.}/tests/e2e/lib.sh"

fake_start --vfs 2

run -j info eth0
status 0 "info, by a netdev of the device"
[ "$out" = '{"device":"fake/dev0","driver":"fake","serial_number":"0001","board_serial_number":null,"versions":{"fixed":{"board.id":"7"},"running":{"fw":"1.0"},"stored":{"fw":"1.1"}}}' ]
ok $? "info -j has the promised shape"
run info fake/dev0
has "$out" "serial number        0001" "info is rows"
has "$out" "fw        -      1.0      1.1" "and a table of versions"
run info nix
status 5 "no such device is status 5"

run -j health list
status 0 "health list"
has "$out" '[{"device":"fake/dev0","port_index":null,"reporter":"fw","state":"healthy","error":0,"recover":0,"grace_period":500,"auto_recover":true,"auto_dump":true},' \
	"health list -j has the promised shape"
has "$out" '"reporter":"vnic","state":"healthy","error":0,"recover":0,"grace_period":null,"auto_recover":null' \
	"what a reporter has not is null"
run health list eth0
has "$out" "DEVICE     PORT  REPORTER" "health list is a table"
run health list nix
status 5 "reporters of no device"

run health show fake/dev0 fw
has "$out" "grace period, ms  500" "health show"
run health show fake/dev0 fx
status 5 "no such reporter is status 5"
has "$err" "did you mean 'fw'?" "and a near one is named"
run health show fake/dev0 tx
has "$status $err" "1 swctl: 2 ports have a health reporter 'tx'" \
	"a name that ports share needs a port"
run -j health show fake/dev0/0 tx
has "$out" '"port_index":0,"reporter":"tx"' "which is DEV/PORT_INDEX"
run health show fake/dev0/9 tx
status 5 "no such port"

run health recover fake/dev0 fw
has "$status $out" "0 device" "health recover shows the reporter"
run health recover fake/dev0 vnic
has "$status $err" "1 swctl: no way to do it" \
	"a driver that cannot recover is passed on"
run health recover fake/dev0 nix
status 5 "no such reporter to recover"

finish

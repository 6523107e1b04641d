#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Devices, eswitch, VFs and representors, and the statuses of what fails.
. "${srcdir:-.}/tests/e2e/lib.sh"

fake_start --vfs 4 --fail-job '16:fake: VFs are bound'

run -j device list
status 0 "device list"
[ "$out" = '[{"device":"fake/dev0","driver":"fake","netdev":"eth0","eswitch":{"mode":"legacy","inline_mode":"none","encap_mode":"none"},"vfs":{"count":4,"max":64},"ports":1}]' ]
ok $? "device list -j has the promised shape"
run device list
has "$out" "DEVICE     DRIVER" "device list is a table"
run device show eth0
has "$out" "fake/dev0" "a device is found by its netdev"
run device show nix
status 5 "no such device is status 5"
has "$err" "'nix'" "and named"

run eswitch set fake/dev0 mode switchdev
status 1 "a refused change is status 1"
has "$err" "fake: VFs are bound" "with the kernel's own words"
run eswitch set fake/dev0 mode switchdev
status 0 "and works the second time"
[ -z "$out$err" ]
ok $? "without a word"
run -j eswitch show eth0
[ "$out" = '[{"device":"fake/dev0","mode":"switchdev","inline_mode":"none","encap_mode":"none"}]' ]
ok $? "the mode is what was asked for"

run -j rep list
[ "$(printf '%s' "$out" | grep -o '"netdev"' | wc -l)" -eq 5 ]
ok $? "5 representors"
has "$out" '"device":"fake/dev0","port_index":4,"flavour":"pcivf","controller":0,"pf":0,"vf":3,"sf":null' "a VF's identity"
run rep list nix
status 5 "representors of no device"
run rep show eth0_2
has "$out" "vf             2" "rep show"
run rep show nix
status 5 "no such representor"

run vf count eth0 6
status 0 "vf count 6"
run -j vf count eth0
[ "$out" = '[{"device":"fake/dev0","count":6,"max":64}]' ]
ok $? "is 6 then"
run vf count eth0 65
status 1 "more than the device has is status 1"

run -j eswitch set eth0 mode legacy
[ "$out" = '{"device":"fake/dev0","mode":"legacy","inline_mode":"none","encap_mode":"none"}' ]
ok $? "a change tells with -j how it is now"
run -j rep list
[ "$(printf '%s' "$out" | grep -o '"netdev"' | wc -l)" -eq 1 ]
ok $? "VF representors have gone"

finish

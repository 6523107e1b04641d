#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Devices of netdevsim, made and removed.
. "${srcdir:-.}/tests/e2e/lib.sh"

fake_start

run sim list
has "$status $out" "0 ID  DEVICE" "no device of netdevsim at first"
run sim add
[ "$status $out" = "0 netdevsim/netdevsim0" ]
ok $? "sim add prints the handle"
run -j sim add 7 --ports 2 --vfs 3
has "$out" '{"device":"netdevsim/netdevsim7","driver":"fake","netdev":"sim7","eswitch":{"mode":"legacy","inline_mode":"none","encap_mode":"none"},"vfs":{"count":3,"max":1024},"ports":1,"id":7}' \
	"sim add -j has the promised shape"
run device show netdevsim/netdevsim7
status 0 "it is a device like any other"
run sim add 7
has "$status $err" "1 swctl: there is a device 7 already" "twice is refused"
run -j sim list
[ "$(printf '%s' "$out" | grep -o '"id":[07]' | wc -l)" -eq 2 ]
ok $? "sim list has both, and no other device"

run sim del 7
[ "$status$out$err" = 0 ]
ok $? "sim del by number"
run sim del netdevsim/netdevsim0
status 0 "sim del by handle"
run sim del 7
status 5 "there is no such device any more"
run sim del eth0
has "$status $err" "1 swctl: fake/dev0 is no device of netdevsim" \
	"other devices are not deleted"
run sim add many
has "$status $err" "2 swctl sim add: id: 'many' is not a number" \
	"an ID that is no number"
run sim add --vfs 5000
has "$status $err" "vfs: 5000 is more than 1024" "too many VFs"
run sim add --ports 129
has "$err" "ports: 129 is more than 128" "too many ports"
run sim add 2147483648
has "$err" "id: 2147483648 is more than 2147483647" "too great an ID"

finish

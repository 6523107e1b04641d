#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Scalable functions, made and removed as ports.
. "${srcdir:-.}/tests/e2e/lib.sh"

fake_start --vfs 1

run sf add eth0 pfnum 0
has "$status $err" "1 swctl: add scalable function (SF ports are only supported in switchdev mode)" \
	"the driver's own words are passed on"
run eswitch set eth0 mode switchdev
run sf add eth0 pfnum 0 sfnum 5
[ "$status $out" = "0 fake/dev0/32773" ]
ok $? "sf add prints the port"
run -j sf add eth0 sfnum 6 pfnum 0 controller 1
has "$out" '"netdev":"eth0_s6"' "sf add -j is its representor"
has "$out" '"port_index":32774,"flavour":"pcisf","controller":1,"pf":0,"vf":null,"sf":6' \
	"with the numbers that were given"
run -j sf add eth0 pfnum 0
has "$out" '"sf":88' "or that the driver chose"
run rep list eth0
has "$out" "pcisf" "rep list has them"

run sf del fake/dev0/32773
[ "$status$out$err" = 0 ]
ok $? "sf del by port"
run sf del eth0_s6
status 0 "sf del by representor"
run sf del eth0_s6
status 5 "there is no such function any more"
run sf del eth0_0
has "$status $err" "1 swctl: 'eth0_0' is no scalable function but a port of flavour pcivf" \
	"other ports are not deleted"

run sf add eth0 sfnum 5
has "$status $err" "2 swctl sf add: pfnum is missing" "pfnum must be given"
run sf add eth0 pfnum 0 sfnum
has "$status $err" "2 swctl sf add: 'sfnum' has no value" "a word without a value"
run sf add eth0 pfnum x
has "$status $err" "2 swctl sf add: pfnum: 'x' is not a number" "no number"
run sf add eth0 pfnum 0 flavour 5
has "$status $err" "2 swctl sf add: 'flavour' is none of" "no such word"
run sf add eth0 pfnum 65536
has "$err" "pf: 65536 is more than 65535" "a PF that cannot be"
run sf add nix pfnum 0
status 5 "no such device"

finish

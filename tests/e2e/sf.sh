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

run sf list eth0
[ "$out" = "sf 5 port 32773 netdev eth0_s5 pf 0 hw_addr 00:00:00:00:00:00 roce disable state inactive opstate detached
sf 6 port 32774 netdev eth0_s6 controller 1 pf 0 hw_addr 00:00:00:00:00:00 roce disable state inactive opstate detached
sf 88 port 32856 netdev eth0_s88 pf 0 hw_addr 00:00:00:00:00:00 roce disable state inactive opstate detached" ]
ok $? "sf list has what they have"
run sf set fake/dev0/32773 state active hw_addr 02:00:00:00:00:05 roce enable \
	tx_max 100mbit
[ "$status$out$err" = 0 ]
ok $? "sf set by port, with its rate"
run -j sf set eth0_s6 state active
has "$out" '{"device":"fake/dev0","controller":1,"pf":0,"sf":6,"port_index":32774,"netdev":"eth0_s6","hw_addr":"00:00:00:00:00:00","roce":false,"migratable":null,' \
	"sf set by representor tells with -j how it is now"
has "$out" '"state":"active","opstate":"detached","tx_share":0,"tx_max":0,"tx_priority":null,' "all of it"
run sf list eth0
has "$out" "sf 5 port 32773 netdev eth0_s5 pf 0 hw_addr 02:00:00:00:00:05 roce enable state active opstate detached tx_max 100Mbit" \
	"sf list tells"
run sf set eth0_s5 state inactive migratable enable
status 1 "what the driver has not"
has "$err" "migratable: fake: not supported" "is named"
run sf list eth0
has "$out" "sf 5 port 32773 netdev eth0_s5 pf 0 hw_addr 02:00:00:00:00:05 roce enable state active" \
	"and nothing is set"
run rate add fake/dev0/gold
run sf set eth0_s5 parent gold
run rate list eth0
has "$out" "  fake/dev0/32773 leaf netdev eth0_s5 tx_max 100Mbit parent gold" \
	"it is a leaf of rates"
run sf set eth0_s5 trust on
has "$status $err" "2 swctl sf set: unknown attribute 'trust'" "what only VFs have"
run sf set eth0_s5 hw_addr 01:00:00:00:00:05
has "$status $err" "2 swctl sf set: hw_addr: 01:00:00:00:00:05 is a multicast address" "an address that cannot be"
run sf set eth0_0 state active
has "$status $err" "1 swctl: 'eth0_0' is no scalable function but a port of flavour pcivf" \
	"VFs are not set as one"
run sf set eth0_s7 state active
has "$status $err" "5 swctl: no representor 'eth0_s7'; did you mean 'eth0_s5'" "no such function"
run sf list nix
status 5 "no such device to list them of"

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

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Representors: what is set of them is kept over modes and restarts.
. "${srcdir:-.}/tests/e2e/lib.sh"

fake_start --vfs 2 --switchdev --state "$dir/state"

run rep set eth0_1 mtu 9000 hw-tc-offload on down
status 0 "rep set"
[ -z "$out$err" ]
ok $? "without a word"
run rep show eth0_1
has "$out" "mtu            9000" "rep show says how it is"
has "$out" "up             no" "of each"
has "$out" "kept           mtu 9000
kept           hw-tc-offload on
kept           down" "and what is kept"
run -j rep show eth0_1
has "$out" '"settings":{"mtu":{"wanted":9000,"actual":9000,"contested":false},"hw_tc_offload":{"wanted":true,"actual":true,"contested":false},"up":{"wanted":false,"actual":false,"contested":false}}' "rep show -j"
run -j rep set fake/dev0/1 mtu 1400
has "$out" '"netdev":"eth0_0"' "a change tells with -j how it is now"
has "$out" '"mtu":{"wanted":1400,' "by devlink port"

run rep set eth0_1 up mtu 9001
status 1 "what the driver refuses"
has "$err" "set mtu 9001" "is named"
has "$err" "(mtu greater than device maximum)" "with the kernel's words"
run rep show eth0_1
has "$out" "kept           mtu 9000" "and nothing has changed"
has "$out" "up             no" "of the others either"

run eswitch set eth0 mode legacy
run eswitch set eth0 mode switchdev
run -j rep show eth0_1
has "$out" '"mtu":{"wanted":9000,"actual":9000' "new netdevs are as the old ones"
kill -KILL "$fake_pid"
wait "$fake_pid" 2>/dev/null
fake_pid=
fake_start --vfs 2 --switchdev --state "$dir/state"
i=0
until "$SWCTL" -j rep show eth0_1 | grep -q '"mtu":{"wanted":9000,"actual":9000'; do
	i=$((i + 1))
	[ $i -lt 100 ] || break
done
run -j rep show eth0_1
has "$out" '"mtu":{"wanted":9000,"actual":9000,"contested":false},"hw_tc_offload":{"wanted":true,"actual":true,"contested":false},"up":{"wanted":false,"actual":false' "those of the next daemon too"

run rep unset eth0_1 mtu up
status 0 "rep unset"
run rep show eth0_1
has "$out" "mtu            9000" "it stays as it is"
case $out in *"kept           mtu"*) ok 1 "and is not kept" ;; *) ok 0 "and is not kept" ;; esac
has "$out" "kept           hw-tc-offload on" "the other one is"
run rep unset eth0_1
run rep unset eth0_1
status 5 "what is not kept"
run -j rep show eth0_1
has "$out" '"settings":{}' "then nothing is"

# refused PART WORD...: status 2 and PART named
refused() {
	part=$1
	shift
	run "$@"
	status 2 "status 2: swctl $*"
	has "$err" "$part" "named: $part"
}
refused "'fast' is no number" rep set eth0_0 mtu fast
refused "did you mean 'mtu'" rep set eth0_0 mut 1500
refused "given twice" rep set eth0_0 up down
refused "its value is missing" rep set eth0_0 hw-tc-offload
refused "unknown setting" rep unset eth0_0 speed
run rep set eth0_7 up
status 5 "no such representor"
run rep set --help
has "$out" "hw-tc-offload off|on" "help lists the settings"
echo '{"jsonrpc":"2.0","id":1,"method":"rep.set","params":{"name":"eth0_0","settings":"mtu 0"}}' |
	$peer "$SWOFFD_SOCKET" say >"$dir/out" 2>&1
grep -q '"code":-32602.*no number from 1' "$dir/out"
ok $? "the daemon checks for itself"

fake_stop
fake_start --vfs 2 --driver mlx5_core --switchdev
run vf set eth0 1 mac 02:00:00:00:00:05
for word in eth0_1 fake/dev0/2 eth0/pf0vf1 fake/dev0/pf0vf1 \
	0000:03:00.3 pci/0000:03:00.3 02:00:00:00:00:05 02:FA:00:00:00:04; do
	run -j rep resolve "$word"
	has "$out" '"port_index":2,"flavour":"pcivf","controller":0,"pf":0,"vf":1,"sf":null' "rep resolve $word"
done
has "$out" '"phys_port_name":"pf0vf1","altnames":[],"mac":"02:fa:00:00:00:04","function_mac":"02:00:00:00:00:05","function_pci":"0000:03:00.3","function_netdev":null}' "and all that there is"
run rep resolve 0000:03:00.2
has "$out" "netdev           eth0_0" "to text"
has "$out" "function pci     0000:03:00.2" "with where the function is"
run vf set eth0 0 mac 02:00:00:00:00:05
run rep resolve 02:00:00:00:00:05
status 1 "one address of two"
has "$err" "'02:00:00:00:00:05' may be one of 2: fake/dev0/1 (eth0_0) fake/dev0/2 (eth0_1)" "both are listed"
run rep resolve 0000:03:00.7
status 5 "nothing"
has "$err" "no representor is '0000:03:00.7'" "is named"
run rep resolve eth0_11
has "$err" "did you mean 'eth0_1'?" "near ones, too"

run rep check
status 0 "what fits is no finding"
[ -z "$out$err" ]
ok $? "and nothing is said"
run rep set eth0_1 mtu 2000
run rep check
status 6 "what does not fit is status 6"
has "$out" "representor-mtu: eth0_1: mtu 2000, eth0 has 1500" "and named"
has "$out" "  remedy: give the uplink a larger MTU" "with a remedy"
run -j rep check fake/dev0
status 6 "with -j, too"
has "$out" '[{"kind":"representor-mtu","device":"fake/dev0","netdev":"eth0_1","other":"eth0","detail":"mtu 2000, eth0 has 1500","text":"' "rep check -j"
run rep check nix
status 5 "no such device"

fake_stop
echo '{ "representors": { "altname": "{uplink}-pf{pf}vf{vf}" } }' >"$dir/conf"
fake_start --vfs 2 --switchdev --config "$dir/conf"
i=0
until "$SWCTL" rep resolve eth0-pf0vf1 >"$dir/out" 2>&1; do
	i=$((i + 1))
	[ $i -lt 100 ] || break
done
out=$(cat "$dir/out")
has "$out" "netdev           eth0_1" "a name by template"
has "$out" "altnames         eth0-pf0vf1" "is one more"
fake_stop
echo '{ "representors": { "altname": "{uplnk}" } }' >"$dir/conf"
"$SWOFFD_FAKE" --socket "$SWOFFD_SOCKET" --config "$dir/conf" 2>"$dir/err"
[ $? -ne 0 ]
ok $? "with a template that is none it does not start"
has "$(cat "$dir/err")" "representors: altname: '{uplnk' is no field" "and says why"

finish

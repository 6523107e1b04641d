#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# flow explain against a daemon: what the host, its devices and a trial say.
. "${srcdir:-.}/tests/e2e/lib.sh"

fake_start --vfs 4 --switchdev --unsupported ip_ttl

run flow explain --help
has "$out" "removed.  For that its device is prepared as for a flow (hw-tc-offload
switched on, clsact added), which stays." "what stays of it is said"

flow='in_port(eth0_0),eth_type(0x0800),ipv4(dst=192.0.2.1)'
run flow explain "$flow,actions:eth0_1"
has "$status $out" "0 offloadable
  tc filter add dev eth0_0 ingress protocol ip flower dst_ip 192.0.2.1 action mirred egress redirect dev eth0_1" "a flow that is offloaded is offloadable"
has "$out" "
  ok:     port eth0_1: ifindex" "what was looked at is told"
has "$out" "
  probe:  in_hw" "and what became of the trial"
run -j flow show
has "$out" "[]" "no flow is put"

run flow explain dev eth0_1 ingress protocol ip flower ip_ttl 64 action drop
has "$status $out" "1 refused" "what the driver refuses is not offloadable"
has "$out" '"fake: match on ip_ttl is not supported"' "in the driver's words"
has "$out" "
    the driver does not take this rule
    remedy: " "with its meaning and a remedy"
run flow explain dev nix0 ingress protocol ip flower action drop
has "$status $out" "1 refused" "nor is one on a device that is not there"
has "$out" "not ok: port nix0" "which is told"

# What the translation refuses has its ports looked at all the same.
gone='in_port(eth77),eth_type(0x0800),ipv4(dst=10.0.0.2,frag=no),skb_mark(3),actions:eth99'
for command in explain add load; do
	echo "$gone" >"$dir/gone"
	case $command in
	load) run -j flow load "$dir/gone" ;;
	*) run -j flow $command "$gone" ;;
	esac
	printf '%s' "$out$err" | tr -d '\n' >"$dir/told"
	for subject in skb_mark eth77 eth99; do
		grep -q "\"subject\": *\"$subject\"" "$dir/told"
		ok $? "flow $command tells of $subject"
	done
done

cat >"$dir/mixed" <<END
# a comment
$flow,actions:eth0_1
$flow,skb_mark(0x5),actions:eth0_1
$flow,action:eth0_1
{"dev":"eth0_1","hook":"ingress","actions":[{"kind":"drop"}]}
END
run -j flow explain --file "$dir/mixed"
status 1 "one flow of a file that is refused is status 1"
printf '%s' "$out" | jq -e 'map(.line) == [2, 3, 4, 5] and
	map(.verdict) == ["offloadable", "refused", "bad", "offloadable"] and
	.[0].probe.result == "in_hw" and (.[0].checks | length) > 0 and
	.[1].reasons[0].code == "key-unsupported" and
	(.[2].error | startswith("column"))' >/dev/null
ok $? "each has its verdict, in the promised shape"

# Beyond what a request may have, but not for other lines.
{
	printf '%s,actions:eth0_1' "$flow"
	head -c 900000 /dev/zero | sed 's/\x0/,eth0_1/g' | head -c 1000000
	echo
	echo "$flow,actions:eth0_1"
} >"$dir/long"
run flow explain --file "$dir/long"
has "$status $out" "1 $dir/long:1: " "a long line"
has "$out" "$dir/long:2: offloadable" "is no harm to the next one"

# Over one connection.
i=0
while [ $i -lt 100 ]; do
	i=$((i + 1))
	echo "$flow,actions:eth0_1"
done >"$dir/many"
before=$("$SWCTL" -j status | jq .clients.served)
run flow explain --file "$dir/many"
after=$("$SWCTL" -j status | jq .clients.served)
has "$status $(printf '%s\n' "$out" | grep -c offloadable) $((after - before))" \
	"0 100 2" "a file is explained over one connection"

fake_stop
run flow explain "$flow,actions:eth0_1"
status 3 "no daemon"
has "$err" "$SWOFFD_SOCKET" "is named"

finish

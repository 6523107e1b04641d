#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# flow load: mixed files, refusals by line, deletions, bulk.
. "${srcdir:-.}/tests/e2e/lib.sh"

fake_start --vfs 4 --switchdev

cat >"$dir/mixed" <<'END'
# a comment, then a blank line

recirc_id(0),in_port(eth0_0),eth(),eth_type(0x0800),ipv4(dst=192.0.2.1,frag=no), packets:1, bytes:2, used:0.1s, actions:eth0_1
filter add dev eth0_1 ingress protocol ip flower dst_ip 192.0.2.2 action drop
recirc_id(0),in_port(eth0_0),skb_mark(0x1),eth_type(0x0800),ipv4(frag=no), actions:eth0_1
what is this
filter add dev nix0 ingress protocol ip flower dst_ip 192.0.2.3 action drop
filter add dev veth0 ingress protocol ip flower dst_ip 192.0.2.4 action drop
filter add dev eth0_2 ingress protocol ip flower dst_ip 192.0.2.5 action drop
filter del dev eth0_2 ingress protocol ip flower dst_ip 192.0.2.5
END
run flow load "$dir/mixed"
status 1 "a file with refused lines is status 1"
[ "$out" = "10 lines: 3 flows, 2 in hardware, 1 in software, 0 rejected, 0 evicted, 0 lost; 1 deleted; 2 refused, 1 bad" ]
ok $? "the summary"
has "$err" "$dir/mixed:5: refused: key-unsupported:skb_mark" "line 5 is named with its reason"
has "$err" "$dir/mixed:6: bad: column 1" "line 6 is bad"
has "$err" "$dir/mixed:7: refused: " "line 7 is refused"
has "$err" "nix0" "for its device"
has "$err" "$dir/mixed:8: sw: " "line 8 is in software, and why is told"
[ "$(printf '%s\n' "$err" | wc -l)" -eq 4 ]
ok $? "no other line is"

run -j flow load "$dir/mixed"
[ "$out" = '{"lines":10,"flows":3,"in_hw":2,"sw":1,"rejected":0,"evicted":0,"lost":0,"refused":2,"bad":1,"deleted":1}' ]
ok $? "the same again is the same, in JSON"
has "$err" '{"line":5,"result":"refused","text":"recirc_id(0)' "with the refusals"
run -j flow show
[ "$(printf '%s' "$out" | grep -o '"ufid"' | wc -l)" -eq 3 ]
ok $? "and no flow is there twice"

printf 'filter add dev eth0_3 ingress protocol ip flower dst_ip 192.0.2.9 action drop' |
	"$SWCTL" flow load - >"$dir/out"
has "$? $(cat "$dir/out")" "0 1 lines: 1 flows, 1 in hardware" "stdin, without a last newline"
run flow load -p hw-only "$dir/mixed"
has "$err" "$dir/mixed:8: rejected: " "a policy for the whole file"
: >"$dir/empty"
run flow load "$dir/empty"
has "$status $out" "0 0 lines" "an empty file is fine"
run flow load "$dir/nix"
has "$status $err" "1 swctl: $dir/nix: No such file" "a file that is not there is not"
run flow load "$dir"
has "$status $err" "1 swctl: $dir: Is a directory" "nor is a folder"
printf 'a\0b\n' >"$dir/nul"
run flow load "$dir/nul"
has "$status $err" "1 $dir/nul:1: bad: a NUL byte" "a NUL byte is refused"
{ head -c 3000000 /dev/zero | tr '\0' x; echo; echo oops; } >"$dir/long"
run flow load "$dir/long"
has "$err" "$dir/long:1: bad: the line is longer than 1048576 bytes" "so is an endless line"
has "$err" "$dir/long:2: bad: " "and the next one is the second"

cat >"$dir/joined" <<'END'
# a comment does not go on \
filter add dev eth0_2 ingress protocol ip \
	flower dst_ip 192.0.2.20 \
	action drop
filter del dev eth0_2 ingress \
	protocol ip
f add dev eth0_2 ingress protocol ip flower dst_ip 192.0.2.21 action drop
END
run flow load "$dir/joined"
has "$out" "7 lines: 2 flows, 2 in hardware" "lines that end with a backslash go on"
has "$err" "$dir/joined:5: bad: column 43: expected flower and the match" "and are named by the first of them"

run flow flush
awk 'BEGIN { for (i = 0; i < 20000; i++)
	printf "filter add dev eth0_%d ingress protocol ip flower ip_proto tcp dst_ip 10.0.%d.%d dst_port %d action mirred egress redirect dev eth0\n",
		i % 4, i / 256, i % 256, i % 1000 + 1 }' >"$dir/bulk"
"$SWCTL" flow load "$dir/bulk" >"$dir/out" 2>"$dir/err" &
load_pid=$!
n=0
while kill -0 "$load_pid" 2>/dev/null; do
	timeout 5 "$SWCTL" status >/dev/null || break
	n=$((n + 1))
done
wait "$load_pid"
has "$? $(cat "$dir/out")" "0 20000 lines: 20000 flows, 20000 in hardware" "20 000 lines"
[ "$n" -gt 0 ]
ok $? "others were served meanwhile ($n times)"
"$SWCTL" flow show 2>"$dir/err" | head -n 1 >"$dir/out"
has "$(cat "$dir/out" "$dir/err")" "ufid:" "flow show into head"
[ ! -s "$dir/err" ]
ok $? "ends without a word"
"$SWCTL" -j flow show >"$dir/out"
[ "$(grep -c '"ufid"' "$dir/out")" -eq 20000 ]
ok $? "flow show tells all of them"

# Who loads and is killed leaves what was put, and the daemon goes on.
mkfifo "$dir/fifo"
"$SWCTL" flow load "$dir/fifo" >/dev/null 2>&1 &
load_pid=$!
exec 9>"$dir/fifo"
echo 'filter add dev eth0_3 ingress protocol ip flower dst_ip 192.0.2.77 action drop' >&9
until "$SWCTL" flow show dev eth0_3 ingress protocol ip flower \
	dst_ip 192.0.2.77 >/dev/null 2>&1; do :; done
kill -9 "$load_pid"
wait "$load_pid" 2>/dev/null
exec 9>&-
run flow show dev eth0_3 ingress protocol ip flower dst_ip 192.0.2.77
has "$status $out" "0 ufid:" "what a killed loader has put stays"

finish

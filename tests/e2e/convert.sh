#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# flow convert and flow explain --offline: nothing is lost on the way from one
# language to another, nothing is left out unsaid, and no input does harm.
# SWOFFD_CORPORA names a folder with more files of lines.
. "${srcdir:-.}/tests/e2e/lib.sh"

# convert WORD...: status in $status, stdout in $dir/out, stderr in $dir/err
convert() {
	run flow convert "$@"
}

# same A B WHAT: two files
same() {
	err=$(diff "$1" "$2" | head -n 6) out=
	cmp -s "$1" "$2"
	ok $? "$3"
}

# lines FILE: whole flows of a file of the corpora on stdout
lines() {
	case ${1##*/} in
	odp-keys*) sed 's/$/,actions:drop/' "$1" ;;
	odp-actions*) sed 's/^/in_port(1),eth_type(0x1234),actions:/' "$1" ;;
	*.tsv) sed 's/.*	//' "$1" ;;
	*.jsonl) jq -r .cmd "$1" ;;
	tdc-*) sed -nE 's/^.*	\$TC actions (add|replace) ([^	]*).*/filter add dev lo ingress protocol ip flower \2/p' "$1" ;;
	*) cat "$1" ;;
	esac
}

# count FILE: lines that are flows, good or bad
count() { grep -cvE '^(#|$|flow-dump from |(tc )?qdisc )' "$1"; }

# all_said FILE WHAT: each line gave one on stdout or one on stderr
all_said() {
	n_lines=$(count "$1")
	n_out=$(wc -l <"$dir/out")
	n_err=$(grep -cE "^[^ ]*:[0-9]+: (bad|refused)" "$dir/err")
	err="$n_lines lines, $n_out converted, $n_err refused"
	[ "$n_lines" -eq $((n_out + n_err)) ]
	ok $? "$2 ($n_out of $n_lines converted)"
}

# through_json FILE NAME
through_json() {
	convert --to tc "$1"
	cp "$dir/out" "$dir/tc"
	all_said "$1" "$2: every line becomes tc or is named"
	convert --to json "$1"
	cp "$dir/out" "$dir/json"
	[ "$(wc -l <"$dir/json")" -eq "$(wc -l <"$dir/tc")" ]
	ok $? "$2: what has a line of tc has an object"
	convert --from json --to tc "$dir/json"
	status 0 "$2: every object is read"
	same "$dir/tc" "$dir/out" "$2: tc by way of JSON is tc"
	convert --from json --to json "$dir/json"
	same "$dir/json" "$dir/out" "$2: an object is printed as it was"
	convert --from tc --to tc "$dir/tc"
	same "$dir/tc" "$dir/out" "$2: tc is printed as it was"
	# Other programs sort members, change blanks and write numbers.
	jq -cS '.match |= map_values(if test("^[0-9]{1,9}$") then tonumber
		else . end)' "$dir/json" >"$dir/sorted"
	convert --from json --to tc "$dir/sorted"
	same "$dir/tc" "$dir/out" "$2: so it is when jq has sorted it"
}

# by_way_of_odp FILE NAME: rules that are datapath flows
by_way_of_odp() {
	convert --from tc --to odp "$1"
	cp "$dir/out" "$dir/odp"
	all_said "$1" "$2: every rule becomes a datapath flow or is named"
	convert --from odp --to tc "$dir/odp"
	status 0 "$2: each of those is a rule"
	cp "$dir/out" "$dir/there"
	convert --from tc --to odp "$dir/there"
	cp "$dir/out" "$dir/odp"
	convert --from odp --to tc "$dir/odp"
	same "$dir/there" "$dir/out" "$2: and the same rule again"
}

# normal_odp FILE NAME
normal_odp() {
	convert --from odp --to odp "$1"
	cp "$dir/out" "$dir/odp"
	all_said "$1" "$2: every datapath flow is printed or named"
	convert --from odp --to odp "$dir/odp"
	status 0 "$2: what is printed is read"
	same "$dir/odp" "$dir/out" "$2: and printed as it was"
}

for file in "${srcdir:-.}"/tests/corpora/*.txt \
	${SWOFFD_CORPORA:+"$SWOFFD_CORPORA"/odp-* "$SWOFFD_CORPORA"/t*}
do
	name=${file##*/}
	case $name in *invalid*) continue ;; esac
	lines "$file" >"$dir/lines"
	through_json "$dir/lines" "$name"
	case $name in
	odp-*) normal_odp "$dir/lines" "$name" ;;
	*) by_way_of_odp "$dir/tc" "$name" ;;
	esac
	run flow explain --offline --file "$dir/lines"
	[ "$(grep -c ': offloadable$' "$dir/out")" -eq \
		"$(grep -cv '^filter del' "$dir/tc")" ]
	ok $? "$name: what has a rule is offloadable"
	[ "$(grep -cE '^[^ ]+:[0-9]+: ' "$dir/out")" -eq \
		"$(count "$dir/lines")" ]
	ok $? "$name: each line is explained"
	awk '/: refused$/ { refused++ } /^    remedy: ./ { remedies++ }
		END { exit refused > remedies }' "$dir/out"
	ok $? "$name: with remedies"
done

# What is refused, where and why.
flow='in_port(eth0),eth_type(0x0800),ipv4(dst=10.0.0.2,frag=no)'
cat >"$dir/mixed" <<END
# a comment

$flow,actions:eth1
$flow,actions:userspace(pid=1)
$flow,actions:eth1)
filter add dev eth0 ingress protocol ip flower dst_ip 10.0.0.2 action drop
{"dev":"eth0","hook":"ingress","match":{},"actions":[{"kind":"drp"}]}
END
convert --to tc "$dir/mixed"
status 1 "one refused line is status 1"
[ "$(wc -l <"$dir/out")" -eq 2 ]
ok $? "the good ones are there"
has "$err" "$dir/mixed:4: refused
  translate: action-unsupported:userspace" "the refused one is named"
has "$err" "    remedy: " "with its remedy"
has "$err" "$dir/mixed:5: bad: column 71: " "the bad one with its column"
has "$err" "
                                                               ^" "and a mark"
has "$err" "$dir/mixed:7: bad: column 63: " "in JSON, too"
convert --to tc - <"$dir/mixed"
has "$err" "stdin:4: refused" "standard input has a name"
convert --from tc --to tc "$dir/mixed"
has "$err" "mixed:3: bad: column 1: expected tc, found odp" "--from is believed"
run -j flow convert --to json "$dir/mixed"
status 1 "with -j the status is the same"
printf '%s' "$out" | jq -e 'map(.line) == [3, 4, 5, 6, 7] and
	map(.result) == ["converted", "refused", "bad", "converted", "bad"] and
	.[0].flow.dev == "eth0" and .[1].reasons[0].remedy != "" and
	(.[2].error | startswith("column"))' >/dev/null
ok $? "and all of it is an array"

# Lines of tc -batch and their verbs.
echo "tc filter del dev eth0 ingress protocol ip flower dst_ip 10.0.0.2" |
	"$SWCTL" flow convert --to json >"$dir/del"
has "$(cat "$dir/del")" '{"verb":"del",' "a deletion is one in JSON"
convert --to tc "$dir/del"
has "$out" "filter del dev eth0 ingress protocol ip flower dst_ip 10.0.0.2" "and back"
convert --to odp "$dir/del"
has "$status $err" "1 $dir/del:1: bad: a line that deletes" "but no datapath flow"

printf 'f add dev eth0 ingress \\\n protocol ip \\\n flower action drop\nf d dev eth0 ingress\n' \
	>"$dir/joined"
convert --to tc "$dir/joined"
has "$out" "filter add dev eth0 ingress protocol ip flower action drop" "lines that go on are one"
has "$err" "$dir/joined:4: bad: column 21: expected flower" "and all are counted"
run flow explain --offline --file "$dir/joined"
has "$out" "$dir/joined:1: offloadable" "for explain, too"

# Bad input.
convert
has "$status $err" "2 swctl flow convert: --to is missing" "no arguments"
convert --to xml
has "$status $err" "2 swctl flow convert: --to: 'xml' is none of odp, tc, json" "no such language"
convert --from tcp --to tc
has "$status $err" "2 swctl flow convert: --from: 'tcp' is none of" "to or from"
convert --to tc "$dir/nix"
has "$status $err" "1 swctl: $dir/nix: No such file" "a file that is not there"
convert --to tc "$dir"
has "$status $err" "1 swctl: $dir: Is a directory" "a folder"
convert --to tc "$dir/a" "$dir/b"
has "$status $err" "2 swctl flow convert: unexpected word" "two files"
printf 'in_port(eth0)\0,actions:drop\n%s,actions:drop\n' "$flow" >"$dir/nul"
convert --to tc "$dir/nul"
has "$err" "nul:1: bad: column 14: a NUL byte" "a NUL byte has its column"
[ "$(wc -l <"$dir/out")" -eq 1 ]
ok $? "and the next line is converted"
{ head -c 1048576 /dev/zero | tr '\0' 'x'; echo; echo "$flow,actions:drop"
} >"$dir/long"
convert --to tc "$dir/long"
has "$status $err" "1 $dir/long:1: bad: the line is longer than 1048576 bytes" "1 MiB is too long"
[ "$(wc -l <"$dir/out")" -eq 1 ]
ok $? "and the next line is converted"
printf '%s,actions:drop' "$flow" | "$SWCTL" flow convert --to tc >"$dir/out"
[ "$(wc -l <"$dir/out")" -eq 1 ]
ok $? "the last line needs no newline"
: | "$SWCTL" -j flow convert --to tc >"$dir/out"
has "$? $(cat "$dir/out")" "0 []" "nothing becomes nothing"
"$SWCTL" flow convert --to tc "$dir/mixed" >/dev/full 2>"$dir/err"
has "$? $(cat "$dir/err")" "swctl: standard output" "a full disk is told"

# Its own lines are no more than are read at once.
mkfifo "$dir/fifo"
"$SWCTL" flow convert --to json "$dir/fifo" >"$dir/out" &
pid=$!
exec 9>"$dir/fifo"
echo "$flow,actions:drop" >&9
i=0
while [ ! -s "$dir/out" ] && [ $i -lt 1000 ]; do
	i=$((i + 1))
	"$SWCTL" --version >"$dir/version"
done
[ -s "$dir/out" ]
ok $? "a line is answered before the next one comes"
hwm=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status")
head -c 100000000 /dev/zero | tr '\0' 'x' >&9
yes "$flow,actions:drop" | head -n 20000 >&9
echo >&9
now=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status")
[ $((now - hwm)) -lt 20000 ]
ok $? "100 MB of file are not held in memory ($((now - hwm)) KB more)"
exec 9>&-
wait "$pid"

# explain
run flow explain --offline "$flow,actions:eth1"
has "$status $out" "0 offloadable
  tc filter add dev eth0 ingress protocol ip flower dst_ip 10.0.0.2 ip_flags nofrag action mirred egress redirect dev eth1" "a flow on the command line is explained"
run flow explain --offline dev eth0 ingress protocol ip flower dst_ip 10.0.0.2 action drop
has "$status $out" "0 offloadable" "one of tc, too"
run flow explain --offline "$flow,skb_mark(0x5),actions:userspace(pid=1)"
has "$status $out" "1 refused
  translate: key-unsupported:skb_mark
    no tc flower match is made of this key
    remedy: " "all reasons are told"
has "$out" "translate: action-unsupported:userspace" "those of the actions"
run flow explain --offline "$flow,skb_mark(0x5),recirc_id(0),dp_hash(0x1/0x1),actions:drop"
has "$out" "key-unsupported:skb_mark, dp_hash" "those of one kind together"
run flow explain --offline "in_port(eth0),eth_typ(0x0800),actions:drop"
has "$status $err" "2 swctl flow explain: column 15: " "a slip is shown"
run flow explain --offline --file "$dir/mixed"
has "$status $out" "$dir/mixed:5: bad: column 71: " "in a file, too"
run -j flow explain --offline - <"$dir/mixed"
printf '%s' "$out" | jq -e 'map(.line) == [3, 4, 5, 6, 7] and
	map(.verdict) == ["offloadable", "refused", "bad", "offloadable", "bad"]
	and (.[0].rule | has("odp") and has("tc")) and .[1].rule == null and
	.[1].reasons[0].code == "action-unsupported"' >/dev/null
ok $? "with -j it is an array"
run flow explain "$flow,actions:eth1"
status 3 "without --offline a daemon must be there"
run flow explain --offline
has "$status $err" "2 swctl flow explain: FLOW is missing" "no flow"
run flow explain --offline --file "$dir/mixed" "$flow,actions:eth1"
has "$status $err" "2 swctl flow explain: FLOW and --file" "two sources"
run flow explain --offline --file "$dir/nix"
status 1 "no file"

finish

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# swctl audit: what it prints, and its status.
. "${srcdir:-.}/tests/e2e/lib.sh"

fake_start --vfs 4 --switchdev

flow='in_port(eth0_0),eth_type(0x0800),ipv4(dst=192.0.2.1),actions:eth0_1'

# The daemon looks after its rules by itself, and may have been faster: then
# once more.
audit_missing() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		kill -USR1 "$fake_pid"
		run "$@"
		case $out in *missing*1*|*'"missing":1'*) return ;; esac
	done
}

run audit
has "$status $out" "0 clean       0" "nothing is there, and nothing differs"
run flow add "$flow"
run audit
has "$status $out" "0 clean       1" "a flow and its rule are clean"
has "$err" "" "and there is nothing else to say"
audit_missing audit
status 6 "a rule that is gone is status 6"
has "$out" "missing: eth0_0 ingress chain 0 prio" "it is named"
has "$out" "is not in tc any more: put it again" "with what is to be done"
run flow show
audit_missing -j audit
status 6 "with -j too"
has "$out" '{"clean":0,"missing":1,"changed":0,"stale":0,"duplicated":0,"orphan":0,"foreign":0,"pending":0,"omitted":0,"incomplete":false,"remaining":null}' \
	"the counts are in the promised shape"
has "$err" '{"kind":"missing","dev":"eth0_0","hook":"ingress","chain":0,"prio":' \
	"so is each finding, on standard error"
run flow show
audit_missing audit --fix
status 0 "what was mended is status 0"
has "$out" "after the repair 0 findings remain" "and it is said so"
run -j audit
has "$status $out" '0 {"clean":1,' "all is clean again"
run audit eth0
status 2 "an argument is wrong usage"
run audit --mend
status 2 "so is an option that is not known"
fake_stop
run audit
status 3 "without a daemon it is status 3"
finish

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What is typed wrong is told: the word, the usage, status 2.
. "${srcdir:-.}/tests/e2e/lib.sh"

# usage PART WORD...: status 2, PART named on stderr, nothing on stdout
usage() {
	part=$1
	shift
	run "$@"
	status 2 "status 2: swctl $*"
	has "$err" "$part" "named: $part"
	[ -z "$out" ]
	ok $? "nothing on stdout"
}

usage "COMMAND is missing"
usage "'--nix'" --nix
usage "PATH is missing" -s
usage "'frobnicate'" frobnicate
usage "swctl eswitch show" eswich show
usage "'flow sho'" flow sho
usage "needs another word" flow
usage "unexpected word 'now'" status now
usage "DEV is missing" device show
usage "unexpected word 'b'" device show a b
usage "'mdoe'" eswitch set eth0 mdoe switchdev
usage "'fast'" eswitch set eth0 mode fast
usage "'many'" vf count eth0 many
usage "'-1'" vf count eth0 -- -1
usage "'70000'" vf count eth0 70000
usage "'soon'" wait soon
usage "'quick'" flow add -p quick 'in_port(eth0),actions:drop'
usage "'--nix'" flow show --nix
usage "'gone'" flow show --state gone
usage "STATE is missing" flow show --state
usage "FILE|- is missing" flow load
usage "unknown command" help nix

# A flow with a slip is shown with a mark under it.
usage "column 17" flow add 'in_port(eth0_0),eth_typ(0x0800),actions:drop'
has "$err" "
                  ^" "a mark stands under the column"
usage "10.0.0.300" flow add dev eth0 ingress protocol ip flower \
	dst_ip 10.0.0.300 action drop

run flow --help
has "$status $out" "flow flush" "half a command explains all that begin so"
run help
status 0 "help"
for word in wait status 'flow load' 'eswitch set' 'Exit status'; do
	has "$out" "$word" "help tells of $word"
done

# Every command of the table explains itself.
"$SWCTL" --list-commands >"$dir/commands"
while IFS="$(printf '\t')" read -r path rest; do
	# shellcheck disable=SC2086
	run $path --help
	has "$status $out" "0 usage: swctl $path" "$path --help"
done <"$dir/commands"

run --version
has "$status $out" "0 swctl " "--version"

run status
status 3 "no daemon is status 3"
has "$err" "$SWOFFD_SOCKET" "with the socket named"
run -j status
status 3 "so it is with -j"
has "$err" '{"error":{"code":' "as JSON"
run wait 0
status 3 "wait 0 does not wait"

"$SWCTL" help >/dev/full 2>"$dir/err"
has "$? $(cat "$dir/err")" "1 swctl: standard output" "a full disk is told"

finish

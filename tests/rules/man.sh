#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The manual pages are well-formed, and say of the programs what the programs
# say of themselves: every command, option, method and reason, and no other.
cd "$(dirname "$0")/../.." || exit 1
build=${SWOFFD_BUILD:-build}
export LC_ALL=C.UTF-8
tmp=$(mktemp -d) || exit 1
daemon=
trap '[ -z "$daemon" ] || kill "$daemon"; rm -rf "$tmp"' EXIT
bad=0

wrong() {
	echo "$*"
	bad=1
}

# same WHAT PAGE: $tmp/program and $tmp/page have the same lines.
same() {
	local line
	sort -u "$tmp/program" >"$tmp/a"
	sort -u "$tmp/page" >"$tmp/b"
	[ -s "$tmp/a" ] || wrong "$2: no $1 found in the program"
	while read -r line; do
		wrong "$2: $1 is missing: $line"
	done < <(comm -23 "$tmp/a" "$tmp/b")
	while read -r line; do
		wrong "$2: $1 that is not there: $line"
	done < <(comm -13 "$tmp/a" "$tmp/b")
}

# section PAGE NAME: the lines of a section.
section() {
	awk -v name=".Sh $2" '/^\.Sh / { on = $0 == name; next } on' "$1"
}

pages=(man/swoffd.8 man/swctl.8 man/swoffd-protocol.7 man/swoffd-ovs-meters.8
	man/swoffd.conf.5 man/swoffd-recipes.5 man/swoffd-state.5
	"$build/man/swoff-events.7" "$build/man/swoff-reasons.7"
	"$build/man/swoff-keys.7")
for page in "${pages[@]}"; do
	if [ -s "$page" ]; then
		mandoc -T lint -W warning "$page" >"$tmp/lint" 2>&1 ||
			wrong "$(grep -v makewhatis "$tmp/lint")"
	else
		wrong "$page: is not there"
	fi
done

# Commands with their options: "flow show --dev --state".
"$build/swctl/swctl" --list-commands |
	awk -F'\t' '{ print $1 ($3 ~ /^--/ ? " " $3 : "") }' >"$tmp/program"
section man/swctl.8 COMMANDS | awk '
	function done() { if (name) print name opts; name = opts = "" }
	/^\.It / {
		done()
		sub(/^\.It (Xo )?Ic /, "")
		name = $0
		sub(/ (Op|Oo|Ar|Cm)( .*|$)/, "", name)
	}
	/^\.(It|Op)/ || name && !body {
		n = split($0, w, " ")
		for (i = 1; i < n; i++)
			if (w[i] == "Fl" && w[i + 1] ~ /^-/)
				opts = opts " -" w[i + 1]
	}
	/^\.(El|Ss)/ { done() }
	END { done() }' >"$tmp/page"
same "command" man/swctl.8

"$build/swctl/swctl" help | sed -n 's/^ .* \(--[a-z-]*\)[, ].*/\1/p' \
	>"$tmp/program"
echo --list-commands >>"$tmp/program"
section man/swctl.8 DESCRIPTION |
	sed -n 's/^\.It .*Fl \(-[a-z-]*\).*/-\1/p' >"$tmp/page"
same "option" man/swctl.8

"$build/swctl/swctl" --list-attrs | cut -f 2,3 | tr '\t' ' ' |
	sed 's/ -$//; s/|/ | /g' >"$tmp/program"
section man/swctl.8 ATTRIBUTES |
	sed -n 's/^\.It Cm //p' | sed 's/ Cm / /; s/ Ar .*//' >"$tmp/page"
same "attribute" man/swctl.8

"$build/swoffd/swoffd" --help |
	sed -n 's/^  -\(.\), --\([a-z-]*\).*/\1 \2/p' >"$tmp/program"
section man/swoffd.8 DESCRIPTION |
	sed -n 's/^\.It Fl \(.\) , Fl -\([a-z-]*\).*/\1 \2/p' >"$tmp/page"
same "option" man/swoffd.8

# Methods with their parameters: "flow.add flow [policy]".
sock=$tmp/sock
"$build/tests/swoffd-fake" --socket "$sock" 2>"$tmp/log" &
daemon=$!
"$build/swctl/swctl" -s "$sock" wait 10 || wrong "$(cat "$tmp/log")"
echo '{"jsonrpc":"2.0","id":1,"method":"rpc.methods"}' |
	socat -t 10 - "UNIX-CONNECT:$sock" >"$tmp/methods"
jq -r '.result[] | [.name, (.params[] |
	if .required then .name else "[" + .name + "]" end)] | join(" ")' \
	"$tmp/methods" >"$tmp/program"
section man/swoffd-protocol.7 METHODS | sed -n 's/^\.It Ic //p' |
	sed -E 's/(Op|Oo) Ar ([a-z_]+)( Oc)?/[\2]/g; s/Ar //g' >"$tmp/page"
same "method" man/swoffd-protocol.7

for writes in true false; do
	jq -r ".result[] | select(.writes == $writes) | .name" \
		"$tmp/methods" >"$tmp/program"
	[ $writes = true ] && title='That write' || title='That read'
	section man/swoffd-protocol.7 METHODS |
		awk -v title=".Ss $title" '/^\.Ss/ { on = $0 == title }
			on && /^\.It/ { print $3 }' >"$tmp/page"
	same "method ($title)" man/swoffd-protocol.7
done

sed -n 's/^	ROW([A-Z_]*, [A-Z]*, "\([a-z-]*\)",$/\1/p' common/flow/reason.c \
	>"$tmp/program"
sed -n 's/^\.It Sy //p' "$build/man/swoff-reasons.7" >"$tmp/page" 2>&1
same "reason" swoff-reasons.7

"$build/swctl/swctl" --list-events | cut -f 1 >"$tmp/program"
sed -n 's/^\.It Sy //p' "$build/man/swoff-events.7" >"$tmp/page" 2>&1
same "event" swoff-events.7

"$build/swctl/swctl" --list-keys | sort -u >"$tmp/program"
sed -n 's/^\.Ic //p' "$build/man/swoff-keys.7" | sed 's/ .*//' | sort -u \
	>"$tmp/page"
same "tc word of a key" swoff-keys.7
# Their texts begin with the words that they begin with in the table.
sed -n '/^	ROW(/ { n; s/^[^"]*"\([^ "]*\).*/\1/; s/^./\u&/; p }' \
	common/flow/reason.c >"$tmp/program"
sed -n '/^\.It Sy / { n; s/ .*//; p }' "$build/man/swoff-reasons.7" \
	>"$tmp/page" 2>&1
same "first word of a reason" swoff-reasons.7

exit $bad

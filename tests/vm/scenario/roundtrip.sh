#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What is put into the kernel reads back as the same rule: every line of tests/
# that has a rule, and the files of $SWOFFD_CORPORA.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
top=$(cd ../.. && pwd -P)

# Beside the programs of the tree, which scripts/vm has put into PATH.
build=$(dirname "$(dirname "$(command -v swctl)")")
ip link add rt0 type dummy
ip link add rt1 type dummy
ip link set rt0 up
tc qdisc add dev rt0 clsact

# rules CLAIM LEAST FILE: all read back, and so many at the least.
rules() {
	local counts
	"$build/tests/vm/roundtrip" rt0 rt1 "$3" >/tmp/roundtrip.out
	ok "$1" test $? = 0
	counts=$(tail -n 1 /tmp/roundtrip.out)
	echo "# $3: $counts"
	sed '$d' /tmp/roundtrip.out
	ok "and at least $2 of them" test "$(echo "$counts" |
		sed -n 's/.*: \([0-9]*\) equal.*/\1/p')" -ge "$2"
}

rules "actions read back as they were sent" 112 \
	"$top/tests/golden/tc-actions.txt"
rules "filters of tests/corpora do" 8 "$top/tests/corpora/tc-filters.txt"
for file in "$SWOFFD_CORPORA"/{tc-*.jsonl,tc-*.txt,tdc-*-valid.txt} \
	"$SWOFFD_CORPORA"/odp-flows-*.txt; do
	[ ! -f "$file" ] || rules "and those of ${file##*/}" 1 "$file"
done
tap_end

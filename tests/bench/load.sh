#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Loads the same file of rules with `tc -batch` and with `swctl flow load`,
# in one boot, on one representor each time fresh, and prints both rates.
#
#   scripts/vm -m 4G tests/bench/load.sh [RULES]
set -eu -o pipefail
cd "$(dirname "$0")/../vm"
. ./testlib.sh
. ./daemon.sh

rules=${1:-100000}

now() { date +%s%N; }
rate() { awk -v n="$rules" -v ns="$1" 'BEGIN { printf "%d", n / ns * 1e9 }'; }

# timed COMMAND...: how many nanoseconds it takes, in $took.
timed() {
	local start
	start=$(now)
	"$@" >/tmp/out
	took=$(($(now) - start))
}

swoffd_start
four_vfs
batch "$rules" eth1 eth2 >/tmp/batch
# Memory that is touched for the first time is slow: fill it once.
swctl flow load /tmp/batch >/dev/null
swctl flow flush >/dev/null

for round in 1 2 3; do
	timed swctl flow load /tmp/batch
	ours=$took
	[ "$(cat $HW/rules)" = "$rules" ]
	swctl flow flush >/dev/null
	tc qdisc del dev eth1 clsact
	tc qdisc add dev eth1 clsact
	timed tc -batch /tmp/batch
	tcs=$took
	[ "$(cat $HW/rules)" = "$rules" ]
	tc qdisc del dev eth1 clsact
	echo "round $round: $rules rules into hardware:" \
		"swctl flow load $(rate $ours)/s, tc -batch $(rate $tcs)/s," \
		"ratio $(awk -v a=$tcs -v b=$ours 'BEGIN { printf "%.1f", a / b }')"
done

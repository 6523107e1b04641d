#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# How fast flows are loaded, and how long a client waits for answers meanwhile:
# one that asks without a pause, one that asks every 10 ms, and none. LATENCY_US
# is what the hardware takes for a rule; up to 10 it keeps the CPU busy.
#
#   make -C build tests/bench/ask
#   scripts/vm -m 2G tests/bench/latency.sh [RULES [LATENCY_US]]
set -eu -o pipefail
ask=$(dirname "$(dirname "$(command -v swctl)")")/tests/bench/ask
cd "$(dirname "$0")/../vm"
. ./testlib.sh
. ./daemon.sh

rules=${1:-100000}

# loads COMMAND...: with the load behind it.
loads() {
	local start end
	start=$(date +%s%N)
	"$@" sh -c 'swctl flow load /tmp/batch >/dev/null'
	end=$(date +%s%N)
	echo "$((rules * 1000000 / ((end - start) / 1000))) rules/s"
	[ "$(cat $HW/rules)" = "$rules" ]
	swctl flow flush >/dev/null
}

swoffd_start
four_vfs
batch "$rules" eth1 eth2 >/tmp/batch
# Memory that is touched for the first time is slow: fill it once.
swctl flow load /tmp/batch >/dev/null
swctl flow flush >/dev/null
echo "${2:-0}" >$HW/latency_us
for round in 1 2; do
	echo "round $round, nobody asks: $(loads env)"
	echo "every 10 ms: $(loads "$ask" 10 | paste -sd ' ')"
	echo "without a pause: $(loads "$ask" 0 | paste -sd ' ')"
done

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Puts rules onto a device, in software, where the kernel is fastest, and reads
# them all back, terse and whole.  FILE: also writes FILE.terse and FILE.full,
# for `tests/bench/filters decode`.
#
#   make -C build tests/bench/filters
#   scripts/vm -m 6G tests/bench/filters.sh [RULES [FILE]]
set -eu
bench=$(dirname "$(dirname "$(command -v swctl)")")/tests/bench/filters

ip link add dummy0 type dummy
ip link add dummy1 type dummy
"$bench" fill dummy0 dummy1 "${1:-100000}"
"$bench" dump dummy0
[ $# -lt 2 ] || for kind in terse full; do
	"$bench" record dummy0 $kind "$2.$kind"
done

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The golden rule of tc offload: the packets end up the same, whether or not
# hardware has the rules. Every rule of golden-rule/cases is put there twice by
# swoffd, and the same frames are sent; of datapath flows the datapath itself is
# asked too. With GOLDEN_RULE_KEEP, a directory, what was recorded stays there.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh
. ./golden-rule/world.sh

cases=golden-rule/cases
rec=${GOLDEN_RULE_KEEP:-/tmp/rec}

# record WAY,WAY...: its status is 0 if all rules were taken.
record() {
	golden-rule/run.pl $cases "$rec" "$1" "${world_hw[@]}" >"$rec/said" 2>&1
	local status=$?
	sed 's/^[^#]/# &/' "$rec/said"
	return $status
}

# compare DIR: what compare.pl says, its figures in the array found.
declare -A found
compare() {
	local figure
	golden-rule/compare.pl $cases "$1" golden-rule/argued \
		"${world_hw[@]/%//supported}" >"$rec/said"
	for figure in $(tail -n 1 "$rec/said"); do
		found[${figure%%=*}]=${figure#*=}
	done
}

mkdir -p "$rec"
world
swoffd_start --log-level error
swctl wait 10
record software,hardware
is "swoffd takes every rule, twice" 0 $?
swoffd_stop

world_datapath 2>/dev/null
record datapath
is "the datapath takes its flows" 0 $?

compare "$rec"
grep '^#' "$rec/said"
while read -r word different rules frames name; do
	[ "$word" != kind ] || is "$name: $rules rules, $frames frames" 0 \
		"$different"
done <"$rec/said"
ok "${found[rules]} rules, 200 and more" [ "${found[rules]}" -ge 200 ]
is "each is in software once, once in hardware, for tc and for the model" 0 \
	"${found[missing]}"
is "they use all that the model supports" 0 "${found[idle]}"
ok "${found[frames]} frames, of ${found[out]} something comes out of a port" \
	[ "${found[out]}" -ge 1000 ]
is "${found[flows_frames]} frames of flows end up as in the datapath" 0 \
	"${found[misled]}"
is "each argument is needed" 0 "${found[unused]}"

different=${found[different]}
mkdir "$rec/changed"
cp "$rec"/*.frames "$rec"/*.rules "$rec/changed"
sed -i '0,/o1:02/s//o1:06/' "$rec/changed/hardware.frames"
compare "$rec/changed"
is "one bit changed in one frame is seen" $((different + 1)) \
	"${found[different]}"
tap_end

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Ten thousand flows whose rates follow a Zipf law, and a thousand places in
# hardware: the busiest get them, others take over when they are busier, and
# not a frame is lost or counted twice while flows change places.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh

flows=10000
places=1000
# In one reading of the counters, of which there is one a second at most.
churn=$((places / 8))

coproc traffic { capacity/traffic.py $HW/inject 128 $flows; }
# ask COMMAND...: of the traffic; what it says is in $said.
ask() {
	echo "$*" >&"${traffic[1]}"
	read -r said <&"${traffic[0]}"
}

# capacity WHAT
capacity() { swctl -j capacity show eth1 | jq -r ".[0].$1"; }
counted() { swctl -j flow stats | jq -r "$1"; }

# What came out behind eth2, and what of it software sent there.
out() { awk '$1 == 129 && $3 == "frames" { print $4, $6 }' $HW/delivered; }
by_software() { cat /sys/class/net/eth2/statistics/tx_packets; }

# share SECONDS K: sends, and sets $hw to the frames that hardware forwarded,
# $best to those that the best choice of K flows would have had it forward.
share() {
	local all soft=$(by_software)
	ask "run $1 $2"
	read -r all best <<<"$said"
	hw=$((all - $(by_software) + soft))
}
is_good() { [ $((hw * 100)) -ge $((best * 97)) ]; }

# settle K: sends until the choice is good; how long that took is $took.
settle() {
	for ((took = 1; took < 60; took++)); do
		share 1 "$1"
		is_good && return
	done
	return 1
}

# In three seconds a hundredth of the places change at most.
is_at_rest() {
	local before=$(capacity evicted)
	share 3 $places
	[ $(($(capacity evicted) - before)) -le $((places / 100)) ]
}

# until_true COMMAND...: sends meanwhile, and tries 60 times at most.
until_true() {
	local i
	for ((i = 0; i < 60; i++)); do
		"$@" && return
		ask "run 1 1"
	done
	return 1
}
rules_are() { [ "$(cat $HW/rules)" = "$1" ]; }

# lines I...: of the flows with these numbers
lines() {
	printf '%s\n' "$@" | awk 'NR == FNR { want[$1 + 1]; next } FNR in want' \
		- /tmp/flows
}
# having I...: how many of these the hardware has
having() {
	local i
	for i; do
		echo "src_ip 10.$((i / 65536)).$((i / 256 % 256)).$((i % 256)) "
	done | grep -cFf - $HW/table
}

# near WANTED FOUND: what comes between the last reading of a filter and the one
# that replaces it is not counted, one packet in two thousand at most.
near() {
	local i wanted found
	read -ra wanted <<<"$1"
	read -ra found <<<"$2"
	for i in "${!wanted[@]}"; do
		[ "${found[i]}" -le "${wanted[i]}" ] &&
			[ "${found[i]}" -ge $((wanted[i] - wanted[i] / 2000)) ] ||
			return
	done
}

# golden WHEN: each frame came out once, and each was counted once.
golden() {
	local frames bytes hw_frames found
	ask totals
	read -r frames bytes <<<"$said"
	is "$1: each frame came out, once, as it was" "$frames $bytes" "$(out)"
	is "$1: nowhere else" 0 "$(awk '$1 != 129 && $3 == "frames" {
		n += $4 } END { print n }' $HW/delivered)"
	hw_frames=$((frames - $(by_software)))
	# Software does not count the 14 bytes of the Ethernet header.
	bytes=$((bytes - 14 * (frames - hw_frames)))
	found=$(counted '"\(.packets) \(.hw_packets) \(.bytes)"')
	ok "$1: all were counted, and who forwarded them" \
		near "$frames $hw_frames $bytes" "$found"
	echo "# $found of $frames $hw_frames $bytes"
}

# zipf WHEN SEED RATE: the rates are others; settles, and claims what is claimed.
zipf() {
	local before=$(capacity evicted) swaps
	ask "zipf 1.0 $3 $2"
	settle $places
	share 3 $places
	ok "$1: hardware forwards within 3 % of what it could at best" is_good
	echo "# $hw of $best at best, after $took s"
	swaps=$(($(capacity evicted) - before))
	ok "$1: an eighth of the table changes in a second at most" \
		[ $swaps -le $((churn * (took + 3))) ]
	ok "$1: and hardly a place changes twice ($swaps)" \
		[ $swaps -le $((places * 5 / 4)) ]
	golden "$1"
}

swoffd_start --log-level info 2>/tmp/log
four_vfs
echo $places >$HW/capacity
batch $flows eth1 eth2 >/tmp/flows
swctl flow load --policy best-effort /tmp/flows >/tmp/loaded 2>&1
is "what does not fit is in software" \
	"$flows flows, $places in hardware, $((flows - places)) in software" \
	"$(sed -n 's/.*lines: \(.*software\).*/\1/p' /tmp/loaded)"
is "none of it is out of reach of software" 0 \
	"$(tc filter show dev eth1 ingress | grep -c skip_sw)"
ok "how many fit is learnt" \
	until_true eval "[ \"\$(capacity learnt)\" = $places ]"
like "and told" "room for $places rules" "$(cat /tmp/log)"

# Of the thousand the last has a packet in two seconds.
zipf "slow flows" 1 5000
# Where a second brings few packets it takes longer to know the rates.
ok "under a steady load hardly anything changes" until_true is_at_rest
zipf "when others are busy" 2 10000
swctl -j flow show | jq -r '.[] |
	"\(.odp | capture("src=(?<ip>[0-9.]+)").ip) \(.stats.packets)"' \
	>/tmp/counts
ask compare /tmp/counts
amiss=$said
ask totals
ok "each flow has counted its own, wherever it was" \
	near "${said% *}" $((${said% *} - amiss))
is "the most there ever were is told" $places "$(capacity high)"

evicted=$(swctl -j flow show --state evicted |
	jq -r '.[0] | "\(.reasons[0].code) \(.reasons[0].subject) \(.ufid)"')
like "who gave way says so" "gave-way $DEV" "$evicted"
like "and could not have a place now" "table-full" \
	"$(swctl flow explain "$(lines 0 | sed 's/^filter add //')")"

# The operator
swctl capacity set eth1 limit 900 reserve 100
ok "no more than he wants" until_true rules_are 800
ok "and it is the best of them" settle 800
ask ranks 60 5000
cold=($said)
lines "${cold[@]:0:50}" | swctl flow load --pin yes - >/dev/null 2>&1
ok "what is pinned gets the places that were kept" until_true rules_are 850
is "though thousands have more packets" 50 "$(having "${cold[@]:0:50}")"
lines "${cold[@]:50}" | swctl flow load --weight 100000 - >/dev/null 2>&1
ok "what weighs more takes the place of others" \
	until_true eval '[ "$(having "${cold[@]:50}")" = 10 ]'
is "and no more are there for it" 850 "$(cat $HW/rules)"
swctl capacity set eth1 limit none reserve 0
ok "without a limit all places are taken" until_true rules_are $places
is "what is pinned stays" 50 "$(having "${cold[@]:0:50}")"

# Room
only=$(batch $((flows + 1)) eth1 eth2 | tail -1 | sed 's/^filter add //')
swctl flow add --policy hw-only "$only" >/tmp/only
like "for hardware alone, there is no room" table-full "$(cat /tmp/only)"
ask ranks 100 0
hot=($said)
lines "${hot[@]}" | sed 's/^filter add/filter del/' | swctl flow load - >/dev/null
ok "others take the places of those that are deleted" \
	until_true rules_are $places
is "and what waited for one has it" 1 "$(having $flows)"
like "nobody was ever lost" "0 0 0" \
	"$(counted '"\(.states.rejected) \(.states.lost) \(.states.pending)"')"
is "and nothing is amiss" clean "$(swctl -j audit | jq -r 'if .clean then "clean" else . end')"
tap_end

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Two clients change mode, VFs and rates of one device at random, against each
# other: each answer is a result or a clear refusal, and what is said at the end
# is what there is.
#
#	random-clients.sh [SECONDS [SEED]]
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh
. ./agree.sh

seconds=${1:-20} seed=${2:-$(date +%s)} rounds=4
echo "# seed $seed"
export PYTHONPATH=kill PYTHONDONTWRITEBYTECODE=1

echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
echo "10 1" >/sys/bus/netdevsim/new_device
swoffd_start --log-level error
swctl wait 10
pid=$(swctl -j status | jq .pid)

# told FILTER: of what all clients told.
told() { jq -s "$1" /tmp/told.*; }
kinds="eswitch.set rate.add rate.del rate.set vf.set vf.set_count"
kinds_done() {
	told 'map(.done | keys[]) | unique | map(select(
		test("set|add|del"))) | .[]' | jq -r . | xargs
}

# Some more where they are slow, until each kind of change was done.
for ((round = 0; round < 4 * rounds; round++)); do
	[ $round -lt $rounds ] || [ "$(kinds_done)" != "$kinds" ] || break
	for client in 0 1; do
		random-clients/client.py $((seed + 2 * round + client)) \
			"$(jq -n "$seconds / $rounds")" >/tmp/told.$round.$client &
		clients[client]=$!
	done
	wait "${clients[@]}"
	agrees "round $round: swctl says what the kernel says"
done

told 'map(.refused | to_entries[]) | group_by(.key) | map([(map(.value) | add),
	.[0].key]) | sort | .[] | "# \(.[0]) \(.[1])"' | jq -r .
is "each answer is a result or a clear refusal" "" \
	"$(told 'map(.bad[]) | .[]' | head -20)"
is "each kind of change was done" "$kinds" "$(kinds_done)"
echo "# $(told 'map(.asked) | add') requests, $(
	told 'map(.done | add) | add') of them done; the slowest took $(
	told 'map(.slowest_s) | max * 1000 | round') ms"

is "it is the same daemon" "$pid" "$(swctl -j status | jq .pid)"
for node in $(swctl -j rate list $DEV | jq -r '.[] | select(.type == "leaf" and
	.parent) | .rate'); do
	swctl rate set "$node" noparent
done
for node in $(swctl -j rate list $DEV | jq -r '.[].node | values'); do
	swctl rate set "$DEV/$node" noparent
done
for node in $(swctl -j rate list $DEV | jq -r '.[].node | values'); do
	swctl rate del "$DEV/$node"
done
for mode in legacy switchdev legacy; do
	ok "then the mode is set to $mode" swctl eswitch set $DEV mode $mode
	is "and $mode it is" $mode \
		"$(devlink -j dev eswitch show $DEV | jq -r '.dev[].mode')"
	agrees "swctl says what the kernel says"
done
swoffd_stop
echo 10 >/sys/bus/netdevsim/del_device
tap_end

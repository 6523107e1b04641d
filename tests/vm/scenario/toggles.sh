#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Mode changes there and back, many times, with VFs and flows: nothing of the
# daemon or of the kernel grows, and all is as it was.
#
#	toggles.sh [TOGGLES [UNDER-VALGRIND]]
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh
. ./agree.sh

toggles=${1:-200} watched=${2:-10} warm=20
flows=20
# Until then buffers and tables reach their size; of what happened, some 4 MB
# are kept, however much it is.
grows_kb=4608

# start COMMAND...: the daemon as this process, $pid.
start() {
	"$@" 2>/tmp/log &
	pid=$!
	swctl wait 60
}

# shown: what there is, without what is counted or numbered anew.
shown() {
	swctl -j device show $DEV
	swctl -j rep list $DEV | jq -c '.[] | del(.ifindex)'
	swctl -j vf list $DEV | jq -c '.[]'
	swctl -j flow show | jq -c 'sort_by(.ufid) | .[] |
		del(.stats, .age_ms, .state_ms, .pps)'
}

objects() {
	echo "netdevs $(ip -o link | wc -l)," \
		"ports $(devlink -j port show | jq '.port | length')," \
		"rates $(devlink -j port function rate show |
			jq '.rate | length')," \
		"filters $(swctl -j rep list | jq -r '.[].netdev' |
			xargs -n 1 tc filter show ingress dev |
			grep -c ' handle ')"
}

# What is open, without numbers of sockets.
descriptors() {
	find /proc/$pid/fd -type l -printf '%l\n' | sed 's/:\[.*//' | sort |
		uniq -c | sed 's/^ *//' | paste -sd,
}

rss() { awk '$1 == "VmRSS:" { print $2 }' /proc/$pid/status; }

# toggle N: as often there and back.
toggle() {
	local n
	for ((n = 0; n < $1; n++)); do
		swctl eswitch set $DEV mode legacy || return
		swctl eswitch set $DEV mode switchdev || return
	done
}

# Flows come back when their ports do.
settled() {
	local until=$((SECONDS + 30))
	while [ "$(state_count in_hw)" != $flows ]; do
		[ $SECONDS -lt $until ] || return
	done
}

# Memory is counted by the page, and not by 2 MB.
echo never 2>/dev/null >/sys/kernel/mm/transparent_hugepage/enabled
start swoffd --log-level warning
four_vfs
swctl vf set $DEV 1 mac 02:00:00:00:00:01 vlan 5 qos 3 trust on
batch $flows eth1 eth2 | swctl flow load - >/dev/null
ok "flows are in hardware" settled
toggle $((warm / 2))
settled
before=$(shown) there=$(objects) open=$(descriptors) size=$(rss)
ok "$toggles changes of the mode are done" toggle $(((toggles - warm) / 2))
ok "flows are in hardware again" settled
is "what there is has not changed" "" "$(diff <(echo "$before") <(shown))"
agrees "the kernel says the same"
is "it has as many objects, $there" "$there" "$(objects)"
is "the daemon has open what it had" "$open" "$(descriptors)"
echo "# $size KiB before, $(rss) KiB after, $open"
ok "and is not bigger" [ "$(rss)" -le $((size + grows_kb)) ]
is "it said nothing" "" "$(cat /tmp/log)"
swctl flow flush >/tmp/flushed
kill $pid
wait $pid

start valgrind -q --leak-check=full --errors-for-leak-kinds=definite,indirect \
	--error-exitcode=9 swoffd --log-level error
batch $flows eth1 eth2 | swctl flow load - >/dev/null
ok "$watched more with valgrind" toggle $((watched / 2))
kill $pid
wait $pid
is "nothing is leaked, nothing is touched that is not there" "0 " \
	"$? $(cat /tmp/log)"
echo 10 >/sys/bus/netdevsim/del_device
tap_end

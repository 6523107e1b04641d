#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kill -9 of swoffd and of ovs-vswitchd at random instants, while flows are made
# and change: mirror mode is as it should be again, soon after the next start.
#
#	ovs-mirror-kill.sh [KILLS [SEED]]
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh
. ./ovs.sh
. ./ovs-mirror/lib.sh

seed=${2:-$(date +%s)}
echo "# seed $seed"
mirror_start
strangers_add
flows_make 200
rules_add
born 200
kill.py "${1:-12}" "$seed" >/tmp/said
grep -v ^CLAIM /tmp/said
while read -r _ bad claim; do
	is "$claim" 0 "$bad"
done < <(grep ^CLAIM /tmp/said)
is "rules of others are in hardware all along" 2 "$(strangers)"
tap_end

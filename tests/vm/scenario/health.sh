#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What devlink says of a device, beside what swctl says: information, health.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh

break_health=/sys/kernel/debug/netdevsim/netdevsim10/health/break_health
fail_recover=/sys/kernel/debug/netdevsim/netdevsim10/health/fail_recover

# Without a word of time, and with null where devlink(8) says nothing.
devlink_health() {
	devlink -j health show | jq -cS '[.health | to_entries[] |
		.key as $dev | .value[] | {device: $dev, reporter, state,
		error, recover, grace_period, auto_recover, auto_dump}]'
}
swctl_health() {
	swctl -j health list "$@" | jq -cS 'map(del(.port_index))'
}

# logged TEXT: the daemon says so, now or soon.
logged() {
	timeout 10 sh -c 'tail -n +1 -f /tmp/log | grep -q -m 1 "$1"' sh "$1"
}

echo "10 1" >/sys/bus/netdevsim/new_device
swoffd --log-level info >/tmp/log 2>&1 &
swctl wait 10

is "info is what devlink says" \
	"$(devlink -j dev info $DEV | jq -cS '.info[] | {driver, versions}')" \
	"$(swctl -j info $DEV | jq -cS '{driver, versions: (.versions |
		with_entries(select(.value != {})))}')"
is "what it does not say is null" null "$(swctl -j info $DEV | jq .serial_number)"

is "reporters are what devlink says" "$(devlink_health)" "$(swctl_health)"
is "two of them" 2 "$(swctl -j health list $DEV | jq length)"

echo "an error" >$break_health
is "an error that was recovered from is counted" '1 1 healthy' \
	"$(swctl -j health show $DEV dummy | jq -r '"\(.error) \(.recover) \(.state)"')"
is "as devlink does" "$(devlink_health)" "$(swctl_health)"
ok "the error is logged" logged \
	"warning: $DEV: health reporter dummy: error; errors so far: 1,"
ok "and the recovery" logged \
	"info: $DEV: health reporter dummy: healthy; errors so far: 1, recoveries: 1"

echo Y >$fail_recover
echo "another" 2>/dev/null >$break_health
is "what the driver cannot recover from stays an error" error \
	"$(swctl -j health show $DEV dummy | jq -r .state)"
is "as devlink says" "$(devlink_health)" "$(swctl_health)"
ok "recovering is refused" eval '! swctl health recover $DEV dummy 2>/tmp/err'
like "with the kernel's own words" "recover dummy: " "$(cat /tmp/err)"
echo N >$fail_recover
is "and works when the driver can" '2 2 healthy' \
	"$(swctl -j health recover $DEV dummy |
		jq -r '"\(.error) \(.recover) \(.state)"')"
is "then devlink agrees" "$(devlink_health)" "$(swctl_health)"
is "what is healthy has nothing to recover from, which is no error" 'healthy 2' \
	"$(swctl -j health recover $DEV dummy | jq -r '"\(.state) \(.recover)"')"

# All errors of a storm are counted, and the log is no flood.
before=$(wc -l </tmp/log)
for i in $(seq 200); do echo x >$break_health; done
is "200 more errors" 202 "$(swctl -j health show $DEV dummy | jq .error)"
ok "the last of them is logged" logged "healthy; errors so far: 202,"
ok "and not each" [ $(($(wc -l </tmp/log) - before)) -lt 50 ]

devlink dev reload $DEV
echo x >$break_health
ok "after a reload reporters are followed as before" logged \
	"warning: $DEV: health reporter dummy: .*errors so far: 1,"
is "and counted as devlink does" "$(devlink_health)" "$(swctl_health)"

# Another device, and one that goes.
echo "11 1" >/sys/bus/netdevsim/new_device
is "all devices" 4 "$(swctl -j health list | jq length)"
is "or one" "$(devlink_health | jq -cS 'map(select(.device == "'$DEV'"))')" \
	"$(swctl_health $DEV)"
echo 11 >/sys/bus/netdevsim/del_device
is "a device that has gone has none" "$(devlink_health)" "$(swctl_health)"
is "and is not found" 5 \
	"$(swctl info netdevsim/netdevsim11 >/dev/null 2>&1; echo $?)"
swoffd_stop
tap_end

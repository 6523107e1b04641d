#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Parameters of a device, beside what devlink says of them.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh

sim=/sys/kernel/debug/netdevsim/netdevsim10

devlink_params() {
	devlink -j dev param show | jq -cS '[.param | to_entries[] |
		.key as $dev | .value[] | {device: $dev} + .] |
		sort_by(.device, .name)'
}
swctl_params() {
	swctl -j param list "$@" |
		jq -cS 'map(del(.value_type)) | sort_by(.device, .name)'
}
value() { swctl -j param show $DEV "$1" | jq -c '.values[0].value'; }

echo "10 1" >/sys/bus/netdevsim/new_device
swoffd_start
swctl wait 10

is "parameters are what devlink says" "$(devlink_params)" "$(swctl_params)"
is "two of them" 2 "$(swctl -j param list $DEV | jq length)"

ok "a number is set" \
	swctl param set $DEV name max_macs value 16 cmode driverinit
is "and read back" 16 "$(value max_macs)"
is "devlink agrees" "$(devlink_params)" "$(swctl_params)"
ok "a boolean is set" \
	swctl param set $DEV name test1 value false cmode driverinit
is "devlink agrees again" "$(devlink_params)" "$(swctl_params)"
is "driverinit waits for a reload" "32 Y" \
	"$(cat $sim/max_macs $sim/test1 | xargs)"
devlink dev reload $DEV
is "after which the driver has it" "16 N" \
	"$(cat $sim/max_macs $sim/test1 | xargs)"
is "and so it is shown" "16 false" "$(value max_macs) $(value test1)"

devlink dev param set $DEV name max_macs value 77 cmode driverinit
is "what others set is shown" 77 "$(value max_macs)"
ok "a mode that it has not is refused" eval '! swctl param set $DEV \
	name max_macs value 1 cmode runtime 2>/tmp/err'
like "and those that it has are named" "it has: driverinit" "$(cat /tmp/err)"
ok "so is a value that is none" eval '! swctl param set $DEV \
	name test1 value 7 cmode driverinit 2>/tmp/err'
is "and nothing has changed" 77 "$(value max_macs)"

echo "11 1" >/sys/bus/netdevsim/new_device
is "all devices" "$(devlink_params)" "$(swctl_params)"
is "or one" 2 "$(swctl -j param list netdevsim/netdevsim11 | jq length)"
swoffd_stop
tap_end

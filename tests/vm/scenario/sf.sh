#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# netdevsim of Linux 6.1 has no scalable functions: what a driver without them
# says, and that nothing is left behind.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh

swoffd_start
swctl wait 10
four_vfs
before=$(swctl -j rep list)
ok "devlink is refused" eval '! devlink port add $DEV flavour pcisf pfnum 0 \
	sfnum 1 2>/tmp/devlink'
ok "and so is swctl" eval '! swctl sf add $DEV pfnum 0 sfnum 1 2>/tmp/err'
like "which names device and step" \
	"$DEV: add scalable function: the driver has no scalable functions" \
	"$(cat /tmp/err)"
is "for the same reason" "Operation not supported EOPNOTSUPP" \
	"$(grep -o 'Operation not supported' /tmp/devlink) $(
	swctl -j sf add $DEV pfnum 0 2>&1 | jq -r .error.errno_name)"
is "none is listed" "[]" "$(swctl -j sf list $DEV)"
is "ports are as before" "$before" "$(swctl -j rep list)"
rep=$(swctl -j rep list | jq -r '.[] | select(.vf == 0) | .netdev')
ok "the port of a VF is not deleted as one" eval '! swctl sf del $rep 2>/tmp/err'
like "and it is said why" "a port of flavour pcivf" "$(cat /tmp/err)"
ok "nor set as one" eval '! swctl sf set $rep state active 2>/tmp/err'
like "for the same reason" "a port of flavour pcivf" "$(cat /tmp/err)"
swoffd_stop
tap_end

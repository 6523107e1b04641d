#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# `make install` puts everything where it belongs.
cd "$(dirname "$0")/../.." || exit 1
to=$(mktemp -d) || exit 1
trap 'rm -rf "$to"' EXIT
make -C build -s install DESTDIR="$to" || exit 1
bad=0
for f in sbin/swoffd sbin/swoffd-ovs-meters bin/swctl share/man/man8/swoffd.8 \
	share/man/man8/swctl.8 share/man/man8/swoffd-ovs-meters.8 \
	share/man/man5/swoffd-state.5 share/man/man5/swoffd-recipes.5 \
	share/swoffd/recipes.json \
	share/man/man7/swoff-events.7 share/man/man7/swoff-reasons.7 share/man/man7/swoff-keys.7 \
	lib/systemd/system/swoffd.service \
	share/bash-completion/completions/swctl; do
	[ -s "$to/usr/local/$f" ] || { echo "not installed: $f"; bad=1; }
done
exit $bad

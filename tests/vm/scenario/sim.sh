#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Devices of netdevsim, made and removed by swctl.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh

devices() { devlink -j dev show | jq -r '.dev | keys | join(" ")'; }
present() { swctl -j sim list | jq -r 'map(.device) | sort | join(" ")'; }

echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
swoffd --log-level info >/tmp/log 2>&1 &
swctl wait 10

is "a device is made and named" netdevsim/netdevsim0 "$(swctl sim add)"
is "and is there at once" legacy \
	"$(swctl -j device show netdevsim/netdevsim0 | jq -r .eswitch.mode)"
is "another gets the next number" netdevsim/netdevsim1 \
	"$(swctl sim add --ports 2)"
is "with as many ports" 2 \
	"$(swctl -j rep list netdevsim/netdevsim1 | jq length)"
is "and one more VFs than netdevsim would have" "$DEV 9 of 9" \
	"$(swctl -j sim add 10 --vfs 9 |
		jq -r '"\(.device) \(.vfs.count) of \(.vfs.max)"')"
is "devlink has the same devices" "$(devices)" "$(present)"
ok "switchdev mode brings the representors" \
	swctl eswitch set $DEV mode switchdev
is "of all VFs" 9 "$(swctl -j rep list $DEV |
	jq '[.[] | select(.flavour == "pcivf")] | length')"

echo "11 1" >/sys/bus/netdevsim/new_device
ok "one that somebody else made is there too" eval \
	'! swctl sim add 11 2>/tmp/err'
like "and said to be" "11" "$(cat /tmp/err)"
is "one with VFs is removed" 0 "$(swctl sim del 10; echo $?)"
is "by handle too" 0 "$(swctl sim del netdevsim/netdevsim1; echo $?)"
is "the rest stays" "netdevsim/netdevsim0 netdevsim/netdevsim11" "$(present)"
is "as devlink says" "$(devices)" "$(present)"
is "a number is free again" netdevsim/netdevsim1 "$(swctl sim add)"

for i in $(seq 30); do
	d=$(swctl sim add --vfs 4) && swctl sim del "$d" || break
done
is "30 times in a row" "30 netdevsim/netdevsim2" "$i $d"
is "nothing is left of them" "$(devices)" "$(present)"
is "and nothing went wrong on the way" "" \
	"$(grep -e warning: -e error: /tmp/log)"

# Where there is no netdevsim: its folder is hidden.
mount -t tmpfs none /sys/bus/netdevsim
ok "without netdevsim it is refused" eval '! swctl sim add 2>/tmp/err'
like "with what helps" 'modprobe netdevsim' "$(cat /tmp/err)"
umount /sys/bus/netdevsim
swoffd_stop
tap_end

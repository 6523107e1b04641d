#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Mode changes by plan: shown, carried out, refused by what is in the way, and
# put back where the kernel refuses a step.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh
. ./daemon.sh

SYS=/sys/bus/netdevsim/devices/netdevsim10
DEBUG=/sys/kernel/debug/netdevsim/netdevsim10

# All that a plan could leave otherwise, as the kernel tells it.
state() {
	echo "$(devlink -j dev eswitch show $DEV | jq -r '.dev[].mode')" \
		"$(cat $SYS/sriov_numvfs)" "$(devlink -j port show |
			jq -r '.port | keys | sort | join(",")')"
}

# set WORD...: what swctl said in $said, its status returned.
set_() { said=$(swctl eswitch set $DEV "$@" 2>&1); }

echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
echo '{"version":1,"recipes":[{"name":"x"}]}' >/tmp/bad.json
is "a daemon with a bad table of recipes does not start" \
	"swoffd: error: /tmp/bad.json: recipe 'x': no member 'driver'" \
	"$(swoffd --recipes /tmp/bad.json 2>&1)"
swoffd_start
echo "10 1" >/sys/bus/netdevsim/new_device
swctl vf count $DEV 4
before=$(state)

is "a plan is status 6" 6 "$(swctl -j eswitch set $DEV mode switchdev --plan \
	>/tmp/plan; echo $?)"
is "it has the order of the driver" "netdevsim mode ports" \
	"$(jq -r '.recipe + " " + ([.steps[].step] | join(" "))' /tmp/plan)"
is "it changes nothing" "$before" "$(state)"
set_ mode switchdev -v
is "carried out, it ends when the representors are there" 4 \
	"$(swctl -j rep list | jq '[.[] | select(.flavour == "pcivf" and
		.netdev != null)] | length')"
like "each step is told" "2/2 wait for 4 representors: done" "$said"
there=$(state)
ok "what is so already is done" set_ mode switchdev -v
is "without a step" "" "$said"

# What stands in the way of going back.
rep=$(swctl -j rep list | jq -r '[.[] | select(.vf == 1)][0].netdev')
ip link add br0 type bridge
ip link set "$rep" master br0
ok "a representor that is a port of a bridge is in the way" \
	eval '! set_ mode legacy'
like "which is told" "the representor goes, and is a port of br0" "$said"
is "and nothing is done" "$there" "$(state)"
ip link set "$rep" nomaster
tc qdisc add dev "$rep" clsact
tc filter add dev "$rep" ingress protocol ip prio 7 flower action drop
like "rules of others that will go are told" \
	"1 rule of others go with the representor" \
	"$(swctl eswitch set $DEV mode legacy --plan)"
set_ mode legacy
is "back in legacy mode all is as before" "$before" "$(state)"

# The kernel refuses.
ok "a mode that the kernel does not know fails" \
	eval '! set_ mode switchdev_inactive'
like "with its words" "step 1 of 2 (set mode switchdev_inactive)" "$said"
like "it is put back" "put back as it was" "$said"
is "so it is" "$before" "$(state)"
ok "so do modes that the driver does not have" \
	eval '! set_ inline-mode transport encap-mode basic'
like "said so" "Operation not supported" "$said"
is "and the state is as before" "$before" "$(state)"
echo Y >$DEBUG/dont_allow_reload
ok "that reloads are forbidden does not matter" set_ mode switchdev
is "to it" "$there" "$(state)"
set_ mode legacy
echo N >$DEBUG/dont_allow_reload

# With a recipe that removes VFs: what was removed comes back.
swoffd_stop
cat >/tmp/zero.json <<-'END'
	{ "version": 1, "recipes": [ { "name": "careful", "driver": "*",
	  "vfs": "zero",
	  "to_switchdev": ["zero", "mode", "count", "ports", "bind"],
	  "to_legacy": ["zero", "mode", "count", "ports", "bind"] } ] }
END
swoffd_start --recipes /tmp/zero.json
ok "VFs are removed, and the kernel refuses the mode" \
	eval '! set_ mode switchdev_inactive -v'
like "the step is named" "step 2 of 4 (set mode switchdev_inactive)" "$said"
like "VFs are made again" "back 1/2 make 4 VFs: done" "$said"
is "all is as before" "$before" "$(state)"
ok "with a mode that there is, all steps are taken" set_ mode switchdev
is "and all VFs have come back" "$there" "$(state)"
set_ mode legacy
is "and back again" "$before" "$(state)"

# A reload that fails leaves a device behind that nobody can use.
echo Y >$DEBUG/fail_reload
devlink dev reload $DEV >/dev/null 2>&1
echo N >$DEBUG/fail_reload
is "it has no VFs and no ports" "legacy 0 " "$(state)"
ok "the kernel takes the mode on it all the same" set_ mode switchdev
devlink dev reload $DEV
set_ mode legacy
swctl vf count $DEV 4
is "after one that does not, it is as before" "$before" "$(state)"
# What follows is done to the device by hand.
swctl device forget $DEV
swoffd_stop

# A PCI function that a process holds, on a made-up tree over the real device.
tree=/tmp/tree
vf=$tree/sys/bus/pci/devices/0000:03:00.2
pf=$tree/sys/bus/netdevsim/devices/netdevsim10
drivers=$tree/sys/bus/pci/drivers
mkdir -p $tree/proc $pf $vf $drivers/vfio-pci /dev/vfio
mount --bind /proc $tree/proc
ln -s ../../../bus/pci/drivers/ice $pf/driver
ln -s ../../pci/devices/0000:03:00.2 $pf/virtfn0
ln -s ../../drivers/vfio-pci $vf/driver
ln -s ../../../../kernel/iommu_groups/42 $vf/iommu_group
echo vfio-pci >$vf/driver_override
echo 1 >$pf/sriov_numvfs
echo 0 >$SYS/sriov_numvfs
echo 1 >$SYS/sriov_numvfs
touch /dev/vfio/42
tail -f /dev/null 3</dev/vfio/42 &
holder=$!
swoffd_start --root $tree
before=$(state)
ok "a VF that a process holds is in the way" eval '! set_ mode switchdev'
like "the process is named" \
	"0000:03:00.2 is held by tail (process $holder) through /dev/vfio/42" \
	"$said"
like "with what to do" "remedy: stop the virtual machine" "$said"
is "nothing is done" "$before 1" "$(state) $(cat $pf/sriov_numvfs)"
ok "nor does it go to another driver" eval '! swctl vf bind $DEV 0 2>/tmp/err'
like "for the same reason" "VF 0: 0000:03:00.2 is held by tail (process $holder) through /dev/vfio/42; stop it first" \
	"$(cat /tmp/err)"
ok "or to none" eval '! swctl vf unbind $DEV 0 2>/tmp/err'
kill $holder
wait $holder 2>/dev/null
ok "a driver that is not there" eval '! swctl vf bind $DEV 0 vfio 2>/tmp/err'
like "is told with one that is" "there is vfio-pci" "$(cat /tmp/err)"
# Nobody moves links in this tree: the kernel would not have taken it.
mkdir $drivers/mlx5_core
touch $drivers/mlx5_core/bind $drivers/vfio-pci/unbind
ok "what a driver does not take" \
	eval '! swctl vf bind $DEV 0 mlx5_core 2>/tmp/err'
like "is back where it was" "driver mlx5_core: Input/output error; it is back with vfio-pci" \
	"$(cat /tmp/err)"
is "with its override" vfio-pci "$(head -c 8 $vf/driver_override)"
rm -r $drivers/mlx5_core $drivers/vfio-pci/unbind
set_ mode switchdev -v
like "without it the plan is that of the driver" "5/5 see 1 VF to the driver" \
	"$said"
is "and is carried out" switchdev "$(swctl -j eswitch show $DEV |
	jq -r '.[0].mode')"
set_ mode legacy
is "and taken back" "$before" "$(state)"
# A driver that lets go of nothing: there is no file to write to.
ln -sfn ../../../bus/pci/drivers/mlx5_core $pf/driver
ok "a VF that cannot be taken off its driver stops the plan" \
	eval '! set_ mode switchdev'
like "at that step" "step 1 of" "$said"
is "before anything is done" "$before" "$(state)"
swctl device forget $DEV
swoffd_stop

# Two at once: each is done or told that the other is at it.
swoffd_start
echo 0 >$SYS/sriov_numvfs
swctl vf count $DEV 4
swctl eswitch set $DEV mode legacy
pid=$(swctl -j status | jq .pid)
descriptors=$(ls /proc/$pid/fd | wc -l)
other=0
for i in $(seq 20); do
	swctl eswitch set $DEV mode switchdev 2>>/tmp/two &
	swctl eswitch set $DEV mode legacy 2>>/tmp/two
	wait $!
done
is "of forty changes, two at a time, none ends otherwise" "" \
	"$(grep -v 'another change is under way' /tmp/two)"
swctl eswitch set $DEV mode legacy
is "the state is one of the two" "legacy 4 $DEV/0" "$(state)"
is "no descriptor is left open" $descriptors "$(ls /proc/$pid/fd | wc -l)"
swoffd_stop
tap_end

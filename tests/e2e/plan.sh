#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Plans of mode changes: shown, watched, refused, left alone, put back.
. "${srcdir:-.}/tests/e2e/lib.sh"

# until CONDITION...: it holds within ten seconds, asked again as often as swctl
# takes to answer.
until_() {
	i=0
	while [ $i -lt 1000 ]; do
		"$@" && return
		i=$((i + 1))
		"$SWCTL" wait 10
	done
	return 1
}

fake_start --vfs 2 --driver mlx5_core

run vf bind eth0 1 vfio-pci
[ "$status $out" = "0 vf 1 pci 0000:03:00.3 driver vfio-pci" ]
ok $? "a VF is given to a driver"
run -j vf bind eth0 1
[ "$out" = '{"device":"fake/dev0","vf":1,"pci":"0000:03:00.3","driver":"vfdrv","driver_override":null}' ]
ok $? "and back to the kernel's choice"
run vf unbind eth0 0
[ "$status $out" = "0 vf 0 pci 0000:03:00.2 driver none" ]
ok $? "or to none"
run vf bind eth0 0 vfdrv
run vf bind eth0 0 nosuch
has "$status $err" "5 swctl: there is no driver 'nosuch'" "a driver that is not there"
run vf bind eth0 2
has "$status $err" "5 swctl: fake/dev0: no VF 2; there are 0 to 1" "a VF that is not there"
run vf unbind eth0 x
has "$status $err" "2 swctl vf unbind: 'x' is not the number of a VF" "no number of a VF"
run vf bind eth0 0 ''
has "$status $err" "driver: a name has 1 to 31 letters" "no name of a driver"
run vf bind eth0 0 vfdrv

run eswitch set eth0 mode switchdev --plan
status 6 "a plan with steps is status 6"
has "$out" "driver mlx5_core, firmware 1.2.3, recipe mlx5, now legacy" "it says by which recipe"
has "$out" "  1. take 2 VFs off the driver (within 120 s)" "the first step"
has "$out" "  5. see 2 VFs to the driver they had (within 120 s)" "the last"
run -j eswitch set eth0 mode switchdev --plan
[ "$(printf '%s' "$out" | jq -r '[.steps[].step] | join(" ")')" = \
	"unbind params mode ports bind" ]
ok $? "and the order, with -j"
[ "$(printf '%s' "$out" | jq -c '[.device, .from.mode, .from.vfs, .findings]')" = \
	'["fake/dev0","legacy",2,[]]' ]
ok $? "and from what"
run -j eswitch show eth0
has "$out" '"mode":"legacy"' "a plan changes nothing"

run eswitch set -v eth0 mode switchdev
status 0 "the plan is carried out"
has "$err" "1/5 take 2 VFs off the driver ..." "its beginning is shown"
has "$err" "5/5 see 2 VFs to the driver they had: done after" "and its end"
[ -z "$out" ]
ok $? "on standard error only"
run eswitch set eth0 mode switchdev --plan
status 0 "what is so already needs no plan"
has "$out" "nothing is to be done" "and that is said"
run eswitch set -v eth0 mode switchdev
status 0 "nor a step"
[ -z "$out$err" ]
ok $? "and none is taken"

run eswitch set eth0 inline-mode link encap-mode basic
status 0 "inline and encap modes are set"
run -j eswitch show eth0
has "$out" '"mode":"switchdev","inline_mode":"link","encap_mode":"basic"' "and are read back"
run eswitch set eth0 mode legacy mode legacy
status 2 "a mode twice is a matter of usage"
run eswitch set eth0 inline-mode fast
status 2 "so is one that there is not"
run eswitch set eth0 mode legacy encap-mode
status 2 "and one without a value"
printf '%s\n' '{"jsonrpc":"2.0","id":1,"method":"eswitch.set","params":{"device":"eth0"}}' \
	>"$dir/q"
has "$(socat -t 10 - "UNIX-CONNECT:$SWOFFD_SOCKET" <"$dir/q")" \
	'"code":-32602' "nothing wanted is a wrong parameter"
fake_stop

fake_start --vfs 2 --driver ice --vf-holder qemu-kvm
run eswitch set eth0 mode switchdev --plan
status 1 "a plan that is blocked is status 1"
has "$out" "in the way:" "it says that something is in the way"
has "$out" "vf-held: VF 0: 0000:03:00.2 is held by qemu-kvm (process 4711) through /dev/vfio/42" "and who"
has "$out" "remedy: stop the virtual machine" "and what to do"
run eswitch set eth0 mode switchdev
status 1 "it is not carried out"
has "$err" "qemu-kvm (process 4711)" "with the reason"
has "$err" "remedy: stop the virtual machine" "and the remedy"
run -j eswitch set eth0 mode switchdev
[ "$(printf '%s' "$err" | jq -r '.error.reasons[0].code')" = vf-held ]
ok $? "with -j too"
run -j vf count eth0
has "$out" '"count":2' "the VFs are there still"
fake_stop

fake_start --vfs 2 --driver ice --fail-job '16:fake: no'
run eswitch set -v eth0 mode switchdev
status 1 "a step that fails is status 1"
has "$err" "2/5 set mode switchdev: failed" "the step is shown"
has "$err" "back 1/3 make 2 VFs ..." "the way back as well"
has "$err" "it has been put back as it was (fake: no)" "and the end of it"
run -j device show eth0
has "$out" '"count":2' "the state is as before"
fake_stop

fake_start --vfs 2 --driver mlx5_core --hold-jobs
"$SWCTL" eswitch set -v eth0 mode switchdev >"$dir/first" 2>&1 &
first=$!
until_ grep -q '3/5 set mode' "$dir/first"
ok $? "a mode change hangs in the kernel"
run eswitch set eth0 mode legacy
status 1 "a second one meanwhile is refused"
has "$err" "another change is under way (set mode switchdev, step 3 of 5)" "and told what is under way"
run vf count eth0 4
status 1 "so is another number of VFs"
kill -INT $first
wait $first
[ $? -eq 130 ]
ok $? "interrupted, swctl ends"
has "$(cat "$dir/first")" "left to the daemon, which goes on" "and says who goes on"
kill -USR2 "$fake_pid"
is_switchdev() {
	"$SWCTL" -j eswitch show eth0 | grep -q '"mode":"switchdev"'
}
until_ is_switchdev
ok $? "the change is carried out all the same"
finish

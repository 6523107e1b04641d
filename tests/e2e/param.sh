#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Parameters of devices.
. "${srcdir:-.}/tests/e2e/lib.sh"

fake_start --vfs 2

run -j param list eth0
has "$out" '[{"device":"fake/dev0","name":"max_macs","type":"generic","value_type":"u32","values":[{"cmode":"driverinit","value":64}]},' \
	"param list -j has the promised shape"
has "$out" '{"device":"fake/dev0","name":"odd","type":"driver-specific","value_type":"unknown","values":[{"cmode":"runtime","value":null}]}' \
	"a type that is not known is shown as unknown"
run param list
has "$out" "steering        driver-specific  string      permanent   dmfs" \
	"param list is a table, a row for each mode"
has "$out" "roce            driver-specific  bool        driverinit  true" \
	"with booleans as they are set"
run -j param show fake/dev0 fw_load_policy
has "$out" '"value":"driver"' "numbers that devlink has words for are words"
run param show fake/dev0 max_mac
status 5 "no such parameter is status 5"
has "$err" "did you mean 'max_macs'?" "and a near one is named"
run param list nix
status 5 "parameters of no device"

run param set eth0 name max_macs value 128 cmode driverinit
has "$status$out$err" "0" "param set"
[ -z "$out$err" ]
ok $? "without a word"
run -j param show eth0 max_macs
has "$out" '"value":128' "and it is so"
run -j param set eth0 name steering value smfs cmode permanent
has "$out" '{"cmode":"runtime","value":"dmfs"},{"cmode":"permanent","value":"smfs"}' \
	"-j tells how it is now, the other mode untouched"
run -j param set eth0 name roce value false cmode driverinit
has "$out" '"value":false' "a boolean"
run -j param set eth0 name fw_load_policy value flash cmode permanent
has "$out" '"value":"flash"' "a word for a number"
run -j param set eth0 name fw_load_policy value flash cmode permanent
status 0 "what is so already is no error"

run param set eth0 name max_macs value 5000000000 cmode driverinit
has "$status $err" "1 swctl: parameter 'max_macs': '5000000000' is no number of type u32" \
	"a value over its type"
run param set eth0 name roce value maybe cmode driverinit
has "$err" "neither true nor false" "no boolean"
run param set eth0 name max_macs value 1 cmode runtime
has "$status $err" "1 swctl: parameter 'max_macs' has no value of cmode runtime; it has: driverinit" \
	"a mode that the parameter has not"
run param set eth0 name odd value 1 cmode runtime
has "$status $err" "newer than this daemon" "a type that is not known is not set"
run param set eth0 name max_macs value 1 cmode soon
has "$status $err" "none of runtime, driverinit, permanent" "no such mode"
run param set eth0 name max_macs value 1 mode runtime
has "$status $err" "2 swctl param set: 'mode': the word 'cmode' was expected" \
	"words are named"
run param set eth0 name nix value 1 cmode runtime
status 5 "no such parameter to set"

run help
has "$out" "cmode runtime|driverinit|permanent  change a value of a parameter" \
	"help does not cut a long line"

finish

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Resources of devices, as trees.
. "${srcdir:-.}/tests/e2e/lib.sh"

fake_start

run -j resource show eth0
status 0 "resource show"
has "$out" '{"device":"fake/dev0","resources":[{"name":"tcam","size":1024,"size_new":null,"occ":3,"size_min":null,"size_max":null,"size_gran":null,"unit":"entry","size_valid":null,"resources":[{"name":"wide","size":512,' \
	"resource show -j has the promised shape"
has "$out" '"size":"unlimited"' "what has no limit says so"
run resource show fake/dev0
has "$out" "RESOURCE  OCCUPIED  SIZE" "resource show is a table"
has "$out" "
tcam      3         1024" "with the whole"
has "$out" "
  narrow  2         512" "and its parts indented"
run resource show nix
status 5 "no such device is status 5"

finish

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Writes datapath.txt: datapaths and ports as the kernel tells them, in dumps
# and as notifications. Run in the test machine:
# scripts/vm tests/golden/capture-datapath.sh

set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/capture-lib.sh"

# A message of a generic family but nlctrl; sequence number and port id are
# zeroed.
message='.. .. .. .. .. 00 .. .. 00 00 00 00 00 00 00 00 '
nlctrl='.. .. .. .. 10 00 '

build=${SWOFFD_BUILD:-build}
follow=$build/tests/vm/datapath

ip link add v0 type veth peer name v1
ip link set v0 up
ip link set v1 up
ip link add vx0 type vxlan external dstport 4789
mkfifo /tmp/commands
strace -o "$trace" -s 0 -e trace=recvmsg -e read=all \
	"$follow" </tmp/commands >/tmp/told 2>&1 &
exec 9>/tmp/commands

# until_told PATTERN: it was told so.
until_told() { until grep -q "$1" /tmp/told; do :; done; }

echo "read all" >&9
until_told read_done
ovs-dpctl add-dp dp0
ovs-dpctl add-if dp0 v0,port_no=1 v1,port_no=2 vx0,port_no=3
until_told ' vx0$'
echo "read all" >&9
until [ "$(grep -c read_done /tmp/told)" = 2 ]; do :; done
ovs-dpctl del-if dp0 v0
until_told '^port_gone .* v0$'
ovs-dpctl del-dp dp0
until_told '^datapath_gone'
exec 9>&-
wait

# number FAMILY: as a message has it.
number() {
	printf '%02x 00' "$(genl ctrl get name "$1" |
		sed -n 's/.*ID: \(0x[0-9a-f]*\).*/\1/p')"
}
dp=$(number ovs_datapath)
vport=$(number ovs_vport)

{
	heading "$(ovs-dpctl --version | head -n 1)" "$(byte_order)"
	buffers | grep "^$message" | grep -v "^$nlctrl" | awk '!seen[$0]++' |
		while read -r line; do
		case $(echo "$line" | cut -d' ' -f 5-6,17) in
		"$dp 01")	name="ovs_datapath NEW" ;;
		"$dp 02")	name="ovs_datapath DEL" ;;
		"$dp 03")	name="ovs_datapath GET" ;;
		"$dp 04")	name="ovs_datapath SET" ;;
		"$vport 01")	name="ovs_vport NEW" ;;
		"$vport 02")	name="ovs_vport DEL" ;;
		"$vport 03")	name="ovs_vport GET" ;;
		*)		continue ;;
		esac
		echo "$line" | record "$name"
	done
} >"$here/datapath.txt"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Blocks that devices share, at the kernel layer: getting a device onto one,
# whatever is there, costs nobody a filter; rules on a block are rules.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh

drive=$(dirname "$(dirname "$(command -v swctl)")")/tests/vm/drive
words='protocol ip prio 3 handle 5 flower ip_proto udp'

there() { tc -j qdisc show dev "$1" | jq -r '.[] | select(.handle == "ffff:") |
	"\(.kind) \(.ingress_block // 0)"'; }
# filters PLACE...: how many.
filters() { tc -j filter show "$@" 2>/dev/null | jq '[.[] |
	select(.options.handle)] | length'; }

# What is there | what is asked for | the answer | what is there then. All have
# a filter, which stays.
while IFS='|' read -r have want answer then; do
	ip link add x type dummy
	place="dev x ingress"
	# shellcheck disable=SC2086
	[ "$have" = none ] || tc qdisc add dev x $have
	case $have in
	ingress_block*)	place="block $(cut -d ' ' -f 2 <<<"$have")" ;;
	esac
	n=0
	# shellcheck disable=SC2086
	[ "$have" = none ] || {
		tc filter add $place protocol ip prio 1 flower action drop
		n=1
	}
	is "block $want onto $have: $answer" "$answer" "$($drive qdisc x "$want")"
	is "then there is $then" "$then" "$(there x)"
	# shellcheck disable=SC2086
	is "and every filter" $n "$(filters $place)"
	ip link del x
done <<'END'
none|0|0|clsact 0
none|7|0|clsact 7
clsact|0|0|clsact 0
clsact|7|EEXIST|clsact 0
egress_block 7 clsact|7|EEXIST|clsact 0
ingress_block 7 clsact|7|0|clsact 7
ingress_block 8 clsact|7|EEXIST|clsact 8
ingress_block 7 clsact|0|EEXIST|clsact 7
ingress|0|EINVAL: Invalid qdisc name|ingress 0
ingress|7|EINVAL: Invalid qdisc name|ingress 0
ingress_block 7 ingress|7|EINVAL: Invalid qdisc name|ingress 7
END

while IFS='|' read -r have answer then; do
	ip link add x type dummy
	# shellcheck disable=SC2086
	[ "$have" = none ] || tc qdisc add dev x $have
	is "removing clsact where there is $have: $answer" "$answer" \
		"$($drive qdisc-del x)"
	is "then there is ${then:-nothing}" "$then" "$(there x)"
	ip link del x
done <<'END'
clsact|0|
ingress_block 7 clsact|0|
ingress|EINVAL: Invalid qdisc name|ingress 0
none|ENOENT: Cannot find specified qdisc on specified device|
END

sim_add 10 2
for i in "${rep[@]}"; do
	tc qdisc del dev "$i" ingress
	$drive qdisc "$i" 7 >/dev/null
done
index=$(cat "/sys/class/net/${rep[0]}/ifindex")
on="chain 0 prio 3 handle 5"

# rule_ VERB: of the rule on the block.
# shellcheck disable=SC2086
rule_() { $drive "$1" block 7 $words action drop; }

is "a rule goes onto a block" 0 "$(rule_ add)"
is "and not twice" EEXIST "$(rule_ add | cut -d : -f 1)"
is "all its devices have it in hardware" 2 "$(wc -l <"$hw/table")"
is "it is read back, by its block" \
	"filter ifindex 0 block 7 ingress $on in_hw rule
0" "$(rule_ get)"
is "a dump of the block tells it" \
	"filter ifindex 0 block 7 ingress $on in_hw rule
0" "$($drive dump block=7)"
is "a terse one, too" "filter ifindex 0 block 7 ingress $on in_hw
0" "$($drive dump block=7 terse)"
is "a dump of a device tells both" \
	"filter ifindex $index block 7 ingress $on in_hw rule
0" "$($drive dump "${rep[0]}")"
is "a block that nobody has has no filters" 0 "$($drive dump block=9)"
is "on a device of the block no rule can be" EOPNOTSUPP \
	"$($drive add dev "${rep[0]}" ingress $words action drop |
	cut -d : -f 1)"
is "it is replaced" 0 "$(rule_ replace)"
is "and is one" 1 "$(filters block 7)"
echo drop >"$hw/unsupported"
like "a driver says why it refuses it" "drop" "$(rule_ explain)"
is "which leaves it in software" \
	"filter ifindex 0 block 7 ingress $on rule
0" "$(rule_ get)"
echo >"$hw/unsupported"
is "it is removed" 0 "$(rule_ del)"
is "and gone" ENOENT "$(rule_ del | cut -d : -f 1)"

# shellcheck disable=SC2086
$drive add block 7 ${words/flower/flower skip_sw} action drop >/dev/null
ip link add x type dummy
is "a device that cannot take what is there does not get the block" \
	EOPNOTSUPP "$($drive qdisc x 7 | cut -d : -f 1)"
is "and no qdisc" "" "$(there x)"
is "which the others do not notice" 2 "$(wc -l <"$hw/table")"
$drive qdisc-del "${rep[0]}" >/dev/null
is "with a device its part of the hardware goes" 1 "$(wc -l <"$hw/table")"
$drive qdisc-del "${rep[1]}" >/dev/null
is "with the last one the block" EINVAL "$(rule_ get | cut -d : -f 1)"
sim_del
tap_end

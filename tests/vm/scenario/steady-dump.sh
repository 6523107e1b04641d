#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel leaves filters out of a dump when prios come and go meanwhile, and
# does not say so. A steady dump notices.
cd "$(dirname "$0")/.." || exit 1
. ./testlib.sh

drive=$(dirname "$(dirname "$(command -v swctl)")")/tests/vm/drive
prios=100 each=40

# rules FROM TO PLACE: lines of tc -batch, each prio with so many.
rules() {
	awk -v from="$1" -v to="$2" -v each=$each -v place="$3" 'BEGIN {
		for (p = from; p <= to; p++)
			for (i = 1; i <= each; i++)
				printf "filter add %s protocol ip prio %d " \
				       "handle %d flower skip_hw dst_ip " \
				       "10.0.%d.%d action drop\n",
				       place, p, i, p, i
	}'
}

# found FILE FROM TO: how many different filters of these prios it names.
found() {
	awk -v from="$2" -v to="$3" '$1 == "filter" && $10 >= from && $10 <= to {
		seen[$10 " " $12] = 1
	} END { print length(seen) }' "$1"
}

# dumped WHAT WORDS...: the result of a dump, which takes a second.
dumped() {
	timeout 60 $drive dump "$@" >/tmp/dump
	tail -n 1 /tmp/dump
}

# Each runs when 600 filters have been told; then the dump goes on.
# changed PLACE: three prios before those that are being told go.
cat >/tmp/changed <<-'END'
	#!/bin/sh
	for prio in 11 12 13; do tc filter del $1 protocol ip prio $prio; done
END
# The same, and come back.
cat >/tmp/renewed <<-'END'
	#!/bin/sh
	/tmp/changed "$1"
	tc -batch /tmp/three
END
cat >/tmp/elsewhere <<-'END'
	#!/bin/sh
	tc filter add dev y ingress protocol ip prio 7 flower action drop
	tc filter del dev y ingress protocol ip prio 7
	tc filter add block 8 protocol ip prio 7 flower action drop
	tc filter del block 8 protocol ip prio 7
END
chmod +x /tmp/changed /tmp/renewed /tmp/elsewhere

ip link add x type dummy
ip link add y type dummy
ip link add z type dummy
tc qdisc add dev y clsact
tc qdisc add dev z ingress_block 8 clsact
for place in "dev x ingress" "block 7"; do
	what=x
	tc qdisc del dev x clsact 2>/dev/null
	if [ "$place" = "block 7" ]; then
		what=block=7
		tc qdisc add dev x ingress_block 7 clsact
	else
		tc qdisc add dev x clsact
	fi
	rules 11 110 "$place" | tc -batch -
	rules 11 13 "$place" >/tmp/three

	is "$place: undisturbed, all are told" 0 "$(dumped $what)"
	is "each once" 4000 "$(found /tmp/dump 11 110)"
	is "of a steady one, too" 0 "$(dumped $what steady)"
	is "each once" 4000 "$(found /tmp/dump 11 110)"

	is "with prios gone meanwhile nothing is said" 0 \
		"$(dumped $what at=600 "/tmp/changed '$place'")"
	ok "but others are missing" test "$(found /tmp/dump 14 110)" -lt 3880
	echo "# $((3880 - $(found /tmp/dump 14 110))) of 3880 missing"
	tc -batch /tmp/three
	is "a steady dump says so" EINTR \
		"$(dumped $what steady at=600 "/tmp/changed '$place'")"
	tc -batch /tmp/three
	is "prios that come back, too" EINTR \
		"$(dumped $what steady at=600 "/tmp/renewed '$place'")"
	is "also by the device of the block" EINTR \
		"$(dumped x steady at=600 "/tmp/renewed '$place'")"
	is "changes elsewhere do not count" 0 \
		"$(dumped $what steady at=600 /tmp/elsewhere)"
	is "and cost nothing" 4000 "$(found /tmp/dump 11 110)"
	is "terse ones are no different" EINTR \
		"$(dumped $what terse steady at=600 "/tmp/renewed '$place'")"
done
tap_end

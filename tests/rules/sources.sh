#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every source is built, every file says its licence, no comment is for now.
cd "$(dirname "$0")/../.." || exit 1
bad=0
for f in $(find common swoffd swctl tests -name '*.[ch]' \
		! -path 'tests/vm/kernel/*' ! -path 'tests/fuzz/*'); do
	case $f in
	tests/unit/test_*.c)	name=${f%.c} ;;
	*)			name=$f ;;
	esac
	grep -qE "(^|[[:space:]])$name([[:space:]]|\$)" Makefile.am || {
		echo "$f: not in Makefile.am"
		bad=1
	}
done
for f in $(find common swoffd swctl tests scripts .ci -type f \
		\( -name '*.[ch]' -o -name '*.sh' -o -perm -100 \)); do
	head -n 3 "$f" | grep -q SPDX-License-Identifier || {
		echo "$f: no SPDX line"
		bad=1
	}
done
if grep -nE '(^|[[:space:]])//[[:space:]]|TODO|FIXME|XXX' -r common swoffd swctl \
	--include='*.[ch]'; then
	echo "leftovers, or comments of the other kind"
	bad=1
fi
exit $bad

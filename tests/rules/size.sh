#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A file is one idea: 500 lines at most; a function 60. Tables of test cases
# are no functions to speak of.
cd "$(dirname "$0")/../.." || exit 1
find common swoffd swctl tests -path tests/unit -prune -o -name '*.c' -exec awk '
	FNR == 1 { start = 0 }
	FNR == 501 { print FILENAME ": over 500 lines"; bad = 1 }
	/^\{/ { start = FNR }
	/^\}/ { if (start && FNR - start - 1 > 60) {
			print FILENAME ":" start ": function over 60 lines"
			bad = 1
		}
		start = 0 }
	END { exit bad }' {} +

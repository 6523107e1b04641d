# SPDX-License-Identifier: GPL-2.0-or-later
# Recording netlink messages that strace saw (sh, sourced by the scripts that
# write the files beside it). Sequence numbers and port ids, which differ each
# time, are zeroed.

trace=$(mktemp)
trap 'rm -f "$trace" "$trace.py"' EXIT

heading() {
	cat <<-END
	# SPDX-License-Identifier: GPL-2.0-or-later
	# Captured by capture.sh; do not edit.
	# program: $1
	# kernel: Linux $(uname -r) $(uname -m)
	# byte order: $2
	END
}

byte_order() {
	case $(printf '\1\0' | od -An -td2 | tr -d ' ') in
	1) echo little-endian ;;
	*) echo big-endian ;;
	esac
}

# The buffers of a trace, one a line, their messages' seq and pid zeroed.
buffers() {
	awk '
	function hex(at,  i, v) {
		v = 0
		for (i = 3; i >= 0; i--)
			v = v * 256 + index(digits, substr(b[at + i], 1, 1)) * 16 \
			    - 16 + index(digits, substr(b[at + i], 2, 1)) - 1
		return v
	}
	function flush(  at, i, len, line) {
		for (at = 0; at + 16 <= n; at += int((len + 3) / 4) * 4) {
			len = hex(at)
			for (i = 8; i < 16; i++)
				b[at + i] = "00"
			if (len < 16)
				break
		}
		for (i = 0; i < n; i++)
			line = line (i ? " " : "") b[i]
		if (n)
			print line
		n = 0
	}
	BEGIN { digits = "0123456789abcdef" }
	/^ \| [0-9a-f]+  / {
		if ($2 == "00000")
			flush()
		rest = substr($0, 11, 49)
		count = split(rest, part, " ")
		for (i = 1; i <= count; i++)
			b[n++] = part[i]
		next
	}
	{ flush() }
	END { flush() }' "$trace"
}

record() {
	# Names of temporary files say nothing.
	printf '\n= %s\n' "$(echo "$1" | sed "s:python3 $trace.py:FEATURES_GET:")"
	fold -s -w 72 | sed 's/ *$//; s/^/  /'
}

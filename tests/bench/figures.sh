# SPDX-License-Identifier: GPL-2.0-or-later
# Samples of what is measured, and figures of them (bash, sourced). A sample is
# of $place and of $rules, the number of rules or flows; $pid is the daemon.

declare -A samples

fail() { echo "${0##*/}: $place, $rules rules: $*" >&2; exit 1; }

# same WHAT WANTED FOUND
same() { [ "$2" = "$3" ] || fail "$1: $3 instead of $2"; }

# timed COMMAND...: how many seconds it takes, in $took.
timed() {
	local us=${EPOCHREALTIME//[!0-9]/}
	"$@" >/tmp/out
	us=$((${EPOCHREALTIME//[!0-9]/} - us))
	took=$((us / 1000000)).$(printf %06d $((us % 1000000)))
}

# sample NAME VALUE, rate NAME SECONDS, each NAME TOTAL
sample() { samples[$place-$rules-$1]+=" $2"; }
rate() { sample "$1" "$(awk -v n="$rules" -v s="$2" 'BEGIN { print n / s }')"; }
each() { sample "$1" "$(awk -v n="$rules" -v t="$2" 'BEGIN { print t / n }')"; }

# figure NAME UNIT [REFERENCE] [AIM]: AIM is >=N or <=N, of the ratio if there
# is a REFERENCE.
figure() {
	local at=$place-$rules
	awk -v name="$at-$1" -v unit="$2" -v ref="${3:+$at-$3}" \
	    -v aim="${4-}" -v own="${samples[$at-$1]-}" \
	    -v base="${samples[$at-${3:--}]-}" '
	function sort(v, n,  i, j, t) {
		for (i = 2; i <= n; i++)
			for (j = i; j > 1 && v[j - 1] > v[j]; j--) {
				t = v[j]
				v[j] = v[j - 1]
				v[j - 1] = t
			}
	}
	# of what is sorted
	function median(v, n) {
		return (v[int((n + 1) / 2)] + v[int(n / 2) + 1]) / 2
	}
	function short(x) {
		return sprintf(x < 10 ? "%.3f" : x < 100 ? "%.1f" : "%.0f", x)
	}
	function add(text) { notes = notes (notes ? ", " : "") text }
	BEGIN {
		n = split(own, v, " ")
		split(base, b, " ")
		if (!n)
			exit
		for (i = 1; i <= n; i++) {
			v[i] += 0
			b[i] += 0
			ratio[i] = ref ? v[i] / b[i] : v[i]
		}
		sort(v, n)
		sort(b, n)
		sort(ratio, n)
		judged = median(ratio, n)
		if (ref) {
			add("reference " ref " " short(median(b, n)))
			add("ratio " sprintf("%.2f", judged))
		}
		bound = substr(aim, 3) + 0
		holds = aim ~ /^>/ ? judged >= bound : judged <= bound
		if (aim)
			add("aim " aim " " (holds ? "reached" : "MISSED"))
		print name, short(v[1]) "/" short(median(v, n)) "/" \
		      short(v[n]), unit (notes ? " (" notes ")" : "")
	}'
}

# Memory of the daemon in KiB: $rss and $anon.
memory() {
	rss=$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")
	anon=$(awk '/^RssAnon/ { print $2 }' "/proc/$pid/status")
}

# grown NAME: since $rss0 and $anon0.
grown() {
	memory
	each "$1-rss" $(((rss - rss0) * 1024))
	each "$1-anon" $(((anon - anon0) * 1024))
}

# Processor time of the daemon in microseconds. User-Mode Linux does not tell
# that of the kernel from its own.
processor() { awk '{ print ($14 + $15) * 10000 }' "/proc/$pid/stat"; }

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Holds scripts/vm to its contract, from outside. TAP on stdout.
# Options (--debug, --qemu) go to every scripts/vm. QEMU's boots are slow: with
# --qemu, only what its runner does in a way of its own is tried.

repo=$(cd -P "$(dirname "$0")/../.." && pwd -P) || exit 1
options=("$@")
work=$(mktemp -d) || exit 1
inside=$repo/.vm-selftest.$$
trap 'rm -rf "$work" "$inside"' EXIT
mkdir "$inside" || exit 1
export TMPDIR=$work/tmp
mkdir -m 1777 "$TMPDIR"
count=0 failed=0 cpus=2

vm() { timeout 120 "$repo/scripts/vm" "${options[@]}" "$@"; }

# claim NAME: the claim holds if the command before it did.
claim() {
	local status=$? not=
	count=$((count + 1))
	[ "$status" = 0 ] || { not="not "; failed=$((failed + 1)); }
	echo "${not}ok $count - $1"
}

skip() { count=$((count + 1)); echo "ok $count - $1 # SKIP $2"; }

# same EXPECTED ACTUAL: prints the difference as TAP comments.
same() {
	[ "$1" = "$2" ] && return
	printf '# expected: %q\n#   actual: %q\n' "$1" "$2"
	return 1
}

# status EXPECTED COMMAND...: of scripts/vm; its streams go to $work/out, err.
status() {
	local want=$1 got; shift
	vm "$@" >"$work/out" 2>"$work/err" </dev/null
	got=$?
	[ "$got" = "$want" ] && return
	echo "# status $got, not $want: $*"
	sed 's/^/# /' "$work/err"
	return 1
}

silent() { [ ! -s "$work/out" ] && [ ! -s "$work/err" ]; }

statuses() {
	status 0 true && silent
	claim "success is silent"
	status 7 sh -c 'exit 7' && silent
	claim "the exit status is the command's, and nothing is printed"
	status 255 sh -c 'exit 255'
	claim "status 255"
	status 143 sh -c 'kill -TERM $$' && silent
	claim "death by a signal is 128 + its number"
	status 139 perl -e 'kill SEGV => $$' && silent
	claim "a crash of the command is the command's"
	status 127 no-such-command && same "" "$(cat "$work/out")" &&
		grep -q no-such-command "$work/err"
	claim "an unknown command is 127 and named"
	status 127 ./no/such/file && grep -q no/such/file "$work/err"
	claim "an unknown path is 127 and named"
	status 126 /etc/passwd && grep -q /etc/passwd "$work/err"
	claim "what cannot be run is 126 and named"
	status 125 sh -c 'exit 125' && silent
	claim "the command may end with 125 as well, silently"
	status 125 sh -c 'echo >/dev/vmhalt; sleep 100'
	claim "a machine that stops before the command ends is 125"
	status 125 sh -c 'echo before
		echo PANIC >/sys/kernel/debug/provoke-crash/DIRECT' &&
		same before "$(cat "$work/out")" &&
		grep -q '^vm: the machine broke down' "$work/err" &&
		grep -q '^Kernel panic' "$work/err"
	claim "a kernel panic is 125, and told with its console"
	status 125 -m 16M true && grep -q '^vm: ' "$work/err"
	claim "a machine that cannot boot is 125"
	status 125 --no-such-option && status 125 -m nonsense true
	claim "wrong usage is 125"
}

arguments() {
	local args=('' ' ' 'a b' $'line\nline\n' "it's" '"' '\' '*' '$HOME' '`id`'
		-- -n --debug 'a=b' $'\xff\xfe' ü '' '#' '%s' $'\t' '~' '{a,b}' '')
	printf '%s\0' "${args[@]}" >"$work/want"
	vm printf '%s\0' "${args[@]}" >"$work/out" &&
		cmp "$work/want" "$work/out"
	claim "arguments arrive exactly"
	same "--debug" "$(vm -- printf %s --debug)"
	claim "-- ends the options"
	same "$(head -c 100000 /dev/zero | tr '\0' x)" \
		"$(vm printf %s "$(head -c 100000 /dev/zero | tr '\0' x)")"
	claim "an argument of 100000 bytes"
}

environment() {
	local odd=$'two\nlines \xff "quoted" $HOME'
	same "$odd" "$(VM_TEST=$odd vm sh -c 'printf %s "$VM_TEST"')"
	claim "the environment arrives exactly"
	same "0 vm /tmp" "$(vm sh -c 'echo $(id -u) $(hostname) $HOME')"
	claim "root, on host vm, home /tmp"
	same "$repo/build/swoffd:$repo/build/swctl" \
		"$(unset SWOFFD_BUILD; vm sh -c 'echo "$PATH"' | cut -d: -f1,2)"
	claim "the built programs come first in PATH"
	mkdir -p "$work/other/swctl"
	printf '#!/bin/sh\necho mine\n' >"$work/other/swctl/swctl"
	chmod +x "$work/other/swctl/swctl"
	same mine "$(SWOFFD_BUILD=$work/other vm swctl)"
	claim "SWOFFD_BUILD names another build, also one under /tmp"
	same 027 "$(umask 027; vm sh -c umask | sed s/^0//)"
	claim "the umask is the caller's"
	vm sh -c 'ls /sys/kernel/debug/netdevsim && test -w /tmp -a -w /run &&
		ip link show lo | grep -q LOWER_UP &&
		echo "10 1" >/sys/bus/netdevsim/new_device &&
		ls -d /sys/kernel/debug/netdevsim/netdevsim10' >/dev/null
	claim "netdevsim and debugfs are ready, lo is up"
}

streams() {
	head -c 1000000 /dev/urandom >"$work/data"
	vm cat <"$work/data" | cmp - "$work/data"
	claim "a file of 1 MB through stdin and stdout"
	cat "$work/data" | vm cat | cmp - "$work/data"
	claim "the same through pipes"
	(sleep 0.5; cat "$work/data") | vm cat |
		(sleep 1.5; cat) | cmp - "$work/data"
	claim "the same with a late writer and a late reader"
	vm sh -c 'cat >&2' <"$work/data" 2>"$work/err" >"$work/out" &&
		cmp "$work/data" "$work/err" && [ ! -s "$work/out" ]
	claim "stderr is separate and as exact"
	same "$(printf 'o1\ne1\no2\ne2')" \
		"$(vm sh -c 'echo o1; echo e1 >&2; echo o2; echo e2 >&2' 2>&1)"
	claim "stdout and stderr in one keep their order"
	vm head -c 30000000 /dev/zero | cmp -n 30000000 - /dev/zero
	claim "30 MB of output"
	same 0 "$(vm wc -c </dev/null)"
	claim "an empty stdin is at its end"
	same "closed closed" "$(vm sh -c '[ -e /proc/self/fd/0 ] || printf closed
		[ -e /proc/self/fd/2 ] || printf " closed"' <&- 2>&-)"
	claim "closed streams are closed"
	same "1 2" "$(printf '1\n2\n' | { vm sh -c 'read a; echo $a' |
		tr '\n' ' '; cat; })"
	claim "what the command does not read stays with the caller"
	vm yes 2>"$work/err" | head -n 1 >/dev/null
	same 141 "${PIPESTATUS[0]}" && [ ! -s "$work/err" ]
	claim "a reader that leaves is SIGPIPE"
	if command -v script >/dev/null; then
		same "tty 0 1 2" "$(script -qec "'$repo/scripts/vm' ${options[*]} \
			sh -c 'printf tty; for i in 0 1 2; do
			test -t \$i && printf \" %s\" \$i; done'" \
			/dev/null </dev/null)"
		claim "a terminal is a terminal"
	else
		skip "a terminal is a terminal" "no script(1)"
	fi
}

files() {
	same "$inside" "$(cd "$inside" && vm pwd)"
	claim "the directory is the same"
	(cd "$inside" && vm sh -c 'echo hello >made') &&
		same hello "$(cat "$inside/made")"
	claim "the repository is writable"
	vm sh -c '! touch /usr/x /etc/x /x 2>/dev/null'
	claim "the rest is read-only"
	mkdir -p "$work/a b" && echo here >"$work/a b/file"
	same here "$(cd "$work/a b" && vm cat file)"
	claim "a directory with a blank that the machine's /tmp hides"
}

# The tree with a blank in its name.
elsewhere() {
	mkdir -p "$work/the tree/tests" &&
		cp -r "$repo/scripts" "$work/the tree/" &&
		cp -r "$repo/tests/vm" "$work/the tree/tests/" &&
		same "hi $work/the tree" "$(cd "$work/the tree" &&
		timeout 120 scripts/vm "${options[@]}" sh -c 'echo hi $PWD' &&
		rm -r "$work/the tree")"
	claim "a tree with a blank in its name"
}

processes() { ps -eo pid=,args= | grep "[v]mspec=\"$work" | grep -v timeout; }

endings() {
	local signal i
	vm sh -c 'sleep 1; echo one' >"$work/1" &
	vm sh -c 'sleep 1; echo two' >"$work/2" &
	wait
	same $'one\ntwo' "$(cat "$work/1" "$work/2")"
	claim "two at once"
	for signal in TERM INT; do
		mkfifo "$work/$signal"
		env --default-signal=INT "$repo/scripts/vm" "${options[@]}" \
			sh -c 'sleep 100 & echo up; sleep 100' \
			>"$work/$signal" 2>"$work/err" &
		i=$!
		read -r _ <"$work/$signal"
		kill -s "$signal" "$i"
		wait "$i" 2>/dev/null
		i=$?
		same "$((128 + $(kill -l "$signal")))" "$i" && ! processes
		claim "SIG$signal ends the machine and all its processes"
	done
	same "" "$(ls -A "$TMPDIR")"
	claim "no temporary file is left behind"
}

# Only the debug kernel is asked to find what it is for.
defects() {
	[[ " ${options[*]} " == *" --debug "* ]] || return
	local crash
	for crash in READ_AFTER_FREE SLAB_FREE_DOUBLE SLAB_LINEAR_OVERFLOW \
		CORRUPT_LIST_ADD WARNING; do
		status 125 sh -c "echo $crash \
			>/sys/kernel/debug/provoke-crash/DIRECT" &&
			grep -qE '^vm: the (kernel reported|machine broke)' \
				"$work/err"
		claim "the debug kernel reports $crash"
	done
}

# A kernel that is in the cache is all an ordinary user needs.
ordinary_user() {
	local cache=${SWOFFD_VM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/swoffd-vm}
	if [ "$(id -u)" != 0 ]; then
		claim "as an ordinary user, which all of this ran as"
		return
	fi
	chmod 755 "$work"
	# The tree may be where others cannot read.
	mkdir -p "$work/cache" "$work/tree/tests" &&
		cp -p "$cache"/linux-* "$work/cache/" &&
		cp -R "$repo/scripts" "$work/tree/" &&
		cp -R "$repo/tests/vm" "$work/tree/tests/" &&
		chown -R 65534 "$work/cache" "$work/tree" &&
		same "0 x" "$(cd / && SWOFFD_VM_CACHE=$work/cache \
		timeout 120 setpriv --reuid 65534 --regid 65534 \
		--clear-groups "$work/tree/scripts/vm" \
		"${options[@]}" sh -c 'echo $(id -u) $1; \
		echo "10 1" >/sys/bus/netdevsim/new_device' sh x)"
	claim "as an ordinary user, who is root inside"
}

# One boot for what can be told of it from inside.
in_qemu() {
	local want=$cpus$'\ntsc\n-- a b\nthe value\n1000000\n'$repo$'\nready'
	head -c 1000000 /dev/zero >"$work/data"
	VM_TEST="the value" vm sh -c 'nproc
		cat /sys/devices/system/clocksource/*0/current_clocksource
		echo "$1" "$2"; echo "$VM_TEST"
		wc -c; pwd; echo "10 1" >/sys/bus/netdevsim/new_device
		[ -d /sys/kernel/debug/netdevsim/netdevsim10 ] && echo ready
		echo made >"$3/made"; touch /usr/x 2>/dev/null && echo bad
		sleep 1000 & echo err >&2; exit 7' sh -- "a b" "$inside" \
		<"$work/data" >"$work/out" 2>"$work/err"
	same 7 $?
	claim "the exit status is the command's, whatever it left running"
	same "$want" "$(cat "$work/out")"
	claim "as many CPUs, a fine clock, arguments, environment, stdin, netdevsim"
	same err "$(cat "$work/err")"
	claim "stderr is separate"
	same made "$(cat "$inside/made")"
	claim "the repository is writable"
	head -c 3000000 /dev/urandom >"$work/data"
	vm cat <"$work/data" | (sleep 1; cat) | cmp - "$work/data"
	claim "3 MB through stdin and stdout, with a late reader"
}

vm --build || { echo "Bail out! no kernel"; exit 1; }
if [[ " ${options[*]} " == *" --qemu "* ]]; then
	[[ " ${options[*]} " =~ " --cpus "([0-9]) ]] && cpus=${BASH_REMATCH[1]}
	in_qemu
else
	statuses
	arguments
	environment
	streams
	files
	elsewhere
	endings
	defects
	ordinary_user
fi
echo "1..$count"
[ "$failed" = 0 ]

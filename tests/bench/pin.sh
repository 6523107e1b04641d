# SPDX-License-Identifier: GPL-2.0-or-later
# Who runs where, so that what is compared has the same CPU (bash, sourced): the
# last one is for what calls the kernel, the first for all else. A machine of
# one CPU leaves no choice.

cpus=$(nproc)

on_first() { taskset -c 0 "$@"; }
on_last() { taskset -c $((cpus - 1)) "$@"; }

# pin THREAD...: of the daemon, of process $pid, threads of these names run on
# the last CPU, the others on the first.
pin() {
	local task cpu
	[ "$cpus" -gt 1 ] || return 0
	for task in /proc/"$pid"/task/*; do
		case " $* " in
		*" $(cat "$task/comm") "*)	cpu=$((cpus - 1)) ;;
		*)				cpu=0 ;;
		esac
		taskset -cp $cpu "${task##*/}" >/dev/null
	done
}

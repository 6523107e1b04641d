# SPDX-License-Identifier: GPL-2.0-or-later
# Who runs where, so that what is compared has the same CPU (bash, sourced): the
# last one is for what calls the kernel, the first for all else. A machine of
# one CPU leaves no choice.

cpus=$(nproc)

on_first() { taskset -c 0 "$@"; }
on_last() { taskset -c $((cpus - 1)) "$@"; }

# pin THREAD: of the daemon, of process $pid, threads of that name run on the
# last CPU, the others on the first.
pin() {
	local task cpu
	for task in /proc/"$pid"/task/*; do
		cpu=0
		[ "$(cat "$task/comm")" != "$1" ] || cpu=$((cpus - 1))
		taskset -cp $cpu "${task##*/}" >/dev/null
	done
}

unpin() { taskset -acp 0-$((cpus - 1)) "$pid" >/dev/null; }

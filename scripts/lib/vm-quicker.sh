# SPDX-License-Identifier: GPL-2.0-or-later
# Which test machine is the quicker one here (bash, sourced).
#
# A fault inside User-Mode Linux is a change of page tables out here. Where this
# machine is itself a virtual one, that may be slow, and slower still when all
# CPUs do it at once; QEMU, which emulates page tables as well, is quicker then.

vm_slow_us=15          # a map, a touch and an unmap; hardware takes one or two

# What those three take, in us, when each CPU does it.
vm_map_us() {
	local program us
	program=$(mktemp) || return
	gcc -O -x c -o "$program" - <<-'END' && us=$("$program")
	#define _GNU_SOURCE
	#include <stdio.h>
	#include <sys/mman.h>
	#include <sys/wait.h>
	#include <time.h>
	#include <unistd.h>

	static double now_us(void)
	{
		struct timespec t;

		clock_gettime(CLOCK_MONOTONIC, &t);
		return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
	}

	static double one(int fd)
	{
		double begin = now_us(), end;
		long n = 0;
		char *p;

		do {
			p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				 MAP_SHARED, fd, 0);
			if (p == MAP_FAILED)
				return 0;
			*p = 1;
			munmap(p, 4096);
			n++;
			end = now_us();
		} while (end - begin < 200000);
		return (end - begin) / (double)n;
	}

	int main(void)
	{
		long cpus = sysconf(_SC_NPROCESSORS_ONLN);
		int fd = memfd_create("page", 0);

		if (fd < 0 || ftruncate(fd, 4096) < 0)
			return 1;
		for (long i = 1; i < cpus; i++)
			if (fork() == 0) {
				one(fd);
				return 0;
			}
		printf("%.0f\n", one(fd));
		while (wait(NULL) > 0)
			;
		return 0;
	}
	END
	rm -f "$program"
	[ -n "${us:-}" ] && echo "$us"
}

# Sets vm_options, for scripts/vm: as before, in a tree where that was asked.
vm_choose() {
	local us kept=$top/build/machine
	vm_options=(--uml)
	if [ ! -e "$kept" ]; then
		us=$(vm_map_us) || {
			build_say "what a change of page tables takes is not" \
				"known: scripts/vm ${vm_options[*]}"
			return 0
		}
		[ "$us" -lt $vm_slow_us ] || vm_options=(--qemu --cpus 1)
		build_say "a change of page tables takes $us us here:" \
			"scripts/vm ${vm_options[*]}"
		mkdir -p "${kept%/*}"
		echo "${vm_options[@]}" >"$kept"
	fi
	read -ra vm_options <"$kept"
}

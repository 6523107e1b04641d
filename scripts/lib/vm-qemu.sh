# SPDX-License-Identifier: GPL-2.0-or-later
# QEMU, the test machine's other runner (bash, sourced by scripts/vm).
#
# Each stream is a port of a virtio console, named by the descriptors that it
# is: "0", "1", "2", or "12" if stdout and stderr are one, whose order is kept
# so; "3" takes the exit status. QEMU drops what it could not pass on when it
# ends, so the machine ends a stream with $end, and lives until all have ended.

qemu_get() {
	command -v qemu-system-x86_64 >/dev/null ||
		need_packages qemu-system-x86
}

# A virtual machine may have a /dev/kvm that hangs; one whose CPU does not show
# what KVM is made of is not trusted to.
qemu_accelerator() {
	if [ -w /dev/kvm ] && grep -qwE 'vmx|svm' /proc/cpuinfo; then
		echo kvm
	else
		echo tcg,thread=multi
	fi
}

# Copies stdin until it ends in the argument, and fails if it just ends. What
# may be the beginning of that is held back.
qemu_relay='
	my ($end, $held) = ($ARGV[0], "");
	binmode STDIN; binmode STDOUT; $| = 1;
	while (sysread STDIN, my $more, 65536) {
		$held .= $more;
		my $n = length $end;
		$n-- while $n && substr($held, -$n) ne substr($end, 0, $n);
		print substr($held, 0, length($held) - $n, "");
		exit 0 if $held eq $end;
	}
	print $held;
	exit 1;
'

# qemu_port NAME CHARDEV
qemu_port() {
	ports=$((ports + 1))
	qemu+=(-chardev "$2,id=stream$1" -device
		"virtserialport,nr=$ports,chardev=stream$1,name=$1")
}

# qemu_out NAME FD: what comes out of that port goes to FD.
qemu_out() {
	mkfifo "$tmp/port$1" || return
	perl -e "$qemu_relay" "$end" <"$tmp/port$1" >&"$2" &
	relays+=($!)
	qemu_port "$1" "file,path=${tmp//,/,,}/port$1"
}

# QEMU makes its stdin non-blocking, which the caller's must not become.
qemu_in() {
	mkfifo "$tmp/port0" || return
	cat <&"$1" >"$tmp/port0" &
	feeder=$!
	stdin=$tmp/port0
	qemu_port 0 stdio,signal=off
}

qemu_streams() {
	local ports=0 status
	exec {status}>"$tmp/status"
	host_fd 0; [ "$fd" = -1 ] || qemu_in "$fd"
	host_fd 1
	if [ "$fd" != -1 ] && [ /dev/fd/1 -ef /dev/fd/2 ]; then
		qemu_out 12 "$fd"
	else
		[ "$fd" = -1 ] || qemu_out 1 "$fd"
		host_fd 2; [ "$fd" = -1 ] || qemu_out 2 "$fd"
	fi
	qemu_out 3 "$status"
}

# qemu_export TAG DIRECTORY [OPTION]
qemu_export() {
	local id=fs${1##*/} how=security_model=none,multidevs=remap${3-}
	[ -d "$2" ] || return 0
	qemu+=(-fsdev "local,id=$id,path=${2//,/,,},$how"
		-device "virtio-9p-device,fsdev=$id,mount_tag=$1")
}

# The rate of the TSC, in kHz: the guest has the host's own, and mostly fails to
# measure it by an emulated timer. It then has a clock of 4 ms.
qemu_tsc() {
	gcc -O -x c -o "$tmp/tsc" - <<-'END' && "$tmp/tsc"
	#include <stdio.h>
	#include <time.h>
	#include <x86intrin.h>

	static double now_ms(void)
	{
		struct timespec t;

		clock_gettime(CLOCK_MONOTONIC, &t);
		return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
	}

	/* Both at once: nothing came between. */
	static double read_ms(unsigned long long *tsc)
	{
		double before;

		do {
			before = now_ms();
			*tsc = __rdtsc();
		} while (now_ms() - before > 0.01);
		return before;
	}

	int main(void)
	{
		unsigned long long first, last;
		double begin = read_ms(&first), end;

		do
			end = read_ms(&last);
		while (end - begin < 100);
		printf("%.0f\n", (double)(last - first) / (end - begin));
	}
	END
}

qemu_options() {
	qemu=(qemu-system-x86_64 -nodefaults -no-user-config -display none
		-M microvm,acpi=off -accel "$(qemu_accelerator)" -cpu max
		-smp "$cpus" -m "$memory" -no-reboot -kernel "$kernel"
		-chardev "file,id=console,path=${tmp//,/,,}/console,append=on"
		-serial chardev:console
		-device virtio-serial-device)
	qemu_export root / ,readonly=on
	qemu_export repo "$repo"
	qemu_export build "$build"
	qemu_export cwd "$PWD" ,readonly=on
	qemu_streams
	# Linux would distrust the TSC here, and any other clock is an exit. Only
	# a triple fault (reboot=t) resets this machine. What QEMU has translated
	# it finds again at the same address only: else each start of a program
	# takes three times as long.
	kernel_args+=(norandmaps console=ttyS0 oops=panic reboot=t tsc=reliable
		clocksource=tsc "tsc_early_khz=$(qemu_tsc)" root=root rootfstype=9p
		rootflags=trans=virtio,version=9p2000.L,cache=loose,msize=512000)
	qemu+=(-append "${kernel_args[*]}")
}

boot_x86_64() {
	local qemu stdin=/dev/null
	qemu_options
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin TMPDIR="$tmp" \
		setpriv --pdeathsig KILL "${qemu[@]}" \
		<"$stdin" >>"$tmp/console" 2>&1 &
	machine=$!
	qemu_attend
	qemu_end
}

# Until all streams have ended, or the machine has; a reader that left is the
# end as well.
qemu_attend() {
	local ended code left=() pid
	for pid in "${relays[@]}"; do left[pid]=$pid; done
	while [ ${#left[@]} -gt 0 ]; do
		wait -n -p ended "$machine" "${left[@]}"
		code=$?
		[ "${ended:-$machine}" != "$machine" ] || return
		[ "$code" != 141 ] || { echo 141 >"$tmp/status"; return; }
		unset "left[ended]"
	done
}

# A relay whose pipe QEMU never opened waits for that.
qemu_end() {
	kill -KILL "$machine" "${relays[@]}" ${feeder:+"$feeder"}
	wait
	machine=''
} 2>/dev/null

# SPDX-License-Identifier: GPL-2.0-or-later
# The test machine's kernels: built once, kept outside the tree (bash, sourced).
# $arch says which: um, User-Mode Linux, or x86_64, for QEMU.
#
# The cache holds finished kernels, linux-ID, ID being a hash of everything that
# goes into one, and object trees, tree-ID, where the hardware model (tests/vm/
# kernel) is left out of the hash: an edit of the model is a re-make.

kernel_tarball=/usr/src/linux-source-6.1.tar.xz
kernel_keep_binaries=6
kernel_keep_trees=4

# What is different about each: what the configuration starts from, what is made,
# the file that this gives, and the packages it takes.
declare -A kernel_base=([um]=defconfig [x86_64]=allnoconfig)
declare -A kernel_goal=([um]=linux [x86_64]=vmlinux)
declare -A kernel_image=([um]=linux [x86_64]=vmlinux)
declare -A kernel_needs=([x86_64]=libelf-dev)

# What Debian's source has and no kernel here reads.
kernel_left_out=(
	'Documentation/*.rst' 'Documentation/*.txt' 'Documentation/*.yaml'
	'arch/[a-tv-wyz]*.[chS]' 'arch/[a-tv-wyz]*.dts' 'arch/[a-tv-wyz]*.dtsi'
	'drivers/gpu/*.[ch]' 'drivers/infiniband/*.[ch]' 'drivers/media/*.[ch]'
	'drivers/net/ethernet/*.[ch]' 'drivers/net/wireless/*.[ch]'
	'drivers/scsi/*.[ch]' 'drivers/staging/*.[ch]' 'sound/*.[ch]'
	'tools/perf/*' 'tools/testing/*'
)

kernel_say() { echo "vm: $*" >&2; }
kernel_fail() { kernel_say "$@"; return 1; }

# kernel_digest PATTERN...: names and sums of those of tests/vm that exist.
kernel_digest() (
	cd "$vm_dir" && shopt -s nullglob && LC_ALL=C || return
	local files=() pattern
	for pattern; do files+=($pattern); done
	[ ${#files[@]} = 0 ] || sha256sum "${files[@]}"
)

kernel_identify() {
	local hash
	kernel_config=(config "config.$arch")
	[ -z "$debug" ] || kernel_config+=(config.debug)
	[ -r "$kernel_tarball" ] && command -v gcc >/dev/null ||
		kernel_packages || return
	hash=$(
		set -o pipefail
		{
			echo "layout 2 $arch"
			stat -c '%s %Y' "$kernel_tarball" &&
			gcc --version | head -n 1 &&
			kernel_digest "${kernel_config[@]}" "patches/*-$arch-*.patch"
		} | sha256sum
	) || return
	kernel_tree=$cache/tree-${hash:0:16}
	hash=$(
		set -o pipefail
		{
			echo "$hash"
			kernel_digest 'kernel/*.[ch]' 'kernel/*.patch'
		} | sha256sum
	) || return
	kernel=$cache/linux-${hash:0:16}
}

kernel_packages() {
	need_packages linux-source-6.1 xz-utils gcc libc6-dev make flex bison \
		bc patch ${kernel_needs[$arch]-}
}

# Sets $kernel to a kernel that is up to date, building it if need be.
kernel_get() {
	local start=$SECONDS
	kernel_identify || return
	if [ -x "$kernel" ]; then
		touch -c "$kernel" 2>/dev/null
		return 0
	fi
	kernel_packages || return
	mkdir -p "$cache" 2>/dev/null && [ -w "$cache" ] ||
		kernel_fail "cannot write to $cache; set SWOFFD_VM_CACHE" || return
	(
		exec 9>"$kernel_tree.lock" || exit
		flock -n 9 || { kernel_say "another build is under way"; flock 9; }
		[ -x "$kernel" ] || kernel_build
	) || return
	[ -x "$kernel" ] || { kernel_get; return; }
	kernel_say "test kernel ready after $((SECONDS - start)) s"
	kernel_prune
}

# Keeps no kernel under the name of files that were edited meanwhile.
kernel_build() {
	local wanted=$kernel
	if [ ! -e "$kernel_tree/.vm-source" ]; then
		kernel_say "building the test kernel (once; minutes)," \
			"log: $kernel_tree.log"
		kernel_unpack || return
	fi
	kernel_model || return
	kernel_make "${kernel_goal[$arch]}" ||
		kernel_fail "the build failed; the end of $kernel_tree.log:" \
			$'\n'"$(tail -n 25 "$kernel_tree.log")" || return
	kernel_identify || return
	if [ "$kernel" != "$wanted" ]; then
		kernel_say "tests/vm changed during the build: once more"
		return 0
	fi
	cp "$kernel_tree/${kernel_image[$arch]}" "$kernel.$$" &&
		chmod +x "$kernel.$$" && mv "$kernel.$$" "$kernel"
}

# The caller's make variables and compiler flags are for another program.
kernel_make() {
	kernel_unclean
	touch "$kernel_tree/.vm-making"
	env -i PATH="$PATH" HOME="${HOME:-/}" LC_ALL=C make -C "$kernel_tree" \
		-s -j"$(nproc)" ARCH="$arch" "$@" >"$kernel_tree.log" 2>&1 </dev/null
	local status=$?
	rm -f "$kernel_tree/.vm-making"
	return $status
}

# A killed make may leave half an object that is newer than its source: its
# command file, written last, is then older than the object.
kernel_unclean() {
	local object record
	[ -e "$kernel_tree/.vm-making" ] || return 0
	find "$kernel_tree" -name '*.[oa]' -newer "$kernel_tree/.vm-making" |
		while IFS= read -r object; do
			record=${object%/*}/.${object##*/}.cmd
			[ "$object" -ot "$record" ] || rm -f "$object"
		done
}

kernel_unpack() {
	local new=$kernel_tree.new left_out
	left_out=("${kernel_left_out[@]/#/--exclude=linux-source-6.1/}")
	rm -rf "$new" "$kernel_tree" && mkdir -p "$new" &&
		tar -xJf "$kernel_tarball" -C "$new" --strip-components=1 \
			--no-same-owner --wildcards "${left_out[@]}" &&
		kernel_patch "$new" "$vm_dir/patches"/*-"$arch"-*.patch &&
		cp -r "$new/drivers/net/netdevsim" "$new/.vm-netdevsim" &&
		mkdir "$new/.vm-model" && mv "$new" "$kernel_tree" &&
		kernel_configure && touch "$kernel_tree/.vm-source"
}

# kernel_patch TREE PATCH...
kernel_patch() {
	local tree=$1 file; shift
	for file; do
		[ -e "$file" ] || continue
		patch -d "$tree" -p1 -s -f -r - --no-backup-if-mismatch \
			<"$file" >&2 || kernel_fail "does not apply: $file" || return
	done
}

# What is not asked for is off for allnoconfig, and the default for the others.
kernel_configure() {
	local wanted=$kernel_tree/.vm-config
	(cd "$vm_dir" && cat "${kernel_config[@]}") >"$wanted" &&
		kernel_make "KCONFIG_ALLCONFIG=$wanted" "${kernel_base[$arch]}" &&
		cat "$wanted" >>"$kernel_tree/.config" &&
		kernel_make olddefconfig ||
		kernel_fail "no configuration: $(tail -n 5 "$kernel_tree.log")" ||
		return
	kernel_config_check
}

# A later fragment overrides an earlier one; what remains must be in force.
kernel_config_check() {
	local line name dropped=() ; local -A want=()
	while IFS= read -r line; do
		[[ $line =~ ^(# )?(CONFIG_[A-Za-z0-9_]+)(=.*| is not set)$ ]] &&
			want[${BASH_REMATCH[2]}]=$line
	done < <(cd "$vm_dir" && cat "${kernel_config[@]}")
	for name in "${!want[@]}"; do
		line=${want[$name]}
		case $line in
		'#'*)	! grep -q "^$name=" "$kernel_tree/.config" ;;
		*)	grep -qxF "$line" "$kernel_tree/.config" ;;
		esac || dropped+=("$line")
	done
	[ ${#dropped[@]} = 0 ] ||
		kernel_fail "configuration lines that did not hold:" \
			"$(printf '\n  %s' "${dropped[@]}")"
}

# The tree is made Debian's with tests/vm/kernel; files that do not change keep
# their times. .vm-model holds what the tree has of it now, .vm-undo the files
# that its patches touch, as they were: whatever went wrong, it can be undone.
kernel_model() { kernel_model_patches && kernel_model_files; }

kernel_model_patches() {
	local have=$kernel_tree/.vm-model
	cmp -s <(cat "$have"/*.patch 2>/dev/null) \
		<(cat "$vm_dir"/kernel/*.patch 2>/dev/null) && return 0
	rm -f "$have"/*.patch
	kernel_model_undo && kernel_model_save || return
	kernel_patch "$kernel_tree" "$vm_dir"/kernel/*.patch || return
	! compgen -G "$vm_dir/kernel/*.patch" >/dev/null ||
		cp "$vm_dir"/kernel/*.patch "$have/"
}

kernel_model_save() {
	local new=$kernel_tree/.vm-undo.new file
	rm -rf "$new" && mkdir "$new" || return
	cat "$vm_dir"/kernel/*.patch 2>/dev/null |
		sed -n 's|^+++ [^/]*/\([^\t]*\).*|\1|p' | sort -u >"$new/list"
	while IFS= read -r file; do
		[ ! -e "$kernel_tree/$file" ] ||
			(cd "$kernel_tree" && cp --parents "$file" "$new/") ||
			return
	done <"$new/list"
	mv "$new" "$kernel_tree/.vm-undo"
}

kernel_model_undo() {
	local saved=$kernel_tree/.vm-undo file
	[ -e "$saved" ] || return 0
	while IFS= read -r file; do
		if [ -e "$saved/$file" ]; then
			cp "$saved/$file" "$kernel_tree/$file"
		else
			rm -f "$kernel_tree/$file"
		fi || return
	done <"$saved/list"
	rm -rf "$saved"
}

kernel_model_files() {
	local have=$kernel_tree/.vm-model to=$kernel_tree/drivers/net/netdevsim
	local file name
	for file in "$have"/*.[ch]; do
		name=${file##*/}
		[ -e "$file" ] && [ ! -e "$vm_dir/kernel/$name" ] || continue
		rm -f "$file" "$to/$name"
		cp "$kernel_tree/.vm-netdevsim/$name" "$to/" 2>/dev/null
	done
	for file in "$vm_dir"/kernel/*.[ch]; do
		name=${file##*/}
		[ -e "$file" ] || continue
		cmp -s "$file" "$to/$name" || cp "$file" "$to/$name" || return
		cp "$file" "$have/$name" || return
	done
}

# The least recently used go; a tree that is being built in stays.
kernel_prune() {
	local old
	ls -1td "$cache"/linux-* 2>/dev/null |
		tail -n +$((kernel_keep_binaries + 1)) |
		while IFS= read -r old; do rm -f "$old"; done
	touch "$kernel_tree"
	ls -1td "$cache"/tree-*[0-9a-f]/ 2>/dev/null |
		tail -n +$((kernel_keep_trees + 1)) |
		while IFS= read -r old; do
			old=${old%/}
			flock -n "$old.lock" \
				rm -rf "$old" "$old.new" "$old.log" "$old.lock"
		done
}

# SPDX-License-Identifier: GPL-2.0-or-later
# Debian packages, for any script here (POSIX sh, sourced).

# need_packages PACKAGE...: afterwards each is installed, or the status is 1 and
# stderr names the command that installs them. Silent if nothing is missing.
need_packages() {
	_missing=
	for _p in "$@"; do
		dpkg-query -W -f='${db:Status-Status}\n' "$_p" 2>/dev/null |
			grep -qx installed || _missing="$_missing $_p"
	done
	[ -n "$_missing" ] || return 0
	_get="apt-get install -y --no-install-recommends$_missing"
	if ! command -v apt-get >/dev/null; then
		echo "${0##*/}: needs these Debian packages:$_missing" >&2
		return 1
	elif [ "$(id -u)" = 0 ]; then
		_as=
	elif sudo -n true 2>/dev/null; then
		_as='sudo -n'
	else
		echo "${0##*/}: packages are missing, install them with:" \
			"sudo $_get" >&2
		return 1
	fi
	echo "${0##*/}: installing$_missing" >&2
	_log=$(_quietly $_get) ||
		_log=$(_quietly apt-get update && _quietly $_get) ||
		{ _give_up; return 1; }
}

_quietly() {
	$_as env DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@" \
		-q -o DPkg::Lock::Timeout=300 </dev/null 2>&1
}

_give_up() {
	printf '%s\n' "$_log" | tail -n 15 >&2
	echo "${0##*/}: could not install packages; the command was: $_get" >&2
}

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What TAB makes of the beginnings of commands.
cd "$(dirname "$0")/../.." || exit 1
build=${SWOFFD_BUILD:-build}
tmp=$(mktemp -d) || exit 1
daemon=
trap '[ -z "$daemon" ] || kill "$daemon"; rm -rf "$tmp"' EXIT
export SWOFFD_SOCKET=$tmp/sock
bad=0

"$build/tests/swoffd-fake" --socket "$SWOFFD_SOCKET" --vfs 2 --switchdev \
	2>"$tmp/log" &
daemon=$!
"$build/swctl/swctl" wait 10 || { cat "$tmp/log"; exit 1; }
echo >"$tmp/flows.txt"

# tab LINE: what bash would offer, in one line.
tab() {
	PATH=$(cd "$build/swctl" && pwd):$PATH bash --norc -c '
		. data/completions/swctl || exit
		COMP_LINE=$1 COMP_POINT=${#1}
		read -ra COMP_WORDS <<<"$1"
		case $1 in *" ") COMP_WORDS+=("") ;; esac
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		_swctl
		echo "${COMPREPLY[*]}"' tab "$1" 2>&1
}

# offers LINE WORD...: these and no others.
offers() {
	local line=$1 got
	shift
	got=$(tab "$line")
	[ "$got" = "$*" ] && return
	echo "'$line': offered '$got', expected '$*'"
	bad=1
}

offers 'swctl fl' flow
offers 'swctl -j fl' flow
offers 'swctl flow ' add convert del explain flush load prove set show stats
offers 'swctl flow l' load
offers 'swctl -' --help --json --socket --version
offers 'swctl eswitch set ' eth0 eth0_0 eth0_1 fake/dev0
offers 'swctl eswitch set f' fake/dev0
offers 'swctl eswitch set eth0 ' mode
offers 'swctl eswitch set eth0 mode ' legacy switchdev switchdev_inactive
offers 'swctl eswitch set eth0 mode s' switchdev switchdev_inactive
offers 'swctl vf count fake' fake/dev0
offers 'swctl vf ' bind count list set unbind
offers 'swctl vf set fa' fake/dev0
offers 'swctl vf set eth0 1 vl' vlan
offers 'swctl vf set eth0 1 trust ' off on
offers 'swctl vf set eth0 1 trust on link_state en' enable
offers 'swctl vf set eth0 1 mac ' ''
offers 'swctl rate set fake/dev0/' fake/dev0/1 fake/dev0/2
offers 'swctl rate set fake/dev0/1 tx_' tx_max tx_priority tx_share tx_weight
offers 'swctl rate set fake/dev0/1 noparent tx_m' tx_max
offers 'swctl rate del fake/dev0/2' fake/dev0/2
offers 'swctl rep show eth0_' eth0_0 eth0_1
offers 'swctl rep set eth0_0 ' down hw-tc-offload mtu up
offers 'swctl rep set eth0_0 up hw-tc-offload ' off on
offers 'swctl rep unset eth0_0 ' hw-tc-offload mtu up
offers 'swctl health ' list recover show
offers 'swctl health show fake/dev0 ' fw tx vnic
offers 'swctl info f' fake/dev0
offers 'swctl param set eth0 name m' max_macs
offers 'swctl monitor plan' plan plan-begun plan-done plan-failed plan-put-back plan-step plan-stranded
offers 'swctl monitor plan-begun vf-c' vf-count vf-count-set
offers 'swctl monitor --device e' eth0 eth0_0 eth0_1
offers 'swctl monitor --' --count --device --epoch --help --no-follow --reconnect --since
offers 'swctl sf add eth0 ' pfnum
offers 'swctl sf add eth0 pfnum 0 ' sfnum
offers 'swctl sf set eth0_0 sta' state
offers 'swctl sf set eth0_0 state ' active inactive
offers 'swctl sf set eth0_0 state active tx_m' tx_max
offers 'swctl sim add --' --help --ports --vfs
offers 'swctl sim del f' fake/dev0
offers 'swctl param set eth0 name max_macs value 1 cmode ' driverinit permanent runtime
offers 'swctl flow show --' --dev --help --state
offers 'swctl flow show --state re' rejected
offers 'swctl flow add -p h' hw-only
offers "swctl flow load $tmp/fl" "$tmp/flows.txt"
offers "swctl flow convert --to tc $tmp/fl" "$tmp/flows.txt"
offers 'swctl flow convert --' --from --help --to
offers 'swctl flow load --pin ' no yes
offers 'swctl flow load --weight 2 --p' --pin --policy
offers "swctl flow load --weight 2 --idle-timeout 5 $tmp/fl" "$tmp/flows.txt"
offers 'swctl --socket=x flow l' load
offers 'swctl flow prove --' --help --no-control --packets --seconds
offers 'swctl flow convert --to ' json odp tc
offers 'swctl flow explain --' --file --help --offline
offers "swctl flow explain --offline -f $tmp/fl" "$tmp/flows.txt"
offers 'swctl flow add dev eth0 ingress protocol ip flower enc_k' enc_key_id
offers 'swctl flow explain dev eth0 ingress protocol ip flower ip_proto tcp dst_p' dst_port
offers 'swctl flow add dev eth0 ingress flower ac' action
offers 'swctl help fl' flow
offers 'swctl help flow lo' load
offers 'swctl nosuch ' ''
offers "swctl -s $tmp/nodaemon eswitch set eth0 m" mode
offers "swctl -s $tmp/nodaemon eswitch set f" ''

tab 'swctl ' | tr ' ' '\n' | sort >"$tmp/offered"
"$build/swctl/swctl" --list-commands | sed 's/[ 	].*//' | sort -u |
	diff - "$tmp/offered" || { echo "'swctl ': not all commands"; bad=1; }
exit $bad

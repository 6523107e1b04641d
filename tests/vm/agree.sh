# SPDX-License-Identifier: GPL-2.0-or-later
# What swctl says of $DEV beside what devlink, ip and sysfs say of it (bash,
# sourced after daemon.sh): one line of JSON each, the same if they agree.

swctl_says() {
	{
		swctl -j device show $DEV
		swctl -j rep list $DEV
		swctl -j vf list $DEV
		swctl -j rate list $DEV
	} | jq -Sc -n '[inputs] as [$device, $reps, $vfs, $rates] | {
		mode: $device.eswitch.mode, count: $device.vfs.count,
		max: $device.vfs.max, netdev: $device.netdev,
		reps: ($reps | map([.port_index, .flavour, .netdev, .pf, .vf])
			| sort),
		vfs: ($vfs | map({vf, mac, vlan, qos, proto, min_tx_rate,
			max_tx_rate, trust, spoofchk, link_state, query_rss})),
		rates: ($rates | map([.rate, .type, (.tx_share // 0),
			(.tx_max // 0), .parent]) | sort)}'
}

kernel_says() {
	local sys=/sys/bus/netdevsim/devices/${DEV#*/} up
	up=$(devlink -j port show | jq -r --arg dev "$DEV" '.port | to_entries[]
		| select((.key | startswith($dev + "/")) and
			.value.flavour == "physical") | .value.netdev')
	{
		devlink -j dev eswitch show $DEV
		devlink -j port show
		ip -j -d link show dev "$up"
		devlink -j port function rate show
	} | jq -Sc -n --arg dev "$DEV" --arg up "$up" \
		--argjson count "$(cat "$sys/sriov_numvfs")" \
		--argjson max "$(cat "/sys/kernel/debug/$DEV/max_vfs")" '
	def here: to_entries | map(select(.key | startswith($dev + "/")));
	[inputs] as [$eswitch, $ports, $links, $rates] | {
		mode: $eswitch.dev[$dev].mode, count: $count, max: $max,
		netdev: $up,
		reps: ($ports.port | here | map([(.key | split("/")[2] |
			tonumber), .value.flavour, .value.netdev,
			.value.pfnum, .value.vfnum]) | sort),
		vfs: ($links[0].vfinfo_list // [] | map({vf, mac: .address,
			vlan: (.vlan_list[0].vlan // 0),
			qos: (if .vlan_list[0].vlan then
				.vlan_list[0].qos // 0 else null end),
			proto: (if .vlan_list[0].vlan then
				.vlan_list[0].protocol // "802.1q" |
				ascii_downcase else null end),
			min_tx_rate: .rate.min_tx, max_tx_rate: .rate.max_tx,
			trust, spoofchk, link_state, query_rss: .query_rss_en})),
		rates: ($rates.rate | here | map([.key, .value.type,
			(.value.tx_share // 0), (.value.tx_max // 0),
			.value.parent]) | sort)}'
}

# agrees CLAIM: both say something, and the same.
agrees() {
	local says
	says=$(kernel_says)
	is "$1" "${says:-something}" "$(swctl_says)"
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of reasons, in words for the operator of the host.  What makes a
 * reason is decided where it is added, never here.
 */
#include "common/flow/reason.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "common/base/cleanup.h"

#define ROW(code, stage, name, text, remedy, example) \
	[REASON_##code] = { REASON_##code, STAGE_##stage, name, text, remedy, \
			    example }

static const struct reason_row rows[] = {
	ROW(KEY_UNSUPPORTED, TRANSLATE, "key-unsupported",
	    "no tc flower match is made of this key",
	    "Remove the match from the OpenFlow rule or filter; until then "
	    "its packets are handled in software",
	    "key-unsupported:skb_mark"),
	ROW(KEY_UNKNOWN, PARSE, "key-unknown",
	    "the flow matches an attribute that has no known name",
	    "The program that printed the flow is older than its kernel: "
	    "upgrade it, or remove the match",
	    "key-unknown:key32"),
	ROW(KEY_DEPTH, TRANSLATE, "key-depth",
	    "a header behind the first of its kind is matched, and no tc "
	    "match is made of it",
	    "Match only the first label, and the rest after pop_mpls and "
	    "recirculation; until then its packets are handled in software",
	    "key-depth:mpls"),
	ROW(MASK_UNSUPPORTED, TRANSLATE, "mask-unsupported",
	    "the field can be matched exactly or not at all",
	    "Match all bits of the field or none of them",
	    "mask-unsupported:vlan"),
	ROW(ACTION_UNSUPPORTED, TRANSLATE, "action-unsupported",
	    "no tc action is made of this",
	    "Leave the flow to software, or change the OpenFlow rule or "
	    "filter so that it does without the action; userspace is the "
	    "slow path and is normal for control protocols",
	    "action-unsupported:userspace"),
	ROW(PROTO_UNKNOWN, TRANSLATE, "proto-unknown",
	    "which checksum to correct depends on the IP protocol, which "
	    "the flow neither matches nor tells",
	    "Dump the flows with -m, which prints the protocol of the packet "
	    "that made the flow, or match nw_proto in the OpenFlow rule",
	    "proto-unknown:set(ipv4)"),
	ROW(METER_MISSING, TRANSLATE, "meter-missing",
	    "no police action stands for this datapath meter",
	    "Run swoffd-ovs-meters beside ovs-vswitchd, and again when meters "
	    "change; it makes one for each meter with one drop band, and the "
	    "flow is tried again every few seconds; offline no meter is known",
	    "meter-missing:meter(3)"),
	ROW(TOO_MANY_ACTIONS, TRANSLATE, "too-many-actions",
	    "the kernel takes no filter with so many actions",
	    "Output to fewer ports in one flow",
	    "too-many-actions:at most 32"),
	ROW(KEY_CONFLICT, TRANSLATE, "key-conflict",
	    "two parts of the match contradict each other, or one needs "
	    "another that is missing",
	    "Match the ethertype and the IP protocol that the field belongs "
	    "to, exactly",
	    "key-conflict:tcp_dst without ip_proto 6"),
	ROW(PORT_UNKNOWN, CAPABILITY, "port-unknown",
	    "no network device of this name or port number is here",
	    "Look at `swctl rep list` and `ovs-appctl dpctl/show`; dump flows "
	    "with --names",
	    "port-unknown:eth7"),

	ROW(PORT_NOT_OFFLOADABLE, CAPABILITY, "port-not-offloadable",
	    "the device is not a port of a switch in switchdev mode, or its "
	    "hw-tc-offload is off",
	    "Set the eswitch to switchdev (`swctl eswitch set DEV mode "
	    "switchdev`) and switch hw-tc-offload on (`ethtool -K PORT "
	    "hw-tc-offload on`)",
	    "port-not-offloadable:br0"),
	ROW(CHAIN_TOO_BIG, TRANSLATE, "chain-too-big",
	    "the recirculation id is larger than the largest tc chain, "
	    "0x0fffffff",
	    "Restart ovs-vswitchd, which starts its ids from 1 again",
	    "chain-too-big:0x10000000"),
	ROW(CHAIN_AFTER_DECAP, TRANSLATE, "chain-after-decap",
	    "the packet came by a tunnel and was output, which strips what "
	    "flows behind recirculation match on",
	    "Mirror or output the packets of the tunnel in the last table "
	    "only, behind ct() and other recirculation",
	    "chain-after-decap:recirc(0x5)"),
	ROW(TABLE_FULL, DRIVER, "table-full",
	    "the hardware has no room for another rule",
	    "Remove rules that carry no traffic, or raise the size of the "
	    "table of the device (`devlink resource`, `devlink dev param`)",
	    "table-full:eth1"),
	ROW(DRIVER_REFUSED, DRIVER, "driver-refused",
	    "the driver does not take this rule",
	    "Read its words, if it gave any; a newer driver or firmware may "
	    "take it, or the rule can be written with other keys or actions",
	    "driver-refused:eth1"),
	ROW(DRIVER_SILENT, DRIVER, "driver-silent",
	    "the rule is in software only and the driver does not say why",
	    "Try the rule alone with policy hw-only, which makes the kernel "
	    "report the failure; look into dmesg",
	    "driver-silent:eth1"),
	ROW(KERNEL_REFUSED, KERNEL, "kernel-refused",
	    "the kernel refused the rule before any driver saw it",
	    "Its own words say why; check that the kernel has cls_flower and "
	    "the actions of the rule (CONFIG_NET_CLS_FLOWER, CONFIG_NET_ACT_*)",
	    "kernel-refused:eth1"),
	ROW(DUPLICATE, KERNEL, "duplicate",
	    "a rule with the same match is already in this chain and prio",
	    "Delete the other rule, or give this one another prio",
	    "duplicate:eth1"),
	ROW(QDISC_MISSING, KERNEL, "qdisc-missing",
	    "the device has no ingress or clsact qdisc to hold rules",
	    "It is made again by itself; if it keeps vanishing, find who "
	    "removes it (`tc monitor`)",
	    "qdisc-missing:eth1"),
	ROW(DEVICE_GONE, KERNEL, "device-gone",
	    "a device of the rule has disappeared",
	    "The rule is restored when the device comes back; otherwise "
	    "delete the flow",
	    "device-gone:eth1"),
	ROW(RULE_REMOVED, KERNEL, "rule-removed",
	    "somebody else deleted the rule from the kernel",
	    "It is being restored; find who deletes it (`tc monitor`)",
	    "rule-removed:eth1"),
	ROW(POLICY_SW_ONLY, POLICY, "policy-sw-only",
	    "the flow was asked to be kept out of the hardware",
	    "Add it with another policy",
	    "policy-sw-only"),
	ROW(RESULT_UNKNOWN, KERNEL, "result-unknown",
	    "the kernel's answer was lost",
	    "Nothing to do: the rule is read back and, if needed, sent again",
	    "result-unknown"),
	ROW(BLOCK_UNMANAGED, CAPABILITY, "block-unmanaged",
	    "the rule is on a shared block or sends to one, and swoffd does "
	    "not manage blocks",
	    "Name a device instead of the block, in one rule for each device "
	    "of the block",
	    "block-unmanaged:block 22"),
	ROW(COOKIES_TAKEN, POLICY, "cookies-taken",
	    "swoffd knows its rules by a cookie, and no action of the rule is "
	    "left for it",
	    "Leave the word cookie out of one action; give a rule without "
	    "actions one that says so (`action continue`)",
	    "cookies-taken"),
	ROW(HW_ONLY_IMPOSSIBLE, POLICY, "hw-only-impossible",
	    "software must see these packets too: a rule of a tunnel device or "
	    "a bond is offloaded by other devices, connection tracking starts in "
	    "software, and the police action of a meter is software's too",
	    "Add it with policy best-effort; it is offloaded all the same if "
	    "the hardware can",
	    "hw-only-impossible:vxlan_sys_4789"),
	ROW(ACTION_MISSING, KERNEL, "action-missing",
	    "an action that the rule names by its index does not exist; made "
	    "now, it would limit nothing",
	    "Make it first (`tc actions add`, or swoffd-ovs-meters for meters); "
	    "the rule is tried again every few seconds",
	    "action-missing:eth1"),
	ROW(KERNEL_IGNORES_KEY, CAPABILITY, "kernel-ignores-key",
	    "this kernel is older than the key or option: it would take the "
	    "rule without it, and the rule would not do what the flow says",
	    "Upgrade the kernel, or remove the match or the option",
	    "kernel-ignores-key:l2_miss"),
	ROW(CHAIN_UNREACHABLE, POLICY, "chain-unreachable",
	    "no rule of swoffd's that is in tc leads to the chain of the "
	    "flow, so no packet would get there",
	    "Put the flow that leads to it (goto chain, recirc) too, or see "
	    "why that one is not in tc; this one follows by itself",
	    "chain-unreachable:chain 5"),
	ROW(GAVE_WAY, POLICY, "gave-way",
	    "the hardware has no room for all, and flows with more packets, "
	    "a higher weight or a pin have the places",
	    "Nothing to do if it is as it should be: it gets a place when it "
	    "is worth one; else pin it, raise its weight (`swctl flow set`), "
	    "the limit (`swctl capacity set`) or the size of the table",
	    "gave-way:netdevsim/netdevsim10"),
	ROW(BEING_PROVEN, POLICY, "being-proven",
	    "the flow is being proven (`swctl flow prove`): software has it "
	    "for some seconds, and must count its packets then",
	    "Nothing to do: it goes back into hardware",
	    "being-proven:netdevsim/netdevsim10"),
	ROW(OVS_OFFLOAD_OFF, POLICY, "ovs-offload-off",
	    "Open vSwitch does not offload (other_config:hw-offload is not "
	    "true), and swoffd does not do it in its place",
	    "`swctl ovs mode mirror`, or `ovs-vsctl set Open_vSwitch . "
	    "other_config:hw-offload=true` and a restart of ovs-vswitchd",
	    "ovs-offload-off"),
	ROW(OVS_LEFT_OUT, POLICY, "left-out-by-ovs",
	    "Open vSwitch offloads and has not put this flow into tc, "
	    "although tc has words for it: the kernel or the driver refused "
	    "it, a limit of Open vSwitch's own did, or it is too young",
	    "`swctl ovs explain` tries it out; ovs-vswitchd's log tells what "
	    "it was told (vlog/set netdev_offload_tc:dbg)",
	    "left-out-by-ovs:eth1"),
	ROW(RECIRC_NOT_SHARED, KERNEL, "recirc-not-shared",
	    "a packet that leaves tc in the middle of a chain would begin "
	    "from the start in the datapath, for the kernel does not hand the "
	    "chain on",
	    "Use a kernel with CONFIG_NET_TC_SKB_EXT; other flows are not "
	    "concerned",
	    "recirc-not-shared:recirc_id(0x5)"),
	ROW(SHOWN_TO_OVS, POLICY, "shown-to-ovs",
	    "the flow is out of tc for a second, so that Open vSwitch sees a "
	    "packet of it and does not forget addresses and connections that "
	    "it learns from packets",
	    "Nothing to do: it goes back at once",
	    "shown-to-ovs:eth1"),
	ROW(IDLE, POLICY, "idle",
	    "no packet of the flow has come for as long as Open vSwitch is set "
	    "to keep such a flow (max-idle), so it has no place in tc; Open "
	    "vSwitch ends it in a while",
	    "Nothing to do: it goes back when the datapath has seen a packet",
	    "idle:eth1"),
};

_Static_assert(ARRAY_LEN(rows) == REASON_N_CODES, "a row a code");

static const char *const stage_names[] = {
	[STAGE_PARSE] = "parse",
	[STAGE_TRANSLATE] = "translate",
	[STAGE_CAPABILITY] = "capability",
	[STAGE_POLICY] = "policy",
	[STAGE_KERNEL] = "kernel",
	[STAGE_DRIVER] = "driver",
};

const struct reason_row *reason_row(enum reason_code code)
{
	return &rows[code];
}

const char *reason_stage_str(enum reason_stage stage)
{
	return stage_names[stage];
}

void reason_make(struct reason *out, enum reason_code code, int err,
		 const char *subject, const char *extack)
{
	memset(out, 0, sizeof(*out));
	out->code = code;
	out->err = err;
	memcpy(out->subject, subject,
	       strnlen(subject, sizeof(out->subject) - 1));
	memcpy(out->extack, extack, strnlen(extack, sizeof(out->extack) - 1));
}

static bool is_listed(const struct reason_list *list, const struct reason *r)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->reasons[i].code == r->code &&
		    list->reasons[i].err == r->err &&
		    strcmp(list->reasons[i].subject, r->subject) == 0)
			return true;
	return false;
}

void reason_add(struct reason_list *list, enum reason_code code, int err,
		const char *subject_fmt, ...)
{
	struct reason *r;
	va_list ap;

	if (list->n == REASON_LIST_MAX)
		return;
	r = &list->reasons[list->n];
	r->code = code;
	r->err = err;
	r->extack[0] = '\0';
	va_start(ap, subject_fmt);
	(void)vsnprintf(r->subject, sizeof(r->subject), subject_fmt, ap);
	va_end(ap);
	if (!is_listed(list, r))
		list->n++;
}

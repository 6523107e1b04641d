/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Actions: which the switch has, how tc's form is taken, what each does. An
 * action is a row. Does not look rules up.
 */
#include <linux/seq_file.h>
#include <linux/tc_act/tc_csum.h>
#include <net/dst_metadata.h>

#include "hw.h"

#define CSUM_KNOWN	(TCA_CSUM_UPDATE_FLAG_IPV4HDR | \
			 TCA_CSUM_UPDATE_FLAG_ICMP | \
			 TCA_CSUM_UPDATE_FLAG_TCP | TCA_CSUM_UPDATE_FLAG_UDP)

struct context {
	struct nsim_hw_rule *rule;
	const struct flow_action_entry *entry;
	bool encap;		/* a tunnel_key set came before */
	struct netlink_ext_ack *extack;
};

struct action_row {
	const char *name;
	/* NULL: nothing but the id to keep */
	int (*set)(struct context *ctx, struct nsim_hw_action *action);
	/* NULL: the switch does not have this action */
	enum nsim_hw_verdict (*run)(const struct nsim_hw_action *action,
				    struct nsim_hw_frame *frame);
	void (*show)(struct seq_file *seq, const struct nsim_hw_action *a);
};

static enum nsim_hw_verdict run_accept(const struct nsim_hw_action *action,
				       struct nsim_hw_frame *frame)
{
	return NSIM_HW_ACCEPT;
}

static enum nsim_hw_verdict run_drop(const struct nsim_hw_action *action,
				     struct nsim_hw_frame *frame)
{
	return NSIM_HW_GONE;
}

static enum nsim_hw_verdict run_trap(const struct nsim_hw_action *action,
				     struct nsim_hw_frame *frame)
{
	return NSIM_HW_TRAP;
}

/* Marks that only software reads: nothing of them is on the wire. */
static enum nsim_hw_verdict run_nothing(const struct nsim_hw_action *action,
					struct nsim_hw_frame *frame)
{
	return NSIM_HW_NEXT;
}

static int set_goto(struct context *ctx, struct nsim_hw_action *action)
{
	action->chain = ctx->entry->chain_index;
	return 0;
}

static enum nsim_hw_verdict run_goto(const struct nsim_hw_action *action,
				     struct nsim_hw_frame *frame)
{
	return NSIM_HW_GOTO;
}

static void show_goto(struct seq_file *seq, const struct nsim_hw_action *a)
{
	seq_printf(seq, ":%u", a->chain);
}

static int set_output(struct context *ctx, struct nsim_hw_action *action)
{
	struct nsim_hw *hw = ctx->rule->id.bind->hw;
	struct net_device *dev = ctx->entry->dev;

	if (!dev)
		return -ENODEV;
	action->port = nsim_hw_port_of(hw, dev);
	if (action->port) {
		nsim_hw_port_hold(action->port);
		return 0;
	}
	if ((ctx->encap && nsim_hw_upper_is_tunnel(dev)) ||
	    nsim_hw_upper_is_bond(hw, dev)) {
		action->ifindex = dev->ifindex;
		return 0;
	}
	nsim_hw_say(ctx->extack, "'%s' is not a port of this switch",
		    netdev_name(dev));
	return -EOPNOTSUPP;
}

static void output(const struct nsim_hw_action *action,
		   struct nsim_hw_frame *frame)
{
	if (action->port)
		nsim_hw_port_deliver(action->port, frame->data, frame->len);
	else
		nsim_hw_upper_send(frame, action->ifindex);
}

static enum nsim_hw_verdict run_redirect(const struct nsim_hw_action *action,
					 struct nsim_hw_frame *frame)
{
	output(action, frame);
	return NSIM_HW_GONE;
}

static enum nsim_hw_verdict run_mirror(const struct nsim_hw_action *action,
				       struct nsim_hw_frame *frame)
{
	output(action, frame);
	return NSIM_HW_NEXT;
}

static void show_output(struct seq_file *seq, const struct nsim_hw_action *a)
{
	if (!a->port)
		seq_printf(seq, ":ifindex%d", a->ifindex);
	else if (READ_ONCE(a->port->gone))
		seq_printf(seq, ":port%u(gone)", a->port->index);
	else
		seq_printf(seq, ":%s", netdev_name(a->port->dev));
}

static int set_vlan(struct context *ctx, struct nsim_hw_action *action)
{
	action->vlan.proto = ctx->entry->vlan.proto;
	action->vlan.tci = ctx->entry->vlan.vid |
			   ctx->entry->vlan.prio << VLAN_PRIO_SHIFT;
	return 0;
}

static enum nsim_hw_verdict changed(bool done)
{
	return done ? NSIM_HW_NEXT : NSIM_HW_GONE;
}

static enum nsim_hw_verdict run_vlan_push(const struct nsim_hw_action *action,
					  struct nsim_hw_frame *frame)
{
	return changed(nsim_hw_frame_vlan_push(frame, action->vlan.proto,
					       action->vlan.tci));
}

static enum nsim_hw_verdict run_vlan_pop(const struct nsim_hw_action *action,
					 struct nsim_hw_frame *frame)
{
	return changed(nsim_hw_frame_vlan_pop(frame));
}

static enum nsim_hw_verdict
run_vlan_modify(const struct nsim_hw_action *action,
		struct nsim_hw_frame *frame)
{
	return changed(nsim_hw_frame_vlan_modify(frame, action->vlan.proto,
						 action->vlan.tci));
}

static void show_vlan(struct seq_file *seq, const struct nsim_hw_action *a)
{
	seq_printf(seq, ":0x%04x:%u:%u", ntohs(a->vlan.proto),
		   a->vlan.tci & VLAN_VID_MASK,
		   a->vlan.tci >> VLAN_PRIO_SHIFT);
}

static int set_edit(struct context *ctx, struct nsim_hw_action *action)
{
	const struct flow_action_entry *e = ctx->entry;

	if (e->mangle.htype == FLOW_ACT_MANGLE_UNSPEC) {
		nsim_hw_say(ctx->extack,
			    "action 'pedit' needs a header type");
		return -EOPNOTSUPP;
	}
	action->edit.htype = e->mangle.htype;
	action->edit.offset = e->mangle.offset;
	action->edit.mask = e->mangle.mask;
	action->edit.val = e->mangle.val;
	return 0;
}

/* A frame without that header stays as it is, as with act_pedit. */
static enum nsim_hw_verdict run_edit(const struct nsim_hw_action *action,
				     struct nsim_hw_frame *frame)
{
	nsim_hw_frame_edit(frame, action->edit.htype, action->edit.offset,
			   action->edit.mask, action->edit.val,
			   action->id == FLOW_ACTION_ADD);
	return NSIM_HW_NEXT;
}

static void show_edit(struct seq_file *seq, const struct nsim_hw_action *a)
{
	seq_printf(seq, ":%u+%u:%08x/%08x", a->edit.htype, a->edit.offset,
		   ntohl((__force __be32)a->edit.val),
		   ntohl((__force __be32)~a->edit.mask));
}

static int set_csum(struct context *ctx, struct nsim_hw_action *action)
{
	action->csum = ctx->entry->csum_flags;
	if (!(action->csum & ~CSUM_KNOWN))
		return 0;
	nsim_hw_say(ctx->extack, "action 'csum' knows ip, icmp, tcp and udp");
	return -EOPNOTSUPP;
}

static enum nsim_hw_verdict run_csum(const struct nsim_hw_action *action,
				     struct nsim_hw_frame *frame)
{
	return changed(nsim_hw_frame_csum(frame, action->csum));
}

static void show_csum(struct seq_file *seq, const struct nsim_hw_action *a)
{
	seq_printf(seq, ":0x%x", a->csum);
}

static int set_tunnel(struct context *ctx, struct nsim_hw_action *action)
{
	const struct ip_tunnel_info *info = ctx->entry->tunnel;
	struct metadata_dst *dst;

	dst = metadata_dst_alloc(info->options_len, METADATA_IP_TUNNEL,
				 GFP_KERNEL);
	if (!dst)
		return -ENOMEM;
	dst->u.tun_info.key = info->key;
	dst->u.tun_info.mode = info->mode;
	dst->u.tun_info.options_len = info->options_len;
	memcpy(ip_tunnel_info_opts(&dst->u.tun_info),
	       ip_tunnel_info_opts((struct ip_tunnel_info *)info),
	       info->options_len);
	action->tunnel = dst;
	ctx->encap = true;
	return 0;
}

static enum nsim_hw_verdict
run_tunnel_set(const struct nsim_hw_action *action,
	       struct nsim_hw_frame *frame)
{
	frame->tunnel = action->tunnel;
	return NSIM_HW_NEXT;
}

static void show_tunnel(struct seq_file *seq, const struct nsim_hw_action *a)
{
	const struct ip_tunnel_key *key = &a->tunnel->u.tun_info.key;

	seq_printf(seq, ":id%llu", be64_to_cpu(key->tun_id));
	if (a->tunnel->u.tun_info.mode & IP_TUNNEL_INFO_IPV6)
		seq_printf(seq, ":%pI6c", &key->u.ipv6.dst);
	else
		seq_printf(seq, ":%pI4", &key->u.ipv4.dst);
}

static int set_tunnel_unset(struct context *ctx,
			    struct nsim_hw_action *action)
{
	ctx->encap = false;
	return 0;
}

/* The outer header went when the frame came in; what is left is its memory. */
static enum nsim_hw_verdict
run_tunnel_unset(const struct nsim_hw_action *action,
		 struct nsim_hw_frame *frame)
{
	frame->tunnel = NULL;
	frame->outer = NULL;
	return NSIM_HW_NEXT;
}

static const struct action_row rows[NUM_FLOW_ACTIONS] = {
	[FLOW_ACTION_ACCEPT]	= { "pass", NULL, run_accept },
	[FLOW_ACTION_DROP]	= { "drop", NULL, run_drop },
	[FLOW_ACTION_TRAP]	= { "trap", NULL, run_trap },
	[FLOW_ACTION_GOTO]	= { "goto", set_goto, run_goto, show_goto },
	[FLOW_ACTION_REDIRECT]	= { "redirect", set_output, run_redirect,
				    show_output },
	[FLOW_ACTION_MIRRED]	= { "mirror", set_output, run_mirror,
				    show_output },
	[FLOW_ACTION_VLAN_PUSH]	= { "vlan_push", set_vlan, run_vlan_push,
				    show_vlan },
	[FLOW_ACTION_VLAN_POP]	= { "vlan_pop", NULL, run_vlan_pop },
	[FLOW_ACTION_VLAN_MANGLE] = { "vlan_modify", set_vlan,
				      run_vlan_modify, show_vlan },
	[FLOW_ACTION_TUNNEL_ENCAP] = { "tunnel_set", set_tunnel,
				       run_tunnel_set, show_tunnel },
	[FLOW_ACTION_TUNNEL_DECAP] = { "tunnel_unset", set_tunnel_unset,
				       run_tunnel_unset },
	[FLOW_ACTION_MANGLE]	= { "pedit", set_edit, run_edit, show_edit },
	[FLOW_ACTION_ADD]	= { "pedit_add", set_edit, run_edit,
				    show_edit },
	[FLOW_ACTION_CSUM]	= { "csum", set_csum, run_csum, show_csum },
	[FLOW_ACTION_MARK]	= { "mark", NULL, run_nothing },
	[FLOW_ACTION_PTYPE]	= { "ptype", NULL, run_nothing },
	[FLOW_ACTION_PRIORITY]	= { "priority", NULL, run_nothing },
	[FLOW_ACTION_REDIRECT_INGRESS] = { "redirect_ingress" },
	[FLOW_ACTION_MIRRED_INGRESS] = { "mirror_ingress" },
	[FLOW_ACTION_QUEUE]	= { "queue" },
	[FLOW_ACTION_SAMPLE]	= { "sample" },
	[FLOW_ACTION_POLICE]	= { "police" },
	[FLOW_ACTION_CT]	= { "ct" },
	[FLOW_ACTION_MPLS_PUSH]	= { "mpls_push" },
	[FLOW_ACTION_MPLS_POP]	= { "mpls_pop" },
	[FLOW_ACTION_MPLS_MANGLE] = { "mpls_modify" },
	[FLOW_ACTION_GATE]	= { "gate" },
	[FLOW_ACTION_PPPOE_PUSH] = { "pppoe_push" },
	[FLOW_ACTION_JUMP]	= { "jump" },
	[FLOW_ACTION_PIPE]	= { "pipe" },
	[FLOW_ACTION_VLAN_PUSH_ETH] = { "vlan_push_eth" },
	[FLOW_ACTION_VLAN_POP_ETH] = { "vlan_pop_eth" },
};

const char *nsim_hw_action_name(unsigned int id)
{
	return id < NUM_FLOW_ACTIONS ? rows[id].name : NULL;
}

bool nsim_hw_action_known(unsigned int id)
{
	return id < NUM_FLOW_ACTIONS && rows[id].run;
}

int nsim_hw_action_by_name(const char *name)
{
	unsigned int id;

	for (id = 0; id < NUM_FLOW_ACTIONS; id++)
		if (rows[id].name && !strcmp(rows[id].name, name))
			return id;
	return -EINVAL;
}

static int set_one(struct context *ctx, struct nsim_hw_action *action)
{
	u64 no_actions = READ_ONCE(ctx->rule->id.bind->hw->no_actions);
	unsigned int id = ctx->entry->id;

	if (!nsim_hw_action_known(id) || no_actions & BIT_ULL(id)) {
		nsim_hw_say(ctx->extack, "action '%s' is not supported",
			    nsim_hw_action_name(id) ?: "unknown");
		return -EOPNOTSUPP;
	}
	action->id = id;
	return rows[id].set ? rows[id].set(ctx, action) : 0;
}

/* On failure the rule keeps what was set, for nsim_hw_table_free(). */
int nsim_hw_action_set(struct nsim_hw_rule *rule,
		       const struct flow_action *action,
		       struct netlink_ext_ack *extack)
{
	struct context ctx = { .rule = rule, .extack = extack };
	int i, err;

	for (i = 0; i < action->num_entries; i++) {
		ctx.entry = &action->entries[i];
		err = set_one(&ctx, &rule->actions[i]);
		if (err)
			return err;
	}
	return 0;
}

void nsim_hw_action_put(struct nsim_hw_action *action)
{
	switch (action->id) {
	case FLOW_ACTION_REDIRECT:
	case FLOW_ACTION_MIRRED:
		if (action->port)
			nsim_hw_port_put(action->port);
		break;
	case FLOW_ACTION_TUNNEL_ENCAP:
		if (action->tunnel)
			dst_release(&action->tunnel->dst);
		break;
	}
}

/* A list that ends without a verdict ends classification, as in tc. */
enum nsim_hw_verdict nsim_hw_action_run(const struct nsim_hw_rule *rule,
					struct nsim_hw_frame *frame,
					u32 *chain)
{
	const struct nsim_hw_action *action = rule->actions;
	enum nsim_hw_verdict verdict;

	for (; action < rule->actions + rule->n_actions; action++) {
		verdict = rows[action->id].run(action, frame);
		if (verdict == NSIM_HW_GOTO)
			*chain = action->chain;
		if (verdict != NSIM_HW_NEXT)
			return verdict;
	}
	return NSIM_HW_ACCEPT;
}

void nsim_hw_action_show(struct seq_file *seq,
			 const struct nsim_hw_action *action)
{
	seq_printf(seq, " %s", rows[action->id].name);
	if (rows[action->id].show)
		rows[action->id].show(seq, action);
}

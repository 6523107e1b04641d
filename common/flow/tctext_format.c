/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A rule as a line that tc(8) takes.  Numbers whose base tc would guess carry
 * their 0x.
 */
#include <linux/pkt_sched.h>
#include <stdio.h>
#include <string.h>

#include "common/flow/tctext_parse.h"
#include "common/flow/text.h"

static void add_place(struct text *t, const struct rule *r)
{
	if (r->block) {
		text_add(t, "block %u", r->block);
	} else {
		text_add(t, "dev ");
		text_port(t, &r->dev);
		text_add(t, r->hook == RULE_EGRESS ? " egress" : " ingress");
	}
	text_add(t, " protocol ");
	tc_format_protocol(t, r->protocol_be);
	if (r->prio)
		text_add(t, " prio %u", r->prio);
	if (r->handle)
		text_add(t, " handle 0x%x", r->handle);
	if (r->chain)
		text_add(t, " chain %u", r->chain);
	text_add(t, " flower");
}

/*
<<<<<<< HEAD
 * Actions
 */

static void add_verdict(struct text *t, const struct rule_action *a)
{
	switch (a->verdict) {
	case RULE_PIPE:
		text_add(t, " pipe");
		return;
	case RULE_DROP:
		text_add(t, " drop");
		return;
	case RULE_PASS:
		text_add(t, " pass");
		return;
	case RULE_STOLEN:
		text_add(t, " stolen");
		return;
	case RULE_GOTO_CHAIN:
		text_add(t, " goto chain %u", a->chain);
=======
 * Keys
 */

/* The number of leading ones, or -1 if they are not all of the ones. */
static int prefix_len(const uint8_t *p, size_t size)
{
	size_t bits = 0;

	while (bits < size * 8 && p[bits / 8] & (0x80 >> bits % 8))
		bits++;
	for (size_t i = bits; i < size * 8; i++)
		if (p[i / 8] & (0x80 >> i % 8))
			return -1;
	return (int)bits;
}

static void add_addr_mask(struct text *t, const struct flow_field *f,
			  const struct flow_key *mask)
{
	int bits = prefix_len((const uint8_t *)mask + f->offset, f->size);

	text_add(t, "/");
	if (bits < 0 || f->kind == FLOW_KIND_MAC)
		text_field(t, f, mask, false);
	else
		text_add(t, "%d", bits);
}

static void add_frag(struct text *t, const struct flow_field *f,
		     const struct flow_match *m)
{
	uint32_t key = flow_field_get(f, &m->key);
	uint32_t mask = flow_field_get(f, &m->mask);

	if (mask & FLOW_FRAG_IS_FRAGMENT)
		text_add(t, "%sfrag",
			 key & FLOW_FRAG_IS_FRAGMENT ? "" : "no");
	if (mask & FLOW_FRAG_FIRST)
		text_add(t, "%s%sfirstfrag",
			 mask & FLOW_FRAG_IS_FRAGMENT ? "/" : "",
			 key & FLOW_FRAG_FIRST ? "" : "no");
}

static void add_ip_proto(struct text *t, uint8_t proto)
{
	const char *name = tc_ip_proto_name(proto);

	if (name)
		text_add(t, "%s", name);
	else
		text_add(t, "0x%x", proto);
}

static void add_number(struct text *t, const struct flow_field *f,
		       const struct flow_match *m)
{
	bool hex = f->kind == FLOW_KIND_HEX || f->kind == FLOW_KIND_TCP_FLAGS;
	bool exact = flow_field_exact(f, &m->mask);

	if (f->kind == FLOW_KIND_ARP_OP && exact && m->key.arp_op == 1)
		text_add(t, "request");
	else if (f->kind == FLOW_KIND_ARP_OP && exact && m->key.arp_op == 2)
		text_add(t, "reply");
	else
		text_field(t, f, &m->key, hex);
	if (exact)
		return;
	/* The masks of ICMP are decimal for tc. */
	text_add(t, "/");
	text_field(t, f, &m->mask, f->kind != FLOW_KIND_UINT || f->size > 1);
}

static void add_value(struct text *t, const struct flow_field *f,
		      const struct flow_match *m)
{
	switch (f->kind) {
	case FLOW_KIND_ETHERTYPE:
		add_protocol(t, htons((uint16_t)flow_field_get(f, &m->key)));
		return;
	case FLOW_KIND_IP_PROTO:
		add_ip_proto(t, (uint8_t)flow_field_get(f, &m->key));
		return;
	case FLOW_KIND_FRAG:
		add_frag(t, f, m);
		return;
	case FLOW_KIND_MAC:
	case FLOW_KIND_IPV4:
	case FLOW_KIND_IPV6:
		text_field(t, f, &m->key, false);
		if (!flow_field_exact(f, &m->mask))
			add_addr_mask(t, f, &m->mask);
		return;
	default:
		add_number(t, f, m);
>>>>>>> b-actions
		return;
	}
}

<<<<<<< HEAD
static void add_mirred(struct text *t, const struct rule_action *a)
{
	static const char *const ops[] = {
		[RULE_EGRESS_REDIRECT] = "egress redirect",
		[RULE_EGRESS_MIRROR] = "egress mirror",
		[RULE_INGRESS_REDIRECT] = "ingress redirect",
		[RULE_INGRESS_MIRROR] = "ingress mirror",
	};

	text_add(t, " mirred %s dev ", ops[a->mirred.op]);
	text_port(t, &a->mirred.port);
	/* tc has no word for another verdict of a redirect. */
	if (a->mirred.op == RULE_EGRESS_MIRROR ||
	    a->mirred.op == RULE_INGRESS_MIRROR)
		add_verdict(t, a);
}

static void add_vlan(struct text *t, const struct rule_action *a)
{
	static const char *const ops[] = {
		[RULE_VLAN_POP] = "pop",
		[RULE_VLAN_PUSH] = "push",
		[RULE_VLAN_MODIFY] = "modify",
	};

	text_add(t, " vlan %s", ops[a->vlan.op]);
	if (a->vlan.op != RULE_VLAN_POP) {
		text_add(t, " id %u protocol ", a->vlan.id);
		tc_format_protocol(t, a->vlan.tpid_be);
		if (a->vlan.has_prio)
			text_add(t, " priority %u", a->vlan.prio);
	}
	add_verdict(t, a);
}

void tc_format_action(struct text *t, const struct rule_action *a)
{
	text_add(t, "action");
	switch (a->kind) {
	case RULE_ACTION_GACT:
		add_verdict(t, a);
		return;
	case RULE_ACTION_MIRRED:
		add_mirred(t, a);
		return;
	case RULE_ACTION_VLAN:
		add_vlan(t, a);
		return;
	}
}

/* hw_tc is what tc calls the classes of the hook. */
static void add_classid(struct text *t, uint32_t classid)
{
	uint32_t major = TC_H_MAJ(classid) >> 16, minor = TC_H_MIN(classid);

	if (TC_H_MAJ(classid) == TC_H_CLSACT && minor >= TC_H_MIN_PRIORITY &&
	    minor < TC_H_MIN_PRIORITY + TC_QOPT_MAX_QUEUE)
		text_add(t, " hw_tc %u", minor - TC_H_MIN_PRIORITY);
	else if (classid)
		text_add(t, " classid %x:%x", major, minor);
}

=======
void tc_format_key(struct text *t, const struct flow_field *f,
		   const struct flow_match *m)
{
	text_add(t, "%s ", f->tc);
	add_value(t, f, m);
}

static void add_keys(struct text *t, const struct flow_match *m)
{
	for (size_t i = 0; i < flow_n_fields; i++) {
		const struct flow_field *f = &flow_fields[i];

		if (!f->tc || !flow_field_any(f, &m->mask) ||
		    !flow_field_applies(f, m))
			continue;
		text_add(t, " ");
		tc_format_key(t, f, m);
	}
}

>>>>>>> b-actions
int tctext_format(const struct rule *rule, char *out, size_t size)
{
	struct text t;

	text_init(&t, out, size);
	add_place(&t, rule);
	tc_format_keys(&t, &rule->match);
	add_classid(&t, rule->classid);
	if (rule->policy != RULE_BEST_EFFORT)
		text_add(&t, rule->policy == RULE_HW_ONLY ? " skip_sw" :
							    " skip_hw");
	if (rule->verbose)
		text_add(&t, " verbose");
	for (size_t i = 0; i < rule->n_actions; i++) {
		text_add(&t, " ");
		tc_format_action(&t, rule, &rule->actions[i]);
	}
	return (int)t.len;
}

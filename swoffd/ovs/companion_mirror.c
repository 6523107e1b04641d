/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each flow of a datapath becomes a flow of the engine, which has its ufid.
 * Whatever Open vSwitch ends, or changes, is ended or changed here at once.
 */
#include <errno.h>
#include <string.h>

#include "swoffd/ovs/companion_priv.h"

#define RETRY_ROUND 256                /* flows that were refused, a round */

/* What the engine has in its slot may be another's: two flows may come to be
 * one rule. */
bool companion_mirror_is_there(const struct ovs_companion *c,
			       const struct companion_entry *e)
{
	struct ufid ufid;

	return e->slot != ENGINE_NO_SLOT &&
	       engine_is_mirrored(c->engine, e->slot, &ufid) &&
	       memcmp(&ufid, &e->ufid, sizeof(ufid)) == 0;
}

bool companion_mirror_glance(const struct ovs_companion *c,
			     const struct companion_entry *e,
			     struct flow_glance *out)
{
	return companion_mirror_is_there(c, e) &&
	       engine_glance(c->engine, e->slot, out);
}

static void set_slot(struct ovs_companion *c, struct companion_entry *e,
		     uint32_t slot)
{
	c->n_mirrored -= e->slot != ENGINE_NO_SLOT;
	e->slot = slot;
	c->n_mirrored += slot != ENGINE_NO_SLOT;
}

void companion_mirror_drop(struct ovs_companion *c, struct companion_entry *e)
{
	if (companion_mirror_is_there(c, e))
		engine_unmirror(c->engine, e->slot);
	set_slot(c, e, ENGINE_NO_SLOT);
	e->pause = PAUSE_NOT;
}

void companion_mirror_drop_all(struct ovs_companion *c)
{
	for (uint32_t i = 0; i < companion_table_n(&c->table); i++) {
		struct companion_entry *e = companion_table_at(&c->table, i);

		if (e)
			companion_mirror_drop(c, e);
	}
	companion_mirror_sweep(c);
}

void companion_mirror_sweep(struct ovs_companion *c)
{
	uint32_t n = engine_n_slots(c->engine);

	if (engine_n_mirrored(c->engine) == c->n_mirrored)
		return;
	for (uint32_t slot = 0; slot < n; slot++) {
		const struct companion_entry *e;
		struct ufid ufid;

		if (!engine_is_mirrored(c->engine, slot, &ufid))
			continue;
		e = companion_table_find(&c->table, &ufid);
		if (!e || e->slot != slot)
			engine_unmirror(c->engine, slot);
	}
}

static bool has_code(const struct reason_list *list, enum reason_code code)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->reasons[i].code == code)
			return true;
	return false;
}

static int put(struct ovs_companion *c, struct companion_entry *e,
	       uint32_t *slot, struct reason_list *reasons, struct error *err)
{
	struct line_flow *line = c->line;
	int rc;

	line->lang = LINE_ODP;
	line->verb = TCTEXT_ADD;
	line->has_ufid = true;
	line->ufid = e->ufid;
	line->attrs = (struct flow_attrs){ 0 };
	line->rule.policy = c->asked.policy;
	rc = engine_mirror(c->engine, line, slot, reasons, err);
	if (rc == 0 || !has_code(reasons, REASON_HW_ONLY_IMPOSSIBLE))
		return rc;
	line->rule.policy = RULE_BEST_EFFORT;
	return engine_mirror(c->engine, line, slot, reasons, err);
}

static void refuse(struct ovs_companion *c, struct companion_entry *e,
		   const struct reason_list *reasons)
{
	companion_mirror_drop(c, e);
	companion_table_set_reasons(&c->table, e, reasons);
}

void companion_mirror_put(struct ovs_companion *c, struct companion_entry *e,
			  struct reason_list *reasons)
{
	struct error err = { 0 };
	uint32_t slot;

	if (!e->translates) {
		companion_mirror_drop(c, e);
		return;
	}
	if ((c->line->rule.chain || rule_goto_chain(&c->line->rule)) &&
	    !companion_hold_has_recirc(c, e->dp)) {
		reason_add(reasons, REASON_RECIRC_NOT_SHARED, EOPNOTSUPP,
			   "recirc_id(0x%x)", e->chain);
		refuse(c, e, reasons);
		return;
	}
	if (put(c, e, &slot, reasons, &err) < 0) {
		if (!reasons->n)
			reason_add(reasons, REASON_KERNEL_REFUSED, err.code,
				   "%s", err.msg);
		refuse(c, e, reasons);
		return;
	}
	reasons->n = 0;
	companion_table_set_reasons(&c->table, e, reasons);
	set_slot(c, e, slot);
	e->pause = PAUSE_NOT;
}

/* Netdevs may come after the flows that are to go there, and what was asked for
 * may be deleted. */
static bool may_be_taken(const struct ovs_companion *c,
			 const struct companion_entry *e)
{
	size_t n;
	const struct reason *why;

	if (!e->in_dp || e->slot != ENGINE_NO_SLOT || !e->text)
		return false;
	why = companion_table_reasons(&c->table, e, &n);
	return n && (why->code == REASON_PORT_UNKNOWN ||
		     why->code == REASON_DUPLICATE);
}

static void retry(struct ovs_companion *c, struct companion_entry *e)
{
	struct reason_list reasons = { .n = 0 };
	struct error err = { 0 };

	if (engine_port_line(c->engine, e->text, c->line, &reasons, &err) !=
	    LINE_FLOW)
		return;
	e->translates = true;
	companion_mirror_put(c, e, &reasons);
}

static void retry_some(struct ovs_companion *c)
{
	uint32_t n = companion_table_n(&c->table), left = RETRY_ROUND;

	for (uint32_t i = 0; i < n && left; i++) {
		struct companion_entry *e;

		c->retry_place = (c->retry_place + 1) % n;
		e = companion_table_at(&c->table, c->retry_place);
		if (!e || !may_be_taken(c, e))
			continue;
		retry(c, e);
		left--;
	}
}

void companion_mirror_tick(struct ovs_companion *c)
{
	retry_some(c);
	companion_pause_tick(c);
	if (c->whole)
		companion_mirror_sweep(c);
}

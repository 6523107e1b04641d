/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Meters of the datapath: police actions that somebody else makes and keeps
 * like the meters, and that many flows share.  What the engine has to know of
 * them is here; it makes, changes and removes none.
 */
#include <errno.h>
#include <stdio.h>

#include "swoffd/core/engine_priv.h"

int engine_meter_index(const struct port_resolver *r, uint32_t meter,
		       uint32_t *index)
{
	(void)r;
	if (meter > PORT_METER_MAX)
		return -ENOENT;
	*index = PORT_METER_POLICE + meter;
	return 0;
}

static bool is_meter(const struct rule_action *a)
{
	return a->kind == RULE_ACTION_POLICE &&
	       port_is_meter_police(a->index);
}

bool engine_meter_used(const struct rule_action *actions, uint8_t n)
{
	for (uint8_t i = 0; i < n; i++)
		if (is_meter(&actions[i]))
			return true;
	return false;
}

enum reason_code engine_meter_reason(enum reason_code code,
				     const struct rule_action *actions,
				     uint8_t n,
				     char subject[REASON_SUBJECT_SIZE])
{
	const struct rule_action *named = NULL;
	size_t n_named = 0;

	for (uint8_t i = 0; i < n; i++) {
		if (!actions[i].index)
			continue;
		named = &actions[i];
		n_named++;
	}
	if (code != REASON_ACTION_MISSING || n_named != 1 || !is_meter(named))
		return code;
	(void)snprintf(subject, REASON_SUBJECT_SIZE, "meter(%u)",
		       named->index - PORT_METER_POLICE);
	return REASON_METER_MISSING;
}

const struct kernel_stats *
engine_meter_stats(const struct engine *e, const struct flow *f,
		   const struct kernel_filter *filter)
{
	const struct rule_action *actions;
	uint8_t n;

	actions = flowtab_actions(&e->table, f, &n);
	return engine_meter_used(actions, n) ? &filter->unpoliced :
					       &filter->stats;
}

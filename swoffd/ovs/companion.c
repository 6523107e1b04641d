/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The companion's life, and which mode is in force. */
#include "swoffd/ovs/companion.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/ovs/companion_priv.h"

#define SETTINGS_KEY 1                 /* in STORE_SETTINGS */

/* As swoffd-state(5) has it. */
struct companion_record {
	uint8_t mode;                  /* enum companion_mode */
	uint8_t policy;                /* enum rule_policy */
	uint8_t zero[6];
};

static struct ovs_companion *self(struct companion *c)
{
	return container_of(c, struct ovs_companion, base);
}

enum companion_mode companion_wanted(const struct ovs_companion *c,
				     const char **why)
{
	struct ovs_status s;

	*why = "";
	c->ovs->status(c->ovs, &s);
	switch (c->asked.mode) {
	case COMPANION_AUTO:
		return s.known && s.settings.hw_offload ? COMPANION_OBSERVE :
							  COMPANION_OFF;
	case COMPANION_MIRROR:
		if (!s.known || !s.settings.hw_offload)
			return COMPANION_MIRROR;
		*why = "Open vSwitch offloads by itself; mirror begins when "
		       "other_config:hw-offload is not true";
		return COMPANION_OBSERVE;
	default:
		return c->asked.mode;
	}
}

static void tell_change(struct ovs_companion *c, enum companion_mode mode)
{
	struct event ev = event_make(EVENT_OVS_MODE);
	const char *why;

	(void)companion_wanted(c, &why);
	log_info("ovs: mode %s%s%s", companion_mode_str(mode),
		 *why ? ": " : "", why);
	event_word(&ev, 0, companion_mode_str(c->mode));
	event_word(&ev, 1, companion_mode_str(mode));
	event_text(&ev, "%s", why);
	event_add(&c->core->events, &ev);
}

static void change(struct ovs_companion *c, enum companion_mode mode)
{
	tell_change(c, mode);
	if (companion_mirrors(c))
		companion_mirror_drop_all(c);
	if (companion_observes(c))
		companion_tc_forget(c);
	c->mode = mode;
	companion_hold_renew(c);
	if (mode == COMPANION_OFF) {
		companion_read_forget(c);
		return;
	}
	companion_read_again(c);
}

void companion_apply(struct ovs_companion *c)
{
	const char *why;
	enum companion_mode mode = companion_wanted(c, &why);

	if (!c->started || c->stopping)
		return;
	if (mode != c->mode)
		change(c, mode);
	companion_hold_check(c);
}

static int keep(struct ovs_companion *c)
{
	struct companion_record r = {
		.mode = (uint8_t)c->asked.mode,
		.policy = (uint8_t)c->asked.policy,
	};
	struct store *s = c->core->store;

	if (!s)
		return 0;
	(void)s->ops->put(s, STORE_SETTINGS, SETTINGS_KEY, &r, sizeof(r));
	return s->ops->commit(s);
}

static int take_record(void *ctx, uint32_t key, const void *data, size_t size)
{
	struct ovs_companion *c = ctx;
	struct companion_record r;

	if (key != SETTINGS_KEY || size != sizeof(r))
		return 0;
	memcpy(&r, data, sizeof(r));
	if (r.mode < COMPANION_N_MODES && r.policy <= RULE_SW_ONLY)
		c->asked = (struct companion_settings){
			.mode = (enum companion_mode)r.mode,
			.policy = (enum rule_policy)r.policy,
		};
	return 0;
}

static void load(struct ovs_companion *c)
{
	struct store *s = c->core->store;
	int rc = s ? s->ops->each(s, STORE_SETTINGS, take_record, c) : 0;

	if (rc < 0)
		log_warning("state: settings: %s", strerror(-rc));
}

static void on_set(struct companion *base, const struct companion_settings *s,
		   struct request *r)
{
	struct ovs_companion *c = self(base);
	bool again = s->policy != c->asked.policy && companion_mirrors(c);
	int rc;

	c->asked = *s;
	rc = keep(c);
	if (rc < 0)
		log_error("state: the mode of ovs is not kept over a restart: "
			  "%s", strerror(-rc));
	if (again)
		companion_read_again(c);
	companion_apply(c);
	base->refresh(base, r);
}

static void on_core_ready(struct request *r, const struct error *err)
{
	struct ovs_companion *c = container_of(r, struct ovs_companion,
					       core_ready);

	(void)err;
	c->started = true;
	companion_apply(c);
	/* Else that waits until flows have been read. */
	if (!companion_mirrors(c))
		companion_mirror_sweep(c);
	companion_read_kick(c);
}

bool companion_stop(struct companion *base, struct request *r)
{
	struct ovs_companion *c = self(base);

	c->stopping = true;
	if (!c->started)
		return false;
	if (companion_mirrors(c)) {
		companion_mirror_drop_all(c);
		c->mode = COMPANION_OFF;
		companion_hold_renew(c);
	}
	c->mode = COMPANION_OFF;
	/* It may have been left a moment ago. */
	if (c->hold_running)
		c->on_released = r;
	else if (engine_n_mirrored(c->engine))
		engine_settle(c->engine, r);
	else
		return false;
	return true;
}

static int allocate(struct ovs_companion *c)
{
	c->line = calloc(1, sizeof(*c->line));
	c->text = malloc(COMPANION_TEXT_SIZE);
	return c->line && c->text ? 0 : -ENOMEM;
}

int companion_new(struct core *core, struct datapaths *datapaths,
		  struct ovs *ovs, const struct companion_settings *settings,
		  struct companion **out)
{
	struct ovs_companion *c = calloc(1, sizeof(*c));
	AUTO(companion_free) struct companion *base = c ? &c->base : NULL;

	if (!c)
		return -ENOMEM;
	c->core = core;
	c->loop = core->loop;
	c->engine = core->engine;
	c->datapaths = datapaths;
	c->ovs = ovs;
	c->asked = *settings;
	c->mode = COMPANION_OFF;
	c->base.set = on_set;
	list_init(&c->core_ready.node);
	companion_port_init(&c->ports);
	companion_table_init(&c->table);
	companion_told_init(c);
	companion_read_init(c);
	companion_hold_init(c);
	companion_view_init(c);
	if (allocate(c) < 0)
		return -ENOMEM;
	datapaths->events = &companion_events;
	datapaths->events_ctx = c;
	load(c);
	c->core_ready.done = on_core_ready;
	core_wait_ready(core, &c->core_ready);
	*out = steal_ptr(base);
	return 0;
}

void companion_free(struct companion *base)
{
	struct ovs_companion *c;

	if (!base)
		return;
	c = self(base);
	list_del(&c->core_ready.node);
	companion_told_fini(c);
	companion_read_fini(c);
	companion_tc_fini(c);
	companion_port_fini(&c->ports);
	companion_table_fini(&c->table);
	free(c->line);
	free(c->text);
	free(c);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What mirror mode needs others to be set to: Open vSwitch keeps flows whose
 * packets it does not see, and the datapath goes on in the chain that a packet
 * left tc in.  Both are compared in each round, so that a restart, of whoever
 * it be, changes nothing; both are put back when the mode ends.
 */
#include <linux/openvswitch.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/ovs/companion_priv.h"

static void start(struct ovs_companion *c, bool hold)
{
	struct error err = { 0 };
	int rc;

	c->holding = hold;
	c->hold_running = true;
	/* Even an error may come of one that was held. */
	c->is_released &= !hold;
	rc = hold ? c->ovs->hold_settings(c->ovs, &c->hold, &err) :
		    c->ovs->release_settings(c->ovs, &c->hold, &err);
	if (rc == 0)
		return;
	c->hold_running = false;
	log_debug("ovs: settings: %s", err.msg);
}

/* What fails is tried again in each round. */
static void tell(struct ovs_companion *c, const struct error *err)
{
	struct event ev = event_make(EVENT_OVS_SETTINGS);

	if (err->code ? c->hold_failed : !c->is_news)
		return;
	if (err->code)
		log_warning("ovs: settings are not %s: %s",
			    c->holding ? "held" : "put back", err->msg);
	event_word(&ev, 0, err->code ? "failed" :
			   c->holding ? "held" : "released");
	event_text(&ev, "%s", err->msg);
	event_add(&c->core->events, &ev);
}

static void on_held(struct request *r, const struct error *err)
{
	struct ovs_companion *c = container_of(r, struct ovs_companion, hold);
	struct request *waiting = c->on_released;

	c->hold_running = false;
	tell(c, err);
	c->hold_failed = err->code;
	if (!err->code)
		c->is_released = !c->holding;
	if (c->stopping && c->holding)
		start(c, false);
	if (c->hold_running)
		return;
	c->on_released = NULL;
	if (waiting)
		engine_settle(c->engine, waiting);
}

static void check_settings(struct ovs_companion *c)
{
	struct ovs_status s;

	if (c->hold_running)
		return;
	c->ovs->status(c->ovs, &s);
	if (!s.connected || !s.known)
		return;
	c->is_news = companion_mirrors(c) || s.settings.held;
	/* Marks of what was held may be there although it is not held. */
	if (companion_mirrors(c) ? !s.settings.held : !c->is_released)
		start(c, companion_mirrors(c));
}

static bool shares(const struct companion_datapath *d)
{
	return d->info.features & OVS_DP_F_TC_RECIRC_SHARING;
}

bool companion_hold_has_recirc(const struct ovs_companion *c, uint32_t dp)
{
	const struct companion_datapath *d =
		companion_port_datapath(&c->ports, dp);

	return d && shares(d);
}

/* Where Open vSwitch offloads, the feature is its own; but it does not where
 * we mirror. */
static bool wants_recirc(const struct ovs_companion *c,
			 struct companion_datapath *d)
{
	d->is_ours |= companion_mirrors(c);
	return companion_mirrors(c) || (shares(d) && !d->is_ours);
}

static void check_features(struct ovs_companion *c)
{
	struct companion_datapath *d;

	list_for_each(d, &c->ports.datapaths, node) {
		bool want = wants_recirc(c, d);
		uint32_t features = d->info.features;

		if (want == shares(d)) {
			d->n_asked = 0;
			/* If somebody sets it now, it is his. */
			d->is_ours = want && d->is_ours;
			continue;
		}
		if (d->n_asked == COMPANION_MAX_ASKED)
			continue;
		d->n_asked++;
		features = want ? features | OVS_DP_F_TC_RECIRC_SHARING :
				  features & ~OVS_DP_F_TC_RECIRC_SHARING;
		if (c->datapaths->ops->features_set(c->datapaths, d->info.id,
						    features) < 0)
			d->n_asked = COMPANION_MAX_ASKED;
	}
}

void companion_hold_check(struct ovs_companion *c)
{
	check_settings(c);
	check_features(c);
}

void companion_hold_renew(struct ovs_companion *c)
{
	struct companion_datapath *d;

	list_for_each(d, &c->ports.datapaths, node)
		d->n_asked = 0;
	companion_hold_check(c);
}

void companion_hold_init(struct ovs_companion *c)
{
	c->hold.done = on_held;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Only what is certain is said: a finding that is none teaches people to look
 * away. */
#include "swoffd/core/rep_check.h"

#include <stdio.h>
#include <string.h>

#include "swoffd/core/core.h"

const struct rep_check_row rep_check_rows[REP_CHECK_N] = {
	[REP_CHECK_REP_MTU] = {
		"representor-mtu",
		"the representor takes packets that the uplink is too narrow "
		"for; they are dropped",
		"give the uplink a larger MTU, or the representor a smaller "
		"one with `swctl rep set`, and the VF the same",
	},
	[REP_CHECK_UPLINK_DOWN] = {
		"uplink-down",
		"representors are up and the uplink is not: nothing leaves "
		"the host",
		"set the uplink up with `ip link set`",
	},
	[REP_CHECK_REP_DOWN] = {
		"representor-down",
		"the netdev of the VF is up and its representor is not: what "
		"no rule forwards is dropped",
		"set the representor up with `swctl rep set`",
	},
	[REP_CHECK_TUNNEL_MTU] = {
		"tunnel-mtu",
		"with their outer headers, packets of the tunnel are too "
		"large for the uplink",
		"give the uplink a larger MTU, or the tunnel a smaller one",
	},
};

/* Outer headers without options, and of a tunnel of Ethernet the inner one. */
static const struct overhead {
	const char *kind;
	uint32_t v4, v6;
} overheads[] = {
	{ "vxlan", 20 + 8 + 8 + 14, 40 + 8 + 8 + 14 },
	{ "geneve", 20 + 8 + 8 + 14, 40 + 8 + 8 + 14 },
	{ "gre", 20 + 4, 20 + 4 },
	{ "gretap", 20 + 4 + 14, 20 + 4 + 14 },
	{ "ip6gre", 40 + 4, 40 + 4 },
	{ "ip6gretap", 40 + 4 + 14, 40 + 4 + 14 },
};

struct check {
	struct core *core;
	const struct device *device;   /* that it is at */
	const struct link *uplink;     /* of it */
	const struct rep_places *places;
	uint32_t n_up;                 /* representors of it */
	void (*fn)(const struct rep_finding *f, void *ctx);
	void *ctx;
};

static const struct link *uplink_of(struct core *core, const struct device *d)
{
	return link_find_name(core, device_uplink(core, d));
}

static void tell(const struct check *c, struct rep_finding *f)
{
	f->device = c->device;
	c->fn(f, c->ctx);
}

static void check_rep(const struct rep *rep, void *ctx)
{
	struct check *c = ctx;
	const struct preflight_vf *vf = rep_places_vf(c->places, rep);
	const struct link *l = rep->link, *vf_link;
	struct rep_finding f = { .netdev = l ? l->info.name : NULL };

	if (!l || rep->port->info.flavour == PORT_PHYSICAL)
		return;
	c->n_up += l->info.up;
	if (c->uplink && l->info.mtu > c->uplink->info.mtu) {
		f.kind = REP_CHECK_REP_MTU;
		f.other = c->uplink->info.name;
		(void)snprintf(f.detail, sizeof(f.detail),
			       "mtu %u, %s has %u", l->info.mtu, f.other,
			       c->uplink->info.mtu);
		tell(c, &f);
	}
	vf_link = vf && vf->netdev[0] ? link_find_name(c->core, vf->netdev) :
					NULL;
	if (vf_link && vf_link->info.up && !l->info.up) {
		f.kind = REP_CHECK_REP_DOWN;
		f.other = vf_link->info.name;
		(void)snprintf(f.detail, sizeof(f.detail), "down, %s is up",
			       f.other);
		tell(c, &f);
	}
}

static void check_device(struct check *c, const struct device *d)
{
	struct rep_finding f = { .kind = REP_CHECK_UPLINK_DOWN };

	c->device = d;
	c->uplink = uplink_of(c->core, d);
	c->n_up = 0;
	rep_for_each(c->core, d, check_rep, c);
	if (!c->uplink || c->uplink->info.up || !c->n_up)
		return;
	f.netdev = c->uplink->info.name;
	(void)snprintf(f.detail, sizeof(f.detail),
		       "down, %u representor%s up", c->n_up,
		       c->n_up == 1 ? " is" : "s are");
	tell(c, &f);
}

static bool is_wanted(const struct device *each, const struct device *d)
{
	return (!d || each == d) &&
	       each->info.mode == ESWITCH_MODE_SWITCHDEV;
}

/*
 * The uplink that the tunnel goes by: the one that it is bound to, also as a
 * bond of it; if it is bound to none, the widest, for what does not fit that
 * one fits none.
 */
static const struct device *way_of(struct core *core, const struct device *d,
				   const struct kernel_link *tunnel)
{
	const struct device *each, *widest = NULL;
	uint32_t mtu = 0;

	list_for_each(each, &core->devices, node) {
		const struct link *l = uplink_of(core, each);

		if (!l || !is_wanted(each, d))
			continue;
		if (tunnel->lower && (tunnel->lower == l->info.ifindex ||
				      tunnel->lower == l->info.master))
			return each;
		if (!tunnel->lower && l->info.mtu > mtu) {
			mtu = l->info.mtu;
			widest = each;
		}
	}
	return widest;
}

/* The MTU of a tunnel whose headers come with each packet says nothing of them:
 * Open vSwitch gives it the largest there is. */
static void check_tunnel(struct check *c, const struct device *d,
			 const struct kernel_link *tunnel)
{
	struct rep_finding f = { .kind = REP_CHECK_TUNNEL_MTU,
				 .netdev = tunnel->name };
	const struct overhead *o = NULL;
	uint32_t outer;

	for (size_t i = 0; i < ARRAY_LEN(overheads); i++)
		if (strcmp(overheads[i].kind, tunnel->kind) == 0)
			o = &overheads[i];
	if (!o || tunnel->external)
		return;
	c->device = way_of(c->core, d, tunnel);
	c->uplink = c->device ? uplink_of(c->core, c->device) : NULL;
	outer = tunnel->tunnel_v6 ? o->v6 : o->v4;
	if (!c->uplink || (uint64_t)tunnel->mtu + outer <= c->uplink->info.mtu)
		return;
	f.other = c->uplink->info.name;
	(void)snprintf(f.detail, sizeof(f.detail),
		       "mtu %u and %u bytes of headers, %s has %u",
		       tunnel->mtu, outer, f.other, c->uplink->info.mtu);
	tell(c, &f);
}

void rep_check(struct core *core, const struct device *d,
	       const struct rep_places *places,
	       void (*fn)(const struct rep_finding *f, void *ctx), void *ctx)
{
	struct check c = { .core = core, .places = places, .fn = fn,
			   .ctx = ctx };
	const struct device *each;
	const struct link *l;

	list_for_each(each, &core->devices, node)
		if (is_wanted(each, d))
			check_device(&c, each);
	list_for_each(l, &core->links, node)
		check_tunnel(&c, d, &l->info);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "swoffd/core/ovs_plug.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/near.h"
#include "common/base/parse.h"
#include "swoffd/core/core.h"

void ovs_plug_fini(struct ovs_plug *p)
{
	free(p->ports);
}

static bool add(struct ovs_plug *p, const char *name, const char *mark)
{
	uint32_t size = p->size ? p->size * 2 : 16;
	struct ovs_port *port;

	if (p->n == p->size) {
		port = realloc(p->ports, size * sizeof(*port));
		if (!port)
			return false;
		p->ports = port;
		p->size = size;
	}
	port = &p->ports[p->n++];
	*port = (struct ovs_port){ 0 };
	(void)snprintf(port->name, sizeof(port->name), "%s", name);
	(void)snprintf(port->mark, sizeof(port->mark), "%s", mark);
	return true;
}

static const char *mark_of(const struct rep *rep, char out[OVS_MARK_SIZE])
{
	char handle[100];

	(void)snprintf(out, OVS_MARK_SIZE, "%s/%u",
		       device_handle_str(&rep->device->info.handle, handle),
		       rep->port->info.index);
	return out;
}

struct search {
	struct ovs_plug *out;
	struct near near;
	bool stale;
	bool found;                    /* the bridge */
	bool full;                     /* no memory */
};

static void on_bridge(const char *name, void *ctx)
{
	struct search *s = ctx;

	near_try(&s->near, name);
	if (strcmp(name, s->out->bridge) == 0)
		s->found = true;
}

static int find_bridge(struct search *s, struct error *err)
{
	const struct ovs *ovs = s->out->core->ovs;
	struct ovs_status status;

	if (!ovs)
		return error_set(err, ENOTCONN, "Open vSwitch is not looked "
				 "at");
	ovs->status(ovs, &status);
	if (!status.connected)
		return error_set(err, ENOTCONN, "Open vSwitch: not connected: "
				 "%s; is ovsdb-server running?",
				 *status.why ? status.why : status.path);
	ovs->for_each_bridge(ovs, on_bridge, s);
	if (s->found)
		return 0;
	if (s->near.best[0])
		return error_set(err, ENODEV, "no bridge '%s'; did you mean "
				 "'%s'?", s->out->bridge, s->near.best);
	return error_set(err, ENODEV, "no bridge '%s'; `ovs-vsctl add-br` "
			 "makes one", s->out->bridge);
}

/* Of a bridge of the kernel, a bond, a VRF … */
static bool is_taken(struct core *core, const struct kernel_link *l)
{
	const struct link *master = link_find(core, l->master);

	return l->master &&
	       (!master || strcmp(master->info.kind, "openvswitch") != 0);
}

static void on_rep(const struct rep *rep, void *ctx)
{
	struct search *s = ctx;
	enum port_flavour flavour = rep->port->info.flavour;
	char mark[OVS_MARK_SIZE];

	if (!rep->link ||
	    (flavour != PORT_PCI_VF && flavour != PORT_PCI_SF) ||
	    is_taken(s->out->core, &rep->link->info))
		return;
	if (!add(s->out, rep->link->info.name, mark_of(rep, mark)))
		s->full = true;
}

/* What it stands for is a port already. */
static void strike_out(const struct ovs_interface *i, void *ctx)
{
	struct ovs_plug *p = ((struct search *)ctx)->out;
	char mark[OVS_MARK_SIZE];
	struct rep rep;

	if (!ovs_find_rep(p->core, i, &rep))
		return;
	(void)mark_of(&rep, mark);
	for (uint32_t n = 0; n < p->n; n++)
		if (strcmp(p->ports[n].mark, mark) == 0) {
			memmove(&p->ports[n], &p->ports[n + 1],
				(--p->n - n) * sizeof(*p->ports));
			return;
		}
}

static int find(struct search *s, struct core *core, const char *bridge,
		struct error *err)
{
	*s->out = (struct ovs_plug){ .core = core, .bridge = bridge };
	s->near = near_init(bridge);
	return find_bridge(s, err);
}

static int found(const struct search *s, struct error *err)
{
	return s->full ? error_set(err, ENOMEM, "out of memory") : 0;
}

int ovs_plug_find(struct core *core, const char *bridge,
		  const struct device *d, struct ovs_plug *out,
		  struct error *err)
{
	struct search s = { .out = out };
	int rc = find(&s, core, bridge, err);

	if (rc < 0)
		return rc;
	rep_for_each(core, d, on_rep, &s);
	core->ovs->for_each_interface(core->ovs, strike_out, &s);
	return found(&s, err);
}

static bool is_stale(struct core *core, const struct ovs_interface *i)
{
	char mark[OVS_MARK_SIZE];
	struct rep rep;
	struct error err;

	return rep_find(core, i->name, &rep, &err) < 0 ||
	       strcmp(mark_of(&rep, mark), i->plugged) != 0;
}

/* One of ours is no longer than this. */
static bool is_mark(const char *mark)
{
	return *mark && strlen(mark) < OVS_MARK_SIZE;
}

static void on_interface(const struct ovs_interface *i, void *ctx)
{
	struct search *s = ctx;

	/* What we plug has one interface, of the same name. */
	if (!is_mark(i->plugged) || strcmp(i->bridge, s->out->bridge) != 0 ||
	    strcmp(i->port, i->name) != 0 || strlen(i->name) >= IFNAMSIZ ||
	    (s->stale && !is_stale(s->out->core, i)))
		return;
	if (!add(s->out, i->name, i->plugged))
		s->full = true;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct ovs_port *)a)->name,
		      ((const struct ovs_port *)b)->name);
}

int ovs_plug_find_plugged(struct core *core, const char *bridge, bool stale,
			  struct ovs_plug *out, struct error *err)
{
	struct search s = { .out = out, .stale = stale };
	int rc = find(&s, core, bridge, err);

	if (rc < 0)
		return rc;
	out->unplug = true;
	core->ovs->for_each_interface(core->ovs, on_interface, &s);
	/* The database has them in no order. */
	if (out->n)
		qsort(out->ports, out->n, sizeof(*out->ports), by_name);
	return found(&s, err);
}

/* The mark is anybody's text: what is no port is not told as one. */
static void take_mark(struct event *ev, const char *mark)
{
	const char *index = strrchr(mark, '/');

	ev->port = KERNEL_NO_NUMBER;
	if (index && parse_u32(index + 1, UINT32_MAX, &ev->port) == 0)
		(void)snprintf(ev->device, sizeof(ev->device), "%.*s",
			       (int)(index - mark), mark);
}

static void tell(const struct ovs_plug *p, const struct ovs_port *port)
{
	struct event ev = event_make(p->unplug ? EVENT_OVS_UNPLUG :
						 EVENT_OVS_PLUG);

	take_mark(&ev, port->mark);
	memcpy(ev.netdev, port->name, sizeof(ev.netdev));
	event_word(&ev, 0, p->bridge);
	event_add(&p->core->events, &ev);
}

static void on_done(struct request *r, const struct error *err)
{
	struct ovs_plug *p = container_of(r, struct ovs_plug, request);

	for (uint32_t i = 0; !err->code && i < p->n; i++)
		if (p->ports[i].done)
			tell(p, &p->ports[i]);
	p->asked->done(p->asked, err);
}

int ovs_plug_run(struct ovs_plug *p, struct request *r, struct error *err)
{
	struct ovs *ovs = p->core->ovs;

	p->asked = r;
	p->request.done = on_done;
	return (p->unplug ? ovs->unplug : ovs->plug)(ovs, p->bridge, p->ports,
						     p->n, &p->request, err);
}

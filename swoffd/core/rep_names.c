/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names are looked at whenever the kernel tells of a netdev, and one thing is
 * done at a time.  udev(7) may give other names meanwhile: whoever does so
 * again and again has it his way.
 */
#include "swoffd/core/rep_names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/core/core.h"
#include "swoffd/core/flap.h"

/* What is known of the names of one kind of a netdev. */
struct state {
	struct flap flap;
	bool given;                    /* it was */
	bool left;                     /* somebody else has it his way */
	bool failed;                   /* a moment ago: the others go on */
	int said;                      /* errno of what was logged last */
};

/* A netdev that is looked after. */
struct named {
	struct list node;              /* names->named */
	struct rep_names *names;       /* borrowed */
	uint32_t ifindex;
	struct state states[REP_NAME_N];
	enum rep_name_kind kind;       /* of the job */
	struct kernel_job job;
	struct kernel_naming naming;
	bool busy, again;
	bool gone;                     /* freed when the job is done */
};

static struct named *find(struct rep_names *names, uint32_t ifindex)
{
	struct named *n;

	list_for_each(n, &names->named, node)
		if (n->ifindex == ifindex && !n->gone)
			return n;
	return NULL;
}

static struct named *named_new(struct rep_names *names, uint32_t ifindex)
{
	struct named *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	n->names = names;
	n->ifindex = ifindex;
	list_add_tail(&names->named, &n->node);
	return n;
}

static void named_free(struct named *n)
{
	list_del(&n->node);
	free(n);
}

static bool has_altname(const struct kernel_link *l, const char *name)
{
	const char *each = NULL;

	while ((each = kernel_altname_next(l, each)))
		if (strcmp(each, name) == 0)
			return true;
	return false;
}

static bool has_name(const struct kernel_link *l, enum rep_name_kind kind,
		     const char *name)
{
	return strcmp(l->name, name) == 0 ||
	       (kind == REP_NAME_ALT && has_altname(l, name));
}

/* The netdev that has it, whether as name or as altname. */
static const struct link *owner(struct core *core, const char *name)
{
	const struct link *l;

	list_for_each(l, &core->links, node)
		if (has_name(&l->info, REP_NAME_ALT, name))
			return l;
	return NULL;
}

/* Said once, until there is another reason. */
static bool is_news(struct state *s, int reason)
{
	bool news = s->said != reason;

	s->said = reason;
	return news;
}

static int expand(const struct rep_names *names, const struct device *d,
		  const struct kernel_port *p, enum rep_name_kind kind,
		  char out[KERNEL_ALTNAME_SIZE])
{
	const struct rep_fields f = {
		.uplink = device_uplink(names->core, d),
		/* Older kernels tell of a controller only if it is another. */
		.controller = p->controller == KERNEL_NO_NUMBER ?
				      0 : p->controller,
		.pf = p->pf, .vf = p->vf, .sf = p->sf, .port = p->index,
	};

	return rep_template_expand(names->naming->templates[kind], &f, out,
				   kind == REP_NAME_ALT ? KERNEL_ALTNAME_SIZE :
							  IFNAMSIZ);
}

/* May it get that name?  If not, the log says why, once. */
static bool may_have(struct named *n, const struct link *l,
		     enum rep_name_kind kind, const char *name)
{
	struct core *core = n->names->core;
	struct state *s = &n->states[kind];
	const struct link *other = owner(core, name);

	if (other && other != l) {
		if (is_news(s, EEXIST))
			log_warning("%s: '%s' is the name of %s already: left "
				    "as it is", l->info.name, name,
				    other->info.name);
		return false;
	}
	s->left |= flap_is_full(&s->flap, loop_now_ms(core->loop));
	if (s->left) {
		if (is_news(s, EALREADY))
			log_warning("%s: somebody else has taken the name '%s' "
				    "from it again, after it was given %d "
				    "times within %d seconds: left so",
				    l->info.name, name, FLAP_MAX,
				    FLAP_WINDOW_MS / 1000);
		return false;
	}
	/* An event that brings no change is no reason to try again. */
	return s->said != EBUSY || !l->info.up;
}

static void give(struct named *n, enum rep_name_kind kind, const char *name,
		 void (*done)(struct kernel_job *job))
{
	struct kernel *k = n->names->core->kernel;

	n->busy = true;
	n->kind = kind;
	n->naming = (struct kernel_naming){ .alt = kind == REP_NAME_ALT };
	(void)snprintf(n->naming.name, sizeof(n->naming.name), "%s", name);
	n->job = (struct kernel_job){
		.kind = JOB_LINK_NAME,
		.ifindex = n->ifindex,
		.naming = &n->naming,
		.done = done,
	};
	k->ops->submit(k, &n->job);
}

/* The first of its names that it has not and may have; false: there is none. */
static bool choose(struct named *n, const struct device *d,
		   const struct kernel_port *p, const struct link *l,
		   enum rep_name_kind *kind, char name[KERNEL_ALTNAME_SIZE])
{
	for (int i = 0; i < REP_NAME_N; i++) {
		struct state *s = &n->states[i];
		int rc;

		*kind = (enum rep_name_kind)i;
		if (!n->names->naming->templates[i][0] || s->failed)
			continue;
		rc = expand(n->names, d, p, *kind, name);
		if (rc < 0) {
			if (rc != -ENODATA && is_news(s, -rc))
				log_warning("%s: the template '%s' makes no "
					    "name of it: %s", l->info.name,
					    n->names->naming->templates[i],
					    strerror(-rc));
			continue;
		}
		if (!has_name(&l->info, *kind, name) &&
		    may_have(n, l, *kind, name))
			return true;
	}
	return false;
}

static void forgive(struct named *n)
{
	for (int i = 0; i < REP_NAME_N; i++)
		n->states[i].failed = false;
}

static void on_named(struct kernel_job *job);

static void look(struct rep_names *names, const struct device *d,
		 const struct kernel_port *p, const struct link *l)
{
	char name[KERNEL_ALTNAME_SIZE];
	enum rep_name_kind kind;
	struct named *n;

	if (p->flavour != PORT_PCI_PF && p->flavour != PORT_PCI_VF &&
	    p->flavour != PORT_PCI_SF)
		return;
	n = find(names, l->info.ifindex);
	if (!n)
		n = named_new(names, l->info.ifindex);
	if (!n)
		return;
	if (n->busy)
		n->again = true;
	else if (choose(n, d, p, l, &kind, name))
		give(n, kind, name, on_named);
	else
		forgive(n);
}

static void look_at_all(struct rep_names *names, const struct device *d)
{
	const struct port_dev *p;

	list_for_each(p, &d->ports, node) {
		const struct link *l = link_find(names->core,
						 p->info.ifindex);

		if (l)
			look(names, d, &p->info, l);
	}
}

static void look_at_link(struct rep_names *names, const struct link *link,
			 bool renamed)
{
	const struct port_dev *p;
	const struct device *d;

	list_for_each(d, &names->core->devices, node)
		list_for_each(p, &d->ports, node) {
			if (p->info.ifindex != link->info.ifindex)
				continue;
			/* The name of the uplink may be a part of theirs. */
			if (p->info.flavour == PORT_PHYSICAL && renamed)
				look_at_all(names, d);
			else
				look(names, d, &p->info, link);
			return;
		}
}

static void take_failure(struct named *n)
{
	const struct error *err = &n->job.err;

	n->states[n->kind].failed = !n->again;
	if (err->code != ENODEV && is_news(&n->states[n->kind], err->code))
		log_warning("%s%s%s", err->msg, err->extack[0] ? ": " : "",
			    err->extack);
}

static void take_success(struct named *n, struct link *l)
{
	struct state *s = &n->states[n->kind];

	if (s->given)
		flap_note(&s->flap, loop_now_ms(n->names->core->loop));
	s->given = true;
	s->said = 0;
	/* Of a name there is an event; of an altname, only if it is up. */
	memcpy(l->info.altnames, n->naming.link.altnames,
	       sizeof(l->info.altnames));
	log_info("%s: it is now called %s%s", l->info.name, n->naming.name,
		 n->naming.alt ? ", too" : "");
}

static void on_named(struct kernel_job *job)
{
	struct named *n = container_of(job, struct named, job);
	struct link *l = link_find(n->names->core, job->ifindex);

	n->busy = false;
	if (n->gone || !l) {
		named_free(n);
		return;
	}
	if (job->rc < 0)
		take_failure(n);
	else
		take_success(n, l);
	n->again = false;
	/* The event of a new name is still to come. */
	if (job->rc < 0 || n->naming.alt)
		look_at_link(n->names, l, false);
}

void rep_names_on_link(struct rep_names *names, const struct link *link,
		       bool renamed)
{
	if (names->naming)
		look_at_link(names, link, renamed);
}

void rep_names_on_link_gone(struct rep_names *names, uint32_t ifindex)
{
	struct named *n = find(names, ifindex);

	if (!n)
		return;
	n->gone = true;
	if (!n->busy)
		named_free(n);
}

void rep_names_on_port(struct rep_names *names,
		       const struct kernel_port *port)
{
	const struct link *l = names->naming ?
				       link_find(names->core, port->ifindex) :
				       NULL;

	if (l)
		look_at_link(names, l, true);
}

void rep_names_init(struct rep_names *names, struct core *core)
{
	*names = (struct rep_names){ .core = core };
	list_init(&names->named);
}

void rep_names_use(struct rep_names *names, const struct rep_naming *naming)
{
	names->naming = NULL;
	for (int i = 0; i < REP_NAME_N; i++)
		if (naming->templates[i][0])
			names->naming = naming;
}

/* The kernel is stopped: no job will come back. */
void rep_names_fini(struct rep_names *names)
{
	struct named *n;

	list_for_each(n, &names->named, node)
		named_free(n);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands in the way of a plan.  What would be lost without a way back
 * blocks it; what the operator should know is told.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "swoffd/core/plan_priv.h"

static const struct {
	const char *name, *remedy;
} kinds[PLAN_N_FINDINGS] = {
	[PLAN_NO_ESWITCH] = { "no-eswitch",
		"nothing can be done with this driver; a later one may have it" },
	[PLAN_FIXED] = { "fixed-mode", "see what the hardware's vendor says" },
	[PLAN_VF_HELD] = { "vf-held",
		"stop the virtual machine, or take the VF out of it" },
	[PLAN_VF_UNSEEN] = { "vf-unseen",
		"let the daemon have CAP_SYS_PTRACE, as its unit does" },
	[PLAN_VF_ELSEWHERE] = { "vf-elsewhere",
		"stop the container, or move the netdev back" },
	[PLAN_VF_MASTER] = { "vf-master",
		"take the netdev out first: ip link set DEV nomaster" },
	[PLAN_VF_NETDEV] = { "vf-netdev",
		"nothing is needed if nobody uses it" },
	[PLAN_LINK_MASTER] = { "port-master",
		"take the netdev out first: ip link set DEV nomaster, or "
		"ovs-vsctl del-port DEV" },
	[PLAN_LINK_RULES] = { "port-rules",
		"remove them first: swctl flow flush for ours, for others "
		"tc filter del dev DEV ingress" },
	[PLAN_NO_VFS] = { "no-vfs",
		"if the driver refuses, make VFs first: swctl vf count" },
};

const char *plan_finding_str(enum plan_finding_kind kind)
{
	return kinds[kind].name;
}

const char *plan_finding_remedy(enum plan_finding_kind kind)
{
	return kinds[kind].remedy;
}

void plan_blocking_str(const struct plan *p, char out[PLAN_BLOCKING_SIZE])
{
	out[0] = '\0';
	for (size_t i = 0; i < p->n_findings && !out[0]; i++)
		if (p->findings[i].blocks)
			(void)snprintf(out, PLAN_BLOCKING_SIZE, "%s: %s",
				       p->findings[i].subject,
				       p->findings[i].text);
}

struct search {
	const struct preflight *now;
	const struct plan_target *to;
	struct plan *plan;
	bool taken;                    /* VFs are taken off their drivers */
	size_t max;
};

static void tell(struct search *s, enum plan_finding_kind kind, bool blocks,
		 const char *subject, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

static void tell(struct search *s, enum plan_finding_kind kind, bool blocks,
		 const char *subject, const char *fmt, ...)
{
	struct plan *p = s->plan;
	struct plan_finding *f;
	va_list ap;

	if (p->n_findings == s->max)
		return;
	f = &p->findings[p->n_findings++];
	f->kind = kind;
	f->blocks = blocks;
	p->n_blocking += blocks;
	(void)snprintf(f->subject, sizeof(f->subject), "%s", subject);
	va_start(ap, fmt);
	(void)vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
}

static void find_in_device(struct search *s)
{
	const struct kernel_device *d = &s->now->device;
	const struct recipe *r = s->plan->recipe;

	if (!d->has_eswitch || d->mode == ESWITCH_MODE_UNKNOWN)
		tell(s, PLAN_NO_ESWITCH, true, d->handle.dev,
		     "driver %s tells no eswitch mode", d->driver);
	else if (r->fixed[0] && s->to->mode != d->mode)
		tell(s, PLAN_FIXED, true, d->handle.dev, "%s", r->fixed);
	if (r->vfs == RECIPE_VFS_SOME && d->vf_count == 0 &&
	    d->mode == ESWITCH_MODE_LEGACY)
		tell(s, PLAN_NO_VFS, false, d->handle.dev,
		     "driver %s may want VFs before the mode", d->driver);
}

static void find_in_vf(struct search *s, const struct preflight_vf *vf)
{
	char subject[16];

	(void)snprintf(subject, sizeof(subject), "VF %u", vf->vf);
	if (vf->pid)
		tell(s, PLAN_VF_HELD, true, subject,
		     "%s is held by %s (process %u) through %s", vf->pci,
		     vf->process, vf->pid, vf->node);
	if (vf->unseen)
		tell(s, PLAN_VF_UNSEEN, true, subject,
		     "%s is with %s, and who holds it cannot be told: not all "
		     "processes can be looked at", vf->pci, vf->driver);
	if (vf->elsewhere)
		tell(s, PLAN_VF_ELSEWHERE, true, subject,
		     "%s has its netdev in another network namespace",
		     vf->pci);
	if (vf->master[0])
		tell(s, PLAN_VF_MASTER, true, subject,
		     "%s: its netdev %s is a port of %s", vf->pci, vf->netdev,
		     vf->master);
	else if (vf->netdev[0])
		tell(s, PLAN_VF_NETDEV, false, subject,
		     "%s: its netdev %s goes, with addresses and settings",
		     vf->pci, vf->netdev);
}

static void find_in_link(struct search *s, const struct preflight_link *l)
{
	bool no_rules = s->plan->recipe->rules == RECIPE_RULES_NONE;
	bool goes = s->to->mode == ESWITCH_MODE_LEGACY && !l->uplink;

	if (goes && l->master[0])
		tell(s, PLAN_LINK_MASTER, true, l->name,
		     "the representor goes, and is a port of %s", l->master);
	if (no_rules && l->n_ours_hw + l->n_foreign_hw)
		tell(s, PLAN_LINK_RULES, true, l->name,
		     "rules in hardware hold the mode: %u of ours, %u of "
		     "others", l->n_ours_hw, l->n_foreign_hw);
	else if (goes && l->n_foreign)
		tell(s, PLAN_LINK_RULES, false, l->name,
		     "%u rule%s of others go with the representor",
		     l->n_foreign, l->n_foreign == 1 ? "" : "s");
}

int plan_find(const struct preflight *now, const struct plan_target *target,
	      bool crossing, struct plan *out, struct error *err)
{
	struct search s = {
		.now = now, .to = target, .plan = out,
		.taken = crossing && out->recipe->vfs != RECIPE_VFS_ANY &&
			 out->recipe->vfs != RECIPE_VFS_SOME,
		.max = 2 + 3 * now->n_vfs + 2 * now->n_links,
	};

	out->findings = calloc(s.max, sizeof(out->findings[0]));
	if (!out->findings)
		return error_set(err, ENOMEM, "out of memory");
	find_in_device(&s);
	for (size_t i = 0; s.taken && i < now->n_vfs; i++)
		find_in_vf(&s, &now->vfs[i]);
	for (size_t i = 0; crossing && i < now->n_links; i++)
		find_in_link(&s, &now->links[i]);
	return 0;
}

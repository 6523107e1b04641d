/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Settings and names of netdevs of the fake kernel; the largest MTU is 9000. */
#include <errno.h>
#include <stdio.h>

#include "tests/fake_parts.h"

#define MAX_MTU 9000

static uint32_t get(const struct fake_link *l, enum repattr_id id)
{
	switch (id) {
	case REPATTR_MTU:
		return l->info.mtu;
	case REPATTR_UP:
		return l->info.up;
	default:
		return l->tc_offload;
	}
}

static void put(struct fake_link *l, enum repattr_id id, uint32_t num)
{
	if (id == REPATTR_MTU)
		l->info.mtu = num;
	else if (id == REPATTR_UP)
		l->info.up = num;
	else
		l->tc_offload = num;
}

void fake_link_altname(struct fake_kernel *fk, const char *name,
		       const char *altname)
{
	struct fake_link *l = fake_link_find(fk, name);

	if (l)
		(void)kernel_altname_add(&l->info, altname);
}

void fake_link_change(struct fake_kernel *fk, const char *name,
		      enum repattr_id id, uint32_t num)
{
	struct fake_link *l = fake_link_find(fk, name);

	if (!l)
		return;
	put(l, id, num);
	fake_tell_link(fk, l);
}

static int refuse(struct fake_kernel *fk, const struct fake_link *l,
		  enum repattr_id id, uint32_t num, struct kernel_job *job)
{
	char text[REPATTR_TEXT_SIZE];
	bool large = id == REPATTR_MTU && num > MAX_MTU;

	if (!large && !(fk->refused_settings & REPATTR_BIT(id)))
		return 0;
	repattr_format(id, num, text);
	(void)error_set(&job->err, large ? EINVAL : EOPNOTSUPP, "%s: set %s",
			l->info.name, text);
	(void)snprintf(job->err.extack, sizeof(job->err.extack), "%s",
		       large ? "mtu greater than device maximum" :
			       "fake: not supported");
	return -job->err.code;
}

int fake_link_set(struct fake_kernel *fk, struct fake_link *l,
		  struct kernel_job *job)
{
	struct kernel_settings *s = job->settings;
	bool any = false;
	int rc = 0;

	for (int i = 0; i < REPATTR_N; i++) {
		enum repattr_id id = (enum repattr_id)i;

		repattr_put(&s->was, id, get(l, id));
	}
	for (int i = 0; i < REPATTR_N && !rc; i++)
		if (repattr_has(&s->want, (enum repattr_id)i))
			rc = refuse(fk, l, (enum repattr_id)i, s->want.num[i],
				    job);
	for (int i = 0; i < REPATTR_N && !rc; i++) {
		if (!repattr_has(&s->want, (enum repattr_id)i) ||
		    s->want.num[i] == s->was.num[i])
			continue;
		put(l, (enum repattr_id)i, s->want.num[i]);
		any = true;
	}
	/* As the kernel does: whoever changed it is told too. */
	if (any)
		fake_tell_link(fk, l);
	return rc;
}

static bool is_taken(struct fake_kernel *fk, const char *name)
{
	struct fake_link *l;

	list_for_each(l, &fk->links, node) {
		const char *alt = NULL;

		if (strcmp(l->info.name, name) == 0)
			return true;
		while ((alt = kernel_altname_next(&l->info, alt)))
			if (strcmp(alt, name) == 0)
				return true;
	}
	return false;
}

int fake_link_name(struct fake_kernel *fk, struct fake_link *l,
		   struct kernel_job *job)
{
	struct kernel_naming *n = job->naming;

	if (is_taken(fk, n->name))
		return error_set(&job->err, EEXIST, "File exists");
	if (!n->alt && l->info.up)
		return error_set(&job->err, EBUSY, "%s: it is up",
				 l->info.name);
	if (n->alt)
		(void)kernel_altname_add(&l->info, n->name);
	else
		(void)snprintf(l->info.name, sizeof(l->info.name), "%.15s",
			       n->name);
	n->link = l->info;
	if (!n->alt || l->info.up)
		fake_tell_link(fk, l);
	return 0;
}

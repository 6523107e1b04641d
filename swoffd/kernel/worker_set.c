/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Attributes are set one by one, so that a refusal is of one of them; then
 * what was set before it is put back.
 */
#include <errno.h>
#include <linux/devlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/near.h"
#include "swoffd/kernel/devlink_function.h"
#include "swoffd/kernel/vfinfo.h"
#include "swoffd/kernel/worker_priv.h"

struct setting {
	struct worker *w;
	struct kernel_job *job;
	struct kernel_function have;   /* as it was */
	struct devattrs want;
	char parent[DEVATTR_TEXT_SIZE];        /* as it is now */
	uint32_t done;                 /* what has been set */
	char who[KERNEL_BUS_SIZE + KERNEL_DEV_SIZE + DEVATTR_TEXT_SIZE];
};

/* Each of the two rates goes with the other, as it is. */
static int set_vf(struct setting *s, enum devattr_id id,
		  const struct devattrs *to, struct error *err)
{
	struct devattrs all = *to;
	request_buf buf;

	if (!s->job->ifindex)
		return error_set(err, ENODEV, "the device has no netdev here");
	for (int i = DEVATTR_MIN_TX_RATE; i <= DEVATTR_MAX_TX_RATE; i++)
		if (!devattr_has(to, (enum devattr_id)i))
			devattr_put(&all, (enum devattr_id)i,
				    s->have.attrs.num[i]);
	vfinfo_encode_set(buf, s->job->ifindex, s->have.vf, id, &all);
	return worker_ask_route(s->w, buf, NULL, NULL, err);
}

static int send_rate(struct setting *s, enum devattr_id id,
		     const struct devattrs *to, struct error *err)
{
	struct kernel_function f = s->have;
	request_buf buf;

	f.attrs = *to;
	f.attrs.mask = DEVATTR_BIT(id);
	devlink_encode_rate(buf, s->w->devlink.id, DEVLINK_CMD_RATE_SET,
			    &s->job->handle, &f);
	return worker_ask(s->w, buf, NULL, NULL, err);
}

/* From one parent to another only by way of none, which the kernel refuses to
 * go by itself; not even to the one that it has. */
static int set_parent(struct setting *s, const struct devattrs *to,
		      struct error *err)
{
	struct devattrs from = { .mask = 0 };
	const struct devattrs none = { .mask = 0 };
	bool moves = s->parent[0] && to->parent[0];
	int rc = 0;

	if (strcmp(s->parent, to->parent) == 0)
		return 0;
	if (moves)
		rc = send_rate(s, DEVATTR_PARENT, &none, err);
	if (rc)
		return rc;
	rc = send_rate(s, DEVATTR_PARENT, to, err);
	if (!rc) {
		memcpy(s->parent, to->parent, sizeof(s->parent));
	} else if (moves) {
		memcpy(from.parent, s->parent, sizeof(from.parent));
		(void)send_rate(s, DEVATTR_PARENT, &from, NULL);
	}
	return rc;
}

static int set_rate(struct setting *s, enum devattr_id id,
		    const struct devattrs *to, struct error *err)
{
	return id == DEVATTR_PARENT ? set_parent(s, to, err) :
				      send_rate(s, id, to, err);
}

static int set_function(struct setting *s, enum devattr_id id,
			const struct devattrs *to, struct error *err)
{
	request_buf buf;

	devlink_encode_function_set(buf, s->w->devlink.id, &s->job->handle,
				    s->have.port_index, id, to->num[id]);
	return worker_ask(s->w, buf, NULL, NULL, err);
}

static int set_one(struct setting *s, enum devattr_id id,
		   const struct devattrs *to, struct error *err)
{
	switch (devattr_table[id].object) {
	case DEVATTR_OF_VF:
		return set_vf(s, id, to, err);
	case DEVATTR_OF_RATE:
		return set_rate(s, id, to, err);
	default:
		return set_function(s, id, to, err);
	}
}

/* How kernels say that they have never heard of an attribute. */
static bool is_unknown(const struct error *err)
{
	return err->code == EINVAL &&
	       (strstr(err->extack, "Unknown attribute type") ||
		strstr(err->extack, "Fail to parse port function"));
}

static uint64_t wanted_or_had(const struct setting *s, enum devattr_id id)
{
	return devattr_has(&s->want, id) ? s->want.num[id] :
					   s->have.attrs.num[id];
}

/* The kernel compares the two rates of a VF without a word. */
static bool is_max_below_min(const struct setting *s, enum devattr_id id)
{
	uint64_t max = wanted_or_had(s, DEVATTR_MAX_TX_RATE);

	return (id == DEVATTR_MAX_TX_RATE || id == DEVATTR_MIN_TX_RATE) &&
	       max && max < wanted_or_had(s, DEVATTR_MIN_TX_RATE);
}

static int refused(struct setting *s, enum devattr_id id, struct error *err)
{
	char value[DEVATTR_VALUE_SIZE];
	size_t len = strlen(err->msg);
	const char *hint = "";

	if (is_unknown(err))
		hint = "; this kernel has no such attribute";
	else if (id == DEVATTR_PARENT && err->code == ENODEV)
		hint = "; there is no such node";
	else if (is_max_below_min(s, id))
		hint = "; the most would be less than min_tx_rate";
	(void)snprintf(err->msg + len, sizeof(err->msg) - len, "%s", hint);
	devattr_format(&s->want, id, value);
	return error_prefix(err, "%s: %s %s", s->who, devattr_table[id].name,
			    value);
}

/* In the other order; what it was not told to have cannot be put back. */
static void put_back(struct setting *s)
{
	struct error *err = &s->job->err, ignored;
	size_t len;

	for (int id = DEVATTR_N; id-- > 0;) {
		if (!(s->done & DEVATTR_BIT(id)))
			continue;
		s->done &= ~(devattr_table[id].object == DEVATTR_OF_VF ?
				     vfinfo_together((enum devattr_id)id) :
				     DEVATTR_BIT(id));
		if (devattr_has(&s->have.attrs, (enum devattr_id)id) &&
		    set_one(s, (enum devattr_id)id, &s->have.attrs,
			    &ignored) == 0)
			continue;
		len = strlen(err->msg);
		(void)snprintf(err->msg + len, sizeof(err->msg) - len,
			       "; %s could not be put back",
			       devattr_table[id].name);
	}
}

/* One after the other, up to the first that is refused. */
static int set_each(struct setting *s)
{
	int rc = 0;

	for (int i = 0; i < DEVATTR_N && !rc; i++) {
		enum devattr_id id = (enum devattr_id)i;

		if (!devattr_has(&s->want, id) || s->done & DEVATTR_BIT(id))
			continue;
		rc = set_one(s, id, &s->want, &s->job->err);
		if (rc)
			refused(s, id, &s->job->err);
		else
			s->done |= devattr_table[id].object == DEVATTR_OF_VF ?
					   vfinfo_together(id) & s->want.mask :
					   DEVATTR_BIT(id);
	}
	return rc;
}

static int set_all(struct setting *s)
{
	int rc;

	memcpy(s->parent, s->have.attrs.parent, sizeof(s->parent));
	rc = set_each(s);
	if (rc)
		put_back(s);
	return rc;
}

/* devlink knows a function by its port only. */
static int need_port(struct setting *s)
{
	for (int i = 0; i < DEVATTR_N; i++) {
		enum devattr_id id = (enum devattr_id)i;

		if (!devattr_has(&s->want, id) ||
		    devattr_table[id].object == DEVATTR_OF_VF ||
		    s->have.port_index != KERNEL_NO_NUMBER)
			continue;
		error_set(&s->job->err, EOPNOTSUPP, "it has no devlink port; "
			  "in switchdev mode there is one");
		return refused(s, id, &s->job->err);
	}
	return 0;
}

int worker_vf_set(struct worker *w, struct kernel_job *job)
{
	struct setting s = { .w = w, .job = job, .want = job->function.attrs };
	const struct kernel_function *have = NULL;
	int rc = worker_vf_read(w, job);

	if (rc)
		return rc;
	for (size_t i = 0; i < job->n_functions; i++)
		if (job->functions[i].vf == job->function.vf)
			have = &job->functions[i];
	if (!have)
		return error_set(&job->err, ENODEV, "%s/%s: no VF %u",
				 job->handle.bus, job->handle.dev,
				 job->function.vf);
	s.have = *have;
	(void)snprintf(s.who, sizeof(s.who), "%s/%s: VF %u", job->handle.bus,
		       job->handle.dev, have->vf);
	devattr_prefer_devlink(&s.want, &have->attrs);
	rc = need_port(&s);
	return rc ? rc : set_all(&s);
}

int worker_sf_set(struct worker *w, struct kernel_job *job)
{
	struct setting s = { .w = w, .job = job, .want = job->function.attrs };
	const struct kernel_function *have = NULL;
	int rc = worker_sf_read(w, job);

	if (rc)
		return rc;
	(void)snprintf(s.who, sizeof(s.who), "%s/%s/%u", job->handle.bus,
		       job->handle.dev, job->function.port_index);
	for (size_t i = 0; i < job->n_functions; i++)
		if (job->functions[i].port_index == job->function.port_index)
			have = &job->functions[i];
	if (!have)
		return error_set(&job->err, ENODEV, "%s: no such scalable "
				 "function", s.who);
	s.have = *have;
	return set_all(&s);
}

static void name_rate(const struct kernel_job *job,
		      const struct kernel_function *f, char *out, size_t size)
{
	if (f->node[0])
		(void)snprintf(out, size, "%s/%s/%s", job->handle.bus,
			       job->handle.dev, f->node);
	else
		(void)snprintf(out, size, "%s/%s/%u", job->handle.bus,
			       job->handle.dev, f->port_index);
}

static int no_rate(struct kernel_job *job, const char *who)
{
	struct near near = near_init(job->function.node);

	for (size_t i = 0; i < job->n_functions; i++)
		near_try(&near, job->functions[i].node);
	if (near.best[0])
		return error_set(&job->err, ENODEV, "%s: no such rate; did "
				 "you mean '%s'?", who, near.best);
	return error_set(&job->err, ENODEV, "%s: no such rate; `swctl rate "
			 "list` shows what there is", who);
}

int worker_rate_set(struct worker *w, struct kernel_job *job)
{
	struct setting s = { .w = w, .job = job, .want = job->function.attrs };
	const struct kernel_function *have = NULL;
	int rc = worker_rate_read(w, job);

	if (rc)
		return rc;
	name_rate(job, &job->function, s.who, sizeof(s.who));
	for (size_t i = 0; i < job->n_functions; i++)
		if (job->functions[i].port_index == job->function.port_index &&
		    strcmp(job->functions[i].node, job->function.node) == 0)
			have = &job->functions[i];
	if (!have)
		return no_rate(job, s.who);
	s.have = *have;
	return set_all(&s);
}

static int rate_request(struct worker *w, struct kernel_job *job, uint8_t cmd,
			const char *what)
{
	request_buf buf;
	int rc = worker_need_family(DEVLINK_GENL_NAME, &w->devlink,
				    &job->err);

	if (rc)
		return rc;
	devlink_encode_rate(buf, w->devlink.id, cmd, &job->handle,
			    &job->function);
	if (worker_ask(w, buf, NULL, NULL, &job->err) == 0)
		return 0;
	return error_prefix(&job->err, "%s/%s: %s rate %s", job->handle.bus,
			    job->handle.dev, what, job->function.node);
}

/* First the bare node: so a refusal is of the node or of one attribute. */
int worker_rate_add(struct worker *w, struct kernel_job *job)
{
	struct setting s = { .w = w, .job = job, .have = job->function,
			     .want = job->function.attrs };
	struct kernel_job undo = { .handle = job->handle };
	int rc;

	s.have.attrs.mask = job->function.attrs.mask = 0;
	rc = rate_request(w, job, DEVLINK_CMD_RATE_NEW, "add");
	if (rc)
		return rc;
	name_rate(job, &job->function, s.who, sizeof(s.who));
	rc = set_each(&s);
	if (rc) {
		undo.function = s.have;
		(void)rate_request(w, &undo, DEVLINK_CMD_RATE_DEL, "delete");
	}
	return rc;
}

int worker_rate_del(struct worker *w, struct kernel_job *job)
{
	return rate_request(w, job, DEVLINK_CMD_RATE_DEL, "delete");
}

/* Children first: who has some is not deleted. */
static int leave_parent(struct worker *w, struct kernel_job *job,
			const struct kernel_function *f)
{
	const struct devattrs none = { .mask = 0 };
	struct setting s = { .w = w, .job = job, .have = *f };

	if (!f->attrs.parent[0] ||
	    !send_rate(&s, DEVATTR_PARENT, &none, &job->err))
		return 0;
	name_rate(job, f, s.who, sizeof(s.who));
	return error_prefix(&job->err, "%s: leave parent %s", s.who,
			    f->attrs.parent);
}

int worker_rate_clear(struct worker *w, struct kernel_job *job)
{
	int rc = worker_rate_read(w, job);

	for (size_t i = 0; !rc && i < job->n_functions; i++)
		rc = leave_parent(w, job, &job->functions[i]);
	for (size_t i = 0; !rc && i < job->n_functions; i++) {
		job->function = job->functions[i];
		if (job->function.node[0])
			rc = worker_rate_del(w, job);
	}
	return rc;
}

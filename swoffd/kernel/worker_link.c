/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Netdevs are read and set one setting at a time, so that a refusal is of one
 * of them; then what was set before it is put back.
 */
#include <errno.h>
#include <linux/ethtool_netlink.h>
#include <stdio.h>
#include <string.h>

#include "swoffd/kernel/ethtool.h"
#include "swoffd/kernel/link.h"
#include "swoffd/kernel/worker_priv.h"

struct features {
	struct ethtool_tc_offload f;
	int rc;
};

static void take_features(const struct nlmsghdr *nlh, void *ctx)
{
	struct features *out = ctx;

	out->rc = ethtool_decode(nlh, &out->f);
}

const char *worker_netdev(uint32_t ifindex, char name[IFNAMSIZ])
{
	if (!if_indextoname(ifindex, name))
		(void)snprintf(name, IFNAMSIZ, "ifindex %u", ifindex);
	return name;
}

static int get_features(struct worker *w, uint32_t ifindex,
			struct ethtool_tc_offload *out, struct error *err)
{
	struct features got = { .rc = -ENODATA };
	char name[IFNAMSIZ];
	request_buf buf;
	int rc = worker_need_family(ETHTOOL_GENL_NAME, &w->ethtool, err);

	if (rc)
		return rc;
	ethtool_encode_get(buf, w->ethtool.id, ifindex);
	rc = worker_ask(w, buf, take_features, &got, err);
	if (!rc && got.rc)
		rc = error_set(err, -got.rc, "answer not understood");
	if (rc)
		return error_prefix(err, "%s: read hw-tc-offload",
				    worker_netdev(ifindex, name));
	*out = got.f;
	return 0;
}

static int ask_offload(struct worker *w, uint32_t ifindex, bool on,
		       struct error *err)
{
	request_buf buf;

	ethtool_encode_set(buf, w->ethtool.id, ifindex, on);
	return worker_ask(w, buf, NULL, NULL, err);
}

int worker_tc_offload_on(struct worker *w, struct kernel_job *job)
{
	struct ethtool_tc_offload f;
	char name[IFNAMSIZ];
	int rc = get_features(w, job->ifindex, &f, &job->err);

	if (rc || f.active) {
		job->tc_offload = !rc;
		return rc;
	}
	if (ask_offload(w, job->ifindex, true, &job->err))
		return error_prefix(&job->err, "%s: set hw-tc-offload on",
				    worker_netdev(job->ifindex, name));
	rc = get_features(w, job->ifindex, &f, &job->err);
	if (rc)
		return rc;
	job->tc_offload = f.active;
	if (f.active)
		return 0;
	/* The kernel accepts what the driver then does not do. */
	return error_set(&job->err, EOPNOTSUPP,
			 "%s: set hw-tc-offload on: %s",
			 worker_netdev(job->ifindex, name),
			 f.changeable ? "it stayed off" :
					"the driver does not have it");
}

static void take_link(const struct nlmsghdr *nlh, void *ctx)
{
	(void)link_decode(nlh, ctx);
}

static int read_link(struct worker *w, uint32_t ifindex,
		     struct kernel_link *out, struct error *err)
{
	char name[IFNAMSIZ];
	request_buf buf;
	int rc;

	*out = (struct kernel_link){ 0 };
	link_encode_get(buf, ifindex);
	rc = worker_ask_route(w, buf, take_link, out, err);
	if (!rc && !out->ifindex)
		rc = error_set(err, EBADMSG, "answer not understood");
	return rc ? error_prefix(err, "%s: read the link",
				 worker_netdev(ifindex, name)) : 0;
}

int worker_link_read(struct worker *w, struct kernel_job *job)
{
	struct ethtool_tc_offload f = { 0 };
	int rc = read_link(w, job->ifindex, job->link, &job->err);

	if (!rc)
		rc = get_features(w, job->ifindex, &f, &job->err);
	job->tc_offload = f.active;
	return rc;
}

int worker_link_name(struct worker *w, struct kernel_job *job)
{
	struct kernel_naming *n = job->naming;
	char name[IFNAMSIZ];
	request_buf buf;
	int rc;

	(void)worker_netdev(job->ifindex, name);
	if (n->alt)
		link_encode_altname_add(buf, job->ifindex, n->name);
	else
		link_encode_rename(buf, job->ifindex, n->name);
	rc = worker_ask_route(w, buf, NULL, NULL, &job->err);
	if (!rc)
		return read_link(w, job->ifindex, &n->link, &job->err);
	if (rc == -EBUSY && !n->alt)
		(void)error_set(&job->err, EBUSY, "it is up, and this kernel "
				"renames it only while it is down; it is done "
				"the next time that it is");
	return error_prefix(&job->err, "%s: %s '%s'", name,
			    n->alt ? "add the altname" : "rename to", n->name);
}

/* All settings that there are; without ethtool, hw-tc-offload is none. */
static int read_settings(struct worker *w, uint32_t ifindex,
			 struct repattrs *out, struct error *err)
{
	struct ethtool_tc_offload f;
	struct kernel_link link;
	struct error ignored;
	int rc = read_link(w, ifindex, &link, err);

	*out = (struct repattrs){ 0 };
	if (rc)
		return rc;
	repattr_put(out, REPATTR_UP, link.up);
	repattr_put(out, REPATTR_MTU, link.mtu);
	if (!get_features(w, ifindex, &f, &ignored))
		repattr_put(out, REPATTR_TC_OFFLOAD, f.active);
	return 0;
}

static int set_one(struct worker *w, uint32_t ifindex, enum repattr_id id,
		   uint32_t num, struct error *err)
{
	request_buf buf;

	switch (id) {
	case REPATTR_MTU:
		link_encode_mtu(buf, ifindex, num);
		break;
	case REPATTR_UP:
		link_encode_up(buf, ifindex, num);
		break;
	default:
		return ask_offload(w, ifindex, num, err);
	}
	return worker_ask_route(w, buf, NULL, NULL, err);
}

static int refused(uint32_t ifindex, enum repattr_id id, uint32_t num,
		   struct error *err)
{
	char text[REPATTR_TEXT_SIZE], name[IFNAMSIZ];

	repattr_format(id, num, text);
	return error_prefix(err, "%s: set %s", worker_netdev(ifindex, name),
			    text);
}

static bool differs(const struct repattrs *want, const struct repattrs *is,
		    enum repattr_id id)
{
	return repattr_has(want, id) &&
	       (!repattr_has(is, id) || is->num[id] != want->num[id]);
}

/* done: bits of those that were set. */
static int set_each(struct worker *w, struct kernel_job *job, uint32_t *done)
{
	const struct kernel_settings *s = job->settings;

	for (int i = 0; i < REPATTR_N; i++) {
		enum repattr_id id = (enum repattr_id)i;

		if (!differs(&s->want, &s->was, id))
			continue;
		if (set_one(w, job->ifindex, id, s->want.num[id], &job->err))
			return refused(job->ifindex, id, s->want.num[id],
				       &job->err);
		*done |= REPATTR_BIT(id);
	}
	return 0;
}

/* The kernel accepts what a driver then does not do, or does in its own way. */
static int verify(struct worker *w, struct kernel_job *job)
{
	const struct repattrs *want = &job->settings->want;
	char text[REPATTR_TEXT_SIZE];
	struct repattrs is;
	int rc = read_settings(w, job->ifindex, &is, &job->err);

	for (int i = 0; i < REPATTR_N && !rc; i++) {
		enum repattr_id id = (enum repattr_id)i;

		if (!differs(want, &is, id))
			continue;
		repattr_format(id, is.num[id], text);
		if (repattr_has(&is, id))
			error_set(&job->err, EOPNOTSUPP, "the kernel has "
				  "taken it, and it is '%s'", text);
		else
			error_set(&job->err, EOPNOTSUPP, "the driver does "
				  "not have it");
		rc = refused(job->ifindex, id, want->num[id], &job->err);
	}
	return rc;
}

static void put_back(struct worker *w, struct kernel_job *job, uint32_t done)
{
	const struct repattrs *was = &job->settings->was;
	struct error *err = &job->err, ignored;

	for (int id = REPATTR_N; id-- > 0;) {
		size_t len = strlen(err->msg);

		if (!(done & REPATTR_BIT(id)) ||
		    (repattr_has(was, (enum repattr_id)id) &&
		     !set_one(w, job->ifindex, (enum repattr_id)id,
			      was->num[id], &ignored)))
			continue;
		(void)snprintf(err->msg + len, sizeof(err->msg) - len,
			       "; %s could not be put back",
			       repattr_table[id].word);
	}
}

int worker_link_set(struct worker *w, struct kernel_job *job)
{
	uint32_t done = 0;
	int rc = read_settings(w, job->ifindex, &job->settings->was,
			       &job->err);

	if (rc)
		return rc;
	rc = set_each(w, job, &done);
	if (!rc && done)
		rc = verify(w, job);
	if (rc)
		put_back(w, job, done);
	return rc;
}

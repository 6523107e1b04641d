/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Jobs about what devlink tells of a device beside its ports and modes. */
#include <errno.h>
#include <linux/devlink.h>
#include <stdio.h>

#include "swoffd/kernel/devlink_detail.h"
#include "swoffd/kernel/worker_priv.h"

static const struct kind {
	const char *what;
	uint8_t cmd;
	bool dump;                     /* of all devices: each says whose */
	int (*add)(const struct nlmsghdr *nlh, struct detail_list *list);
} kinds[] = {
	[DETAIL_INFO] = { "information", DEVLINK_CMD_INFO_GET, false,
			  devlink_add_info },
	[DETAIL_REPORTERS] = { "health reporters",
			       DEVLINK_CMD_HEALTH_REPORTER_GET, true,
			       devlink_add_reporter },
	[DETAIL_PARAMS] = { "parameters", DEVLINK_CMD_PARAM_GET, true,
			    devlink_add_param },
	[DETAIL_RESOURCES] = { "resources", DEVLINK_CMD_RESOURCE_DUMP, false,
			       devlink_add_resources },
};

struct reading {
	const struct kind *kind;
	const struct kernel_handle *of;        /* bus "": all */
	struct detail_list *list;
	int rc;
};

static bool is_wanted(const struct reading *r, const struct nlmsghdr *nlh)
{
	struct kernel_handle h;

	if (!r->of->bus[0])
		return true;
	return !devlink_decode_handle(nlh, &h) &&
	       kernel_handle_equal(&h, r->of);
}

static void take(const struct nlmsghdr *nlh, void *ctx)
{
	struct reading *r = ctx;
	int rc;

	if (!is_wanted(r, nlh))
		return;
	rc = r->kind->add(nlh, r->list);
	/* What is not understood leaves the rest as it is. */
	if (rc != -EBADMSG && !r->rc)
		r->rc = rc;
}

/* "health reporters", "pci/0000:03:00.0: health reporters" */
static const char *of_what(const struct reading *r, char out[160])
{
	const char *bus = r->of->bus;

	(void)snprintf(out, 160, "%s%s%s%s%s", bus, *bus ? "/" : "",
		       r->of->dev, *bus ? ": " : "", r->kind->what);
	return out;
}

int worker_detail_read(struct worker *w, struct kernel_job *job)
{
	struct reading r = {
		.kind = &kinds[job->list->kind],
		.of = &job->handle,
		.list = job->list,
	};
	int rc = worker_need_devlink(w, &job->err);
	request_buf buf;
	char what[160];

	if (rc)
		return rc;
	if (r.kind->dump)
		devlink_encode_dump(buf, w->devlink.id, r.kind->cmd);
	else
		devlink_encode_get(buf, w->devlink.id, r.kind->cmd, r.of);
	rc = worker_ask(w, buf, take, &r, &job->err);
	if (!rc && r.rc)
		rc = error_set(&job->err, -r.rc,
			       "more than %d are there, or memory is short",
			       DETAIL_MAX);
	if (rc == -EOPNOTSUPP)
		return error_set(&job->err, EOPNOTSUPP,
				 "%s: neither driver nor kernel has any",
				 of_what(&r, what));
	return rc ? error_prefix(&job->err, "read %s", of_what(&r, what)) : 0;
}

int worker_health_recover(struct worker *w, struct kernel_job *job)
{
	const struct detail_reporter *r = job->reporter;
	int rc = worker_need_devlink(w, &job->err);
	request_buf buf;

	if (rc)
		return rc;
	devlink_encode_recover(buf, w->devlink.id, r);
	rc = worker_ask(w, buf, NULL, NULL, &job->err);
	if (rc == -EOPNOTSUPP && !job->err.extack[0])
		(void)error_set(&job->err, EOPNOTSUPP,
				"the driver has no way to do it");
	return rc ? error_prefix(&job->err, "%s/%s: recover %s",
				 r->handle.bus, r->handle.dev, r->name) : 0;
}

int worker_param_set(struct worker *w, struct kernel_job *job)
{
	const struct detail_param *p = job->param;
	enum detail_cmode mode = (enum detail_cmode)job->cmode;
	int rc = worker_need_devlink(w, &job->err);
	request_buf buf;

	if (rc)
		return rc;
	devlink_encode_param(buf, w->devlink.id, p, mode);
	rc = worker_ask(w, buf, NULL, NULL, &job->err);
	return rc ? error_prefix(&job->err, "%s/%s: set parameter %s, cmode %s",
				 p->handle.bus, p->handle.dev, p->name,
				 detail_cmode_str(mode)) : 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kind of job is a row.  The kernel does the whole of a request inside
 * sendmsg(); the deadline is for an answer that never comes.
 */
#include "swoffd/kernel/worker_priv.h"

#include <errno.h>
#include <linux/devlink.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "swoffd/kernel/sysfs.h"
#include "swoffd/kernel/sysfs_vf.h"

#define ANSWER_MS 10000

int worker_need_family(const char *name, struct genl_family *family,
		       struct error *err)
{
	int rc;

	if (family->id)
		return 0;
	rc = genl_resolve(name, NULL, family);
	return rc ? error_set(err, -rc, "%s is not in this kernel: %s", name,
			      strerror(-rc)) : 0;
}

int worker_need_devlink(struct worker *w, struct error *err)
{
	return worker_need_family(DEVLINK_GENL_NAME, &w->devlink, err);
}

static int ask_on(struct nlsock *sock, int protocol, void *buf,
		  nlsock_reply_fn reply, void *ctx, struct error *err)
{
	int rc = sock->mnl ? 0 : nlsock_open(sock, protocol, 0, err);

	if (rc)
		return rc;
	rc = nlsock_request(sock, buf, ANSWER_MS, reply, ctx, err);
	/* Late answers to this request must not meet the next. */
	if (rc == -ETIMEDOUT || rc == -ENOBUFS || rc == -EMSGSIZE)
		nlsock_close(sock);
	return rc;
}

int worker_ask(struct worker *w, void *buf, nlsock_reply_fn reply, void *ctx,
	       struct error *err)
{
	return ask_on(&w->sock, NETLINK_GENERIC, buf, reply, ctx, err);
}

int worker_ask_route(struct worker *w, void *buf, nlsock_reply_fn reply,
		     void *ctx, struct error *err)
{
	return ask_on(&w->route, NETLINK_ROUTE, buf, reply, ctx, err);
}

static void take_eswitch(const struct nlmsghdr *nlh, void *ctx)
{
	struct kernel_device *device = ctx;

	device->has_eswitch = !devlink_decode_eswitch(nlh, device);
}

static void take_driver(const struct nlmsghdr *nlh, void *ctx)
{
	struct kernel_device *device = ctx;

	(void)devlink_decode_driver(nlh, device->driver);
}

static void read_driver(struct worker *w, struct kernel_device *d)
{
	request_buf buf;

	if (!sysfs_driver(w->root, &d->handle, d->driver))
		return;
	devlink_encode_get(buf, w->devlink.id, DEVLINK_CMD_INFO_GET,
			   &d->handle);
	(void)worker_ask(w, buf, take_driver, d, NULL);
}

static void read_vfs(struct worker *w, struct kernel_device *d)
{
	/* Unknown stays KERNEL_NO_NUMBER. */
	(void)sysfs_vf_count(w->root, &d->handle, &d->vf_count);
	(void)sysfs_vf_max(w->root, &d->handle, &d->vf_max);
}

/* A device without an eswitch is a device all the same. */
static int read_eswitch(struct worker *w, struct kernel_device *d,
			struct error *err)
{
	request_buf buf;
	int rc;

	devlink_encode_get(buf, w->devlink.id, DEVLINK_CMD_ESWITCH_GET,
			   &d->handle);
	rc = worker_ask(w, buf, take_eswitch, d, err);
	if (rc == -EOPNOTSUPP)
		return 0;
	return rc ? error_prefix(err, "%s/%s: read eswitch", d->handle.bus,
				 d->handle.dev) : 0;
}

int worker_device_read(struct worker *w, struct kernel_job *job)
{
	struct kernel_device d = {
		.handle = job->handle,
		.mode = ESWITCH_MODE_UNKNOWN,
		.inline_mode = ESWITCH_INLINE_UNKNOWN,
		.encap_mode = ESWITCH_ENCAP_UNKNOWN,
		.vf_count = KERNEL_NO_NUMBER,
		.vf_max = KERNEL_NO_NUMBER,
	};
	int rc = worker_need_devlink(w, &job->err);

	if (!rc)
		rc = read_eswitch(w, &d, &job->err);
	if (rc)
		return rc;
	read_driver(w, &d);
	read_vfs(w, &d);
	job->device = d;
	return 0;
}

static const char *const modes[] = { "legacy", "switchdev",
				     "switchdev_inactive" };
static const char *const inlines[] = { "none", "link", "network",
				       "transport" };
static const char *const encaps[] = { "none", "basic" };

struct eswitch_part {
	enum devlink_eswitch what;
	const char *name;
	const char *const *values;
	int n_values;
	int value;                     /* negative: leave it */
};

static int set_part(struct worker *w, struct kernel_job *job,
		    const struct eswitch_part *p)
{
	request_buf buf;

	if (p->value < 0)
		return 0;
	if (p->value >= p->n_values)
		return error_set(&job->err, EINVAL, "set eswitch %s: no such "
				 "value", p->name);
	devlink_encode_eswitch_set(buf, w->devlink.id, &job->handle, p->what,
				   p->value);
	if (!worker_ask(w, buf, NULL, NULL, &job->err))
		return 0;
	return error_prefix(&job->err, "%s/%s: set eswitch %s %s",
			    job->handle.bus, job->handle.dev, p->name,
			    p->values[p->value]);
}

static int eswitch_set(struct worker *w, struct kernel_job *job)
{
	const struct eswitch_part parts[] = {
		{ DEVLINK_ESWITCH_MODE, "mode", modes, ARRAY_LEN(modes),
		  job->device.mode },
		{ DEVLINK_ESWITCH_INLINE, "inline-mode", inlines,
		  ARRAY_LEN(inlines), job->device.inline_mode },
		{ DEVLINK_ESWITCH_ENCAP, "encap-mode", encaps,
		  ARRAY_LEN(encaps), job->device.encap_mode },
	};
	int rc = worker_need_devlink(w, &job->err);

	for (size_t i = 0; !rc && i < ARRAY_LEN(parts); i++)
		rc = set_part(w, job, &parts[i]);
	return rc;
}

/* What helps against the refusals that people meet. */
static const char *vf_advice(int rc, uint32_t have, uint32_t want)
{
	switch (-rc) {
	case EBUSY:
		return have && want ? "; the number can only change by way of "
				      "0: set 0 first" :
				      "; free the VFs (virtual machines, "
				      "drivers) and try again";
	case ENOMEM:
	case ERANGE:
	case ENOSPC:
		return "; see the maximum in `swctl device show`";
	case EACCES:
	case EROFS:
		return "; the daemon must be able to write to sysfs";
	default:
		return "";
	}
}

/* A driver may make fewer and call it done: drivers/pci/iov.c,
 * sriov_numvfs_store(). */
static int vf_count_check(struct worker *w, struct kernel_job *job,
			  uint32_t have)
{
	uint32_t want = job->device.vf_count, made;

	if (sysfs_vf_count(w->root, &job->handle, &made) || made == want)
		return 0;
	(void)sysfs_vf_count_set(w->root, &job->handle, have);
	return error_set(&job->err, ENOSPC,
			 "%s/%s: the driver made %u of %u VFs; it is set back "
			 "to %u", job->handle.bus, job->handle.dev, made, want,
			 have);
}

/* The kernel would wait for whoever has one through VFIO, and all other jobs
 * with it: drivers/vfio/vfio_main.c, vfio_unregister_group_dev(). */
static int vf_check_free(struct worker *w, struct kernel_job *job)
{
	struct preflight p = { .handle = job->handle };
	int rc = sysfs_vf_list(w->root, &job->handle, &p.vfs, &p.n_vfs);

	rc = rc ? error_set(&job->err, -rc, "%s", strerror(-rc)) :
		  preflight_check_free(&p, &job->err);
	preflight_fini(&p);
	return rc ? error_prefix(&job->err, "%s/%s: remove VFs",
				 job->handle.bus, job->handle.dev) : 0;
}

static int vf_count_set(struct worker *w, struct kernel_job *job)
{
	uint32_t have, max, want = job->device.vf_count;
	int rc = sysfs_vf_count(w->root, &job->handle, &have);

	if (rc)
		return error_set(&job->err, rc == -ENOENT ? EOPNOTSUPP : -rc,
				 "%s/%s: read sriov_numvfs: %s",
				 job->handle.bus, job->handle.dev,
				 rc == -ENOENT ? "no SR-IOV here" :
						 strerror(-rc));
	if (have == want)
		return 0;
	if (sysfs_vf_max(w->root, &job->handle, &max) == 0 && want > max)
		return error_set(&job->err, ERANGE,
				 "%s/%s: %u VFs are more than the %u it can "
				 "have", job->handle.bus, job->handle.dev,
				 want, max);
	rc = want ? 0 : vf_check_free(w, job);
	if (rc)
		return rc;
	rc = sysfs_vf_count_set(w->root, &job->handle, want);
	if (!rc)
		return vf_count_check(w, job, have);
	return error_set(&job->err, -rc,
			 "%s/%s: set sriov_numvfs from %u to %u: %s%s",
			 job->handle.bus, job->handle.dev, have, want,
			 strerror(-rc), vf_advice(rc, have, want));
}

static int (*const jobs[])(struct worker *w, struct kernel_job *job) = {
	[JOB_DEVICE_READ] = worker_device_read,
	[JOB_ESWITCH_SET] = eswitch_set,
	[JOB_VF_COUNT_SET] = vf_count_set,
	[JOB_LINK_READ] = worker_link_read,
	[JOB_LINK_SET] = worker_link_set,
	[JOB_LINK_NAME] = worker_link_name,
	[JOB_TC_OFFLOAD_ON] = worker_tc_offload_on,
	[JOB_VF_READ] = worker_vf_read,
	[JOB_VF_SET] = worker_vf_set,
	[JOB_RATE_READ] = worker_rate_read,
	[JOB_RATE_SET] = worker_rate_set,
	[JOB_RATE_ADD] = worker_rate_add,
	[JOB_RATE_DEL] = worker_rate_del,
	[JOB_RATE_CLEAR] = worker_rate_clear,
	[JOB_DETAIL_READ] = worker_detail_read,
	[JOB_HEALTH_RECOVER] = worker_health_recover,
	[JOB_PARAM_SET] = worker_param_set,
	[JOB_SIM_ADD] = worker_sim_add,
	[JOB_SIM_DEL] = worker_sim_del,
	[JOB_SF_ADD] = worker_sf_add,
	[JOB_SF_DEL] = worker_sf_del,
	[JOB_SF_READ] = worker_sf_read,
	[JOB_SF_SET] = worker_sf_set,
	[JOB_PREFLIGHT] = worker_preflight,
	[JOB_VF_PLACES] = worker_vf_places,
	[JOB_VF_UNBIND] = worker_vf_unbind,
	[JOB_VF_BIND] = worker_vf_bind,
	[JOB_VF_DRIVER_SET] = worker_vf_driver,
	[JOB_VF_DRIVER_DROP] = worker_vf_driver,
};

static void run_job(void *item, void *ctx)
{
	struct kernel_job *job = item;
	struct timespec from, to;

	job->err = (struct error){ 0 };
	(void)clock_gettime(CLOCK_MONOTONIC, &from);
	job->rc = jobs[job->kind](ctx, job);
	(void)clock_gettime(CLOCK_MONOTONIC, &to);
	job->took_us = (uint64_t)((to.tv_sec - from.tv_sec) * 1000000 +
				  (to.tv_nsec - from.tv_nsec) / 1000);
}

static void job_done(void *item, void *ctx)
{
	struct kernel_job *job = item;

	(void)ctx;
	job->done(job);
}

static const struct lane_ops job_lane = {
	.name = "swoffd-jobs",
	.next_offset = offsetof(struct kernel_job, next),
	.run = run_job,
	.done = job_done,
};

int worker_new(struct loop *loop, const char *root, struct worker **out)
{
	AUTO(worker_free) struct worker *w = calloc(1, sizeof(*w));
	int rc;

	if (!w)
		return -ENOMEM;
	w->root = root;
	rc = lane_new(loop, &job_lane, w, &w->lane);
	if (rc)
		return rc;
	*out = steal_ptr(w);
	return 0;
}

void worker_free(struct worker *w)
{
	if (!w)
		return;
	lane_free(w->lane);
	nlsock_close(&w->sock);
	nlsock_close(&w->route);
	free(w);
}

void worker_submit(struct worker *w, struct kernel_job *job)
{
	lane_push(w->lane, job);
}

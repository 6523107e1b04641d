/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Jobs that make and remove devices of netdevsim. */
#include <errno.h>
#include <string.h>

#include "swoffd/kernel/sysfs.h"
#include "swoffd/kernel/worker_priv.h"

static int refused(struct error *err, const char *what, uint32_t id, int rc)
{
	switch (-rc) {
	case ENOENT:
		return error_set(err, EOPNOTSUPP,
				 "%s netdevsim device %u: netdevsim is not in "
				 "this kernel; `modprobe netdevsim` loads it, if "
				 "the kernel was built with NETDEVSIM", what, id);
	case EACCES:
	case EROFS:
		return error_set(err, -rc, "%s netdevsim device %u: %s; the "
				 "daemon must be able to write to sysfs", what,
				 id, strerror(-rc));
	default:
		return error_set(err, -rc, "%s netdevsim device %u: %s", what,
				 id, strerror(-rc));
	}
}

static int make_vfs(struct worker *w, const struct kernel_job *job)
{
	uint32_t max, vfs = job->sim->vfs;
	int rc = 0;

	if (!vfs)
		return 0;
	if (!sysfs_vf_max(w->root, &job->handle, &max) && vfs > max)
		rc = sysfs_sim_vf_max_set(w->root, &job->handle, vfs);
	return rc ? rc : sysfs_vf_count_set(w->root, &job->handle, vfs);
}

int worker_sim_add(struct worker *w, struct kernel_job *job)
{
	uint32_t id = job->sim->id;
	int rc = sysfs_sim_add(w->root, job->sim);

	if (rc)
		return refused(&job->err, "add", id, rc);
	rc = make_vfs(w, job);
	if (!rc)
		return 0;
	(void)sysfs_sim_del(w->root, id);
	return error_set(&job->err, -rc, "add netdevsim device %u: %u VFs: %s; "
			 "it was removed again", id, job->sim->vfs,
			 strerror(-rc));
}

int worker_sim_del(struct worker *w, struct kernel_job *job)
{
	uint32_t id;
	int rc;

	if (!sim_id(&job->handle, &id))
		return error_set(&job->err, EINVAL, "no device of netdevsim");
	rc = sysfs_sim_del(w->root, id);
	return rc ? refused(&job->err, "delete", id, rc) : 0;
}

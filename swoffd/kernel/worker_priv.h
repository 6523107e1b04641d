/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of jobs have of the worker.  All is the thread's alone. */
#ifndef SWOFFD_KERNEL_WORKER_PRIV_H
#define SWOFFD_KERNEL_WORKER_PRIV_H

#include "swoffd/kernel/devlink.h"
#include "swoffd/kernel/genl.h"
#include "swoffd/kernel/lane.h"
#include "swoffd/kernel/nlsock.h"
#include "swoffd/kernel/worker.h"

struct worker {
	struct lane *lane;
	const char *root;
	struct nlsock sock, route;     /* generic netlink, rtnetlink; opened
					* when they are needed */
	struct genl_family devlink, ethtool;
};

typedef uint32_t request_buf[DEVLINK_MSG_SIZE / sizeof(uint32_t)];

/* Finds out the number of the family, if it is not known yet. */
int worker_need_family(const char *name, struct genl_family *family,
		       struct error *err);
int worker_need_devlink(struct worker *w, struct error *err);
/* A request of generic netlink or, below, of rtnetlink; each answer has ten
 * seconds. */
int worker_ask(struct worker *w, void *buf, nlsock_reply_fn reply, void *ctx,
	       struct error *err);
int worker_ask_route(struct worker *w, void *buf, nlsock_reply_fn reply,
		     void *ctx, struct error *err);

/* worker_read.c: functions with all that is known of them, rates; into
 * job->functions.  0 or -errno with job->err. */
int worker_vf_read(struct worker *w, struct kernel_job *job);
int worker_sf_read(struct worker *w, struct kernel_job *job);
int worker_rate_read(struct worker *w, struct kernel_job *job);

/* worker_link.c: names are for people, the number is what counts. */
const char *worker_netdev(uint32_t ifindex, char name[IFNAMSIZ]);
int worker_link_read(struct worker *w, struct kernel_job *job);
int worker_link_set(struct worker *w, struct kernel_job *job);
int worker_link_name(struct worker *w, struct kernel_job *job);
int worker_tc_offload_on(struct worker *w, struct kernel_job *job);

/* worker_set.c */
int worker_vf_set(struct worker *w, struct kernel_job *job);
int worker_sf_set(struct worker *w, struct kernel_job *job);
int worker_rate_set(struct worker *w, struct kernel_job *job);
int worker_rate_add(struct worker *w, struct kernel_job *job);
int worker_rate_del(struct worker *w, struct kernel_job *job);
int worker_rate_clear(struct worker *w, struct kernel_job *job);

/* worker_detail.c */
int worker_detail_read(struct worker *w, struct kernel_job *job);
int worker_health_recover(struct worker *w, struct kernel_job *job);
int worker_param_set(struct worker *w, struct kernel_job *job);

/* worker_sf.c */
int worker_sf_add(struct worker *w, struct kernel_job *job);
int worker_sf_del(struct worker *w, struct kernel_job *job);

/* worker_sim.c */
int worker_sim_add(struct worker *w, struct kernel_job *job);
int worker_sim_del(struct worker *w, struct kernel_job *job);

/* worker.c */
int worker_device_read(struct worker *w, struct kernel_job *job);

/* worker_preflight.c */
int worker_preflight(struct worker *w, struct kernel_job *job);
int worker_vf_places(struct worker *w, struct kernel_job *job);
int worker_vf_unbind(struct worker *w, struct kernel_job *job);
int worker_vf_bind(struct worker *w, struct kernel_job *job);
int worker_vf_driver(struct worker *w, struct kernel_job *job);

#endif

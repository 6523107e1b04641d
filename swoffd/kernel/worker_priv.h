/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the jobs have to work with, and those that have a file of their own. */
#ifndef SWOFFD_KERNEL_WORKER_PRIV_H
#define SWOFFD_KERNEL_WORKER_PRIV_H

#include "swoffd/kernel/devlink.h"
#include "swoffd/kernel/genl.h"
#include "swoffd/kernel/nlsock.h"
#include "swoffd/kernel/worker.h"

struct lane;

struct worker {
	struct lane *lane;
	const char *root;
	/* All below is the thread's alone; the socket is opened at need. */
	struct nlsock sock;
	struct genl_family devlink, ethtool;
};

typedef uint32_t request_buf[DEVLINK_MSG_SIZE / sizeof(uint32_t)];

/* w->devlink is there, and the socket. */
int worker_need_devlink(struct worker *w, struct error *err);
/* As nlsock_request(); each answer has ten seconds. */
int worker_ask(struct worker *w, void *buf, nlsock_reply_fn reply, void *ctx,
	       struct error *err);

/* worker.c */
int worker_device_read(struct worker *w, struct kernel_job *job);

/* worker_preflight.c */
int worker_preflight(struct worker *w, struct kernel_job *job);
int worker_param_text_set(struct worker *w, struct kernel_job *job);
int worker_vf_unbind(struct worker *w, struct kernel_job *job);
int worker_vf_bind(struct worker *w, struct kernel_job *job);

#endif

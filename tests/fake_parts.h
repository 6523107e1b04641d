/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the fake kernel know of each other; tests need not. */
#ifndef TESTS_FAKE_PARTS_H
#define TESTS_FAKE_PARTS_H

#include "tests/fake_kernel.h"

void fake_tell_link(struct fake_kernel *fk, const struct fake_link *l);
void fake_tell_port(struct fake_kernel *fk, const struct fake_port *p);
void fake_link_free(struct fake_kernel *fk, struct fake_link *l);
void fake_device_free(struct fake_kernel *fk, struct fake_device *d);
/* Ports of VFs are there in switchdev mode, as many as there are VFs. */
void fake_settle_vf_ports(struct fake_kernel *fk, struct fake_device *d);
/* 0 or -errno, with job->err. */
int fake_job_run(struct fake_kernel *fk, struct kernel_job *job);

struct fake_link *fake_link_of(struct fake_kernel *fk, uint32_t ifindex);
/* The scripted errno if one is due, else 0. */
int fake_failure_take(struct fake_failure *f, char extack[ERROR_EXTACK_SIZE]);

/* 0 or a positive errno, as an ack would carry it. */
int fake_filter_request(struct fake_kernel *fk,
			const struct kernel_request *req,
			char extack[ERROR_EXTACK_SIZE]);
/* A round of the dump under way; true when it is complete. */
bool fake_filter_dump(struct fake_kernel *fk);
void fake_filter_purge(struct fake_kernel *fk, uint32_t ifindex);
void fake_filter_fini(struct fake_kernel *fk);

#endif

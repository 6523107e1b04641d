/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The filter half of the fake kernel; for fake_kernel.c only. */
#ifndef TESTS_FAKE_FILTER_H
#define TESTS_FAKE_FILTER_H

#include "tests/fake_kernel.h"

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

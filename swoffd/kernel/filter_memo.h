/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests one after the other are mostly alike: the same place, the same mask,
 * the same actions.  The message of one is kept, and those like it are copies
 * with other values in them.
 */
#ifndef SWOFFD_KERNEL_FILTER_MEMO_H
#define SWOFFD_KERNEL_FILTER_MEMO_H

#include "swoffd/core/kernel.h"

#define FILTER_MEMO_SIZE 1024          /* longer messages are not kept */
#define FILTER_MEMO_VALUES 32

/* Zeroed, it knows nothing. */
struct filter_memo {
	unsigned int n_unlike;         /* encoded, for they were unlike it */
	unsigned int has;              /* flow_match_has() */
	enum kernel_request_kind kind;
	bool no_cookie;
	struct rule rule;              /* that the message carries */
	size_t size;                   /* of the message; 0: there is none */
	uint16_t cookie_at;            /* 0: it carries none of ours */
	uint16_t n_values;
	struct filter_memo_value {
		uint16_t at;           /* in the message */
		uint16_t offset, size; /* in the key */
	} values[FILTER_MEMO_VALUES];
	char message[FILTER_MEMO_SIZE] __attribute__((aligned(4)));
};

/* filter_encode(), byte for byte. */
int filter_memo_encode(struct filter_memo *m, void *buf, size_t size,
		       const struct kernel_request *req);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole tc messages: filters of flower and the qdisc they hang on.  Pure: a
 * rule in, bytes out, and the other way round.
 */
#ifndef SWOFFD_KERNEL_FILTER_H
#define SWOFFD_KERNEL_FILTER_H

#include <libmnl/libmnl.h>

#include "swoffd/core/kernel.h"
#include "swoffd/kernel/action.h"

#define FILTER_KIND "flower"

/* The longest request: one attribute holds the whole rule and is of 64 KB at
 * most, before it are the header, kind and chain. */
#define FILTER_MAX_SIZE (UINT16_MAX + 1 + 64)

/*
 * Encodes a request into size bytes at buf; flags and sequence number are the
 * caller's to complete, NLM_F_REQUEST and what the kind needs is set.
 * -EMSGSIZE, -EINVAL, -EOPNOTSUPP (flower cannot carry it).
 */
int filter_encode(void *buf, size_t size, const struct kernel_request *req);

/* The same of a dump. */
int filter_encode_dump(void *buf, size_t size,
		       const struct kernel_dump *dump);

/* kernel_filter.undecoded of what is no sound filter of flower. */
#define FILTER_FOREIGN "not a flower filter"
#define FILTER_MALFORMED "malformed attributes"

/* A decoded filter and the storage that filter points into. */
struct filter_view {
	struct kernel_filter filter;
	struct rule rule;
	char undecoded[ACTION_UNDECODED_SIZE];
};

/*
 * RTM_NEWTFILTER.  A filter that is there is told, whatever is in it: what is
 * not understood is named.  -EBADMSG: not even a header; -ENOENT: it is no
 * filter but the heading of a priority.
 */
int filter_decode(const struct nlmsghdr *nlh, struct filter_view *out);

/* The same of a message without keys and options of actions: there is no rule,
 * and no time of last use.  undecoded is a constant. */
int filter_decode_terse(const struct nlmsghdr *nlh, struct kernel_filter *out);

#endif

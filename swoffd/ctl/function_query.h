/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls that are answered with VFs or rates as they are now: read anew for each
 * answer, after a change if there is one.
 */
#ifndef SWOFFD_CTL_FUNCTION_QUERY_H
#define SWOFFD_CTL_FUNCTION_QUERY_H

#include "swoffd/ctl/call.h"
#include "swoffd/ctl/function_json.h"

struct query {
	struct function_request request;
	struct call *call;
	int (*read)(struct core *core, struct device *d,
		    struct function_request *r, struct error *err);
	/* From what has been read, on d; NULL is an empty object. */
	struct json_object *(*answer)(struct query *q, struct device *d);
	uint32_t vf;                   /* of vf.set */
	uint32_t port;                 /* of sf.set */
	struct kernel_function rate;   /* of rate.set, .add, .del */
};

/* The state of the call from then on; copies how.  NULL: there was no memory,
 * and the call has been answered. */
struct query *query_new(struct call *call, const struct query *how);
/* Reads, and answers the call. */
void query_start(struct query *q);
/* done() of a change that was made for a call with a query. */
void query_on_changed(struct request *r, const struct error *err);

/* By the parameter device or else rate, or else name of a function. */
struct device *query_device(struct call *call, struct error *err);
/* The parameter attrs, if it is there.  -EINVAL: the call has been answered. */
int query_attrs(struct call *call, unsigned int objects,
		struct devattrs *out);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A method is a row: name, who may call it, what it takes.  Parameters are
 * checked from the row before run() sees them, and `rpc.methods` tells it.
 */
#ifndef SWOFFD_CTL_METHOD_H
#define SWOFFD_CTL_METHOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/error.h"

#define METHOD_MAX_PARAMS 8

struct call;
struct json_object;

/* EARLY: also read only, and answered before the daemon is ready. */
enum method_access { METHOD_READ, METHOD_WRITE, METHOD_EARLY };

enum param_type { PARAM_TEXT, PARAM_NUMBER, PARAM_BIG_NUMBER, PARAM_BOOL };

struct param {
	const char *name;              /* NULL: the end */
	enum param_type type;
	bool required;
};

struct method {
	const char *name;              /* NULL: the end of a table */
	enum method_access access;
	int n_fds;                     /* descriptors that come with it */
	const char *help;
	struct param params[METHOD_MAX_PARAMS + 1];
	void (*run)(struct call *call);
};

extern const struct method daemon_methods[], device_methods[],
	eswitch_methods[], vf_methods[], rate_methods[], rep_methods[],
	flow_methods[], reason_methods[], capacity_methods[],
	health_methods[], param_methods[], resource_methods[], sf_methods[],
	sim_methods[], monitor_methods[], ovs_methods[], rpc_methods[];

const struct method *method_find(const char *name);

/* 0, or -EINVAL with err naming the parameter.  params may be NULL. */
int method_check_params(const struct method *m, struct json_object *params,
			struct error *err);

/* Calls fn for each method there is. */
void method_for_each(void (*fn)(const struct method *m, void *ctx), void *ctx);

#endif

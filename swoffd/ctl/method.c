/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of method tables, and what every row is checked for. */
#include "swoffd/ctl/method.h"

#include <errno.h>
#include <json-c/json.h>
#include <string.h>

#include "common/base/cleanup.h"

static const struct method *const tables[] = {
	daemon_methods, device_methods, eswitch_methods, vf_methods,
	rate_methods, rep_methods, flow_methods, reason_methods,
	capacity_methods, health_methods, param_methods, resource_methods,
	sf_methods, sim_methods, monitor_methods, ovs_methods, rpc_methods,
};

static const char *const type_names[] = {
	[PARAM_TEXT] = "a string",
	[PARAM_NUMBER] = "a number from 0 to 4294967295",
	[PARAM_BIG_NUMBER] = "a number from 0 up",
	[PARAM_BOOL] = "true or false",
};

const struct method *method_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		for (const struct method *m = tables[i]; m->name; m++)
			if (strcmp(m->name, name) == 0)
				return m;
	return NULL;
}

void method_for_each(void (*fn)(const struct method *m, void *ctx), void *ctx)
{
	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		for (const struct method *m = tables[i]; m->name; m++)
			fn(m, ctx);
}

static const struct param *find_param(const struct method *m,
				      const char *name)
{
	for (const struct param *p = m->params; p->name; p++)
		if (strcmp(p->name, name) == 0)
			return p;
	return NULL;
}

static bool has_type(struct json_object *v, enum param_type type)
{
	switch (type) {
	case PARAM_TEXT:
		/* A NUL inside would hide what follows it. */
		return json_object_is_type(v, json_type_string) &&
		       strlen(json_object_get_string(v)) ==
			       (size_t)json_object_get_string_len(v);
	case PARAM_NUMBER:
		return json_object_is_type(v, json_type_int) &&
		       json_object_get_int64(v) >= 0 &&
		       json_object_get_int64(v) <= UINT32_MAX;
	case PARAM_BIG_NUMBER:
		return json_object_is_type(v, json_type_int) &&
		       json_object_get_int64(v) >= 0;
	case PARAM_BOOL:
		return json_object_is_type(v, json_type_boolean);
	}
	return false;
}

static int check_given(const struct method *m, struct json_object *params,
		       struct error *err)
{
	json_object_object_foreach(params, name, value) {
		const struct param *p = find_param(m, name);

		if (!p)
			return error_set(err, EINVAL,
					 "%s: unknown parameter '%.64s'",
					 m->name, name);
		if (!has_type(value, p->type))
			return error_set(err, EINVAL, "%s: %s: not %s",
					 m->name, name, type_names[p->type]);
	}
	return 0;
}

int method_check_params(const struct method *m, struct json_object *params,
			struct error *err)
{
	int rc = params ? check_given(m, params, err) : 0;

	if (rc < 0)
		return rc;
	for (const struct param *p = m->params; p->name; p++)
		if (p->required &&
		    (!params ||
		     !json_object_object_get_ex(params, p->name, NULL)))
			return error_set(err, EINVAL, "%s: %s is missing",
					 m->name, p->name);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A member is a row: its name and what reads it. */
#include "swoffd/config_file.h"

#include <errno.h>

#include "common/base/cleanup.h"
#include "common/rpc/rpc.h"
#include "swoffd/json_file.h"
#include "swoffd/json_member.h"

static int read_template(const struct json_member *m, struct json_object *v,
			 void *at, struct error *err)
{
	int rc = json_take_text(v, at, m->size, err);

	return rc < 0 ? rc : rep_template_check(at, err);
}

#define TEMPLATE(kind) .read = read_template, .size = REP_TEMPLATE_SIZE, \
	.offset = offsetof(struct rep_naming, templates[kind])

static const struct json_member rep_members[] = {
	{ .name = "altname", TEMPLATE(REP_NAME_ALT) },
	{ .name = "name", TEMPLATE(REP_NAME_MAIN) },
};

static int read_representors(const struct json_member *m,
			     struct json_object *v, void *at,
			     struct error *err)
{
	(void)m;
	return json_member_read_all(v, rep_members, ARRAY_LEN(rep_members),
				    at, err);
}

static const char *mode_word(int i)
{
	return i < COMPANION_N_MODES ?
		       companion_mode_str((enum companion_mode)i) : NULL;
}

static const char *policy_word(int i)
{
	return i <= RULE_SW_ONLY ? rule_policy_str((enum rule_policy)i) : NULL;
}

static int read_bool(const struct json_member *m, struct json_object *v,
		     void *at, struct error *err)
{
	(void)m;
	if (!json_object_is_type(v, json_type_boolean))
		return error_set(err, EINVAL, "true or false was expected");
	*(bool *)at = json_object_get_boolean(v);
	return 0;
}

static const struct json_member rule_members[] = {
	{ .name = "bridge", .read = json_member_text, .required = true,
	  .offset = offsetof(struct ovs_rule, bridge),
	  .size = sizeof(((struct ovs_rule *)0)->bridge) },
	{ .name = "device", .read = json_member_text,
	  .offset = offsetof(struct ovs_rule, device),
	  .size = sizeof(((struct ovs_rule *)0)->device) },
	{ .name = "unplug_stale", .read = read_bool,
	  .offset = offsetof(struct ovs_rule, unplug_stale) },
};

static int read_rules(const struct json_member *m, struct json_object *v,
		      void *at, struct error *err)
{
	struct ovs_rule_list *list = at;
	int n = json_array_length(v, OVS_RULES_MAX, err), rc = 0;

	(void)m;
	for (int i = 0; i < n && rc >= 0; i++) {
		rc = json_member_read_all(
			json_object_array_get_idx(v, (size_t)i), rule_members,
			ARRAY_LEN(rule_members), &list->rules[i], err);
		if (rc < 0)
			(void)error_prefix(err, "rule %d", i + 1);
	}
	if (n < 0 || rc < 0)
		return n < 0 ? n : rc;
	list->n = (uint32_t)n;
	return 0;
}

static const struct json_member ovs_members[] = {
	{ .name = "mode", .read = json_member_word, .what = "a mode",
	  .word = mode_word, .offset = offsetof(struct config_file, ovs.mode) },
	{ .name = "policy", .read = json_member_word, .what = "a policy",
	  .word = policy_word,
	  .offset = offsetof(struct config_file, ovs.policy) },
	{ .name = "plug", .read = read_rules,
	  .offset = offsetof(struct config_file, plug) },
};

static int read_ovs(const struct json_member *m, struct json_object *v,
		    void *at, struct error *err)
{
	(void)m;
	return json_member_read_all(v, ovs_members, ARRAY_LEN(ovs_members), at,
				    err);
}

static const struct json_member members[] = {
	{ .name = "ovs", .read = read_ovs },
	{ .name = "representors", .read = read_representors,
	  .offset = offsetof(struct config_file, representors) },
};

static int from_json(const char *name, struct json_object *root,
		     struct config_file *out, struct error *err)
{
	int rc;

	*out = (struct config_file){ 0 };
	rc = json_member_read_all(root, members, ARRAY_LEN(members), out, err);
	return rc < 0 ? error_prefix(err, "%s", name) : 0;
}

int config_file_parse(const char *name, const char *text, size_t size,
		      struct config_file *out, struct error *err)
{
	AUTO(json_put) struct json_object *root = NULL;
	int rc = json_file_parse(name, text, size, &root, err);

	return rc < 0 ? rc : from_json(name, root, out, err);
}

int config_file_read(const char *path, struct config_file *out,
		     struct error *err)
{
	AUTO(json_put) struct json_object *root = NULL;
	const char *name = path ? path : CONFIG_FILE_PATH;
	int rc = json_file_read(name, CONFIG_FILE_MAX_SIZE, &root, err);

	if (rc == -ENOENT && !path) {
		*out = (struct config_file){ 0 };
		return 0;
	}
	return rc < 0 ? rc : from_json(name, root, out, err);
}

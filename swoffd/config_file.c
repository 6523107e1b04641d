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

static const struct json_member members[] = {
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

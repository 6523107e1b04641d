/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A member is a row: its name and what reads it. */
#include "swoffd/recipe_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/rpc/rpc.h"
#include "swoffd/json_file.h"
#include "swoffd/json_member.h"

#define FILE_VERSION 1

static const char builtin[] =
#include "swoffd/recipes.inc"
	;

typedef struct json_object *json;

static const char *word_of_step(int i)
{
	return recipe_word_str((enum recipe_word)i);
}

static const char *word_of_vfs(int i)
{
	return recipe_vfs_str((enum recipe_vfs)i);
}

static const char *word_of_rules(int i)
{
	return i == RECIPE_RULES_ANY ? "any" :
	       i == RECIPE_RULES_NONE ? "none" : NULL;
}

static const char *word_of_mode(int i)
{
	return i > ESWITCH_MODE_SWITCHDEV ?
		       NULL : eswitch_mode_str((enum eswitch_mode)i);
}

static const char *word_of_inline(int i)
{
	return i > ESWITCH_INLINE_TRANSPORT ?
		       NULL : eswitch_inline_str((enum eswitch_inline)i);
}

static int take_id(json v, uint32_t *out, struct error *err)
{
	unsigned int vendor, device;
	char text[16];

	if (json_take_text(v, text, sizeof(text), err) < 0)
		return -EINVAL;
	if (strlen(text) != 9 || text[4] != ':' ||
	    strspn(text, "0123456789abcdef") != 4 ||
	    strspn(text + 5, "0123456789abcdef") != 4 ||
	    sscanf(text, "%4x:%4x", &vendor, &device) != 2)
		return error_set(err, EINVAL,
				 "'%s' is no PCI id such as 15b3:1017", text);
	*out = vendor << 16 | device;
	return 0;
}

static int read_ids(const struct json_member *m, json v, void *at,
		    struct error *err)
{
	struct recipe *r = at;
	int n = json_array_length(v, RECIPE_MAX_IDS, err);

	(void)m;
	for (int i = 0; i < n; i++)
		if (take_id(json_object_array_get_idx(v, (size_t)i),
			    &r->ids[r->n_ids++], err) < 0)
			return -EINVAL;
	return n;
}

static int read_order(const struct json_member *m, json v, void *at,
		      struct error *err)
{
	struct recipe_order *o = at;
	int n = json_array_length(v, RECIPE_N_WORDS, err), step;

	for (int i = 0; i < n; i++) {
		if (json_member_word(m,
				     json_object_array_get_idx(v, (size_t)i),
				     &step, err) < 0)
			return -EINVAL;
		for (size_t j = 0; j < o->n; j++)
			if (o->words[j] == (enum recipe_word)step)
				return error_set(err, EINVAL,
						 "'%s' is there twice",
						 m->word(step));
		o->words[o->n++] = (enum recipe_word)step;
	}
	return n;
}

static int read_values(const struct json_member *m, json v, void *at,
		       struct error *err)
{
	struct recipe_param *p = at;
	int n = json_array_length(v, RECIPE_MAX_VALUES, err);

	for (int i = 0; i < n; i++)
		if (json_take_text(json_object_array_get_idx(v, (size_t)i),
			      p->values[p->n_values++], m->size, err) < 0)
			return -EINVAL;
	return n;
}

static const struct json_member param_members[] = {
	{ .name = "name", .required = true, .read = json_member_text,
	  .offset = offsetof(struct recipe_param, name),
	  .size = RECIPE_PARAM_SIZE },
	{ .name = "values", .required = true, .read = read_values,
	  .size = RECIPE_PARAM_SIZE },
	{ .name = "mode", .read = json_member_word, .what = "mode",
	  .offset = offsetof(struct recipe_param, mode),
	  .word = word_of_mode },
};

static int read_params(const struct json_member *m, json v, void *at,
		       struct error *err)
{
	struct recipe *r = at;
	int n = json_array_length(v, RECIPE_MAX_PARAMS, err);

	(void)m;
	for (int i = 0; i < n; i++) {
		struct recipe_param *p = &r->params[r->n_params++];

		p->mode = ESWITCH_MODE_UNKNOWN;
		if (json_member_read_all(json_object_array_get_idx(v, (size_t)i),
				 param_members, ARRAY_LEN(param_members), p,
				 err) < 0)
			return -EINVAL;
	}
	return n;
}

static int read_deadlines(const struct json_member *m, json v, void *at,
			  struct error *err)
{
	struct recipe *r = at;

	if (!json_object_is_type(v, json_type_object))
		return error_set(err, EINVAL, "an object was expected");
	json_object_object_foreach(v, name, value) {
		AUTO(json_put) json word = json_object_new_string(name);
		int64_t s = json_object_get_int64(value);
		int step;

		if (json_member_word(m, word, &step, err) < 0)
			return -EINVAL;
		if (!json_object_is_type(value, json_type_int) || s < 1 ||
		    s > RECIPE_MAX_DEADLINE_S)
			return error_set(err, EINVAL, "%s: seconds from 1 to "
					 "%d were expected", name,
					 RECIPE_MAX_DEADLINE_S);
		r->deadline_s[step] = (uint32_t)s;
	}
	return 0;
}

#define AT(member) .offset = offsetof(struct recipe, member)
#define TEXT(member) .read = json_member_text, AT(member), \
	.size = sizeof(((struct recipe *)NULL)->member)

static const struct json_member recipe_members[] = {
	{ .name = "name", .required = true, TEXT(name) },
	{ .name = "driver", .required = true, TEXT(driver) },
	{ .name = "about", TEXT(about) },
	{ .name = "fixed", TEXT(fixed) },
	{ .name = "pci_ids", .read = read_ids },
	{ .name = "vfs", .read = json_member_word, AT(vfs),
	  .what = "state of VFs", .word = word_of_vfs },
	{ .name = "rules", .read = json_member_word, AT(rules),
	  .what = "state of rules", .word = word_of_rules },
	{ .name = "inline_mode", .read = json_member_word, AT(inline_mode),
	  .what = "inline mode", .word = word_of_inline },
	{ .name = "params", .read = read_params },
	{ .name = "to_switchdev", .read = read_order, AT(to_switchdev),
	  .what = "step", .word = word_of_step },
	{ .name = "to_legacy", .read = read_order, AT(to_legacy),
	  .what = "step", .word = word_of_step },
	{ .name = "deadlines_s", .read = read_deadlines,
	  .what = "step", .word = word_of_step },
};

static bool share_hardware(const struct recipe *a, const struct recipe *b)
{
	if (strcmp(a->driver, b->driver) != 0)
		return false;
	for (size_t i = 0; i < a->n_ids; i++)
		for (size_t j = 0; j < b->n_ids; j++)
			if (a->ids[i] == b->ids[j])
				return true;
	return !a->n_ids && !b->n_ids;
}

static int check(const struct recipes *rs, const struct recipe *r,
		 struct error *err)
{
	const char *wrong = recipe_check(r);

	if (wrong)
		return error_set(err, EINVAL, "%s", wrong);
	for (const struct recipe *other = rs->rows; other != r; other++) {
		if (strcmp(other->name, r->name) == 0)
			return error_set(err, EINVAL, "the name is there twice");
		if (share_hardware(other, r))
			return error_set(err, EINVAL, "is for the same hardware "
					 "as '%s'", other->name);
	}
	return 0;
}

static int read_recipe(struct recipes *rs, json o, struct error *err)
{
	struct recipe *r = &rs->rows[rs->n];
	int rc;

	r->inline_mode = ESWITCH_INLINE_UNKNOWN;
	for (size_t i = 0; i < RECIPE_N_WORDS; i++)
		r->deadline_s[i] = RECIPE_DEADLINE_S;
	rc = json_member_read_all(o, recipe_members, ARRAY_LEN(recipe_members), r,
			  err);
	if (rc >= 0)
		rc = check(rs, r, err);
	rs->n++;
	if (rc >= 0)
		return 0;
	return r->name[0] ? error_prefix(err, "recipe '%s'", r->name) :
			    error_prefix(err, "recipe %zu", rs->n);
}

static int read_recipes(json root, struct recipes **out, struct error *err)
{
	AUTO(recipes_free) struct recipes *rs = NULL;
	json version = NULL, rows = NULL;
	int n;

	(void)json_object_object_get_ex(root, "version", &version);
	(void)json_object_object_get_ex(root, "recipes", &rows);
	if (!json_object_is_type(version, json_type_int) ||
	    json_object_get_int(version) != FILE_VERSION)
		return error_set(err, EINVAL, "version: %d was expected",
				 FILE_VERSION);
	if (json_object_object_length(root) != 2)
		return error_set(err, EINVAL, "version and recipes were "
				 "expected, and no other member");
	n = json_array_length(rows, RECIPE_MAX_ROWS, err);
	if (n < 0)
		return error_prefix(err, "recipes");
	rs = calloc(1, sizeof(*rs) + (size_t)n * sizeof(rs->rows[0]));
	if (!rs)
		return error_set(err, ENOMEM, "out of memory");
	for (int i = 0; i < n; i++)
		if (read_recipe(rs, json_object_array_get_idx(rows, (size_t)i),
				err) < 0)
			return -EINVAL;
	if (!recipe_choose(rs, RECIPE_ANY_DRIVER, 0))
		return error_set(err, EINVAL, "no recipe of driver '%s' for "
				 "those that have none", RECIPE_ANY_DRIVER);
	*out = steal_ptr(rs);
	return 0;
}

static int from_json(const char *name, json root, struct recipes **out,
		     struct error *err)
{
	int rc = read_recipes(root, out, err);

	return rc < 0 ? error_prefix(err, "%s", name) : 0;
}

int recipe_file_parse(const char *name, const char *text, size_t size,
		      struct recipes **out, struct error *err)
{
	AUTO(json_put) json root = NULL;
	int rc = json_file_parse(name, text, size, &root, err);

	return rc < 0 ? rc : from_json(name, root, out, err);
}

int recipe_file_read(const char *path, struct recipes **out,
		     struct error *err)
{
	AUTO(json_put) json root = NULL;
	int rc = json_file_read(path, RECIPE_FILE_MAX_SIZE, &root, err);

	return rc < 0 ? rc : from_json(path, root, out, err);
}

int recipe_file_builtin(struct recipes **out, struct error *err)
{
	return recipe_file_parse("recipes.json", builtin, sizeof(builtin) - 1,
				 out, err);
}

void recipes_free(struct recipes *recipes)
{
	free(recipes);
}

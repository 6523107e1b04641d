/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nothing here knows what is in a file. */
#include "swoffd/json_member.h"

#include <errno.h>
#include <string.h>

#include "common/base/near.h"

#define WORD_SIZE 64

static int wrong_type(const char *expected, struct error *err)
{
	return error_set(err, EINVAL, "%s was expected", expected);
}

static const struct json_member *find(const struct json_member *members,
				      size_t n, const char *name,
				      struct error *err)
{
	struct near near = near_init(name);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(members[i].name, name) == 0)
			return &members[i];
		near_try(&near, members[i].name);
	}
	(void)error_set(err, EINVAL, "no member '%.64s' is known%s%s%s", name,
			near.best[0] ? "; did you mean '" : "", near.best,
			near.best[0] ? "'?" : "");
	return NULL;
}

int json_member_read_all(struct json_object *o,
			 const struct json_member *members, size_t n,
			 void *into, struct error *err)
{
	if (!json_object_is_type(o, json_type_object))
		return wrong_type("an object", err);
	json_object_object_foreach(o, name, value) {
		const struct json_member *m = find(members, n, name, err);

		if (!m)
			return -EINVAL;
		if (m->read(m, value, (char *)into + m->offset, err) < 0)
			return error_prefix(err, "%s", name);
	}
	for (size_t i = 0; i < n; i++)
		if (members[i].required &&
		    !json_object_object_get_ex(o, members[i].name, NULL))
			return error_set(err, EINVAL, "no member '%s'",
					 members[i].name);
	return 0;
}

int json_take_text(struct json_object *v, char *out, size_t size,
		   struct error *err)
{
	const char *text = json_object_get_string(v);

	if (!json_object_is_type(v, json_type_string) || !text[0] ||
	    strlen(text) != (size_t)json_object_get_string_len(v))
		return wrong_type("text", err);
	if (strlen(text) >= size)
		return error_set(err, EINVAL, "over %zu bytes", size - 1);
	memcpy(out, text, strlen(text) + 1);
	return 0;
}

int json_member_word(const struct json_member *m, struct json_object *v,
		     void *at, struct error *err)
{
	char text[WORD_SIZE];
	struct near near;

	if (json_take_text(v, text, sizeof(text), err) < 0)
		return -EINVAL;
	near = near_init(text);
	for (int i = 0; m->word(i); i++) {
		if (strcmp(m->word(i), text) == 0) {
			*(int *)at = i;
			return 0;
		}
		near_try(&near, m->word(i));
	}
	return error_set(err, EINVAL, "'%s' is no %s%s%s%s", text, m->what,
			 near.best[0] ? "; did you mean '" : "", near.best,
			 near.best[0] ? "'?" : "");
}

int json_array_length(struct json_object *v, size_t max, struct error *err)
{
	size_t n;

	if (!json_object_is_type(v, json_type_array))
		return wrong_type("an array", err);
	n = json_object_array_length(v);
	if (n < 1 || n > max)
		return error_set(err, EINVAL, "1 to %zu values were expected",
				 max);
	return (int)n;
}

int json_member_text(const struct json_member *m, struct json_object *v,
		     void *at, struct error *err)
{
	return json_take_text(v, at, m->size, err);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Members of objects in files of JSON, a row each.  Whatever has no row, is not
 * there, or is not what it should be, is an error that says what was expected.
 */
#ifndef SWOFFD_JSON_MEMBER_H
#define SWOFFD_JSON_MEMBER_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "common/base/error.h"

/* All functions: 0 or more, or -EINVAL with err: what is wrong, and within
 * read_members in which member, but not in which file. */
struct json_member {
	const char *name;
	bool required;
	int (*read)(const struct json_member *m, struct json_object *v,
		    void *at, struct error *err);
	size_t offset;                 /* of what is read, in its struct */
	size_t size;                   /* of a text, with its end */
	const char *what;              /* of a word: what it is one of … */
	const char *(*word)(int i);    /* … and these, in order, then NULL */
};

int json_member_read_all(struct json_object *o,
			 const struct json_member *members, size_t n,
			 void *into, struct error *err);

/* For json_member.read: a text of size bytes; an int or enum. */
int json_member_text(const struct json_member *m, struct json_object *v,
		     void *at, struct error *err);
int json_member_word(const struct json_member *m, struct json_object *v,
		     void *at, struct error *err);

/* A text that is not empty. */
int json_take_text(struct json_object *v, char *out, size_t size,
		   struct error *err);
/* Of an array of 1 to max values. */
int json_array_length(struct json_object *v, size_t max, struct error *err);

#endif

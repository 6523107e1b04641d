/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A field is a row. */
#include "swoffd/core/rep_template.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/base/near.h"
#include "swoffd/core/kernel.h"

static const struct field {
	const char *name;
	size_t offset;                 /* of a number in rep_fields */
	bool is_text;
} fields[] = {
	{ "uplink", offsetof(struct rep_fields, uplink), true },
	{ "controller", offsetof(struct rep_fields, controller), false },
	{ "pf", offsetof(struct rep_fields, pf), false },
	{ "vf", offsetof(struct rep_fields, vf), false },
	{ "sf", offsetof(struct rep_fields, sf), false },
	{ "port", offsetof(struct rep_fields, port), false },
};

/* A piece of a template: up to the next brace, or a field in braces. */
struct piece {
	const char *text;
	size_t len;
	const struct field *field;     /* NULL: text */
	bool wrong;                    /* no field, or a brace alone */
};

static const struct field *find(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (strlen(fields[i].name) == len &&
		    strncmp(fields[i].name, name, len) == 0)
			return &fields[i];
	return NULL;
}

/* Returns where the next one begins. */
static const char *next_piece(const char *at, struct piece *out)
{
	size_t len = strcspn(at, "{}");

	*out = (struct piece){ .text = at, .len = len };
	if (len)
		return at + len;
	out->text = at + 1;
	out->len = strcspn(at + 1, "{}");
	out->field = *at == '{' && at[1 + out->len] == '}' ?
			     find(out->text, out->len) : NULL;
	out->wrong = !out->field;
	return at + 1 + out->len + (at[1 + out->len] == '}');
}

static int wrong_piece(const struct piece *p, struct error *err)
{
	char name[NEAR_MAX_SIZE];
	struct near near;

	(void)snprintf(name, sizeof(name), "%.*s", (int)p->len, p->text);
	near = near_init(name);
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		near_try(&near, fields[i].name);
	return error_set(err, EINVAL, "'{%s' is no field%s%s%s; there are "
			 "{uplink}, {controller}, {pf}, {vf}, {sf} and {port}",
			 name, near.best[0] ? "; did you mean '{" : "",
			 near.best, near.best[0] ? "}'?" : "");
}

int rep_template_check(const char *template, struct error *err)
{
	const char *at = template;
	bool any = false;

	while (*at) {
		struct piece p;

		at = next_piece(at, &p);
		if (p.wrong)
			return wrong_piece(&p, err);
		any |= p.field && !p.field->is_text;
	}
	return any ? 0 : error_set(err, EINVAL, "'%s' has no number in it: all "
				   "representors would have one name",
				   template);
}

static int add(char *out, size_t size, size_t *used, const char *text,
	       size_t len)
{
	if (*used + len >= size)
		return -ENAMETOOLONG;
	memcpy(out + *used, text, len);
	*used += len;
	out[*used] = '\0';
	return 0;
}

static int add_field(char *out, size_t size, size_t *used,
		     const struct field *field, const struct rep_fields *f)
{
	const char *at = (const char *)f + field->offset;
	char number[16];
	uint32_t n;

	if (field->is_text)
		return f->uplink[0] ? add(out, size, used, f->uplink,
					  strlen(f->uplink)) : -ENODATA;
	memcpy(&n, at, sizeof(n));
	if (n == KERNEL_NO_NUMBER)
		return -ENODATA;
	(void)snprintf(number, sizeof(number), "%u", n);
	return add(out, size, used, number, strlen(number));
}

/* net/core/dev.c, dev_valid_name(); a percent sign asks for a number. */
static bool is_name(const char *name)
{
	if (!*name || !strcmp(name, ".") || !strcmp(name, ".."))
		return false;
	for (; *name; name++)
		if ((unsigned char)*name <= ' ' || *name == 0x7f ||
		    strchr("/:%", *name))
			return false;
	return true;
}

int rep_template_expand(const char *template, const struct rep_fields *f,
			char *out, size_t size)
{
	const char *at = template;
	size_t used = 0;
	int rc = 0;

	out[0] = '\0';
	while (*at && !rc) {
		struct piece p;

		at = next_piece(at, &p);
		if (p.wrong)
			rc = -EINVAL;
		else if (p.field)
			rc = add_field(out, size, &used, p.field, f);
		else
			rc = add(out, size, &used, p.text, p.len);
	}
	return rc ? rc : is_name(out) ? 0 : -EINVAL;
}

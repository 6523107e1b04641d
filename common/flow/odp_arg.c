/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads and prints arguments by their tables.  Which action has which is no
 * matter here.
 */
#include "common/flow/odp_arg.h"

#include <arpa/inet.h>
#include <errno.h>

#include "common/base/parse.h"

struct reader {
	struct odp_parser *p;
	struct odp_action *a;
	bool keeps;                    /* as text; else members of a */
	uint64_t segments_left;
};

int odp_no_room(struct odp_parser *p)
{
	return scan_fail_at(&p->s, p->s.p, "the arguments of all actions are "
			    "longer than %d bytes", ODP_DATA_SIZE);
}

int odp_keep_text(struct odp_parser *p, struct odp_action *a,
		  const char *text, size_t len)
{
	char *at = odp_add_data(p->flow, a, len);

	if (!at)
		return odp_no_room(p);
	memcpy(at, text, len);
	return 0;
}

static int keep(struct reader *r, const char *text, size_t len)
{
	return r->keeps && len ? odp_keep_text(r->p, r->a, text, len) : 0;
}

/*
 * Members of struct odp_action
 */

static void store_number(struct odp_action *a, const struct odp_arg *arg,
			 uint64_t v)
{
	void *at = (char *)a + arg->offset;
	uint8_t v8 = (uint8_t)v;
	uint16_t v16 = arg->big_endian ? htons((uint16_t)v) : (uint16_t)v;
	uint32_t v32 = (uint32_t)v;

	if (arg->size == 1)
		memcpy(at, &v8, 1);
	else if (arg->size == 2)
		memcpy(at, &v16, 2);
	else
		memcpy(at, &v32, 4);
}

static uint64_t stored_number(const struct odp_action *a,
			      const struct odp_arg *arg)
{
	const void *at = (const char *)a + arg->offset;
	uint8_t v8;
	uint16_t v16;
	uint32_t v32;

	switch (arg->size) {
	case 1:
		memcpy(&v8, at, 1);
		return v8;
	case 2:
		memcpy(&v16, at, 2);
		return arg->big_endian ? ntohs(v16) : v16;
	default:
		memcpy(&v32, at, 4);
		return v32;
	}
}

static int read_stored(struct reader *r, const struct odp_arg *arg)
{
	uint64_t v;
	int rc;

	if (arg->kind == ODP_ARG_MAC)
		return scan_mac(&r->p->s,
				(uint8_t *)((char *)r->a + arg->offset));
	rc = scan_uint(&r->p->s, arg->max, arg->name, &v);
	if (rc == 0)
		store_number(r->a, arg, v);
	return rc;
}

static void store_usual(struct odp_action *a, const struct odp_arg *args)
{
	for (; args->name; args++)
		if (args->usual)
			store_number(a, args, args->usual);
}

/*
 * Lists
 */

static bool is_only(const struct odp_arg *arg)
{
	return arg->kind >= ODP_ARG_ONLY_NUMBER;
}

/* Does what stands behind a name go with the kind? */
static bool is_next(const struct odp_arg *arg, char next)
{
	if (arg->kind == ODP_ARG_NEST)
		return next == '(';
	if (arg->kind == ODP_ARG_FLAG)
		return next != '(' && next != '=';
	return next == '=';
}

static const struct odp_arg *find(const struct odp_arg *args, const char *p)
{
	size_t len = scan_word_len(p);

	for (; args->name; args++) {
		if (is_only(args))
			return args;
		if (strncmp(p, args->name, len) == 0 && !args->name[len] &&
		    is_next(args, p[len]))
			return args;
	}
	return NULL;
}

static int expected_arg(struct reader *r, const char *of,
			const struct odp_arg *args)
{
	char names[160];
	struct text t;

	text_init(&t, names, sizeof(names));
	for (; args->name; args++) {
		text_add(&t, "%s%s", args->name,
			 args->kind == ODP_ARG_NEST ? "()" :
			 args->kind == ODP_ARG_FLAG ? "" : "=");
		text_comma(&t);
	}
	return scan_expected(&r->p->s, "an argument of %s(): %s", of, names);
}

static int check_required(struct reader *r, const char *open, const char *of,
			  const struct odp_arg *args, uint64_t seen)
{
	for (size_t i = 0; args[i].name; i++)
		if (args[i].required && !(seen & (uint64_t)1 << i))
			return scan_fail_at(&r->p->s, open,
					    "expected %s in %s()",
					    args[i].name, of);
	return 0;
}

static int read_leaf(struct reader *r, const struct odp_arg *arg)
{
	const char *start = r->p->s.p;
	int rc;

	if (!is_only(arg))
		r->p->s.p += strlen(arg->name);
	if (!is_only(arg) && arg->kind != ODP_ARG_FLAG)
		r->p->s.p++;
	if (!r->keeps)
		return read_stored(r, arg);
	rc = arg->kind == ODP_ARG_FLAG ? 0 : odp_scan_arg(&r->p->s, arg,
						  &r->segments_left);
	return rc < 0 ? rc : keep(r, start, (size_t)(r->p->s.p - start));
}

/* The rows that are open around the one being read. */
struct level {
	const char *of, *open;
	const struct odp_arg *args;
	uint64_t seen;
};

/* As deep as the tables: tnl_push(header(gre((…)))). */
#define MAX_LEVELS 6

static void open_level(struct reader *r, struct level *l, const char *of,
		       const struct odp_arg *args)
{
	*l = (struct level){ of, r->p->s.p, args, 0 };
	r->p->s.p++;
	odp_skip_separators(&r->p->s);
}

static int read_arg(struct reader *r, struct level *levels, size_t *depth)
{
	struct level *l = &levels[*depth];
	struct scan *s = &r->p->s;
	const struct odp_arg *arg = find(l->args, s->p);
	int rc;

	if (!arg)
		return expected_arg(r, l->of, l->args);
	if (scan_seen(&l->seen, (size_t)(arg - l->args)))
		return is_only(arg) ?
			       scan_expected(s, "\")\"") :
			       scan_fail_at(s, s->p, "\"%s\" is given twice",
					    arg->name);
	if (l->seen & (l->seen - 1) && (rc = keep(r, ",", 1)) < 0)
		return rc;
	if (arg->kind != ODP_ARG_NEST)
		return read_leaf(r, arg);
	rc = keep(r, s->p, strlen(arg->name) + 1);
	if (rc < 0)
		return rc;
	s->p += strlen(arg->name);
	open_level(r, &levels[++*depth], arg->name[0] ? arg->name : l->of,
		   arg->inner);
	return 0;
}

/* Behind an argument: its list goes on, or ends; so may those around it. */
static int close_levels(struct reader *r, struct level *levels, size_t *depth,
			bool *done)
{
	struct scan *s = &r->p->s;

	*done = false;
	odp_skip_separators(s);
	while (!*done && *s->p == ')') {
		const struct level *l = &levels[*depth];
		int rc = check_required(r, l->open, l->of, l->args, l->seen);

		if (rc < 0)
			return rc;
		s->p++;
		*done = *depth == 0;
		if (*done)
			return 0;
		rc = keep(r, ")", 1);
		if (rc < 0)
			return rc;
		--*depth;
		if (*s->p != ')' && !scan_is_in(*s->p, ODP_SEPARATORS))
			return scan_expected(s, "\",\" or \")\"");
		odp_skip_separators(s);
	}
	return 0;
}

int odp_read_args(struct odp_parser *p, struct odp_action *a,
		  const char *action, const struct odp_arg *args)
{
	struct reader r = { p, a, !args->size, ODP_NO_SEGMENTS };
	struct level levels[MAX_LEVELS];
	size_t depth = 0;
	bool done;
	int rc;

	if (!r.keeps)
		store_usual(a, args);
	open_level(&r, &levels[0], action, args);
	rc = close_levels(&r, levels, &depth, &done);
	while (rc == 0 && !done) {
		size_t before = depth;

		rc = read_arg(&r, levels, &depth);
		if (rc == 0 && depth == before && *p->s.p != ')' &&
		    !scan_is_in(*p->s.p, ODP_SEPARATORS))
			rc = scan_expected(&p->s, "\",\" or \")\"");
		if (rc == 0)
			rc = close_levels(&r, levels, &depth, &done);
	}
	return rc;
}

static void show_stored(struct text *t, const struct odp_action *a,
			const struct odp_arg *arg)
{
	char mac[MAC_STR_SIZE];
	uint64_t v;

	if (arg->kind == ODP_ARG_MAC) {
		format_mac((const uint8_t *)a + arg->offset, mac);
		text_add(t, "%s=%s", arg->name, mac);
		return;
	}
	v = stored_number(a, arg);
	if (arg->usual && v == arg->usual)
		return;
	if (!is_only(arg))
		text_add(t, "%s=", arg->name);
	if (arg->kind == ODP_ARG_HEX || arg->kind == ODP_ARG_ONLY_HEX)
		text_add(t, "%#llx", (unsigned long long)v);
	else
		text_add(t, "%llu", (unsigned long long)v);
}

void odp_show_args(struct text *t, const struct odp_action *a,
		   const struct odp_arg *args)
{
	for (; args->name; args++) {
		size_t before = t->len;

		show_stored(t, a, args);
		if (t->len != before)
			text_comma(t);
	}
	text_end_list(t);
}

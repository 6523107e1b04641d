/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The members of a match in the order of the field table; actions in theirs. */
#include "common/flow/flowjson_put.h"

#include <errno.h>

#include "common/flow/flowjson_words.h"

/*
 * Matches
 */

struct item {
	const char *at, *value;        /* of the name, of what it names */
};

struct match {
	size_t n;
	char names[FLOW_MAX_FIELDS][JSON_NAME_SIZE];
	struct item items[FLOW_MAX_FIELDS];
};

static int collect_key(void *ctx, struct scan *s, const char *name,
		       const char *at)
{
	struct match *m = ctx;

	if (!flowjson_is_key(name, strlen(name)))
		return scan_fail_at(s, at, "\"%s\" is no match word of flower",
				    name);
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->names[i], name) == 0)
			return scan_fail_at(s, at, "\"%s\" is given twice",
					    name);
	/* There are fewer words than rows. */
	memcpy(m->names[m->n], name, strlen(name) + 1);
	m->items[m->n++] = (struct item){ at, s->p };
	return json_scan_skip(s);
}

/* Of the words that a value has, only the first may begin a match. */
static int check_value(struct flowjson_words *w, size_t from, const char *at)
{
	const char *p = w->out + from;
	size_t len;

	for (p += strcspn(p, " "); *p; p += len) {
		p++;
		len = strcspn(p, " ");
		if (!len || flowjson_is_key(p, len) ||
		    scan_is(p, len, "action"))
			return scan_fail_at(w->s, at, "\"%.*s\" in a value",
					    (int)len, p);
	}
	return 0;
}

/* Fields of a number, and a word that is followed by nothing else. */
static bool is_numeric(const struct flow_field *f)
{
	return f->max && !strchr(f->tc, ' ');
}

static int put_key(struct flowjson_words *w, size_t row, const char *name,
		   const struct item *item)
{
	const char *at = item->value;
	size_t from;
	int rc;

	w->s->p = item->at;
	rc = flowjson_put(w, " %s", name);
	w->s->p = at;
	from = w->len + 1;
	if (rc == 0)
		rc = is_numeric(&flow_fields[row]) || *at != '"' ?
			     flowjson_put_number(w) : flowjson_put_string(w, true);
	return rc < 0 ? rc : check_value(w, from, at);
}

/* What the word of a row names and is not put yet; m->n: nothing. */
static size_t find_key(const struct match *m, size_t row)
{
	size_t len = flowjson_row_word(row), i = 0;

	while (i < m->n && (!m->items[i].at ||
			    !scan_is(flow_fields[row].tc, len, m->names[i])))
		i++;
	return i;
}

/* In the order of the table, in which tc understands them. */
int flowjson_put_match(struct flowjson_words *w)
{
	struct match m = { .n = 0 };
	const char *end;
	int rc = json_scan_object(w->s, collect_key, &m);

	end = w->s->p;
	for (size_t row = 0; rc == 0 && row < flow_n_fields; row++) {
		size_t i = find_key(&m, row);

		if (i == m.n)
			continue;
		rc = put_key(w, row, m.names[i], &m.items[i]);
		m.items[i].at = NULL;
	}
	if (rc == 0)
		w->s->p = end;
	return rc;
}

/*
 * Actions
 */

struct actions {
	struct flowjson_words *w;
	unsigned int n;
};

struct action {
	const char *kind, *args;       /* their values */
};

static int collect_action(void *ctx, struct scan *s, const char *name,
			  const char *at)
{
	struct action *a = ctx;
	const char **value = strcmp(name, "kind") == 0 ? &a->kind :
			     strcmp(name, "args") == 0 ? &a->args : NULL;

	if (!value)
		return scan_fail_at(s, at, "expected kind or args, found \"%s\"",
				    name);
	if (*value)
		return scan_fail_at(s, at, "\"%s\" is given twice", name);
	*value = s->p;
	return json_scan_skip(s);
}

/*
 * "action" is no word of an action, unless it is a name; and if a name is
 * missing at the end, the next action would become it.
 */
static const char *wrong_words(const char *args, bool *at_end)
{
	bool name = false;
	size_t len;

	for (const char *p = args; *p; p += len + (p[len] == ' ')) {
		len = strcspn(p, " ");
		if (!name && scan_is(p, len, "action"))
			return "more than one action";
		name = !name && (scan_is(p, len, "dev") ||
				 scan_is(p, len, "helper"));
	}
	*at_end = name;
	return name ? "expected a name" : NULL;
}

static int put_args(struct flowjson_words *w, const char *at)
{
	size_t from = w->len + 1;
	const char *wrong;
	bool at_end = false;
	int rc;

	w->s->p = at;
	rc = flowjson_put_string(w, true);
	if (rc < 0)
		return rc;
	wrong = wrong_words(w->out + from, &at_end);
	return wrong ? scan_fail_at(w->s, at_end ? w->s->p - 1 : at, "%s",
				    wrong) : 0;
}

static int put_action(void *ctx, struct scan *s, const char *name,
		      const char *at)
{
	struct actions *list = ctx;
	struct flowjson_words *w = list->w;
	struct action a = { .kind = NULL };
	const char *end;
	int rc = json_scan_object(s, collect_action, &a);

	(void)name;
	list->n++;
	end = s->p;
	if (rc == 0 && !a.kind)
		return scan_fail_at(s, at, "an action without a kind");
	if (rc == 0)
		rc = flowjson_put(w, " action");
	if (rc == 0) {
		s->p = a.kind;
		rc = flowjson_put_string(w, false);
	}
	if (rc == 0 && a.args)
		rc = put_args(w, a.args);
	if (rc == 0)
		s->p = end;
	return rc;
}

int flowjson_put_actions(struct flowjson_words *w, unsigned int *n)
{
	struct actions list = { .w = w };
	int rc = json_scan_array(w->s, put_action, &list);

	*n = list.n;
	return rc;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes the line of tc that an object stands for and has it read.  If tc's
 * reader finds it wrong it is written once more, to see which byte of the
 * object the wrong one came from.
 */
#include "common/flow/flowjson.h"

#include <errno.h>
#include <stdio.h>

#include "common/base/parse.h"
#include "common/flow/flowjson_put.h"
#include "common/flow/flowjson_words.h"

enum member_no {               /* in the order in which tc wants them */
	VERB, BLOCK, DEV, HOOK, PROTOCOL, PRIO, HANDLE, CHAIN, MATCH, CLASSID,
	POLICY, VERBOSE, ACTIONS, UFID,
	PIN, WEIGHT, IDLE_TIMEOUT, HARD_TIMEOUT,       /* as flow_attr_rows */
	N_MEMBERS
};

struct object {
	const char *values[N_MEMBERS]; /* NULL: not there */
	const char *end;
	struct line_flow *out;
	unsigned int n_actions;
	size_t member;                 /* that is being put */
};

static int put_verb(struct flowjson_words *w, struct object *o)
{
	const char *at = w->s->p;
	size_t from = w->len + 1;

	(void)o;
	if (flowjson_put_string(w, false) < 0)
		return -EINVAL;
	if (flowjson_find(flowjson_verbs, w->out + from, w->len - from) >= 0)
		return 0;
	w->s->p = at;
	return scan_expected(w->s, "add, replace, change or del");
}

static int put_hook(struct flowjson_words *w, struct object *o)
{
	const char *at = w->s->p;
	size_t from = w->len + 1;

	(void)o;
	if (flowjson_put_string(w, false) < 0)
		return -EINVAL;
	if (strcmp(w->out + from, "ingress") == 0 ||
	    strcmp(w->out + from, "egress") == 0)
		return 0;
	w->s->p = at;
	return scan_expected(w->s, "ingress or egress");
}

static int put_dev(struct flowjson_words *w, struct object *o)
{
	(void)o;
	return flowjson_put_port(w);
}

static int put_plain(struct flowjson_words *w, struct object *o)
{
	(void)o;
	return flowjson_put_number(w);
}

static int put_keys(struct flowjson_words *w, struct object *o)
{
	(void)o;
	return flowjson_put_match(w);
}

static int put_text(struct flowjson_words *w, struct object *o)
{
	(void)o;
	return flowjson_put_string(w, false);
}

static int put_policy(struct flowjson_words *w, struct object *o)
{
	static const char *const flags[] = {
		[RULE_BEST_EFFORT] = "",
		[RULE_HW_ONLY] = " skip_sw",
		[RULE_SW_ONLY] = " skip_hw",
	};
	const char *at = w->s->p;
	size_t before = w->len;
	enum rule_policy policy;

	(void)o;
	if (flowjson_put_string(w, false) < 0)
		return -EINVAL;
	w->s->p = at;
	if (rule_policy_parse(w->out + before + 1, &policy) < 0)
		return scan_expected(w->s, "best-effort, hw-only or sw-only");
	w->len = before;
	w->out[before] = '\0';
	return flowjson_put(w, "%s", flags[policy]);
}

static int put_verbose(struct flowjson_words *w, struct object *o)
{
	bool on;

	(void)o;
	if (json_scan_bool(w->s, &on) < 0)
		return -EINVAL;
	return on ? flowjson_put(w, " verbose") : 0;
}

static int put_actions(struct flowjson_words *w, struct object *o)
{
	return flowjson_put_actions(w, &o->n_actions);
}

/* Not for tc: what the line gives the flow for a name. */
static int take_ufid(struct flowjson_words *w, struct object *o)
{
	const char *at = w->s->p;
	size_t before = w->len;

	if (flowjson_put_string(w, false) < 0)
		return -EINVAL;
	w->s->p = at;
	if (ufid_parse(w->out + before + 1, &o->out->ufid) < 0)
		return scan_expected(w->s, "a ufid");
	o->out->has_ufid = true;
	w->len = before;
	w->out[before] = '\0';
	return 0;
}

/* "pin":true or a number. */
static int scan_attr(struct flowjson_words *w, size_t row, uint32_t *value)
{
	size_t before = w->len;
	bool on;
	int rc;

	if (flow_attr_rows[row].is_bool) {
		if (json_scan_bool(w->s, &on) < 0)
			return -EINVAL;
		*value = on;
		return 0;
	}
	if (flowjson_put_number(w) < 0)
		return -EINVAL;
	rc = parse_u32(w->out + before + 1, UINT32_MAX, value);
	w->len = before;
	w->out[before] = '\0';
	return rc;
}

/* Not for tc either. */
static int take_attr(struct flowjson_words *w, struct object *o)
{
	size_t row = o->member - PIN;
	const struct flow_attr *attr = &flow_attr_rows[row];
	const char *at = w->s->p;
	uint32_t value;

	if (scan_attr(w, row, &value) == 0 &&
	    flow_attr_set(&o->out->attrs, row, value) == 0)
		return 0;
	w->s->p = at;
	if (attr->is_bool)
		return scan_expected(w->s, "true or false");
	return scan_expected(w->s, "a number from %u to %u", attr->min,
			     attr->max);
}

static const struct member {
	const char *name;
	const char *before, *missing;  /* words of tc, if it is there or not */
	int (*put)(struct flowjson_words *w, struct object *o);
} members[N_MEMBERS] = {
	[VERB] = { "verb", "filter", "filter add", put_verb },
	[BLOCK] = { "block", " block", "", put_plain },
	[DEV] = { "dev", " dev", "", put_dev },
	[HOOK] = { "hook", "", "", put_hook },
	[PROTOCOL] = { "protocol", " protocol", "", put_plain },
	[PRIO] = { "prio", " prio", "", put_plain },
	[HANDLE] = { "handle", " handle", "", put_plain },
	[CHAIN] = { "chain", " chain", "", put_plain },
	[MATCH] = { "match", " flower", " flower", put_keys },
	[CLASSID] = { "classid", " classid", "", put_text },
	[POLICY] = { "policy", "", "", put_policy },
	[VERBOSE] = { "verbose", "", "", put_verbose },
	[ACTIONS] = { "actions", "", "", put_actions },
	[UFID] = { "ufid", "", "", take_ufid },
	[PIN] = { "pin", "", "", take_attr },
	[WEIGHT] = { "weight", "", "", take_attr },
	[IDLE_TIMEOUT] = { "idle_timeout", "", "", take_attr },
	[HARD_TIMEOUT] = { "hard_timeout", "", "", take_attr },
};

static int collect_member(void *ctx, struct scan *s, const char *name,
			  const char *at)
{
	struct object *o = ctx;

	for (size_t i = 0; i < N_MEMBERS; i++) {
		if (strcmp(members[i].name, name) != 0)
			continue;
		if (o->values[i])
			return scan_fail_at(s, at, "\"%s\" is given twice",
					    name);
		o->values[i] = s->p;
		return json_scan_skip(s);
	}
	return scan_fail_at(s, at, "expected a member of a rule (dev, match, "
			    "actions …), found \"%s\"", name);
}

static int scan_members(struct scan *s, struct object *o)
{
	int rc;

	json_scan_space(s);
	rc = json_scan_object(s, collect_member, o);
	if (rc < 0)
		return rc;
	o->end = s->p - 1;
	json_scan_space(s);
	return *s->p ? scan_expected(s, "the end of the line") : 0;
}

static int put_line(struct flowjson_words *w, struct object *o)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < N_MEMBERS; i++) {
		const struct member *m = &members[i];

		o->member = i;
		w->s->p = o->values[i] ? o->values[i] : o->end;
		rc = flowjson_put(w, "%s", o->values[i] ? m->before : m->missing);
		if (rc == 0 && o->values[i])
			rc = m->put(w, o);
	}
	return rc;
}

static int check_place(const struct scan *s, const struct object *o)
{
	const char *const *v = o->values;

	if (v[BLOCK] ? v[DEV] || v[HOOK] : !v[DEV] || !v[HOOK])
		return scan_fail_at(s, o->end, "expected the members dev and "
				    "hook, or block");
	return 0;
}

/* "column 40: …" of the line of tc is another column of the object. */
static int move_column(struct flowjson_words *w, struct object *o, struct error *err)
{
	static const char column[] = "column ";
	char text[ERROR_MSG_SIZE], *rest;
	unsigned long at;

	if (strncmp(err->msg, column, sizeof(column) - 1) != 0)
		return -EINVAL;
	at = strtoul(err->msg + sizeof(column) - 1, &rest, 10);
	(void)snprintf(text, sizeof(text), "%.*s", ERROR_MSG_SIZE - 32, rest);
	w->wanted = at - 1;
	w->found = o->end;
	w->len = 0;
	(void)put_line(w, o);
	return error_set(err, EINVAL, "column %zu%s",
			 (size_t)(w->found - w->s->line) + 1, text);
}

int flowjson_parse(const char *line, char text[FLOWJSON_TEXT_SIZE],
		   struct line_flow *out, struct reason_list *reasons,
		   struct error *err)
{
	struct scan s = { .line = line, .p = line, .err = err };
	struct flowjson_words w = { .out = text, .wanted = SIZE_MAX, .s = &s };
	struct object o = { .out = out };
	int rc = scan_members(&s, &o);

	out->has_ufid = false;
	out->attrs.given = 0;
	if (rc == 0)
		rc = check_place(&s, &o);
	if (rc == 0)
		rc = put_line(&w, &o);
	if (rc < 0)
		return rc;
	rc = tctext_parse(text, &out->verb, &out->rule, reasons, err);
	if (rc == -EINVAL)
		return move_column(&w, &o, err);
	if (rc == 0 && out->rule.n_actions != o.n_actions)
		return scan_fail_at(&s, o.values[ACTIONS], "%u actions, of which tc makes %u",
				    o.n_actions, out->rule.n_actions);
	return rc;
}

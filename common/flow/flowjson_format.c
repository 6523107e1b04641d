/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes the line of tc apart that the rule is.  Where the line stops having
 * one action more is found by asking for it with one action more.
 */
#include "common/flow/flowjson.h"

#include <errno.h>
#include <stdio.h>

#include "common/flow/flowjson_words.h"
#include "common/flow/scan.h"
#include "common/flow/text.h"

static bool is_plain(char c)
{
	return c != '"' && c != '\\' && (unsigned char)c >= ' ';
}

static void add_string(struct text *t, const char *p, size_t len)
{
	const char *end = p + len, *run;

	text_add(t, "\"");
	while (p < end) {
		for (run = p; p < end && is_plain(*p); p++)
			;
		text_add(t, "%.*s", (int)(p - run), run);
		if (p < end && (unsigned char)*p >= ' ')
			text_add(t, "\\%c", *p++);
		else if (p < end)
			text_add(t, "\\u%04x", (unsigned char)*p++);
	}
	text_add(t, "\"");
}

/* The name of a member; text_comma() has been called, or it is the first. */
static void add_name(struct text *t, const char *name)
{
	text_add(t, "\"%s\":", name);
}

static void add_member(struct text *t, const char *name, const char *p,
		       size_t len)
{
	add_name(t, name);
	add_string(t, p, len);
	text_comma(t);
}

static void add_number(struct text *t, const char *name, uint32_t v)
{
	if (!v)
		return;
	add_name(t, name);
	text_add(t, "%u", v);
	text_comma(t);
}

/*
 * The line of tc: words
 */

struct word {
	const char *p;
	size_t len;
};

static struct word next_word(const char **p, const char *end)
{
	struct word w;

	while (*p < end && **p == ' ')
		(*p)++;
	w.p = *p;
	while (*p < end && **p != ' ')
		(*p)++;
	w.len = (size_t)(*p - w.p);
	return w;
}

static bool is_word(struct word w, const char *word)
{
	return scan_is(w.p, w.len, word);
}

/* Where the filter sits, up to behind "flower". */
static void add_place(struct text *t, const char **p, const char *end)
{
	struct word w, value;

	while (w = next_word(p, end), w.len && !is_word(w, "flower")) {
		bool names = is_word(w, "dev") || is_word(w, "protocol");

		if (is_word(w, "ingress") || is_word(w, "egress")) {
			add_member(t, "hook", w.p, w.len);
			continue;
		}
		value = next_word(p, end);
		if (names)
			add_member(t, is_word(w, "dev") ? "dev" : "protocol",
				   value.p, value.len);
	}
}

/* In the line, but said of the rule elsewhere; one more word behind some. */
static bool skip_flag(struct word w, const char **p, const char *end)
{
	if (is_word(w, "skip_sw") || is_word(w, "skip_hw") ||
	    is_word(w, "verbose"))
		return true;
	if (!is_word(w, "classid") && !is_word(w, "hw_tc"))
		return false;
	(void)next_word(p, end);
	return true;
}

static bool ends_value(struct word w)
{
	return !w.len || is_word(w, "skip_sw") || is_word(w, "skip_hw") ||
	       is_word(w, "verbose") || is_word(w, "classid") ||
	       is_word(w, "hw_tc") || flowjson_is_key(w.p, w.len);
}

/* Behind the word of a key: one word, and all that begin no other. */
static struct word take_value(const char **p, const char *end)
{
	struct word value = next_word(p, end);

	for (;;) {
		const char *ahead = *p;
		struct word w = next_word(&ahead, end);

		if (ends_value(w))
			return value;
		value.len = (size_t)(ahead - value.p);
		*p = ahead;
	}
}

static void add_match(struct text *t, const char *p, const char *end)
{
	struct word key, value;

	text_add(t, "\"match\":{");
	while (key = next_word(&p, end), key.len) {
		if (skip_flag(key, &p, end))
			continue;
		value = take_value(&p, end);
		add_string(t, key.p, key.len);
		text_add(t, ":");
		add_string(t, value.p, value.len);
		text_comma(t);
	}
	text_end_list(t);
	text_add(t, "}");
	text_comma(t);
}

/* " action vlan pop": the kind is in the rule. */
static void add_action(struct text *t, const struct rule_action *a,
		       const char *p, const char *end)
{
	const char *kind = rule_action_words[a->kind];
	const char *args;

	(void)next_word(&p, end);
	args = p;
	if (!is_word(next_word(&args, end), kind))
		args = p;
	while (args < end && *args == ' ')
		args++;
	text_add(t, "{");
	add_member(t, "kind", kind, strlen(kind));
	if (args < end)
		add_member(t, "args", args, (size_t)(end - args));
	text_end_list(t);
	text_add(t, "}");
	text_comma(t);
}

static void add_actions(struct text *t, const struct rule *rule,
			const char *line, const int *ends)
{
	text_add(t, "\"actions\":[");
	for (size_t i = 0; i < rule->n_actions; i++)
		add_action(t, &rule->actions[i], line + ends[i],
			   line + ends[i + 1]);
	text_end_list(t);
	text_add(t, "]");
}

static void add_attrs(struct text *t, const struct flow_attrs *a)
{
	for (size_t i = 0; i < flow_n_attrs; i++) {
		const struct flow_attr *row = &flow_attr_rows[i];
		uint32_t value = flow_attr_get(a, i);

		if (!(a->given & 1U << i))
			continue;
		if (row->is_bool)
			text_add(t, "\"%s\":%s", row->name,
				 value ? "true" : "false");
		else
			text_add(t, "\"%s\":%u", row->name, value);
		text_comma(t);
	}
}

static void add_rule(struct text *t, const struct rule *rule, const char *line,
		     const int *ends)
{
	const char *p = line, *end = line + ends[0], *policy;
	char classid[sizeof("ffff:ffff")];

	add_number(t, "block", rule->block);
	add_place(t, &p, end);
	add_number(t, "prio", rule->prio);
	add_number(t, "handle", rule->handle);
	add_number(t, "chain", rule->chain);
	if (rule->classid) {
		(void)snprintf(classid, sizeof(classid), "%x:%x",
			       rule->classid >> 16, rule->classid & 0xffff);
		add_member(t, "classid", classid, strlen(classid));
	}
	if (rule->policy != RULE_BEST_EFFORT) {
		policy = rule_policy_str(rule->policy);
		add_member(t, "policy", policy, strlen(policy));
	}
	if (rule->verbose) {
		text_add(t, "\"verbose\":true");
		text_comma(t);
	}
	add_match(t, p, end);
	add_actions(t, rule, line, ends);
}

/*
 * Where the line ends with none of the actions, with one …; the whole line.
 * The match makes no difference to what an action is called.
 */
static char *tc_line(const struct rule *rule, int ends[RULE_MAX_ACTIONS + 1])
{
	struct rule part;
	size_t size;
	char *line;
	int bare;

	rule_copy(&part, rule);
	part.n_actions = 0;
	ends[0] = tctext_format(&part, NULL, 0);
	memset(&part.match, 0, sizeof(part.match));
	bare = tctext_format(&part, NULL, 0);
	for (unsigned int n = 1; n <= rule->n_actions; n++) {
		part.n_actions = (uint8_t)n;
		ends[n] = ends[0] + tctext_format(&part, NULL, 0) - bare;
	}
	size = (size_t)ends[rule->n_actions] + 1;
	line = malloc(size);
	if (line)
		(void)tctext_format(rule, line, size);
	return line;
}

int flowjson_format(const struct line_flow *flow, char *out, size_t size)
{
	int ends[RULE_MAX_ACTIONS + 1];
	AUTO(free) char *line = tc_line(&flow->rule, ends);
	char ufid[UFID_STR_SIZE];
	struct text t;

	if (!line)
		return -ENOMEM;
	text_init(&t, out, size);
	text_add(&t, "{");
	if (flow->verb != TCTEXT_ADD)
		add_member(&t, "verb", flowjson_verbs[flow->verb],
			   strlen(flowjson_verbs[flow->verb]));
	if (flow->has_ufid) {
		ufid_format(&flow->ufid, ufid);
		add_member(&t, "ufid", ufid, strlen(ufid));
	}
	add_attrs(&t, &flow->attrs);
	add_rule(&t, &flow->rule, line, ends);
	text_add(&t, "}");
	return (int)t.len;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeping and finding parts; who reads lines decides which may be kept. */
#include "common/flow/tctext_memo.h"

#include <string.h>

#include "common/base/cleanup.h"

static void forget(struct tctext_parts *parts)
{
	parts->oldest = 0;
	for (size_t i = 0; i < ARRAY_LEN(parts->parts); i++)
		parts->parts[i].len = 0;
}

void tctext_memo_init(struct tctext_memo *m)
{
	forget(&m->places);
	forget(&m->actions);
	tctext_forms_init(&m->keys);
}

static const struct tctext_part *find(const struct tctext_parts *parts,
				      const char *text)
{
	for (size_t i = 0; i < ARRAY_LEN(parts->parts); i++) {
		const struct tctext_part *part = &parts->parts[i];

		if (part->len && strncmp(text, part->text, part->len) == 0)
			return part;
	}
	return NULL;
}

/* For the caller to fill in; NULL: the text is too long. */
static struct tctext_part *keep(struct tctext_parts *parts, const char *text,
				size_t len)
{
	struct tctext_part *part = &parts->parts[parts->oldest];

	if (len > sizeof(part->text))
		return NULL;
	parts->oldest = (parts->oldest + 1) % ARRAY_LEN(parts->parts);
	memcpy(part->text, text, len);
	part->len = len;
	return part;
}

bool tctext_memo_begins(const struct tctext_memo *m, const char *line)
{
	return find(&m->places, line);
}

size_t tctext_memo_place(const struct tctext_memo *m, const char *line,
			 enum tctext_verb *verb, struct rule *rule)
{
	const struct tctext_part *part = find(&m->places, line);

	if (!part)
		return 0;
	*verb = part->verb;
	memcpy(rule, &part->rule, offsetof(struct rule, match));
	return part->len;
}

void tctext_memo_keep_place(struct tctext_memo *m, const char *line,
			    size_t len, enum tctext_verb verb,
			    const struct rule *rule)
{
	struct tctext_part *part = keep(&m->places, line, len);

	if (!part)
		return;
	part->verb = verb;
	memcpy(&part->rule, rule, offsetof(struct rule, match));
}

static void copy_actions(struct rule *out, const struct rule *in)
{
	out->n_actions = in->n_actions;
	out->data_size = in->data_size;
	memcpy(out->actions, in->actions,
	       in->n_actions * sizeof(in->actions[0]));
	memcpy(out->data, in->data, in->data_size);
}

bool tctext_memo_actions(const struct tctext_memo *m, const char *text,
			 struct rule *rule)
{
	const struct tctext_part *part = find(&m->actions, text);

	if (part)
		copy_actions(rule, &part->rule);
	return part;
}

void tctext_memo_keep_actions(struct tctext_memo *m, const char *text,
			      const struct rule *rule)
{
	/* The end of the line belongs to it, so that no longer one is like
	 * it. */
	size_t len = strnlen(text, TCTEXT_MEMO_TEXT) + 1;
	struct tctext_part *part = keep(&m->actions, text, len);

	if (part)
		copy_actions(&part->rule, rule);
}

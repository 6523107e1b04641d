/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parts of tc lines and what they were read as: lines of one load have places
 * and actions in common, word by word.  A part is known again by all of its
 * bytes; what is kept of it depends on nothing else in the line.  Private to
 * common/flow.
 */
#ifndef COMMON_FLOW_TCTEXT_MEMO_H
#define COMMON_FLOW_TCTEXT_MEMO_H

#include "common/flow/tctext.h"
#include "common/flow/tctext_form.h"

#define TCTEXT_MEMO_TEXT 256   /* a longer part is not kept */
#define TCTEXT_MEMO_PARTS 4    /* the oldest gives way */

struct tctext_part {
	size_t len;            /* of text; 0: none is kept */
	char text[TCTEXT_MEMO_TEXT];
	enum tctext_verb verb;         /* of a place */
	struct rule rule;      /* of a place what is before match, else the
				* actions and their data */
};

struct tctext_parts {
	struct tctext_part parts[TCTEXT_MEMO_PARTS];
	unsigned int oldest;
};

struct tctext_memo {
	struct tctext_parts places, actions;
	struct tctext_forms keys;
};

void tctext_memo_init(struct tctext_memo *m);

/* Does the line begin with a place that is known?  Then it is one of tc. */
bool tctext_memo_begins(const struct tctext_memo *m, const char *line);

/*
 * What stands before the keys: the bytes that say it, into *verb and all of
 * *rule that is before match.  0: it is not known.
 */
size_t tctext_memo_place(const struct tctext_memo *m, const char *line,
			 enum tctext_verb *verb, struct rule *rule);
void tctext_memo_keep_place(struct tctext_memo *m, const char *line,
			    size_t len, enum tctext_verb verb,
			    const struct rule *rule);

/* Actions, whose text goes on to the end of the line, into those of *rule, and
 * their data.  False: they are not known. */
bool tctext_memo_actions(const struct tctext_memo *m, const char *text,
			 struct rule *rule);
void tctext_memo_keep_actions(struct tctext_memo *m, const char *text,
			      const struct rule *rule);

#endif

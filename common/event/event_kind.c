/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows, and the words for some of them. */
#include "common/event/event_kind.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "common/base/near.h"

const struct event_row event_table[EVENT_N_KINDS] = {
#define EVENT(id, name, members, word0, word1, number0, number1, number2,    \
	      help)                                                          \
	[EVENT_##id] = { name, members, { word0, word1 },                    \
			 { number0, number1, number2 }, help },
#include "common/event/event_table.def"
#undef EVENT
};

size_t event_noun_len(enum event_kind kind)
{
	return strcspn(event_table[kind].name, "-");
}

/* Does the word name the kind, or its noun? */
static bool is_meant(enum event_kind kind, const char *word)
{
	size_t len = strlen(word);

	return strcmp(event_table[kind].name, word) == 0 ||
	       (len == event_noun_len(kind) &&
		strncmp(event_table[kind].name, word, len) == 0);
}

static uint64_t kinds_of(const char *word)
{
	uint64_t kinds = 0;

	for (int i = 0; i < EVENT_N_KINDS; i++)
		if (is_meant((enum event_kind)i, word))
			kinds |= EVENT_BIT(i);
	return kinds;
}

static int unknown(const char *word, struct error *err)
{
	struct near near = near_init(word);
	char noun[NEAR_MAX_SIZE];

	for (int i = 0; i < EVENT_N_KINDS; i++) {
		(void)snprintf(noun, sizeof(noun), "%.*s",
			       (int)event_noun_len((enum event_kind)i),
			       event_table[i].name);
		near_try(&near, noun);
		near_try(&near, event_table[i].name);
	}
	if (near.best[0])
		return error_set(err, EINVAL, "no events '%s'; did you mean "
				 "'%s'?", word, near.best);
	return error_set(err, EINVAL, "no events '%s'; swoff-events(7) lists "
			 "what there is", word);
}

int event_kinds_parse(const char *text, uint64_t *kinds, struct error *err)
{
	uint64_t all = 0;
	char word[NEAR_MAX_SIZE];

	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		size_t len = strcspn(text, " ");
		uint64_t found;

		(void)snprintf(word, sizeof(word), "%.*s",
			       len < sizeof(word) ? (int)len :
						    (int)sizeof(word) - 1,
			       text);
		found = kinds_of(word);
		if (!found)
			return unknown(word, err);
		all |= found;
		text += len;
	}
	*kinds = all ? all : EVENT_ALL_KINDS;
	return 0;
}

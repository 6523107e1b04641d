/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kinds of events that the daemon tells of, and the words that choose some
 * of them.  Rows are in event_table.def.
 */
#ifndef COMMON_EVENT_EVENT_KIND_H
#define COMMON_EVENT_EVENT_KIND_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/error.h"

#define EVENT_N_WORDS 2
#define EVENT_N_NUMBERS 3

/* Members beside words and numbers; bits. */
enum event_members {
	EVENT_HAS_DEVICE = 0x1,
	EVENT_HAS_PORT = 0x2,
	EVENT_HAS_NETDEV = 0x4,
	EVENT_HAS_VF = 0x8,
	EVENT_HAS_UFID = 0x10,
	EVENT_HAS_TEXT = 0x20,
};

enum event_kind {
#define EVENT(id, ...) EVENT_##id,
#include "common/event/event_table.def"
#undef EVENT
	EVENT_N_KINDS,
};

/* Sets of kinds are bits of a number. */
_Static_assert(EVENT_N_KINDS <= 64, "too many kinds for uint64_t");
#define EVENT_BIT(kind) (UINT64_C(1) << (kind))
#define EVENT_ALL_KINDS UINT64_MAX

struct event_row {
	const char *name;
	unsigned int members;
	const char *words[EVENT_N_WORDS];      /* names; NULL: not there */
	const char *numbers[EVENT_N_NUMBERS];
	const char *help;
};

extern const struct event_row event_table[EVENT_N_KINDS];

/* What the kind is about: so many first letters of its name. */
size_t event_noun_len(enum event_kind kind);

/*
 * "flow rep-new": kinds, and nouns that stand for all of theirs, between
 * blanks.  0 with *kinds, EVENT_ALL_KINDS if there is no word; or -EINVAL with
 * err, naming what is near.
 */
int event_kinds_parse(const char *text, uint64_t *kinds, struct error *err);

#endif

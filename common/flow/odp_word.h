/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of actions; private to common/flow. */
#ifndef COMMON_FLOW_ODP_WORD_H
#define COMMON_FLOW_ODP_WORD_H

#include "common/flow/odp_action.h"

enum odp_has_args { ODP_ARGS_NONE, ODP_ARGS_SOME, ODP_ARGS_MAYBE };

/* With neither args nor functions: arguments are the actions inside. */
struct odp_word {
	const char *name;
	uint8_t len;                   /* of the name */
	uint8_t kind;                  /* enum odp_action_kind */
	uint8_t has_args;              /* enum odp_has_args */
	const struct odp_arg *args;
	odp_read_fn *read;
	odp_show_fn *show;
};

/* NULL: no action has that name. */
const struct odp_word *odp_word_find(const char *name, size_t len);

/* All kinds but ODP_OUTPUT and ODP_OTHER have one. */
const struct odp_word *odp_word_of(enum odp_action_kind kind);

/* Most words are ports; no action begins with another letter than these. */
bool odp_word_may_begin(char c);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plain parameters of tc actions: a word of tc(8), an attribute of the
 * kernel and a place in the rule are one row, which text and netlink walk in
 * both directions.  What is not plain has code where it is read and written.
 */
#ifndef COMMON_FLOW_ACTION_PARAM_H
#define COMMON_FLOW_ACTION_PARAM_H

#include "common/flow/rule.h"

enum action_param_kind {
	ACTION_PARAM_UINT,
	ACTION_PARAM_MAC,
	ACTION_PARAM_IPV4,
	ACTION_PARAM_IPV6,
	ACTION_PARAM_PROTOCOL,         /* ip, 802.1Q, 0x88cc */
	ACTION_PARAM_CLASSID,          /* 1:10, both hexadecimal */
	ACTION_PARAM_PTYPE,            /* host, multicast … */
	ACTION_PARAM_FLAG,             /* the word alone, no payload */
};

struct action_param {
	uint8_t action;                /* enum rule_action_kind */
	uint8_t kind;                  /* enum action_param_kind */
	const char *word;              /* "/" for what stands behind a slash of
					* the row before; NULL: no word */
	bool exact;                    /* tc takes no beginnings of the word */
	uint16_t attr;                 /* inside TCA_ACT_OPTIONS */
	bool in_data;                  /* offsets are in rule_data() */
	uint16_t offset, size;
	bool big_endian;               /* of a number in the rule; in the
					* message it has the same order */
	uint8_t base;                  /* of numbers without 0x, 0 as in C */
	uint32_t min, max;
	uint32_t ops;                  /* bits of the operations of the action
					* that have it; 0: all */
	uint16_t has, has_size;        /* where it says that it is there; of
					* size 0: always */
	uint16_t has_bits;             /* 0: it is there unless zero */
	bool probed;                   /* newer than Linux 6.1, which takes the
					* attribute and forgets it */
};

extern const struct action_param action_params[];
extern const size_t action_n_params;

/* Those of a kind of action, from the one up to but not with the other. */
const struct action_param *action_params_of(enum rule_action_kind kind,
					    const struct action_param **end);

/* Pop, push …: which operation of its kind the action is; 0 if it has none. */
unsigned int action_op(const struct rule_action *a);

static inline bool action_param_fits(const struct action_param *f,
				     const struct rule_action *a)
{
	return f->action == a->kind &&
	       (!f->ops || f->ops & 1U << action_op(a));
}

/* Where the row's offsets count from. */
const void *action_param_base(const struct action_param *f,
			      const struct rule *r,
			      const struct rule_action *a);

/* Does it belong to the action, and is it there? */
bool action_param_there(const struct action_param *f, const struct rule *r,
			const struct rule_action *a);
void action_param_set_there(const struct action_param *f, struct rule *r,
			    struct rule_action *a);

/* The word of what the action says and Linux 6.1 would forget, or NULL. */
const char *action_probed(const struct rule *r, const struct rule_action *a);

/* Of a number, host order. */
uint32_t action_param_get(const struct action_param *f, const struct rule *r,
			  const struct rule_action *a);
void action_param_set(const struct action_param *f, struct rule *r,
		      struct rule_action *a, uint32_t v);

/* The bytes, for values that are no numbers. */
void *action_param_at(const struct action_param *f, struct rule *r,
		      struct rule_action *a);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules as the words of tc(8): `filter add …` lines of `tc -batch`. */
#ifndef COMMON_FLOW_TCTEXT_H
#define COMMON_FLOW_TCTEXT_H

#include "common/base/error.h"
#include "common/flow/reason.h"
#include "common/flow/rule.h"

enum tctext_verb { TCTEXT_ADD, TCTEXT_REPLACE, TCTEXT_CHANGE, TCTEXT_DEL };

/* Is this a line of tc, of filters or not?  What the first words tell. */
bool tctext_begins(const char *line);

/*
 * "filter add dev eth1 ingress protocol ip flower …", the first two words
 * (and a leading "tc") optional, then TCTEXT_ADD.  0; -EINVAL with *err saying
 * which word at which column; -EOPNOTSUPP with reasons for words that tc has
 * but we do not offload.
 */
int tctext_parse(const char *line, enum tctext_verb *verb, struct rule *out,
		 struct reason_list *reasons, struct error *err);

/* The same, by what earlier lines were read as (tctext_memo.h); NULL: none. */
struct tctext_memo;
int tctext_parse_memo(struct tctext_memo *memo, const char *line,
		      enum tctext_verb *verb, struct rule *out,
		      struct reason_list *reasons, struct error *err);

/* "dev eth1 ingress protocol ip …"; length as snprintf. */
int tctext_format(const struct rule *rule, char *out, size_t size);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that read and show actions of a tc line share. */
#ifndef COMMON_FLOW_TCTEXT_ACTION_H
#define COMMON_FLOW_TCTEXT_ACTION_H

#include "common/flow/action_param.h"
#include "common/flow/tctext_parse.h"
#include "common/flow/text.h"

/*
 * Reading.  All of these stand at a word and leave the parser at the next that
 * is not theirs.
 */

/* Does a verdict begin here, in any of its spellings? */
bool act_at_verdict(const struct tc_parser *p);

/* drop, goto chain 3, jump 2 …; arg is the chain or the jump.  Also stolen,
 * which tc shows but cannot read, where it is plain that a verdict comes. */
int act_verdict(struct tc_parser *p, uint8_t *verdict, uint32_t *arg);

/* The same, if one stands here; else the action has the default. */
int act_control(struct tc_parser *p, struct rule_action *a,
		enum rule_verdict dflt);

/* "index N", if it stands here: never 0, which is "a new one". */
int act_index(struct tc_parser *p, struct rule_action *a);

/* A number as strtoul() reads it in this base, but 0x is always allowed;
 * in the middle of a word, and a whole word. */
int act_scan_uint(struct tc_parser *p, unsigned int base, uint64_t max,
		  const char *what, uint64_t *out);
int act_uint(struct tc_parser *p, unsigned int base, uint64_t max,
	     const char *what, uint64_t *out);

/* Pairs of hexadecimal digits up to the end of the word or one of stops; a
 * last single digit is left away, as tc does.  The number of bytes, -EINVAL. */
int act_scan_hex(struct tc_parser *p, const char *stops, uint8_t *out,
		 size_t size);

/* One plain parameter: 1 if it was one, 0 if the word is none of them. */
int act_param(struct tc_parser *p, struct rule_action *a);

/* Parameters up to the first word that is none. */
int act_params(struct tc_parser *p, struct rule_action *a);

/* The data of the action, zeroed; never NULL, but with a reason if there is
 * no more room in the rule. */
void *act_data(struct tc_parser *p, struct rule_action *a, size_t size);

/* Of the nouns with files of their own, behind their word. */
int act_parse_tunnel(struct tc_parser *p, struct rule_action *a);
int act_parse_pedit(struct tc_parser *p, struct rule_action *a);
int act_parse_ct(struct tc_parser *p, struct rule_action *a);
int act_parse_police(struct tc_parser *p, struct rule_action *a);
int act_parse_vlan(struct tc_parser *p, struct rule_action *a);
int act_parse_mpls(struct tc_parser *p, struct rule_action *a);
int act_parse_skbedit(struct tc_parser *p, struct rule_action *a);
int act_parse_sample(struct tc_parser *p, struct rule_action *a);
int act_parse_csum(struct tc_parser *p, struct rule_action *a);

/*
 * Showing.  Everything begins with a blank.
 */

void act_show_verdict(struct text *t, uint8_t verdict, uint32_t arg);
void act_show_params(struct text *t, const struct rule *r,
		     const struct rule_action *a);
void act_show_hex(struct text *t, const uint8_t *p, size_t size);

void act_show_tunnel(struct text *t, const struct rule *r,
		     const struct rule_action *a);
void act_show_pedit(struct text *t, const struct rule *r,
		    const struct rule_action *a);
void act_show_ct(struct text *t, const struct rule *r,
		 const struct rule_action *a);
void act_show_police(struct text *t, const struct rule *r,
		     const struct rule_action *a);

/* The bits of csum, and the first word for each, which is also shown. */
struct act_bit {
	const char *word;
	uint32_t bit;
};
extern const struct act_bit act_csums[];
extern const size_t act_n_csums;

/* host, broadcast …, by number. */
extern const char *const act_ptypes[4];

#endif

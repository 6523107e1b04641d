/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that read tc words share; private to common/flow. */
#ifndef COMMON_FLOW_TCTEXT_PARSE_H
#define COMMON_FLOW_TCTEXT_PARSE_H

#include "common/flow/scan.h"
#include "common/flow/tctext.h"

struct tc_parser {
	struct scan s;         /* at the word, until its value is read */
	const char *end;       /* of the word; equal to s.p: no words left */
	struct rule *rule;
	struct reason_list *reasons;
	struct tctext_memo *memo;      /* NULL: none */
	struct tctext_form *form;      /* that is being made; NULL: none */
	const char *form_end;          /* up to here the form has the line */
	uint64_t rows_seen[FLOW_MAX_FIELDS / 64];
};

/* Steps to the next word; words end at blanks, the line at "#". */
void tc_next(struct tc_parser *p);

static inline size_t tc_len(const struct tc_parser *p)
{
	return (size_t)(p->end - p->s.p);
}

static inline bool tc_is(const struct tc_parser *p, const char *word)
{
	return scan_is(p->s.p, tc_len(p), word);
}

/* Is it the word, or a beginning of it?  tc allows that for some. */
static inline bool tc_is_prefix(const struct tc_parser *p, const char *word)
{
	const char *w = p->s.p;

	while (w < p->end && *w == *word) {
		w++;
		word++;
	}
	return w == p->end && w != p->s.p;
}

/* The whole word, and then the next. */
int tc_uint(struct tc_parser *p, uint64_t max, const char *what,
	    uint64_t *out);
int tc_port(struct tc_parser *p, struct port *out);
int tc_protocol(struct tc_parser *p, uint16_t *out_be);

/* Was the word read to its end?  Then to the next. */
int tc_word_done(struct tc_parser *p);

/* "tc -s filter add": what stands before the place, all of it optional. */
int tc_parse_verb(struct tc_parser *p, enum tctext_verb *verb);

/* The words behind "flower", up to "action" or the end. */
int tc_parse_keys(struct tc_parser *p);

/* From the word "action" to the end. */
int tc_parse_actions(struct tc_parser *p);

/*
 * Values of match words; the parser stands at the value, and is left behind
 * it.  f applies to the match.
 */
int tc_parse_value(struct tc_parser *p, const struct flow_field *f);
int tc_parse_geneve(struct tc_parser *p, const struct flow_field *f);
/* VER:IDX:DIR:HWID/…: f is the first of the rows that share the word. */
int tc_parse_parts(struct tc_parser *p, const struct flow_field *f);
/* lse depth … lse …: words, until one that is none of its own. */
int tc_parse_mpls(struct tc_parser *p);

/* The base of a number of this field, standing at p->s.p; that of its mask. */
unsigned int tc_value_base(const struct tc_parser *p,
			   const struct flow_field *f);
unsigned int tc_mask_base(const struct tc_parser *p,
			  const struct flow_field *f);

/* Is g the next part of a value that f is a part of? */
static inline bool tc_is_next_part(const struct flow_field *f,
				   const struct flow_field *g)
{
	return f->opts && f->opts == g->opts && f->attr == g->attr;
}

/* Names of values, in a table of the language; ended by NULL. */
struct tc_name {
	const char *name;
	uint32_t value;
};
extern const struct tc_name tc_arp_ops[], tc_ppp_protos[], tc_ip_protos[];
extern const struct tc_name tc_frag_bits[], tc_enc_bits[], tc_ct_bits[];
const char *tc_name_of(const struct tc_name *names, uint32_t value);

/* "ip" for 0x0800; NULL if the type has no name. */
const char *tc_protocol_name(uint16_t protocol_be);

/* "ip_flags frag", "action drop" */
struct text;
void tc_format_protocol(struct text *t, uint16_t type_be);
void tc_format_key(struct text *t, const struct flow_field *f,
		   const struct flow_match *m);
void tc_format_keys(struct text *t, const struct flow_match *m);
void tc_format_mpls(struct text *t, const struct flow_match *m);
void tc_format_geneve(struct text *t, const struct flow_match *m);
void tc_format_action(struct text *t, const struct rule *r,
		      const struct rule_action *a);

#endif

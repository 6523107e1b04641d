/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files that translate datapath flows share; private to common/flow.
 * A translation walks over the flow once and writes the rule as it goes; a
 * part that has no rule adds its reason and the walk goes on, so that all
 * reasons come at once.
 */
#ifndef COMMON_FLOW_ODP_TRANSLATE_H
#define COMMON_FLOW_ODP_TRANSLATE_H

#include "common/flow/odp.h"

/* What is known of the packet between two actions of the list. */
struct odp_packet {
	bool tunnel;           /* carries what it had on arrival by a tunnel */
	bool released;         /* … had; a further chain could not match it */
	bool encapped;         /* set(tunnel()) is in force */
	bool resized;          /* has another length than on arrival */
	bool changed;          /* not as it came, to whom clones matter */
	bool gone;             /* recirculated: nothing may follow */
	uint8_t n_tags;        /* vlan */
	uint16_t l3;           /* ethertype behind the tags; 0 unknown */
};

/* A way out of check_pkt_len whose verdict depends on what follows it. */
struct odp_exit {
	uint8_t action;        /* in rule.actions */
	bool conform;          /* of the police action: its conform */
};

struct odp_translation {
	const struct odp_flow *flow;
	const struct port_resolver *ports;     /* or NULL */
	struct rule *out;
	struct reason_list *reasons;
	enum port_kind in_kind;
	unsigned int has;              /* FLOW_NEED_* that the match meets */
	struct odp_packet packet;
	uint32_t csum;                 /* due behind the pedits just added:
					* TCA_CSUM_UPDATE_FLAG_* */
	unsigned int n_exits;
	/* What follows is written before it is read. */
	struct flow_key left;          /* of the mask: taken by nothing yet */
	struct odp_exit exits[2 * RULE_MAX_ACTIONS];
	struct rule_action spare;      /* written where the rule is full */
};

enum port_kind odp_translate_kind(const struct odp_translation *t,
				  const struct port *port);

/* Does the flow name this field, matched or not? */
bool odp_translate_has_given(const struct odp_flow *flow, size_t offset);

/* Value and mask of a row go into the rule; nothing is left of them. */
void odp_translate_take(struct odp_translation *t, const struct flow_field *f);
void odp_translate_clear_left(struct odp_translation *t,
			      const struct flow_field *f);

/* The rows of tunnel(…), all at once, and of ct_state(). */
bool odp_translate_is_tunnel(const struct flow_field *f);
void odp_translate_tunnel(struct odp_translation *t);
void odp_translate_ct_state(struct odp_translation *t,
			    const struct flow_field *f);

/*
 * An action at the end of the rule, zeroed but for its kind and a verdict of
 * pipe.  Where the rule is full, a spare one, and a reason.
 */
struct rule_action *odp_translate_add(struct odp_translation *t,
				      enum rule_action_kind kind);
/* size bytes of data for the last action; NULL and a reason: no room. */
void *odp_translate_add_data(struct odp_translation *t, struct rule_action *a,
			     size_t size);
/* The checksums that the pedits before are waiting for. */
void odp_translate_end_sets(struct odp_translation *t);
/* What a packet from a tunnel carries goes before it leaves. */
void odp_translate_release(struct odp_translation *t);

/* Actions [from, to) of the flow; more: others follow behind these. */
void odp_translate_list(struct odp_translation *t, size_t from, size_t to,
			bool more);
void odp_translate_actions(struct odp_translation *t);
void odp_translate_ct(struct odp_translation *t, const struct odp_action *a);
void odp_translate_prepare_sets(struct odp_translation *t);
void odp_translate_set(struct odp_translation *t, const struct odp_action *a);
void odp_translate_set_tunnel(struct odp_translation *t,
			      const struct odp_action *a);
void odp_translate_set_mpls(struct odp_translation *t,
			    const struct odp_action *a);
void odp_translate_push_mpls(struct odp_translation *t,
			     const struct odp_action *a);
void odp_translate_pop_mpls(struct odp_translation *t,
			    const struct odp_action *a);
/* At this index of the flow; follows: an action does, in the same list; more:
 * or in a list around it. */
void odp_translate_check_len(struct odp_translation *t, size_t i, bool follows,
			     bool more);
/* Ways out that wait for where the rule ends get their verdicts. */
void odp_translate_end_exits(struct odp_translation *t);

/*
 * Fields of set(): walk with it, NULL to begin with; NULL at the end.  The
 * value is field->bytes, its mask is behind that.
 */
const struct odp_set_field *odp_set_next(const struct odp_flow *flow,
					 const struct odp_action *a,
					 const struct odp_set_field *field);

static inline const uint8_t *odp_set_mask(const struct odp_set_field *field)
{
	return field->bytes + field->size;
}

/*
 * A header of this type is rewritten, in a part that checksums above IP depend
 * on or not.  What the rule matches must tell which one: its ip_proto is made
 * exact if it is known; false: it is not.
 */
void odp_translate_need_csum(struct odp_translation *t, const char *group,
			     uint16_t htype, bool l4);
bool odp_translate_settle_proto(struct odp_translation *t);

/* TCA_CSUM_UPDATE_FLAG_* for a header rewritten under this match. */
uint32_t odp_translate_csum(const struct flow_match *m, uint16_t htype);

/* Geneve options that follow each other up to the end, none without data,
 * which tc demands. */
bool odp_translate_has_whole_options(const struct flow_opts *opts);

/* Where pedit writes a field of set(), in the order of Open vSwitch. */
struct odp_write {
	const char *group, *name;      /* as in the table of fields */
	uint16_t htype;                /* TCA_PEDIT_KEY_EX_HDR_TYPE_* */
	uint8_t offset, size, shift;   /* shift: bits, to the right */
	bool l4;                       /* checksums above IP depend on it */
};
extern const struct odp_write odp_writes[];
extern const size_t odp_n_writes;

/* Where a label stack entry has its parts, and the action of tc. */
struct odp_mpls_member {
	size_t key, action;            /* struct flow_key, struct rule_action */
	uint8_t has;                   /* RULE_MPLS_HAS_* */
};
#define ODP_N_MPLS_MEMBERS 4
extern const struct odp_mpls_member odp_mpls_members[ODP_N_MPLS_MEMBERS];

/* Bits of ct_state: of the datapath, of flower and their name. */
struct odp_ct_bit {
	uint32_t odp;                  /* OVS_CS_F_* */
	uint16_t tc;                   /* TCA_FLOWER_KEY_CT_FLAGS_*; 0: none */
	const char *name;
};
#define ODP_N_CT_BITS 8
extern const struct odp_ct_bit odp_ct_bits[ODP_N_CT_BITS];

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Datapath flows as `ovs-appctl dpctl/dump-flows` prints them: key, statistics
 * and actions, offloadable or not.
 */
#ifndef COMMON_FLOW_ODP_H
#define COMMON_FLOW_ODP_H

#include <stdint.h>

#include "common/base/error.h"
#include "common/flow/field.h"
#include "common/flow/port.h"
#include "common/flow/reason.h"
#include "common/flow/rule.h"

#define ODP_MAX_ACTIONS 64

struct ufid {
	uint8_t bytes[16];     /* in the order of the text form */
};
#define UFID_STR_SIZE 37       /* 8-4-4-4-12 hexadecimal digits */

/* "ufid:" is not part of it.  0 or -EINVAL. */
int ufid_parse(const char *text, struct ufid *out);
void ufid_format(const struct ufid *ufid, char out[UFID_STR_SIZE]);

enum odp_action_kind {
	ODP_OUTPUT,
	ODP_PUSH_VLAN,
	ODP_POP_VLAN,
	ODP_RECIRC,
	ODP_DROP,              /* only behind other actions */
	ODP_OTHER,             /* well-formed, but with no translation */
};

struct odp_action {
	enum odp_action_kind kind;
	union {
		struct port output;
		struct {
			uint16_t tpid_be;
			uint16_t id;
			uint8_t prio;
			uint8_t cfi;
		} push_vlan;
		uint32_t recirc;
		char other[REASON_SUBJECT_SIZE];  /* its name: "userspace" */
	};
};

struct odp_flow {
	bool has_ufid;
	struct ufid ufid;
	struct port in_port;           /* no == PORT_NO_NONE and "": absent */
	bool has_eth;                  /* eth() given, even with all wild */
	bool vlan_present;             /* vlan(): key and mask have CFI set */
	bool cvlan_present;
	struct flow_match match;
	uint8_t n_given;               /* rows of flow_fields that it matches */
	uint8_t given[FLOW_MAX_FIELDS];
	struct reason_list refused;    /* keys that parse but cannot be matched */
	uint8_t n_actions;             /* 0: drop */
	bool too_many_actions;
	uint64_t packets, bytes;       /* statistics of the line, or 0 */
	struct odp_action actions[ODP_MAX_ACTIONS];
};

/*
 * One line, without its newline.  0, or -EINVAL with *err saying at which
 * column which word is wrong and what was expected; *out is then undefined.
 */
int odp_flow_parse(const char *line, struct odp_flow *out, struct error *err);

/* The same, for a line that only names a flow: it may end without actions. */
int odp_flow_parse_name(const char *line, struct odp_flow *out,
			struct error *err);

/*
 * The rule that does what the flow does: never more, never less.  0, or
 * -EOPNOTSUPP with all the reasons why there is none.  Devices stay unresolved.
 */
int odp_translate(const struct odp_flow *flow, struct rule *out,
		  struct reason_list *reasons);

/*
 * The rule as a datapath flow line without ufid and statistics, for display.
 * Returns the length that the text has, like snprintf; what ODP has no word
 * for is written as tc(…) with tc's own words.
 */
int odp_format_rule(const struct rule *rule, char *out, size_t size);

#endif

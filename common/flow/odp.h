/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Datapath flows as `ovs-appctl dpctl/dump-flows` prints them: key, statistics
 * and actions, offloadable or not.
 */
#ifndef COMMON_FLOW_ODP_H
#define COMMON_FLOW_ODP_H

#include <errno.h>
#include <stdint.h>

#include "common/base/error.h"
#include "common/flow/field.h"
#include "common/flow/port.h"
#include "common/flow/reason.h"
#include "common/flow/rule.h"

/* What fits into one netlink attribute of 64 KiB: the limit of the datapath. */
#define ODP_MAX_ACTIONS 8191
#define ODP_DATA_SIZE 65536

struct ufid {
	uint8_t bytes[16];     /* in the order of the text form */
};
#define UFID_STR_SIZE 37       /* 8-4-4-4-12 hexadecimal digits */

/* "ufid:" is not part of it.  0 or -EINVAL. */
int ufid_parse(const char *text, struct ufid *out);
void ufid_format(const struct ufid *ufid, char out[UFID_STR_SIZE]);

/* As OVS has it in memory, and so in netlink and in the cookies of its tc
 * actions: four numbers in host order, which the text has one after another. */
void ufid_from_wire(const uint8_t raw[16], struct ufid *out);

/* A row of the table of actions each (odp_action.c). */
enum odp_action_kind {
	ODP_OUTPUT,            /* port */
	ODP_DROP,              /* only behind other actions */
	ODP_RECIRC,            /* number */
	ODP_PUSH_VLAN,
	ODP_POP_VLAN,
	ODP_PUSH_MPLS,
	ODP_POP_MPLS,          /* eth_type_be */
	ODP_SET,               /* data: struct odp_set_field, one or more */
	ODP_CT,                /* data: struct odp_ct */
	ODP_CT_CLEAR,
	ODP_METER,             /* number */
	ODP_CHECK_PKT_LEN,     /* number; inner: ODP_IF_GT, then ODP_IF_LE */
	ODP_IF_GT,             /* inner: what longer packets get; none: drop */
	ODP_IF_LE,
	ODP_CLONE,             /* inner */
	ODP_SAMPLE,            /* number: probability of UINT32_MAX; inner */
	ODP_TRUNC,             /* number: bytes */
	ODP_DEC_TTL,           /* inner: what packets without ttl get; number:
				* 1 if written without them */
	ODP_PUSH_ETH,
	ODP_POP_ETH,
	ODP_USERSPACE,         /* data: arguments as text */
	ODP_HASH,              /* the same, and so on */
	ODP_PUSH_NSH,
	ODP_POP_NSH,
	ODP_TNL_PUSH,
	ODP_TNL_POP,
	ODP_PSAMPLE,
	ODP_LB_OUTPUT,
	ODP_ADD_MPLS,
	ODP_OTHER,             /* data: all of it as text; newer than this */
	ODP_N_ACTION_KINDS
};

/*
 * A field that set() writes: a row of flow_fields, its value and then its mask,
 * size bytes each, as they lie in struct flow_key.  Fields follow each other at
 * multiples of four bytes.  Of a tunnel all of the mask is set.
 */
struct odp_set_field {
	uint16_t row, size;
	uint8_t bytes[];
};

enum odp_nat { ODP_NAT_NONE, ODP_NAT_PLAIN, ODP_NAT_SRC, ODP_NAT_DST };

struct odp_ct {
	bool commit, force;            /* force implies commit */
	bool has_zone, has_mark, has_label, has_eventmask;
	uint16_t zone;
	uint32_t mark, mark_mask;
	uint8_t label[16], label_mask[16];     /* as flow_label_t */
	uint32_t eventmask;
	char helper[32], timeout[32];  /* "" none */
	enum odp_nat nat;
	uint8_t nat_family;            /* of addresses: 4, 6; 0 none */
	uint8_t nat_min[16], nat_max[16];      /* equal: one address */
	uint16_t nat_port_min, nat_port_max;   /* host order; 0 none */
	bool nat_persistent, nat_hash, nat_random;
};

struct odp_action {
	uint8_t kind;                  /* enum odp_action_kind */
	uint16_t n_inner;              /* of the actions behind it, how many
					* are inside it, all levels */
	uint32_t data, data_size;      /* in odp_flow.data; 8-byte aligned */
	union {
		struct port output;
		uint32_t number;
		uint16_t eth_type_be;
		struct {
			uint16_t tpid_be;
			uint16_t id;
			uint8_t prio;
			uint8_t cfi;
		} push_vlan;
		struct {
			uint32_t label;
			uint8_t tc, ttl, bos;
			uint16_t eth_type_be;
		} push_mpls;
		struct {
			uint8_t src[6], dst[6];
		} push_eth;
	};
};

/*
 * What the text of a key names, in its order: rows of flow_fields (eth_type has
 * no group there, but the text has), and what is no field.
 */
enum {
	ODP_SHOWN_IN_PORT = FLOW_MAX_FIELDS,   /* at: its mask */
	ODP_SHOWN_ENCAP,
	ODP_SHOWN_ENCAP_END,
	ODP_SHOWN_KEY,         /* text: a whole key that no row is for */
};

/* How a field is written. */
enum {
	ODP_FORM_HEX = 0x01,           /* the number has 0x */
	ODP_FORM_MASK = 0x02,          /* there is a mask, though it be exact */
	ODP_FORM_MASK_HEX = 0x04,
	ODP_FORM_WORDS = 0x08,         /* flags: new|trk */
	ODP_FORM_SIGNS = 0x10,         /* flags: -new+trk */
	ODP_FORM_TEXT = 0x20,          /* as in odp_flow.data, which has what
					* the match has no room for */
	ODP_FORM_EMPTY = 0x40,         /* the group of the row, holding none */
	ODP_FORM_CFI = 0x80,           /* of the tag of the row; at: bit 0 its
					* value, bit 1 its mask */
	ODP_FORM_QUOTED = 0x80,        /* of in_port */
};

struct odp_shown {
	uint8_t what;                  /* a row, or ODP_SHOWN_* */
	uint8_t form;                  /* ODP_FORM_* */
	uint16_t size;                 /* of the text */
	uint32_t at;                   /* of the text, in odp_flow.data */
};
#define ODP_MAX_SHOWN 320

/* Which statistics are known. */
#define ODP_STATS_PACKETS 0x01
#define ODP_STATS_BYTES 0x02
#define ODP_STATS_USED 0x04
#define ODP_STATS_ALL 0x07

enum odp_offloaded { ODP_OFFLOADED_UNSAID, ODP_OFFLOADED_YES,
		     ODP_OFFLOADED_PARTIAL };

/*
 * Large: allocate one and use it again.  Only what is counted is defined, and
 * nothing is allocated for a flow.
 */
struct odp_flow {
	bool has_ufid;
	struct ufid ufid;
	struct port in_port;           /* no == PORT_NO_NONE and "": absent */
	bool has_eth;                  /* eth() given, even with all wild */
	bool vlan_present;             /* vlan(): key and mask have CFI set */
	bool cvlan_present;
	struct flow_match match;       /* bits of key outside mask are as given */
	uint16_t n_given;              /* rows of flow_fields that the text
					* names, matched or not, in its order */
	uint8_t given[FLOW_MAX_FIELDS];
	uint16_t n_shown;
	struct odp_shown shown[ODP_MAX_SHOWN];
	struct reason_list refused;    /* keys that parse but cannot be matched */
	uint8_t stats;                 /* ODP_STATS_* */
	uint64_t packets, bytes;       /* statistics of the line, or 0 */
	uint64_t used_ms;              /* UINT64_MAX: never, or not said */
	uint16_t tcp_flags;            /* flags:SFP. */
	enum odp_offloaded offloaded;
	char layer[16];                /* dp:tc; "" not said */
	char extra_info[64];           /* dp-extra-info:…; "" none */
	uint16_t n_actions;            /* 0: drop */
	uint32_t data_size;
	struct odp_action actions[ODP_MAX_ACTIONS];
	uint8_t data[ODP_DATA_SIZE] __attribute__((aligned(8)));
};

static inline const void *odp_data(const struct odp_flow *flow,
				   const struct odp_action *a)
{
	return flow->data + a->data;
}

/* For readers of text and netlink: a flow of nothing, to be added to. */
void odp_flow_clear(struct odp_flow *flow);

/*
 * The next field that the key has, by its row; value and mask are in the match
 * already and say how it is written.  Fields of a group follow each other.  A
 * row for storage that another row has is a row of its own.  0, or -ENOSPC.
 */
int odp_give(struct odp_flow *flow, size_t row);

/* The same for what is no field: ODP_SHOWN_*, or a row and ODP_FORM_EMPTY or
 * ODP_FORM_CFI.  at as struct odp_shown has it. */
static inline int odp_show(struct odp_flow *flow, unsigned int what,
			   unsigned int form, uint32_t at)
{
	if (flow->n_shown == ODP_MAX_SHOWN)
		return -ENOSPC;
	flow->shown[flow->n_shown++] = (struct odp_shown){
		.what = (uint8_t)what, .form = (uint8_t)form, .at = at,
	};
	return 0;
}

/* A key that is no row, or an item in the group of the row, as its text. */
int odp_show_text(struct odp_flow *flow, unsigned int what, const char *text,
		  size_t size);

/*
 * For readers of text and netlink.  An action at the end of the list, zeroed
 * but for its kind; size more bytes of its data, zeroed, as long as it is the
 * last one that has any.  NULL: no room.
 */
struct odp_action *odp_add_action(struct odp_flow *flow,
				  enum odp_action_kind kind);
void *odp_add_data(struct odp_flow *flow, struct odp_action *a, size_t size);

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
 * -EOPNOTSUPP with all the reasons why there is none.  Devices stay unresolved;
 * ports says what they are, and may be NULL.
 */
int odp_translate(const struct odp_flow *flow,
		  const struct port_resolver *ports, struct rule *out,
		  struct reason_list *reasons);

/*
 * The flow as `dpctl/dump-flows` prints it, with what was given of ufid and
 * statistics; what was read from a line is the same text again, but for blanks
 * and the numbers' form.  Returns the length that the text has, like snprintf.
 */
int odp_flow_format(const struct odp_flow *flow, char *out, size_t size);

/* "drop", or the actions without "actions:"; keys without statistics. */
int odp_format_actions(const struct odp_flow *flow, char *out, size_t size);
int odp_format_key(const struct odp_flow *flow, char *out, size_t size);

/*
 * The datapath flow that the rule stands for; parts that a datapath flow cannot
 * have are listed in *left, and the flow then lacks them.
 */
void odp_from_rule(const struct rule *rule, struct odp_flow *out,
		   struct reason_list *left);

/*
 * The rule as a datapath flow line without ufid and statistics, for display.
 * Returns the length that the text has, like snprintf; what ODP has no word
 * for is written as tc(…) with tc's own words.
 */
int odp_format_rule(const struct rule *rule, char *out, size_t size);

#endif

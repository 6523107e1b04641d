/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A tc rule: flower match, list of actions, where it sits and who may run it.
 * This is what is encoded for the kernel and decoded from its dumps.  A value
 * without pointers: what an action has of no fixed size lies in rule.data.
 * Actions from n_actions on and data from data_size on are undefined; what the
 * kind of an action does not use is zero, and so is all padding, so that lists
 * of actions are compared as bytes.  Copy with rule_copy().
 */
#ifndef COMMON_FLOW_RULE_H
#define COMMON_FLOW_RULE_H

#include <stdint.h>

#include "common/base/error.h"
#include "common/flow/field.h"
#include "common/flow/port.h"

/* TCA_ACT_MAX_PRIO of linux/pkt_cls.h: the kernel takes no more. */
#define RULE_MAX_ACTIONS 32
#define RULE_MAX_CHAIN 0x0fffffffU     /* TC_ACT_EXT_VAL_MASK */
#define RULE_DATA_SIZE 8192

enum rule_action_kind {
	RULE_ACTION_GACT,      /* drop, pass, goto chain … */
	RULE_ACTION_MIRRED,
	RULE_ACTION_VLAN,
	RULE_ACTION_TUNNEL_KEY,        /* data: struct rule_tunnel, if set */
	RULE_ACTION_PEDIT,             /* data: struct rule_pedit_key, many */
	RULE_ACTION_CSUM,
	RULE_ACTION_CT,                /* data: struct rule_ct */
	RULE_ACTION_POLICE,
	RULE_ACTION_SAMPLE,
	RULE_ACTION_SKBEDIT,
	RULE_ACTION_MPLS,
	RULE_N_ACTION_KINDS
};

/* What happens after an action, linux/pkt_cls.h TC_ACT_*. */
enum rule_verdict {
	RULE_PIPE,             /* on to the next action */
	RULE_DROP,             /* TC_ACT_SHOT */
	RULE_PASS,             /* TC_ACT_OK */
	RULE_STOLEN,
	RULE_GOTO_CHAIN,
	RULE_CONTINUE,         /* TC_ACT_UNSPEC: to the next filter */
	RULE_RECLASSIFY,
	RULE_TRAP,
	RULE_JUMP,             /* over so many actions */
	RULE_N_VERDICTS
};

enum rule_mirred {             /* linux/tc_act/tc_mirred.h TCA_* plus one */
	RULE_EGRESS_REDIRECT,
	RULE_EGRESS_MIRROR,
	RULE_INGRESS_REDIRECT,
	RULE_INGRESS_MIRROR,
};

enum rule_vlan {
	RULE_VLAN_POP,
	RULE_VLAN_PUSH,
	RULE_VLAN_MODIFY,
	RULE_VLAN_POP_ETH,
	RULE_VLAN_PUSH_ETH,
};

enum rule_mpls {
	RULE_MPLS_POP,
	RULE_MPLS_PUSH,
	RULE_MPLS_DEC_TTL,
	RULE_MPLS_MODIFY,
	RULE_MPLS_MAC_PUSH,
};

/* A tunnel_key set; absent parts are zero, has says which are there. */
struct rule_tunnel {
	uint16_t has;                  /* RULE_TUNNEL_* */
	bool no_csum;                  /* value of RULE_TUNNEL_NO_CSUM */
	uint8_t tos, ttl;
	uint16_t tp_dst_be;
	uint32_t id_be;
	uint32_t ipv4_src_be, ipv4_dst_be;
	uint8_t ipv6_src[16], ipv6_dst[16];
	uint32_t vxlan_gbp;
	uint8_t erspan_ver, erspan_dir, erspan_hwid;
	uint8_t erspan_has;            /* RULE_ERSPAN_*; 0: what ver needs */
	uint32_t erspan_index_be;
	struct flow_opts geneve;
};
#define RULE_TUNNEL_ID 0x001
#define RULE_TUNNEL_IPV4_SRC 0x002
#define RULE_TUNNEL_IPV4_DST 0x004
#define RULE_TUNNEL_IPV6_SRC 0x008
#define RULE_TUNNEL_IPV6_DST 0x010
#define RULE_TUNNEL_TP_DST 0x020
#define RULE_TUNNEL_TOS 0x040
#define RULE_TUNNEL_TTL 0x080
#define RULE_TUNNEL_NO_CSUM 0x100      /* csum or nocsum was said */
#define RULE_TUNNEL_NO_FRAG 0x200
#define RULE_TUNNEL_GENEVE 0x400
#define RULE_TUNNEL_VXLAN 0x800
#define RULE_TUNNEL_ERSPAN 0x1000

#define RULE_ERSPAN_VER 0x1
#define RULE_ERSPAN_INDEX 0x2
#define RULE_ERSPAN_DIR 0x4
#define RULE_ERSPAN_HWID 0x8

/* A 32-bit word of a header, as struct tc_pedit_key: mask is what stays. */
struct rule_pedit_key {
	uint16_t htype;                /* TCA_PEDIT_KEY_EX_HDR_TYPE_* */
	uint16_t cmd;                  /* TCA_PEDIT_KEY_EX_CMD_* */
	uint32_t offset;               /* from the start of that header */
	uint32_t mask_be, value_be;
	uint32_t at, off_mask, shift;  /* of tc_pedit_key; mostly zero */
};

/* act_ct, values as in linux/tc_act/tc_ct.h. */
struct rule_ct {
	uint16_t flags;                /* TCA_CT_ACT_* */
	uint16_t zone;
	bool has_zone, has_mark, has_label;
	uint8_t nat_family;            /* of the range: 4, 6, 0 none */
	uint32_t mark, mark_mask;
	uint8_t label[16], label_mask[16];
	uint8_t label_cut, label_mask_cut;     /* bytes at the end, all zero,
					* that are not sent: tc has it so */
	uint8_t nat_min[16], nat_max[16];      /* 4 bytes if family is 4 */
	uint16_t nat_port_min_be, nat_port_max_be;     /* 0: none */
	char helper[16];               /* Linux 6.2; "" none */
	uint8_t helper_family, helper_proto;
};

struct rule_police {
	uint64_t rate, peakrate;       /* bytes a second; 0 none */
	uint64_t pkts_rate, pkts_burst;        /* packets; 0 none */
	uint32_t burst;                /* bytes */
	uint32_t mtu;                  /* bytes; 0 none */
	uint32_t avrate;               /* bytes a second; 0 none */
	uint16_t overhead, mpu;
	uint8_t linklayer;             /* TC_LINKLAYER_*; 0 as ethernet */
	uint8_t rate_cell, peak_cell;  /* binary logarithm of the cell size of
					* the rate tables plus 1; 0: by mtu */
	uint8_t conform;               /* enum rule_verdict; the verdict of
					* the action is what happens to a
					* packet over the limit */
	bool has_conform;
	uint32_t conform_arg;          /* chain or jump of it */
};

#define RULE_SKBEDIT_PRIORITY 0x01
#define RULE_SKBEDIT_QUEUE 0x02
#define RULE_SKBEDIT_MARK 0x04
#define RULE_SKBEDIT_MASK 0x08
#define RULE_SKBEDIT_PTYPE 0x10
#define RULE_SKBEDIT_INHERITDSFIELD 0x20

#define RULE_MPLS_HAS_LABEL 0x01
#define RULE_MPLS_HAS_TC 0x02
#define RULE_MPLS_HAS_TTL 0x04
#define RULE_MPLS_HAS_BOS 0x08

#define RULE_COOKIE_SIZE 16            /* TC_COOKIE_MAX_SIZE */

struct rule_action {
	uint8_t kind;                  /* enum rule_action_kind */
	uint8_t verdict;               /* enum rule_verdict */
	bool no_percpu;                /* TCA_ACT_FLAGS_NO_PERCPU_STATS */
	bool has_hw_stats;
	uint8_t hw_stats;              /* TCA_ACT_HW_STATS_* bits */
	bool only_index;               /* nothing else was said: an action that
					* exists; all else is zero */
	uint8_t cookie_size;           /* 0: none of its own */
	uint8_t cookie[RULE_COOKIE_SIZE];
	union {
		uint32_t chain;        /* RULE_GOTO_CHAIN */
		uint32_t jump;         /* RULE_JUMP: how many actions */
	};
	uint32_t index;                /* of an action shared; 0: its own */
	bool must_exist;               /* set as it is sent: the kernel is not
					* to make it, if there is none */
	uint16_t data, data_size;      /* in rule.data; 8-byte aligned */
	union {
		struct {
			uint8_t prob;          /* PGACT_*; 0: none */
			uint8_t prob_verdict;  /* enum rule_verdict */
			uint16_t prob_value;
			uint32_t prob_arg;     /* chain or jump of it */
		} gact;
		struct {
			enum rule_mirred op;
			uint32_t block;        /* 0: to port */
			struct port port;
		} mirred;
		struct {
			enum rule_vlan op;
			uint16_t tpid_be;   /* push: 0x8100 or 0x88a8 */
			uint16_t id;        /* push, modify: 12 bits */
			uint8_t prio;       /* 3 bits */
			bool has_prio;
			uint8_t eth_dst[6], eth_src[6];    /* push_eth */
		} vlan;
		struct {
			enum rule_mpls op;
			uint32_t label;
			uint16_t proto_be;  /* pop: what follows; push: 8847 */
			uint8_t tc, ttl, bos;
			uint8_t has;        /* RULE_MPLS_HAS_* */
		} mpls;
		struct {
			bool set;           /* else unset */
		} tunnel_key;
		struct {
			bool extended;      /* "pedit ex" */
		} pedit;
		struct {
			uint32_t flags;     /* TCA_CSUM_UPDATE_FLAG_* */
		} csum;
		struct {
			uint32_t rate, group, trunc;
			bool has_trunc;
		} sample;
		struct {
			uint8_t has;        /* RULE_SKBEDIT_* */
			uint16_t queue, queue_max, ptype;
			uint32_t priority, mark, mask;
		} skbedit;
		struct rule_police police;
	};
};

enum rule_hook { RULE_INGRESS, RULE_EGRESS };

enum rule_policy {
	RULE_BEST_EFFORT,      /* no skip flag */
	RULE_HW_ONLY,          /* skip_sw */
	RULE_SW_ONLY,          /* skip_hw */
};

struct rule {
	struct port dev;       /* where it sits, or … */
	uint32_t block;        /* … the shared block; 0: dev */
	enum rule_hook hook;
	enum rule_policy policy;
	uint32_t chain;
	uint16_t prio;         /* 0: the engine chooses */
	uint16_t protocol_be;  /* of the filter; ETH_P_ALL if unmatched */
	uint32_t handle;       /* 0: the engine chooses */
	uint32_t classid;      /* TCA_FLOWER_CLASSID, as hw_tc sets it; 0 none */
	bool verbose;          /* asked for by the text; the engine has its own */
	uint8_t n_actions;
	uint16_t data_size;
	struct flow_match match;
	struct rule_action actions[RULE_MAX_ACTIONS];
	uint8_t data[RULE_DATA_SIZE] __attribute__((aligned(8)));
};

/* What tc and the kernel call the kinds of actions; ended by NULL. */
extern const char *const rule_action_words[];

/* What is defined of it and no more. */
void rule_copy(struct rule *out, const struct rule *in);

/* The same actions, data included; what they are called by (ports) as well. */
bool rule_same_actions(const struct rule *a, const struct rule *b);

/* The first chain that a verdict of it goes to; 0: none does. */
uint32_t rule_goto_chain(const struct rule *rule);

/*
 * Room for size more bytes of data of the action, zeroed, behind what it has;
 * NULL if there is none.  Only the last action of a rule can grow.
 */
void *rule_add_data(struct rule *rule, struct rule_action *a, size_t size);

/*
 * Says everything as the kernel will report it: what it adds (the priority of
 * a pushed tag), rounds (a burst) or leaves away (a mask of zero).  What it
 * does to packets stays the same.
 */
void rule_settle_actions(struct rule *rule);

/*
 * Does the kernel, which reported dumped, run the actions of wanted, which is
 * settled?  An action with an index of its own belongs to whoever made it: only
 * kind and index are looked at.
 */
bool rule_actions_hold(const struct rule *wanted, const struct rule *dumped);

/* Is there an action without a cookie, for one of the engine's? */
bool rule_has_room_for_cookie(const struct rule *rule);

static inline const void *rule_data(const struct rule *rule,
				    const struct rule_action *a)
{
	return rule->data + a->data;
}

/* "best-effort", "hw-only", "sw-only"; -EINVAL. */
int rule_policy_parse(const char *text, enum rule_policy *out);
const char *rule_policy_str(enum rule_policy policy);

#endif

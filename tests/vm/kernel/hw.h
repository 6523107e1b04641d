/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An embedded switch for netdevsim: what the parts of the model know of each
 * other. Nothing outside hw*.c reads this; netdevsim itself sees only the
 * hooks in netdevsim.h.
 *
 * Life of a frame: hw_inject.c reads it, hw_path.c takes it through chains,
 * hw_table.c finds the rule (hw_key.c says what the frame looks like),
 * hw_action.c runs it (hw_frame.c changes bytes), hw_port.c lets it out or
 * hands it to the representor.
 *
 * Locks: rtnl > flow_indr_block_lock > hw->lock > port->lock. The frame path
 * takes none of them but port->lock; it lives under RCU with bottom halves
 * off.
 */
#ifndef NSIM_HW_H
#define NSIM_HW_H

#include <linux/if_vlan.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/refcount.h>
#include <linux/rhashtable.h>
#include <linux/spinlock.h>
#include <linux/xarray.h>
#include <net/dst_metadata.h>
#include <net/flow_offload.h>

#include "netdevsim.h"

#define NSIM_HW_FRAME_MAX	9216	/* a jumbo frame, without FCS */
#define NSIM_HW_HEADROOM	128	/* room for tags that actions push */
#define NSIM_HW_COUNT_MAX	1000000	/* frames in one injection */
#define NSIM_HW_RING		8	/* frames a port remembers */
#define NSIM_HW_HOPS		16	/* gotos before a frame is dropped, as tc */

/*
 * Everything that the switch can know of a frame, dissected once per lookup.
 * The pieces are the kernel's own, so a rule's key and mask are copied here
 * piece by piece. The most used ones come first and together: a rule stores
 * only the span from its first to its last masked byte.
 */
struct nsim_hw_key {
	struct flow_dissector_key_meta meta;
	struct flow_dissector_key_eth_addrs eth;
	struct flow_dissector_key_vlan vlan;
	struct flow_dissector_key_vlan cvlan;
	struct flow_dissector_key_control control;
	struct flow_dissector_key_basic basic;
	union {
		struct flow_dissector_key_ipv4_addrs ipv4;
		struct flow_dissector_key_ipv6_addrs ipv6;
	};
	struct flow_dissector_key_ports ports;
	struct flow_dissector_key_tcp tcp;
	struct flow_dissector_key_ip ip;
	struct flow_dissector_key_icmp icmp;
	struct flow_dissector_key_arp arp;
	struct flow_dissector_key_mpls mpls;
	struct flow_dissector_key_num_of_vlans num_of_vlans;
	struct flow_dissector_key_pppoe pppoe;
	struct flow_dissector_key_l2tpv3 l2tpv3;
	struct flow_dissector_key_ct ct;
	struct flow_dissector_key_control enc_control;
	struct flow_dissector_key_keyid enc_keyid;
	union {
		struct flow_dissector_key_ipv4_addrs enc_ipv4;
		struct flow_dissector_key_ipv6_addrs enc_ipv6;
	};
	struct flow_dissector_key_ports enc_ports;
	struct flow_dissector_key_ip enc_ip;
	struct flow_dissector_key_enc_opts enc_opts;
} __aligned(sizeof(long));

struct nsim_hw_match {
	struct nsim_hw_key key;		/* already masked */
	struct nsim_hw_key mask;
	unsigned int used;		/* bits: enum flow_dissector_key_id */
};

/* Where rules hang: a port of ours, or a tunnel or bond device above them. */
struct nsim_hw_bind {
	struct nsim_hw *hw;
	struct net_device *dev;
	struct nsim_hw_port *port;	/* NULL for a tunnel or bond device */
	struct xarray chains;		/* chain index -> nsim_hw_chain */
	unsigned int rules;
	struct list_head list;		/* in hw->binds, unless a port's */
	struct rcu_head rcu;
};

struct nsim_hw_chain {
	struct nsim_hw_bind *bind;
	u32 index;
	struct list_head groups;	/* by prio, then by age */
	struct nsim_hw_group *last;	/* where a rule was put, or NULL */
	struct rcu_head rcu;
};

/* Rules of one chain, prio and protocol that have the same mask. */
struct nsim_hw_group_id {
	struct nsim_hw_chain *chain;
	u32 prio;
	__be16 protocol;
	u16 zero;
	struct nsim_hw_key mask;
};

struct nsim_hw_group {
	struct nsim_hw_group_id id;
	struct rhash_head node;
	struct list_head list;
	u16 start, len;			/* the masked span of the key */
	unsigned int rules;
	struct rcu_head rcu;
};

struct nsim_hw_action {
	u8 id;				/* enum flow_action_id */
	union {
		struct {
			struct nsim_hw_port *port;	/* referenced, or */
			int ifindex;			/* of an upper */
		};
		struct {
			__be16 proto;
			u16 tci;
		} vlan;
		struct {
			u8 htype;
			u32 offset, mask, val;
		} edit;
		struct metadata_dst *tunnel;	/* referenced */
		u32 chain;
		u32 csum;
	};
};

/* What a rule is found by: its group and the masked bytes. */
struct nsim_hw_lookup {
	const struct nsim_hw_group *group;
	const u8 *bytes;
};

struct nsim_hw_rule_id {
	const struct nsim_hw_bind *bind;
	unsigned long cookie;
};

struct nsim_hw_rule {
	struct nsim_hw_rule_id id;
	struct rhash_head by_cookie;
	struct nsim_hw_lookup lookup;
	struct rhlist_head by_key;
	u32 number;			/* in hw->rules: order of insertion */
	u16 n_actions;
	u8 hw_stats;			/* enum flow_action_hw_stats, one bit */
	atomic64_t packets, bytes;
	u64 told_packets, told_bytes;	/* what tc knows of them; hw->lock */
	unsigned long used;		/* jiffies, 0 never */
	struct rcu_head rcu;
	struct nsim_hw_action actions[];	/* then the masked bytes */
};

struct nsim_hw_port {
	struct nsim_hw *hw;
	struct net_device *dev;
	u32 index;			/* the devlink port index */
	bool gone;
	bool unlocked;			/* tc may come without rtnl */
	refcount_t ref;
	struct nsim_hw_bind bind;
	atomic64_t rx_packets, rx_bytes;	/* given to the representor */

	spinlock_t lock;		/* what follows */
	u64 frames, bytes;
	struct nsim_hw_record {
		u8 *data;
		u32 len, size;
	} ring[NSIM_HW_RING];
	struct rcu_head rcu;
};

struct nsim_hw {
	struct nsim_dev *nsim_dev;
	struct dentry *ddir;
	bool going;			/* no more frames; being taken down */
	bool indr;			/* registered for tunnel devices */

	u32 capacity;
	u32 latency_us;
	bool unlocked;			/* of ports that come */

	struct mutex lock;		/* what follows, against writers */
	u32 fail_count;
	int fail_errno;
	u64 no_keys;			/* bits: enum flow_dissector_key_id */
	u64 no_actions;			/* bits: enum flow_action_id */
	u32 n_rules;
	u32 last_number;
	struct xarray rules;
	struct rhashtable by_cookie;
	struct rhltable by_key;
	struct rhashtable groups;
	struct list_head binds;		/* tunnel and bond devices, RCU */
	struct xarray ports;		/* devlink port index -> port, RCU */
};

/* A frame inside the switch; data points at its Ethernet header. */
struct nsim_hw_frame {
	struct nsim_hw_port *in;
	const u8 *wire;			/* as it came, never changed */
	u32 wire_len;
	u8 *data;
	u32 len;
	struct metadata_dst *tunnel;	/* set by tunnel_key, not referenced */
	const struct nsim_hw_key *outer;	/* enc_* of a decapsulated one */
	struct nsim_hw_key key;
	struct nsim_hw_key masked;
	struct nsim_hw_key outer_key;
	u8 buf[];
};

struct seq_file;

enum nsim_hw_verdict {
	NSIM_HW_NEXT,		/* the next action, please */
	NSIM_HW_GONE,		/* dropped or sent on */
	NSIM_HW_GOTO,
	NSIM_HW_ACCEPT,		/* up, and tc is done with it */
	NSIM_HW_TRAP,		/* up, for tc to look at */
	NSIM_HW_MISS,
};

/*
 * An extack keeps only a pointer, and 6.1 cannot format. The text lives in a
 * ring of buffers, long enough for the answer to be sent.
 */
__printf(2, 3)
void nsim_hw_say(struct netlink_ext_ack *extack, const char *fmt, ...);

/* hw_key.c: NULL for a number that has no name; -EINVAL for no such name. */
const char *nsim_hw_key_name(unsigned int id);
int nsim_hw_key_by_name(const char *name);
bool nsim_hw_key_known(unsigned int id);
/* -EOPNOTSUPP with an extack that names the key. */
int nsim_hw_key_match(const struct nsim_hw_bind *bind,
		      const struct flow_rule *rule,
		      struct nsim_hw_match *match,
		      struct netlink_ext_ack *extack);
void nsim_hw_key_span(const struct nsim_hw_key *mask, u16 *start, u16 *len);
void nsim_hw_key_dissect(struct nsim_hw_frame *frame);
void nsim_hw_key_of(const struct nsim_hw_port *port, const u8 *data, u32 len,
		    struct nsim_hw_key *key);
__be16 nsim_hw_key_protocol(const u8 *data);
void nsim_hw_key_init(void);

/* hw_show.c */
void nsim_hw_show_match(struct seq_file *seq, const struct nsim_hw_key *mask,
			const struct nsim_hw_key *key);

/* hw_table.c; all but _find under hw->lock. */
int nsim_hw_table_init(struct nsim_hw *hw);
void nsim_hw_table_exit(struct nsim_hw *hw);
struct nsim_hw_rule *nsim_hw_table_alloc(struct nsim_hw_bind *bind,
					 unsigned long cookie,
					 unsigned int n_actions,
					 const struct nsim_hw_match *match);
void nsim_hw_table_free(struct nsim_hw_rule *rule);
int nsim_hw_table_insert(struct nsim_hw_rule *rule, u32 chain, u32 prio,
			 __be16 protocol, const struct nsim_hw_match *match);
void nsim_hw_table_remove(struct nsim_hw_rule *rule);
struct nsim_hw_rule *nsim_hw_table_by_cookie(struct nsim_hw_bind *bind,
					     unsigned long cookie);
struct nsim_hw_rule *nsim_hw_table_find(struct nsim_hw_bind *bind, u32 chain,
					struct nsim_hw_frame *frame);
void nsim_hw_table_show(struct seq_file *seq, const struct nsim_hw_rule *rule);
void nsim_hw_bind_init(struct nsim_hw_bind *bind, struct nsim_hw *hw,
		       struct net_device *dev, struct nsim_hw_port *port);
void nsim_hw_bind_exit(struct nsim_hw_bind *bind);

/* hw_action.c */
const char *nsim_hw_action_name(unsigned int id);
int nsim_hw_action_by_name(const char *name);
bool nsim_hw_action_known(unsigned int id);
int nsim_hw_action_set(struct nsim_hw_rule *rule,
		       const struct flow_action *action,
		       struct netlink_ext_ack *extack);
void nsim_hw_action_put(struct nsim_hw_action *action);
enum nsim_hw_verdict nsim_hw_action_run(const struct nsim_hw_rule *rule,
					struct nsim_hw_frame *frame,
					u32 *chain);
void nsim_hw_action_show(struct seq_file *seq,
			 const struct nsim_hw_action *action);

/* hw_frame.c: changes of bytes; false if the frame cannot be changed so. */
struct nsim_hw_frame *nsim_hw_frame_alloc(const u8 *wire, u32 len);
void nsim_hw_frame_reset(struct nsim_hw_frame *frame);
bool nsim_hw_frame_vlan_push(struct nsim_hw_frame *frame, __be16 proto,
			     u16 tci);
bool nsim_hw_frame_vlan_pop(struct nsim_hw_frame *frame);
bool nsim_hw_frame_vlan_modify(struct nsim_hw_frame *frame, __be16 proto,
			       u16 tci);
bool nsim_hw_frame_edit(struct nsim_hw_frame *frame, u8 htype, u32 offset,
			u32 mask, u32 val, bool add);
bool nsim_hw_frame_csum(struct nsim_hw_frame *frame, u32 flags);
struct sk_buff *nsim_hw_frame_skb(const u8 *data, u32 len,
				  struct net_device *dev);

/* hw_path.c; under RCU with bottom halves off. */
void nsim_hw_path(struct nsim_hw_frame *frame);

/* hw_port.c */
struct nsim_hw_port *nsim_hw_port_of(struct nsim_hw *hw,
				     const struct net_device *dev);
void nsim_hw_port_hold(struct nsim_hw_port *port);
void nsim_hw_port_put(struct nsim_hw_port *port);
bool nsim_hw_port_is_up(const struct nsim_hw_port *port);
void nsim_hw_port_deliver(struct nsim_hw_port *port, const u8 *data, u32 len);
void nsim_hw_port_receive(struct nsim_hw_port *port, const u8 *data, u32 len,
			  enum nsim_hw_verdict why, u32 chain);
void nsim_hw_port_show(struct seq_file *seq, struct nsim_hw_port *port);
void nsim_hw_port_clear(struct nsim_hw_port *port);

/* hw_upper.c: tunnel and bond devices above our ports. */
bool nsim_hw_upper_is_tunnel(const struct net_device *dev);
bool nsim_hw_upper_is_bond(struct nsim_hw *hw, struct net_device *dev);
void nsim_hw_upper_send(struct nsim_hw_frame *frame, int ifindex);
struct nsim_hw_bind *nsim_hw_upper_bond_bind(struct nsim_hw_port *port);
/* The tunnel device's rules for this frame, which is then the inner one. */
struct nsim_hw_bind *nsim_hw_upper_decap(struct nsim_hw_frame *frame);

/* hw_tc.c */
int nsim_hw_tc_flower(struct nsim_hw_bind *bind, struct flow_cls_offload *f);

/* hw_indr.c */
void nsim_hw_indr_start(struct nsim_hw *hw);
void nsim_hw_indr_stop(struct nsim_hw *hw);

/* hw_debugfs.c, hw_inject.c */
void nsim_hw_debugfs_init(struct nsim_hw *hw);
extern const struct file_operations nsim_hw_inject_fops;

#endif

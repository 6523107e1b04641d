/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the decoders of datapath flows share; private to swoffd/kernel/ovs_*. */
#ifndef SWOFFD_KERNEL_OVS_CODEC_H
#define SWOFFD_KERNEL_OVS_CODEC_H

#include "common/flow/odp.h"
#include "swoffd/kernel/attr.h"

/* Of encap, clone, sample … in each other. */
#define OVS_MAX_NESTING 32

/* Where fields go: a match, and the list of the rows that it names. */
struct ovs_fields {
	struct flow_match *match;
	uint16_t n;
	uint8_t rows[FLOW_MAX_FIELDS];
	bool foreign;          /* there was something that no row has */
};

/*
 * One attribute of a packet: size bytes of value and of mask.  Nests must be
 * read by the caller.  0, -EBADMSG, or -ENOENT: no row has it.
 */
int ovs_field_read(struct ovs_fields *out, uint16_t type, const uint8_t *value,
		   const uint8_t *mask, size_t size);

/* A number that is stored otherwise than the datapath has it. */
void ovs_field_put(struct ovs_fields *out, const char *group, const char *name,
		   uint32_t value, uint32_t mask);

/* The mask of an attribute of a nest: all bits if exact, none if it is not
 * there; NULL: it is of another size. */
const uint8_t *ovs_field_mask(const struct nlattr *const *masks, bool exact,
			      uint16_t type, size_t size);

/* The nest OVS_KEY_ATTR_TUNNEL; mask may be NULL, for all bits. */
int ovs_tunnel_read(struct ovs_fields *out, const struct nlattr *value,
		    const struct nlattr *mask);

/* The nest OVS_KEY_ATTR_NSH, likewise. */
int ovs_nsh_read(struct ovs_fields *out, const struct nlattr *value,
		 const struct nlattr *mask);

/* OVS_FLOW_ATTR_KEY and _MASK (NULL: exact) into the flow. */
int ovs_key_decode(const struct nlattr *key, const struct nlattr *mask,
		   struct odp_flow *out);

/* The same as bytes only, and as a reason.  0, or -ENOSPC. */
int ovs_key_refuse(const struct nlattr *key, const struct nlattr *mask,
		   struct odp_flow *out);

/* Text as the data of an action that is kept so; -EBADMSG: no room. */
int ovs_text_put(struct odp_flow *flow, struct odp_action *a, const char *text,
		 size_t len);

/* OVS_ACTION_ATTR_SET or _SET_MASKED; turned into ODP_OTHER if need be. */
int ovs_set_read(struct odp_flow *flow, const struct nlattr *attr,
		 struct odp_action *a, bool masked);

/* The nest OVS_ACTION_ATTR_CT; *ct is zeroed. */
int ovs_ct_read(const struct nlattr *nest, struct odp_ct *ct);

/* OVS_FLOW_ATTR_ACTIONS behind those that the flow has. */
int ovs_actions_decode(const struct nlattr *nest, struct odp_flow *out);

#endif

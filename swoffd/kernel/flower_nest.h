/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keys of flower that are nests: tunnel options, the label stack, CFM.  Private
 * to swoffd/kernel.
 */
#ifndef SWOFFD_KERNEL_FLOWER_NEST_H
#define SWOFFD_KERNEL_FLOWER_NEST_H

#include <libmnl/libmnl.h>

#include "common/flow/field.h"

/*
 * f is the first row of a nest that is matched; all of the nest is put.  0,
 * -EMSGSIZE, -EOPNOTSUPP if a part can be matched only exactly and is not.
 */
int flower_put_nest(struct nlmsghdr *nlh, size_t size,
		    const struct flow_field *f,
		    const struct flow_match *match);

/*
 * The rows inside attr, which is the attribute f->attr.  0; -EBADMSG; 1 if
 * something in it has no row.  mask: of tunnel options, or NULL.
 */
int flower_get_nest(const struct flow_field *f, const struct nlattr *attr,
		    const struct nlattr *mask, struct flow_match *out);

/* Of these two, which are lists: the same. */
int flower_geneve_put(struct nlmsghdr *nlh, size_t size,
		      const struct flow_field *f,
		      const struct flow_match *match);
int flower_geneve_get(const struct flow_field *f, const struct nlattr *attr,
		      const struct nlattr *mask, struct flow_match *out);
int flower_mpls_put(struct nlmsghdr *nlh, size_t size,
		    const struct flow_field *f,
		    const struct flow_match *match);
int flower_mpls_get(const struct nlattr *attr, struct flow_match *out);

static inline bool flower_is_nest(const struct flow_field *f)
{
	return f->opts || f->sub || f->kind == FLOW_KIND_MPLS_OPTS;
}

#endif

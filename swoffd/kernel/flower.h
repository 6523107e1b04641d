/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The match of a flower filter, both ways, by the field table of
 * common/flow/field.h: no key has code of its own here.
 */
#ifndef SWOFFD_KERNEL_FLOWER_H
#define SWOFFD_KERNEL_FLOWER_H

#include <libmnl/libmnl.h>

#include "common/flow/field.h"
#include "common/flow/uapi.h"

#define FLOWER_UNDECODED_SIZE 64

/*
 * Puts the key attributes.  -EMSGSIZE; -EOPNOTSUPP if a bit of the mask has
 * no attribute that could carry it: nothing is ever left out.
 */
int flower_encode(struct nlmsghdr *nlh, size_t size,
		  const struct flow_match *match);

/* Attributes in the options of a filter, by type, and the rows of the table that
 * they are for; they point into the message. */
struct flower_attrs {
	const struct nlattr *tb[UAPI_FLOWER_MAX + 1];
	struct flow_rows rows;
};

/* undecoded: names the first attribute that no row of the table has, or "". */
void flower_find_attrs(const struct nlattr *options, struct flower_attrs *out,
		       char undecoded[FLOWER_UNDECODED_SIZE]);

/*
 * protocol_be: of the filter; the kernel reports the outer tag only there.
 * undecoded: names what is not understood, if it is "" so far.
 * -EBADMSG if a value is too short.
 */
int flower_decode(const struct flower_attrs *attrs, uint16_t protocol_be,
		  struct flow_match *out,
		  char undecoded[FLOWER_UNDECODED_SIZE]);

#endif

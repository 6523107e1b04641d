/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The match of a flower filter, both ways, by the field table of
 * common/flow/field.h: no key has code of its own here.
 */
#ifndef SWOFFD_KERNEL_FLOWER_H
#define SWOFFD_KERNEL_FLOWER_H

#include <libmnl/libmnl.h>

#include "common/flow/field.h"

#define FLOWER_UNDECODED_SIZE 64

/*
 * Puts the key attributes.  -EMSGSIZE; -EOPNOTSUPP if a bit of the mask has
 * no attribute that could carry it: nothing is ever left out.
 */
int flower_encode(struct nlmsghdr *nlh, size_t size,
		  const struct flow_match *match);

/*
 * protocol_be: of the filter; the kernel reports the outer tag only there.
 * undecoded: names the first attribute that no row of the table has, or "".
 * -EBADMSG if a value is too short.
 */
int flower_decode(const struct nlattr *options, uint16_t protocol_be,
		  struct flow_match *out,
		  char undecoded[FLOWER_UNDECODED_SIZE]);

#endif

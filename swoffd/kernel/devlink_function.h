/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions behind ports, and rates: what devlink says of them beside what
 * devlink.h knows.  Pure.  In memory they are struct kernel_function.
 */
#ifndef SWOFFD_KERNEL_DEVLINK_FUNCTION_H
#define SWOFFD_KERNEL_DEVLINK_FUNCTION_H

#include "swoffd/kernel/devlink.h"

/* One attribute a request: who refuses one often takes the others. */
void devlink_encode_function_set(void *buf, uint16_t family,
				 const struct kernel_handle *handle,
				 uint32_t port_index, enum devattr_id id,
				 uint64_t num);
/* cmd: DEVLINK_CMD_RATE_SET, _NEW or _DEL, of f->node or of the port, with
 * all attributes of rates that f->attrs has. */
void devlink_encode_rate(void *buf, uint16_t family, uint8_t cmd,
			 const struct kernel_handle *handle,
			 const struct kernel_function *f);

/* The function of a message about a port; mask 0 if nothing is told. */
int devlink_decode_function(const struct nlmsghdr *nlh, struct devattrs *out);
/* Of a rate the node or the port, and all that it has.  -EBADMSG; -EMSGSIZE: a
 * name is too long for us. */
int devlink_decode_rate(const struct nlmsghdr *nlh,
			struct kernel_function *out);

#endif

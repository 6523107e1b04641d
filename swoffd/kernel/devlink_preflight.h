/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a preflight asks devlink beyond modes: parameters that are texts, and
 * the firmware. */
#ifndef SWOFFD_KERNEL_DEVLINK_PREFLIGHT_H
#define SWOFFD_KERNEL_DEVLINK_PREFLIGHT_H

#include <libmnl/libmnl.h>

#include "swoffd/core/preflight.h"

/* At DEVLINK_MSG_SIZE. */
void devlink_encode_param_get(void *buf, uint16_t family,
			      const struct kernel_handle *handle,
			      const char *name);
/* The value at run time; -EBADMSG, -ENODATA: it has none that is a text. */
int devlink_decode_param_text(const struct nlmsghdr *nlh,
			      char out[RECIPE_PARAM_SIZE]);
/* The version that runs; -EBADMSG, -ENODATA. */
int devlink_decode_firmware(const struct nlmsghdr *nlh,
			    char out[PREFLIGHT_FIRMWARE_SIZE]);

#endif

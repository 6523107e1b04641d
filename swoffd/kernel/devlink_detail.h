/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages of the devlink family that become lists of values.  Pure.  A value
 * that is newer than this build, or misshapen, is unknown.
 */
#ifndef SWOFFD_KERNEL_DEVLINK_DETAIL_H
#define SWOFFD_KERNEL_DEVLINK_DETAIL_H

#include <libmnl/libmnl.h>

#include "swoffd/core/detail.h"

/*
 * Adds what a message says, to a list of the kind.  -EBADMSG: it says nothing
 * that can be used; -E2BIG: the list is full, or out of memory.
 */
int devlink_add_info(const struct nlmsghdr *nlh, struct detail_list *list);
int devlink_add_reporter(const struct nlmsghdr *nlh,
			 struct detail_list *list);
int devlink_add_param(const struct nlmsghdr *nlh, struct detail_list *list);
int devlink_add_resources(const struct nlmsghdr *nlh,
			  struct detail_list *list);

int devlink_decode_reporter(const struct nlmsghdr *nlh,
			    struct detail_reporter *out);
void devlink_encode_recover(void *buf, uint16_t family,
			    const struct detail_reporter *reporter);
/* The value that param has in this mode; its type is a known one. */
void devlink_encode_param(void *buf, uint16_t family,
			  const struct detail_param *param,
			  enum detail_cmode mode);

#endif

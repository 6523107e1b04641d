/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Are two netlink messages the same?  Attributes are compared as sets inside
 * each nest, whatever their order.
 */
#ifndef TESTS_UNIT_NLSET_H
#define TESTS_UNIT_NLSET_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stddef.h>

/* Of tc: "" if ours says the same, else what the first difference is. */
const char *nlset_filters_differ(const struct nlmsghdr *tc,
				 const struct nlmsghdr *ours);

#endif

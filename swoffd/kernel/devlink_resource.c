/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Resources: trees in nests, whole ones in each message.  A number is a row.
 */
#include <errno.h>
#include <linux/devlink.h>

#include "common/base/cleanup.h"
#include "common/base/printable.h"
#include "swoffd/kernel/attr.h"
#include "swoffd/kernel/devlink_detail.h"
#include "swoffd/kernel/devlink_priv.h"

#define MAX_DEPTH 8                    /* what lies deeper is left out */
/* Attributes of a resource end with this one in Linux 6.1. */
#define LAST DEVLINK_ATTR_RESOURCE_OCC

static const uint16_t numbers[] = {
	[DETAIL_SIZE] = DEVLINK_ATTR_RESOURCE_SIZE,
	[DETAIL_SIZE_NEW] = DEVLINK_ATTR_RESOURCE_SIZE_NEW,
	[DETAIL_OCC] = DEVLINK_ATTR_RESOURCE_OCC,
	[DETAIL_SIZE_MIN] = DEVLINK_ATTR_RESOURCE_SIZE_MIN,
	[DETAIL_SIZE_MAX] = DEVLINK_ATTR_RESOURCE_SIZE_MAX,
	[DETAIL_SIZE_GRAN] = DEVLINK_ATTR_RESOURCE_SIZE_GRAN,
};

static void take(const struct nlattr **tb, struct detail_resource *r)
{
	uint8_t v;

	attr_text(tb[DEVLINK_ATTR_RESOURCE_NAME], r->name, sizeof(r->name));
	printable(r->name);
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		r->has[i] = !attr_u64(tb[numbers[i]], &r->numbers[i]);
	r->entries = !attr_u8(tb[DEVLINK_ATTR_RESOURCE_UNIT], &v) &&
		     v == DEVLINK_RESOURCE_UNIT_ENTRY;
	r->size_valid = attr_u8(tb[DEVLINK_ATTR_RESOURCE_SIZE_VALID], &v) ?
				-1 : v != 0;
}

static int add_list(const struct nlattr *nest, uint32_t parent, int depth,
		    struct detail_list *list)
{
	const struct nlattr *tb[LAST + 1], *attr;
	struct detail_resource *r;
	int rc;

	if (!nest || depth == MAX_DEPTH)
		return 0;
	attr_for_each_in(attr, nest) {
		if (attr_type(attr) != DEVLINK_ATTR_RESOURCE)
			continue;
		r = detail_add(list);
		if (!r)
			return -E2BIG;
		attr_nested_table(attr, tb, LAST);
		take(tb, r);
		r->parent = parent;
		rc = add_list(tb[DEVLINK_ATTR_RESOURCE_LIST], list->n - 1,
			      depth + 1, list);
		if (rc)
			return rc;
	}
	return 0;
}

int devlink_add_resources(const struct nlmsghdr *nlh, struct detail_list *list)
{
	const struct nlattr *tb[DEVLINK_ATTR_MAX + 1];

	if (devlink_attrs(nlh, tb))
		return -EBADMSG;
	return add_list(tb[DEVLINK_ATTR_RESOURCE_LIST], KERNEL_NO_NUMBER, 0,
			list);
}

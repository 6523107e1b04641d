/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a device says of itself: an attribute is a row. */
#include "swoffd/kernel/devlink_detail.h"

#include <errno.h>
#include <linux/devlink.h>
#include <linux/genetlink.h>

#include "common/base/cleanup.h"
#include "common/base/printable.h"
#include "swoffd/kernel/attr.h"

static const struct {
	uint16_t type;
	enum detail_row row;
	bool nested;                   /* a name and a value */
} rows[] = {
	{ DEVLINK_ATTR_INFO_DRIVER_NAME, DETAIL_DRIVER, false },
	{ DEVLINK_ATTR_INFO_SERIAL_NUMBER, DETAIL_SERIAL, false },
	{ DEVLINK_ATTR_INFO_BOARD_SERIAL_NUMBER, DETAIL_BOARD_SERIAL, false },
	{ DEVLINK_ATTR_INFO_VERSION_FIXED, DETAIL_FIXED, true },
	{ DEVLINK_ATTR_INFO_VERSION_RUNNING, DETAIL_RUNNING, true },
	{ DEVLINK_ATTR_INFO_VERSION_STORED, DETAIL_STORED, true },
};

static void take_version(const struct nlattr *nest, struct detail_info *info)
{
	const struct nlattr *tb[DEVLINK_ATTR_INFO_VERSION_VALUE + 1];

	attr_nested_table(nest, tb, DEVLINK_ATTR_INFO_VERSION_VALUE);
	attr_text(tb[DEVLINK_ATTR_INFO_VERSION_NAME], info->name,
		  sizeof(info->name));
	attr_text(tb[DEVLINK_ATTR_INFO_VERSION_VALUE], info->text,
		  sizeof(info->text));
	printable(info->name);
}

static int add(const struct nlattr *attr, struct detail_list *list)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct detail_info *info;

		if (attr_type(attr) != rows[i].type)
			continue;
		info = detail_add(list);
		if (!info)
			return -E2BIG;
		info->row = rows[i].row;
		if (rows[i].nested)
			take_version(attr, info);
		else
			attr_text(attr, info->text, sizeof(info->text));
		/* Vital product data is what somebody once burnt in. */
		printable(info->text);
	}
	return 0;
}

int devlink_add_info(const struct nlmsghdr *nlh, struct detail_list *list)
{
	size_t size;
	const void *body = attr_body(nlh, sizeof(struct genlmsghdr), &size);
	const struct nlattr *attr;
	int rc;

	if (!body)
		return -EBADMSG;
	attr_for_each(attr, body, size) {
		rc = add(attr, list);
		if (rc)
			return rc;
	}
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Health reporters.  An answer to a get and a notification of what happened to
 * one have the same shape.
 */
#include <errno.h>
#include <linux/devlink.h>

#include "common/base/printable.h"
#include "swoffd/kernel/attr.h"
#include "swoffd/kernel/devlink_detail.h"
#include "swoffd/kernel/devlink_priv.h"

/* Attributes of a reporter end with this one in Linux 6.1. */
#define LAST DEVLINK_ATTR_HEALTH_REPORTER_AUTO_DUMP

static enum reporter_state get_state(const struct nlattr *attr)
{
	uint8_t v;

	if (attr_u8(attr, &v) || v > REPORTER_ERROR)
		return REPORTER_UNKNOWN;
	return (enum reporter_state)v;
}

static int get_switch(const struct nlattr *attr)
{
	uint8_t v;

	return attr_u8(attr, &v) ? -1 : v != 0;
}

int devlink_decode_reporter(const struct nlmsghdr *nlh,
			    struct detail_reporter *out)
{
	const struct nlattr *tb[DEVLINK_ATTR_MAX + 1], *in[LAST + 1];
	struct detail_reporter r = {
		.port = KERNEL_NO_NUMBER, .grace_ms = DETAIL_NO_COUNT,
	};

	if (devlink_attrs(nlh, tb) || devlink_get_handle(tb, &r.handle) ||
	    !tb[DEVLINK_ATTR_HEALTH_REPORTER])
		return -EBADMSG;
	attr_nested_table(tb[DEVLINK_ATTR_HEALTH_REPORTER], in, LAST);
	/* A name that is cut is another reporter's. */
	if (attr_str(in[DEVLINK_ATTR_HEALTH_REPORTER_NAME], r.name,
		     sizeof(r.name)))
		return -EBADMSG;
	printable(r.name);
	(void)attr_u32(tb[DEVLINK_ATTR_PORT_INDEX], &r.port);
	(void)attr_u64(in[DEVLINK_ATTR_HEALTH_REPORTER_ERR_COUNT], &r.errors);
	(void)attr_u64(in[DEVLINK_ATTR_HEALTH_REPORTER_RECOVER_COUNT],
		       &r.recoveries);
	(void)attr_u64(in[DEVLINK_ATTR_HEALTH_REPORTER_GRACEFUL_PERIOD],
		       &r.grace_ms);
	r.state = get_state(in[DEVLINK_ATTR_HEALTH_REPORTER_STATE]);
	r.auto_recover = get_switch(
		in[DEVLINK_ATTR_HEALTH_REPORTER_AUTO_RECOVER]);
	r.auto_dump = get_switch(in[DEVLINK_ATTR_HEALTH_REPORTER_AUTO_DUMP]);
	*out = r;
	return 0;
}

int devlink_add_reporter(const struct nlmsghdr *nlh, struct detail_list *list)
{
	struct detail_reporter r, *to;
	int rc = devlink_decode_reporter(nlh, &r);

	if (rc)
		return rc;
	to = detail_add(list);
	if (!to)
		return -E2BIG;
	*to = r;
	return 0;
}

void devlink_encode_recover(void *buf, uint16_t family,
			    const struct detail_reporter *reporter)
{
	struct nlmsghdr *nlh = devlink_put(buf, family,
					   DEVLINK_CMD_HEALTH_REPORTER_RECOVER,
					   &reporter->handle);

	if (reporter->port != KERNEL_NO_NUMBER)
		(void)attr_put_u32(nlh, DEVLINK_MSG_SIZE,
				   DEVLINK_ATTR_PORT_INDEX, reporter->port);
	(void)attr_put_str(nlh, DEVLINK_MSG_SIZE,
			   DEVLINK_ATTR_HEALTH_REPORTER_NAME, reporter->name);
}

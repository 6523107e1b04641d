/* SPDX-License-Identifier: GPL-2.0-or-later */
/* net/devlink: a parameter has a value for each configuration mode. */
#include "swoffd/kernel/devlink_preflight.h"

#include <errno.h>
#include <linux/devlink.h>
#include <linux/genetlink.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "swoffd/kernel/attr.h"
#include "swoffd/kernel/devlink.h"
#include "swoffd/kernel/devlink_priv.h"

void devlink_encode_param_get(void *buf, uint16_t family,
			      const struct kernel_handle *handle,
			      const char *name)
{
	struct nlmsghdr *nlh = devlink_put(buf, family, DEVLINK_CMD_PARAM_GET,
					   handle);

	(void)attr_put_str(nlh, DEVLINK_MSG_SIZE, DEVLINK_ATTR_PARAM_NAME,
			   name);
}

static int runtime_text(const struct nlattr *value,
			char out[RECIPE_PARAM_SIZE])
{
	const struct nlattr *tb[DEVLINK_ATTR_MAX + 1];
	uint8_t cmode;

	attr_nested_table(value, tb, DEVLINK_ATTR_MAX);
	if (attr_u8(tb[DEVLINK_ATTR_PARAM_VALUE_CMODE], &cmode) ||
	    cmode != DEVLINK_PARAM_CMODE_RUNTIME)
		return -ENODATA;
	return attr_str(tb[DEVLINK_ATTR_PARAM_VALUE_DATA], out,
			RECIPE_PARAM_SIZE) ? -ENODATA : 0;
}

int devlink_decode_param_text(const struct nlmsghdr *nlh,
			      char out[RECIPE_PARAM_SIZE])
{
	const struct nlattr *tb[DEVLINK_ATTR_MAX + 1], *value;
	uint8_t type;

	if (devlink_attrs(nlh, tb) || !tb[DEVLINK_ATTR_PARAM])
		return -EBADMSG;
	attr_nested_table(tb[DEVLINK_ATTR_PARAM], tb, DEVLINK_ATTR_MAX);
	if (attr_u8(tb[DEVLINK_ATTR_PARAM_TYPE], &type) ||
	    type != MNL_TYPE_NUL_STRING ||
	    !tb[DEVLINK_ATTR_PARAM_VALUES_LIST])
		return -ENODATA;
	attr_for_each_in(value, tb[DEVLINK_ATTR_PARAM_VALUES_LIST])
		if (!runtime_text(value, out))
			return 0;
	return -ENODATA;
}

/* Drivers call it differently; the first of these that there is. */
static const char *const names[] = { "fw", "fw.version", "fw.mgmt" };

static int rank_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(names[i], name) == 0)
			return (int)i;
	return ARRAY_LEN(names);
}

int devlink_decode_firmware(const struct nlmsghdr *nlh,
			    char out[PREFLIGHT_FIRMWARE_SIZE])
{
	const struct nlattr *tb[DEVLINK_ATTR_MAX + 1], *attr;
	int best = ARRAY_LEN(names);
	const void *body;
	size_t size;
	char name[32];

	body = attr_body(nlh, sizeof(struct genlmsghdr), &size);
	if (!body)
		return -EBADMSG;
	attr_for_each(attr, body, size) {
		if (attr_type(attr) != DEVLINK_ATTR_INFO_VERSION_RUNNING)
			continue;
		attr_nested_table(attr, tb, DEVLINK_ATTR_MAX);
		if (attr_str(tb[DEVLINK_ATTR_INFO_VERSION_NAME], name,
			     sizeof(name)) || rank_of(name) >= best)
			continue;
		if (!attr_str(tb[DEVLINK_ATTR_INFO_VERSION_VALUE], out,
			      PREFLIGHT_FIRMWARE_SIZE))
			best = rank_of(name);
	}
	return best < (int)ARRAY_LEN(names) ? 0 : -ENODATA;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parameters.  The kernel tells the type beside the values; a boolean is there
 * or not, which is its value.
 */
#include <errno.h>
#include <linux/devlink.h>

#include "common/base/printable.h"
#include "swoffd/kernel/attr.h"
#include "swoffd/kernel/devlink_detail.h"
#include "swoffd/kernel/devlink_priv.h"

/* Attributes of a parameter end with this one in Linux 6.1. */
#define LAST DEVLINK_ATTR_PARAM_VALUE_CMODE

static const uint8_t sizes[] = {       /* 0: no number */
	[DETAIL_U8] = 1, [DETAIL_U16] = 2, [DETAIL_U32] = 4, [DETAIL_U64] = 8,
	[DETAIL_BOOL] = 0,
};

union number {
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;
};

static int get_number(const struct nlattr *attr, uint8_t size, uint64_t *out)
{
	union number v;
	int rc = attr_copy(attr, &v, size);

	if (rc)
		return rc;
	*out = size == 1 ? v.u8 : size == 2 ? v.u16 : size == 4 ? v.u32 : v.u64;
	return 0;
}

static int get_value(const struct nlattr *attr, enum detail_type type,
		     struct detail_value *out)
{
	if (sizes[type])
		return get_number(attr, sizes[type], &out->number);
	if (type == DETAIL_BOOL)
		out->number = attr != NULL;
	if (type == DETAIL_STRING)
		attr_text(attr, out->text, sizeof(out->text));
	printable(out->text);
	return 0;
}

/* A mode of tomorrow, and a value that is cut, are left out. */
static void take_value(const struct nlattr *nest, struct detail_param *p)
{
	const struct nlattr *tb[LAST + 1];
	struct detail_value v = { .has = true };
	uint8_t mode;

	attr_nested_table(nest, tb, LAST);
	if (attr_u8(tb[DEVLINK_ATTR_PARAM_VALUE_CMODE], &mode) ||
	    mode >= DETAIL_N_CMODES ||
	    get_value(tb[DEVLINK_ATTR_PARAM_VALUE_DATA], p->type, &v))
		return;
	p->values[mode] = v;
}

static enum detail_type get_type(const struct nlattr *attr)
{
	uint8_t v;

	if (attr_u8(attr, &v) || v > DETAIL_BOOL)
		return DETAIL_UNKNOWN;
	return (enum detail_type)v;
}

static int decode(const struct nlmsghdr *nlh, struct detail_param *p)
{
	const struct nlattr *tb[DEVLINK_ATTR_MAX + 1], *in[LAST + 1], *value;

	if (devlink_attrs(nlh, tb) || devlink_get_handle(tb, &p->handle) ||
	    !tb[DEVLINK_ATTR_PARAM])
		return -EBADMSG;
	attr_nested_table(tb[DEVLINK_ATTR_PARAM], in, LAST);
	if (attr_str(in[DEVLINK_ATTR_PARAM_NAME], p->name, sizeof(p->name)))
		return -EBADMSG;
	printable(p->name);
	p->generic = in[DEVLINK_ATTR_PARAM_GENERIC];
	p->type = get_type(in[DEVLINK_ATTR_PARAM_TYPE]);
	if (!in[DEVLINK_ATTR_PARAM_VALUES_LIST])
		return 0;
	attr_for_each_in(value, in[DEVLINK_ATTR_PARAM_VALUES_LIST])
		if (attr_type(value) == DEVLINK_ATTR_PARAM_VALUE)
			take_value(value, p);
	return 0;
}

int devlink_add_param(const struct nlmsghdr *nlh, struct detail_list *list)
{
	struct detail_param p = { 0 }, *to;
	int rc = decode(nlh, &p);

	if (rc)
		return rc;
	to = detail_add(list);
	if (!to)
		return -E2BIG;
	*to = p;
	return 0;
}

static void put_number(struct nlmsghdr *nlh, uint8_t size, uint64_t number)
{
	union number v;

	if (size == 1)
		v.u8 = (uint8_t)number;
	else if (size == 2)
		v.u16 = (uint16_t)number;
	else if (size == 4)
		v.u32 = (uint32_t)number;
	else
		v.u64 = number;
	(void)attr_put(nlh, DEVLINK_MSG_SIZE, DEVLINK_ATTR_PARAM_VALUE_DATA, &v,
		       size);
}

static void put_value(struct nlmsghdr *nlh, enum detail_type type,
		      const struct detail_value *v)
{
	if (sizes[type])
		put_number(nlh, sizes[type], v->number);
	else if (type == DETAIL_STRING)
		(void)attr_put_str(nlh, DEVLINK_MSG_SIZE,
				   DEVLINK_ATTR_PARAM_VALUE_DATA, v->text);
	else if (type == DETAIL_BOOL && v->number)
		(void)attr_put(nlh, DEVLINK_MSG_SIZE,
			       DEVLINK_ATTR_PARAM_VALUE_DATA, NULL, 0);
}

void devlink_encode_param(void *buf, uint16_t family,
			  const struct detail_param *param,
			  enum detail_cmode mode)
{
	struct nlmsghdr *nlh = devlink_put(buf, family, DEVLINK_CMD_PARAM_SET,
					   &param->handle);

	(void)attr_put_str(nlh, DEVLINK_MSG_SIZE, DEVLINK_ATTR_PARAM_NAME,
			   param->name);
	(void)attr_put_u8(nlh, DEVLINK_MSG_SIZE,
			  DEVLINK_ATTR_PARAM_VALUE_CMODE, (uint8_t)mode);
	(void)attr_put_u8(nlh, DEVLINK_MSG_SIZE, DEVLINK_ATTR_PARAM_TYPE,
			  (uint8_t)param->type);
	put_value(nlh, param->type, &param->values[mode]);
}

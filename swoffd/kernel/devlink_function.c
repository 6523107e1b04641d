/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kind of an attribute says what it is in netlink, linux/devlink.h. */
#include "swoffd/kernel/devlink_function.h"

#include <errno.h>
#include <linux/devlink.h>
#include <linux/genetlink.h>

#include "swoffd/kernel/attr.h"
#include "swoffd/kernel/devattr_wire.h"

static void put_function_value(struct nlmsghdr *nlh, enum devattr_id id,
			       uint64_t num)
{
	const struct devattr_wire *wire = &devattr_wire[id];
	struct nla_bitfield32 caps = {
		.value = (uint32_t)num << wire->at,
		.selector = UINT32_C(1) << wire->at,
	};
	uint8_t mac[MAC_SIZE];

	switch (devattr_table[id].kind) {
	case DEVATTR_IS_MAC:
		devattr_mac_bytes(num, mac);
		(void)attr_put(nlh, DEVLINK_MSG_SIZE, wire->type, mac,
			       sizeof(mac));
		return;
	case DEVATTR_IS_BOOL:
		(void)attr_put(nlh, DEVLINK_MSG_SIZE, wire->type, &caps,
			       sizeof(caps));
		return;
	case DEVATTR_IS_WORD:
		(void)attr_put_u8(nlh, DEVLINK_MSG_SIZE, wire->type,
				  (uint8_t)num);
		return;
	case DEVATTR_IS_NUMBER:
	case DEVATTR_IS_SPEED:
	case DEVATTR_IS_TEXT:
		(void)attr_put_u32(nlh, DEVLINK_MSG_SIZE, wire->type,
				   (uint32_t)num);
	}
}

void devlink_encode_function_set(void *buf, uint16_t family,
				 const struct kernel_handle *handle,
				 uint32_t port_index, enum devattr_id id,
				 uint64_t num)
{
	struct nlmsghdr *nlh = devlink_put(buf, family, DEVLINK_CMD_PORT_SET,
					   handle);
	struct nlattr *nest;

	(void)attr_put_u32(nlh, DEVLINK_MSG_SIZE, DEVLINK_ATTR_PORT_INDEX,
			   port_index);
	nest = attr_nest(nlh, DEVLINK_MSG_SIZE,
			 DEVLINK_ATTR_PORT_FUNCTION | NLA_F_NESTED);
	put_function_value(nlh, id, num);
	mnl_attr_nest_end(nlh, nest);
}

static void put_rate_value(struct nlmsghdr *nlh, enum devattr_id id,
			   const struct devattrs *attrs)
{
	uint16_t type = devattr_wire[id].type;
	uint64_t num = attrs->num[id];

	if (devattr_table[id].kind == DEVATTR_IS_TEXT)
		(void)attr_put_str(nlh, DEVLINK_MSG_SIZE, type,
				   attrs->parent);
	else if (devattr_table[id].kind == DEVATTR_IS_SPEED)
		(void)attr_put(nlh, DEVLINK_MSG_SIZE, type, &num,
			       sizeof(num));
	else
		(void)attr_put_u32(nlh, DEVLINK_MSG_SIZE, type,
				   (uint32_t)num);
}

void devlink_encode_rate(void *buf, uint16_t family, uint8_t cmd,
			 const struct kernel_handle *handle,
			 const struct kernel_function *f)
{
	struct nlmsghdr *nlh = devlink_put(buf, family, cmd, handle);

	if (f->node[0])
		(void)attr_put_str(nlh, DEVLINK_MSG_SIZE,
				   DEVLINK_ATTR_RATE_NODE_NAME, f->node);
	else
		(void)attr_put_u32(nlh, DEVLINK_MSG_SIZE,
				   DEVLINK_ATTR_PORT_INDEX, f->port_index);
	for (int id = 0; id < DEVATTR_N; id++)
		if (devattr_table[id].object == DEVATTR_OF_RATE &&
		    devattr_has(&f->attrs, (enum devattr_id)id))
			put_rate_value(nlh, (enum devattr_id)id, &f->attrs);
}

static void take_function_value(enum devattr_id id, const struct nlattr *attr,
				struct devattrs *out)
{
	struct nla_bitfield32 caps;
	uint8_t mac[MAC_SIZE], byte;
	uint32_t number;

	switch (devattr_table[id].kind) {
	case DEVATTR_IS_MAC:
		/* InfiniBand has addresses of another size. */
		if (attr_size(attr) == sizeof(mac) &&
		    !attr_copy(attr, mac, sizeof(mac)))
			devattr_put(out, id, devattr_mac_number(mac));
		return;
	case DEVATTR_IS_BOOL:
		if (!attr_copy(attr, &caps, sizeof(caps)) &&
		    caps.selector >> devattr_wire[id].at & 1)
			devattr_put(out, id,
				    caps.value >> devattr_wire[id].at & 1);
		return;
	case DEVATTR_IS_WORD:
		if (!attr_u8(attr, &byte))
			devattr_put(out, id, byte);
		return;
	case DEVATTR_IS_NUMBER:
	case DEVATTR_IS_SPEED:
	case DEVATTR_IS_TEXT:
		if (!attr_u32(attr, &number))
			devattr_put(out, id, number);
	}
}

int devlink_decode_function(const struct nlmsghdr *nlh, struct devattrs *out)
{
	const struct nlattr *tb[DEVLINK_ATTR_PORT_FUNCTION + 1];
	const struct nlattr *fn[FN_ATTR_MAX + 1];
	size_t size;
	const void *body = attr_body(nlh, sizeof(struct genlmsghdr), &size);

	if (!body)
		return -EBADMSG;
	*out = (struct devattrs){ .mask = 0 };
	attr_table(body, size, tb, DEVLINK_ATTR_PORT_FUNCTION);
	if (!tb[DEVLINK_ATTR_PORT_FUNCTION])
		return 0;
	attr_nested_table(tb[DEVLINK_ATTR_PORT_FUNCTION], fn, FN_ATTR_MAX);
	for (int id = DEVATTR_HW_ADDR; id <= DEVATTR_OPSTATE; id++)
		if (fn[devattr_wire[id].type])
			take_function_value((enum devattr_id)id,
					    fn[devattr_wire[id].type], out);
	return 0;
}

static int take_rate_value(enum devattr_id id, const struct nlattr *attr,
			   struct devattrs *out)
{
	uint64_t speed;
	uint32_t number;

	if (devattr_table[id].kind == DEVATTR_IS_TEXT) {
		out->mask |= DEVATTR_BIT(id);
		return attr_str(attr, out->parent, sizeof(out->parent));
	}
	if (devattr_table[id].kind == DEVATTR_IS_SPEED) {
		if (!attr_copy(attr, &speed, sizeof(speed)))
			devattr_put(out, id, speed);
	} else if (!attr_u32(attr, &number)) {
		devattr_put(out, id, number);
	}
	return 0;
}

static int take_rate(const struct nlattr **tb, struct kernel_function *f)
{
	int rc = 0;

	for (int id = 0; id < DEVATTR_N && !rc; id++) {
		const struct nlattr *attr;

		if (devattr_table[id].object != DEVATTR_OF_RATE)
			continue;
		attr = tb[devattr_wire[id].type];
		if (attr)
			rc = take_rate_value((enum devattr_id)id, attr,
					     &f->attrs);
	}
	/* The kernel tells of a parent only where there is one. */
	f->attrs.mask |= DEVATTR_BIT(DEVATTR_PARENT);
	return rc;
}

int devlink_decode_rate(const struct nlmsghdr *nlh,
			struct kernel_function *out)
{
	const struct nlattr *tb[RATE_ATTR_MAX + 1];
	struct kernel_function f = { .vf = KERNEL_NO_NUMBER,
				     .port_index = KERNEL_NO_NUMBER };
	size_t size;
	const void *body = attr_body(nlh, sizeof(struct genlmsghdr), &size);
	int rc;

	if (!body)
		return -EBADMSG;
	attr_table(body, size, tb, RATE_ATTR_MAX);
	if (tb[DEVLINK_ATTR_RATE_NODE_NAME])
		rc = attr_str(tb[DEVLINK_ATTR_RATE_NODE_NAME], f.node,
			      sizeof(f.node));
	else
		rc = attr_u32(tb[DEVLINK_ATTR_PORT_INDEX], &f.port_index);
	if (!rc)
		rc = take_rate(tb, &f);
	if (rc)
		return rc == -EMSGSIZE ? rc : -EBADMSG;
	*out = f;
	return 0;
}

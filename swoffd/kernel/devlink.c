/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attribute types and sizes are those of linux/devlink.h. */
#include "swoffd/kernel/devlink.h"

#include <errno.h>
#include <linux/devlink.h>
#include <linux/genetlink.h>

#include "common/base/cleanup.h"
#include "swoffd/kernel/attr.h"
#include "swoffd/kernel/devlink_priv.h"
#include "swoffd/kernel/genl.h"

void devlink_encode_dump(void *buf, uint16_t family, uint8_t cmd)
{
	genl_put(buf, family, cmd, DEVLINK_GENL_VERSION, NLM_F_DUMP);
}

/* A handle always fits: its sizes are bounded by its type. */
struct nlmsghdr *devlink_put(void *buf, uint16_t family, uint8_t cmd,
			     const struct kernel_handle *handle)
{
	struct nlmsghdr *nlh = genl_put(buf, family, cmd,
					DEVLINK_GENL_VERSION, 0);

	(void)attr_put_str(nlh, DEVLINK_MSG_SIZE, DEVLINK_ATTR_BUS_NAME,
			   handle->bus);
	(void)attr_put_str(nlh, DEVLINK_MSG_SIZE, DEVLINK_ATTR_DEV_NAME,
			   handle->dev);
	return nlh;
}

void devlink_encode_get(void *buf, uint16_t family, uint8_t cmd,
			const struct kernel_handle *handle)
{
	(void)devlink_put(buf, family, cmd, handle);
}

void devlink_encode_eswitch_set(void *buf, uint16_t family,
				const struct kernel_handle *handle,
				enum devlink_eswitch what, int value)
{
	struct nlmsghdr *nlh = devlink_put(buf, family,
					   DEVLINK_CMD_ESWITCH_SET, handle);

	switch (what) {
	case DEVLINK_ESWITCH_MODE:
		(void)attr_put_u16(nlh, DEVLINK_MSG_SIZE,
				   DEVLINK_ATTR_ESWITCH_MODE,
				   (uint16_t)value);
		return;
	case DEVLINK_ESWITCH_INLINE:
		(void)attr_put_u8(nlh, DEVLINK_MSG_SIZE,
				  DEVLINK_ATTR_ESWITCH_INLINE_MODE,
				  (uint8_t)value);
		return;
	case DEVLINK_ESWITCH_ENCAP:
		(void)attr_put_u8(nlh, DEVLINK_MSG_SIZE,
				  DEVLINK_ATTR_ESWITCH_ENCAP_MODE,
				  (uint8_t)value);
		return;
	}
}

int devlink_attrs(const struct nlmsghdr *nlh, const struct nlattr **tb)
{
	size_t size;
	const void *body = attr_body(nlh, sizeof(struct genlmsghdr), &size);

	if (!body)
		return -EBADMSG;
	attr_table(body, size, tb, DEVLINK_ATTR_MAX);
	return 0;
}

int devlink_get_handle(const struct nlattr **tb, struct kernel_handle *out)
{
	struct kernel_handle h = { 0 };

	if (attr_str(tb[DEVLINK_ATTR_BUS_NAME], h.bus, sizeof(h.bus)) ||
	    attr_str(tb[DEVLINK_ATTR_DEV_NAME], h.dev, sizeof(h.dev)))
		return -EBADMSG;
	*out = h;
	return 0;
}

int devlink_decode_handle(const struct nlmsghdr *nlh,
			  struct kernel_handle *out)
{
	const struct nlattr *tb[DEVLINK_ATTR_MAX + 1];
	int rc = devlink_attrs(nlh, tb);

	return rc ? rc : devlink_get_handle(tb, out);
}

bool devlink_is_port(const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[DEVLINK_ATTR_MAX + 1];

	return !devlink_attrs(nlh, tb) && tb[DEVLINK_ATTR_PORT_INDEX];
}

static uint32_t u32_or_none(const struct nlattr *attr)
{
	uint32_t v = KERNEL_NO_NUMBER;

	(void)attr_u32(attr, &v);
	return v;
}

static uint32_t u16_or_none(const struct nlattr *attr)
{
	uint16_t v;

	return attr_u16(attr, &v) ? KERNEL_NO_NUMBER : v;
}

static enum port_flavour get_flavour(const struct nlattr *attr)
{
	uint16_t v;

	if (attr_u16(attr, &v) || v > PORT_PCI_SF)
		return PORT_FLAVOUR_UNKNOWN;
	return (enum port_flavour)v;
}

/* All zero: the driver does not know it. */
static uint64_t get_function_mac(const struct nlattr *function)
{
	const struct nlattr *tb[DEVLINK_PORT_FUNCTION_ATTR_HW_ADDR + 1];
	const struct nlattr *mac;

	if (!function)
		return 0;
	attr_nested_table(function, tb, DEVLINK_PORT_FUNCTION_ATTR_HW_ADDR);
	mac = tb[DEVLINK_PORT_FUNCTION_ATTR_HW_ADDR];
	return mac && attr_size(mac) == MAC_SIZE ?
		       devattr_mac_number(attr_data(mac)) : 0;
}

int devlink_decode_port(const struct nlmsghdr *nlh, struct kernel_port *out)
{
	const struct nlattr *tb[DEVLINK_ATTR_MAX + 1];
	struct kernel_port p = { 0 };

	if (devlink_attrs(nlh, tb) || devlink_get_handle(tb, &p.handle) ||
	    attr_u32(tb[DEVLINK_ATTR_PORT_INDEX], &p.index))
		return -EBADMSG;
	p.flavour = get_flavour(tb[DEVLINK_ATTR_PORT_FLAVOUR]);
	p.number = u32_or_none(tb[DEVLINK_ATTR_PORT_NUMBER]);
	p.controller = u32_or_none(tb[DEVLINK_ATTR_PORT_CONTROLLER_NUMBER]);
	p.pf = u16_or_none(tb[DEVLINK_ATTR_PORT_PCI_PF_NUMBER]);
	p.vf = u16_or_none(tb[DEVLINK_ATTR_PORT_PCI_VF_NUMBER]);
	p.sf = u32_or_none(tb[DEVLINK_ATTR_PORT_PCI_SF_NUMBER]);
	(void)attr_u32(tb[DEVLINK_ATTR_PORT_NETDEV_IFINDEX], &p.ifindex);
	(void)attr_str(tb[DEVLINK_ATTR_PORT_NETDEV_NAME], p.netdev,
		       sizeof(p.netdev));
	p.function_mac = get_function_mac(tb[DEVLINK_ATTR_PORT_FUNCTION]);
	*out = p;
	return 0;
}

int devlink_decode_eswitch(const struct nlmsghdr *nlh,
			   struct kernel_device *out)
{
	const struct nlattr *tb[DEVLINK_ATTR_MAX + 1];
	uint16_t mode;
	uint8_t v;

	if (devlink_attrs(nlh, tb))
		return -EBADMSG;
	out->mode = ESWITCH_MODE_UNKNOWN;
	out->inline_mode = ESWITCH_INLINE_UNKNOWN;
	out->encap_mode = ESWITCH_ENCAP_UNKNOWN;
	if (!attr_u16(tb[DEVLINK_ATTR_ESWITCH_MODE], &mode) &&
	    mode <= ESWITCH_MODE_SWITCHDEV_INACTIVE)
		out->mode = (enum eswitch_mode)mode;
	if (!attr_u8(tb[DEVLINK_ATTR_ESWITCH_INLINE_MODE], &v) &&
	    v <= ESWITCH_INLINE_TRANSPORT)
		out->inline_mode = (enum eswitch_inline)v;
	if (!attr_u8(tb[DEVLINK_ATTR_ESWITCH_ENCAP_MODE], &v) &&
	    v <= ESWITCH_ENCAP_BASIC)
		out->encap_mode = (enum eswitch_encap)v;
	return 0;
}

int devlink_decode_driver(const struct nlmsghdr *nlh,
			  char out[KERNEL_DRIVER_SIZE])
{
	const struct nlattr *tb[DEVLINK_ATTR_MAX + 1];

	if (devlink_attrs(nlh, tb) ||
	    attr_str(tb[DEVLINK_ATTR_INFO_DRIVER_NAME], out,
		     KERNEL_DRIVER_SIZE))
		return -EBADMSG;
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ports that are made and removed: scalable functions. */
#include <linux/devlink.h>

#include "swoffd/kernel/attr.h"
#include "swoffd/kernel/devlink_priv.h"

static void put_u32(struct nlmsghdr *nlh, uint16_t type, uint32_t v)
{
	if (v != KERNEL_NO_NUMBER)
		(void)attr_put_u32(nlh, DEVLINK_MSG_SIZE, type, v);
}

void devlink_encode_sf_add(void *buf, uint16_t family,
			   const struct kernel_handle *handle,
			   const struct kernel_sf *sf)
{
	struct nlmsghdr *nlh = devlink_put(buf, family, DEVLINK_CMD_PORT_NEW,
					   handle);

	(void)attr_put_u16(nlh, DEVLINK_MSG_SIZE, DEVLINK_ATTR_PORT_FLAVOUR,
			   DEVLINK_PORT_FLAVOUR_PCI_SF);
	(void)attr_put_u16(nlh, DEVLINK_MSG_SIZE,
			   DEVLINK_ATTR_PORT_PCI_PF_NUMBER, (uint16_t)sf->pf);
	put_u32(nlh, DEVLINK_ATTR_PORT_PCI_SF_NUMBER, sf->sf);
	put_u32(nlh, DEVLINK_ATTR_PORT_CONTROLLER_NUMBER, sf->controller);
}

void devlink_encode_port_del(void *buf, uint16_t family,
			     const struct kernel_handle *handle,
			     uint32_t index)
{
	put_u32(devlink_put(buf, family, DEVLINK_CMD_PORT_DEL, handle),
		DEVLINK_ATTR_PORT_INDEX, index);
}

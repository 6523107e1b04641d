/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages of the devlink family, encoded and decoded.  Pure; whoever sends
 * them adds sequence numbers and reads the ACKs.
 */
#ifndef SWOFFD_KERNEL_DEVLINK_H
#define SWOFFD_KERNEL_DEVLINK_H

#include <libmnl/libmnl.h>

#include "swoffd/core/kernel.h"

#define DEVLINK_MSG_SIZE 512           /* of any request made here */

/* What of the eswitch one request sets. */
enum devlink_eswitch {
	DEVLINK_ESWITCH_MODE,
	DEVLINK_ESWITCH_INLINE,
	DEVLINK_ESWITCH_ENCAP,
};

/* A request about a device, for more to be put into it; buf has
 * DEVLINK_MSG_SIZE bytes. */
struct nlmsghdr *devlink_put(void *buf, uint16_t family, uint8_t cmd,
			     const struct kernel_handle *handle);

/* family: its number.  cmd: DEVLINK_CMD_*_GET; dumps everything. */
void devlink_encode_dump(void *buf, uint16_t family, uint8_t cmd);
/* cmd: DEVLINK_CMD_ESWITCH_GET or DEVLINK_CMD_INFO_GET. */
void devlink_encode_get(void *buf, uint16_t family, uint8_t cmd,
			const struct kernel_handle *handle);
/* One attribute a request: who refuses one often takes the others. */
void devlink_encode_eswitch_set(void *buf, uint16_t family,
				const struct kernel_handle *handle,
				enum devlink_eswitch what, int value);

/* A port for a scalable function; answered with the port. */
void devlink_encode_sf_add(void *buf, uint16_t family,
			   const struct kernel_handle *handle,
			   const struct kernel_sf *sf);
void devlink_encode_port_del(void *buf, uint16_t family,
			     const struct kernel_handle *handle,
			     uint32_t index);

/* Is it about a port, whatever its command says? */
bool devlink_is_port(const struct nlmsghdr *nlh);

/* -EBADMSG for all: something needed is absent or misshapen. */
int devlink_decode_handle(const struct nlmsghdr *nlh,
			  struct kernel_handle *out);
int devlink_decode_port(const struct nlmsghdr *nlh, struct kernel_port *out);
/* Fills in mode, inline_mode, encap_mode; absent ones are UNKNOWN. */
int devlink_decode_eswitch(const struct nlmsghdr *nlh,
			   struct kernel_device *out);
int devlink_decode_driver(const struct nlmsghdr *nlh,
			  char out[KERNEL_DRIVER_SIZE]);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices in the shapes that `swctl -j` promises; what the kernel has not told
 * is null. */
#ifndef SWOFFD_CTL_DEVICE_JSON_H
#define SWOFFD_CTL_DEVICE_JSON_H

#include <json-c/json.h>

#include "swoffd/core/core.h"
#include "swoffd/core/want.h"

/* {device, driver, netdev, eswitch, vfs, ports} */
struct json_object *device_json(struct core *core, const struct device *d);
/* {state, mode, inline_mode, encap_mode, vfs, functions, error, restored} */
struct json_object *device_json_wanted(const struct want *w);
/* {device, mode, inline_mode, encap_mode} */
struct json_object *device_json_eswitch(const struct device *d);
/* {mode, inline_mode, encap_mode} into o. */
void device_json_modes(struct json_object *o, const struct kernel_device *d);
/* {device, count, max} */
struct json_object *device_json_vfs(const struct device *d);
/* Members: null for "" or NULL, for KERNEL_NO_NUMBER. */
void device_json_str(struct json_object *o, const char *key, const char *v);
void device_json_num(struct json_object *o, const char *key, uint32_t v);
void device_json_handle(struct json_object *o, const struct device *d);

#endif

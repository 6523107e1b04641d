/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions and rates in the shapes that `swctl -j` promises; what the kernel has
 * not told, or does not apply, is null. */
#ifndef SWOFFD_CTL_FUNCTION_JSON_H
#define SWOFFD_CTL_FUNCTION_JSON_H

#include <json-c/json.h>

#include "swoffd/core/core.h"
#include "swoffd/core/function.h"

/* {device, vf, port_index, netdev, …}, an attribute a member */
struct json_object *function_json_vf(struct core *core,
				     const struct device *d,
				     const struct kernel_function *f);
/* {device, vf, pci, driver, driver_override} */
struct json_object *function_json_driver(const struct device *d,
					 const struct preflight_vf *vf);
/* {device, controller, pf, sf, port_index, netdev, …}; NULL, too, if the port is
 * not known (any more) */
struct json_object *function_json_sf(struct core *core,
				     const struct device *d,
				     const struct kernel_function *f);
/* {device, rate, type, node, port_index, netdev, …, warning} of one of all */
struct json_object *function_json_rate(struct core *core,
				       const struct device *d,
				       const struct kernel_function *all,
				       size_t n,
				       const struct kernel_function *f);

#endif

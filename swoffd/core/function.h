/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VFs, scalable functions and rates of a device.  Nobody tells of all their changes, so they are
 * read when somebody wants to know, and nothing of them is kept here.
 */
#ifndef SWOFFD_CORE_FUNCTION_H
#define SWOFFD_CORE_FUNCTION_H

#include "swoffd/core/device.h"
#include "swoffd/core/preflight.h"

#define FUNCTION_WARNING_SIZE 256

/* Kept alive by whoever asks until base.done() is called; what was read lives
 * as long as that callback. */
struct function_request {
	struct request base;
	const struct kernel_function *functions;
	size_t n;
};

/* Every VF of the device, by number; every scalable function, by port; every
 * leaf and node of its rates.  0; or -ENOMEM with err, and done() is not
 * called. */
int vf_read(struct core *core, struct device *d, struct function_request *r,
	    struct error *err);
int sf_read(struct core *core, struct device *d, struct function_request *r,
	    struct error *err);
int rate_read(struct core *core, struct device *d, struct function_request *r,
	      struct error *err);

/*
 * Changes, one at a time with all others of the device.  Attributes are set
 * all or none.  0 if under way; -errno with err if refused at once.
 */
int vf_set(struct core *core, struct device *d, uint32_t vf,
	   const struct devattrs *attrs, struct request *r, struct error *err);
/* Drivers of VFs that are functions of PCI: vf->driver, which is then its
 * driver_override too, "" being the kernel's choice without one; or none.  vf
 * lives until done() is called, and is then what came of vf->vf. */
int vf_bind(struct core *core, struct device *d, struct preflight_vf *vf,
	    struct request *r, struct error *err);
int vf_unbind(struct core *core, struct device *d, struct preflight_vf *vf,
	      struct request *r, struct error *err);
/* port: of sf_find(). */
int sf_set(struct core *core, struct device *d, uint32_t port,
	   const struct devattrs *attrs, struct request *r, struct error *err);
/* rate: of rate_find(), with the attributes to be set. */
int rate_set(struct core *core, struct device *d,
	     const struct kernel_function *rate, struct request *r,
	     struct error *err);
int rate_add(struct core *core, struct device *d,
	     const struct kernel_function *rate, struct request *r,
	     struct error *err);
int rate_del(struct core *core, struct device *d,
	     const struct kernel_function *rate, struct request *r,
	     struct error *err);

/* NAME: the representor of a scalable function, or its port: DEV/PORT.  -ENODEV,
 * or -EINVAL for another port, with err. */
int sf_find(struct core *core, const char *name, struct device **d,
	    uint32_t *port, struct error *err);
/* NAME: DEV/NODE, or a leaf: DEV/PORT or the netdev of a representor.  Whether
 * there is such a node is not known here.  *out has no attributes. */
int rate_find(struct core *core, const char *name, struct device **d,
	      struct kernel_function *out, struct error *err);

/* What is promised twice, of this one of all rates: what it gets if it wants,
 * or its children, is more than it gets at most.  "" if nothing is. */
void rate_warning(const struct kernel_function *all, size_t n,
		  const struct kernel_function *rate,
		  char out[FUNCTION_WARNING_SIZE]);

#endif

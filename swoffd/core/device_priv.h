/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What core.c passes on to the tables of devices and links. */
#ifndef SWOFFD_CORE_DEVICE_PRIV_H
#define SWOFFD_CORE_DEVICE_PRIV_H

#include "swoffd/core/core.h"

/* device.c */
void device_on_new(struct core *core, const struct kernel_handle *handle);
void device_on_gone(struct core *core, const struct kernel_handle *handle);
void device_on_port(struct core *core, const struct kernel_port *port);
void device_on_port_gone(struct core *core,
			 const struct kernel_handle *handle, uint32_t index);
void device_on_rate(struct core *core, const struct kernel_handle *handle);
void device_sweep_begin(struct core *core);
void device_sweep_end(struct core *core);
bool device_all_read(const struct core *core);
void device_free_all(struct core *core);
/* Read it again, now or after the reading that is under way. */
void device_mark_dirty(struct device *d);
/* A job or a change holds it: it is freed with the last release. */
void device_hold(struct device *d);
void device_release(struct device *d);

/* device_change.c: one change of a device at a time.  job is copied; 0 or
 * -EBUSY, -ENOMEM with err. */
int device_change_start(struct core *core, struct device *d,
			const struct kernel_job *job, struct request *r,
			struct error *err);
/* What was changed has been read again. */
void device_change_on_read(struct device *d);
void device_change_free(struct device_change *c);

/* function.c */
void function_free_all(struct core *core);

/* sim.c */
void sim_on_read(struct core *core, const struct device *d);
void sim_free_all(struct core *core);

/* detail_read.c */
void detail_read_free_all(struct core *core);
/* 0, or -EBUSY with err: something is being changed. */
int device_check_idle(const struct device *d, struct error *err);

/* rep_refresh.c */
void rep_refresh_free_all(struct core *core);

/* rep_places.c */
void rep_places_free_all(struct core *core);

/* link.c */
void link_init(struct core *core);
struct link *link_on_new(struct core *core, const struct kernel_link *info);
void link_on_gone(struct core *core, uint32_t ifindex);
void link_sweep_begin(struct core *core);
void link_sweep_end(struct core *core,
		    void (*gone)(void *ctx, uint32_t ifindex));
void link_free_all(struct core *core);

#endif

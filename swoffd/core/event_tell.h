/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What becomes an event of devices, ports, links and plans, and of what was
 * asked of them.  Called before what is known is changed; until everything has
 * been read once, nothing is told.
 */
#ifndef SWOFFD_CORE_EVENT_TELL_H
#define SWOFFD_CORE_EVENT_TELL_H

#include "swoffd/core/core.h"
#include "swoffd/core/plan_run.h"
#include "swoffd/core/want.h"

void event_tell_ready(struct core *core);
void event_tell_sync(struct core *core);       /* not the first one */

/* Nothing more than that: EVENT_DEVICE_NEW, EVENT_PLAN_DONE. */
void event_tell_device(const struct device *d, enum event_kind kind);
/* What it says of itself now. */
void event_tell_read(const struct device *d, const struct kernel_device *now);
/* was NULL: it is new; now NULL: it has gone. */
void event_tell_port(const struct device *d, const struct kernel_port *was,
		     const struct kernel_port *now);
void event_tell_link(struct core *core, const struct kernel_link *was,
		     const struct kernel_link *now);
void event_tell_health(struct core *core, const struct detail_reporter *r);

/* It is as wanted again, or a step towards that failed. */
void event_tell_restored(const struct device *d, const struct want *w);
void event_tell_not_restored(const struct device *d, const struct want *w);

/* EVENT_REP_RESTORED, EVENT_REP_CONTESTED: a setting, from one to another. */
void event_tell_setting(struct core *core, enum event_kind kind,
			const struct kernel_link *link, const char *is,
			const char *wanted);

/* How the job of a change has ended. */
void event_tell_change(const struct device *d, const struct kernel_job *job);

void event_tell_begun(const struct device *d, const struct plan_target *to,
		      const struct plan *plan);
void event_tell_step(const struct device *d, const struct plan_progress *p);
/* The way back is not taken to its end. */
void event_tell_stranded(const struct device *d, const char *why);
/* All has come to an end; err->code 0: to a good one. */
void event_tell_end(const struct device *d, const struct error *err);

/* device and port of the event are those of the netdev, if it has them. */
void event_tell_whose(struct core *core, struct event *ev, uint32_t ifindex);

#endif

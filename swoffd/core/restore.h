/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes a device what is wanted of it: whenever it has been read, the smallest
 * step towards that is taken, and then it is read again.  A reload, a plan that
 * a kill broke off and somebody who changes something are all the same here;
 * only, with somebody who keeps changing it nobody fights for ever.
 */
#ifndef SWOFFD_CORE_RESTORE_H
#define SWOFFD_CORE_RESTORE_H

#include "swoffd/core/device.h"
#include "swoffd/core/want.h"

struct restore;

/* It has been read, or something is no longer in the way. */
void restore_check(struct device *d);
void restore_check_all(struct core *core);

/* What its functions have may have changed: it is looked at soon. */
void restore_mark(struct device *d);
void restore_on_link(struct core *core, const struct link *link);

/* A port or a link is there that was not. */
void restore_on_event(struct core *core);

/* Its uplink has gone or is another netdev: a driver was reloaded. */
void restore_on_reload(struct device *d);

/* "as-wanted", "restoring", "contested" or "failed". */
const char *restore_state_str(const struct want *w);

void restore_free(struct restore *rs);         /* NULL is legal */

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of what is wanted of representors, as the store keeps them;
 * swoffd-state(5) describes them.  A change is another ENGINE_RECORD_VERSION.
 */
#ifndef SWOFFD_CORE_REP_RECORD_H
#define SWOFFD_CORE_REP_RECORD_H

#include "swoffd/core/rep_keep.h"

/* Key: any number that is not another's. */
struct rep_record {
	struct rep_id id;
	struct repattrs attrs;
};

/* Its record, or none if nothing is wanted; committed. */
void rep_record_save(struct rep_wanted *w);

/* rep_keep.c: the one there is, or a new one; NULL: no room. */
struct rep_wanted *rep_keep_add(struct rep_keep *keep,
				const struct rep_id *id);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * other_config of Open_vSwitch: what matters here, and what is held.  What was
 * set before is in external_ids, in the same transaction, so that the marks
 * tell it to whoever comes after a kill.
 */
#ifndef SWOFFD_OVS_OVS_SETTINGS_H
#define SWOFFD_OVS_OVS_SETTINGS_H

#include "swoffd/ovs/ovs_world.h"

/* out has the defaults of Open vSwitch; its texts live as long as row. */
void ovs_settings_read(const struct ovsdb_row *row, struct ovs_settings *out);

/* See struct ovs. */
int ovs_settings_hold(struct ovs *ovs, struct request *r, struct error *err);
int ovs_settings_release(struct ovs *ovs, struct request *r,
			 struct error *err);
int ovs_settings_set_hw_offload(struct ovs *ovs, bool on, struct request *r,
				struct error *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of flows and devices, as the store keeps them; swoffd-state(5)
 * describes them.  A change of either, or of those of rep_record.h, is another
 * ENGINE_RECORD_VERSION.
 */
#ifndef SWOFFD_CORE_ENGINE_RECORD_H
#define SWOFFD_CORE_ENGINE_RECORD_H

#include "swoffd/core/engine_priv.h"
#include "swoffd/core/store.h"

#define ENGINE_RECORD_VERSION 3

/* Key: the number by which rules of flows name the device. */
struct device_record {
	char name[IFNAMSIZ];           /* the last one known */
	struct kernel_handle handle;
	uint32_t port_index;
	uint8_t is_port;               /* handle and port_index count */
	uint8_t zero[3];
	/* Of the table of its switch, as set; or CAPACITY_UNKNOWN, and 0. */
	uint32_t max_rules, reserve;
};

#define FLOW_RECORD_HALF_UFID 0x1
#define FLOW_RECORD_OWN_UFID 0x2
#define FLOW_RECORD_GAVE_WAY 0x4

/* Key: the slot, which is the handle in tc minus one.  Behind it the rule in
 * the words of tc, its devices being "d" and their number, ended by NUL. */
struct flow_record {
	struct ufid ufid;
	struct flow_counters base;     /* before its filter was put */
	struct flow_counters least;    /* it has counted so much at least */
	struct flow_attrs attrs;
	uint32_t born_ds, used_ds;     /* tenths of seconds since boot */
	uint8_t flags;                 /* FLOW_RECORD_* */
	uint8_t policy;                /* enum rule_policy */
	uint8_t zero[2];
};

/* Into the store, uncommitted. */
void engine_record_device(struct engine *e, struct engine_dev *dev);
void engine_record_put(struct engine *e, const struct flow *f);
/* What is set of a switch, in the records of its devices; committed. */
void engine_record_switch(struct engine *e, const struct engine_switch *sw);

/* After adoption: what the store has of flows is added to what the kernel has
 * of them; flows that it alone has are wanted again. */
void engine_record_restore(struct engine *e);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devlink devices, their ports, and the netdevs of this namespace.  A port's
 * identity is its devlink handle and index, never a name.
 */
#ifndef SWOFFD_CORE_DEVICE_H
#define SWOFFD_CORE_DEVICE_H

#include "swoffd/core/detail.h"
#include "swoffd/core/kernel.h"
#include "swoffd/core/request.h"

struct core;

#define LINK_LISTS 256                 /* by name, and by ifindex */

struct link {
	struct list node;              /* core->links */
	struct list same_name, same_ifindex;   /* or the same list of those */
	struct kernel_link info;
	bool seen;                     /* told since the last sync_begin */
	int tc_offload;                /* 1 on, 0 off, -1 not known yet */
};

struct port_dev {
	struct list node;              /* device->ports */
	struct kernel_port info;
	bool seen;
};

struct device {
	struct core *core;             /* borrowed */
	struct list node;              /* core->devices */
	struct kernel_device info;
	struct list ports;             /* by index */
	bool seen;
	bool gone;                     /* freed when nothing holds it */
	unsigned int n_holds;
	bool read;                     /* info has been read at least once */
	bool dirty;                    /* to be read again */
	bool reading;
	struct kernel_job read_job;
	struct device_change *change;  /* the one under way, or NULL; not both: */
	struct plan_run *run;
	struct restore *restore;       /* NULL: nothing was wanted so far */
	bool functions_dirty;          /* they may be other than wanted */
	bool restored;                 /* they were, and are not any more */
	uint64_t kernel_us;            /* of all jobs for it */
	uint64_t dirty_ms, dirty_us;   /* when this reading began, kernel_us then */
	uint64_t portless_ms;          /* since when its ports are gone, or 0 */
};

/* What stands for a function of the device: port and netdev joined. */
struct rep {
	const struct device *device;
	const struct port_dev *port;
	const struct link *link;       /* NULL: no netdev here */
	const struct rep_wanted *wanted;       /* NULL: nothing */
};

/* DEV: a devlink handle or any netdev of it.  NULL with err if there is none,
 * err naming near matches. */
struct device *device_find(struct core *core, const char *dev,
			   struct error *err);
const char *device_handle_str(const struct kernel_handle *h, char out[100]);

/* The netdev of the uplink: the first physical port's, or ""; or 0. */
const char *device_uplink(struct core *core, const struct device *d);
uint32_t device_uplink_ifindex(struct core *core, const struct device *d);

/*
 * Changes run in the worker; the device is read again before done() is called.
 * 0 if under way, -errno with err if refused at once (done is not called).
 */
int device_set_vf_count(struct core *core, struct device *d, uint32_t count,
			struct request *r, struct error *err);

/* reporter lives until done() is called; its handle is that of d. */
int device_health_recover(struct core *core, struct device *d,
			  const struct detail_reporter *reporter,
			  struct request *r, struct error *err);

/* text becomes the value of mode in param, which was read from d and lives
 * until done() is called.  What is so already is not set again. */
int device_param_set(struct core *core, struct device *d,
		     struct detail_param *param, enum detail_cmode mode,
		     const char *text, struct request *r, struct error *err);

/* Scalable functions are ports.  sf lives until done() is called. */
int device_sf_add(struct core *core, struct device *d, struct kernel_sf *sf,
		  struct request *r, struct error *err);
int device_sf_del(struct core *core, struct device *d, struct kernel_sf *sf,
		  struct request *r, struct error *err);

/*
 * Reads into list, whose kind is set and which is empty: of d, or of all
 * devices if d is NULL and each item says whose it is.  list lives until
 * done() is called and is its owner's to free, whatever came of it.
 */
int detail_read(struct core *core, const struct device *d,
		struct detail_list *list, struct request *r,
		struct error *err);

struct link *link_find(struct core *core, uint32_t ifindex);
struct link *link_find_name(struct core *core, const char *name);

/* Reads the netdevs of ports of d, or of all, then answers. */
void rep_refresh(struct core *core, const struct device *d,
		 struct request *r);

/* Calls fn for each port of d, or of all devices if d is NULL. */
void rep_for_each(struct core *core, const struct device *d,
		  void (*fn)(const struct rep *rep, void *ctx), void *ctx);

/* NAME: a netdev, or handle/port_index as devlink writes ports. */
int rep_find(struct core *core, const char *name, struct rep *out,
	     struct error *err);

const char *eswitch_mode_str(enum eswitch_mode mode);       /* "switchdev" */
/* All three: 0 or -EINVAL. */
int eswitch_mode_parse(const char *text, enum eswitch_mode *out);
int eswitch_inline_parse(const char *text, enum eswitch_inline *out);
int eswitch_encap_parse(const char *text, enum eswitch_encap *out);
const char *eswitch_inline_str(enum eswitch_inline mode);
const char *eswitch_encap_str(enum eswitch_encap mode);
const char *port_flavour_str(enum port_flavour flavour);    /* "pcivf" */

#endif

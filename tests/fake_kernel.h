/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel in memory behind struct kernel_ops: devices, ports, links, clsact
 * and filters, with capacity, refusals and scripted failures.  Like the real
 * one it answers from the loop only, and sends a batch only when it is full
 * or flushed.  It models no packets: counters are what a test sets.
 */
#ifndef TESTS_FAKE_KERNEL_H
#define TESTS_FAKE_KERNEL_H

#include "common/base/hash.h"
#include "common/base/list.h"
#include "common/base/loop.h"
#include "common/base/pages.h"
#include "swoffd/core/detail.h"
#include "swoffd/core/kernel.h"
#include "swoffd/core/preflight.h"

#define FAKE_BATCH 256         /* sent without a flush */
#define FAKE_QUEUE 4096        /* then tc_queue() says -EAGAIN */
#define FAKE_UNSUPPORTED_MAX 8
#define FAKE_VFS_MAX 64
#define FAKE_NODES_MAX 8
#define FAKE_VF_DRIVER "vfdrv" /* what new VFs are bound to */

/* The next count of them fail with err (positive) and extack. */
struct fake_failure {
	uint32_t count;
	int err;
	char extack[ERROR_EXTACK_SIZE];
};

struct fake_link {
	struct list node;
	struct kernel_link info;
	bool clsact;
	bool ingress;                  /* the older qdisc, in its place */
	uint32_t block;                /* of clsact, or 0 */
	bool tc_offload;
};

struct fake_port {
	struct list node;
	struct kernel_port info;
	struct devattrs attrs;         /* of a scalable function */
};

/*
 * With pci_vfs, each VF is a function with a driver, and the device is as
 * particular as one of its driver is: mlx5_core is busy while a VF is bound,
 * ice and a ConnectX-6 Lx refuse while there are VFs.
 */
struct fake_device {
	struct list node;
	struct kernel_device info;
	uint32_t pci_id;
	bool pci_vfs;
	bool no_ports;                 /* of VFs, whatever the mode */
	struct preflight_vf functions[FAKE_VFS_MAX];   /* of VFs, on PCI */
	struct list ports;
	struct detail_list details[DETAIL_RESOURCES + 1];
	char uplink[IFNAMSIZ];
	char switch_id[KERNEL_SWITCH_ID_SIZE];
	struct devattrs vfs[FAKE_VFS_MAX];     /* the first of them, if more */
	uint64_t vf_address;           /* of new VFs; 0: none */
	struct kernel_function nodes[FAKE_NODES_MAX];
	size_t n_nodes;
};

struct fake_filter {
	uint32_t id;           /* index in fake_kernel.filters */
	uint8_t cookie[KERNEL_COOKIE_SIZE];
	bool in_hw;
	struct kernel_stats stats, unpoliced;
	/* dev.ifindex, handle as stored; no memory behind what is defined. */
	struct rule rule;
};

struct fake_kernel {
	struct kernel base;            /* hand &base to core_new() */
	struct loop *loop;             /* borrowed */
	struct list devices, links;
	uint32_t next_ifindex;
	bool started;

	/* Knobs of tests. */
	uint32_t capacity;             /* filters in hardware; 0: no limit */
	const char *unsupported[FAKE_UNSUPPORTED_MAX];  /* flow_field names */
	const char *forgotten;         /* a flow_field that tc does not know */
	uint32_t refused_attrs;        /* of VFs and rates: DEVATTR_BIT()s */
	uint32_t refused_settings;     /* of netdevs: REPATTR_BIT()s */
	struct fake_failure fail_tc[REQUEST_GET + 1];
	struct fake_failure fail_job[JOB_N];
	struct fake_failure fail_dump;
	bool late_failure;             /* of a dump: when all has been told */
	uint32_t dump_ahead;           /* filters are read before it waits */
	uint32_t queue_limit;          /* then -EAGAIN; 0: FAKE_QUEUE */
	bool hold_jobs, hold_tc;       /* nothing is answered meanwhile */
	enum kernel_job_kind hold_kind;        /* nor from such a job on, not 0 */
	bool deaf;                     /* a mode is taken and not set */

	/* What a test may look at. */
	uint32_t n_in_hw, n_filters;
	uint64_t n_tc[REQUEST_GET + 1], n_jobs, n_batches, n_dumps;

	/* Private. */
	struct fake_filter **filters;  /* sparse, NULL where deleted */
	uint32_t n_slots, filters_size;
	struct hash by_handle, by_key;
	struct pages queue;            /* of struct fake_queued */
	uint32_t queue_head, n_queued, n_sent;
	bool starved;                  /* tc_queue() said no: owes tc_ready */
	struct kernel_job *jobs, **jobs_tail;
	struct deferred tc_work, job_work, sync_work, dump_work;
	bool dumping, dump_waits;      /* the latter: for tc_dump_more() */
	struct kernel_dump dump;
	uint32_t dump_at, n_ahead;
	uint16_t dump_prio;            /* dumped now; 0: none yet */
};

int fake_kernel_new(struct loop *loop, struct fake_kernel **out);
void fake_kernel_free(struct fake_kernel *fk);
DEFINE_AUTO(struct fake_kernel *, fake_kernel_free)

/*
 * A devlink device in legacy mode with a physical port 0 and its netdev.  In
 * switchdev mode each VF has a port (index 1 + vf) with a netdev named
 * UPLINK_VF, hw-tc-offload off at first.  -EINVAL for a bad handle.
 */
int fake_device_add(struct fake_kernel *fk, const char *handle,
		    const char *uplink, uint32_t vf_count, uint32_t vf_max);
/* One of a driver, with functions for VFs; if it is mlx5_core,
 * it has a parameter flow_steering_mode, which is dmfs. */
struct fake_device *fake_device_become(struct fake_kernel *fk,
				       const char *handle, const char *driver,
				       uint32_t pci_id);
void fake_device_del(struct fake_kernel *fk, const char *handle);
struct fake_device *fake_device_find(struct fake_kernel *fk,
				     const char *handle);
/* As `devlink dev reload`: legacy mode, no VFs, nothing that was set, and a new
 * netdev for the uplink. */
void fake_device_reload(struct fake_kernel *fk, struct fake_device *d);
/* Something of it was changed: its ports and links are told once more. */
void fake_device_tell(struct fake_kernel *fk, struct fake_device *d);
/* As somebody else would, behind core's back. */
void fake_device_set_mode(struct fake_kernel *fk, struct fake_device *d,
			  enum eswitch_mode mode);

/* Reporters fw and vnic, which cannot recover, of the device, and tx of ports 0
 * and 1; port KERNEL_NO_NUMBER: of the device. */
struct detail_reporter *fake_reporter_find(struct fake_device *d,
					   const char *name, uint32_t port);
/* Parameters max_macs (generic, u32 64, driverinit), steering (string dmfs,
 * runtime and permanent), roce (bool true, driverinit), fw_load_policy (generic,
 * u8 0, permanent) and odd, of a type that nobody knows. */
struct detail_param *fake_param_find(struct fake_device *d, const char *name);
/* It was changed, and the kernel says so. */
void fake_reporter_tell(struct fake_kernel *fk,
			const struct detail_reporter *r);

/* A netdev that belongs to no device; the number is its ifindex. */
uint32_t fake_link_add(struct fake_kernel *fk, const char *name);
void fake_link_del(struct fake_kernel *fk, const char *name);
/* Same ifindex, another name; the event follows. */
void fake_link_rename(struct fake_kernel *fk, const char *from, const char *to);
/* Somebody gives it one more name; as with a netdev that is down, nobody is
 * told. */
void fake_link_altname(struct fake_kernel *fk, const char *name,
		       const char *altname);
/* Somebody else changes a setting; the event follows. */
void fake_link_change(struct fake_kernel *fk, const char *name,
		      enum repattr_id id, uint32_t num);
/* A bond, and who is a port of it; NULL: of none. */
uint32_t fake_bond_add(struct fake_kernel *fk, const char *name);
void fake_link_enslave(struct fake_kernel *fk, const char *name,
		       const char *bond);
struct fake_link *fake_link_find(struct fake_kernel *fk, const char *name);

void fake_fail(struct fake_failure *f, uint32_t count, int err,
	       const char *extack);

/* As if notifications had been lost: everything is told anew. */
void fake_resync(struct fake_kernel *fk);
/* After hold_jobs or hold_tc has been set back to false. */
void fake_release(struct fake_kernel *fk);
/* Who asked is killed: what is queued is done, or not, and nobody is told. */
void fake_orphan(struct fake_kernel *fk, bool done);

/* Whoever talked to it was killed: what was sent is done, and nobody is
 * answered. */
void fake_abandon(struct fake_kernel *fk);

/* NULL if there is none. */
struct fake_filter *fake_filter_find(struct fake_kernel *fk, uint32_t ifindex,
				     uint32_t chain, uint16_t prio,
				     uint32_t handle);
/* The id-th that was ever added; NULL: deleted since. */
struct fake_filter *fake_filter_at(struct fake_kernel *fk, uint32_t id);
/* A filter that is not ours: no cookie. */
struct fake_filter *fake_filter_add_foreign(struct fake_kernel *fk,
					    const struct rule *rule);
/* Somebody deletes it behind our back; no event. */
void fake_filter_del(struct fake_kernel *fk, struct fake_filter *f);

#endif

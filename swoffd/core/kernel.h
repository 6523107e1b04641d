/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that core may ask of a kernel, and all that a kernel tells core.  The
 * real one is swoffd/kernel/, tests hand in a fake.  Everything is
 * asynchronous: a call never blocks and never calls back before it returns;
 * answers come as events from the loop.
 */
#ifndef SWOFFD_CORE_KERNEL_H
#define SWOFFD_CORE_KERNEL_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "common/base/error.h"
#include "common/device/devattr.h"
#include "common/device/repattr.h"
#include "common/flow/rule.h"

#define KERNEL_BUS_SIZE 32
#define KERNEL_DEV_SIZE 64
#define KERNEL_DRIVER_SIZE 32
#define KERNEL_SWITCH_ID_SIZE 65       /* hexadecimal, 32 bytes at most */
#define KERNEL_PORT_NAME_SIZE 32
#define KERNEL_ALTNAME_SIZE 128        /* ALTIFNAMSIZ */
#define KERNEL_ALTNAMES_SIZE 512       /* of all of a netdev that are known */
#define KERNEL_COOKIE_SIZE 16          /* TC_COOKIE_MAX_SIZE */
#define KERNEL_NO_NUMBER UINT32_MAX    /* an attribute that is absent */

/* How every cookie of swoffd begins; those of mirrored flows differ. */
#define KERNEL_COOKIE_MAGIC "swof"
#define KERNEL_COOKIE_MIRROR "swom"
#define KERNEL_COOKIE_MAGIC_SIZE 4

static inline bool kernel_cookie_is_mirrored(const uint8_t *cookie)
{
	return memcmp(cookie, KERNEL_COOKIE_MIRROR,
		      KERNEL_COOKIE_MAGIC_SIZE) == 0;
}

static inline bool kernel_cookie_is_ours(const uint8_t *cookie)
{
	return memcmp(cookie, KERNEL_COOKIE_MAGIC,
		      KERNEL_COOKIE_MAGIC_SIZE) == 0 ||
	       kernel_cookie_is_mirrored(cookie);
}

/* A devlink handle: "netdevsim/netdevsim10", "pci/0000:03:00.0". */
struct kernel_handle {
	char bus[KERNEL_BUS_SIZE];
	char dev[KERNEL_DEV_SIZE];
};

static inline bool kernel_handle_equal(const struct kernel_handle *a,
				       const struct kernel_handle *b)
{
	return strcmp(a->bus, b->bus) == 0 && strcmp(a->dev, b->dev) == 0;
}

enum eswitch_mode {                    /* linux/devlink.h */
	ESWITCH_MODE_UNKNOWN = -1,     /* not told, or newer than this build */
	ESWITCH_MODE_LEGACY = 0,
	ESWITCH_MODE_SWITCHDEV = 1,
	ESWITCH_MODE_SWITCHDEV_INACTIVE = 2,
};

enum eswitch_inline {
	ESWITCH_INLINE_UNKNOWN = -1,
	ESWITCH_INLINE_NONE,
	ESWITCH_INLINE_LINK,
	ESWITCH_INLINE_NETWORK,
	ESWITCH_INLINE_TRANSPORT,
};

enum eswitch_encap {
	ESWITCH_ENCAP_UNKNOWN = -1,
	ESWITCH_ENCAP_NONE,
	ESWITCH_ENCAP_BASIC,
};

/* What reading one device gave; what it has not stays unknown. */
struct kernel_device {
	struct kernel_handle handle;
	char driver[KERNEL_DRIVER_SIZE];
	bool has_eswitch;              /* it answered an eswitch get */
	enum eswitch_mode mode;
	enum eswitch_inline inline_mode;
	enum eswitch_encap encap_mode;
	uint32_t vf_count, vf_max;     /* KERNEL_NO_NUMBER: no SR-IOV here */
};

enum port_flavour {                    /* linux/devlink.h, same numbers */
	PORT_PHYSICAL, PORT_CPU, PORT_DSA, PORT_PCI_PF, PORT_PCI_VF,
	PORT_VIRTUAL, PORT_UNUSED, PORT_PCI_SF,
	PORT_FLAVOUR_UNKNOWN = 255,
};

struct kernel_port {
	struct kernel_handle handle;
	uint32_t index;                /* devlink port index */
	enum port_flavour flavour;
	uint32_t number;               /* physical; KERNEL_NO_NUMBER if absent */
	uint32_t controller, pf, vf, sf;   /* KERNEL_NO_NUMBER if absent */
	uint32_t ifindex;              /* 0: no netdev (yet, or other netns) */
	char netdev[IFNAMSIZ];
	uint64_t function_mac;         /* of the function behind it, as of
					* devattr_mac_number(); 0: not told */
};

/* A function, or a node of rates, with what it has. */
struct kernel_function {
	uint32_t vf;                   /* KERNEL_NO_NUMBER: it is no VF */
	uint32_t port_index;           /* KERNEL_NO_NUMBER: it has no port */
	char node[DEVATTR_TEXT_SIZE];  /* name of a node; "": it is none */
	struct devattrs attrs;
};

/* A scalable function that is to be; KERNEL_NO_NUMBER: the driver chooses. */
struct kernel_sf {
	uint32_t controller, pf, sf;
	uint32_t port;                 /* its index, once it is made */
};

struct kernel_link {
	uint32_t ifindex;
	char name[IFNAMSIZ];
	bool up;                       /* IFF_UP */
	uint32_t mtu;
	char switch_id[KERNEL_SWITCH_ID_SIZE];       /* "" if it has none */
	char port_name[KERNEL_PORT_NAME_SIZE];       /* phys_port_name or "" */
	char kind[16];                 /* IFLA_INFO_KIND or "" */
	uint32_t master;               /* ifindex or 0 */
	uint32_t lower;                /* ifindex that a tunnel is bound to; 0:
					* none, or it is no tunnel */
	bool external;                 /* a tunnel whose headers come with each
					* packet */
	bool tunnel_v6;                /* its outer header is IPv6, for sure */
	uint64_t mac;                  /* devattr_mac_number(); 0: none */
	/* One after the other, each ended by NUL, the last by two; those that
	 * find no room are left out. */
	char altnames[KERNEL_ALTNAMES_SIZE];
};

/* The next of altnames, beginning with NULL; NULL: that was the last. */
static inline const char *kernel_altname_next(const struct kernel_link *l,
					      const char *name)
{
	name = name ? name + strlen(name) + 1 : l->altnames;
	return *name ? name : NULL;
}

/* False: there was no room. */
static inline bool kernel_altname_add(struct kernel_link *l, const char *name)
{
	size_t len = strlen(name), used = 0;

	while (l->altnames[used])
		used += strlen(l->altnames + used) + 1;
	if (!len || used + len + 2 > sizeof(l->altnames))
		return false;
	memcpy(l->altnames + used, name, len + 1);
	l->altnames[used + len + 1] = '\0';
	return true;
}

/* Settings of a netdev. */
struct kernel_settings {
	struct repattrs want;          /* to be set, all or none */
	struct repattrs was;           /* as they were before, all that there
					* are */
};

/* One more name, or another. */
struct kernel_naming {
	char name[KERNEL_ALTNAME_SIZE];
	bool alt;                      /* an altname; else that of the netdev */
	struct kernel_link link;       /* as it is then */
};

/* Work that can block for seconds or minutes; done in order, by one thread. */
enum kernel_job_kind {
	JOB_DEVICE_READ,       /* in: handle; out: device */
	JOB_ESWITCH_SET,       /* in: handle, and those of mode, inline_mode,
				* encap_mode in device that are not unknown */
	JOB_VF_COUNT_SET,      /* in: handle, device.vf_count */
	JOB_LINK_READ,         /* in: ifindex, link; out: link, whose ifindex is
				* 0 if it was not read, tc_offload */
	JOB_LINK_SET,          /* in: ifindex, settings->want, done all or none
				* and verified; out: settings->was */
	JOB_LINK_NAME,         /* in: ifindex, naming but its link; out: that.
				* EEXIST: another has it; EBUSY: it is up, and
				* kernels before 6.2 rename it only if it is
				* down, which is left to others */
	JOB_TC_OFFLOAD_ON,     /* in: ifindex; verified by reading back */

	/* ifindex: of the PF's netdev, 0 if there is none here.  Attributes
	 * are set all or none: if one is refused, those before it are put
	 * back. */
	JOB_VF_READ,           /* in: handle, ifindex; out: functions */
	JOB_VF_SET,            /* in: handle, ifindex, function by vf */
	JOB_RATE_READ,         /* in: handle; out: functions: leaves, by port,
				* and nodes */
	JOB_RATE_SET,          /* in: handle, function by node or port_index */
	JOB_RATE_ADD,          /* in: handle, function by node */
	JOB_RATE_DEL,          /* in: handle, function by node */
	JOB_RATE_CLEAR,        /* in: handle: no node is left, nor a parent */

	JOB_DETAIL_READ,       /* in: handle (bus "": all devices, of a kind that
				* has the handle in its items), list->kind;
				* out: list, which has no items before */
	JOB_HEALTH_RECOVER,    /* in: handle, reporter */
	JOB_PARAM_SET,         /* in: handle, param with the value of cmode */
	JOB_SIM_ADD,           /* in: handle that it will have, sim; made whole
				* or not at all.  EOPNOTSUPP: no netdevsim */
	JOB_SIM_DEL,           /* in: handle */
	JOB_SF_ADD,            /* in: handle, sf; out: sf->port */
	JOB_SF_DEL,            /* in: handle, sf->port */
	JOB_SF_READ,           /* in: handle; out: functions, by port */
	JOB_SF_SET,            /* in: handle, function by port_index; all or
				* none, as of VFs */

	JOB_PREFLIGHT,         /* in: handle, preflight, whose names of
				* parameters and links are set; out: the rest */
	JOB_VF_PLACES,         /* in: handle, preflight; out: of its vfs the
				* number, pci, netdev, elsewhere */
	JOB_VF_UNBIND,         /* in: handle, preflight->vfs: those of them that
				* have a driver lose it */
	JOB_VF_BIND,           /* in: handle, preflight->vfs: each gets driver
				* and override as it says, or loses them */
	JOB_VF_DRIVER_SET,     /* in: handle, vf->vf, and vf->driver, "" being
				* the kernel's choice; out: vf.  Put back if it
				* fails */
	JOB_VF_DRIVER_DROP,    /* in: handle, vf->vf; out: vf */
	JOB_N,
};

struct detail_list;
struct detail_param;
struct detail_reporter;
struct kernel_sim;
struct preflight;
struct preflight_vf;

/*
 * Owned by whoever submits it, who keeps it alive until done() is called,
 * exactly once, from the loop.  rc is 0 or -errno, with err filled in.
 */
struct kernel_job {
	enum kernel_job_kind kind;
	struct kernel_handle handle;
	struct kernel_device device;
	uint32_t ifindex;
	bool tc_offload;
	struct kernel_function function;
	/* Whoever submitted it frees them, after any of these jobs. */
	struct kernel_function *functions;
	size_t n_functions;
	union {                        /* borrowed; detail.h, sim.h,
					* preflight.h */
		struct kernel_link *link;
		struct kernel_settings *settings;
		struct kernel_naming *naming;
		struct detail_list *list;
		const struct detail_reporter *reporter;
		const struct detail_param *param;
		const struct kernel_sim *sim;
		struct kernel_sf *sf;
		struct preflight *preflight;
		struct preflight_vf *vf;
	};
	int cmode;                     /* enum detail_cmode */
	uint64_t took_us;              /* out: in the kernel, and reading it */
	int rc;
	struct error err;
	void (*done)(struct kernel_job *job);
	struct kernel_job *next;       /* the kernel's, while submitted */
};

enum kernel_request_kind {
	REQUEST_QDISC,         /* clsact on dev, with the ingress filters of
				* block unless that is 0.  Nothing that is there
				* is replaced.  EINVAL: it is ingress; EEXIST:
				* it is clsact with another block, or none */
	REQUEST_QDISC_DEL,     /* clsact of dev, with all filters on it, whoever
				* put them; a block ends with its last device.
				* ENOENT, EINVAL: there is none */
	REQUEST_ADD,           /* RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_EXCL */
	REQUEST_REPLACE,       /* the same without EXCL, NLM_F_REPLACE-like */
	REQUEST_EXPLAIN,       /* as REPLACE, with verbose flag and an ACK of its
				* own: err 0 may then come with an extack */
	REQUEST_PROBE,         /* as ADD, with verbose flag and an ACK */
	REQUEST_DEL,           /* by dev, chain, prio, protocol, handle */
	REQUEST_GET,           /* answer: tc_filter, then tc_result; ENOENT,
				* or EINVAL if not even its chain is there */
};

/* Encoded before tc_queue() returns; nothing is kept. */
struct kernel_request {
	enum kernel_request_kind kind;
	uint64_t tag;                  /* comes back with the result */
	/* All of it for ADD, REPLACE, EXPLAIN and PROBE; for DEL and GET only
	 * dev, hook, chain, prio, protocol, handle; for QDISC only dev and
	 * block.  Of a rule on a block, dev and hook do not count. */
	const struct rule *rule;
	uint8_t cookie[KERNEL_COOKIE_SIZE];   /* of the first action that has
						* none of its own */
	bool no_cookie;                /* nobody's: without it */
	bool with_next;                /* nothing shall come between this one
					* and the next */
};

/* Counters as TCA_ACT_STATS has them: software and hardware apart. */
struct kernel_stats {
	uint64_t packets, bytes;       /* all */
	uint64_t hw_packets, hw_bytes;
	uint64_t used_ms;              /* since last use; UINT64_MAX: unknown */
};

/* One filter of a dump or a get; lives as long as the callback. */
struct kernel_filter {
	uint64_t tag;                  /* of the GET that it answers; 0: of a
					* dump */
	uint32_t ifindex;              /* 0: told by block alone */
	uint32_t block;                /* shared by devices; 0: it is not */
	enum rule_hook hook;
	uint32_t chain;
	uint16_t prio;
	uint16_t protocol_be;
	uint32_t handle;
	bool in_hw;                    /* TCA_CLS_FLAGS_IN_HW */
	bool has_cookie;
	uint8_t cookie[KERNEL_COOKIE_SIZE];   /* ours, or of the first action
						* with a whole one */
	struct kernel_stats stats;     /* of the busiest action */
	struct kernel_stats unpoliced; /* of the busiest that is no police */
	const struct rule *rule;       /* NULL: terse, or not decodable */
	const char *undecoded;         /* what was not understood, or NULL */
};

/*
 * Which filters are wanted: those of a hook of a device, or of a block.  One
 * that does not exist has none.
 */
struct kernel_dump {
	uint32_t ifindex;
	uint32_t block;                /* instead of a device; or 0 */
	enum rule_hook hook;           /* of the device */
	bool terse;                    /* without rules and times of use */
	/* The kernel leaves filters out, and does not say so, when a prio comes
	 * or goes meanwhile.  With this it ends with EINTR if any filter there
	 * did, ours too; but as long as it runs, it slows down whoever changes
	 * filters anywhere. */
	bool steady;
	bool paced;                    /* tc_dump_again is asked now and then */
};

struct kernel;

struct kernel_ops {
	/* Starts the dumps and event sockets; link, device and port events
	 * follow, then synced.  0 or -errno with err. */
	int (*start)(struct kernel *k, struct error *err);
	void (*submit)(struct kernel *k, struct kernel_job *job);

	/* -EAGAIN: too much is under way; tc_ready will be called.  Others:
	 * cannot be encoded (-EOPNOTSUPP: flower has no such key; -EMSGSIZE,
	 * -EINVAL), not taken, no result will come. */
	int (*tc_queue)(struct kernel *k, const struct kernel_request *req);
	/* Sends what is queued although the batch is not full; while enough is
	 * under way, together with what else comes. */
	void (*tc_flush)(struct kernel *k);
	/* tc_filter for each, then tc_dump_done; one dump at a time, else
	 * -EBUSY.  dump is not kept. */
	int (*tc_dump)(struct kernel *k, const struct kernel_dump *dump);
	/* The paced dump that waits goes on; nothing happens if none does. */
	void (*tc_dump_more)(struct kernel *k);
};

/* How a kernel talks to core.  extack is "" where there was none. */
struct kernel_events {
	void (*device_new)(void *ctx, const struct kernel_handle *handle);
	void (*device_gone)(void *ctx, const struct kernel_handle *handle);
	void (*port)(void *ctx, const struct kernel_port *port);
	void (*port_gone)(void *ctx, const struct kernel_handle *handle,
			  uint32_t index);
	/* A rate of the device has been made, changed or deleted. */
	void (*rate)(void *ctx, const struct kernel_handle *handle);
	/* Something has happened to it; it may have been told before. */
	void (*reporter)(void *ctx, const struct detail_reporter *reporter);
	void (*link)(void *ctx, const struct kernel_link *link);
	void (*link_gone)(void *ctx, uint32_t ifindex);

	/* Between the two, everything that exists is told; what was not told
	 * is gone.  At start-up and after notifications were lost. */
	void (*sync_begin)(void *ctx);
	void (*synced)(void *ctx);

	/* err: 0, positive errno, or ENOBUFS: the result is unknown. */
	void (*tc_result)(void *ctx, uint64_t tag, int err, const char *extack);
	void (*tc_ready)(void *ctx);
	void (*tc_filter)(void *ctx, const struct kernel_filter *filter);
	/* May a paced dump read on?  False: tc_dump_more() follows.  Filters
	 * of a prio come in order of their handles, and those that are put
	 * behind what was read will be told as well; some thousands are under
	 * way here. */
	bool (*tc_dump_again)(void *ctx);
	/* ifindex: as asked, 0 of a block.  err: 0, or a positive errno, and
	 * there may be filters that were not told. */
	void (*tc_dump_done)(void *ctx, uint32_t ifindex, int err);
};

struct kernel {
	const struct kernel_ops *ops;
	const struct kernel_events *events;    /* set by core before start */
	void *events_ctx;
};

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is to be known of a device before its mode is changed, and what has to
 * be put back if that goes wrong: the state of the eswitch, who has each VF,
 * parameters, rules.  Filled by JOB_PREFLIGHT; masters are core's to add.
 */
#ifndef SWOFFD_CORE_PREFLIGHT_H
#define SWOFFD_CORE_PREFLIGHT_H

#include "swoffd/core/kernel.h"
#include "swoffd/core/recipe.h"

#define PREFLIGHT_PCI_SIZE 24          /* "0000:03:00.2" */
#define PREFLIGHT_PROCESS_SIZE 16      /* comm of a process */
#define PREFLIGHT_NODE_SIZE 48         /* "/dev/vfio/42" */
#define PREFLIGHT_FIRMWARE_SIZE 32
#define PREFLIGHT_MAX_VFS 4096
#define PREFLIGHT_MAX_PARAMS 16

struct preflight_vf {
	uint32_t vf;
	char pci[PREFLIGHT_PCI_SIZE];
	char driver[KERNEL_DRIVER_SIZE];       /* "": none is bound */
	char override[KERNEL_DRIVER_SIZE];     /* driver_override, or "" */
	char netdev[IFNAMSIZ];         /* in this network namespace, or "" */
	bool elsewhere;                /* it has one, in another namespace */
	uint32_t pid;                  /* who holds it through VFIO, or 0 */
	char node[PREFLIGHT_NODE_SIZE];        /* what that has opened */
	bool unseen;                   /* no holder was found, but not every
					* process could be looked at */
	char process[PREFLIGHT_PROCESS_SIZE];
	char master[IFNAMSIZ];         /* bridge or bond of netdev, or "" */
};

/* The uplink or a representor. */
struct preflight_link {
	uint32_t ifindex;
	char name[IFNAMSIZ], master[IFNAMSIZ];
	bool uplink;
	uint32_t n_foreign;            /* filters on ingress */
	uint32_t n_foreign_hw;         /* of those, in hardware */
	uint32_t n_ours_hw;            /* and of ours */
};

struct preflight_param {
	char name[RECIPE_PARAM_SIZE];
	char value[RECIPE_PARAM_SIZE]; /* "": not known, or to be left */
};

struct preflight {
	struct kernel_handle handle;
	struct kernel_device device;
	uint32_t pci_id;               /* vendor << 16 | device, or 0 */
	char firmware[PREFLIGHT_FIRMWARE_SIZE];        /* or "" */
	struct preflight_vf *vfs;      /* owned, by number */
	size_t n_vfs;                  /* 0: they are no PCI functions */
	/* What VFs have, and the nodes of rates; owned. */
	struct kernel_function *functions;
	size_t n_functions;
	/* Names are given by who asks, values are found. */
	struct preflight_param params[PREFLIGHT_MAX_PARAMS];
	size_t n_params;
	/* All but the counts are given by who asks. */
	struct preflight_link *links;  /* owned */
	size_t n_links;
};

/* Frees what it owns, not itself. */
void preflight_fini(struct preflight *p);
size_t preflight_n_nodes(const struct preflight *p);   /* of rates */
/* 0, or -EBUSY with err: somebody has a VF, or may have. */
int preflight_check_free(const struct preflight *p, struct error *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions and rates of the fake kernel.  Its driver is like netdevsim's: rates are
 * whole Mbit/s, 5 Gbit/s at most, and in switchdev mode devlink's alone.  It
 * also has some attributes of functions.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fake_parts.h"

#define MAX_MBIT 5000

#define FUNCTION_ATTRS (DEVATTR_BIT(DEVATTR_HW_ADDR) |                     \
			DEVATTR_BIT(DEVATTR_ROCE) |                        \
			DEVATTR_BIT(DEVATTR_STATE) |                       \
			DEVATTR_BIT(DEVATTR_OPSTATE))

#define SF_ATTRS (FUNCTION_ATTRS | DEVATTR_BIT(DEVATTR_TX_SHARE) |         \
		  DEVATTR_BIT(DEVATTR_TX_MAX) | DEVATTR_BIT(DEVATTR_PARENT))

static bool is_switchdev(const struct fake_device *d)
{
	return d->info.mode == ESWITCH_MODE_SWITCHDEV;
}

static uint32_t mask_of(enum devattr_object object)
{
	uint32_t mask = 0;

	for (int id = 0; id < DEVATTR_N; id++)
		if (devattr_table[id].object == object)
			mask |= DEVATTR_BIT(id);
	return mask;
}

void fake_function_reset(struct fake_device *d)
{
	memset(d->vfs, 0, sizeof(d->vfs));
	for (size_t i = 0; i < FAKE_VFS_MAX; i++)
		d->vfs[i].num[DEVATTR_MAC] = d->vf_address;
	d->n_nodes = 0;
}

/* What it tells of a VF; everything is stored, whether or not it is told. */
static struct kernel_function vf(const struct fake_device *d, uint32_t n)
{
	struct kernel_function f = {
		.vf = n,
		.port_index = is_switchdev(d) ? n + 1 : KERNEL_NO_NUMBER,
		.attrs = d->vfs[n],
	};

	f.attrs.mask = mask_of(DEVATTR_OF_VF);
	if (is_switchdev(d))
		f.attrs.mask |= FUNCTION_ATTRS | mask_of(DEVATTR_OF_RATE);
	return f;
}

static uint32_t n_vfs(const struct fake_device *d)
{
	return d->info.vf_count < FAKE_VFS_MAX ? d->info.vf_count :
						 FAKE_VFS_MAX;
}

static int allocate(struct kernel_job *job, size_t n)
{
	free(job->functions);
	job->n_functions = 0;
	job->functions = calloc(n + 1, sizeof(job->functions[0]));
	return job->functions ? 0 : -ENOMEM;
}

static int vf_read(struct fake_device *d, struct kernel_job *job)
{
	int rc = allocate(job, n_vfs(d));

	for (uint32_t i = 0; !rc && i < n_vfs(d); i++)
		job->functions[job->n_functions++] = vf(d, i);
	return rc;
}

static struct fake_port *sf_port(struct fake_device *d, uint32_t index)
{
	struct fake_port *p;

	list_for_each(p, &d->ports, node)
		if (p->info.flavour == PORT_PCI_SF && p->info.index == index)
			return p;
	return NULL;
}

/* After those that are there: with all attributes, or those of rates. */
static void add_sfs(const struct fake_device *d, struct kernel_job *job,
		    uint32_t mask)
{
	const struct fake_port *p;

	list_for_each(p, &d->ports, node) {
		struct kernel_function f = { .vf = KERNEL_NO_NUMBER,
					     .port_index = p->info.index,
					     .attrs = p->attrs };

		f.attrs.mask = mask;
		if (p->info.flavour == PORT_PCI_SF)
			job->functions[job->n_functions++] = f;
	}
}

static size_t n_ports(const struct fake_device *d)
{
	const struct fake_port *p;
	size_t n = 0;

	list_for_each(p, &d->ports, node)
		n++;
	return n;
}

static int sf_read(struct fake_device *d, struct kernel_job *job)
{
	int rc = allocate(job, n_ports(d));

	if (!rc)
		add_sfs(d, job, SF_ATTRS);
	return rc;
}

static int rate_read(struct fake_device *d, struct kernel_job *job)
{
	uint32_t leaves = is_switchdev(d) ? n_vfs(d) : 0;
	int rc = allocate(job, n_ports(d) + d->n_nodes);

	for (size_t i = 0; !rc && i < d->n_nodes; i++)
		job->functions[job->n_functions++] = d->nodes[i];
	for (uint32_t i = 0; !rc && i < leaves; i++) {
		struct kernel_function f = vf(d, i);

		f.vf = KERNEL_NO_NUMBER;
		f.attrs.mask &= mask_of(DEVATTR_OF_RATE);
		job->functions[job->n_functions++] = f;
	}
	if (!rc)
		add_sfs(d, job, mask_of(DEVATTR_OF_RATE));
	return rc;
}

static struct kernel_function *node(struct fake_device *d, const char *name)
{
	for (size_t i = 0; i < d->n_nodes; i++)
		if (strcmp(d->nodes[i].node, name) == 0)
			return &d->nodes[i];
	return NULL;
}

static int refuse(struct kernel_job *job, int err, const char *extack,
		  enum devattr_id id)
{
	error_set(&job->err, err, "%s: %s", devattr_table[id].name, extack);
	(void)snprintf(job->err.extack, sizeof(job->err.extack), "%s",
		       extack);
	return -err;
}

static int check_speed(struct kernel_job *job, enum devattr_id id,
		       uint64_t bytes)
{
	if (bytes % DEVATTR_BYTES_PER_MBIT)
		return refuse(job, EINVAL, "fake: not a multiple of 1Mbit",
			      id);
	if (bytes / DEVATTR_BYTES_PER_MBIT > MAX_MBIT)
		return refuse(job, EINVAL, "fake: more than 5Gbit", id);
	return 0;
}

static int check(struct fake_kernel *fk, struct fake_device *d,
		 struct kernel_job *job, const struct devattrs *want,
		 uint32_t supported)
{
	int rc = 0;

	for (int i = 0; i < DEVATTR_N && !rc; i++) {
		enum devattr_id id = (enum devattr_id)i;

		if (!devattr_has(want, id))
			continue;
		if (!(supported & ~fk->refused_attrs & DEVATTR_BIT(id)))
			rc = refuse(job, EOPNOTSUPP, "fake: not supported",
				    id);
		else if (devattr_table[id].kind == DEVATTR_IS_SPEED)
			rc = check_speed(job, id, want->num[id]);
	}
	if (!rc && devattr_has(want, DEVATTR_PARENT) && want->parent[0] &&
	    !node(d, want->parent))
		rc = refuse(job, ENODEV, "fake: no such node",
			    DEVATTR_PARENT);
	return rc;
}

static void store(struct devattrs *to, const struct devattrs *from)
{
	for (int id = 0; id < DEVATTR_N; id++)
		if (devattr_has(from, (enum devattr_id)id))
			devattr_put(to, (enum devattr_id)id, from->num[id]);
	if (devattr_has(from, DEVATTR_PARENT))
		memcpy(to->parent, from->parent, sizeof(to->parent));
}

/* As the kernel does when devlink has changed a function. */
static void tell_address(struct fake_kernel *fk, struct fake_device *d,
			 uint32_t vf)
{
	struct fake_port *p;

	list_for_each(p, &d->ports, node) {
		if (p->info.flavour != PORT_PCI_VF || p->info.vf != vf)
			continue;
		p->info.function_mac = d->vfs[vf].num[DEVATTR_HW_ADDR];
		fake_tell_port(fk, p);
	}
}

static int vf_set(struct fake_kernel *fk, struct fake_device *d,
		  struct kernel_job *job)
{
	struct devattrs want = job->function.attrs;
	struct kernel_function f;
	int rc;

	if (job->function.vf >= n_vfs(d))
		return error_set(&job->err, ENODEV, "no such VF");
	f = vf(d, job->function.vf);
	devattr_prefer_devlink(&want, &f.attrs);
	rc = check(fk, d, job, &want, f.attrs.mask);
	if (rc)
		return rc;
	store(&d->vfs[f.vf], &want);
	if (devattr_has(&want, DEVATTR_HW_ADDR))
		tell_address(fk, d, f.vf);
	return 0;
}

static int sf_set(struct fake_kernel *fk, struct fake_device *d,
		  struct kernel_job *job)
{
	struct fake_port *p = sf_port(d, job->function.port_index);
	int rc;

	if (!p)
		return error_set(&job->err, ENODEV, "no such port");
	rc = check(fk, d, job, &job->function.attrs, SF_ATTRS);
	if (!rc)
		store(&p->attrs, &job->function.attrs);
	return rc;
}

/* What a leaf has, of a VF or of a scalable function; NULL: there is none. */
static struct devattrs *leaf(struct fake_device *d, uint32_t port_index)
{
	struct fake_port *p = sf_port(d, port_index);

	if (p)
		return &p->attrs;
	return is_switchdev(d) && port_index - 1 < n_vfs(d) ?
		       &d->vfs[port_index - 1] : NULL;
}

static int rate_set(struct fake_kernel *fk, struct fake_device *d,
		    struct kernel_job *job)
{
	const struct kernel_function *f = &job->function;
	struct kernel_function *n = node(d, f->node);
	struct devattrs *to = f->node[0] ? NULL : leaf(d, f->port_index);
	int rc;

	if (n)
		to = &n->attrs;
	if (!to)
		return error_set(&job->err, ENODEV, "no such rate");
	rc = check(fk, d, job, &f->attrs, mask_of(DEVATTR_OF_RATE));
	if (!rc)
		store(to, &f->attrs);
	return rc;
}

static int rate_add(struct fake_kernel *fk, struct fake_device *d,
		    struct kernel_job *job)
{
	struct kernel_function f = { .vf = KERNEL_NO_NUMBER,
				     .port_index = KERNEL_NO_NUMBER };
	int rc;

	if (node(d, job->function.node))
		return error_set(&job->err, EEXIST, "File exists");
	if (d->n_nodes == FAKE_NODES_MAX)
		return error_set(&job->err, ENOSPC, "no room");
	rc = check(fk, d, job, &job->function.attrs, mask_of(DEVATTR_OF_RATE));
	if (rc)
		return rc;
	memcpy(f.node, job->function.node, sizeof(f.node));
	f.attrs.mask = mask_of(DEVATTR_OF_RATE);
	store(&f.attrs, &job->function.attrs);
	d->nodes[d->n_nodes++] = f;
	return 0;
}

static bool is_parent(const struct fake_device *d, const char *name)
{
	const struct fake_port *p;

	list_for_each(p, &d->ports, node)
		if (strcmp(p->attrs.parent, name) == 0)
			return true;
	for (uint32_t i = 0; i < FAKE_VFS_MAX; i++)
		if (strcmp(d->vfs[i].parent, name) == 0)
			return true;
	for (size_t i = 0; i < d->n_nodes; i++)
		if (strcmp(d->nodes[i].attrs.parent, name) == 0)
			return true;
	return false;
}

static int rate_del(struct fake_device *d, struct kernel_job *job)
{
	struct kernel_function *n = node(d, job->function.node);

	if (!n)
		return error_set(&job->err, ENODEV, "No such device");
	if (is_parent(d, n->node))
		return error_set(&job->err, EBUSY, "%s: it has children",
				 n->node);
	*n = d->nodes[--d->n_nodes];
	return 0;
}

static int rate_clear(struct fake_device *d)
{
	for (uint32_t i = 0; i < FAKE_VFS_MAX; i++)
		d->vfs[i].parent[0] = '\0';
	d->n_nodes = 0;
	return 0;
}

int fake_function_run(struct fake_kernel *fk, struct fake_device *d,
		      struct kernel_job *job)
{
	switch (job->kind) {
	case JOB_VF_READ:
		return vf_read(d, job);
	case JOB_VF_SET:
		return vf_set(fk, d, job);
	case JOB_SF_READ:
		return sf_read(d, job);
	case JOB_SF_SET:
		return sf_set(fk, d, job);
	case JOB_RATE_READ:
		return rate_read(d, job);
	case JOB_RATE_SET:
		return rate_set(fk, d, job);
	case JOB_RATE_ADD:
		return rate_add(fk, d, job);
	case JOB_RATE_DEL:
		return rate_del(d, job);
	case JOB_RATE_CLEAR:
		return rate_clear(d);
	default:
		return -EINVAL;
	}
}

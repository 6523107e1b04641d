/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices that are made, and scalable functions, of the fake kernel. */
#include <errno.h>
#include <stdio.h>

#include "swoffd/core/sim.h"
#include "tests/fake_parts.h"

int fake_sim_add(struct fake_kernel *fk, struct kernel_job *job)
{
	char handle[FAKE_HANDLE_SIZE], uplink[IFNAMSIZ];

	fake_handle_str(&job->handle, handle);
	(void)snprintf(uplink, sizeof(uplink), "sim%u", job->sim->id);
	return fake_device_add(fk, handle, uplink, job->sim->vfs, 1024);
}

int fake_sim_del(struct fake_kernel *fk, struct fake_device *d,
		 struct kernel_job *job)
{
	char handle[FAKE_HANDLE_SIZE];

	(void)d;
	fake_handle_str(&job->handle, handle);
	fake_device_del(fk, handle);
	return 0;
}

/* As mlx5: its ports have great indexes, and need switchdev mode. */
int fake_sf_add(struct fake_kernel *fk, struct fake_device *d,
		struct kernel_job *job)
{
	struct kernel_sf *sf = job->sf;
	char name[IFNAMSIZ + 16];

	if (d->info.mode != ESWITCH_MODE_SWITCHDEV) {
		(void)error_set(&job->err, EOPNOTSUPP, "add scalable function");
		(void)snprintf(job->err.extack, sizeof(job->err.extack),
			       "SF ports are only supported in switchdev mode");
		return -EOPNOTSUPP;
	}
	if (sf->sf == KERNEL_NO_NUMBER)
		sf->sf = 88;
	sf->port = 32768 + sf->sf;
	(void)snprintf(name, sizeof(name), "%.6s_s%u", d->uplink, sf->sf);
	fake_port_add(fk, d, (struct kernel_port){
		.index = sf->port, .flavour = PORT_PCI_SF,
		.number = KERNEL_NO_NUMBER, .controller = sf->controller,
		.pf = sf->pf, .vf = KERNEL_NO_NUMBER, .sf = sf->sf }, name);
	return 0;
}

int fake_sf_del(struct fake_kernel *fk, struct fake_device *d,
		struct kernel_job *job)
{
	struct fake_port *p;

	list_for_each(p, &d->ports, node)
		if (p->info.index == job->sf->port) {
			fake_port_del(fk, p);
			return 0;
		}
	return error_set(&job->err, ENODEV, "no such port");
}

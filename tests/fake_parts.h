/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the fake kernel know of each other; tests need not. */
#ifndef TESTS_FAKE_PARTS_H
#define TESTS_FAKE_PARTS_H

#include "tests/fake_kernel.h"

#define FAKE_HANDLE_SIZE (KERNEL_BUS_SIZE + KERNEL_DEV_SIZE)
void fake_handle_str(const struct kernel_handle *h,
		     char out[FAKE_HANDLE_SIZE]);       /* "pci/…" */
void fake_tell_link(struct fake_kernel *fk, const struct fake_link *l);
void fake_tell_port(struct fake_kernel *fk, const struct fake_port *p);
void fake_link_free(struct fake_kernel *fk, struct fake_link *l);
void fake_device_free(struct fake_kernel *fk, struct fake_device *d);
void fake_detail_init(struct fake_device *d);
void fake_detail_fini(struct fake_device *d);
/* d NULL: of all devices. */
int fake_detail_read(struct fake_kernel *fk, const struct fake_device *d,
		     struct detail_list *out);
struct detail_param *fake_param_add(struct fake_device *d, const char *name,
				    enum detail_type type,
				    enum detail_cmode mode, bool generic);
int fake_param_set(struct fake_kernel *fk, struct fake_device *d,
		   struct kernel_job *job);
int fake_health_recover(struct fake_kernel *fk, struct fake_device *d,
			struct kernel_job *job);
/* A port with a netdev of its own. */
void fake_port_add(struct fake_kernel *fk, struct fake_device *d,
		   struct kernel_port info, const char *netdev);
void fake_port_del(struct fake_kernel *fk, struct fake_port *p);
/* Ports of VFs are there in switchdev mode, as many as there are VFs. */
void fake_settle_vf_ports(struct fake_kernel *fk, struct fake_device *d);
/* 0 or -errno, with job->err. */
int fake_job_run(struct fake_kernel *fk, struct kernel_job *job);

/* The job of settings of a netdev; the same. */
int fake_link_set(struct fake_kernel *fk, struct fake_link *l,
		  struct kernel_job *job);
/* That of a name, which is refused while it is up; the same. */
int fake_link_name(struct fake_kernel *fk, struct fake_link *l,
		   struct kernel_job *job);

/* The jobs of devices of netdevsim and of scalable functions; the same. */
int fake_sim_add(struct fake_kernel *fk, struct kernel_job *job);
int fake_sim_del(struct fake_kernel *fk, struct fake_device *d,
		 struct kernel_job *job);
int fake_sf_add(struct fake_kernel *fk, struct fake_device *d,
		struct kernel_job *job);
int fake_sf_del(struct fake_kernel *fk, struct fake_device *d,
		struct kernel_job *job);
/* The jobs of VFs and rates; the same. */
int fake_function_run(struct fake_kernel *fk, struct fake_device *d,
		      struct kernel_job *job);
/* As after their VFs have gone. */
void fake_function_reset(struct fake_device *d);

struct fake_link *fake_link_of(struct fake_kernel *fk, uint32_t ifindex);
/* The scripted errno if one is due, else 0. */
int fake_failure_take(struct fake_failure *f, char extack[ERROR_EXTACK_SIZE]);

/* 0 or a positive errno, as an ack would carry it. */
int fake_filter_request(struct fake_kernel *fk,
			const struct kernel_request *req,
			char extack[ERROR_EXTACK_SIZE]);
/* A round of the dump under way, of so many slots; true when it is complete. */
#define FAKE_DUMP_ROUND 256
bool fake_filter_dump(struct fake_kernel *fk);
void fake_filter_purge(struct fake_kernel *fk, uint32_t ifindex);
void fake_filter_fini(struct fake_kernel *fk);

#endif

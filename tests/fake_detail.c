/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What devices of the fake kernel tell beside ports and modes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fake_parts.h"

static void add_info(struct fake_device *d, enum detail_row row,
		     const char *name, const char *text)
{
	struct detail_info *info = detail_add(&d->details[DETAIL_INFO]);

	if (!info)
		abort();
	info->row = row;
	(void)snprintf(info->name, sizeof(info->name), "%s", name);
	(void)snprintf(info->text, sizeof(info->text), "%s", text);
}

static void add_reporter(struct fake_device *d, const char *name,
			 uint32_t port, bool can_recover)
{
	struct detail_reporter *r = detail_add(&d->details[DETAIL_REPORTERS]);

	if (!r)
		abort();
	r->handle = d->info.handle;
	r->port = port;
	(void)snprintf(r->name, sizeof(r->name), "%s", name);
	r->grace_ms = can_recover ? 500 : DETAIL_NO_COUNT;
	r->auto_recover = can_recover ? 1 : -1;
	r->auto_dump = 1;
}

struct detail_param *fake_param_add(struct fake_device *d, const char *name,
				    enum detail_type type,
				    enum detail_cmode mode, bool generic)
{
	struct detail_param *p = detail_add(&d->details[DETAIL_PARAMS]);

	if (!p)
		abort();
	p->handle = d->info.handle;
	(void)snprintf(p->name, sizeof(p->name), "%s", name);
	p->type = type;
	p->generic = generic;
	p->values[mode].has = true;
	return p;
}

static void add_params(struct fake_device *d)
{
	struct detail_param *p = fake_param_add(d, "max_macs", DETAIL_U32,
						DETAIL_DRIVERINIT, true);

	p->values[DETAIL_DRIVERINIT].number = 64;
	p = fake_param_add(d, "steering", DETAIL_STRING, DETAIL_RUNTIME, false);
	strcpy(p->values[DETAIL_RUNTIME].text, "dmfs");
	p->values[DETAIL_PERMANENT] = p->values[DETAIL_RUNTIME];
	p = fake_param_add(d, "roce", DETAIL_BOOL, DETAIL_DRIVERINIT, false);
	p->values[DETAIL_DRIVERINIT].number = 1;
	fake_param_add(d, "fw_load_policy", DETAIL_U8, DETAIL_PERMANENT, true);
	fake_param_add(d, "odd", DETAIL_UNKNOWN, DETAIL_RUNTIME, false);
}

static void add_resource(struct fake_device *d, const char *name,
			 uint32_t parent, uint64_t occ, uint64_t size)
{
	struct detail_resource *r = detail_add(&d->details[DETAIL_RESOURCES]);

	if (!r)
		abort();
	(void)snprintf(r->name, sizeof(r->name), "%s", name);
	r->parent = parent;
	r->entries = true;
	r->size_valid = -1;
	r->has[DETAIL_SIZE] = r->has[DETAIL_OCC] = true;
	r->numbers[DETAIL_SIZE] = size;
	r->numbers[DETAIL_OCC] = occ;
}

void fake_detail_init(struct fake_device *d)
{
	for (size_t i = 0; i < ARRAY_LEN(d->details); i++)
		d->details[i].kind = (enum detail_kind)i;
	add_info(d, DETAIL_DRIVER, "", "fake");
	add_info(d, DETAIL_SERIAL, "", "0001");
	add_info(d, DETAIL_FIXED, "board.id", "7");
	add_info(d, DETAIL_RUNNING, "fw", "1.0");
	add_info(d, DETAIL_STORED, "fw", "1.1");
	add_reporter(d, "fw", KERNEL_NO_NUMBER, true);
	add_reporter(d, "vnic", KERNEL_NO_NUMBER, false);
	add_reporter(d, "tx", 0, true);
	add_reporter(d, "tx", 1, true);
	add_params(d);
	add_resource(d, "tcam", KERNEL_NO_NUMBER, 3, 1024);
	add_resource(d, "wide", 0, 1, 512);
	add_resource(d, "narrow", 0, 2, 512);
	add_resource(d, "counters", KERNEL_NO_NUMBER, 0, UINT64_MAX);
}

void fake_detail_fini(struct fake_device *d)
{
	for (size_t i = 0; i < ARRAY_LEN(d->details); i++)
		detail_fini(&d->details[i]);
}

struct detail_reporter *fake_reporter_find(struct fake_device *d,
					   const char *name, uint32_t port)
{
	struct detail_list *l = &d->details[DETAIL_REPORTERS];

	for (uint32_t i = 0; i < l->n; i++)
		if (strcmp(l->reporters[i].name, name) == 0 &&
		    l->reporters[i].port == port)
			return &l->reporters[i];
	return NULL;
}

struct detail_param *fake_param_find(struct fake_device *d, const char *name)
{
	struct detail_list *l = &d->details[DETAIL_PARAMS];

	for (uint32_t i = 0; i < l->n; i++)
		if (strcmp(l->params[i].name, name) == 0)
			return &l->params[i];
	return NULL;
}

/* A parameter of mlx5_core, which is set in legacy mode only. */
static int check_mode(const struct fake_device *d, struct kernel_job *job)
{
	if (strcmp(job->param->name, "flow_steering_mode") != 0 ||
	    d->info.mode == ESWITCH_MODE_LEGACY)
		return 0;
	return error_set(&job->err, EOPNOTSUPP, "fake: not in this mode");
}

int fake_param_set(struct fake_kernel *fk, struct fake_device *d,
		   struct kernel_job *job)
{
	(void)fk;
	struct detail_param *p = fake_param_find(d, job->param->name);

	if (!p)
		return error_set(&job->err, EINVAL, "no such parameter");
	if (check_mode(d, job))
		return -EOPNOTSUPP;
	p->values[job->cmode] = job->param->values[job->cmode];
	return 0;
}

void fake_reporter_tell(struct fake_kernel *fk,
			const struct detail_reporter *r)
{
	if (fk->started)
		fk->base.events->reporter(fk->base.events_ctx, r);
}

static const uint32_t sizes[] = {
	[DETAIL_INFO] = sizeof(struct detail_info),
	[DETAIL_REPORTERS] = sizeof(struct detail_reporter),
	[DETAIL_PARAMS] = sizeof(struct detail_param),
	[DETAIL_RESOURCES] = sizeof(struct detail_resource),
};

static void copy(const struct detail_list *from, struct detail_list *to)
{
	for (uint32_t i = 0; i < from->n; i++) {
		void *item = detail_add(to);

		if (!item)
			abort();
		memcpy(item, (const char *)from->items + i * sizes[to->kind],
		       sizes[to->kind]);
	}
}

int fake_detail_read(struct fake_kernel *fk, const struct fake_device *d,
		     struct detail_list *out)
{
	struct fake_device *each;

	if (d) {
		copy(&d->details[out->kind], out);
		return 0;
	}
	list_for_each(each, &fk->devices, node)
		copy(&each->details[out->kind], out);
	return 0;
}

int fake_health_recover(struct fake_kernel *fk, struct fake_device *d,
			struct kernel_job *job)
{
	struct detail_reporter *r = fake_reporter_find(
		d, job->reporter->name, job->reporter->port);

	if (!r)
		return error_set(&job->err, EINVAL, "no such reporter");
	if (r->auto_recover < 0)
		return error_set(&job->err, EOPNOTSUPP, "no way to do it");
	if (r->state == REPORTER_HEALTHY)
		return 0;
	r->state = REPORTER_HEALTHY;
	r->recoveries++;
	fake_reporter_tell(fk, r);
	return 0;
}

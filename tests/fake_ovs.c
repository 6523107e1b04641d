/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/fake_ovs.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

static struct fake_ovs *self(struct ovs *o)
{
	return container_of(o, struct fake_ovs, base);
}

static void status(const struct ovs *o, struct ovs_status *out)
{
	*out = ((const struct fake_ovs *)o)->status;
}

static void do_it(struct fake_ovs *f)
{
	struct ovs_settings *s = &f->status.settings;

	s->held = f->holding;
	s->max_idle_ms = f->holding ? 200000 : s->own_max_idle_ms;
}

static void on_work(struct deferred *d)
{
	struct fake_ovs *f = container_of(d, struct fake_ovs, work);
	struct request *r = f->asked;
	struct error err = { 0 };

	if (f->hold || !r)
		return;
	f->asked = NULL;
	if (f->fail)
		(void)error_set(&err, f->fail, "it fails");
	if (!f->fail || f->fail_done)
		do_it(f);
	r->done(r, &err);
}

static int ask(struct fake_ovs *f, bool holding, struct request *r,
	       struct error *err)
{
	assert(!f->asked);
	if (f->refuse)
		return error_set(err, f->refuse, "it is refused");
	f->asked = r;
	f->holding = holding;
	defer(f->loop, &f->work);
	return 0;
}

static int hold_settings(struct ovs *o, struct request *r, struct error *err)
{
	self(o)->n_holds++;
	return ask(self(o), true, r, err);
}

static int release_settings(struct ovs *o, struct request *r,
			    struct error *err)
{
	self(o)->n_releases++;
	return ask(self(o), false, r, err);
}

int fake_ovs_new(struct loop *loop, struct fake_ovs **out)
{
	struct fake_ovs *f = calloc(1, sizeof(*f));

	if (!f)
		return -ENOMEM;
	f->loop = loop;
	f->base = (struct ovs){
		.status = status,
		.hold_settings = hold_settings,
		.release_settings = release_settings,
	};
	f->status = (struct ovs_status){
		.connected = true, .known = true,
		.path = "", .why = "", .version = "",
		.settings = { .tc_policy = "none", .hw_offload_priority = "",
			      .max_idle_ms = OVS_MAX_IDLE_DEFAULT_MS,
			      .own_max_idle_ms = OVS_MAX_IDLE_DEFAULT_MS },
	};
	deferred_init(&f->work, on_work);
	*out = f;
	return 0;
}

void fake_ovs_free(struct fake_ovs *f)
{
	if (!f)
		return;
	defer_cancel(&f->work);
	free(f);
}

void fake_ovs_answer(struct fake_ovs *f)
{
	defer(f->loop, &f->work);
}

void fake_ovs_abandon(struct fake_ovs *f)
{
	if (f->asked)
		do_it(f);
	f->asked = NULL;
	defer_cancel(&f->work);
}

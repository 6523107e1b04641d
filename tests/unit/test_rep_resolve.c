/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whatever a person has in hand leads to the representor that is meant. */
#include "tests/unittest.h"

#include <errno.h>
#include <string.h>

#include "swoffd/core/rep_resolve.h"
#include "tests/core_fixture.h"

#define DEV "pci/0000:03:00.0"
#define OTHER "pci/0000:04:00.0"

struct resolving {
	struct core_fixture *f;
	struct rep_places_request request;
	bool done;
};

static int setup(void **state)
{
	struct core_fixture *f = core_fixture_new(DEV, "enp3s0",
						  ESWITCH_MODE_SWITCHDEV);
	struct fake_device *d = fake_device_become(f->fk, DEV, "mlx5_core", 0);

	strcpy(d->functions[0].netdev, "enp3s0v0");
	assert_int_equal(fake_device_add(f->fk, OTHER, "enp4s0", 1, 8), 0);
	fake_device_set_mode(f->fk, fake_device_find(f->fk, OTHER),
			     ESWITCH_MODE_SWITCHDEV);
	fake_link_altname(f->fk, "enp3s0_1", "tenant7");
	fake_link_altname(f->fk, "enp3s0_1", "rack 2");
	core_fixture_rounds(f, 20);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	core_fixture_free(*state);
	return 0;
}

static void on_done(struct request *r, const struct error *err)
{
	struct resolving *x = container_of(r, struct resolving, request.base);

	assert_int_equal(err->code, 0);
	x->done = true;
}

static int resolve(struct core_fixture *f, const char *word,
		   struct rep_found *out)
{
	struct resolving x = { .f = f, .request.base.done = on_done };
	int rc;

	assert_int_equal(rep_places_read(f->core, NULL, &x.request, &f->err),
			 0);
	while (!x.done)
		core_fixture_rounds(f, 1);
	rc = rep_resolve(f->core, x.request.places, word, out, &f->err);
	if (rc == 0 && out->vf) {
		static struct preflight_vf copy;

		copy = *out->vf;
		out->vf = &copy;
	}
	rep_places_free(x.request.places);
	return rc;
}

static const struct {
	const char *word, *dev;
	uint32_t port;
} known[] = {
	{ "enp3s0_1", DEV, 2 },
	{ "enp3s0", DEV, 0 },
	{ DEV "/2", DEV, 2 },
	{ OTHER "/1", OTHER, 1 },
	{ "tenant7", DEV, 2 },
	{ "rack 2", DEV, 2 },
	{ DEV "/pf0vf1", DEV, 2 },
	{ "enp4s0/pf0vf0", OTHER, 1 },
	{ "enp3s0_1/p0", DEV, 0 },
	{ "0000:03:00.3", DEV, 2 },
	{ "pci/0000:03:00.2", DEV, 1 },
	{ "enp3s0v0", DEV, 1 },
	/* The fake's addresses end in the ifindex. */
	{ "02:fa:00:00:00:04", DEV, 2 },
	{ "02:FA:00:00:00:04", DEV, 2 },
};

static void each_way_leads_there(void **state)
{
	struct core_fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		struct rep_found found;
		char handle[100];

		if (resolve(f, known[i].word, &found) < 0)
			fail_msg("%s: %s", known[i].word, f->err.msg);
		assert_string_equal(device_handle_str(
			&found.rep.device->info.handle, handle), known[i].dev);
		assert_int_equal(found.rep.port->info.index, known[i].port);
	}
}

static const char *const unknown[] = {
	"", "/", "nosuch", DEV "/9", DEV "/pf0vf9", "enp9s0/pf0vf0",
	"pf0vf1", "0000:03:00.4", "02:fa:00:00:00:44", "00:00:00:00:00:00",
	DEV "/",
};

static void what_is_none_is_not_found(void **state)
{
	struct core_fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(unknown); i++) {
		struct rep_found found;

		assert_int_equal(resolve(f, unknown[i], &found), -ENODEV);
	}
}

static void tells_where_the_function_is(void **state)
{
	struct core_fixture *f = *state;
	struct rep_found found;

	assert_int_equal(resolve(f, "enp3s0_0", &found), 0);
	assert_string_equal(found.vf->pci, "0000:03:00.2");
	assert_string_equal(found.vf->netdev, "enp3s0v0");
	/* The VFs of this one are no functions of PCI. */
	assert_int_equal(resolve(f, "enp4s0_0", &found), 0);
	assert_null(found.vf);
	assert_int_equal(resolve(f, "enp3s0", &found), 0);
	assert_null(found.vf);
}

static void several_are_listed(void **state)
{
	struct core_fixture *f = *state;
	struct rep_found found;

	fake_link_find(f->fk, "enp3s0_1")->info.mac = 0x02fa00000003;
	assert_int_equal(resolve(f, "02:fa:00:00:00:03", &found), -ENOTUNIQ);
	assert_string_equal(f->err.msg, "'02:fa:00:00:00:03' may be one of 2: "
			    DEV "/1 (enp3s0_0) " DEV "/2 (enp3s0_1)");
}

static void many_are_not_too_many(void **state)
{
	struct core_fixture *f = *state;
	struct fake_device *d = fake_device_find(f->fk, DEV);
	struct rep_found found;
	struct fake_link *l;

	fake_device_set_mode(f->fk, d, ESWITCH_MODE_LEGACY);
	d->info.vf_count = 60;
	fake_device_set_mode(f->fk, d, ESWITCH_MODE_SWITCHDEV);
	list_for_each(l, &f->fk->links, node)
		l->info.mac = 1;
	assert_int_equal(resolve(f, "00:00:00:00:00:01", &found), -ENOTUNIQ);
	assert_non_null(strstr(f->err.msg, "may be one of 63:"));
}

static void a_function_of_another_host_is_none_of_ours(void **state)
{
	struct core_fixture *f = *state;
	struct fake_device *d = fake_device_find(f->fk, DEV);
	char name[REP_PORT_NAME_SIZE];
	struct rep_found found;
	struct fake_port *p;
	struct rep rep;

	list_for_each(p, &d->ports, node) {
		if (p->info.flavour != PORT_PCI_VF)
			continue;
		p->info.controller = 1;
		f->fk->base.events->port(f->fk->base.events_ctx, &p->info);
	}
	assert_int_equal(resolve(f, "0000:03:00.2", &found), -ENODEV);
	assert_int_equal(resolve(f, "enp3s0_0", &found), 0);
	assert_null(found.vf);
	assert_int_equal(rep_find(f->core, "enp3s0_0", &rep, &f->err), 0);
	rep.link = NULL;
	rep_port_name(&rep, name);
	assert_string_equal(name, "c1pf0vf0");
}

#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(each_way_leads_there),
		CLAIM(what_is_none_is_not_found),
		CLAIM(tells_where_the_function_is),
		CLAIM(several_are_listed),
		CLAIM(many_are_not_too_many),
		CLAIM(a_function_of_another_host_is_none_of_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What does not fit together is found, and nothing else. */
#include "tests/unittest.h"

#include <stdio.h>
#include <string.h>

#include "swoffd/core/rep_check.h"
#include "tests/core_fixture.h"

#define DEV "pci/0000:03:00.0"
#define OTHER "pci/0000:04:00.0"

/* Both uplinks have 1500, and all that there is is up. */
static int setup(void **state)
{
	struct core_fixture *f = core_fixture_new(DEV, "enp3s0",
						  ESWITCH_MODE_SWITCHDEV);
	struct fake_device *d = fake_device_become(f->fk, DEV, "mlx5_core", 0);

	strcpy(d->functions[1].netdev, "enp3s0v1");
	(void)fake_link_add(f->fk, "enp3s0v1");
	assert_int_equal(fake_device_add(f->fk, OTHER, "enp4s0", 1, 8), 0);
	fake_device_set_mode(f->fk, fake_device_find(f->fk, OTHER),
			     ESWITCH_MODE_SWITCHDEV);
	core_fixture_rounds(f, 20);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	core_fixture_free(*state);
	return 0;
}

struct checking {
	struct rep_places_request request;
	bool done;
	char text[1024];
};

static void on_done(struct request *r, const struct error *err)
{
	struct checking *c = container_of(r, struct checking, request.base);

	(void)err;
	c->done = true;
}

static void take(const struct rep_finding *finding, void *ctx)
{
	struct checking *c = ctx;
	size_t len = strlen(c->text);

	snprintf(c->text + len, sizeof(c->text) - len, "%s: %s: %s\n",
		 rep_check_rows[finding->kind].name, finding->netdev,
		 finding->detail);
}

/* All of them, a line each. */
static const char *check(struct core_fixture *f, const char *dev)
{
	static struct checking c;
	const struct device *d = dev ? device_find(f->core, dev, NULL) : NULL;

	c = (struct checking){ .request.base.done = on_done };
	assert_int_equal(rep_places_read(f->core, d, &c.request, &f->err), 0);
	while (!c.done)
		core_fixture_rounds(f, 1);
	rep_check(f->core, d, c.request.places, take, &c);
	rep_places_free(c.request.places);
	return c.text;
}

static void change(struct core_fixture *f, const char *netdev,
		   enum repattr_id id, uint32_t num)
{
	fake_link_change(f->fk, netdev, id, num);
}

static void tunnel(struct core_fixture *f, const char *kind, uint32_t mtu,
		   const char *lower)
{
	struct fake_link *l;

	(void)fake_link_add(f->fk, "tun0");
	l = fake_link_find(f->fk, "tun0");
	snprintf(l->info.kind, sizeof(l->info.kind), "%s", kind);
	l->info.mtu = mtu;
	l->info.lower = lower ? fake_link_find(f->fk, lower)->info.ifindex : 0;
	f->fk->base.events->link(f->fk->base.events_ctx, &l->info);
}

static void what_fits_is_no_finding(void **state)
{
	assert_string_equal(check(*state, NULL), "");
}

static void a_representor_wider_than_its_uplink(void **state)
{
	struct core_fixture *f = *state;

	change(f, "enp3s0_0", REPATTR_MTU, 1501);
	assert_string_equal(check(f, NULL), "representor-mtu: enp3s0_0: "
			    "mtu 1501, enp3s0 has 1500\n");
	assert_string_equal(check(f, OTHER), "");
	change(f, "enp3s0", REPATTR_MTU, 9000);
	assert_string_equal(check(f, NULL), "");
}

static void an_uplink_that_is_down_is_one_finding(void **state)
{
	struct core_fixture *f = *state;

	change(f, "enp3s0", REPATTR_UP, 0);
	assert_string_equal(check(f, NULL), "uplink-down: enp3s0: "
			    "down, 2 representors are up\n");
	change(f, "enp3s0_0", REPATTR_UP, 0);
	change(f, "enp3s0_1", REPATTR_UP, 0);
	change(f, "enp3s0v1", REPATTR_UP, 0);
	assert_string_equal(check(f, NULL), "");
}

static void a_representor_that_is_down_while_its_vf_is_up(void **state)
{
	struct core_fixture *f = *state;

	change(f, "enp3s0_0", REPATTR_UP, 0);
	assert_string_equal(check(f, NULL), "");
	change(f, "enp3s0_1", REPATTR_UP, 0);
	assert_string_equal(check(f, NULL), "representor-down: enp3s0_1: "
			    "down, enp3s0v1 is up\n");
	change(f, "enp3s0v1", REPATTR_UP, 0);
	assert_string_equal(check(f, NULL), "");
}

static const struct {
	const char *kind;
	uint32_t widest;               /* that fits 1500 */
} kinds[] = {
	{ "vxlan", 1450 }, { "geneve", 1450 }, { "gre", 1476 },
	{ "gretap", 1462 }, { "ip6gre", 1456 }, { "ip6gretap", 1442 },
};

static void a_tunnel_too_wide_for_its_uplink(void **state)
{
	struct core_fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		tunnel(f, kinds[i].kind, kinds[i].widest, "enp3s0");
		assert_string_equal(check(f, NULL), "");
		fake_link_del(f->fk, "tun0");
		tunnel(f, kinds[i].kind, kinds[i].widest + 1, "enp3s0");
		assert_non_null(strstr(check(f, DEV), "tunnel-mtu: tun0: "));
		assert_string_equal(check(f, OTHER), "");
		fake_link_del(f->fk, "tun0");
	}
	tunnel(f, "dummy", 9000, "enp3s0");
	assert_string_equal(check(f, NULL), "");
}

static void a_tunnel_that_is_not_bound_is_compared_with_the_widest(void **state)
{
	struct core_fixture *f = *state;

	change(f, "enp4s0", REPATTR_MTU, 1600);
	tunnel(f, "vxlan", 1550, NULL);
	assert_string_equal(check(f, NULL), "");
	fake_link_del(f->fk, "tun0");
	tunnel(f, "vxlan", 1551, NULL);
	assert_string_equal(check(f, NULL), "tunnel-mtu: tun0: mtu 1551 and "
			    "50 bytes of headers, enp4s0 has 1600\n");
}

static void a_tunnel_over_the_bond_of_an_uplink(void **state)
{
	struct core_fixture *f = *state;

	(void)fake_bond_add(f->fk, "bond0");
	fake_link_enslave(f->fk, "enp3s0", "bond0");
	tunnel(f, "vxlan", 1500, "bond0");
	assert_non_null(strstr(check(f, NULL), "enp3s0 has 1500"));
}

static void an_external_tunnel_is_not_looked_at(void **state)
{
	struct core_fixture *f = *state;
	struct fake_link *l;

	tunnel(f, "vxlan", 65000, NULL);
	l = fake_link_find(f->fk, "tun0");
	l->info.external = true;
	f->fk->base.events->link(f->fk->base.events_ctx, &l->info);
	assert_string_equal(check(f, NULL), "");
}

static void in_legacy_mode_there_is_nothing_to_fit(void **state)
{
	struct core_fixture *f = *state;

	fake_device_set_mode(f->fk, fake_device_find(f->fk, DEV),
			     ESWITCH_MODE_LEGACY);
	assert_int_equal(core_fixture_set_mode(f, device_find(f->core, DEV,
							      &f->err),
					       ESWITCH_MODE_LEGACY), 0);
	core_fixture_wait(f);
	tunnel(f, "vxlan", 1500, "enp3s0");
	change(f, "enp3s0", REPATTR_UP, 0);
	assert_string_equal(check(f, NULL), "");
}

#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(what_fits_is_no_finding),
		CLAIM(a_representor_wider_than_its_uplink),
		CLAIM(an_uplink_that_is_down_is_one_finding),
		CLAIM(a_representor_that_is_down_while_its_vf_is_up),
		CLAIM(a_tunnel_too_wide_for_its_uplink),
		CLAIM(a_tunnel_that_is_not_bound_is_compared_with_the_widest),
		CLAIM(a_tunnel_over_the_bond_of_an_uplink),
		CLAIM(an_external_tunnel_is_not_looked_at),
		CLAIM(in_legacy_mode_there_is_nothing_to_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

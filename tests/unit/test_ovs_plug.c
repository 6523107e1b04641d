/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which representors are plugged and unplugged; Open vSwitch is a list here. */
#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "swoffd/core/ovs_rules.h"
#include "tests/core_fixture.h"

#define DEV "fake/dev0"

static struct fake_ovs {
	struct ovs base;               /* first */
	struct ovs_interface interfaces[4];
	bool connected;
	struct request *asked;
} ovs;

static void status(const struct ovs *o, struct ovs_status *out)
{
	(void)o;
	*out = (struct ovs_status){ .connected = ovs.connected,
				    .why = "it is down" };
}

static void for_each_bridge(const struct ovs *o,
			    void (*fn)(const char *name, void *ctx), void *ctx)
{
	(void)o;
	fn("br0", ctx);
	fn("br1", ctx);
}

static void for_each_interface(const struct ovs *o,
			       void (*fn)(const struct ovs_interface *i,
					  void *ctx), void *ctx)
{
	(void)o;
	for (size_t i = 0; i < ARRAY_LEN(ovs.interfaces); i++)
		if (ovs.interfaces[i].name)
			fn(&ovs.interfaces[i], ctx);
}

static int take(struct ovs *o, const char *bridge, struct ovs_port *ports,
		uint32_t n, struct request *r, struct error *err)
{
	(void)o;
	(void)err;
	assert_string_equal(bridge, "br0");
	/* Somebody else did the first meanwhile. */
	for (uint32_t i = 1; i < n; i++)
		ports[i].done = true;
	ovs.asked = r;
	return 0;
}

static int set_up(void **state)
{
	struct core_fixture *f =
		core_fixture_new(DEV, "eth0", ESWITCH_MODE_SWITCHDEV);

	ovs = (struct fake_ovs){
		.base = { .status = status, .for_each_bridge = for_each_bridge,
			  .for_each_interface = for_each_interface,
			  .plug = take, .unplug = take },
		.connected = true,
	};
	f->core->ovs = &ovs.base;
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	core_fixture_free(*state);
	return 0;
}

static struct ovs_interface interface(const char *bridge, const char *name,
				      const char *mark)
{
	return (struct ovs_interface){ .bridge = bridge, .port = name,
				       .name = name, .plugged = mark };
}

/* "eth0_0 eth0_1": the names, one behind the other. */
static void assert_found(struct ovs_plug *p, const char *names)
{
	char seen[256] = "";

	for (uint32_t i = 0; i < p->n; i++) {
		strcat(seen, i ? " " : "");
		strcat(seen, p->ports[i].name);
	}
	assert_string_equal(seen, names);
}

static void assert_plugs(struct core_fixture *f, const char *names)
{
	struct ovs_plug p;

	assert_int_equal(ovs_plug_find(f->core, "br0", NULL, &p, &f->err), 0);
	assert_found(&p, names);
	ovs_plug_fini(&p);
}

static void assert_unplugs(struct core_fixture *f, bool stale,
			   const char *names)
{
	struct ovs_plug p;

	assert_int_equal(ovs_plug_find_plugged(f->core, "br0", stale, &p,
					       &f->err), 0);
	assert_found(&p, names);
	ovs_plug_fini(&p);
}

static void representors_that_are_no_ports_are_plugged(void **state)
{
	struct core_fixture *f = *state;

	assert_plugs(f, "eth0_0 eth0_1");
	ovs.interfaces[0] = interface("br1", "eth0_0", "");
	assert_plugs(f, "eth0_1");
	/* By its ifindex, if it has one: its name was another then. */
	ovs.interfaces[0].ifindex =
		link_find_name(f->core, "eth0_1")->info.ifindex;
	assert_plugs(f, "eth0_0");
}

static void a_port_of_another_master_is_left_there(void **state)
{
	struct core_fixture *f = *state;
	struct link *l = link_find_name(f->core, "eth0_0");
	struct link *master = link_find_name(f->core, "eth0");

	l->info.master = master->info.ifindex;
	strcpy(master->info.kind, "bridge");
	assert_plugs(f, "eth0_1");
	strcpy(master->info.kind, "openvswitch");
	assert_plugs(f, "eth0_0 eth0_1");
	l->info.master = 4711;
	assert_plugs(f, "eth0_1");
}

static void only_functions_have_ports(void **state)
{
	struct core_fixture *f = *state;
	struct rep rep;

	assert_int_equal(rep_find(f->core, "eth0_0", &rep, &f->err), 0);
	((struct port_dev *)(uintptr_t)rep.port)->info.flavour = PORT_PCI_SF;
	assert_plugs(f, "eth0_0 eth0_1");
	((struct port_dev *)(uintptr_t)rep.port)->info.flavour = PORT_PCI_PF;
	assert_plugs(f, "eth0_1");
}

static void of_one_device_if_one_is_given(void **state)
{
	struct core_fixture *f = *state;
	struct ovs_plug p;

	(void)fake_device_add(f->fk, "fake/dev1", "eth1", 1, 64);
	fake_device_set_mode(f->fk, fake_device_find(f->fk, "fake/dev1"),
			     ESWITCH_MODE_SWITCHDEV);
	core_fixture_rounds(f, 20);
	assert_plugs(f, "eth0_0 eth0_1 eth1_0");
	assert_int_equal(ovs_plug_find(f->core, "br0",
				       device_find(f->core, "eth1", &f->err),
				       &p, &f->err), 0);
	assert_found(&p, "eth1_0");
	ovs_plug_fini(&p);
}

static void only_marked_ports_of_the_bridge_are_unplugged(void **state)
{
	struct core_fixture *f = *state;
	char mark[OVS_MARK_SIZE + 1];

	memset(mark, 'x', OVS_MARK_SIZE);
	mark[OVS_MARK_SIZE] = '\0';
	ovs.interfaces[0] = interface("br0", "eth0_1", "fake/dev0/2");
	ovs.interfaces[1] = interface("br1", "eth0_0", "fake/dev0/1");
	ovs.interfaces[2] = interface("br0", "eth9", "");
	ovs.interfaces[3] = interface("br0", "eth0_0", "fake/dev0/1");
	assert_unplugs(f, false, "eth0_0 eth0_1");
	ovs.interfaces[3].port = "bond";
	assert_unplugs(f, false, "eth0_1");
	ovs.interfaces[3] = interface("br0", "eth9", mark);
	assert_unplugs(f, false, "eth0_1");
	ovs.interfaces[3] = interface("br0", "a-name-of-16-let", "x/1");
	assert_unplugs(f, false, "eth0_1");
}

static void stale_is_what_stands_for_nothing_or_something_else(void **state)
{
	struct core_fixture *f = *state;

	ovs.interfaces[0] = interface("br0", "eth0_0", "fake/dev0/1");
	ovs.interfaces[1] = interface("br0", "eth0_1", "fake/dev0/7");
	ovs.interfaces[2] = interface("br0", "gone", "fake/dev0/3");
	ovs.interfaces[3] = interface("br0", "veth0", "fake/dev0/4");
	(void)fake_link_add(f->fk, "veth0");
	core_fixture_rounds(f, 20);
	assert_unplugs(f, true, "eth0_1 gone veth0");
}

static void what_stands_in_the_way_is_told(void **state)
{
	struct core_fixture *f = *state;
	struct ovs_plug p;

	assert_int_equal(ovs_plug_find(f->core, "br", NULL, &p, &f->err),
			 -ENODEV);
	assert_non_null(strstr(f->err.msg, "did you mean 'br0'?"));
	assert_int_equal(ovs_plug_find_plugged(f->core, "nothing-like-it",
					       false, &p, &f->err), -ENODEV);
	assert_non_null(strstr(f->err.msg, "ovs-vsctl add-br"));
	ovs.connected = false;
	assert_int_equal(ovs_plug_find(f->core, "br0", NULL, &p, &f->err),
			 -ENOTCONN);
	assert_non_null(strstr(f->err.msg, "it is down"));
	f->core->ovs = NULL;
	assert_int_equal(ovs_plug_find(f->core, "br0", NULL, &p, &f->err),
			 -ENOTCONN);
}

static uint64_t n_told(struct core_fixture *f, enum event_kind kind,
		       const char *device, const char *netdev)
{
	struct event_cursor c = { 0 };
	const struct event *ev;
	uint64_t n = 0;

	event_cursor_oldest(&f->core->events, &c);
	while ((ev = event_next(&f->core->events, &c, EVENT_BIT(kind))))
		n += strcmp(ev->device, device) == 0 && ev->port == 2 &&
		     strcmp(ev->netdev, netdev) == 0 &&
		     strcmp(ev->words[0], "br0") == 0;
	return n;
}

static void run(struct core_fixture *f, struct ovs_plug *p, int code)
{
	const struct error err = { .code = code };

	assert_int_equal(ovs_plug_run(p, &f->request, &f->err), 0);
	ovs.asked->done(ovs.asked, &err);
	assert_int_equal(f->err.code, code);
	ovs_plug_fini(p);
}

static void what_was_done_is_told_as_events(void **state)
{
	struct core_fixture *f = *state;
	struct ovs_plug p;

	assert_int_equal(ovs_plug_find(f->core, "br0", NULL, &p, &f->err), 0);
	run(f, &p, EIO);
	assert_int_equal(n_told(f, EVENT_OVS_PLUG, DEV, "eth0_1"), 0);
	assert_int_equal(ovs_plug_find(f->core, "br0", NULL, &p, &f->err), 0);
	run(f, &p, 0);
	assert_int_equal(n_told(f, EVENT_OVS_PLUG, DEV, "eth0_1"), 1);
	assert_int_equal(n_told(f, EVENT_OVS_PLUG, DEV, "eth0_0"), 0);
	ovs.interfaces[0] = interface("br0", "a", "none");
	ovs.interfaces[1] = interface("br0", "b", "x/y/2");
	assert_int_equal(ovs_plug_find_plugged(f->core, "br0", true, &p,
					       &f->err), 0);
	run(f, &p, 0);
	assert_int_equal(n_told(f, EVENT_OVS_UNPLUG, "x/y", "b"), 1);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

static void answer(int code)
{
	struct request *r = ovs.asked;
	struct error err = { .code = code, .msg = "no" };

	ovs.asked = NULL;
	r->done(r, &err);
}

static void next_round(struct core_fixture *f)
{
	loop_advance(f->loop, 1000);
	(void)loop_once(f->loop, 0);
	(void)loop_once(f->loop, 0);
}

static const struct ovs_rule_list one_rule = {
	.n = 1, .rules = { { .bridge = "br0", .unplug_stale = true } },
};

static void a_rule_plugs_what_is_no_port_and_then_rests(void **state)
{
	struct core_fixture *f = *state;
	struct ovs_rules r;

	ovs_rules_init(&r, f->core, &one_rule);
	next_round(f);
	assert_non_null(ovs.asked);
	assert_found(&r.plug, "eth0_0 eth0_1");
	next_round(f);
	ovs.interfaces[0] = interface("br0", "eth0_0", "fake/dev0/1");
	ovs.interfaces[1] = interface("br0", "eth0_1", "fake/dev0/2");
	answer(0);
	next_round(f);
	assert_null(ovs.asked);
	ovs_rules_fini(&r);
}

static void a_rule_removes_what_went(void **state)
{
	struct core_fixture *f = *state;
	struct ovs_rules r;

	ovs.interfaces[0] = interface("br0", "eth0_0", "fake/dev0/1");
	ovs.interfaces[1] = interface("br0", "eth0_1", "fake/dev0/2");
	ovs.interfaces[2] = interface("br0", "eth0_7", "fake/dev0/8");
	ovs_rules_init(&r, f->core, &one_rule);
	next_round(f);
	assert_true(r.plug.unplug);
	assert_found(&r.plug, "eth0_7");
	ovs_rules_fini(&r);
}

static void a_rule_that_fails_is_tried_again_and_complains_once(void **state)
{
	struct core_fixture *f = *state;
	struct ovs_rules r;

	ovs_rules_init(&r, f->core, &one_rule);
	for (int i = 0; i < 3; i++) {
		next_round(f);
		assert_non_null(ovs.asked);
		answer(EPERM);
		assert_null(ovs.asked);
	}
	assert_int_equal(r.trouble.code, EPERM);
	ovs_rules_fini(&r);
}

static void a_rule_waits_for_bridge_and_device(void **state)
{
	static const struct ovs_rule_list list = {
		.n = 2, .rules = { { .bridge = "br9" },
				   { .bridge = "br0", .device = "nope" } },
	};
	struct core_fixture *f = *state;
	struct ovs_rules r;

	ovs_rules_init(&r, f->core, &list);
	next_round(f);
	assert_null(ovs.asked);
	ovs_rules_fini(&r);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(representors_that_are_no_ports_are_plugged),
		TEST(a_port_of_another_master_is_left_there),
		TEST(only_functions_have_ports),
		TEST(of_one_device_if_one_is_given),
		TEST(only_marked_ports_of_the_bridge_are_unplugged),
		TEST(stale_is_what_stands_for_nothing_or_something_else),
		TEST(what_stands_in_the_way_is_told),
		TEST(what_was_done_is_told_as_events),
		TEST(a_rule_plugs_what_is_no_port_and_then_rests),
		TEST(a_rule_removes_what_went),
		TEST(a_rule_that_fails_is_tried_again_and_complains_once),
		TEST(a_rule_waits_for_bridge_and_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bridges, ports and settings, as core sees them. */
#include "tests/unittest.h"

#include <stdio.h>
#include <string.h>

#include "swoffd/ovs/ovs_world.h"
#include "tests/core_fixture.h"
#include "tests/unit/ovsserver.h"

static struct ovsserver *s;
static struct ovs_world w;
static char seen[4096];

static int set_up(void **state)
{
	(void)state;
	s = ovsserver_new();
	return ovs_world_init(&w, s->loop, s->path);
}

static int tear_down(void **state)
{
	(void)state;
	ovs_world_fini(&w);
	ovsserver_free(s);
	return 0;
}

static struct ovs_status status(void)
{
	struct ovs_status st;

	w.base.status(&w.base, &st);
	return st;
}

static void load(const char *text)
{
	ovsserver_up(s);
	ovsserver_greet(s);
	ovsserver_tell(s, text ? text : ovsserver_golden(s, "load"));
	ovsserver_until(s, ovsdb_is_ready(w.db));
}

static void tell(const char *name)
{
	ovsserver_tell(s, ovsserver_golden(s, name));
	ovsserver_rounds(s, 2);
}

static void write_down(const struct ovs_interface *i, void *ctx)
{
	size_t used = strlen(seen);

	(void)ctx;
	(void)snprintf(seen + used, sizeof(seen) - used,
		       "%s/%s/%s type=%s ifindex=%u ofport=%d tag=%d %s\n",
		       i->bridge, i->port, i->name, i->type, i->ifindex,
		       (int)i->ofport, i->tag, i->link_state);
}

static void assert_seen(const char *line)
{
	seen[0] = '\0';
	w.base.for_each_interface(&w.base, write_down, NULL);
	if (!strstr(seen, line))
		fail_msg("%s is not in\n%s", line, seen);
}

static void without_a_server_it_says_why(void **state)
{
	(void)state;
	ovsserver_until(s, status().why[0]);
	assert_false(status().connected);
	assert_false(status().known);
	assert_non_null(strstr(status().why, "No such file"));
	assert_string_equal(status().path, s->path);
	assert_string_equal(status().version, "");
}

static void settings_are_those_of_open_vswitch(void **state)
{
	(void)state;
	load(NULL);
	assert_true(status().connected);
	assert_string_equal(status().why, "");
	assert_string_equal(status().version, "3.1.0");
	assert_true(status().settings.hw_offload);
	assert_string_equal(status().settings.tc_policy, "skip_sw");
	assert_string_equal(status().settings.hw_offload_priority, "");
	assert_int_equal(status().settings.max_idle_ms, 10000);
	assert_int_equal(status().n_ports, 3);
	tell("max-idle");
	assert_int_equal(status().settings.max_idle_ms, 30000);
	tell("no-offload");
	assert_false(status().settings.hw_offload);
}

static void what_was_known_stays_when_the_server_goes(void **state)
{
	(void)state;
	load(NULL);
	ovsserver_down(s);
	ovsserver_until(s, !status().connected);
	assert_true(status().known);
	assert_string_equal(status().version, "3.1.0");
	assert_seen("br0/eth1/eth1");
}

static void interfaces_are_walked_by_bridge_and_port(void **state)
{
	(void)state;
	load(NULL);
	assert_seen("br0/eth1/eth1 type= ifindex=0 ofport=-1 tag=10 \n");
	assert_seen("br0/vx0/vx0 type=vxlan ifindex=0 ofport=-1 tag=-1 \n");
	assert_seen("br0/br0/br0 type=internal");
	tell("numbers");
	assert_seen("br0/eth1/eth1 type= ifindex=7 ofport=1 tag=10 up\n");
	tell("del-port");
	assert_seen("br0/eth1/eth1");
	assert_null(strstr(seen, "vx0"));
}

#define UUID(n) "\"00000000-0000-0000-0000-00000000000" #n "\""
#define REF(n) "[\"uuid\"," UUID(n) "]"
#define BRIDGE(n, ports)                                                  \
	UUID(n) ":{\"new\":{\"name\":\"br" #n "\",\"ports\":" ports ","   \
	"\"datapath_type\":\"\",\"datapath_id\":[\"set\",[]]}}"

static void count(const struct ovs_interface *i, void *ctx)
{
	(void)i;
	++*(int *)ctx;
}

/* The server never has it so. */
static void rows_of_many_owners_are_not_walked_for_ever(void **state)
{
	int n = 0;

	(void)state;
	load("{\"id\":\"monitor\",\"error\":null,\"result\":{\"Bridge\":{"
	     BRIDGE(1, "[\"set\",[" REF(3) "," REF(3) "," REF(9) "]]") ","
	     BRIDGE(2, REF(3)) "},\"Port\":{" UUID(3) ":{\"new\":{\"name\":"
	     "\"p\",\"tag\":4096,\"interfaces\":[\"set\",[" REF(4) "," REF(4)
	     "," REF(4) "]]}}},\"Interface\":{" UUID(4) ":{\"new\":{\"name\":"
	     "\"i\\n\",\"type\":\"\",\"ofport\":-1,\"ifindex\":-7,"
	     "\"admin_state\":\"up\",\"link_state\":\"up\",\"options\":"
	     "[\"map\",[]],\"external_ids\":[\"map\",[[\"a\",\"b\"]]],"
	     "\"error\":\"\"}}}}}");
	w.base.for_each_interface(&w.base, count, &n);
	assert_in_range(n, 1, (int)w.db->replica.n_rows);
	assert_seen("br1/p/i? type= ifindex=0 ofport=-1 tag=-1 up\n");
}

static void a_representor_is_found_by_ifindex_then_by_name(void **state)
{
	struct core_fixture *f = core_fixture_new(
		"netdevsim/netdevsim10", "eth0", ESWITCH_MODE_SWITCHDEV);
	struct ovs_interface i = { .name = "eth0" };
	struct rep rep;

	(void)state;
	assert_true(ovs_find_rep(f->core, &i, &rep));
	i.ifindex = rep.port->info.ifindex;
	i.name = "was-renamed";
	assert_true(ovs_find_rep(f->core, &i, &rep));
	i.ifindex = 0;
	assert_false(ovs_find_rep(f->core, &i, &rep));
	core_fixture_free(f);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(without_a_server_it_says_why),
		TEST(settings_are_those_of_open_vswitch),
		TEST(what_was_known_stays_when_the_server_goes),
		TEST(interfaces_are_walked_by_bridge_and_port),
		TEST(rows_of_many_owners_are_not_walked_for_ever),
		TEST(a_representor_is_found_by_ifindex_then_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

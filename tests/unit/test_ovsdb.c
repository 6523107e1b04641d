/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The client of OVSDB, through good and bad times of the server. */
#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/rpc/rpc.h"
#include "swoffd/ovs/ovsdb_row.h"
#include "tests/unit/ovsserver.h"

static struct ovsserver *s;
static struct ovsdb *o;
static int n_changes[OVSDB_GONE + 1][OVSDB_N_TABLES];

static void on_change(struct ovsdb_replica *r, enum ovsdb_change change,
		      const struct ovsdb_row *row)
{
	assert_ptr_equal(r, &o->replica);
	n_changes[change][row->table]++;
}

static int set_up(void **state)
{
	(void)state;
	s = ovsserver_new();
	memset(n_changes, 0, sizeof(n_changes));
	return ovsdb_new(s->loop, s->path, on_change, &o);
}

static int tear_down(void **state)
{
	(void)state;
	ovsdb_free(o);
	ovsserver_free(s);
	return 0;
}

static void get_ready(void)
{
	ovsserver_up(s);
	ovsserver_load(s);
	ovsserver_until(s, ovsdb_is_ready(o));
}

static const struct ovsdb_row *named(enum ovsdb_table_id table,
				     const char *name)
{
	const struct ovsdb_row *row = NULL;

	while ((row = ovsdb_replica_next(&o->replica, table, row)))
		if (strcmp(ovsdb_value_text(&row->values[0]), name) == 0)
			return row;
	return NULL;
}

static void change(const char *name)
{
	memset(n_changes, 0, sizeof(n_changes));
	ovsserver_tell(s, ovsserver_golden(s, name));
	ovsserver_rounds(s, 2);
	assert_true(ovsdb_is_ready(o));
}

static void all_that_is_read_is_asked_for(void **state)
{
	struct json_object *m, *tables, *list;

	(void)state;
	ovsserver_up(s);
	ovsserver_accept(s);
	json_put(ovsserver_expect(s, "list_dbs"));
	ovsserver_tell(s, ovsserver_golden(s, "list"));
	m = ovsserver_expect(s, "monitor_cond");
	tables = json_object_array_get_idx(json_object_object_get(m, "params"),
					   2);
	assert_int_equal(json_object_object_length(tables), OVSDB_N_TABLES);
	list = json_object_object_get(tables, "Port");
	assert_string_equal(
		json_object_to_json_string_ext(list, JSON_C_TO_STRING_PLAIN),
		"[{\"columns\":[\"name\",\"interfaces\",\"tag\"]}]");
	json_put(m);
}

static void what_the_server_has_is_loaded(void **state)
{
	const struct ovsdb_row *vx0;
	const struct ovsdb_value *v;

	(void)state;
	get_ready();
	assert_int_equal(o->why.code, 0);
	assert_int_equal(n_changes[OVSDB_ADDED][OVSDB_BRIDGE], 1);
	assert_int_equal(n_changes[OVSDB_ADDED][OVSDB_INTERFACE], 3);
	vx0 = named(OVSDB_INTERFACE, "vx0");
	assert_non_null(vx0);
	assert_string_equal(ovsdb_row_text(vx0, OVSDB_INTERFACE_TYPE), "vxlan");
	assert_int_equal(ovsdb_row_number(vx0, OVSDB_INTERFACE_OFPORT, -5), -5);
	v = ovsdb_row_value(vx0, OVSDB_INTERFACE_OPTIONS);
	assert_string_equal(ovsdb_value_lookup(v, "remote_ip"), "192.0.2.1");
	v = ovsdb_row_value(vx0, OVSDB_INTERFACE_EXTERNAL_IDS);
	assert_string_equal(ovsdb_value_lookup(v, "who"), "Zo\xc3\xab");
	assert_null(ovsdb_value_lookup(v, "Zo\xc3\xab"));
	assert_int_equal(ovsdb_row_value(named(OVSDB_BRIDGE, "br0"),
					 OVSDB_BRIDGE_PORTS)->n, 3);
	assert_int_equal(ovsdb_row_number(named(OVSDB_PORT, "eth1"),
					  OVSDB_PORT_TAG, -1), 10);
}

static void changes_follow_and_are_told(void **state)
{
	(void)state;
	get_ready();
	change("numbers");
	assert_int_equal(n_changes[OVSDB_CHANGED][OVSDB_INTERFACE], 1);
	assert_int_equal(ovsdb_row_number(named(OVSDB_INTERFACE, "eth1"),
					  OVSDB_INTERFACE_IFINDEX, 0), 7);
	change("del-port");
	assert_int_equal(n_changes[OVSDB_GONE][OVSDB_PORT], 1);
	assert_int_equal(n_changes[OVSDB_GONE][OVSDB_INTERFACE], 1);
	assert_int_equal(n_changes[OVSDB_CHANGED][OVSDB_BRIDGE], 1);
	assert_null(named(OVSDB_INTERFACE, "vx0"));
	change("add-port");
	assert_int_equal(n_changes[OVSDB_ADDED][OVSDB_PORT], 1);
	assert_non_null(named(OVSDB_INTERFACE, "eth2"));
	change("no-offload");
	assert_int_equal(n_changes[OVSDB_CHANGED][OVSDB_OPEN_VSWITCH], 1);
	/* Once more is no change. */
	change("no-offload");
	assert_int_equal(n_changes[OVSDB_CHANGED][OVSDB_OPEN_VSWITCH], 0);
}

static void an_echo_comes_back(void **state)
{
	struct json_object *m;

	(void)state;
	get_ready();
	ovsserver_tell(s, "{\"method\":\"echo\",\"params\":[\"x\"],\"id\":5}");
	m = ovsserver_expect(s, NULL);
	assert_string_equal(
		json_object_to_json_string_ext(m, JSON_C_TO_STRING_PLAIN),
		"{\"id\":5,\"result\":[\"x\"],\"error\":null}");
	json_put(m);
}

static void a_silent_server_is_asked_and_then_left(void **state)
{
	(void)state;
	get_ready();
	loop_advance(s->loop, OVSDB_IDLE_MS);
	json_put(ovsserver_expect(s, "echo"));
	ovsserver_tell(s, ovsserver_golden(s, "echo"));
	ovsserver_until(s, o->state == OVSDB_READY);

	loop_advance(s->loop, OVSDB_IDLE_MS);
	json_put(ovsserver_expect(s, "echo"));
	loop_advance(s->loop, OVSDB_ANSWER_MS);
	ovsserver_until(s, !ovsdb_is_ready(o));
	assert_non_null(strstr(o->why.msg, "no answer"));
}

static void without_a_server_tries_grow_rare(void **state)
{
	uint64_t wait = OVSDB_RETRY_MIN_MS;

	(void)state;
	ovsserver_until(s, o->why.code);
	assert_int_equal(o->why.code, ENOENT);
	for (int i = 0; i < 6; i++) {
		uint64_t now = loop_now_ms(s->loop);

		assert_in_range(o->timer.due_ms, now, now + wait);
		wait = wait * 2 < OVSDB_RETRY_MAX_MS ? wait * 2 :
			       OVSDB_RETRY_MAX_MS;
		o->why.code = 0;
		loop_advance(s->loop, o->timer.due_ms - now);
		ovsserver_until(s, o->why.code);
	}
	get_ready();
}

static void a_restart_tells_only_what_differs(void **state)
{
	(void)state;
	get_ready();
	change("del-port");
	ovsserver_down(s);
	ovsserver_until(s, !ovsdb_is_ready(o));
	assert_non_null(strstr(o->why.msg, s->path));
	assert_non_null(named(OVSDB_INTERFACE, "eth1"));

	memset(n_changes, 0, sizeof(n_changes));
	get_ready();
	assert_int_equal(o->n_loads, 2);
	assert_int_equal(n_changes[OVSDB_ADDED][OVSDB_INTERFACE], 1);
	assert_int_equal(n_changes[OVSDB_ADDED][OVSDB_PORT], 1);
	assert_int_equal(n_changes[OVSDB_CHANGED][OVSDB_BRIDGE], 1);
	assert_int_equal(n_changes[OVSDB_CHANGED][OVSDB_INTERFACE], 0);

	memset(n_changes, 0, sizeof(n_changes));
	ovsserver_hang_up(s);
	ovsserver_greet(s);
	ovsserver_tell(s, "{\"id\":\"monitor\",\"result\":{},\"error\":null}");
	ovsserver_until(s, ovsdb_is_ready(o));
	assert_int_equal(n_changes[OVSDB_GONE][OVSDB_INTERFACE], 3);
	assert_int_equal(o->replica.n_rows, 0);
	assert_int_equal(o->replica.size, 0);
}

static void a_server_that_breaks_off_again_and_again_is_not_hurried(
	void **state)
{
	(void)state;
	ovsserver_up(s);
	for (int i = 0; i < 8; i++) {
		ovsserver_load(s);
		ovsserver_until(s, ovsdb_is_ready(o));
		ovsserver_hang_up(s);
		ovsserver_until(s, !ovsdb_is_ready(o));
	}
	assert_int_equal(o->retry_ms, OVSDB_RETRY_MAX_MS);
	ovsserver_load(s);
	ovsserver_until(s, ovsdb_is_ready(o));
	loop_advance(s->loop, OVSDB_RETRY_MAX_MS + 1);
	ovsserver_hang_up(s);
	ovsserver_until(s, !ovsdb_is_ready(o));
	assert_in_range(o->timer.due_ms, 0,
			loop_now_ms(s->loop) + OVSDB_RETRY_MIN_MS);
}

static void a_refusal_is_told_in_the_words_of_the_server(void **state)
{
	(void)state;
	ovsserver_up(s);
	ovsserver_greet(s);
	ovsserver_tell(s, ovsserver_golden(s, "refused"));
	json_put(ovsserver_expect(s, "monitor"));
	ovsserver_tell(s, ovsserver_golden(s, "refused"));
	ovsserver_until(s, o->state == OVSDB_WAITING);
	assert_non_null(strstr(o->why.msg, "nope is not a valid column name"));
}

static void a_server_without_monitor_cond_is_asked_for_less(void **state)
{
	(void)state;
	ovsserver_up(s);
	ovsserver_greet(s);
	ovsserver_tell(s, "{\"id\":\"monitor\",\"error\":\"unknown method\"}");
	json_put(ovsserver_expect(s, "monitor"));
	ovsserver_tell(s, ovsserver_golden(s, "load"));
	ovsserver_until(s, ovsdb_is_ready(o));
	change("del-port");
	/* The next one may be another. */
	ovsserver_hang_up(s);
	ovsserver_greet(s);
}

/* Takes what was captured into r. */
static void take_in(struct ovsdb_replica *r, const char *name, bool second)
{
	char which[32];
	struct json_object *m, *updates;
	struct error err;

	(void)snprintf(which, sizeof(which), "%s%s", name, second ? "2" : "");
	m = json_tokener_parse(ovsserver_golden(s, which));
	if (!json_object_object_get_ex(m, "result", &updates))
		updates = json_object_array_get_idx(
			json_object_object_get(m, "params"), 1);
	if (ovsdb_replica_update(r, updates, strcmp(name, "load") == 0, &err))
		fail_msg("%s: %s", which, err.msg);
	json_put(m);
}

static void assert_same(const struct ovsdb_replica *a,
			const struct ovsdb_replica *b, const char *after)
{
	assert_int_equal(a->n_rows, b->n_rows);
	assert_int_equal(a->size, b->size);
	for (int t = 0; t < OVSDB_N_TABLES; t++) {
		const struct ovsdb_row *row = NULL, *other;

		while ((row = ovsdb_replica_next(a, t, row))) {
			other = ovsdb_replica_find(b, t, &row->uuid);
			if (!other || !ovsdb_row_equal(row, other))
				fail_msg("%s: a row of %s differs", after,
					 ovsdb_tables[t].name);
		}
	}
}

static void both_ways_to_tell_of_changes_end_the_same(void **state)
{
	static const char *const names[] = {
		"load", "numbers", "del-port", "max-idle", "add-port",
		"no-offload", "no-tag", "options", "load",
	};
	struct ovsdb_replica a, b;

	(void)state;
	ovsdb_replica_init(&a, NULL);
	ovsdb_replica_init(&b, NULL);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		take_in(&a, names[i], false);
		take_in(&b, names[i], true);
		assert_same(&a, &b, names[i]);
	}
	ovsdb_replica_fini(&a);
	ovsdb_replica_fini(&b);
}

static void a_server_without_the_database_is_named(void **state)
{
	(void)state;
	ovsserver_up(s);
	ovsserver_accept(s);
	ovsserver_tell(s, "{\"id\":\"list_dbs\",\"result\":[\"_Server\"]}");
	ovsserver_until(s, o->state == OVSDB_WAITING && o->why.code);
	assert_non_null(strstr(o->why.msg, "no database Open_vSwitch"));
}

static void a_path_too_long_is_refused(void **state)
{
	char path[OVSDB_PATH_SIZE + 1];
	struct ovsdb *none;

	(void)state;
	memset(path, 'x', OVSDB_PATH_SIZE);
	path[OVSDB_PATH_SIZE] = '\0';
	assert_int_equal(ovsdb_new(s->loop, path, NULL, &none), -ENAMETOOLONG);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(all_that_is_read_is_asked_for),
		TEST(what_the_server_has_is_loaded),
		TEST(changes_follow_and_are_told),
		TEST(an_echo_comes_back),
		TEST(a_silent_server_is_asked_and_then_left),
		TEST(without_a_server_tries_grow_rare),
		TEST(a_restart_tells_only_what_differs),
		TEST(a_server_that_breaks_off_again_and_again_is_not_hurried),
		TEST(a_refusal_is_told_in_the_words_of_the_server),
		TEST(a_server_without_monitor_cond_is_asked_for_less),
		TEST(both_ways_to_tell_of_changes_end_the_same),
		TEST(a_server_without_the_database_is_named),
		TEST(a_path_too_long_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whatever the server sends: we are right, or disconnected and say why. */
#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/log.h"
#include "common/rpc/rpc.h"
#include "tests/unit/ovsserver.h"

static struct ovsserver *s;
static struct ovsdb *o;

static int set_up(void **state)
{
	(void)state;
	s = ovsserver_new();
	ovsserver_up(s);
	return ovsdb_new(s->loop, s->path, NULL, &o);
}

static int tear_down(void **state)
{
	(void)state;
	ovsdb_free(o);
	ovsserver_free(s);
	return 0;
}

/* What was captured, of a load and what followed: of "monitor", or with "2"
 * behind the names of "monitor_cond". */
static char *whole(const char *suffix, size_t *size)
{
	static const char *const names[] = { "load", "numbers", "del-port",
					     "max-idle" };
	char *text = calloc(1, 64 * 1024);

	assert_non_null(text);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "%s%s", names[i], suffix);
		strcat(text, ovsserver_golden(s, name));
	}
	*size = strlen(text);
	return text;
}

static void start_anew(void)
{
	ovsserver_hang_up(s);
	ovsserver_greet(s);
}

static bool is_right(void)
{
	const struct ovsdb_row *row =
		ovsdb_replica_next(&o->replica, OVSDB_OPEN_VSWITCH, NULL);
	const char *idle;

	if (!ovsdb_is_ready(o) || o->replica.n_rows != 6 || !row)
		return false;
	idle = ovsdb_value_lookup(
		ovsdb_row_value(row, OVSDB_OPEN_VSWITCH_CONFIG), "max-idle");
	return idle && strcmp(idle, "30000") == 0;
}

static void messages_may_be_cut_anywhere(void **state)
{
	size_t size;
	char *text = whole("", &size);

	(void)state;
	for (size_t cut = 1; cut < size; cut++) {
		start_anew();
		ovsserver_say(s, text, cut);
		ovsserver_say(s, text + cut, size - cut);
		ovsserver_until(s, is_right());
	}
	free(text);
}

static void blanks_may_stand_between_messages(void **state)
{
	(void)state;
	ovsserver_greet(s);
	ovsserver_tell(s, "\n \t");
	ovsserver_tell(s, ovsserver_golden(s, "load"));
	ovsserver_tell(s, "\r\n\n");
	ovsserver_tell(s, ovsserver_golden(s, "numbers"));
	ovsserver_tell(s, ovsserver_golden(s, "del-port"));
	ovsserver_tell(s, "\n");
	ovsserver_tell(s, ovsserver_golden(s, "max-idle"));
	ovsserver_until(s, is_right());
}

/* Either it goes on, or it was dropped for a reason. */
static void assert_sane(void)
{
	if (o->state == OVSDB_WAITING)
		assert_true(o->why.code != 0 && o->why.msg[0]);
	assert_in_range(o->replica.n_rows, 0, 100);
}

static void a_damaged_byte_does_no_harm(void **state)
{
	static const char damages[] = { '\0', '"', '{', ']', '\\', '\xff' };
	size_t size;
	char *text = whole("2", &size);

	(void)state;
	for (size_t at = 0; at < size; at++) {
		char was = text[at];

		text[at] = damages[at % sizeof(damages)];
		start_anew();
		ovsserver_say(s, text, size);
		assert_int_equal(loop_once(s->loop, 0), 0);
		assert_sane();
		text[at] = was;
	}
	start_anew();
	ovsserver_say(s, text, size);
	ovsserver_until(s, is_right());
	free(text);
}

#define UUID "\"00000000-0000-0000-0000-000000000001\""
#define LOAD(tables) "{\"id\":\"monitor\",\"error\":null,\"result\":" tables "}"
#define PORT(row) LOAD("{\"Port\":{" UUID ":{\"new\":" row "}}}")
#define PORT_OF(name, refs, tag)                                         \
	PORT("{\"name\":" name ",\"interfaces\":" refs ",\"tag\":" tag "}")
#define NONE "[\"set\",[]]"

/* Instead of what was asked to be loaded; and what is then said to be wrong. */
static const struct shape {
	const char *text, *why;
} shapes[] = {
	{ "5", "no object" },
	{ "[]", "no object" },
	{ "\"x\"", "no object" },
	{ "{]", "no JSON" },
	{ "{}", "no request and no answer" },
	{ "{\"method\":1}", "without a name" },
	{ "{\"id\":\"monitor\"}", "no request and no answer" },
	{ "{\"id\":\"other\",\"result\":{}}", "nothing that was asked" },
	{ "{\"id\":{},\"result\":{}}", "nothing that was asked" },
	{ "{\"id\":\"list_dbs\",\"result\":[]}", "nothing that was asked" },
	/* The second of them answers the second question. */
	{ "{\"id\":\"monitor\",\"error\":\"a\"}"
	  "{\"id\":\"monitor\",\"error\":\"b\"}",
	  "the server says: b" },
	{ "{\"id\":\"monitor\",\"error\":1}"
	  "{\"id\":\"monitor\",\"error\":{\"error\":null}}",
	  "the server says: error" },
	{ "{\"method\":\"update\",\"params\":[\"swoffd\",{}]}",
	  "nothing that was asked for" },
	{ "{\"method\":\"update\"}", "nothing that was asked for" },
	{ LOAD("[]"), "updates that are no object" },
	{ LOAD("{\"Queue\":{}}"), "not asked for" },
	{ LOAD("{\"Port\":[]}"), "no object" },
	{ LOAD("{\"Port\":{\"1\":{\"old\":{}}}}"), "without a uuid" },
	{ LOAD("{\"Port\":{" UUID ":1}}"), "no row" },
	{ LOAD("{\"Port\":{" UUID ":{}}}"), "of which nothing is said" },
	{ LOAD("{\"Port\":{" UUID ":{\"modify\":{}}}}"), "is not there" },
	{ LOAD("{\"Port\":{" UUID ":{\"insert\":null}}}"), "no object" },
	{ LOAD("{\"Port\":{" UUID ":{\"initial\":{\"tag\":null}}}}"),
	  "tag of a row of Port" },
	{ PORT("[]"), "no object" },
	{ PORT("{}"), "name of a row of Port" },
	{ PORT_OF("5", NONE, "1"), "name of a row of Port" },
	{ PORT_OF("\"a\\u0000b\"", NONE, "1"), "name of a row of Port" },
	{ PORT_OF("[\"set\",[\"a\",\"b\"]]", NONE, "1"), "name of a row" },
	{ PORT_OF("[\"set\"]", NONE, "1"), "name of a row of Port" },
	{ PORT_OF("[\"set\",5]", NONE, "1"), "name of a row of Port" },
	{ PORT_OF("\"a\"", "\"b\"", "1"), "interfaces of a row of Port" },
	{ PORT_OF("\"a\"", "[\"uuid\",\"b\"]", "1"), "interfaces of a row" },
	{ PORT_OF("\"a\"", "[\"set\",[[\"uuid\"," UUID "],1]]", "1"),
	  "interfaces of a row of Port" },
	{ PORT_OF("\"a\"", NONE, "\"1\""), "tag of a row of Port" },
	{ PORT_OF("\"a\"", NONE, "1.5"), "tag of a row of Port" },
	{ PORT_OF("\"a\"", NONE, "null"), "tag of a row of Port" },
	{ "{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "nesting" },
};

static void a_wrong_shape_ends_the_connection_with_a_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		start_anew();
		ovsserver_tell(s, shapes[i].text);
		ovsserver_until(s, o->state == OVSDB_WAITING);
		if (!strstr(o->why.msg, shapes[i].why))
			fail_msg("%s: %s", shapes[i].text, o->why.msg);
		assert_int_equal(o->replica.n_rows, 0);
	}
	start_anew();
	ovsserver_tell(s, PORT_OF("\"a\"", NONE, "1"));
	ovsserver_until(s, ovsdb_is_ready(o));
	assert_int_equal(o->replica.n_rows, 1);
}

static void what_is_not_for_us_is_passed_over(void **state)
{
	(void)state;
	ovsserver_load(s);
	ovsserver_tell(s, "{\"method\":\"locked\",\"params\":[],\"id\":null}");
	ovsserver_tell(s, "{\"method\":\"update\",\"params\":"
		       "[\"swoffd\",{}],\"id\":null}");
	ovsserver_until(s, ovsdb_is_ready(o));
	assert_int_equal(o->n_loads, 1);
}

static void a_huge_message_ends_the_connection(void **state)
{
	static char filler[64 * 1024];
	size_t said = 0;

	(void)state;
	memset(filler, 'x', sizeof(filler));
	ovsserver_greet(s);
	ovsserver_tell(s, "{\"id\":\"");
	while (o->state != OVSDB_WAITING && said < 2 * OVSDB_MAX_MESSAGE_SIZE) {
		ovsserver_say(s, filler, sizeof(filler));
		said += sizeof(filler);
	}
	assert_int_equal(o->why.code, EMSGSIZE);
	assert_in_range(said, OVSDB_MAX_MESSAGE_SIZE,
			OVSDB_MAX_MESSAGE_SIZE + 16 * sizeof(filler));
	ovsserver_hang_up(s);
	ovsserver_load(s);
	ovsserver_until(s, ovsdb_is_ready(o));
}

static void a_server_that_asks_and_never_reads_is_left(void **state)
{
	static char echo[128 * 1024];
	size_t n = sizeof(echo) - 64;

	(void)state;
	ovsserver_load(s);
	ovsserver_until(s, ovsdb_is_ready(o));
	strcpy(echo, "{\"method\":\"echo\",\"id\":1,\"params\":[\"");
	memset(echo + strlen(echo), 'x', n);
	strcpy(echo + n, "\"]}");
	for (int i = 0; i < 100 && ovsdb_is_ready(o); i++) {
		ovsserver_tell(s, echo);
		assert_in_range(conn_queued(&o->stream.conn), 0,
				OVSDB_MAX_OUTPUT_SIZE + sizeof(echo));
	}
	assert_int_equal(o->why.code, ENOBUFS);
}

/* So many bridges: {"Bridge": {UUID: {"new": …}, …}}. */
static struct json_object *bridges(uint32_t n)
{
	struct json_object *o_ = json_object_new_object();
	struct json_object *rows = json_object_new_object();
	struct json_object *row = json_tokener_parse(
		"{\"new\":{\"name\":\"b\",\"ports\":[\"set\",[]],"
		"\"datapath_type\":\"\",\"datapath_id\":\"\"}}");

	json_object_object_add(o_, "Bridge", rows);
	for (uint32_t i = 0; i < n; i++) {
		char uuid[40];

		(void)snprintf(uuid, sizeof(uuid),
			       "%08x-0000-0000-0000-000000000000", i);
		json_object_object_add(rows, uuid, json_object_get(row));
	}
	json_put(row);
	return o_;
}

static void rows_are_counted(void **state)
{
	struct json_object *most = bridges(OVSDB_MAX_ROWS);
	struct json_object *more = bridges(OVSDB_MAX_ROWS + 1);
	struct ovsdb_replica r;
	struct error err;

	(void)state;
	ovsdb_replica_init(&r, NULL);
	assert_int_equal(ovsdb_replica_update(&r, most, true, &err), 0);
	assert_int_equal(ovsdb_replica_update(&r, more, false, &err), -E2BIG);
	assert_int_equal(ovsdb_replica_update(&r, more, true, &err), -E2BIG);
	assert_int_equal(r.n_rows, OVSDB_MAX_ROWS);
	assert_int_equal(ovsdb_replica_update(&r, most, false, &err), 0);
	assert_int_equal(r.n_rows, OVSDB_MAX_ROWS);
	ovsdb_replica_fini(&r);
	json_put(most);
	json_put(more);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(messages_may_be_cut_anywhere),
		TEST(blanks_may_stand_between_messages),
		TEST(a_damaged_byte_does_no_harm),
		TEST(a_wrong_shape_ends_the_connection_with_a_reason),
		TEST(what_is_not_for_us_is_passed_over),
		TEST(a_huge_message_ends_the_connection),
		TEST(a_server_that_asks_and_never_reads_is_left),
		TEST(rows_are_counted),
	};

	/* Thousands of connections. */
	log_init(LOG_LEVEL_ERROR, false);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

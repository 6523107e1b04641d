/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is made of what the database says, and what if it says otherwise by
 * then. */
#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/rpc/rpc.h"
#include "swoffd/ovs/ovs_change.h"
#include "tests/unit/ovsserver.h"

static struct ovsserver *s;
static struct ovs_world w;
static struct request request;
static struct error answer;
static int n_answers;

static void on_answer(struct request *r, const struct error *err)
{
	assert_ptr_equal(r, &request);
	answer = *err;
	n_answers++;
}

static int set_up(void **state)
{
	(void)state;
	s = ovsserver_new();
	ovsserver_up(s);
	request.done = on_answer;
	n_answers = 0;
	return ovs_world_init(&w, s->loop, s->path);
}

static int tear_down(void **state)
{
	(void)state;
	ovs_world_fini(&w);
	ovsserver_free(s);
	return 0;
}

#define UUID(n) "\"00000000-0000-0000-0000-00000000000" #n "\""
#define REF(n) "[\"uuid\"," UUID(n) "]"
#define SET(refs) "[\"set\",[" refs "]]"
#define MAP(entries) "[\"map\",[" entries "]]"
#define PAIR(key, value) "[\"" key "\",\"" value "\"]"

#define ROOT(config, marks)                                                \
	"\"Open_vSwitch\":{" UUID(1) ":{\"initial\":{\"other_config\":"    \
	MAP(config) ",\"external_ids\":" MAP(marks) "}}}"
#define BRIDGE(ports)                                                      \
	"\"Bridge\":{" UUID(2) ":{\"initial\":{\"name\":\"br0\","          \
	"\"ports\":" SET(ports) "}}}"
#define PORT(n, name, interfaces)                                          \
	UUID(n) ":{\"initial\":{\"name\":\"" name "\",\"interfaces\":"     \
	SET(interfaces) "}}"
#define INTERFACE(n, name, marks)                                          \
	UUID(n) ":{\"initial\":{\"name\":\"" name "\",\"external_ids\":"   \
	MAP(marks) "}}"

static void load(const char *tables)
{
	char text[4096];

	ovsserver_greet(s);
	(void)snprintf(text, sizeof(text), "{\"id\":\"monitor\",\"result\":{"
		       "%s},\"error\":null}", tables);
	ovsserver_tell(s, text);
	ovsserver_until(s, ovsdb_is_ready(w.db));
}

static void update(const char *tables)
{
	char text[4096];

	(void)snprintf(text, sizeof(text), "{\"id\":null,\"method\":"
		       "\"update2\",\"params\":[\"swoffd\",{%s}]}", tables);
	ovsserver_tell(s, text);
}

/* A map of one entry: key=value; anything else is JSON. */
static void print_value(char *out, struct json_object *v)
{
	struct json_object *entry, *items = json_object_is_type(
		v, json_type_array) ? json_object_array_get_idx(v, 1) : NULL;

	if (!items || strcmp(json_object_get_string(
			json_object_array_get_idx(v, 0)), "map") != 0) {
		strcat(out, json_object_to_json_string_ext(
			       v, JSON_C_TO_STRING_PLAIN |
				  JSON_C_TO_STRING_NOSLASHESCAPE));
		return;
	}
	entry = json_object_array_get_idx(items, 0);
	strcat(out, json_object_get_string(
		       json_object_array_get_idx(entry, 0)));
	strcat(out, "=");
	strcat(out, json_object_get_string(
		       json_object_array_get_idx(entry, 1)));
}

/* [column, function, value] or [column, mutator, value] */
static void print_three(char *out, struct json_object *list)
{
	struct json_object *last = json_object_array_get_idx(
		list, json_object_array_length(list) - 1);

	for (size_t i = 0; i < 2; i++) {
		strcat(out, json_object_get_string(
			       json_object_array_get_idx(last, i)));
		strcat(out, " ");
	}
	print_value(out, json_object_array_get_idx(last, 2));
}

static void print_op(char *out, struct json_object *op)
{
	const char *name = json_object_get_string(
		json_object_object_get(op, "op"));

	if (strcmp(name, "comment") == 0)
		return;
	if (strcmp(name, "wait") == 0) {
		strcat(out, "if ");
		print_three(out, json_object_object_get(op, "where"));
		if (!json_object_array_length(
			    json_object_object_get(op, "rows")))
			strcat(out, " is not");
	} else if (strcmp(name, "mutate") == 0) {
		print_three(out, json_object_object_get(op, "mutations"));
	} else {
		print_value(out, json_object_object_get(op, "row"));
	}
	strcat(out, "\n");
}

/* The operations of the next transaction, a line each; how many there are. */
static size_t take(char out[4096])
{
	struct json_object *m = ovsserver_expect(s, "transact");
	struct json_object *ops = json_object_object_get(m, "params");
	size_t n = json_object_array_length(ops) - 1;

	*out = '\0';
	for (size_t i = 1; i <= n; i++)
		print_op(out, json_object_array_get_idx(ops, i));
	json_put(m);
	return n;
}

/* Of the transaction that was sent last. */
static void reply(size_t n_ops)
{
	char text[4096];
	int n = snprintf(text, sizeof(text), "{\"id\":\"transact %u\","
			 "\"error\":null,\"result\":[{}",
			 w.db->last_transaction);

	while (--n_ops)
		n += snprintf(text + n, sizeof(text) - (size_t)n, ",{}");
	(void)snprintf(text + n, sizeof(text) - (size_t)n, "]}");
	ovsserver_tell(s, text);
}

static void refuse(void)
{
	char text[256];

	(void)snprintf(text, sizeof(text), "{\"id\":\"transact %u\","
		       "\"error\":null,\"result\":[{\"error\":\"timed out\","
		       "\"details\":\"no\"},null]}", w.db->last_transaction);
	ovsserver_tell(s, text);
}

static void assert_done(int code)
{
	ovsserver_until(s, n_answers);
	if (answer.code != code)
		fail_msg("%d, not %d: %s", answer.code, code, answer.msg);
	assert_int_equal(n_answers, 1);
	n_answers = 0;
}

/* It is answered, though not at once, and the server hears nothing. */
static void assert_nothing_asked(uint32_t before)
{
	assert_int_equal(n_answers, 0);
	assert_done(0);
	assert_int_equal(w.db->last_transaction, before);
}

static struct ovs_settings settings(void)
{
	struct ovs_status st;

	w.base.status(&w.base, &st);
	return st.settings;
}

#define OURS PAIR("max-idle", "200000") "," PAIR("min-revalidate-pps", "0")
#define MARKS(idle, pps)                   \
	PAIR("swoffd-max-idle", idle) "," PAIR("swoffd-min-revalidate-pps", pps)

#define IF(column, entry) "if " column " includes " entry "\n"
#define ADD(column, entry) column " insert " entry "\n"
#define DEL(column, entry) column " delete " entry "\n"
#define NEW(column, key, value)                   \
	ADD(column, key "=swoffd was here")       \
	IF(column, key "=swoffd was here")        \
	DEL(column, key "=swoffd was here")       \
	ADD(column, key "=" value)
#define NOW(column, key, was, now)                \
	IF(column, key "=" was)                   \
	DEL(column, key "=" was)                  \
	ADD(column, key "=" now)
#define GONE(column, key, was)                    \
	IF(column, key "=" was)                   \
	DEL(column, key "=" was)

/* What the row says, what is read of it, and what holding and releasing asks
 * for; NULL: nothing. */
static const struct setting {
	const char *name, *row;
	bool held;
	uint32_t max_idle_ms, own_max_idle_ms;
	const char *hold, *release;
} cases[] = {
	{ "nothing is set", ROOT("", ""), false, 10000, 10000,
	  NEW("external_ids", "swoffd-max-idle", "")
	  NEW("other_config", "max-idle", "200000")
	  NEW("external_ids", "swoffd-min-revalidate-pps", "")
	  NEW("other_config", "min-revalidate-pps", "0"), NULL },
	{ "one is set", ROOT(PAIR("max-idle", "30000"), ""), false, 30000,
	  30000,
	  NEW("external_ids", "swoffd-max-idle", "30000")
	  NOW("other_config", "max-idle", "30000", "200000")
	  NEW("external_ids", "swoffd-min-revalidate-pps", "")
	  NEW("other_config", "min-revalidate-pps", "0"), NULL },
	{ "held", ROOT(OURS, MARKS("30000", "")), true, 200000, 30000, NULL,
	  NOW("other_config", "max-idle", "200000", "30000")
	  GONE("external_ids", "swoffd-max-idle", "30000")
	  GONE("other_config", "min-revalidate-pps", "0")
	  GONE("external_ids", "swoffd-min-revalidate-pps", "") },
	{ "held, was not set", ROOT(OURS, MARKS("", "7")), true, 200000,
	  10000, NULL,
	  GONE("other_config", "max-idle", "200000")
	  GONE("external_ids", "swoffd-max-idle", "")
	  NOW("other_config", "min-revalidate-pps", "0", "7")
	  GONE("external_ids", "swoffd-min-revalidate-pps", "7") },
	{ "an operator set one meanwhile",
	  ROOT(PAIR("max-idle", "7000") "," PAIR("min-revalidate-pps", "0"),
	       MARKS("30000", "")), false, 7000, 7000,
	  NOW("external_ids", "swoffd-max-idle", "30000", "7000")
	  NOW("other_config", "max-idle", "7000", "200000"),
	  GONE("external_ids", "swoffd-max-idle", "30000")
	  GONE("other_config", "min-revalidate-pps", "0")
	  GONE("external_ids", "swoffd-min-revalidate-pps", "") },
	{ "an operator removed both", ROOT("", MARKS("30000", "5")), false,
	  10000, 10000,
	  NOW("external_ids", "swoffd-max-idle", "30000", "")
	  NEW("other_config", "max-idle", "200000")
	  NOW("external_ids", "swoffd-min-revalidate-pps", "5", "")
	  NEW("other_config", "min-revalidate-pps", "0"),
	  GONE("external_ids", "swoffd-max-idle", "30000")
	  GONE("external_ids", "swoffd-min-revalidate-pps", "5") },
	{ "an operator has our values himself", ROOT(OURS, ""), false,
	  200000, 200000,
	  NEW("external_ids", "swoffd-max-idle", "200000")
	  IF("other_config", "max-idle=200000")
	  NEW("external_ids", "swoffd-min-revalidate-pps", "0")
	  IF("other_config", "min-revalidate-pps=0"), NULL },
	{ "and they are held", ROOT(OURS, MARKS("200000", "0")), true,
	  200000, 200000, NULL,
	  IF("other_config", "max-idle=200000")
	  GONE("external_ids", "swoffd-max-idle", "200000")
	  IF("other_config", "min-revalidate-pps=0")
	  GONE("external_ids", "swoffd-min-revalidate-pps", "0") },
	{ "an operator has more", ROOT(PAIR("max-idle", "300000"), ""), false,
	  300000, 300000,
	  NEW("external_ids", "swoffd-max-idle", "300000")
	  IF("other_config", "max-idle=300000")
	  NEW("external_ids", "swoffd-min-revalidate-pps", "")
	  NEW("other_config", "min-revalidate-pps", "0"), NULL },
	{ "and that is held",
	  ROOT(PAIR("max-idle", "300000") ","
	       PAIR("min-revalidate-pps", "0"), MARKS("300000", "")), true,
	  300000, 300000, NULL,
	  IF("other_config", "max-idle=300000")
	  GONE("external_ids", "swoffd-max-idle", "300000")
	  GONE("other_config", "min-revalidate-pps", "0")
	  GONE("external_ids", "swoffd-min-revalidate-pps", "") },
	{ "marks of nonsense", ROOT(OURS, MARKS("x", "")), true, 200000,
	  10000, NULL,
	  NOW("other_config", "max-idle", "200000", "x")
	  GONE("external_ids", "swoffd-max-idle", "x")
	  GONE("other_config", "min-revalidate-pps", "0")
	  GONE("external_ids", "swoffd-min-revalidate-pps", "") },
};

typedef int (*change)(struct ovs *ovs, struct request *r, struct error *err);

static void assert_asks(const char *name, change start, const char *expected)
{
	uint32_t before = w.db->last_transaction;
	char seen[4096];
	struct error err;
	size_t n;

	assert_int_equal(start(&w.base, &request, &err), 0);
	if (!expected) {
		assert_nothing_asked(before);
		return;
	}
	n = take(seen);
	if (strcmp(seen, expected) != 0)
		fail_msg("%s: asked\n%snot\n%s", name, seen, expected);
	reply(n);
	assert_done(0);
}

static void settings_are_held_and_released_by_what_is_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct setting *c = &cases[i];

		load(c->row);
		assert_int_equal(settings().held, c->held);
		assert_int_equal(settings().max_idle_ms, c->max_idle_ms);
		assert_int_equal(settings().own_max_idle_ms,
				 c->own_max_idle_ms);
		assert_asks(c->name, w.base.hold_settings, c->hold);
		assert_asks(c->name, w.base.release_settings, c->release);
		ovsserver_hang_up(s);
	}
}

#define SOMEBODY_SETS(value)                                             \
	"\"Open_vSwitch\":{" UUID(1) ":{\"modify\":{\"other_config\":"   \
	MAP(PAIR("max-idle", value)) "}}}"

static void what_changed_meanwhile_is_read_anew(void **state)
{
	char seen[4096];
	struct error err;

	(void)state;
	load(ROOT(PAIR("max-idle", "30000"), ""));
	assert_int_equal(w.base.hold_settings(&w.base, &request, &err), 0);
	(void)take(seen);
	update(SOMEBODY_SETS("5"));
	refuse();
	size_t n = take(seen);
	assert_non_null(strstr(seen, NOW("other_config", "max-idle", "5",
					 "200000")));
	assert_int_equal(n_answers, 0);
	reply(n);
	assert_done(0);
}

static void it_may_be_so_by_then(void **state)
{
	char seen[4096];
	struct error err;

	(void)state;
	load(ROOT("", ""));
	assert_int_equal(w.base.set_hw_offload(&w.base, true, &request, &err),
			 0);
	(void)take(seen);
	assert_string_equal(seen, NEW("other_config", "hw-offload", "true"));
	update("\"Open_vSwitch\":{" UUID(1) ":{\"modify\":{\"other_config\":"
	       MAP(PAIR("hw-offload", "true")) "}}}");
	refuse();
	assert_done(0);
	assert_int_equal(w.db->last_transaction, 1);
	assert_asks("off", w.base.release_settings, NULL);
}

static void who_is_always_late_gives_up(void **state)
{
	char seen[4096];
	struct error err;

	(void)state;
	load(ROOT("", ""));
	assert_int_equal(w.base.hold_settings(&w.base, &request, &err), 0);
	for (int i = 0; i < OVS_CHANGE_MAX_TRIES; i++) {
		assert_int_equal(n_answers, 0);
		(void)take(seen);
		refuse();
	}
	assert_done(EAGAIN);
	assert_non_null(strstr(answer.msg, "try again"));
	assert_int_equal(w.db->last_transaction, OVS_CHANGE_MAX_TRIES);
}

static void what_the_server_says_is_told(void **state)
{
	char seen[4096];
	struct error err;

	(void)state;
	load(ROOT("", ""));
	assert_int_equal(w.base.hold_settings(&w.base, &request, &err), 0);
	(void)take(seen);
	ovsserver_tell(s, "{\"id\":\"transact 1\",\"result\":[{\"error\":"
		       "\"not allowed\",\"details\":\"read only\"}]}");
	assert_done(EROFS);
	assert_string_equal(answer.msg, "Open vSwitch: transact: the server "
			    "says: not allowed: read only");
}

static void a_lost_connection_leaves_it_open_and_the_next_tells(void **state)
{
	char seen[4096];
	struct error err;

	(void)state;
	load(ROOT(PAIR("max-idle", "30000"), ""));
	assert_int_equal(w.base.hold_settings(&w.base, &request, &err), 0);
	(void)take(seen);
	ovsserver_hang_up(s);
	assert_done(ECONNRESET);
	assert_non_null(strstr(answer.msg, "may have been done or not"));
	assert_int_equal(w.base.hold_settings(&w.base, &request, &err),
			 -ENOTCONN);
	/* It was. */
	load(ROOT(OURS, MARKS("30000", "")));
	assert_asks("again", w.base.hold_settings, NULL);
}

static void without_a_database_it_says_what_to_do(void **state)
{
	struct error err;

	(void)state;
	load("");
	assert_int_equal(w.base.hold_settings(&w.base, &request, &err),
			 -ENOENT);
	assert_non_null(strstr(err.msg, "ovs-vsctl init"));
	assert_int_equal(w.base.plug(&w.base, "br0", NULL, 0, &request, &err),
			 -ENODEV);
	assert_non_null(strstr(err.msg, "no bridge 'br0'"));
	assert_int_equal(n_answers, 0);
}

static void at_the_end_nobody_is_told(void **state)
{
	char seen[4096];
	struct error err;

	(void)state;
	load(ROOT("", ""));
	assert_int_equal(w.base.hold_settings(&w.base, &request, &err), 0);
	(void)take(seen);
	/* With nothing to do: it waits for the end of the round. */
	assert_int_equal(w.base.release_settings(&w.base, &request, &err), 0);
	ovs_world_fini(&w);
	assert_int_equal(n_answers, 0);
	assert_int_equal(ovs_world_init(&w, s->loop, s->path), 0);
}

#define PLUGGED(mark) PAIR("swoffd-plugged", mark)
#define TABLES                                                         \
	BRIDGE(REF(3) "," REF(4) "," REF(5)) ",\"Port\":{"             \
	PORT(3, "a", REF(6)) "," PORT(4, "b", REF(7)) ","              \
	PORT(5, "c", REF(8) "," REF(9)) "},\"Interface\":{"            \
	INTERFACE(6, "a", PLUGGED("d/1")) "," INTERFACE(7, "b", "")    \
	"," INTERFACE(8, "c", PLUGGED("d/3")) ","                      \
	INTERFACE(9, "e", PLUGGED("d/4")) "}"

#define INSERTS(name, mark, number)                                    \
	"if name == \"" name "\" is not\n"                             \
	"{\"name\":\"" name "\",\"external_ids\":[\"map\",[[\"swoffd-" \
	"plugged\",\"" mark "\"]]]}\n"                                 \
	"{\"name\":\"" name "\",\"interfaces\":[\"named-uuid\",\"i"    \
	#number "\"]}\n"                                               \
	"ports insert [\"set\",[[\"named-uuid\",\"p" #number "\"]]]\n"

static void what_is_a_port_by_then_is_not_plugged(void **state)
{
	struct ovs_port ports[] = {
		{ .name = "a", .mark = "d/1" }, { .name = "x", .mark = "d/5" },
		{ .name = "y", .mark = "d/6" },
	};
	char seen[4096];
	struct error err;
	size_t n;

	(void)state;
	load(TABLES);
	assert_int_equal(w.base.plug(&w.base, "br0", ports, 3, &request, &err),
			 0);
	(void)take(seen);
	assert_string_equal(seen, "if name == \"br0\"\n" INSERTS("x", "d/5", 1)
			    INSERTS("y", "d/6", 2));
	update("\"Interface\":{" INTERFACE(0, "x", "") "}");
	refuse();
	n = take(seen);
	assert_string_equal(seen, "if name == \"br0\"\n" INSERTS("y", "d/6",
								 2));
	reply(n);
	assert_done(0);
	assert_false(ports[0].done);
	assert_false(ports[1].done);
	assert_true(ports[2].done);
}

static void only_what_was_plugged_is_unplugged(void **state)
{
	struct ovs_port ports[] = {
		{ .name = "a", .mark = "d/1" }, { .name = "a", .mark = "d/2" },
		{ .name = "b", .mark = "d/2" }, { .name = "c", .mark = "d/3" },
		{ .name = "z", .mark = "d/9" },
	};
	char seen[4096];
	struct error err;
	size_t n;

	(void)state;
	load(TABLES);
	assert_int_equal(w.base.unplug(&w.base, "br0", ports, 5, &request,
				       &err), 0);
	n = take(seen);
	assert_string_equal(seen,
			    "if interfaces == " REF(6) "\n"
			    "if external_ids includes swoffd-plugged=d/1\n"
			    "if ports includes " REF(3) "\n"
			    "ports delete [\"set\",[" REF(3) "]]\n");
	reply(n);
	assert_done(0);
	for (size_t i = 0; i < ARRAY_LEN(ports); i++)
		assert_int_equal(ports[i].done, i == 0);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(settings_are_held_and_released_by_what_is_there),
		TEST(what_changed_meanwhile_is_read_anew),
		TEST(it_may_be_so_by_then),
		TEST(who_is_always_late_gives_up),
		TEST(what_the_server_says_is_told),
		TEST(a_lost_connection_leaves_it_open_and_the_next_tells),
		TEST(without_a_database_it_says_what_to_do),
		TEST(at_the_end_nobody_is_told),
		TEST(what_is_a_port_by_then_is_not_plugged),
		TEST(only_what_was_plugged_is_unplugged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

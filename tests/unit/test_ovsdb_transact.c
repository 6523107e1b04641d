/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Transactions have one end each, whatever the server says or does not say. */
#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/rpc/rpc.h"
#include "swoffd/ovs/ovsdb_transact.h"
#include "tests/unit/ovsserver.h"

struct asked {
	struct ovsdb_transaction transaction;
	struct error err;
	int n_done;
};

static struct ovsserver *s;
static struct ovsdb *o;
static struct asked asked[OVSDB_MAX_TRANSACTIONS + 1];

static int set_up(void **state)
{
	(void)state;
	s = ovsserver_new();
	ovsserver_up(s);
	memset(asked, 0, sizeof(asked));
	return ovsdb_new(s->loop, s->path, NULL, &o);
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
	ovsserver_load(s);
	ovsserver_until(s, ovsdb_is_ready(o));
}

static void on_done(struct ovsdb_transaction *t, const struct error *err)
{
	struct asked *a = container_of(t, struct asked, transaction);

	a->err = *err;
	a->n_done++;
}

/* Two operations. */
static int ask(struct asked *a, struct error *err)
{
	struct ovsdb_ops ops;

	ovsdb_ops_init(&ops);
	ovsdb_ops_comment(&ops, "a test");
	ovsdb_ops_comment(&ops, "a test");
	a->transaction.done = on_done;
	return ovsdb_transact(o, &a->transaction, &ops, err);
}

/* Asked and in the hands of the server. */
static void start(struct asked *a)
{
	struct error err;

	assert_int_equal(ask(a, &err), 0);
	json_put(ovsserver_expect(s, "transact"));
	assert_int_equal(a->n_done, 0);
}

static void what_is_done_is_said_once(void **state)
{
	(void)state;
	get_ready();
	start(&asked[0]);
	ovsserver_tell(s, ovsserver_golden(s, "done"));
	ovsserver_until(s, asked[0].n_done);
	assert_int_equal(asked[0].err.code, 0);
	assert_int_equal(o->n_transactions, 0);
	loop_advance(s->loop, OVSDB_ANSWER_MS);
	ovsserver_rounds(s, 2);
	assert_true(ovsdb_is_ready(o));
	assert_int_equal(asked[0].n_done, 1);
}

static void operations_are_as_they_should_be(void **state)
{
	struct error err;
	struct json_object *m;

	(void)state;
	get_ready();
	assert_int_equal(ask(&asked[0], &err), 0);
	m = ovsserver_expect(s, "transact");
	assert_string_equal(
		json_object_to_json_string_ext(m, JSON_C_TO_STRING_PLAIN),
		"{\"method\":\"transact\",\"id\":\"transact 1\",\"params\":"
		"[\"Open_vSwitch\",{\"op\":\"comment\",\"comment\":\"a test\"}"
		",{\"op\":\"comment\",\"comment\":\"a test\"}]}");
	json_put(m);
}

#define ROW "10000000-0200-0000-0000-0000000000fe"
#define IS_ROW "[\"_uuid\",\"==\",[\"uuid\",\"" ROW "\"]]"
#define TABLE "\"table\":\"Open_vSwitch\""
#define ENTRY(value) "[\"map\",[[\"max-idle\",\"" value "\"]]]"
#define WAIT(value)                                                         \
	"{\"op\":\"wait\",\"timeout\":0," TABLE ",\"where\":[" IS_ROW ","   \
	"[\"other_config\",\"includes\"," ENTRY(value) "]],"                \
	"\"columns\":[\"_uuid\"],\"until\":\"==\","                         \
	"\"rows\":[{\"_uuid\":[\"uuid\",\"" ROW "\"]}]}"
#define MUTATE(what, value)                                                 \
	"{\"op\":\"mutate\"," TABLE ",\"where\":[" IS_ROW "],\"mutations\":"\
	"[[\"other_config\",\"" what "\"," ENTRY(value) "]]}"
#define NOBODYS "swoffd was here"

/* What an edit from was to now is made of. */
static const struct edit {
	const char *was, *now, *json;
} edits[] = {
	{ "1", "2", "[\"Open_vSwitch\"," WAIT("1") "," MUTATE("delete", "1")
		    "," MUTATE("insert", "2") "]" },
	{ "1", NULL, "[\"Open_vSwitch\"," WAIT("1") "," MUTATE("delete", "1")
		     "]" },
	{ "1", "1", "[\"Open_vSwitch\"," WAIT("1") "]" },
	{ NULL, "2", "[\"Open_vSwitch\"," MUTATE("insert", NOBODYS) ","
		     WAIT(NOBODYS) "," MUTATE("delete", NOBODYS) ","
		     MUTATE("insert", "2") "]" },
};

static void an_edit_guards_the_key_and_no_other(void **state)
{
	struct ovsdb_uuid uuid;

	(void)state;
	assert_int_equal(ovsdb_uuid_parse(ROW, &uuid), 0);
	for (size_t i = 0; i < ARRAY_LEN(edits); i++) {
		struct ovsdb_ops ops;

		ovsdb_ops_init(&ops);
		ovsdb_ops_edit(&ops, OVSDB_OPEN_VSWITCH_CONFIG, &uuid,
			       "max-idle", edits[i].was, edits[i].now);
		assert_string_equal(
			json_object_to_json_string_ext(ops.list,
						       JSON_C_TO_STRING_PLAIN),
			edits[i].json);
		ovsdb_ops_fini(&ops);
	}
}

/* What was captured of refusals, and what comes of it. */
static const struct refusal {
	const char *golden;
	int code;
	const char *words;
} refusals[] = {
	{ "not-so", EAGAIN, "timed out: \"where\" clause test failed" },
	{ "twice", EREMOTEIO, "constraint violation: transaction causes "
	  "\"Open_vSwitch\" table to contain 2 rows" },
	{ "no-such", EREMOTEIO, "syntax error: Parsing ovsdb operation 2 of 2 "
	  "failed: No table named Nope." },
	{ "no-database", EREMOTEIO, "unknown database: transact request "
	  "specifies unknown database Nope" },
};

static void a_refusal_is_in_the_words_of_the_server(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		struct asked *a = &asked[i];

		o->last_transaction = 0;       /* as it was captured */
		if (!ovsdb_is_ready(o))
			get_ready();
		start(a);
		ovsserver_tell(s, ovsserver_golden(s, refusals[i].golden));
		ovsserver_until(s, a->n_done);
		assert_int_equal(a->err.code, refusals[i].code);
		if (!strstr(a->err.msg, refusals[i].words))
			fail_msg("%s: %s", refusals[i].golden, a->err.msg);
		assert_true(ovsdb_is_ready(o));
	}
}

static void answers_may_come_in_any_order(void **state)
{
	(void)state;
	get_ready();
	start(&asked[0]);
	start(&asked[1]);
	ovsserver_tell(s, "{\"id\":\"transact 2\",\"result\":[{},{}],"
		       "\"error\":null}");
	ovsserver_until(s, asked[1].n_done);
	assert_int_equal(asked[0].n_done, 0);
	ovsserver_tell(s, ovsserver_golden(s, "done"));
	ovsserver_until(s, asked[0].n_done);
}

static void assert_unknown(const struct asked *a, const char *why)
{
	assert_int_equal(a->n_done, 1);
	assert_int_equal(a->err.code, ECONNRESET);
	assert_non_null(strstr(a->err.msg, "may have been done or not"));
	if (!strstr(a->err.msg, why))
		fail_msg("%s is not in %s", why, a->err.msg);
	assert_int_equal(o->n_transactions, 0);
}

static void who_hangs_up_leaves_it_open(void **state)
{
	(void)state;
	get_ready();
	start(&asked[0]);
	start(&asked[1]);
	ovsserver_hang_up(s);
	ovsserver_until(s, asked[1].n_done);
	assert_unknown(&asked[0], "the server has gone");
	assert_unknown(&asked[1], "the server has gone");
	/* The next connection is as good as any. */
	o->last_transaction = 0;
	get_ready();
	start(&asked[2]);
	ovsserver_tell(s, ovsserver_golden(s, "done"));
	ovsserver_until(s, asked[2].n_done);
	assert_int_equal(asked[2].err.code, 0);
}

static void who_does_not_answer_is_left(void **state)
{
	(void)state;
	get_ready();
	start(&asked[0]);
	loop_advance(s->loop, OVSDB_ANSWER_MS / 2);
	start(&asked[1]);
	/* The rounds take some time of their own. */
	loop_advance(s->loop, OVSDB_ANSWER_MS / 4);
	ovsserver_rounds(s, 1);
	assert_true(ovsdb_is_ready(o));
	loop_advance(s->loop, OVSDB_ANSWER_MS / 4);
	ovsserver_until(s, asked[1].n_done);
	assert_unknown(&asked[0], "no answer to a transaction");
	assert_unknown(&asked[1], "no answer to a transaction");
	assert_false(ovsdb_is_ready(o));
}

#define ANSWER(result) "{\"id\":\"transact 1\",\"result\":" result "}"

/* Instead of an answer. */
static const struct shape {
	const char *text, *why;
} shapes[] = {
	{ "{\"id\":\"transact 2\",\"result\":[{},{}]}", "nothing that was" },
	{ "{\"id\":\"transact\",\"result\":[{},{}]}", "nothing that was" },
	{ "{\"id\":\"transact 1x\",\"result\":[{},{}]}", "nothing that was" },
	{ "{\"id\":\"transact -1\",\"result\":[{},{}]}", "nothing that was" },
	{ "{\"id\":\"transact 99999999999\",\"result\":[{},{}]}", "nothing" },
	{ "{\"id\":1,\"result\":[{},{}]}", "nothing that was" },
	{ "{\"id\":\"transact 2\",\"error\":\"no\"}", "the server says: no" },
	{ ANSWER("null"), "no request and no answer" },
	{ ANSWER("{}"), "does not say what became of it" },
	{ ANSWER("5"), "does not say what became of it" },
	{ ANSWER("[]"), "does not say what became of it" },
	{ ANSWER("[{}]"), "does not say what became of it" },
	{ ANSWER("[{},null]"), "does not say what became of it" },
	{ ANSWER("[{},5]"), "does not say what became of it" },
	{ ANSWER("[{},{},{}]"), "does not say what became of it" },
	{ "{\"id\":\"transact 1\",\"result\":[{},", "the server has gone" },
};

static void a_wrong_answer_ends_the_connection(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		struct asked *a = &asked[i];

		o->last_transaction = 0;
		get_ready();
		start(a);
		ovsserver_tell(s, shapes[i].text);
		ovsserver_rounds(s, 2);
		ovsserver_hang_up(s);
		ovsserver_until(s, a->n_done);
		assert_unknown(a, shapes[i].why);
	}
}

/* Of any error object something can be said. */
static void a_strange_error_is_an_error(void **state)
{
	static const char *const errors[] = {
		ANSWER("[{\"error\":5}]"), ANSWER("[{\"error\":{}}]"),
		ANSWER("[{\"error\":\"a\\u001b\\n\",\"details\":[]},5,6,7]"),
	};

	(void)state;
	get_ready();
	for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
		o->last_transaction = 0;
		start(&asked[i]);
		ovsserver_tell(s, errors[i]);
		ovsserver_until(s, asked[i].n_done);
		assert_int_equal(asked[i].err.code, EREMOTEIO);
		assert_null(strpbrk(asked[i].err.msg, "\x1b\n"));
	}
	assert_true(ovsdb_is_ready(o));
}

static void only_so_many_are_under_way(void **state)
{
	struct error err;

	(void)state;
	get_ready();
	for (int i = 0; i < OVSDB_MAX_TRANSACTIONS; i++)
		start(&asked[i]);
	assert_int_equal(ask(&asked[OVSDB_MAX_TRANSACTIONS], &err), -EBUSY);
	ovsserver_tell(s, ovsserver_golden(s, "done"));
	ovsserver_until(s, asked[0].n_done);
	start(&asked[OVSDB_MAX_TRANSACTIONS]);
	/* Those that are left are told nothing. */
}

static void without_a_connection_nothing_is_asked(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(ask(&asked[0], &err), -ENOTCONN);
	ovsserver_greet(s);
	assert_int_equal(ask(&asked[0], &err), -ENOTCONN);
	ovsserver_down(s);
	ovsserver_until(s, o->why.code);
	assert_int_equal(ask(&asked[0], &err), -ENOTCONN);
	assert_non_null(strstr(err.msg, "is ovsdb-server running?"));
	assert_int_equal(asked[0].n_done, 0);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(what_is_done_is_said_once),
		TEST(operations_are_as_they_should_be),
		TEST(an_edit_guards_the_key_and_no_other),
		TEST(a_refusal_is_in_the_words_of_the_server),
		TEST(answers_may_come_in_any_order),
		TEST(who_hangs_up_leaves_it_open),
		TEST(who_does_not_answer_is_left),
		TEST(a_wrong_answer_ends_the_connection),
		TEST(a_strange_error_is_an_error),
		TEST(only_so_many_are_under_way),
		TEST(without_a_connection_nothing_is_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

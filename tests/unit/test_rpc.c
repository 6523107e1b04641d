/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The envelope: what is taken apart, and which error each bad one gets. */
#include "tests/unittest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/rpc/rpc.h"

static int parse(const char *line, struct rpc_request *r,
		 struct json_object **reply)
{
	return rpc_request_parse(line, strlen(line), r, reply);
}

static void expect_error(const char *line, size_t size, int code,
			 const char *word)
{
	struct rpc_request r = { 0 };
	AUTO(json_put) struct json_object *reply = NULL;
	struct json_object *error, *v;

	assert_int_equal(rpc_request_parse(line, size, &r, &reply), -EBADMSG);
	assert_null(r.method);
	assert_true(json_object_object_get_ex(reply, "error", &error));
	assert_true(json_object_object_get_ex(error, "code", &v));
	assert_int_equal(json_object_get_int(v), code);
	assert_true(json_object_object_get_ex(error, "message", &v));
	assert_non_null(strstr(json_object_get_string(v), word));
}

static void a_request_is_taken_apart(void **state)
{
	struct rpc_request r = { 0 };
	struct json_object *reply = NULL, *v;

	(void)state;
	assert_int_equal(parse("{\"jsonrpc\":\"2.0\",\"id\":7,"
			       "\"method\":\"rep.list\","
			       "\"params\":{\"device\":\"eth0\"}}",
			       &r, &reply), 0);
	assert_string_equal(r.method, "rep.list");
	assert_int_equal(json_object_get_int(r.id), 7);
	assert_false(r.notification);
	assert_true(json_object_object_get_ex(r.params, "device", &v));
	assert_string_equal(json_object_get_string(v), "eth0");
	rpc_request_fini(&r);
}

static void a_request_without_id_is_a_notification(void **state)
{
	struct rpc_request r = { 0 };
	struct json_object *reply = NULL;

	(void)state;
	assert_int_equal(parse("{\"jsonrpc\":\"2.0\",\"method\":\"x\"}", &r,
			       &reply), 0);
	assert_true(r.notification);
	assert_null(r.params);
	rpc_request_fini(&r);
}

static void a_null_id_is_no_notification(void **state)
{
	struct rpc_request r = { 0 };
	struct json_object *reply = NULL;

	(void)state;
	assert_int_equal(parse("{\"jsonrpc\":\"2.0\",\"id\":null,"
			       "\"method\":\"x\"}", &r, &reply), 0);
	assert_false(r.notification);
	rpc_request_fini(&r);
}

static void bad_requests_get_the_codes_of_the_standard(void **state)
{
	static const struct {
		const char *line;
		int code;
		const char *word;
	} bad[] = {
		{ "garbage", RPC_PARSE_ERROR, "not JSON" },
		{ "{\"jsonrpc\":", RPC_PARSE_ERROR, "not JSON" },
		{ "{} x", RPC_PARSE_ERROR, "not JSON" },
		{ "{\"a\":1,}", RPC_PARSE_ERROR, "not JSON" },
		{ "\"\xff\"", RPC_PARSE_ERROR, "not JSON" },
		{ "[]", RPC_INVALID_REQUEST, "batch" },
		{ "17", RPC_INVALID_REQUEST, "not an object" },
		{ "{}", RPC_INVALID_REQUEST, "jsonrpc" },
		{ "{\"jsonrpc\":\"1.0\",\"method\":\"x\"}",
		  RPC_INVALID_REQUEST, "jsonrpc" },
		{ "{\"jsonrpc\":\"2.0\",\"method\":5}", RPC_INVALID_REQUEST,
		  "method" },
		{ "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"x\"}",
		  RPC_INVALID_REQUEST, "id" },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\","
		  "\"params\":[1]}", RPC_INVALID_PARAMS, "params" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		expect_error(bad[i].line, strlen(bad[i].line), bad[i].code,
			     bad[i].word);
}

static void a_nul_byte_is_refused(void **state)
{
	static const char line[] = "{}\0{}";

	(void)state;
	expect_error(line, sizeof(line) - 1, RPC_PARSE_ERROR, "NUL");
}

static void ten_thousand_brackets_are_refused(void **state)
{
	char line[10000];

	(void)state;
	memset(line, '[', sizeof(line));
	expect_error(line, sizeof(line), RPC_PARSE_ERROR, "nesting");
}

static void depth_is_allowed_up_to_the_limit(void **state)
{
	char line[256] = "";
	struct rpc_request r = { 0 };
	AUTO(json_put) struct json_object *reply = NULL;

	(void)state;
	strcat(line, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\","
		     "\"params\":{\"a\":");
	for (int i = 0; i < RPC_MAX_DEPTH - 3; i++)
		strcat(line, "[");
	for (int i = 0; i < RPC_MAX_DEPTH - 3; i++)
		strcat(line, "]");
	strcat(line, "}}");
	assert_int_equal(parse(line, &r, &reply), 0);
	rpc_request_fini(&r);
}

static void an_error_carries_the_kernels_words(void **state)
{
	struct error err;
	AUTO(json_put) struct json_object *o = NULL;
	AUTO(free) char *line = NULL;
	size_t size;

	(void)state;
	(void)error_set(&err, EBUSY, "set switchdev");
	strcpy(err.extack, "\"VFs\" in use");
	o = rpc_error_new(NULL, RPC_FAILED, err.msg,
			  rpc_error_data(&err, NULL));
	line = rpc_line(o, &size);
	assert_int_equal(line[size - 1], '\n');
	line[size - 1] = '\0';
	assert_string_equal(line,
		"{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32000,"
		"\"message\":\"set switchdev\",\"data\":{\"errno\":16,"
		"\"errno_name\":\"EBUSY\",\"extack\":\"\\\"VFs\\\" in use\"}}}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_taken_apart),
		cmocka_unit_test(a_request_without_id_is_a_notification),
		cmocka_unit_test(a_null_id_is_no_notification),
		cmocka_unit_test(bad_requests_get_the_codes_of_the_standard),
		cmocka_unit_test(a_nul_byte_is_refused),
		cmocka_unit_test(ten_thousand_brackets_are_refused),
		cmocka_unit_test(depth_is_allowed_up_to_the_limit),
		cmocka_unit_test(an_error_carries_the_kernels_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Takes requests apart and puts requests and responses together. */
#include "common/rpc/rpc.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void tokener_put(struct json_tokener *tok)
{
	if (tok)
		json_tokener_free(tok);
}
DEFINE_AUTO(struct json_tokener *, tokener_put)

static int refuse(struct json_object **reply, struct json_object *id,
		  enum rpc_code code, const char *msg)
{
	*reply = rpc_error_new(id, code, msg, NULL);
	return *reply ? -EBADMSG : -ENOMEM;
}

static int parse_json(const char *line, size_t size, struct json_object **out,
		      struct json_object **reply)
{
	AUTO(tokener_put) struct json_tokener *tok =
		json_tokener_new_ex(RPC_MAX_DEPTH);
	AUTO(json_put) struct json_object *o = NULL;
	enum json_tokener_error err;
	char msg[128];

	if (!tok)
		return -ENOMEM;
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT |
				    JSON_TOKENER_VALIDATE_UTF8);
	if (memchr(line, '\0', size))
		return refuse(reply, NULL, RPC_PARSE_ERROR,
			      "not JSON: a NUL byte");
	o = json_tokener_parse_ex(tok, line, (int)size);
	err = json_tokener_get_error(tok);
	/* Only the end of the text ends a number. */
	if (err == json_tokener_continue) {
		o = json_tokener_parse_ex(tok, "", 1);
		err = json_tokener_get_error(tok);
	}
	if (err != json_tokener_success) {
		(void)snprintf(msg, sizeof(msg), "not JSON: %s at byte %zu",
			       json_tokener_error_desc(err),
			       json_tokener_get_parse_end(tok) + 1);
		return refuse(reply, NULL, RPC_PARSE_ERROR, msg);
	}
	*out = steal_ptr(o);
	return 0;
}

static bool is_version_2(struct json_object *o)
{
	struct json_object *v;

	return json_object_object_get_ex(o, "jsonrpc", &v) &&
	       json_object_is_type(v, json_type_string) &&
	       strcmp(json_object_get_string(v), "2.0") == 0;
}

static bool is_id(struct json_object *id)
{
	return !id || json_object_is_type(id, json_type_string) ||
	       json_object_is_type(id, json_type_int) ||
	       json_object_is_type(id, json_type_double);
}

static int take_apart(struct json_object *o, struct rpc_request *r,
		      struct json_object **reply)
{
	struct json_object *id = NULL, *method = NULL, *params = NULL;

	if (json_object_is_type(o, json_type_array))
		return refuse(reply, NULL, RPC_INVALID_REQUEST,
			      "a batch: send the requests one a line");
	if (!json_object_is_type(o, json_type_object))
		return refuse(reply, NULL, RPC_INVALID_REQUEST,
			      "not an object");
	r->notification = !json_object_object_get_ex(o, "id", &id);
	if (!is_id(id))
		return refuse(reply, NULL, RPC_INVALID_REQUEST,
			      "id: neither string nor number");
	if (!is_version_2(o))
		return refuse(reply, id, RPC_INVALID_REQUEST,
			      "jsonrpc: not \"2.0\"");
	if (!json_object_object_get_ex(o, "method", &method) ||
	    !json_object_is_type(method, json_type_string))
		return refuse(reply, id, RPC_INVALID_REQUEST,
			      "method: not a string");
	if (json_object_object_get_ex(o, "params", &params) &&
	    !json_object_is_type(params, json_type_object))
		return refuse(reply, id, RPC_INVALID_PARAMS,
			      "params: not an object (parameters have names)");

	r->method = strdup(json_object_get_string(method));
	if (!r->method)
		return -ENOMEM;
	r->id = json_object_get(id);
	r->params = json_object_get(params);
	return 0;
}

int rpc_request_parse(const char *line, size_t size, struct rpc_request *out,
		      struct json_object **reply)
{
	AUTO(json_put) struct json_object *o = NULL;
	struct rpc_request r = { 0 };
	int rc = parse_json(line, size, &o, reply);

	if (rc < 0)
		return rc;
	rc = take_apart(o, &r, reply);
	if (rc < 0)
		return rc;
	*out = r;
	return 0;
}

void rpc_request_fini(struct rpc_request *r)
{
	json_put(r->id);
	json_put(r->params);
	free(r->method);
	*r = (struct rpc_request){ 0 };
}

static struct json_object *envelope_new(void)
{
	struct json_object *o = json_object_new_object();

	if (o)
		json_object_object_add(o, "jsonrpc",
				       json_object_new_string("2.0"));
	return o;
}

struct json_object *rpc_notice_new(const char *method,
				   struct json_object *params)
{
	struct json_object *o = envelope_new();

	if (!o) {
		json_put(params);
		return NULL;
	}
	json_object_object_add(o, "method", json_object_new_string(method));
	if (params)
		json_object_object_add(o, "params", params);
	return o;
}

struct json_object *rpc_request_new(int id, const char *method,
				    struct json_object *params)
{
	struct json_object *o = rpc_notice_new(method, params);

	if (o)
		json_object_object_add(o, "id", json_object_new_int(id));
	return o;
}

struct json_object *rpc_result_new(struct json_object *id,
				   struct json_object *result)
{
	struct json_object *o = envelope_new();

	if (!o) {
		json_put(result);
		return NULL;
	}
	json_object_object_add(o, "id", json_object_get(id));
	json_object_object_add(o, "result", result);
	return o;
}

struct json_object *rpc_error_new(struct json_object *id, enum rpc_code code,
				  const char *msg, struct json_object *data)
{
	struct json_object *o = envelope_new(), *e = json_object_new_object();

	if (!o || !e) {
		json_put(o);
		json_put(e);
		json_put(data);
		return NULL;
	}
	json_object_object_add(e, "code", json_object_new_int(code));
	json_object_object_add(e, "message", json_object_new_string(msg));
	if (data)
		json_object_object_add(e, "data", data);
	json_object_object_add(o, "id", json_object_get(id));
	json_object_object_add(o, "error", e);
	return o;
}

struct json_object *rpc_error_data(const struct error *err,
				   struct json_object *reasons)
{
	const char *name = strerrorname_np(err->code);
	struct json_object *o = json_object_new_object();

	if (!o) {
		json_put(reasons);
		return NULL;
	}
	json_object_object_add(o, "errno", json_object_new_int(err->code));
	json_object_object_add(o, "errno_name",
			       json_object_new_string(name ? name : ""));
	json_object_object_add(o, "extack",
			       json_object_new_string(err->extack));
	if (reasons)
		json_object_object_add(o, "reasons", reasons);
	return o;
}

char *rpc_line(struct json_object *o, size_t *size)
{
	size_t len;
	const char *text;
	char *line;

	text = json_object_to_json_string_length(
		o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE,
		&len);
	if (!text)
		return NULL;
	line = malloc(len + 1);
	if (!line)
		return NULL;
	memcpy(line, text, len);
	line[len] = '\n';
	*size = len + 1;
	return line;
}

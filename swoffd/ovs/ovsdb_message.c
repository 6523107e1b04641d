/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "swoffd/ovs/ovsdb_message.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/printable.h"
#include "common/rpc/rpc.h"
#include "swoffd/ovs/ovsdb_json.h"
#include "swoffd/ovs/ovsdb_schema.h"

#define MONITOR_NAME "swoffd"          /* comes back with each update */

/* Takes params. */
static struct json_object *request(const char *method, const char *id,
				   struct json_object *params)
{
	return OVSDB_OBJECT({ "method", json_object_new_string(method) },
			    { "id", json_object_new_string(id) },
			    { "params", params });
}

struct json_object *ovsdb_list_request(void)
{
	return request("list_dbs", OVSDB_ID_LIST, json_object_new_array());
}

struct json_object *ovsdb_echo_request(void)
{
	return request("echo", OVSDB_ID_ECHO, json_object_new_array());
}

struct json_object *ovsdb_transact_request(uint32_t id,
					   struct json_object *params)
{
	char text[32];

	(void)snprintf(text, sizeof(text), OVSDB_ID_TRANSACT "%u", id);
	return request("transact", text, params);
}

static struct json_object *columns_of(const struct ovsdb_table *t)
{
	AUTO(json_put) struct json_object *names = json_object_new_array();

	for (uint32_t i = 0; names && i < t->n; i++)
		if (!ovsdb_json_push(names, json_object_new_string(
				     ovsdb_columns[t->first + i].name)))
			return NULL;
	return steal_ptr(names);
}

/* A list of one <monitor-request>. */
static struct json_object *monitor_table(const struct ovsdb_table *t)
{
	return OVSDB_ARRAY(OVSDB_OBJECT({ "columns", columns_of(t) }));
}

static struct json_object *monitor_tables(void)
{
	struct ovsdb_member tables[OVSDB_N_TABLES];

	for (int t = 0; t < OVSDB_N_TABLES; t++)
		tables[t] = (struct ovsdb_member){
			ovsdb_tables[t].name, monitor_table(&ovsdb_tables[t])
		};
	return ovsdb_json_object(tables, ARRAY_LEN(tables));
}

struct json_object *ovsdb_monitor_request(bool cond)
{
	return request(cond ? "monitor_cond" : "monitor", OVSDB_ID_MONITOR,
		       OVSDB_ARRAY(json_object_new_string(OVSDB_NAME),
				   json_object_new_string(MONITOR_NAME),
				   monitor_tables()));
}

struct json_object *ovsdb_echo_reply(struct json_object *id,
				     struct json_object *params)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	json_object_object_add(o, "id", json_object_get(id));
	json_object_object_add(o, "result", json_object_get(params));
	json_object_object_add(o, "error", NULL);
	return o;
}

/* "" if it is no text. */
static const char *text_of(struct json_object *json)
{
	return json_object_is_type(json, json_type_string) ?
		       json_object_get_string(json) : "";
}

/* What the server may say by which something else is to be done. */
static const struct {
	const char *word;
	int code;
} codes[] = {
	{ "timed out", EAGAIN },       /* a "wait" that does not hold */
	{ "permission error", EPERM },
	{ "not allowed", EROFS },
};

static int code_of(const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		if (strcmp(codes[i].word, word) == 0)
			return codes[i].code;
	return EREMOTEIO;
}

int ovsdb_error_of(const char *what, struct json_object *error,
		   struct error *err)
{
	struct json_object *word = error, *details = NULL;
	int rc;

	if (json_object_is_type(error, json_type_object)) {
		json_object_object_get_ex(error, "error", &word);
		json_object_object_get_ex(error, "details", &details);
	}
	rc = error_set(err, code_of(text_of(word)),
		       "%.32s: the server says: %.64s%s%.384s",
		       what, word ? json_object_get_string(word) : "error",
		       details ? ": " : "",
		       details ? json_object_get_string(details) : "");
	printable(err->msg);
	return rc;
}

int ovsdb_message_parse(struct json_object *json, struct ovsdb_message *out,
			struct error *err)
{
	struct ovsdb_message m = { .answers = "" };
	struct json_object *method = NULL, *error = NULL;

	json_object_object_get_ex(json, "id", &m.id);
	json_object_object_get_ex(json, "params", &m.params);
	json_object_object_get_ex(json, "result", &m.result);
	json_object_object_get_ex(json, "error", &error);
	if (json_object_object_get_ex(json, "method", &method)) {
		if (!json_object_is_type(method, json_type_string))
			return error_set(err, EBADMSG, "a method without a "
					 "name");
		m.method = json_object_get_string(method);
		*out = m;
		return 0;
	}
	m.answers = text_of(m.id);
	if (error) {
		*out = m;
		(void)ovsdb_error_of(m.answers, error, err);
		return -EREMOTEIO;
	}
	if (!m.id || !m.result)
		return error_set(err, EBADMSG, "a message that is no request "
				 "and no answer");
	*out = m;
	return 0;
}

bool ovsdb_list_has(struct json_object *result)
{
	size_t n = 0;

	if (json_object_is_type(result, json_type_array))
		n = json_object_array_length(result);
	for (size_t i = 0; i < n; i++)
		if (strcmp(text_of(json_object_array_get_idx(result, i)),
			   OVSDB_NAME) == 0)
			return true;
	return false;
}

struct json_object *ovsdb_update_of(struct json_object *params)
{
	if (!json_object_is_type(params, json_type_array) ||
	    json_object_array_length(params) != 2 ||
	    strcmp(text_of(json_object_array_get_idx(params, 0)),
		   MONITOR_NAME) != 0)
		return NULL;
	return json_object_array_get_idx(params, 1);
}

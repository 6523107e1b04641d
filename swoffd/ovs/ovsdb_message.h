/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of RFC 7047 that are sent, and what is in those that come. */
#ifndef SWOFFD_OVS_OVSDB_MESSAGE_H
#define SWOFFD_OVS_OVSDB_MESSAGE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/base/error.h"

/* Requests are known by these: there is never a second of the same name under
 * way on one connection. */
#define OVSDB_ID_LIST "list_dbs"
#define OVSDB_ID_MONITOR "monitor"
#define OVSDB_ID_ECHO "echo"
#define OVSDB_ID_TRANSACT "transact "  /* and a number */

/* Each is the caller's; NULL: no memory. */
struct json_object *ovsdb_list_request(void);
/* cond: monitor_cond, which tells of changes only what has changed; servers
 * before 2.6 do not have it. */
struct json_object *ovsdb_monitor_request(bool cond);
struct json_object *ovsdb_echo_request(void);
/* params (the database, then operations) is taken. */
struct json_object *ovsdb_transact_request(uint32_t id,
					   struct json_object *params);
/* To an echo of the server; id and params are borrowed and may be NULL. */
struct json_object *ovsdb_echo_reply(struct json_object *id,
				     struct json_object *params);

/* All borrowed from the message. */
struct ovsdb_message {
	const char *method;            /* NULL: it is an answer */
	const char *answers;           /* OVSDB_ID_...; "" for a method */
	struct json_object *id, *params, *result;
};

/*
 * 0; -EBADMSG: it is no message of JSON-RPC 1.0; or -EREMOTEIO: it is an
 * answer that says what went wrong, in err; out is set then, too.
 */
int ovsdb_message_parse(struct json_object *json, struct ovsdb_message *out,
			struct error *err);

/*
 * What error, {"error": WORD, "details": TEXT} or anything, says of what was
 * tried.  -EAGAIN: a "wait" did not hold; -EPERM; -EROFS; else -EREMOTEIO.
 */
int ovsdb_error_of(const char *what, struct json_object *error,
		   struct error *err);

/* Is the database that we read among the result of OVSDB_ID_LIST? */
bool ovsdb_list_has(struct json_object *result);

/* Of "update" and "update2": what ovsdb_replica_update() takes, or NULL. */
struct json_object *ovsdb_update_of(struct json_object *params);

#endif

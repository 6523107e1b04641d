/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "swoffd/ovs/ovsdb_stream.h"

#include <errno.h>
#include <string.h>

#include "common/rpc/rpc.h"

/*
 * Trailing characters are the next message.  json-c's check of UTF-8 takes a
 * character that is cut in two between reads for a bad one, so there is none.
 */
#define TOKENER_FLAGS \
	(JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS)

int ovsdb_stream_open(struct ovsdb_stream *s, int fd)
{
	*s = (struct ovsdb_stream){
		.tokener = json_tokener_new_ex(OVSDB_MAX_DEPTH),
	};
	/* What has been read is consumed before more is. */
	conn_init(&s->conn, fd, RPC_READ_SIZE);
	if (s->tokener) {
		json_tokener_set_flags(s->tokener, TOKENER_FLAGS);
		return 0;
	}
	ovsdb_stream_close(s);
	return -ENOMEM;
}

void ovsdb_stream_close(struct ovsdb_stream *s)
{
	conn_fini(&s->conn);
	if (s->tokener)
		json_tokener_free(s->tokener);
	s->tokener = NULL;
	s->begun = 0;
}

ssize_t ovsdb_stream_read(struct ovsdb_stream *s)
{
	return conn_read(&s->conn);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* So that only messages count as begun. */
static const char *skip_blanks(struct ovsdb_stream *s, size_t *size)
{
	const char *data = conn_received(&s->conn, size);
	size_t n = 0;

	while (!s->begun && n < *size && is_blank(data[n]))
		n++;
	conn_consume(&s->conn, n);
	*size -= n;
	return data + n;
}

int ovsdb_stream_next(struct ovsdb_stream *s, struct json_object **out,
		      struct error *err)
{
	size_t size, used;
	const char *data = skip_blanks(s, &size);
	struct json_object *o;

	if (!size)
		return 0;
	if (!s->begun && *data != '{')
		return error_set(err, EBADMSG, "a message that is no object");
	o = json_tokener_parse_ex(s->tokener, data, (int)size);
	used = o ? json_tokener_get_parse_end(s->tokener) : size;
	if (!o && json_tokener_get_error(s->tokener) != json_tokener_continue)
		return error_set(err, EBADMSG, "a message that is no JSON: %s",
				 json_tokener_error_desc(json_tokener_get_error(
					 s->tokener)));
	conn_consume(&s->conn, used);
	s->begun += used;
	if (s->begun > OVSDB_MAX_MESSAGE_SIZE) {
		json_put(o);
		return error_set(err, EMSGSIZE, "a message of more than %d "
				 "bytes", OVSDB_MAX_MESSAGE_SIZE);
	}
	if (!o)
		return 0;
	s->begun = 0;
	json_tokener_reset(s->tokener);
	*out = o;
	return 1;
}

int ovsdb_stream_send(struct ovsdb_stream *s, struct json_object *message)
{
	AUTO(json_put) struct json_object *o = message;
	const char *text;
	int rc;

	if (!o)
		return -ENOMEM;
	text = json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN);
	if (!text)
		return -ENOMEM;
	if (conn_queued(&s->conn) > OVSDB_MAX_OUTPUT_SIZE)
		return -ENOBUFS;
	rc = conn_queue(&s->conn, text, strlen(text));
	return rc < 0 ? rc : conn_flush(&s->conn);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON objects over a stream socket, one behind the other, with or without
 * something blank between them.  It never blocks and knows no loop.
 */
#ifndef SWOFFD_OVS_OVSDB_STREAM_H
#define SWOFFD_OVS_OVSDB_STREAM_H

#include <json-c/json.h>

#include "common/base/error.h"
#include "common/rpc/conn.h"

#define OVSDB_MAX_MESSAGE_SIZE (16 * 1024 * 1024)
#define OVSDB_MAX_OUTPUT_SIZE (1024 * 1024)  /* that the server does not read */
#define OVSDB_MAX_DEPTH 32                   /* nesting of a message */

struct ovsdb_stream {
	struct conn conn;
	struct json_tokener *tokener;
	size_t begun;                  /* bytes of the message that has begun */
};

/* Takes fd.  {.conn.fd = -1} is a closed one.  0 or -ENOMEM. */
int ovsdb_stream_open(struct ovsdb_stream *s, int fd);
void ovsdb_stream_close(struct ovsdb_stream *s);      /* legal when closed */

/* Reads once.  Bytes read; 0 at the end; -EAGAIN or another -errno. */
ssize_t ovsdb_stream_read(struct ovsdb_stream *s);

/*
 * 1 with the next object, which is the caller's; 0: there is no whole one yet;
 * or with err -EBADMSG (no JSON, or no object) or -EMSGSIZE, and the stream is
 * of no use any more.
 */
int ovsdb_stream_next(struct ovsdb_stream *s, struct json_object **out,
		      struct error *err);

/* Takes message (NULL: no memory), and sends what can be sent now.  0, -ENOMEM,
 * -ENOBUFS if too much is waiting already, or another -errno. */
int ovsdb_stream_send(struct ovsdb_stream *s, struct json_object *message);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text that goes out through a descriptor a client has passed.  The queue is
 * bounded by its owner, who asks sink_full() and goes on at on_room.
 */
#ifndef SWOFFD_CTL_SINK_H
#define SWOFFD_CTL_SINK_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "common/base/loop.h"

#define SINK_FULL_SIZE (256 * 1024)

struct sink {
	struct loop *loop;             /* borrowed */
	struct watch watch;
	int fd;                        /* owned */
	bool broken;                   /* nobody reads: all is dropped */
	char *buf;
	size_t size, start, end;
	void (*on_room)(struct sink *s);       /* all has gone out, or broken */
};

/* Is it a pipe or a socket?  Nothing else can be waited on.  0 or -EINVAL. */
int sink_check_fd(int fd);

/* Takes fd, which becomes non-blocking. */
void sink_init(struct sink *s, struct loop *loop, int fd,
	       void (*on_room)(struct sink *s));
void sink_fini(struct sink *s);

/* Nobody is to be told any more: drops all, now and later. */
void sink_break(struct sink *s);

/* Queues a line; takes o.  0 or -ENOMEM. */
int sink_put(struct sink *s, struct json_object *o);
bool sink_full(const struct sink *s);
bool sink_empty(const struct sink *s);
/* Writes what goes; on_room follows, from the loop, if anything is left. */
void sink_flush(struct sink *s);

#endif

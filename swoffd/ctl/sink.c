/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Watched only while something is left to write. */
#include "swoffd/ctl/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/rpc/rpc.h"

int sink_check_fd(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	return S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) ? 0 : -EINVAL;
}

void sink_init(struct sink *s, struct loop *loop, int fd,
	       void (*on_room)(struct sink *s))
{
	int flags = fcntl(fd, F_GETFL);

	*s = (struct sink){ .loop = loop, .fd = fd, .on_room = on_room };
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
		s->broken = true;
}

void sink_fini(struct sink *s)
{
	loop_del(&s->watch);
	close_fd(s->fd);
	free(s->buf);
	*s = (struct sink){ .fd = -1 };
}

static int reserve(struct sink *s, size_t more)
{
	size_t grown = s->size ? s->size : SINK_FULL_SIZE;
	char *p;

	if (s->start == s->end)
		s->start = s->end = 0;
	if (s->end + more <= s->size)
		return 0;
	while (grown < s->end + more)
		grown *= 2;
	p = realloc(s->buf, grown);
	if (!p)
		return -ENOMEM;
	s->buf = p;
	s->size = grown;
	return 0;
}

void sink_break(struct sink *s)
{
	s->broken = true;
	s->start = s->end = 0;
	loop_del(&s->watch);
}

int sink_put(struct sink *s, struct json_object *o)
{
	AUTO(json_put) struct json_object *owned = o;
	size_t len;
	const char *text;

	if (s->broken)
		return 0;
	text = owned ? json_object_to_json_string_length(
			       owned, JSON_C_TO_STRING_PLAIN |
				      JSON_C_TO_STRING_NOSLASHESCAPE, &len) :
		       NULL;
	if (!text || reserve(s, len + 1) < 0)
		return -ENOMEM;
	memcpy(s->buf + s->end, text, len);
	s->buf[s->end + len] = '\n';
	s->end += len + 1;
	return 0;
}

bool sink_full(const struct sink *s)
{
	return s->end - s->start >= SINK_FULL_SIZE;
}

bool sink_empty(const struct sink *s)
{
	return s->start == s->end;
}

static void write_some(struct sink *s)
{
	while (!s->broken && !sink_empty(s)) {
		ssize_t n = write(s->fd, s->buf + s->start,
				  s->end - s->start);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0)
			s->broken = true;
		else
			s->start += (size_t)n;
	}
	s->start = s->end = 0;
}

static void on_writable(struct watch *w, uint32_t epoll_events)
{
	struct sink *s = container_of(w, struct sink, watch);

	write_some(s);
	if (!sink_empty(s) && !(epoll_events & EPOLLERR))
		return;
	if (!sink_empty(s))
		sink_break(s);
	loop_del(w);
	s->on_room(s);
}

void sink_flush(struct sink *s)
{
	write_some(s);
	if (sink_empty(s) || s->watch.loop)
		return;
	if (loop_add(s->loop, &s->watch, s->fd, EPOLLOUT, on_writable) < 0)
		sink_break(s);
}

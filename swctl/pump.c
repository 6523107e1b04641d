/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Blocks of bytes one way, lines the other.  The writing end is non-blocking,
 * so a daemon that reads slowly never keeps us from hearing what it refuses.
 */
#include "swctl/pump.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PUMP_BLOCK_SIZE (64 * 1024)

struct pump {
	int socket;                    /* borrowed */
	struct client_flow *flow;      /* borrowed */
	char block[PUMP_BLOCK_SIZE];   /* of in_from, not yet in in_to */
	size_t start, end;
	char *line;                    /* of out_from, begun */
	size_t line_size, line_end;
};

static struct client_flow no_flow = { .in_from = -1, .in_to = -1,
				      .out_from = -1 };

static void set_nonblock(int fd)
{
	int flags = fd < 0 ? -1 : fcntl(fd, F_GETFL);

	if (flags >= 0)
		(void)fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

int pump_new(int socket, struct client_flow *flow, struct pump **out)
{
	struct pump *p = calloc(1, sizeof(*p));

	if (!p)
		return -ENOMEM;
	p->socket = socket;
	p->flow = flow ? flow : &no_flow;
	set_nonblock(p->flow->in_to);
	*out = p;
	return 0;
}

void pump_free(struct pump *p)
{
	if (!p)
		return;
	free(p->line);
	free(p);
}

static void end_input(struct pump *p)
{
	close_fd(p->flow->in_to);
	p->flow->in_to = -1;
	p->flow->in_from = -1;
	p->start = p->end = 0;
}

static void fill(struct pump *p)
{
	ssize_t n = read(p->flow->in_from, p->block, sizeof(p->block));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n < 0)
		p->flow->in_error = errno;
	p->start = 0;
	p->end = n > 0 ? (size_t)n : 0;
	if (n <= 0)
		end_input(p);
}

static void spill(struct pump *p)
{
	ssize_t n = write(p->flow->in_to, p->block + p->start,
			  p->end - p->start);

	if (n >= 0)
		p->start += (size_t)n;
	else if (errno != EINTR && errno != EAGAIN)
		end_input(p);   /* it reads no more; the answer says why */
}

static void emit(struct pump *p, char *text, size_t size)
{
	text[size] = '\0';
	p->flow->on_line(p->flow->ctx, text, size);
}

/* Cuts what has come into lines; the tail stays. */
static void cut(struct pump *p, size_t fresh)
{
	char *start = p->line, *end = p->line + p->line_end;
	char *from = end - fresh, *nl;

	while (from < end && (nl = memchr(from, '\n', (size_t)(end - from)))) {
		emit(p, start, (size_t)(nl - start));
		start = from = nl + 1;
	}
	p->line_end = (size_t)(end - start);
	memmove(p->line, start, p->line_end);
}

/* False at the end of out_from. */
static bool collect(struct pump *p)
{
	ssize_t n;

	if (p->line_size - p->line_end < PUMP_BLOCK_SIZE + 1) {
		size_t size = p->line_size ? p->line_size * 2 :
					     2 * PUMP_BLOCK_SIZE;
		char *grown = realloc(p->line, size);

		if (!grown)
			return false;
		p->line = grown;
		p->line_size = size;
	}
	n = read(p->flow->out_from, p->line + p->line_end, PUMP_BLOCK_SIZE);
	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	p->line_end += (size_t)n;
	cut(p, (size_t)n);
	if (p->flow->on_lines)
		p->flow->on_lines(p->flow->ctx);
	return n > 0;
}

static int timeout_ms(uint64_t deadline_ms)
{
	struct timespec ts;
	uint64_t now;

	if (deadline_ms == CLIENT_NO_DEADLINE)
		return -1;
	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	now = (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
	if (now >= deadline_ms)
		return 0;
	return deadline_ms - now > INT32_MAX ? INT32_MAX :
					       (int)(deadline_ms - now);
}

int pump_wait(struct pump *p, uint64_t deadline_ms)
{
	struct client_flow *f = p->flow;
	bool full = p->start != p->end;
	struct pollfd fds[] = {
		{ .fd = p->socket, .events = POLLIN },
		{ .fd = full ? -1 : f->in_from, .events = POLLIN },
		/* Watched without events too, to see the reader leave. */
		{ .fd = f->in_to, .events = full ? POLLOUT : 0 },
		{ .fd = f->out_from, .events = POLLIN },
	};
	int n = poll(fds, 4, timeout_ms(deadline_ms));

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	if (n == 0)
		return -ETIMEDOUT;
	if (fds[3].revents && !collect(p))
		f->out_from = -1;
	if (fds[2].revents & POLLERR)
		end_input(p);
	else if (fds[2].revents)
		spill(p);
	else if (fds[1].revents)
		fill(p);
	return fds[0].revents != 0;
}

void pump_drain(struct pump *p)
{
	while (p->flow->out_from >= 0)
		if (!collect(p))
			p->flow->out_from = -1;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's end of netlink sockets, in the hands of a test.  Programs that
 * are linked with $(nlpeer_wrap) of Makefile.am open pairs of datagram sockets
 * instead: what is sent comes here, and what is told here is received, or
 * fails to be.
 */
#ifndef TESTS_UNIT_NLPEER_H
#define TESTS_UNIT_NLPEER_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NLPEER_MAX 16

/* Called in the thread that sends; 0, or the errno that sending fails with,
 * and then nothing was sent. */
typedef int (*nlpeer_send_fn)(unsigned int peer, const void *data,
			      size_t size, void *ctx);

/* Forgets all sockets; on_send may be NULL. */
void nlpeer_reset(nlpeer_send_fn on_send, void *ctx);

/* Sockets opened since; they are numbered in this order. */
unsigned int nlpeer_count(void);
bool nlpeer_is_open(unsigned int peer);
/* The group that it joined last; 0: none. */
int nlpeer_group(unsigned int peer);
/* The sequence number of the last request. */
uint32_t nlpeer_seq(unsigned int peer);

/* A datagram of whole messages, or of anything. */
void nlpeer_tell(unsigned int peer, const void *data, size_t size);
/* The reader gets this error once it has read what was told before. */
void nlpeer_fail(unsigned int peer, int err);
/* The next datagram is longer than what is read of it. */
void nlpeer_tell_cut(unsigned int peer);

/* The clock of the program goes on by so much; also from within on_send. */
void nlpeer_pass_us(uint64_t us);
/* And by nothing else, for the rest of the program. */
void nlpeer_stop_clock(void);

/* NLMSG_ERROR: err positive. */
void nlpeer_ack(unsigned int peer, uint32_t seq, int err);

/*
 * For the functions of a library that opens sockets, which are known by its
 * own pointers: our end is a peer as soon as there is one.
 */
int nlpeer_open(const void *sock, int flags);  /* returns their end */
int nlpeer_fd(const void *sock);
void nlpeer_joined(const void *sock, int group);
int nlpeer_sent(const void *sock, const void *data, size_t size); /* 0, errno */
void nlpeer_closed(const void *sock);

#endif

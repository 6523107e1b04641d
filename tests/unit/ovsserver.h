/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The other end of swoffd/ovs: a socket that says what a test has it say, and
 * what ovsdb-server said when tests/golden/ovsdb.txt was captured.
 */
#ifndef TESTS_UNIT_OVSSERVER_H
#define TESTS_UNIT_OVSSERVER_H

#include "swoffd/ovs/ovsdb.h"

#define OVSSERVER_MAX_GOLDEN 32

struct ovsserver {
	struct loop *loop;
	char dir[32], path[64];
	int listen_fd;                 /* -1: it is down */
	int fd;                        /* of the client; -1: none */
	struct {
		char *name, *text;
	} golden[OVSSERVER_MAX_GOLDEN];
	size_t n_golden;
};

/* Down, with a loop of its own. */
struct ovsserver *ovsserver_new(void);
void ovsserver_free(struct ovsserver *s);

void ovsserver_up(struct ovsserver *s);
void ovsserver_hang_up(struct ovsserver *s);
/* Hangs up and is not there any more. */
void ovsserver_down(struct ovsserver *s);

/* A captured message. */
const char *ovsserver_golden(const struct ovsserver *s, const char *name);

void ovsserver_rounds(struct ovsserver *s, int n);
/* Until the client has connected. */
void ovsserver_accept(struct ovsserver *s);
/* Until it has sent a message with this method (NULL: any) and nothing behind
 * it; the caller's. */
struct json_object *ovsserver_expect(struct ovsserver *s, const char *method);
/* All of it, while the loop runs. */
void ovsserver_say(struct ovsserver *s, const char *text, size_t size);
void ovsserver_tell(struct ovsserver *s, const char *text);

/* From accept() to the request of what is monitored, which is unanswered. */
void ovsserver_greet(struct ovsserver *s);
/* The same, answered with what was captured. */
void ovsserver_load(struct ovsserver *s);

/* Runs the loop until cond is true, and fails if it never is. */
#define ovsserver_until(s, cond)                       \
	do {                                           \
		for (int n_ = 0; n_ < 5000; n_++) {    \
			if (cond)                      \
				break;                 \
			ovsserver_rounds(s, 1);        \
		}                                      \
		assert_true(cond);                     \
	} while (0)

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a person will read about a failure: what was tried, on what, what the
 * kernel said (errno and extack verbatim) and what to do next.  Values only;
 * nothing here prints or logs.
 */
#ifndef COMMON_BASE_ERROR_H
#define COMMON_BASE_ERROR_H

#define ERROR_MSG_SIZE 512
#define ERROR_EXTACK_SIZE 256

struct error {
	int code;                        /* errno value, positive; 0: none */
	char msg[ERROR_MSG_SIZE];        /* one line, no trailing newline */
	char extack[ERROR_EXTACK_SIZE];  /* the kernel's own words or "" */
};

/* Sets code and msg, clears extack; returns -code.  e may be NULL. */
int error_set(struct error *e, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "fmt: " in front of the message that is there; returns -e->code. */
int error_prefix(struct error *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif

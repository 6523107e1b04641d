/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The line of tc that an object of JSON stands for, as it grows.  Private to
 * common/flow.  No value may reach into the words behind it, so each is one
 * word, or words of which none begins something else.
 */
#ifndef COMMON_FLOW_FLOWJSON_PUT_H
#define COMMON_FLOW_FLOWJSON_PUT_H

#include "common/flow/flowjson.h"
#include "common/flow/json_scan.h"

struct flowjson_words {
	char *out;             /* FLOWJSON_TEXT_SIZE bytes */
	size_t len;
	size_t wanted;         /* a byte of out … */
	const char *found;     /* … and where in the object it comes from */
	struct scan *s;        /* at the value that is read */
	bool many;             /* blanks may be in what comes */
};

int flowjson_put_char(struct flowjson_words *w, char c, const char *at);

/* Words of ours, which the value at the cursor is the cause of. */
int flowjson_put(struct flowjson_words *w, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Each behind a blank: a string, not empty nor blank at its ends; a number or
 * a string that may be one; a port, which is a name or a decimal number. */
int flowjson_put_string(struct flowjson_words *w, bool many);
int flowjson_put_number(struct flowjson_words *w);
int flowjson_put_port(struct flowjson_words *w);

/* The object of keys; the array of actions, which says how many they are. */
int flowjson_put_match(struct flowjson_words *w);
int flowjson_put_actions(struct flowjson_words *w, unsigned int *n);

#endif

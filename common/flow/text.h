/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text into a buffer of fixed size, like snprintf: what does not fit is cut,
 * but counted.  Private to common/flow.
 */
#ifndef COMMON_FLOW_TEXT_H
#define COMMON_FLOW_TEXT_H

#include <stddef.h>

#include "common/flow/field.h"
#include "common/flow/port.h"

struct text {
	char *out;
	size_t size;           /* of out */
	size_t len;            /* that the whole text has */
	bool comma;            /* to come before anything else */
};

void text_init(struct text *t, char *out, size_t size);
void text_add(struct text *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Faster than text_add() for what needs no format. */
void text_put(struct text *t, const char *s, size_t len);
void text_str(struct text *t, const char *s);

/* In decimal; in hexadecimal behind 0x. */
void text_uint(struct text *t, uint64_t v, bool in_hex);

/* A comma if more follows; text_end_list() says that nothing does. */
void text_comma(struct text *t);
void text_end_list(struct text *t);

/* The name, or the number if there is none. */
void text_port(struct text *t, const struct port *port);

/*
 * MAC, address or number in its plain form.  in_hex is for numbers only.
 */
void text_field(struct text *t, const struct flow_field *f,
		const struct flow_key *k, bool in_hex);

#endif

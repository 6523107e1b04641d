/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON (RFC 8259) under the cursor of scan.h, so that errors have columns.
 * Private to common/flow.  Nothing is allocated; a value is read when it is
 * met, or skipped and read later from where it began.
 */
#ifndef COMMON_FLOW_JSON_SCAN_H
#define COMMON_FLOW_JSON_SCAN_H

#include "common/flow/scan.h"

#define JSON_MAX_DEPTH 16
#define JSON_NAME_SIZE 32      /* of members that anybody asks for */

void json_scan_space(struct scan *s);

/* A byte of a string that escapes have been taken out of, and where it
 * stands.  Other than 0 ends the reading. */
typedef int json_byte_fn(void *ctx, char c, const char *at);

/* From the quotation mark to behind the other one. */
int json_scan_string(struct scan *s, json_byte_fn *fn, void *ctx);

/* A whole number, not negative. */
int json_scan_uint(struct scan *s, uint64_t *out);

/* true or false */
int json_scan_bool(struct scan *s, bool *out);

/* Any value, which must be well-formed. */
int json_scan_skip(struct scan *s);

/*
 * Calls fn for each member or item with the cursor on its value, which fn must
 * step over; name is NULL in an array and cut if it is longer than any we
 * know; at is where it stands.
 */
typedef int json_item_fn(void *ctx, struct scan *s, const char *name,
			 const char *at);
int json_scan_object(struct scan *s, json_item_fn *fn, void *ctx);
int json_scan_array(struct scan *s, json_item_fn *fn, void *ctx);

#endif

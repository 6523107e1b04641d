/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A folder of its own for the file of a store. */
#ifndef TESTS_UNIT_STOREDIR_H
#define TESTS_UNIT_STOREDIR_H

#include <stddef.h>
#include <stdint.h>

#define STOREDIR_NAME_SIZE 64

struct storedir {
	char folder[STOREDIR_NAME_SIZE];
	char path[STOREDIR_NAME_SIZE];         /* where the store goes */
};

void storedir_make(struct storedir *d);
void storedir_remove(struct storedir *d);

/* PATH with suffix; valid until the call after the next. */
const char *storedir_name(const struct storedir *d, const char *suffix);

/* The whole of PATH with suffix, to be freed; NULL if it is not there. */
uint8_t *storedir_read(const struct storedir *d, const char *suffix,
		       size_t *size);
void storedir_write(const struct storedir *d, const char *suffix,
		    const void *data, size_t size);

/*
 * The files as they are at this moment, which is what a kill would leave, in a
 * folder of their own; the old one is removed.
 */
void storedir_crash(struct storedir *d);

#endif

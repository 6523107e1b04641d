/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What goes wrong below SQLite, at an exact place: calls into the kernel that
 * change or read a file, and allocations, are counted and made to fail.
 */
#ifndef TESTS_UNIT_SQLITE_FAULT_H
#define TESTS_UNIT_SQLITE_FAULT_H

#include <stdbool.h>

enum sqlite_fault_what {
	FAULT_WRITE,           /* pwrite, write, open, unlink */
	FAULT_TRUNCATE,        /* ftruncate */
	FAULT_READ,            /* pread, read */
	FAULT_MALLOC,          /* malloc, realloc */
};

struct sqlite_fault {
	enum sqlite_fault_what what;
	int n;                 /* the n-th call from now, 1 being the next */
	int err;               /* errno; 0: the process is killed there */
	bool forever;          /* and all that follow */
	bool torn;             /* half of the bytes are written first */
};

/* Once, before SQLite is used. */
void sqlite_fault_install(void);

void sqlite_fault_set(const struct sqlite_fault *f);

/* No faults any more; has one happened since it was set? */
bool sqlite_fault_end(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a program that is linked with --wrap=log_write has logged. */
#ifndef TESTS_LOGGED_H
#define TESTS_LOGGED_H

#include "common/base/log.h"

struct logged {
	unsigned int n, n_warnings;    /* lines; warnings and errors of them */
	enum log_level level;          /* of the last one */
	char line[512], warning[512];  /* the last ones */
};

extern struct logged logged;           /* a test may set it to zero */

#endif

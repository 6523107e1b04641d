/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/logged.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct logged logged;

void __wrap_log_write(enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

void __wrap_log_write(enum log_level level, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(logged.line, sizeof(logged.line), fmt, ap);
	va_end(ap);
	logged.level = level;
	logged.n++;
	if (level > LOG_LEVEL_WARNING)
		return;
	memcpy(logged.warning, logged.line, sizeof(logged.warning));
	logged.n_warnings++;
}

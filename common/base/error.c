/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Formats the text of struct error; a text too long is cut, never refused. */
#include "common/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int error_set(struct error *e, int code, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return -code;

	e->code = code;
	e->extack[0] = '\0';
	va_start(ap, fmt);
	(void)vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	return -code;
}

int error_prefix(struct error *e, const char *fmt, ...)
{
	char rest[ERROR_MSG_SIZE];
	size_t used;
	va_list ap;

	memcpy(rest, e->msg, sizeof(rest));
	va_start(ap, fmt);
	(void)vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);

	used = strlen(e->msg);
	if (used + 2 < sizeof(e->msg))
		(void)snprintf(e->msg + used, sizeof(e->msg) - used, ": %.*s",
			       (int)(sizeof(e->msg) - used - 3), rest);
	return -e->code;
}

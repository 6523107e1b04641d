/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's one log: levels, and one sink, stderr or the journal.  Only
 * the layer that drops an error logs it, once, with the object it is about.
 */
#ifndef COMMON_BASE_LOG_H
#define COMMON_BASE_LOG_H

#include <stdbool.h>

/* Numbers are those of syslog(3), so the journal takes them as they are. */
enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7,
};

/* "error", "warning", "info", "debug"; -EINVAL and *out untouched if else. */
int log_level_parse(const char *text, enum log_level *out);

/* journal: send to journald with priority fields instead of stderr, which is
 * what it falls back to where there is no journald. */
void log_init(enum log_level level, bool journal);
bool log_enabled(enum log_level level);

void log_write(enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#define log_error(...) log_write(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_write(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...) log_write(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...)                                            \
	do {                                                      \
		if (log_enabled(LOG_LEVEL_DEBUG))                 \
			log_write(LOG_LEVEL_DEBUG, __VA_ARGS__);  \
	} while (0)

#endif

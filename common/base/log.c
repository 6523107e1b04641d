/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * On stderr each line carries its level as a word; in the journal the level
 * is the PRIORITY field and the text is untouched.
 */
#include "common/base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-journal.h>

#include "common/base/cleanup.h"

#define JOURNAL_SOCKET "/run/systemd/journal/socket"

static const struct {
	enum log_level level;
	const char *name;
} levels[] = {
	{ LOG_LEVEL_ERROR, "error" },
	{ LOG_LEVEL_WARNING, "warning" },
	{ LOG_LEVEL_INFO, "info" },
	{ LOG_LEVEL_DEBUG, "debug" },
};

static struct {
	enum log_level level;
	bool journal;
} log_state = { LOG_LEVEL_INFO, false };

int log_level_parse(const char *text, enum log_level *out)
{
	for (size_t i = 0; i < ARRAY_LEN(levels); i++)
		if (strcmp(text, levels[i].name) == 0) {
			*out = levels[i].level;
			return 0;
		}
	return -EINVAL;
}

static const char *level_str(enum log_level level)
{
	for (size_t i = 0; i < ARRAY_LEN(levels); i++)
		if (levels[i].level == level)
			return levels[i].name;
	return "unknown";
}

void log_init(enum log_level level, bool journal)
{
	log_state.level = level;
	/* Without journald its library says nothing and keeps nothing. */
	log_state.journal = journal && access(JOURNAL_SOCKET, F_OK) == 0;
	if (journal && !log_state.journal)
		log_warning("no journal here (%s): logging to stderr",
			    JOURNAL_SOCKET);
}

bool log_enabled(enum log_level level)
{
	return level <= log_state.level;
}

void log_write(enum log_level level, const char *fmt, ...)
{
	char line[1024];
	va_list ap;

	if (!log_enabled(level))
		return;

	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (log_state.journal)
		(void)sd_journal_print((int)level, "%s", line);
	else
		fprintf(stderr, "swoffd: %s: %s\n", level_str(level),
			line);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A setting is a row; what has words of its own has no value behind them. */
#include "common/device/repattr.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/base/near.h"
#include "common/base/parse.h"

const struct repattr repattr_table[REPATTR_N] = {
	[REPATTR_MTU] = { "mtu", "mtu", NULL, false, INT32_MAX, NULL,
			  "largest packet, in bytes" },
	[REPATTR_TC_OFFLOAD] = { "hw_tc_offload", "hw-tc-offload", NULL, true,
				 1, "off|on", "whether hardware takes rules" },
	[REPATTR_UP] = { "up", "up", "down", true, 1, NULL,
			 "the link is up; down: it is not" },
};

/* Also with an underscore for each hyphen. */
static bool is_word(const char *name, const char *word)
{
	if (!name)
		return false;
	for (; *name && (*name == *word || (*name == '-' && *word == '_'));
	     name++)
		word++;
	return !*name && !*word;
}

static int find(const char *word, struct error *err)
{
	struct near near = near_init(word);

	for (int id = 0; id < REPATTR_N; id++) {
		if (is_word(repattr_table[id].word, word) ||
		    is_word(repattr_table[id].off, word))
			return id;
		near_try(&near, repattr_table[id].word);
	}
	if (near.best[0])
		return error_set(err, EINVAL, "unknown setting '%s'; did you "
				 "mean '%s'?", word, near.best);
	return error_set(err, EINVAL, "unknown setting '%s'; there are up, "
			 "down, mtu and hw-tc-offload", word);
}

static int parse_value(enum repattr_id id, const char *text, uint32_t *out,
		       struct error *err)
{
	const struct repattr *row = &repattr_table[id];

	if (!text)
		return error_set(err, EINVAL, "%s: its value is missing",
				 row->word);
	if (row->is_bool && (!strcmp(text, "on") || !strcmp(text, "off"))) {
		*out = !strcmp(text, "on");
		return 0;
	}
	if (row->is_bool)
		return error_set(err, EINVAL, "%s: '%s' is none of %s",
				 row->word, text, row->values);
	if (parse_u32(text, row->max, out) == 0 && *out)
		return 0;
	return error_set(err, EINVAL, "%s: '%s' is no number from 1 to %u",
			 row->word, text, row->max);
}

/* One setting; what follows it is in save, of strtok_r(). */
static int take(const char *word, char **save, struct repattrs *out,
		struct error *err)
{
	int id = find(word, err), rc = 0;
	uint32_t num;

	if (id < 0)
		return id;
	if (repattr_has(out, (enum repattr_id)id))
		return error_set(err, EINVAL, "%s is given twice",
				 repattr_table[id].word);
	if (repattr_table[id].off)
		num = !is_word(repattr_table[id].off, word);
	else
		rc = parse_value((enum repattr_id)id,
				 strtok_r(NULL, " ", save), &num, err);
	if (!rc)
		repattr_put(out, (enum repattr_id)id, num);
	return rc;
}

int repattr_parse(const char *text, struct repattrs *out, struct error *err)
{
	AUTO(free) char *copy = strdup(text);
	struct repattrs a = { 0 };
	char *save = NULL;

	if (!copy)
		return error_set(err, ENOMEM, "out of memory");
	for (const char *word = strtok_r(copy, " ", &save); word;
	     word = strtok_r(NULL, " ", &save)) {
		int rc = take(word, &save, &a, err);

		if (rc < 0)
			return rc;
	}
	if (!a.mask)
		return error_set(err, EINVAL, "what to set is missing");
	*out = a;
	return 0;
}

int repattr_parse_names(const char *text, uint32_t *out, struct error *err)
{
	AUTO(free) char *copy = strdup(text);
	char *save = NULL;
	uint32_t mask = 0;

	if (!copy)
		return error_set(err, ENOMEM, "out of memory");
	for (const char *word = strtok_r(copy, " ", &save); word;
	     word = strtok_r(NULL, " ", &save)) {
		int id = find(word, err);

		if (id < 0)
			return id;
		mask |= REPATTR_BIT(id);
	}
	*out = mask ? mask : REPATTR_BIT(REPATTR_N) - 1;
	return 0;
}

void repattr_format(enum repattr_id id, uint32_t num,
		    char out[REPATTR_TEXT_SIZE])
{
	const struct repattr *row = &repattr_table[id];

	if (row->off)
		(void)snprintf(out, REPATTR_TEXT_SIZE, "%s",
			       num ? row->word : row->off);
	else if (row->is_bool)
		(void)snprintf(out, REPATTR_TEXT_SIZE, "%s %s", row->word,
			       num ? "on" : "off");
	else
		(void)snprintf(out, REPATTR_TEXT_SIZE, "%s %u", row->word,
			       num);
}

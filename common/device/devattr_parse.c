/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words to values.  Two attributes may have one word ("state"): then the value
 * says which is meant, as no value is one of both.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/base/cleanup.h"
#include "common/base/near.h"
#include "common/device/devattr.h"

/* To bits a second, as devlink reads them; a number alone is bits. */
static const struct unit {
	const char *name;
	double scale;
} units[] = {
	{ "", 1 }, { "bit", 1 },
	{ "kbit", 1e3 }, { "mbit", 1e6 }, { "gbit", 1e9 }, { "tbit", 1e12 },
	{ "kibit", 1024. }, { "mibit", 1048576. }, { "gibit", 1073741824. },
	{ "tibit", 1099511627776. },
	{ "bps", 8 },
	{ "kbps", 8e3 }, { "mbps", 8e6 }, { "gbps", 8e9 }, { "tbps", 8e12 },
	{ "kibps", 8192. }, { "mibps", 8388608. }, { "gibps", 8589934592. },
	{ "tibps", 8796093022208. },
};

/* A double counts bytes exactly as far as this. */
#define SPEED_MAX 9007199254740992.

static int parse_speed(const char *text, uint64_t *out, struct error *err)
{
	char *end;
	double v;

	v = strtod(text, &end);
	/* No sign, no exponent, nothing hexadecimal. */
	if (!isdigit((unsigned char)text[0]) ||
	    end != text + strspn(text, "0123456789."))
		return error_set(err, EINVAL, "'%s' is no rate such as 10mbit",
				 text);
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		double bytes = v * units[i].scale / 8;

		if (strcasecmp(end, units[i].name) != 0)
			continue;
		if (bytes > SPEED_MAX)
			return error_set(err, EINVAL, "'%s' is too much",
					 text);
		if (bytes != (double)(uint64_t)bytes)
			return error_set(err, EINVAL, "'%s' is no whole "
					 "number of bytes a second", text);
		*out = (uint64_t)bytes;
		return 0;
	}
	return error_set(err, EINVAL, "'%s' is no rate such as 10mbit", text);
}

static int hex(char c)
{
	return isdigit((unsigned char)c) ? c - '0' :
					   tolower((unsigned char)c) - 'a' + 10;
}

static int parse_mac(const char *text, uint64_t *out, struct error *err)
{
	uint64_t v = 0;

	for (int i = 0; i < 3 * MAC_SIZE - 1; i++) {
		if (i % 3 == 2 ? text[i] != ':' :
				 !isxdigit((unsigned char)text[i]))
			return error_set(err, EINVAL, "'%s' is no MAC "
					 "address", text);
		if (i % 3 != 2)
			v = v << 4 | (uint64_t)hex(text[i]);
	}
	if (text[3 * MAC_SIZE - 1])
		return error_set(err, EINVAL, "'%s' is no MAC address", text);
	if (!v || v >> 40 & 1)
		return error_set(err, EINVAL, "%s is %s, which no function "
				 "can have", text,
				 v ? "a multicast address" : "all zero");
	*out = v;
	return 0;
}

static int parse_word(const char *words, const char *text, uint64_t *out,
		      struct error *err)
{
	const char *w = words;

	for (uint64_t n = 0; *w; n++) {
		size_t len = strcspn(w, "|");

		if (strlen(text) == len && strncasecmp(w, text, len) == 0) {
			*out = n;
			return 0;
		}
		w += len + (w[len] == '|');
	}
	return error_set(err, EINVAL, "'%s' is none of %s", text, words);
}

static int parse_name(const char *text, struct devattrs *out,
		      struct error *err)
{
	if (!*text || strlen(text) >= sizeof(out->parent))
		return error_set(err, EINVAL, "a name has 1 to %d letters",
				 DEVATTR_TEXT_SIZE - 1);
	if (strcmp(text, devattr_table[DEVATTR_PARENT].alias) == 0)
		return error_set(err, EINVAL, "'%s' says that there is none",
				 text);
	(void)snprintf(out->parent, sizeof(out->parent), "%s", text);
	return 0;
}

static int parse_value(enum devattr_id id, const char *text,
		       struct devattrs *out, struct error *err)
{
	const struct devattr *row = &devattr_table[id];
	uint64_t *num = &out->num[id];

	switch (row->kind) {
	case DEVATTR_IS_MAC:
		return parse_mac(text, num, err);
	case DEVATTR_IS_SPEED:
		return parse_speed(text, num, err);
	case DEVATTR_IS_TEXT:
		return parse_name(text, out, err);
	case DEVATTR_IS_BOOL:
	case DEVATTR_IS_WORD:
		return parse_word(row->values, text, num, err);
	case DEVATTR_IS_NUMBER:
		if (parse_u64(text, row->max, num) == 0)
			return 0;
		return error_set(err, EINVAL, "'%s' is no number from 0 to "
				 "%llu", text, (unsigned long long)row->max);
	}
	return -EINVAL;
}

/* Also with hyphens: "link-state". */
static bool is_word(const char *name, const char *word)
{
	if (!name)
		return false;
	for (; *name && (*name == *word || (*name == '_' && *word == '-'));
	     name++)
		word++;
	return !*name && !*word;
}

static int unknown(const char *word, unsigned int objects, struct error *err)
{
	struct near near = near_init(word);

	for (int id = 0; id < DEVATTR_N; id++)
		if (devattr_table[id].object & objects)
			near_try(&near, devattr_table[id].name);
	if (near.best[0])
		return error_set(err, EINVAL, "unknown attribute '%s'; did "
				 "you mean '%s'?", word, near.best);
	return error_set(err, EINVAL, "unknown attribute '%s'", word);
}

static int repeated(const char *word, struct error *err)
{
	return error_set(err, EINVAL, "%s is given twice", word);
}

/* "noparent" is the one word without a value.  1: it was it. */
static int take_noparent(const char *word, unsigned int objects,
			 struct devattrs *out, struct error *err)
{
	if (!(objects & DEVATTR_OF_RATE) ||
	    strcmp(word, devattr_table[DEVATTR_PARENT].alias) != 0)
		return 0;
	if (devattr_has(out, DEVATTR_PARENT))
		return repeated(word, err);
	out->mask |= DEVATTR_BIT(DEVATTR_PARENT);
	out->parent[0] = '\0';
	return 1;
}

/* "auto|enable" and "active": "auto|enable|active". */
static void join_words(char words[DEVATTR_VALUE_SIZE], const char *more)
{
	size_t len = strlen(words);

	(void)snprintf(words + len, DEVATTR_VALUE_SIZE - len, "%s%s",
		       len ? "|" : "", more ? more : "");
}

/* A word and its value, which may be NULL. */
static int take(const char *word, const char *value, unsigned int objects,
		struct devattrs *out, struct error *err)
{
	char words[DEVATTR_VALUE_SIZE] = "";
	int n_rows = 0;

	for (int id = 0; id < DEVATTR_N; id++) {
		const struct devattr *row = &devattr_table[id];

		if (!(row->object & objects) ||
		    (!is_word(row->name, word) && !is_word(row->alias, word)))
			continue;
		if (!value)
			return error_set(err, EINVAL, "%s: its value is "
					 "missing", word);
		if (parse_value((enum devattr_id)id, value, out, err) < 0) {
			join_words(words, row->values);
			n_rows++;
			continue;
		}
		if (devattr_has(out, (enum devattr_id)id))
			return repeated(word, err);
		out->mask |= DEVATTR_BIT(id);
		return 0;
	}
	if (!n_rows)
		return unknown(word, objects, err);
	if (n_rows > 1)
		return error_set(err, EINVAL, "%s: '%s' is none of %s", word,
				 value, words);
	return error_prefix(err, "%s", word);
}

static int check(const struct devattrs *a, struct error *err)
{
	for (int id = DEVATTR_QOS; id <= DEVATTR_PROTO; id++)
		if (devattr_has(a, (enum devattr_id)id) &&
		    !devattr_has(a, DEVATTR_VLAN))
			return error_set(err, EINVAL, "%s goes with vlan: "
					 "vlan ID %s VALUE",
					 devattr_table[id].name,
					 devattr_table[id].name);
	return 0;
}

int devattr_parse(const char *text, unsigned int objects,
		  struct devattrs *out, struct error *err)
{
	AUTO(free) char *copy = strdup(text);
	struct devattrs a = { 0 };
	char *save = NULL, *word;
	int rc;

	if (!copy)
		return error_set(err, ENOMEM, "out of memory");
	for (word = strtok_r(copy, " ", &save); word;
	     word = strtok_r(NULL, " ", &save)) {
		rc = take_noparent(word, objects, &a, err);
		if (!rc)
			rc = take(word, strtok_r(NULL, " ", &save), objects,
				  &a, err);
		if (rc < 0)
			return rc;
	}
	rc = check(&a, err);
	if (rc < 0)
		return rc;
	*out = a;
	return 0;
}

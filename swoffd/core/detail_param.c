/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of parameters, as people write them. */
#include <errno.h>
#include <stdio.h>

#include "common/base/cleanup.h"
#include "common/base/parse.h"
#include "swoffd/core/detail.h"

static const struct {
	const char *name;
	uint64_t max;                  /* of a number; 0: it is none */
} types[] = {
	[DETAIL_UNKNOWN] = { "unknown", 0 },
	[DETAIL_U8] = { "u8", UINT8_MAX },
	[DETAIL_U16] = { "u16", UINT16_MAX },
	[DETAIL_U32] = { "u32", UINT32_MAX },
	[DETAIL_U64] = { "u64", UINT64_MAX },
	[DETAIL_STRING] = { "string", 0 },
	[DETAIL_BOOL] = { "bool", 0 },
};

static const char *const cmodes[] = {
	[DETAIL_RUNTIME] = "runtime",
	[DETAIL_DRIVERINIT] = "driverinit",
	[DETAIL_PERMANENT] = "permanent",
};

/* Numbers of generic parameters that devlink(8) writes as words. */
static const struct {
	const char *param;
	uint64_t number;
	const char *word;
} words[] = {
	{ "fw_load_policy", 0, "driver" },
	{ "fw_load_policy", 1, "flash" },
	{ "fw_load_policy", 2, "disk" },
	{ "fw_load_policy", 3, "unknown" },
	{ "reset_dev_on_drv_probe", 0, "unknown" },
	{ "reset_dev_on_drv_probe", 1, "always" },
	{ "reset_dev_on_drv_probe", 2, "never" },
	{ "reset_dev_on_drv_probe", 3, "disk" },
};

const char *detail_type_str(enum detail_type type)
{
	return types[type].name;
}

const char *detail_cmode_str(enum detail_cmode mode)
{
	return cmodes[mode];
}

int detail_cmode_parse(const char *text, enum detail_cmode *out)
{
	for (size_t i = 0; i < ARRAY_LEN(cmodes); i++)
		if (strcmp(cmodes[i], text) == 0) {
			*out = (enum detail_cmode)i;
			return 0;
		}
	return -EINVAL;
}

static bool is_number(const struct detail_param *p)
{
	return types[p->type].max != 0;
}

const char *detail_param_word(const struct detail_param *p, uint64_t number)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (p->generic && is_number(p) &&
		    strcmp(words[i].param, p->name) == 0 &&
		    words[i].number == number)
			return words[i].word;
	return NULL;
}

static int parse_number(const struct detail_param *p, const char *text,
			struct detail_value *out, struct error *err)
{
	int rc;

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (p->generic && strcmp(words[i].param, p->name) == 0 &&
		    strcmp(words[i].word, text) == 0) {
			out->number = words[i].number;
			return 0;
		}
	rc = parse_u64(text, types[p->type].max, &out->number);
	if (rc == 0)
		return 0;
	return error_set(err, -rc, "parameter '%s': '%.64s' is no number of "
			 "type %s", p->name, text, types[p->type].name);
}

static int parse_bool(const struct detail_param *p, const char *text,
		      struct detail_value *out, struct error *err)
{
	static const char *const both[] = { "false", "true" };

	for (size_t i = 0; i < ARRAY_LEN(both); i++)
		if (strcmp(both[i], text) == 0) {
			out->number = i;
			return 0;
		}
	return error_set(err, EINVAL, "parameter '%s': '%.64s' is neither true "
			 "nor false", p->name, text);
}

static int parse_string(const struct detail_param *p, const char *text,
			struct detail_value *out, struct error *err)
{
	size_t len = strlen(text);

	if (len >= sizeof(out->text))
		return error_set(err, ERANGE, "parameter '%s': the value is "
				 "longer than %zu characters", p->name,
				 sizeof(out->text) - 1);
	memcpy(out->text, text, len + 1);
	return 0;
}

int detail_param_parse(const struct detail_param *p, const char *text,
		       struct detail_value *out, struct error *err)
{
	*out = (struct detail_value){ .has = true };
	if (is_number(p))
		return parse_number(p, text, out, err);
	if (p->type == DETAIL_BOOL)
		return parse_bool(p, text, out, err);
	if (p->type == DETAIL_STRING)
		return parse_string(p, text, out, err);
	return error_set(err, EOPNOTSUPP, "parameter '%s' has a type that is "
			 "newer than this daemon; use devlink(8)", p->name);
}

bool detail_value_equal(const struct detail_param *p,
			const struct detail_value *a,
			const struct detail_value *b)
{
	if (p->type == DETAIL_STRING)
		return strcmp(a->text, b->text) == 0;
	return a->number == b->number;
}

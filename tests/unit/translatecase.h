/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A datapath flow as tc text, or why there is none, on a host with meters and
 * an internal port br0. */
#ifndef TESTS_UNIT_TRANSLATECASE_H
#define TESTS_UNIT_TRANSLATECASE_H

#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/odp.h"
#include "common/flow/tctext.h"

#define TRANSLATECASE_SIZE 8192
#define TRANSLATECASE_METERS 10

static inline enum port_kind translatecase_kind(const struct port_resolver *r,
						const struct port *port)
{
	(void)r;
	return strcmp(port->name, "br0") == 0 ? PORT_KIND_INTERNAL :
						PORT_KIND_UNKNOWN;
}

static inline int translatecase_meter(const struct port_resolver *r,
				      uint32_t meter, uint32_t *index)
{
	(void)r;
	if (meter >= TRANSLATECASE_METERS)
		return -ENOENT;
	*index = PORT_METER_POLICE + meter;
	return 0;
}

static struct port_resolver translatecase_host = {
	.kind = translatecase_kind,
	.meter = translatecase_meter,
};

/* One for each program: they are large. */
static struct odp_flow translatecase_flow;
static struct rule translatecase_rule;

static inline const char *translatecase_reasons(const struct reason_list *l)
{
	static char text[TRANSLATECASE_SIZE];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < l->n; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%s%s:%s", used ? " " : "",
					 reason_row(l->reasons[i].code)->name,
					 l->reasons[i].subject);
	return text;
}

/* "tc words", or "code:subject code:subject". */
static inline const char *translatecase(const char *line)
{
	static char text[TRANSLATECASE_SIZE];
	struct reason_list reasons = { 0 };
	struct error err;
	int rc = odp_flow_parse(line, &translatecase_flow, &err);

	if (rc < 0)
		print_error("%s\n%s\n", line, err.msg);
	assert_int_equal(rc, 0);
	memset(&translatecase_rule, 0x5a, sizeof(translatecase_rule));
	rc = odp_translate(&translatecase_flow, &translatecase_host,
			   &translatecase_rule, &reasons);
	assert_int_equal(rc, reasons.n ? -EOPNOTSUPP : 0);
	if (rc < 0)
		return translatecase_reasons(&reasons);
	(void)tctext_format(&translatecase_rule, text, sizeof(text));
	return text;
}

struct translatecase_pair {
	const char *odp, *tc;
};

/* Each between the same text, "before%safter", and behind that of tc. */
static inline void translatecase_all(const struct translatecase_pair *pairs,
				     size_t n, const char *around,
				     const char *tc_prefix)
{
	const char *hole = strstr(around, "%s");

	assert_non_null(hole);

	for (size_t i = 0; i < n; i++) {
		char line[2048], want[4096];
		bool refused = strchr(pairs[i].tc, ':') &&
			       strncmp(pairs[i].tc, "action ", 7) != 0 &&
			       strncmp(pairs[i].tc, "enc_", 4) != 0;

		snprintf(line, sizeof(line), "%.*s%s%s",
			 (int)(hole - around), around, pairs[i].odp, hole + 2);
		snprintf(want, sizeof(want), "%s%s", refused ? "" : tc_prefix,
			 pairs[i].tc);
		assert_string_equal(translatecase(line), want);
	}
}

#endif

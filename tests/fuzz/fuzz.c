/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Storage and comparison; nothing here knows what is being tested. */
#include "tests/fuzz/fuzz.h"

const char *fuzz_line(const char *prefix, const uint8_t *data, size_t size)
{
	static char line[FUZZ_LINE_MAX + 256];
	size_t n = strlen(prefix);

	if (size > FUZZ_LINE_MAX)
		return NULL;
	memcpy(line, prefix, n);
	memcpy(line + n, data, size);
	line[n + size] = '\0';
	return line;
}

struct odp_flow *fuzz_flow(int which)
{
	static struct odp_flow *flows[2];

	if (!flows[which])
		flows[which] = malloc(sizeof(*flows[which]));
	FUZZ_CLAIM(flows[which]);
	return flows[which];
}

struct rule *fuzz_rule(int which)
{
	static struct rule rules[2];

	return &rules[which];
}

bool fuzz_same_rule(const struct rule *a, const struct rule *b)
{
	return strcmp(a->dev.name, b->dev.name) == 0 &&
	       a->dev.no == b->dev.no && a->dev.ifindex == b->dev.ifindex &&
	       a->block == b->block && a->verbose == b->verbose &&
	       a->hook == b->hook && a->policy == b->policy &&
	       a->chain == b->chain && a->prio == b->prio &&
	       a->protocol_be == b->protocol_be && a->handle == b->handle &&
	       a->classid == b->classid &&
	       memcmp(&a->match, &b->match, sizeof(a->match)) == 0 &&
	       rule_same_actions(a, b);
}

bool fuzz_differ(const char *first, const char *second)
{
	fprintf(stderr, "first:  %s\nsecond: %s\n", first, second);
	return false;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Storage and comparison; nothing here knows what is being tested. */
#include "tests/fuzz/fuzz.h"

#define TEXT_SIZE (1024 * 1024)

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

char *fuzz_flow_text(const struct odp_flow *flow)
{
	static char text[TEXT_SIZE];
	int len = odp_flow_format(flow, text, sizeof(text));

	FUZZ_CLAIM(len >= 0 && len < TEXT_SIZE);
	FUZZ_CLAIM(strlen(text) == (size_t)len);
	return text;
}

bool fuzz_same_flow(const struct odp_flow *a, const struct odp_flow *b)
{
	return a->has_ufid == b->has_ufid &&
	       memcmp(&a->ufid, &b->ufid, sizeof(a->ufid)) == 0 &&
	       a->in_port.no == b->in_port.no &&
	       strcmp(a->in_port.name, b->in_port.name) == 0 &&
	       memcmp(&a->match, &b->match, sizeof(a->match)) == 0 &&
	       a->n_given == b->n_given &&
	       memcmp(a->given, b->given, a->n_given) == 0 &&
	       a->packets == b->packets && a->bytes == b->bytes &&
	       a->used_ms == b->used_ms && a->tcp_flags == b->tcp_flags &&
	       a->offloaded == b->offloaded &&
	       a->n_actions == b->n_actions &&
	       memcmp(a->actions, b->actions,
		      a->n_actions * sizeof(a->actions[0])) == 0 &&
	       a->data_size == b->data_size &&
	       memcmp(a->data, b->data, a->data_size) == 0;
}

bool fuzz_same_rule(const struct rule *a, const struct rule *b)
{
	return strcmp(a->dev.name, b->dev.name) == 0 &&
	       a->dev.ifindex == b->dev.ifindex && a->block == b->block &&
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

void fuzz_flow_again(const struct odp_flow *flow)
{
	struct odp_flow *back = fuzz_flow(1);
	AUTO(free) char *first = strdup(fuzz_flow_text(flow));
	struct error err = { 0 };

	FUZZ_CLAIM(first);
	FUZZ_CLAIM(odp_flow_parse_name(first, back, &err) == 0 ||
		   fuzz_differ(first, err.msg));
	FUZZ_CLAIM(fuzz_same_flow(flow, back) ||
		   fuzz_differ(first, fuzz_flow_text(back)));
}

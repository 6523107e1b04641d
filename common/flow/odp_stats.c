/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Statistics of a flow and what has it, read and written. */
#include "common/flow/odp_stats.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/base/cleanup.h"

#define SEPARATORS (SCAN_COMMA | SCAN_BLANK)

int odp_scan_packets(struct scan *s, struct odp_flow *flow)
{
	flow->stats |= ODP_STATS_PACKETS;
	return scan_uint(s, UINT64_MAX, "packets", &flow->packets);
}

int odp_scan_bytes(struct scan *s, struct odp_flow *flow)
{
	flow->stats |= ODP_STATS_BYTES;
	return scan_uint(s, UINT64_MAX, "bytes", &flow->bytes);
}

/* 2.310s; more digits than three are cut. */
int odp_scan_used(struct scan *s, struct odp_flow *flow)
{
	uint64_t seconds, ms = 0, unit = 100;
	int rc;

	flow->stats |= ODP_STATS_USED;
	if (scan_begins(s->p, "never")) {
		s->p += 5;
		return 0;
	}
	rc = scan_uint(s, UINT64_MAX / 1000 - 1, "used, never or seconds",
		       &seconds);
	if (rc < 0)
		return rc;
	if (scan_char(s, '.'))
		for (; *s->p >= '0' && *s->p <= '9'; s->p++, unit /= 10)
			ms += (unsigned int)(*s->p - '0') * unit;
	if (!scan_char(s, 's'))
		return scan_expected(s, "s for seconds");
	flow->used_ms = seconds * 1000 + ms;
	return 0;
}

/* As packet_format_tcp_flags() of Open vSwitch has them. */
static const struct {
	const char *text;
	uint16_t bit;
} tcp_letters[] = {
	{ "S", 0x002 }, { "F", 0x001 }, { "P", 0x008 }, { "R", 0x004 },
	{ "U", 0x020 }, { ".", 0x010 }, { "E", 0x040 }, { "C", 0x080 },
	{ "N", 0x100 }, { "[200]", 0x200 }, { "[400]", 0x400 },
	{ "[800]", 0x800 },
};

int odp_scan_tcp_flags(struct scan *s, struct odp_flow *flow)
{
	if (strncmp(s->p, "none", 4) == 0) {
		s->p += 4;
		return 0;
	}
	do {
		size_t i = 0, len = 0;

		while (i < ARRAY_LEN(tcp_letters)) {
			len = strlen(tcp_letters[i].text);
			if (strncmp(s->p, tcp_letters[i].text, len) == 0)
				break;
			i++;
		}
		if (i == ARRAY_LEN(tcp_letters))
			return scan_expected(s, "letters of TCP flags: "
					     "S, F, P, R, U, ., E, C, N");
		flow->tcp_flags |= tcp_letters[i].bit;
		s->p += len;
	} while (*s->p && !scan_is_in(*s->p, SEPARATORS));
	return 0;
}

int odp_scan_offloaded(struct scan *s, struct odp_flow *flow)
{
	size_t len = scan_word_len(s->p);

	if (scan_is(s->p, len, "yes"))
		flow->offloaded = ODP_OFFLOADED_YES;
	else if (scan_is(s->p, len, "partial"))
		flow->offloaded = ODP_OFFLOADED_PARTIAL;
	else
		return scan_expected(s, "yes or partial");
	s->p += len;
	return 0;
}

/* A text of this line, to be kept. */
static int copy(struct scan *s, const char *what, size_t len, char *out,
		size_t size)
{
	if (!len || len >= size)
		return scan_expected(s, "%s, at most %zu characters", what,
				     size - 1);
	memcpy(out, s->p, len);
	out[len] = '\0';
	s->p += len;
	return 0;
}

int odp_scan_layer(struct scan *s, struct odp_flow *flow)
{
	return copy(s, "the name of a datapath", scan_until(s->p, SEPARATORS),
		    flow->layer, sizeof(flow->layer));
}

int odp_scan_extra_info(struct scan *s, struct odp_flow *flow)
{
	size_t len = strlen(s->p);
	int rc;

	while (len && scan_is_space(s->p[len - 1]))
		len--;
	rc = copy(s, "what a datapath says of a flow", len, flow->extra_info,
		  sizeof(flow->extra_info));
	if (rc == 0)
		s->p += strlen(s->p);
	return rc;
}

static void text_used(struct text *t, uint64_t ms)
{
	if (ms == UINT64_MAX)
		text_str(t, "used:never, ");
	else
		text_add(t, "used:%" PRIu64 ".%03us, ", ms / 1000,
			 (unsigned int)(ms % 1000));
}

static void text_tcp_flags(struct text *t, uint16_t flags)
{
	text_str(t, "flags:");
	for (size_t i = 0; i < ARRAY_LEN(tcp_letters); i++)
		if (flags & tcp_letters[i].bit)
			text_add(t, "%s", tcp_letters[i].text);
	text_str(t, ", ");
}

void odp_text_stats(struct text *t, const struct odp_flow *flow)
{
	if (flow->stats & ODP_STATS_PACKETS)
		text_add(t, "packets:%" PRIu64 ", ", flow->packets);
	if (flow->stats & ODP_STATS_BYTES)
		text_add(t, "bytes:%" PRIu64 ", ", flow->bytes);
	if (flow->stats & ODP_STATS_USED)
		text_used(t, flow->used_ms);
	if (flow->tcp_flags)
		text_tcp_flags(t, flow->tcp_flags);
	if (flow->offloaded)
		text_add(t, "offloaded:%s, ",
			 flow->offloaded == ODP_OFFLOADED_YES ? "yes" :
								"partial");
	if (flow->layer[0])
		text_add(t, "dp:%s, ", flow->layer);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Actions with actions inside them and something besides. */
#include "common/flow/odp_action.h"

#include <errno.h>

/*
 * sample(sample=50.0%,actions(…)): a share of UINT32_MAX.
 */

#define SHARE_ONE 1000000ULL           /* of one percent, as it is read */
#define SHARE_TENTH (SHARE_ONE / 10)   /* more is never printed */

static int read_percent(struct odp_parser *p, uint32_t *out)
{
	struct scan *s = &p->s;
	const char *start = s->p;
	uint64_t whole, share, step = SHARE_ONE;
	int rc = scan_uint(s, 100, "a percentage", &whole);

	if (rc < 0)
		return rc;
	share = whole * SHARE_ONE;
	if (scan_char(s, '.'))
		for (; *s->p >= '0' && *s->p <= '9'; s->p++) {
			step /= 10;
			share += step * (uint64_t)(*s->p - '0');
		}
	if (share > 100 * SHARE_ONE)
		return scan_fail_at(s, start, "expected at most 100%%");
	if (!scan_char(s, '%'))
		return scan_expected(s, "\"%%\"");
	share = (share + SHARE_TENTH / 2) / SHARE_TENTH;
	*out = (uint32_t)((share * UINT32_MAX + 500) / 1000);
	return 0;
}

int odp_read_sample(struct odp_parser *p, struct odp_action *a)
{
	int rc = odp_expect(p, "(");

	if (rc == 0)
		rc = odp_expect(p, "sample=");
	if (rc == 0)
		rc = read_percent(p, &a->number);
	if (rc == 0)
		rc = odp_expect_next(p, "actions");
	if (rc == 0)
		rc = odp_read_inner(p, a);
	return rc < 0 ? rc : odp_expect(p, ")");
}

void odp_show_sample(struct text *t, const struct odp_flow *flow,
		     const struct odp_action *a)
{
	uint64_t tenths = (1000ULL * a->number + UINT32_MAX / 2) / UINT32_MAX;

	text_add(t, "sample(sample=%llu.%llu%%,actions",
		 (unsigned long long)tenths / 10,
		 (unsigned long long)tenths % 10);
	odp_show_inner(t, flow, a);
	text_add(t, ")");
}

/*
 * check_pkt_len(size=200,gt(…),le(…))
 */

static int read_branch(struct odp_parser *p, enum odp_action_kind kind,
		       const char *name)
{
	int rc = odp_expect_next(p, name);
	struct odp_action *a;

	if (rc < 0)
		return rc;
	a = odp_new_action(p, kind);
	return a ? odp_read_inner(p, a) : -EINVAL;
}

int odp_read_check_pkt_len(struct odp_parser *p, struct odp_action *a)
{
	uint64_t size = 0;
	int rc = odp_expect(p, "(");

	if (rc == 0)
		rc = odp_expect(p, "size=");
	if (rc == 0)
		rc = scan_uint(&p->s, UINT16_MAX, "size", &size);
	if (rc == 0)
		rc = read_branch(p, ODP_IF_GT, "gt");
	if (rc == 0)
		rc = read_branch(p, ODP_IF_LE, "le");
	if (rc == 0)
		rc = odp_expect(p, ")");
	if (rc < 0)
		return rc;
	a->number = (uint32_t)size;
	a->n_inner = (uint16_t)(p->flow->n_actions -
				odp_action_index(p->flow, a) - 1);
	return 0;
}

void odp_show_check_pkt_len(struct text *t, const struct odp_flow *flow,
			    const struct odp_action *a)
{
	text_add(t, "check_pkt_len(size=%u,", a->number);
	odp_show_actions(t, flow, odp_action_index(flow, a) + 1, a->n_inner);
	text_add(t, ")");
}

/*
 * dec_ttl(le_1(…)); dec_ttl alone drops what has no ttl left.
 */

int odp_read_dec_ttl(struct odp_parser *p, struct odp_action *a)
{
	int rc;

	a->number = *p->s.p != '(';
	if (a->number)
		return 0;
	rc = odp_expect(p, "(");
	if (rc == 0)
		rc = odp_expect(p, "le_1");
	if (rc == 0)
		rc = odp_read_inner(p, a);
	return rc < 0 ? rc : odp_expect(p, ")");
}

void odp_show_dec_ttl(struct text *t, const struct odp_flow *flow,
		      const struct odp_action *a)
{
	text_add(t, "dec_ttl");
	if (a->number)
		return;
	text_add(t, "(le_1");
	odp_show_inner(t, flow, a);
	text_add(t, ")");
}

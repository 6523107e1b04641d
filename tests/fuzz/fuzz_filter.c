/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A filter as the kernel tells it: read, sent, read. */
#include "swoffd/kernel/filter.h"
#include "tests/fuzz/claims.h"
#include "tests/fuzz/fuzz.h"

#define INPUT_MAX 65536

/* The input becomes a message, whatever it says of its own length. */
static const struct nlmsghdr *message(const uint8_t *data, size_t size)
{
	static uint8_t buf[INPUT_MAX] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = (void *)buf;

	if (size < sizeof(*nlh) || size > sizeof(buf))
		return NULL;
	memcpy(buf, data, size);
	nlh->nlmsg_len = (uint32_t)size;
	return nlh;
}

static bool same_counters(const struct kernel_stats *a,
			  const struct kernel_stats *b)
{
	return a->packets == b->packets && a->bytes == b->bytes &&
	       a->hw_packets == b->hw_packets && a->hw_bytes == b->hw_bytes;
}

static bool same_filter(const struct kernel_filter *a,
			const struct kernel_filter *b)
{
	return a->ifindex == b->ifindex && a->block == b->block &&
	       a->hook == b->hook && a->chain == b->chain &&
	       a->prio == b->prio && a->protocol_be == b->protocol_be &&
	       a->handle == b->handle && a->in_hw == b->in_hw &&
	       a->has_cookie == b->has_cookie &&
	       (!a->has_cookie ||
		memcmp(a->cookie, b->cookie, sizeof(a->cookie)) == 0) &&
	       same_counters(&a->stats, &b->stats) &&
	       same_counters(&a->unpoliced, &b->unpoliced);
}

static bool is_malformed(const struct kernel_filter *f)
{
	return f->undecoded && strcmp(f->undecoded, FILTER_MALFORMED) == 0;
}

/* Both say the same, but that a terse message has no keys to be wrong. */
static void claim_terse_agrees(const struct nlmsghdr *nlh, int rc,
			       const struct kernel_filter *whole)
{
	struct kernel_filter terse;

	FUZZ_CLAIM(filter_decode_terse(nlh, &terse) == rc);
	if (rc < 0)
		return;
	FUZZ_CLAIM(!is_malformed(&terse) || is_malformed(whole));
	FUZZ_CLAIM(is_malformed(whole) || same_filter(&terse, whole));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct filter_view view;
	const struct nlmsghdr *nlh = message(data, size);
	int rc;

	if (!nlh)
		return 0;
	rc = filter_decode(nlh, &view);
	claim_terse_agrees(nlh, rc, &view.filter);
	if (rc < 0)
		return 0;
	FUZZ_CLAIM(view.rule.n_actions <= RULE_MAX_ACTIONS ||
		   view.undecoded[0]);
	if (!view.filter.rule)
		return 0;
	FUZZ_CLAIM(view.rule.data_size <= RULE_DATA_SIZE);
	(void)claim_rule_is_its_message(&view.rule, &rc);
	return 0;
}

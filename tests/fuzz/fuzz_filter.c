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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct filter_view view;
	const struct nlmsghdr *nlh = message(data, size);
	int rc;

	if (!nlh)
		return 0;
	(void)filter_decode(nlh, true, &view);
	if (filter_decode(nlh, false, &view) < 0)
		return 0;
	FUZZ_CLAIM(view.rule.n_actions <= RULE_MAX_ACTIONS ||
		   view.undecoded[0]);
	if (!view.filter.rule)
		return 0;
	FUZZ_CLAIM(view.rule.data_size <= RULE_DATA_SIZE);
	(void)claim_rule_is_its_message(&view.rule, &rc);
	return 0;
}

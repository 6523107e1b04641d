/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A filter as the kernel tells it: read, sent, read. */
#include "tests/fuzz/fuzz.h"

#include "swoffd/kernel/filter.h"

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

static void send_again(const struct rule *rule)
{
	static uint8_t buf[FILTER_MAX_SIZE] __attribute__((aligned(8)));
	static struct filter_view back;
	struct kernel_request req = { .kind = REQUEST_ADD, .rule = rule };

	if (filter_encode(buf, sizeof(buf), &req) < 0)
		return;
	FUZZ_CLAIM(filter_decode((const void *)buf, false, &back) == 0);
	FUZZ_CLAIM(memcmp(&rule->match, &back.rule.match,
			  sizeof(rule->match)) == 0);
	FUZZ_CLAIM(rule->n_actions == back.rule.n_actions);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct filter_view view;
	const struct nlmsghdr *nlh = message(data, size);

	if (!nlh)
		return 0;
	(void)filter_decode(nlh, true, &view);
	if (filter_decode(nlh, false, &view) < 0)
		return 0;
	FUZZ_CLAIM(view.rule.n_actions <= RULE_MAX_ACTIONS);
	FUZZ_CLAIM(view.rule.data_size <= RULE_DATA_SIZE);
	if (!view.undecoded[0])
		send_again(&view.rule);
	return 0;
}

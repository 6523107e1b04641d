/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A datapath flow as the kernel tells it: written, read, written; and what it
 * is translated to is what its text is translated to.
 */
#include "swoffd/kernel/ovs_flow.h"
#include "tests/fuzz/claims.h"
#include "tests/fuzz/fuzz.h"

#define INPUT_MAX 65536
#define NOW_MS 1000000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t buf[INPUT_MAX] __attribute__((aligned(8)));
	struct odp_flow *flow = fuzz_flow(0);
	struct nlmsghdr *nlh = (void *)buf;
	int dp;

	if (size < sizeof(*nlh) || size > sizeof(buf))
		return 0;
	memcpy(buf, data, size);
	nlh->nlmsg_len = (uint32_t)size;
	(void)ovs_flow_datapath(nlh, &dp);
	if (ovs_flow_decode(nlh, NOW_MS, flow) < 0)
		return 0;
	claim_flow_has_text(flow);
	(void)claim_translation(flow, fuzz_rule(0));
	return 0;
}

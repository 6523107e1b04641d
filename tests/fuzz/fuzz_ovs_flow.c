/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A datapath flow as the kernel tells it: read, written, read. */
#include "tests/fuzz/fuzz.h"

#include "swoffd/kernel/ovs_flow.h"

#define INPUT_MAX 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t buf[INPUT_MAX] __attribute__((aligned(8)));
	struct odp_flow *flow = fuzz_flow(0), *back = fuzz_flow(1);
	struct nlmsghdr *nlh = (void *)buf;
	struct reason_list reasons = { 0 };
	AUTO(free) char *first = NULL;
	struct error err = { 0 };

	if (size < sizeof(*nlh) || size > sizeof(buf))
		return 0;
	memcpy(buf, data, size);
	nlh->nlmsg_len = (uint32_t)size;
	if (ovs_flow_decode(nlh, 1000000, flow) < 0)
		return 0;
	if (odp_translate(flow, NULL, fuzz_rule(0), &reasons) < 0)
		FUZZ_CLAIM(reasons.n > 0);
	if (flow->refused.n)
		return 0;
	first = strdup(fuzz_flow_text(flow));
	FUZZ_CLAIM(first);
	FUZZ_CLAIM(odp_flow_parse_name(first, back, &err) == 0 ||
		   fuzz_differ(first, err.msg));
	FUZZ_CLAIM(strcmp(first, fuzz_flow_text(back)) == 0 ||
		   fuzz_differ(first, fuzz_flow_text(back)));
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The actions of a datapath flow: read, written, read. */
#include "tests/fuzz/claims.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *line = fuzz_line("in_port(1),eth(),eth_type(0x0800),"
				     "ipv4(proto=6,frag=no), actions:", data,
				     size);
	struct error err = { 0 };

	if (!line)
		return 0;
	if (odp_flow_parse(line, fuzz_flow(0), &err) < 0) {
		FUZZ_CLAIM(err.code && err.msg[0]);
		return 0;
	}
	claim_flow_is_its_text(fuzz_flow(0));
	(void)claim_translation(fuzz_flow(0), fuzz_rule(0));
	return 0;
}

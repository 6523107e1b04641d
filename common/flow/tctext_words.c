/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words of a tc line, one after the other, and the values all parts share. */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <strings.h>

#include "common/base/cleanup.h"
#include "common/flow/tctext_parse.h"

/* A backslash alone is a line continued by whoever joined the lines. */
static bool is_gap(const char *p)
{
	return scan_is_space(*p) ||
	       (*p == '\\' && (!p[1] || scan_is_space(p[1])));
}

void tc_next(struct tc_parser *p)
{
	const char *w = p->end;

	while (is_gap(w))
		w++;
	p->s.p = w;
	if (*w != '#')
		w += scan_until(w, SCAN_BLANK | SCAN_HASH);
	p->end = w;
}

int tc_word_done(struct tc_parser *p)
{
	if (p->s.p != p->end)
		return scan_expected(&p->s, "a blank");
	tc_next(p);
	return 0;
}

int tc_uint(struct tc_parser *p, uint64_t max, const char *what,
	    uint64_t *out)
{
	int rc = scan_uint(&p->s, max, what, out);

	return rc < 0 ? rc : tc_word_done(p);
}

int tc_port(struct tc_parser *p, struct port *out)
{
	int rc = scan_port(&p->s, SCAN_BLANK | SCAN_HASH, out);

	return rc < 0 ? rc : tc_word_done(p);
}

/* if_ether.h, under the names of iproute2. */
static const struct protocol_name {
	const char *name;
	uint16_t type;
} protocol_names[] = {
	{ "all", ETH_P_ALL },
	{ "ip", ETH_P_IP },
	{ "ipv4", ETH_P_IP },
	{ "ipv6", ETH_P_IPV6 },
	{ "arp", ETH_P_ARP },
	{ "rarp", ETH_P_RARP },
	{ "802.1Q", ETH_P_8021Q },
	{ "802.1ad", ETH_P_8021AD },
	{ "mpls_uc", ETH_P_MPLS_UC },
	{ "mpls_mc", ETH_P_MPLS_MC },
	{ "ppp_disc", ETH_P_PPP_DISC },
	{ "ppp_ses", ETH_P_PPP_SES },
	{ "lldp", ETH_P_LLDP },
	{ "802_2", ETH_P_802_2 },
	{ "802_3", ETH_P_802_3 },
	{ "snap", ETH_P_SNAP },
	{ "profinet", ETH_P_PROFINET },
	{ "ethercat", ETH_P_ETHERCAT },
	{ "cfm", ETH_P_CFM },
	{ "aoe", ETH_P_AOE },
	{ "tipc", ETH_P_TIPC },
	{ "loop", ETH_P_LOOP },
	{ "control", ETH_P_CONTROL },
};

int tc_protocol(struct tc_parser *p, uint16_t *out_be)
{
	size_t len = tc_len(p);
	uint64_t v;
	int rc;

	for (size_t i = 0; i < ARRAY_LEN(protocol_names); i++) {
		const char *name = protocol_names[i].name;

		if (strncasecmp(p->s.p, name, len) == 0 && !name[len]) {
			*out_be = htons(protocol_names[i].type);
			tc_next(p);
			return 0;
		}
	}
	rc = tc_uint(p, UINT16_MAX, "a protocol such as ip or 0x88cc", &v);
	if (rc == 0)
		*out_be = htons((uint16_t)v);
	return rc;
}

const char *tc_protocol_name(uint16_t protocol_be)
{
	uint16_t type = ntohs(protocol_be);

	for (size_t i = 0; i < ARRAY_LEN(protocol_names); i++)
		if (protocol_names[i].type == type)
			return protocol_names[i].name;
	return NULL;
}

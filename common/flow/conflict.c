/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words for a field that is matched without what gives it a meaning. */
#include "common/flow/conflict.h"

#include <arpa/inet.h>

void conflict_add(struct reason_list *reasons, const struct flow_field *f,
		  const struct flow_match *m)
{
	uint16_t l3 = flow_match_l3_type(m);

	if (f->need & (FLOW_NEED_VLAN | FLOW_NEED_CVLAN))
		reason_add(reasons, REASON_KEY_CONFLICT, 0,
			   "%s with eth_type 0x%04x", f->name,
			   ntohs(f->need & FLOW_NEED_VLAN ?
					 m->key.eth_type_be :
					 m->key.vlan_eth_type_be));
	else if (f->need_proto && m->mask.ip_proto == 0xff &&
		 m->key.ip_proto != f->need_proto)
		reason_add(reasons, REASON_KEY_CONFLICT, 0,
			   "%s with ip_proto %u", f->name, m->key.ip_proto);
	else if (f->need_proto && m->mask.ip_proto != 0xff)
		reason_add(reasons, REASON_KEY_CONFLICT, 0,
			   "%s without ip_proto %u", f->name, f->need_proto);
	else if (l3)
		reason_add(reasons, REASON_KEY_CONFLICT, 0,
			   "%s with eth_type 0x%04x", f->name, l3);
	else
		reason_add(reasons, REASON_KEY_CONFLICT, 0,
			   "%s without eth_type", f->name);
}

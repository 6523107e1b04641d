/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A rule as an object of JSON on a line: the line of tc taken apart, so what
 * tc has a word for is there, and nothing else.
 *
 *   {"dev":"eth1","hook":"ingress","protocol":"ip","prio":10,
 *    "match":{"dst_ip":"10.0.0.2","ip_proto":"tcp","dst_port":"80/0xff00"},
 *    "actions":[{"kind":"vlan","args":"pop pipe"},
 *               {"kind":"mirred","args":"egress redirect dev eth2"}]}
 *
 * Members of match are words of flower, values what stands behind the word; but
 * a number, in quotation marks or not, is decimal unless it begins with 0x,
 * whatever base tc would take.  The order of members does not matter.
 */
#ifndef COMMON_FLOW_FLOWJSON_H
#define COMMON_FLOW_FLOWJSON_H

#include "common/flow/line.h"

/* Of the words of tc that an object stands for. */
#define FLOWJSON_TEXT_SIZE (128 * 1024)

/*
 * 0; -EINVAL with *err saying what is wrong at which column; -EOPNOTSUPP with
 * reasons.  text is scratch.
 */
int flowjson_parse(const char *line, char text[FLOWJSON_TEXT_SIZE],
		   struct line_flow *out, struct reason_list *reasons,
		   struct error *err);

/* Length as snprintf, or -ENOMEM. */
int flowjson_format(const struct line_flow *flow, char *out, size_t size);

#endif

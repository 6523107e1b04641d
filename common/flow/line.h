/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line in either language: the first word tells.  This is the one entrance
 * for the command line, for files and for the daemon.
 */
#ifndef COMMON_FLOW_LINE_H
#define COMMON_FLOW_LINE_H

#include "common/flow/odp.h"
#include "common/flow/tctext.h"

#define LINE_MAX_SIZE (1024 * 1024)

enum line_lang { LINE_ODP, LINE_TC };

struct line_flow {
	enum line_lang lang;
	enum tctext_verb verb;         /* of a tc line; TCTEXT_ADD for ODP */
	bool has_ufid;
	struct ufid ufid;              /* given by the line */
	struct rule rule;
};

enum line_result {
	LINE_BLANK,            /* empty, a # comment, a heading, or a qdisc
				* that comes with the first filter anyway */
	LINE_FLOW,             /* *out is good */
	LINE_REFUSED,          /* understood; *reasons say why it cannot be */
	LINE_BAD,              /* a syntax error; *err points at the place */
};

/* Never allocates; line is a string of at most LINE_MAX_SIZE. */
enum line_result line_parse(const char *line, struct line_flow *out,
			    struct reason_list *reasons, struct error *err);

/* The same for a line that names a flow by its match: a datapath flow may
 * then do without actions, as `filter del` always may. */
enum line_result line_parse_name(const char *line, struct line_flow *out,
				 struct reason_list *reasons,
				 struct error *err);

#endif

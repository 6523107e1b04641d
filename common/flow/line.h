/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line in any language: the first word tells.  This is the one entrance
 * for the command line, for files and for the daemon.
 */
#ifndef COMMON_FLOW_LINE_H
#define COMMON_FLOW_LINE_H

#include "common/base/cleanup.h"
#include "common/base/lines.h"
#include "common/flow/attrs.h"
#include "common/flow/odp.h"
#include "common/flow/tctext.h"

#define LINE_MAX_SIZE LINES_MAX_SIZE

enum line_lang { LINE_ODP, LINE_TC, LINE_JSON };

struct line_flow {
	enum line_lang lang;
	enum tctext_verb verb;         /* of tc and JSON; TCTEXT_ADD for ODP */
	bool has_ufid;
	struct ufid ufid;              /* given by the line */
	struct flow_attrs attrs;
	struct rule rule;
};

enum line_result {
	LINE_BLANK,            /* empty, a # comment, a heading, or a qdisc
				* that comes with the first filter anyway */
	LINE_FLOW,             /* *out is good */
	LINE_REFUSED,          /* understood; *reasons say why it cannot be */
	LINE_BAD,              /* a syntax error; *err points at the place */
};

/* What reading lines needs again and again: 600 KB, so make one and keep it. */
struct line_reader;
struct line_reader *line_reader_new(const struct port_resolver *ports);
void line_reader_free(struct line_reader *r);
DEFINE_AUTO(struct line_reader *, line_reader_free)

/* The datapath flow that the last line was, if its language is LINE_ODP. */
const struct odp_flow *line_reader_odp(const struct line_reader *r);

/* Never allocates; line is a string of at most LINE_MAX_SIZE. */
enum line_result line_parse(struct line_reader *r, const char *line,
			    struct line_flow *out,
			    struct reason_list *reasons, struct error *err);

/* The same for a line that names a flow by its match: a datapath flow may
 * then do without actions, as `filter del` always may. */
enum line_result line_parse_name(struct line_reader *r, const char *line,
				 struct line_flow *out,
				 struct reason_list *reasons,
				 struct error *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A load under way; for load.c, its stages, and load_line.c, its lines. */
#ifndef SWOFFD_CTL_LOAD_PRIV_H
#define SWOFFD_CTL_LOAD_PRIV_H

#include "common/base/lines.h"
#include "common/base/pages.h"
#include "common/flow/line.h"
#include "swoffd/ctl/call.h"
#include "swoffd/ctl/sink.h"

enum load_stage { LOAD_READ, LOAD_SETTLE, LOAD_REPORT, LOAD_DRAIN };

struct load {
	struct call *call;             /* borrowed: it owns us */
	struct loop *loop;             /* borrowed */
	struct engine *engine;         /* borrowed */
	enum load_stage stage;
	struct sink sink;
	int in_fd;                     /* owned */
	struct watch in;
	struct lines lines;
	struct deferred work;
	bool waiting;                  /* core holds call->request */
	bool aborted;                  /* the client has gone */
	bool has_policy;
	enum rule_policy policy;
	struct flow_attrs attrs;       /* of lines that do not say theirs */
	struct pages lines_of;         /* uint32_t by slot; 0: not of this load */
	uint32_t n_slots;              /* the last one that it has put, plus 1 */
	uint32_t at;                   /* slot, while reporting */
	uint32_t n_flows, n_refused, n_bad, n_deleted;
	uint32_t n_state[FLOW_N_STATES];       /* of n_flows */
	struct line_flow flow;         /* scratch: too large for the stack */
	struct flow_view view;
	struct reason_list reasons;
};

/* A line of the input: put, deleted, or reported and counted. */
void load_line(struct load *l, char *text);
void load_bad(struct load *l, const char *text, const char *why);
void load_too_long(struct load *l);

/* A flow of this load, from that line: counted, and reported, which is what
 * true means, if it is not in hardware. */
bool load_flow(struct load *l, uint32_t slot, uint32_t line);

#endif

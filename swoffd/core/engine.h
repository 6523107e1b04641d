/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The offload engine: wanted flows against what the kernel and the hardware
 * have.  Every flow is in exactly one state, and every state but pending and
 * in_hw carries reasons.
 */
#ifndef SWOFFD_CORE_ENGINE_H
#define SWOFFD_CORE_ENGINE_H

#include "common/flow/line.h"
#include "swoffd/core/kernel.h"
#include "swoffd/core/request.h"

struct core;
struct engine;

enum flow_state {
	FLOW_PENDING,
	FLOW_IN_HW,
	FLOW_SW,               /* in tc, not in hardware */
	FLOW_REJECTED,         /* in neither */
	FLOW_EVICTED,
	FLOW_LOST,             /* somebody or something took it away */
	FLOW_N_STATES
};
const char *flow_state_str(enum flow_state state);

struct flow_reason {
	struct reason reason;
	uint32_t count;        /* how often */
};

/* As TCA_ACT_STATS has them: all, and those of the hardware among them. */
struct flow_counters {
	uint64_t packets, bytes;
	uint64_t hw_packets, hw_bytes;
};

/* All that there is to say of one flow; filled in by engine_view(). */
struct flow_view {
	uint32_t slot;
	struct ufid ufid;
	enum flow_state state;
	enum rule_policy policy;
	bool mirrored;                 /* a datapath of Open vSwitch has it */
	struct flow_attrs attrs;
	struct rule rule;              /* dev.name is today's name */
	struct flow_counters stats;    /* since it was put */
	uint64_t used_ms;              /* ago; UINT64_MAX: never */
	uint64_t age_ms, state_ms;     /* since it was put; in this state */
	float rate;                    /* packets a second, lately */
	size_t n_reasons;
	struct flow_reason reasons[REASON_LIST_MAX];
};

/*
 * Wants the flow.  The same flow again (same ufid, or same device, chain, prio
 * and key) replaces the old one.  0 and *slot; or -errno with err, reasons if
 * there are codes for it (device unknown, not a place to send to), and nothing
 * changed.
 */
int engine_put(struct engine *e, const struct line_flow *flow,
	       uint32_t *slot, struct reason_list *reasons,
	       struct error *err);

/* A tc `filter del` line, or an ODP line, names the flow by its match. */
int engine_del_line(struct engine *e, const struct line_flow *flow,
		    struct error *err);
int engine_del_ufid(struct engine *e, const struct ufid *ufid,
		    struct error *err);

/*
 * The same for a flow that a datapath of Open vSwitch has: no record of it is
 * kept, for the datapath tells of it again, and neither flush nor a delete
 * above takes it away.  -EEXIST: a flow that was asked for is in its place, as
 * it is to engine_put() where one of these is.
 */
int engine_mirror(struct engine *e, const struct line_flow *flow,
		  uint32_t *slot, struct reason_list *reasons,
		  struct error *err);
/* Is one of them in the slot?  After a restart half of its ufid may be zeros,
 * until it is mirrored again. */
bool engine_is_mirrored(struct engine *e, uint32_t slot, struct ufid *ufid);
uint32_t engine_n_mirrored(const struct engine *e);
/* One that is mirrored is taken out of tc, and put back; what it has counted
 * stays. */
enum flow_pause {
	PAUSE_NOT,
	PAUSE_SHOWN,           /* Open vSwitch is to see a packet of it */
	PAUSE_IDLE,            /* it has none */
};
void engine_mirror_pause(struct engine *e, uint32_t slot, enum flow_pause why);
/* Nothing happens if there is none. */
void engine_unmirror(struct engine *e, uint32_t slot);

/*
 * A port of a device is made ready before there are rules for it; others are
 * when they have one.  While its qdisc comes, the kernel drops what is sent
 * there (net/sched/sch_api.c, qdisc_graft()).
 */
void engine_warm_port(struct engine *e, uint32_t ifindex);

/* All that were asked for; those of datapaths and foreign rules stay. */
void engine_flush(struct engine *e);

/* Flushes, mirrored ones too, and takes no more flows. */
void engine_close(struct engine *e);

/* Answered when every flow put or deleted before has left pending. */
void engine_settle(struct engine *e, struct request *r);

/* Answered when counters and flags have been read from the kernel anew. */
void engine_refresh(struct engine *e, struct request *r);
/* Those of one flow, if tc has it; otherwise as above. */
void engine_refresh_flow(struct engine *e, uint32_t slot, struct request *r);

/* Slots go from 0 up to engine_n_slots(); false: nothing in this one. */
uint32_t engine_n_slots(const struct engine *e);
bool engine_view(struct engine *e, uint32_t slot, struct flow_view *out);

/* The little that totals are made of, at a fraction of the cost. */
struct flow_glance {
	enum flow_state state;
	enum rule_policy policy;
	uint16_t dev;                  /* its number, see engine_dev_name() */
	struct flow_counters counted;
	float rate;
	uint64_t used_ms;              /* ago; UINT64_MAX: never */
	const struct reason *reasons;  /* borrowed until something happens */
	size_t n_reasons;
};
bool engine_glance(struct engine *e, uint32_t slot, struct flow_glance *out);
const char *engine_dev_name(const struct engine *e, uint16_t dev);

/* How often counters are read, how long it took last, what timed out. */
struct engine_times {
	uint64_t poll_ms, read_ms;
	uint64_t n_idle_over, n_hard_over;
};
void engine_times(const struct engine *e, struct engine_times *out);

uint32_t engine_find_ufid(struct engine *e, const struct ufid *ufid);
uint32_t engine_find_line(struct engine *e, const struct line_flow *flow,
			  struct error *err);
#define ENGINE_NO_SLOT UINT32_MAX

/* Answered when the store has what was changed; maybe before this returns. */
void engine_keep(struct engine *e, struct request *r);

uint32_t engine_count(const struct engine *e, enum flow_state state);

/* Attributes that are not given stay as they are; -ENOENT, -ENOMEM, -ENOSPC
 * (too many different ones). */
int engine_set_attrs(struct engine *e, const struct ufid *ufid,
		     const struct flow_attrs *attrs, struct error *err);

/* A table of hardware rules: of an eswitch, or of a netdev that is no port of
 * one. */
#define CAPACITY_UNKNOWN UINT32_MAX
#define ENGINE_SWITCH_NAME_SIZE (KERNEL_BUS_SIZE + KERNEL_DEV_SIZE + 1)
struct capacity_view {
	char device[ENGINE_SWITCH_NAME_SIZE];
	uint32_t n_flows;              /* on its ports */
	uint32_t n_hw, n_pinned;       /* of them in hardware; pinned ones */
	uint32_t high;                 /* most that ever were in hardware */
	uint32_t limit;                /* learnt, or CAPACITY_UNKNOWN */
	uint32_t max_rules;            /* set, or CAPACITY_UNKNOWN */
	uint32_t reserve;              /* places for pinned flows only */
	uint64_t n_full, n_evicted, n_promoted;
};

/* They are numbered from 0 up to this, for good. */
uint16_t engine_n_switches(const struct engine *e);
void engine_capacity_view(const struct engine *e, uint16_t i,
			  struct capacity_view *out);
/* By devlink handle or netdev. */
#define ENGINE_NO_SWITCH UINT16_MAX
uint16_t engine_capacity_find(const struct engine *e, const char *dev);
void engine_capacity_set(struct engine *e, uint16_t i, uint32_t max_rules,
			 uint32_t reserve);

/* What was looked at to tell whether a flow would be offloaded. */
struct engine_check {
	const char *what;              /* "port", "capacity" … */
	char subject[REASON_SUBJECT_SIZE];
	bool ok;
	char detail[128];
};
#define ENGINE_MAX_CHECKS 40

enum engine_tried { TRIED_NOT, TRIED_IN_HW, TRIED_NOT_IN_HW, TRIED_REFUSED };

/*
 * Would the flow be offloaded?  One that is in hardware is.  Else the rule is
 * tried out where no packet comes by, and is gone again when done() is called.
 * Its devices are prepared as for a first flow, unless they are to stay as they
 * are.
 */
struct engine_explain {
	struct rule rule;              /* in: as a line gave it */
	bool as_is;                    /* in: its devices are not prepared */
	void (*done)(struct engine_explain *x);

	/* Out.  In hardware if there are no reasons. */
	struct reason_list reasons;
	enum engine_tried tried;
	int err;                       /* positive errno, of the trial */
	char extack[ERROR_EXTACK_SIZE];
	size_t n_checks;
	struct engine_check checks[ENGINE_MAX_CHECKS];
};

/* Kept alive by its owner until done() is called: once, from the loop, never
 * before this returns.  0, or -ENOMEM and done() is not called. */
int engine_explain(struct engine *e, struct engine_explain *x);

/*
 * Does hardware forward the flow?  Its counters are watched: those of hardware
 * must rise while those of software stand still.  Then the control: software
 * alone has the flow for a while and must count its packets, and hardware none
 * for a rule with the same match that no packet comes by.
 */
enum prove_verdict {
	PROVE_PROVEN,
	PROVE_NO_TRAFFIC,      /* too few packets in the time that was given */
	PROVE_SOFTWARE,        /* has seen packets of a rule in hardware */
	PROVE_CONTROL_FAILED,  /* hardware counted for a rule that none met */
	PROVE_NOT_IN_HW,       /* or not any more */
	PROVE_NOT_BACK,        /* hardware did not take it after the control */
	PROVE_CHANGED,         /* somebody put it with other actions or policy */
	PROVE_DELETED,
	PROVE_STOPPED,         /* by engine_prove_cancel(), or as we stop */
	PROVE_N_VERDICTS
};

enum prove_phase_kind {
	PROVE_SETTLE,          /* up to the last packet that software was
				* forgiven; there is none if it saw none */
	PROVE_WATCH,
	PROVE_CONTROL,
	PROVE_N_PHASES
};

struct prove_phase {
	bool was;                      /* it came to that */
	uint64_t ms;
	uint64_t hw_packets, sw_packets;
};

#define PROVE_PACKETS 1                /* unless something else is asked for */
#define PROVE_SECONDS 10
#define PROVE_MAX_SECONDS 3600

struct engine_prove {
	struct ufid ufid;              /* in */
	uint32_t packets, seconds;     /* in: 1 at least, also of the control */
	bool control;                  /* in: a flow that is hw-only has none */
	void (*done)(struct engine_prove *p);

	/* Out.  state and reasons are those of the flow at the end. */
	enum prove_verdict verdict;
	enum flow_state state;
	bool hw_control;               /* hardware took the rule of the control,
					* of which its hw_packets are */
	struct prove_phase phases[PROVE_N_PHASES];
	struct reason_list reasons;
};

/*
 * Kept alive by its owner until done() is called: once, from the loop, never
 * before this returns; the flow is where it was then, if hardware takes it.
 * 0; or with err -ENOENT, -EBUSY (it is being proven, or too many are),
 * -ESHUTDOWN, -ENOMEM, and done() is not called.
 */
int engine_prove(struct engine *e, struct engine_prove *p, struct error *err);
/* Nobody wants to know any more; done() is called all the same. */
void engine_prove_cancel(struct engine *e, struct engine_prove *p);
/* All end, and no others begin; r is answered when the flows are back.  False:
 * there are none, and r is not taken. */
bool engine_prove_stop(struct engine *e, struct request *r);

/* For lines of this host: knows its ports.  Borrowed. */
struct line_reader *engine_reader(struct engine *e);

/* What translation is to know of the ports of this host.  Borrowed. */
const struct port_resolver *engine_ports(const struct engine *e);

/* line_parse() by that reader.  A datapath flow that no rule can be made of is
 * refused with its ports that are not here as well. */
enum line_result engine_port_line(struct engine *e, const char *text,
				  struct line_flow *out,
				  struct reason_list *reasons,
				  struct error *err);

bool engine_is_adopting(const struct engine *e);

/* Is there room for more?  Who loads in bulk stops while it says no, and is
 * told by the callback when to go on. */
bool engine_busy(const struct engine *e);
void engine_on_ready(struct engine *e, struct request *r);

#endif

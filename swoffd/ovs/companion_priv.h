/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the companion share.  companion.c: its life and its mode;
 * companion_read.c: rounds of reading; companion_told.c: what datapaths tell;
 * companion_tc.c: what Open vSwitch has put into tc; companion_mirror.c: what
 * we put there in its place; companion_pause.c: what of it is out of tc for a
 * while; companion_hold.c: what of Open vSwitch and of datapaths is set
 * meanwhile, and put back; companion_view.c: what there is to say;
 * companion_table.c, companion_port.c: what is known.
 */
#ifndef SWOFFD_OVS_COMPANION_PRIV_H
#define SWOFFD_OVS_COMPANION_PRIV_H

#include "swoffd/core/core.h"
#include "swoffd/core/ovs.h"
#include "swoffd/ovs/companion.h"
#include "swoffd/ovs/companion_port.h"
#include "swoffd/ovs/companion_table.h"

#define COMPANION_TEXT_SIZE 65536      /* as ODP_DATA_SIZE: of one flow */
#define COMPANION_ROUND_MS 1000        /* between rounds, at least … */
#define COMPANION_REST 20              /* … and so many times as long as one
					* took; where something is amiss, once */
#define COMPANION_REST_MS 5000         /* … at most */
#define COMPANION_ABSENT_MS 2000       /* without datapaths */
#define COMPANION_RETRY_MS 200         /* after a read that failed */

/* What is being read, one after the other. */
enum companion_phase { COMPANION_IDLE, COMPANION_READING, COMPANION_FILTERS };

struct ovs_companion {
	struct companion base;         /* first */
	struct core *core;             /* borrowed, as all of these */
	struct loop *loop;
	struct engine *engine;
	struct datapaths *datapaths;
	struct ovs *ovs;

	struct companion_settings asked;
	enum companion_mode mode;      /* in force; OFF before it starts */
	struct request core_ready;
	bool started, stopping;

	struct companion_ports ports;
	struct companion_table table;
	bool has_datapath, whole;
	struct error trouble;

	/* companion_told.c */
	struct deferred ports_gone;

	/* companion_read.c */
	struct timer round;
	enum companion_phase phase;
	enum datapath_read what;
	uint8_t read_no;
	bool need_all;                 /* something is not known */
	bool is_behind;                /* the same, but it will be told, unless
					* that was lost: there is no hurry */
	bool has_keyed;                /* flows that only their key names */
	bool is_missing;               /* some were not read the last time */
	uint64_t round_began_ms, round_ended_ms, round_took_ms;
	uint64_t n_reads, n_lost, n_failed_in_row;
	struct list waiting, next_waiting;     /* requests */

	/* companion_tc.c */
	uint8_t tc_no;
	uint32_t tc_place;             /* of the port whose filters are read */
	enum rule_hook tc_hook;
	uint32_t *leads;               /* chains that filters lead to, sorted */
	uint32_t n_leads, size_leads;

	/* companion_mirror.c */
	uint32_t n_mirrored;           /* entries with a slot */
	uint32_t retry_place;

	/* companion_hold.c */
	struct request hold;
	bool hold_running, holding;    /* holding: else it is a release */
	bool hold_failed, is_news;
	bool is_released;              /* since the last hold, for sure */
	struct request *on_released;

	/* Too large for the stack. */
	struct line_flow *line;
	char *text;                    /* COMPANION_TEXT_SIZE */
};

static inline bool companion_mirrors(const struct ovs_companion *c)
{
	return c->mode == COMPANION_MIRROR;
}

static inline bool companion_observes(const struct ovs_companion *c)
{
	return c->mode == COMPANION_OBSERVE;
}

/* companion.c */
/* The mode that is asked for, or why another one is in force ("" or why). */
enum companion_mode companion_wanted(const struct ovs_companion *c,
				     const char **why);
void companion_apply(struct ovs_companion *c);

/* companion_told.c */
extern const struct datapath_events companion_events;
void companion_told_init(struct ovs_companion *c);
void companion_told_fini(struct ovs_companion *c);
/* Of one that is in no datapath and not in tc nothing is left. */
void companion_told_drop(struct ovs_companion *c, struct companion_entry *e);
/* It is in its datapath no more. */
void companion_told_gone(struct ovs_companion *c, struct companion_entry *e);
void companion_told_datapath_gone(void *ctx, uint32_t dp);
/* Of flows that come in where no port is any more. */
void companion_told_ports_gone(struct ovs_companion *c);

/* companion_read.c */
void companion_read_init(struct ovs_companion *c);
void companion_read_fini(struct ovs_companion *c);
/* A round begins as soon as it may. */
void companion_read_kick(struct ovs_companion *c);
/* All flows are read and looked at anew. */
void companion_read_again(struct ovs_companion *c);
/* Everything that was read is forgotten. */
void companion_read_forget(struct ovs_companion *c);
/* Of struct datapath_events. */
void companion_read_done(void *ctx, enum datapath_read what, int err);
/* What is to be read has been. */
void companion_read_end(struct ovs_companion *c);

/* companion_tc.c */
void companion_tc_begin(struct ovs_companion *c);
void companion_tc_filter(struct ovs_companion *c,
			 const struct kernel_filter *filter);
void companion_tc_done(struct ovs_companion *c, int err);
/* Does a filter that Open vSwitch has in tc lead to the chain? */
bool companion_tc_leads(const struct ovs_companion *c, uint32_t chain);
/* What is in tc is looked at no more. */
void companion_tc_forget(struct ovs_companion *c);
void companion_tc_fini(struct ovs_companion *c);

/* companion_mirror.c */
/* The rule of e is in c->line, or there is none for these reasons. */
void companion_mirror_put(struct ovs_companion *c, struct companion_entry *e,
			  struct reason_list *reasons);
void companion_mirror_drop(struct ovs_companion *c,
			   struct companion_entry *e);
void companion_mirror_drop_all(struct ovs_companion *c);
bool companion_mirror_is_there(const struct ovs_companion *c,
			       const struct companion_entry *e);
/* Once in a round: what was refused and may be taken now, what is not there any
 * more. */
void companion_mirror_tick(struct ovs_companion *c);
/* Rules of an earlier daemon that no flow is for. */
void companion_mirror_sweep(struct ovs_companion *c);
/* false: the engine has it not. */
bool companion_mirror_glance(const struct ovs_companion *c,
			     const struct companion_entry *e,
			     struct flow_glance *out);

/* companion_pause.c: once in a round. */
void companion_pause_tick(struct ovs_companion *c);

/* companion_hold.c */
void companion_hold_init(struct ovs_companion *c);
/* Compares what is set with what the mode wants, and takes the next step. */
void companion_hold_check(struct ovs_companion *c);
/* The same, in another mode; what failed is tried again. */
void companion_hold_renew(struct ovs_companion *c);
/* As long as tc and this datapath do not share chains, false. */
bool companion_hold_has_recirc(const struct ovs_companion *c, uint32_t dp);

/* companion_view.c */
void companion_view_init(struct ovs_companion *c);

#endif

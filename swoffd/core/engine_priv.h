/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the engine share.  engine.c, engine_put.c: what is wanted;
 * engine_attrs.c: what is wanted besides; engine_dev.c: the devices that flows
 * are on; engine_lag.c: bonds; engine_state.c: the state of one flow;
 * engine_reason.c: why; engine_stats.c: what it counted; engine_sweep.c: what
 * concerns many flows; engine_store.c, engine_record.c: what outlives us beside
 * the kernel; engine_age.c: time-outs; engine_retry.c: what may be taken
 * another time; engine_chain.c: flows that lead to others; engine_switch.c:
 * tables of hardware rules, and who has a place in them; engine_capacity.c: who
 * should; engine_event.c: what is told of it; engine_send.c: messages to the
 * kernel; engine_qdisc.c: of those, qdiscs; engine_result.c: what its answers
 * mean; engine_verify.c: what is to be read back, and when; engine_pass.c:
 * dumps; engine_pace.c: those behind what is being sent; engine_read.c: what a
 * filter says of its flow; engine_get.c: one flow alone; engine_scan.c: dumps
 * of everything; engine_audit.c: is all as it should be; engine_adopt.c: rules
 * of ours that an earlier daemon left; engine_probe.c: rules that are put to
 * see what comes of them; engine_key.c: keys that not every kernel knows;
 * engine_port.c: what translation wants to know of ports; engine_meter.c:
 * police actions of meters; engine_local.c: rules in the form that is kept;
 * engine_explain.c: would it be offloaded; engine_prove.c, engine_prove_read.c,
 * engine_prove_twin.c: is it really.
 */
#ifndef SWOFFD_CORE_ENGINE_PRIV_H
#define SWOFFD_CORE_ENGINE_PRIV_H

#include "swoffd/core/core.h"
#include "swoffd/core/flowtab.h"
#include "swoffd/core/packed.h"
#include "swoffd/core/rank.h"
#include "swoffd/core/store.h"

/* Our prios; OVS counts up from 1, the kernel down from 0xc000. */
#define ENGINE_PRIO_BASE 0x4000
#define ENGINE_MAX_PROTOCOLS 256
#define ENGINE_MAX_DEVS 16384
#define ENGINE_EPOCHS 64
#define ENGINE_MAX_TRIES 8
#define ENGINE_QUEUE_HIGH 4096         /* busy above, ready again below half */
#define ENGINE_GET_LIMIT 64            /* more under way: verified later */
#define ENGINE_QUIET_MS 20             /* nothing came: perhaps no more will */
#define ENGINE_FULL_DUMP_LIMIT 20000   /* flows; with more, polls are terse */
/* So late drivers may tell what hardware has counted: mlx5 reads its counters
 * once a second; Open vSwitch allows for two (offloaded-stats-delay). */
#define ENGINE_DRIVER_LAG_MS 2000

/* Nothing leads to it: no packet meets what is tried out there.  Rules of a
 * flow are not taken near it. */
#define ENGINE_SCRATCH_CHAIN 0x0ffffff0U

/*
 * What shares one table of hardware rules.  A flow claims a place in it from
 * when it is sent so that hardware may take it until it is known not to be
 * there.
 */
struct engine_switch {
	bool is_device;                /* handle names it, else dev */
	struct kernel_handle handle;
	uint16_t dev;
	uint32_t n_claims, n_pinned;   /* the latter among the former */
	uint32_t n_hw, high;           /* in hardware; most that ever were */
	uint32_t limit;                /* learnt, or CAPACITY_UNKNOWN */
	uint32_t max_rules;            /* set, or CAPACITY_UNKNOWN */
	uint32_t reserve;              /* set: places for pinned flows only */
	uint64_t n_full, n_evicted, n_promoted;
	uint32_t full_at;              /* fewest for which there was no room
					* more, since counters were read */
	uint32_t n_wait_pinned;        /* that are not in tc without a place */
	uint32_t probe_n;              /* more than the limit to be tried … */
	uint64_t probe_ms, probe_gap_ms;       /* … when, and how often */
	uint32_t probe_left;           /* by flows that are not in tc */
	bool offered;                  /* what is free, to those */
	bool ranking;                  /* while counters are read: */
	struct rank outside, inside;   /* who is worth a place, who not */
	struct {                       /* by events, so far */
		bool full;
		uint32_t high;
		uint64_t n_evicted, n_promoted;
	} told;
};

enum engine_dev_state { DEV_NEW, DEV_PREPARING, DEV_READY };

/* A netdev that flows are on or go to.  Kept over its disappearance. */
struct engine_dev {
	struct engine *engine;
	uint16_t id;
	uint32_t ifindex;              /* 0: gone */
	char name[IFNAMSIZ];           /* the last one known */
	enum port_kind kind;
	bool is_port;                  /* handle and port_index say which */
	struct kernel_handle handle;
	uint32_t port_index;
	enum engine_dev_state state;
	bool wants_qdisc;              /* to be asked for by the pump */
	bool unsure;                   /* its dumps were not whole: an audit */
	bool new_id;                   /* ufids of its flows were derived from
					* another */
	bool no_egress;                /* it has ingress instead of clsact */
	uint32_t block;                /* of a bond: where its ingress rules
					* are; 0: on the device itself */
	struct engine_dev *lag;        /* the bond it is a port of, if that has
					* rules */
	bool drops_qdisc;              /* wants_qdisc: to be rid of it
					* first */
	bool waits_ports;              /* ready when they are */
	uint64_t id_hash;              /* in ufids that are made here */
	uint32_t store_no;             /* its number in the store; 0 none yet */
	bool is_stored;                /* as it is now */
	struct kernel_job job;         /* hw-tc-offload */
	bool job_running;
	uint8_t gen;                   /* another when its filters have gone */
	uint8_t arrivals;              /* how often it came */
	uint64_t read_ms[2];           /* by hook: when filters were read */
	uint64_t asked_ms[2];          /* when that reading began */
	struct error offload_err;      /* why hw-tc-offload is not on */
	struct engine_switch *sw;      /* borrowed; NULL: no memory for it */
	uint32_t n_claims, n_pinned, n_hw;     /* as those of sw */
	uint32_t n_there[2];           /* by hook: presence not NOT_THERE */
	uint32_t n_sent, n_verify;     /* flows in these phases */
	uint32_t n_seen;               /* by the dump that runs */
};

/*
 * A rule that is put onto the scratch chain, read back and removed, in one
 * batch.  Owned by whoever starts it; done() is called once, from the loop.
 */
struct engine_probe {
	struct list node;              /* e->probes, until it begins */
	struct engine_dev *dev;        /* in; NULL: only removes */
	struct rule rule;              /* in: localised */
	void (*done)(struct engine *e, struct engine_probe *p);
	bool as_is;                    /* in: its device is not prepared */

	int err;                       /* of the put; positive errno */
	char extack[ERROR_EXTACK_SIZE];
	bool was_read, in_hw;
	bool understood;               /* seen is what the kernel kept */
	struct flow_match seen;

	uint8_t stage, tries;          /* the engine's */
};

enum key_state { KEY_UNKNOWN, KEY_KEPT, KEY_IGNORED };

struct engine {
	struct core *core;
	struct port_resolver ports;
	struct line_reader *reader;    /* owned */
	struct flowtab table;
	struct pool bases;             /* struct flow_counters */
	struct intern reasons;         /* struct reason, one or more */
	struct intern attrs;           /* struct flow_attrs */
	uint32_t n_timed;              /* flows that can time out */
	uint32_t n_mirrored;
	uint64_t n_idle_over, n_hard_over;     /* that have */
	uint32_t n_state[FLOW_N_STATES];

	struct engine_dev **devs;
	uint16_t n_devs, size_devs;
	struct hash dev_index;         /* of devs that are here, by ifindex */

	struct engine_switch **switches;       /* one a device at most */
	uint16_t n_switches;

	/* engine_retry.c */
	uint32_t few_left, few_at, try_left, try_at;
	uint64_t few_ms, try_ms, try_gap_ms, lag_ms;

	uint16_t protocols_be[ENGINE_MAX_PROTOCOLS];   /* by prio - base */
	uint16_t n_protocols;

	uint32_t *queue;               /* ring of slots to send */
	uint32_t queue_head, queue_len, queue_size;    /* size: power of two */
	uint32_t n_sent;               /* messages without a result yet */
	bool blocked;                  /* the kernel layer said EAGAIN */
	uint32_t n_want_qdisc;         /* devices */
	struct deferred pump;
	struct list ready;             /* engine_on_ready() */

	uint64_t epoch, oldest_epoch;
	uint32_t n_pending[ENGINE_EPOCHS];
	struct list settling;          /* engine_settle() */
	struct deferred answer;        /* complete what is due */

	/* engine_sweep.c */
	struct deferred sweep;
	uint32_t sweep_at;
	uint16_t sweeping, sweep_next; /* SWEEP_*, of this pass and the next */
	uint8_t flush_no, n_flushes;
	struct list after_sweep, after_next;   /* engine_settle() that waits */

	/* engine_store.c */
	struct store *store;           /* borrowed, or NULL */
	uint32_t *save_slots;          /* ring: what changed first is first */
	uint32_t save_head, n_save, save_size; /* size: a power of two */
	uint64_t save_seq;             /* of the last that was put in */
	bool save_failed, save_device;
	bool restoring;                /* what it has is not known yet */
	uint32_t n_store_devs;
	struct deferred save;
	struct timer save_again;
	struct list saving;            /* requests, but for that, done */

	/* engine_chain.c */
	struct deferred chains;
	uint32_t first_todo;           /* place that was closed, plus one */
	bool chains_loop;              /* some may lead to each other only */

	uint32_t n_verify;
	uint32_t *unread;              /* slots of them, unless they are many */
	uint32_t n_unread, size_unread;
	uint32_t read_slot;            /* whose read_stats was read last */
	struct kernel_stats read_stats;
	struct deferred missing;       /* asks for what a dump did not have */
	uint32_t missing_at;
	const struct engine_scan *scan;        /* that runs, or NULL */
	uint32_t scan_ifindex;         /* links are read in order of it */
	enum rule_hook scan_hook;
	uint8_t scan_tries;
	uint32_t *scan_blocks;         /* that were told of */
	uint32_t n_scan_blocks, size_scan_blocks;
	uint32_t scan_block;           /* that is being told of, or 0 … */
	bool scan_block_again;         /* … not for the first time */
	struct list audits;            /* the first one runs if auditing */
	bool auditing;
	struct deferred unseen;
	bool pass_running, pass_full, pass_all;
	bool poll_due;
	/* engine_pace.c */
	bool paced, dump_waits;
	bool known_at_once;            /* what was added last needs no reading */
	bool caught_up;                /* the dump goes on beyond */
	bool pace_began;               /* the pass began as such a one … */
	bool pace_fresh;               /* … and no filter has gone since */
	uint32_t pace_old, pace_new;   /* filters that were there; that were
					* told of beside those */
	uint64_t pace_near_ms;         /* when it waited first; 0: never */
	bool pass_failed;              /* wait for the poll before the next */
	uint32_t pass_at;              /* twice the device id, plus the hook */
	uint8_t pass_no;
	struct list refresh_next, refresh_now;
	struct list gets, getting;     /* engine_refresh_flow(), of engine_get.c */
	uint64_t got_tag;              /* of the last that had an answer */
	uint8_t get_no;
	struct timer poll;
	struct timer quiet;            /* what is unread may be read */
	uint64_t answered_ms;          /* the last message that was sent */
	uint64_t poll_ms, pass_began_ms, dump_began_ms;
	uint64_t read_took_ms, read_at_ms;
	uint32_t read_flows;           /* there were when reading took that */

	struct list trials;            /* of engine_explain() */
	struct list proofs;            /* of engine_prove() */
	uint8_t proof_no;              /* of the last */
	struct list after_proofs;      /* engine_prove_stop() */
	struct list probes;            /* that wait */
	struct engine_probe *probing;  /* under way, or NULL */
	uint8_t probe_gen;
	uint8_t keys[FLOW_MAX_FIELDS]; /* enum key_state, of probed rows */
	uint64_t probed_words[PACKED_BITMAP];  /* that such rows are in */
	struct engine_key_probe *key_probe;    /* under way, or NULL */
	struct engine_key_probe *key_refused;  /* the last, if its put failed */
	struct engine_key_probe *key_refusal_told;
	uint8_t key_tries;             /* in a row that found no qdisc */

	bool closed;                   /* takes no more flows */
	uint32_t start_epoch;          /* in cookies: of this daemon's start */
	bool adopting;
	uint32_t n_adopted;
};

/* The block that a rule on that hook is put on; 0: none. */
static inline uint32_t engine_block(const struct engine_dev *dev,
				    enum rule_hook hook)
{
	return hook == RULE_INGRESS ? dev->block : 0;
}

/* Which the pass that runs is reading. */
static inline struct engine_dev *engine_pass_dev(const struct engine *e)
{
	return e->devs[e->pass_at / 2];
}

static inline enum rule_hook engine_pass_hook(const struct engine *e)
{
	return (enum rule_hook)(e->pass_at % 2);
}

/* Answers to a get come at any time. */
static inline bool engine_is_in_pass(const struct engine *e,
				     const struct place *place)
{
	return e->pass_running &&
	       e->pass_at == 2u * place->dev + place->hook;
}

static inline struct engine_dev *engine_dev_of(const struct engine *e,
					       const struct flow *f)
{
	return e->devs[flowtab_place(&e->table, f)->dev];
}

/* engine_port.c */
void engine_port_init(struct engine *e);
enum port_kind engine_port_kind(const struct link *link);

/* engine_local.c: rules in the form that is kept, so that equal ones are equal
 * bytes: ports by their id in our table, actions as the kernel would report
 * them.  Reasons are all there are; err is the first. */
int engine_localise_actions(struct engine *e, struct rule *rule,
			    struct reason_list *reasons, struct error *err);
/* The device, too; NULL with err. */
struct engine_dev *engine_localise(struct engine *e, struct rule *rule,
				   struct reason_list *reasons,
				   struct error *err);
struct engine_dev *engine_resolve(struct engine *e, const struct port *port,
				  struct reason_list *reasons,
				  struct error *err);
/* Ids of devices in a rule become names and numbers again. */
void engine_globalise(const struct engine *e, const struct engine_dev *dev,
		      struct rule *rule);
/* Does it lead to a device of our table, port.no being its id? */
static inline bool engine_has_target(const struct rule_action *a)
{
	return a->kind == RULE_ACTION_MIRRED && !a->only_index;
}
/* What the kernel is to be told besides: the last step before sending. */
void engine_make_sendable(struct rule *rule);
/* Must software see its packets as well?  rule is localised. */
bool engine_needs_software(const struct engine_dev *dev,
			   const struct rule *rule);
/* Does hardware take over each connection only after software has? */
bool engine_tracks_connections(const struct rule *rule);

/* engine_meter.c.  Whether there is a police action for a meter is for the
 * kernel to say when the rule comes: see engine_make_sendable(). */
int engine_meter_index(const struct port_resolver *r, uint32_t meter,
		       uint32_t *index);
bool engine_meter_used(const struct rule_action *actions, uint8_t n);
/* An action that is missing is a meter's where it can be no other: the reason
 * is then that, and subject names the meter. */
enum reason_code engine_meter_reason(enum reason_code code,
				     const struct rule_action *actions,
				     uint8_t n,
				     char subject[REASON_SUBJECT_SIZE]);
/* What the flow alone has counted: its meter counts for others too. */
const struct kernel_stats *
engine_meter_stats(const struct engine *e, const struct flow *f,
		   const struct kernel_filter *filter);

/* engine_probe.c */
#define ENGINE_TAG_PROBE 0xfc          /* plus the stage */
void engine_probe_start(struct engine *e, struct engine_probe *p);
/* Only removes p->rule, which the kernel has there; its dev is left out. */
void engine_probe_remove(struct engine *e, struct engine_probe *p);
/* Onto the scratch chain. */
void engine_probe_place(struct rule *rule);
/* Called by the pump. */
void engine_probe_send(struct engine *e);
bool engine_probe_result(struct engine *e, uint64_t tag, int err,
			 const char *extack);
void engine_probe_filter(struct engine *e, const struct kernel_filter *flt);
/* One of ours that was left there: it goes. */
void engine_probe_sweep(struct engine *e, const struct kernel_filter *flt);
void engine_probe_fini(struct engine *e);

/* engine_explain.c */
void engine_explain_fini(struct engine *e);

/* engine_prove.c */
void engine_prove_init(struct engine *e);
void engine_prove_fini(struct engine *e);
/* f, which is being proven, has settled; is wanted otherwise; goes. */
void engine_prove_settled(struct engine *e, struct flow *f);
void engine_prove_changed(struct engine *e, struct flow *f);
void engine_prove_gone(struct engine *e, struct flow *f);
/* engine_prove_read.c: what a get of ours told, false if it is none; and how
 * it, or a put, ended. */
bool engine_prove_filter(struct engine *e, const struct kernel_filter *filter);
void engine_prove_result(struct engine *e, struct flow *f, uint8_t op,
			 uint8_t no, int err);
/* Is a place kept in the table for one that comes back? */
bool engine_prove_holds(const struct engine *e,
			const struct engine_switch *sw);

/* engine_key.c */
void engine_key_init(struct engine *e);
void engine_key_fini(struct engine *e);
/* All that a failed probe concerns have been told. */
void engine_key_forget(struct engine *e);
/* KEY_KEPT: it can be sent.  Otherwise it has been settled, or waits. */
enum key_state engine_key_check(struct engine *e, struct flow *f);
/* Finds out what translation has to know of tunnel flags, if there are tunnels
 * and a device is ready to try it on. */
void engine_key_warm(struct engine *e);
/* The first newer key in the match that is in this state; NULL: none. */
const struct flow_field *engine_key_find(const struct engine *e,
					 const struct flow_match *m,
					 enum key_state state);
/* What the probe of a rule tells of the key.  It was put and read. */
void engine_key_learn(struct engine *e, const struct flow_field *row,
		      const struct engine_probe *p);

/* engine_dev.c */
struct engine_dev *engine_dev_get(struct engine *e, const struct link *link);
struct engine_dev *engine_dev_resolve(struct engine *e,
				      const struct port *port,
				      struct error *err);
/* The one that a flow may be on, by name or ifindex, also if it is gone. */
struct engine_dev *engine_dev_known(struct engine *e, const struct port *port);
/* NULL: ifindex is 0, or no flow was ever on it. */
struct engine_dev *engine_dev_at(const struct engine *e, uint32_t ifindex);
/* Its flows may be sent. */
void engine_dev_ready(struct engine_dev *dev);
/* hw-tc-offload could not be switched on; perhaps it can now. */
void engine_dev_try_again(struct engine *e, struct engine_dev *dev);
/* The one that was here before a restart; handle NULL: it is no port. */
struct engine_dev *engine_dev_recall(struct engine *e, const char *name,
				     const struct kernel_handle *handle,
				     uint32_t port_index);
/* Ready at once: true.  Otherwise its flows wait and are sent later. */
bool engine_dev_prepare(struct engine *e, struct engine_dev *dev);
void engine_dev_qdisc_result(struct engine *e, uint16_t id, uint8_t gen,
			     int err, const char *extack);
void engine_dev_fini(struct engine *e);
/* Called by core. */
void engine_on_link(struct engine *e, const struct link *link);
void engine_on_link_gone(struct engine *e, uint32_t ifindex);
void engine_on_port(struct engine *e, const struct kernel_port *port);

/* engine_lag.c */
bool engine_lag_is(const struct link *link);
/* Before the first rule: its ports are prepared too. */
void engine_lag_prepare(struct engine *e, struct engine_dev *lag);
void engine_lag_on_link(struct engine *e, const struct link *link);
void engine_lag_gone(struct engine *e, struct engine_dev *dev);
/* What the kernel says to its qdisc.  False: it is not ready all the same. */
bool engine_lag_qdisc(struct engine *e, struct engine_dev *dev, int err);
/* Ready, if nothing but its ports kept it.  NULL does nothing. */
void engine_lag_check(struct engine *e, struct engine_dev *lag);
/* Somebody may have taken ports off the block. */
void engine_lag_tick(struct engine *e);
void engine_lag_adopted(struct engine *e);

/* engine_state.c: one flow's state and pending count */
/* The flow in a slot, or NULL.  What happened to it unseen, its device gone or
 * all flows flushed, is noted first; so this is how to get hold of one. */
struct flow *engine_flow(struct engine *e, uint32_t slot);
void flow_set_phase(struct engine *e, struct flow *f, enum flow_phase phase);
void flow_set_presence(struct engine *e, struct flow *f,
		       enum flow_presence presence);
void flow_set_mirrored(struct engine *e, struct flow *f, bool mirrored);
/* It is known what became of it: leaves pending.  why: n of them, made by
 * reason_make(). */
void flow_settle(struct engine *e, struct flow *f, enum flow_state state,
		 const struct reason *why, size_t n);
void flow_settle_for(struct engine *e, struct flow *f, enum flow_state state,
		     enum reason_code code, int err, const char *subject,
		     const char *extack);
void flow_settle_again(struct engine *e, struct flow *f);
/* Pending, if it is not: on the way to what was asked for before, so all who
 * wait now wait for it too. */
void flow_unsettle(struct engine *e, struct flow *f);
/* Something else is asked for: who waits for what was before need not wait. */
void flow_want(struct engine *e, struct flow *f);
/* Tenths of a second on the loop's clock, never 0. */
uint32_t engine_now_ds(const struct engine *e);
uint32_t engine_ds_before(const struct engine *e, uint64_t ms);

/* engine_reason.c */
/* True: they are the same as before. */
bool engine_reason_set(struct engine *e, struct flow *f,
		       const struct reason *why, size_t n);
/* Borrowed until they change. */
const struct reason *engine_reasons(const struct engine *e,
				    const struct flow *f, size_t *n);

/* engine_stats.c */
/* Packets a second are those of about so long. */
#define ENGINE_RATE_WINDOW_MS 10000
/* All that it has counted since it was put. */
void flow_counted(const struct engine *e, const struct flow *f,
		  struct flow_counters *out);
/* Its filter has gone, or counts from zero. */
void flow_fold_stats(struct engine *e, struct flow *f);
void flow_set_base(struct engine *e, struct flow *f,
		   const struct flow_counters *c);
/* Its sums go on where those of another flow end. */
void flow_inherit_stats(struct engine *e, struct flow *f,
			const struct flow *from);
/* Of a dump, whose filters are read in equal times; of a get. */
void flow_read_stats(struct engine *e, struct flow *f,
		     const struct kernel_stats *s);
void flow_read_between(struct engine *e, struct flow *f,
		       const struct kernel_stats *s);

/* engine_attrs.c */
int engine_attrs_init(struct engine *e);
const struct flow_attrs *engine_attrs(const struct engine *e,
				      const struct flow *f);
/* -ENOMEM; -ENOSPC: too many different ones. */
int engine_attrs_set(struct engine *e, struct flow *f,
		     const struct flow_attrs *with);
void engine_attrs_put(struct engine *e, struct flow *f);

/* engine_age.c */
bool engine_age_is_over(struct engine *e, const struct flow *f);

/* engine_sweep.c */
#define SWEEP_DEVICE 0x1               /* one has come or gone */
#define SWEEP_RETRY 0x2                /* what failed may succeed now */
#define SWEEP_WAITING 0x4              /* what flows wait for is known */
#define SWEEP_FLUSH 0x8
#define SWEEP_CHAIN 0x10               /* some were opened or closed */
#define SWEEP_FEW 0x20                 /* as RETRY, for some of them */
#define SWEEP_TRY 0x40                 /* some of what drivers refused */
#define SWEEP_TRY_ALL 0x80
#define SWEEP_AGE 0x100                /* what has timed out goes */
#define SWEEP_UFID 0x200               /* some cannot be derived any more */
void engine_sweep_init(struct engine *e);
/* Looks at every flow again, soon.  what: SWEEP_*. */
void engine_sweep(struct engine *e, unsigned int what);
/* All flows are to go. */
void engine_sweep_flush(struct engine *e);
/* True: r goes on to engine_settle() when flows have been looked at. */
bool engine_sweep_wait(struct engine *e, struct request *r);

/* engine_switch.c */
/* The device has come, or it is known now whose port it is. */
void engine_switch_join(struct engine *e, struct engine_dev *dev);
/* So many more of its filters are in hardware. */
void engine_switch_count(struct engine_dev *dev, int n);
/* f is sent: it claims a place if it may have one, else gives way.  False: it
 * may not, and has no business in software. */
bool engine_switch_enter(struct engine *e, struct flow *f);
void engine_switch_claim(struct engine *e, struct flow *f);
void engine_switch_leave(struct engine *e, struct flow *f);
/* One more, by what was learnt and what was set. */
bool engine_switch_has_room(const struct engine *e, const struct flow *f);
/* Why it may not. */
void engine_switch_reason(const struct engine *e, const struct flow *f,
			  struct reason *out);
/* It may be pinned now, or not any more. */
void engine_switch_recount(struct engine *e, struct flow *f);
/* The most there may be, CAPACITY_UNKNOWN if that is not known; and of flows
 * that are not pinned. */
uint32_t engine_switch_limit(const struct engine_switch *sw);
uint32_t engine_switch_budget(const struct engine_switch *sw);
static inline uint32_t engine_switch_unpinned(const struct engine_switch *sw)
{
	return sw->n_claims - sw->n_pinned;
}
void engine_switch_name(const struct engine *e,
			const struct engine_switch *sw,
			char out[ENGINE_SWITCH_NAME_SIZE]);
void engine_switch_fini(struct engine *e);

/* engine_capacity.c */
/* The driver has no room for f. */
void engine_capacity_full(struct engine *e, struct flow *f);
/* The operator lets it have none: it is hw-only. */
void engine_capacity_kept_out(struct engine *e, const struct flow *f);
/* A reading of all counters begins; each flow that was read; it has ended. */
void engine_capacity_begin(struct engine *e);
void engine_capacity_look(struct engine *e, const struct flow *f);
void engine_capacity_end(struct engine *e);
/* Of a flow that was rejected for want of room: may it be tried again; it is. */
bool engine_capacity_has_room(const struct engine *e, const struct flow *f);
void engine_capacity_take(struct engine *e, struct flow *f);
/* It is to be put anew: with skip_hw, or no longer. */
void engine_capacity_move(struct engine *e, struct flow *f, bool give_way);

/* engine_event.c */
/* f has settled, and was before; it goes. */
void engine_event_state(struct engine *e, const struct flow *f,
			enum flow_state was);
void engine_event_deleted(struct engine *e, const struct flow *f);
void engine_event_flush(struct engine *e);
void engine_event_offload(const struct engine_dev *dev,
			  const struct error *err);
void engine_event_qdisc(const struct engine_dev *dev, int err,
			const char *extack);
/* The driver had no room; a limit was learnt, or set; a reading of counters
 * has ended, and it had none in the meantime. */
void engine_event_full(struct engine *e, struct engine_switch *sw);
void engine_event_limit(struct engine *e, const struct engine_switch *sw);
void engine_event_set(struct engine *e, const struct engine_switch *sw);
void engine_event_round(struct engine *e, struct engine_switch *sw,
			bool refused);
/* There are no counters to be read: that counts as a reading. */
void engine_event_idle(struct engine *e);

/* engine_store.c */
void engine_store_init(struct engine *e);
void engine_store_fini(struct engine *e);
/* What the kernel has is known: what the store has is added to it. */
void engine_store_restore(struct engine *e);
/* Something of f changed; it is written down if the kernel does not tell. */
void engine_store_mark(struct engine *e, struct flow *f);
/* The flow in the slot has gone. */
void engine_store_forget(struct engine *e, uint32_t slot, bool stored);
void engine_store_recheck(struct engine *e, uint32_t slot);
void engine_store_rename(struct engine *e, struct engine_dev *dev);
/* f is wanted otherwise than before, and may be sent. */
void engine_store_want(struct engine *e, struct flow *f);
/* The ufid of one goes to the other, so its record does. */
void engine_store_move(struct engine *e, uint32_t from, uint32_t to);
/* The first n of the queue are about to be sent; or f, out of turn. */
void engine_store_cover(struct engine *e, uint32_t n);
void engine_store_cover_one(struct engine *e, struct flow *f);

/* engine_retry.c */
/* Is f, which is settled, to be tried again in this sweep? */
bool engine_retry_is_due(struct engine *e, struct flow *f, unsigned int what);
/* f is in hardware: if it was refused before, others may be taken too. */
void engine_retry_taken(struct engine *e, const struct flow *f);
/* Something changed: what drivers refused is tried sooner. */
void engine_retry_soon(struct engine *e);
void engine_retry_tick(struct engine *e);

/* engine_chain.c */
void engine_chain_init(struct engine *e);
/* Takes out what is in chains that have been closed. */
void engine_chain_run(struct engine *e);
/* f is about to be put: where it leads to is opened; or is not in tc. */
void engine_chain_lead(struct engine *e, struct flow *f);
void engine_chain_unlead(struct engine *e, struct flow *f);
/* Nothing leads to where f is: out of tc with it. */
void engine_chain_orphan(struct engine *e, struct flow *f);
/* Is f, which is settled, to be put because its chain has been opened, or to
 * be taken out because it has been closed? */
bool engine_chain_is_due(const struct engine *e, const struct flow *f);
/* Sends what is to be there before f; -EAGAIN. */
int engine_chain_send_first(struct engine *e, struct flow *f, int depth);

/* engine_send.c */
/* Beside enum flow_op, in tags. */
#define OP_READ 7
#define OP_PROVE 8                     /* a get of a proof, and of its twin: */
#define OP_TWIN_PUT 9
#define OP_TWIN_GET 10
#define OP_GET_ASKED 11                /* for engine_refresh_flow() */
/* Comes back with the answer.  Of a qdisc: device id for slot. */
#define ENGINE_TAG_QDISC 0xff
#define ENGINE_TAG_QDISC_DEL 0xfb      /* nobody waits for it */
uint64_t engine_make_tag(uint32_t slot, uint8_t op, uint8_t gen);
/* One message of a flow is under way at a time: while there is one, what is
 * wanted next is remembered.  Without memory the flow settles as it is. */
void engine_enqueue(struct engine *e, struct flow *f, enum flow_op op);
uint32_t engine_slot(const struct engine *e, const struct flow *f);
void engine_drop(struct engine *e, struct flow *f);
/* It is not wanted any more: drops it, or deletes its filter first. */
void engine_remove(struct engine *e, struct flow *f);
/* What is sent, or was, leads to devices as they are now; and does what the
 * kernel has of f not do so any more? */
void engine_note_targets(const struct engine *e, struct flow *f);
bool engine_is_outdated(const struct engine *e, const struct flow *f);
/* The first device of the rule of f that is gone, or NULL. */
const struct engine_dev *engine_missing(const struct engine *e,
					const struct flow *f);
/* Rule of f with its devices filled in; -ENODEV and *missing if one is gone. */
int engine_rule(struct engine *e, const struct flow *f, struct rule *out,
		const struct engine_dev **missing);
/* Sends what the flow needs next to be as wanted, or settles it. */
void engine_advance(struct engine *e, struct flow *f);
/* Put anew, although it has settled, and explained anew. */
void engine_rework(struct engine *e, struct flow *f);
/* One that is queued.  0: sent, or nothing to send; -EAGAIN: the kernel layer
 * is full; other errors: it cannot be encoded.  depth: of chains. */
int engine_send(struct engine *e, struct flow *f, int depth);
void engine_on_tc_ready(struct engine *e);
void engine_pump(struct deferred *d);

/* engine_verify.c */
void engine_verify_init(struct engine *e);
void engine_verify_fini(struct engine *e);
/* f was accepted. */
void engine_verify_later(struct engine *e, struct flow *f);
bool engine_verify_due(struct engine *e);
/* They are asked for by handle; false: a dump costs less. */
bool engine_verify_few(struct engine *e);
/* A dump is about to tell of all. */
void engine_verify_forget(struct engine *e);
/* All were read last so long ago that what is sent must wait for it; or times
 * times as long, up to 10 s more. */
bool engine_verify_overdue(const struct engine *e, unsigned int times);

/* engine_pace.c */
/* So much is unread that counters may be read before they are due. */
bool engine_pace_pays(const struct engine *e);
/* A pass begins; one of its dumps: is it to stay open? */
void engine_pace_begin(struct engine *e);
bool engine_pace_dump(struct engine *e);
/* f was accepted, and may be verified by the pass that runs, for no filter
 * before can be taken for its own: f->seen is 0 then. */
bool engine_pace_is_fresh(const struct engine *e, const struct flow *f);
/* f was not told of.  True: perhaps for it was put behind what the dump had
 * read, so the next one is to have it. */
bool engine_pace_passed(const struct engine *e, struct flow *f);
/* A filter of ours has gone. */
void engine_pace_gone(struct engine *e);
/* tc_dump_again(); something may have come of what it waits for. */
bool engine_pace_again(struct engine *e);
void engine_pace(struct engine *e);
/* The quiet timer was due: it is wanted again while a dump waits. */
void engine_pace_quiet(struct engine *e);

/* engine_get.c */
void engine_get_init(struct engine *e);
/* Called by the pump. */
void engine_get_send(struct engine *e);
/* What tc answered to one, before how it ended. */
void engine_get_filter(struct engine *e, const struct kernel_filter *filter);
void engine_get_result(struct engine *e, uint64_t tag, int err);

/* engine_qdisc.c: asks for clsact; engine_dev_qdisc_result() follows. */
void engine_qdisc_want(struct engine *e, struct engine_dev *dev);
/* What is asked for; e->blocked is set when the kernel takes no more now. */
void engine_qdisc_send(struct engine *e);

/* engine_result.c */
void engine_on_result(struct engine *e, uint64_t tag, int err,
		      const char *extack);
enum reason_code engine_reason_of(const struct engine_dev *dev, bool driver,
				  int err, const char *extack);
/* Does the answer to a put or a get say so? */
bool engine_qdisc_is_missing(int err, const char *extack);
/* Neither as it is wanted nor otherwise: reasons, and no wrong rule stays. */
void engine_refused(struct engine *e, struct flow *f, int err,
		    const char *extack);
/* What is in the kernel is known now: settle, or ask the driver why. */
void engine_conclude(struct engine *e, struct flow *f);

/* engine_read.c */
void engine_read_init(struct engine *e);
/* The counters that were read just before the message of f which is under way
 * have come, or not. */
void engine_take_read(struct engine *e, struct flow *f, uint8_t gen, int err);
void engine_on_filter(struct engine *e, const struct kernel_filter *filter);
/* Its filter may have gone: asks for it. */
void engine_read_again(struct engine *e, struct flow *f);
/* The flow whose filter this is, or NULL: a foreign one. */
struct flow *engine_flow_of(struct engine *e, const struct kernel_filter *flt);

/* engine_pass.c */
void engine_pass_init(struct engine *e);
/* Something may be due to be read now. */
void engine_pass_kick(struct engine *e);
/* The number of the pass or audit that begins. */
void engine_pass_number(struct engine *e);
/* What there was when the pass began has been read. */
void engine_pass_caught_up(struct engine *e);
void engine_on_dump_done(struct engine *e, uint32_t ifindex, int err);

/* engine_scan.c */
struct engine_scan {
	/* Of a dump that is taken again (e->scan_tries) also what it told. */
	void (*filter)(struct engine *e, const struct kernel_filter *filter);
	/* What is on that device may not have been told completely. */
	void (*unsure)(struct engine *e, uint32_t ifindex);
	void (*done)(struct engine *e);
};
/* scan is borrowed.  No counters are read meanwhile. */
void engine_scan_start(struct engine *e, const struct engine_scan *scan);
void engine_scan_dump_done(struct engine *e, int err);
/* It may have been told before, by another device of its block, or by a dump
 * that is taken again. */
bool engine_scan_repeats(struct engine *e, const struct kernel_filter *filter);
void engine_scan_fini(struct engine *e);

/* engine_audit.c */
void engine_audit_init(struct engine *e);
/* True: one runs; it is begun if one is wanted. */
bool engine_audit_begin(struct engine *e);

/* engine_adopt.c */
/* The policy of the rule is not the flow's: for a moment only, to hear what the
 * driver says or to see who counts; with skip_hw, for others are worth more. */
#define COOKIE_TRIAL 0x80000000U
#define COOKIE_GAVE_WAY 0x40000000U
#define COOKIE_EPOCH 0x3fffffffU

struct engine_cookie {
	uint8_t magic[4];
	uint32_t epoch;                /* and the marks above */
	uint8_t id[8];                 /* the first half of the ufid */
};
void engine_cookie_make(const struct engine *e, const struct ufid *ufid,
			bool mirrored, uint32_t marks,
			uint8_t out[KERNEL_COOKIE_SIZE]);
void engine_derive_ufid(const struct engine_dev *dev, const struct rule *rule,
			const struct flow_key_ref *ref, struct ufid *out);
void engine_adopt_start(struct engine *e);
/* Would both give the same cookie? */
bool engine_same_cookie(const struct ufid *a, const struct ufid *b);

bool engine_is_ours(const struct kernel_filter *filter);

/* engine.c */
/* One that was just added to the table: pending. */
void engine_flow_init(struct engine *e, struct flow *f,
		      const struct engine_dev *dev);
/* 0: there are too many different ones. */
uint16_t engine_take_prio(struct engine *e, uint16_t protocol_be);
/* The flow that has just this match and these actions, or NULL.  rule is
 * localised. */
const struct flow *engine_find_rule(struct engine *e, const struct rule *rule,
				    const struct engine_dev *dev);
/* store is borrowed; NULL: nothing is kept beside the kernel. */
int engine_new(struct core *core, struct store *store, struct engine **out);
void engine_free(struct engine *e);

#endif

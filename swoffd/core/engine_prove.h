/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What engine_prove.c, engine_prove_read.c and engine_prove_twin.c share. */
#ifndef SWOFFD_CORE_ENGINE_PROVE_H
#define SWOFFD_CORE_ENGINE_PROVE_H

#include "swoffd/core/engine_priv.h"

enum prove_stage { STAGE_WATCH, STAGE_CONTROL, STAGE_BACK };

enum twin_state {
	TWIN_NONE,
	TWIN_SENT,
	TWIN_REFUSED,                  /* or not in hardware */
	TWIN_THERE,
	TWIN_ASKED,
	TWIN_LEAVING
};

struct engine_proof {
	struct list node;              /* e->proofs */
	struct engine *engine;
	struct engine_prove *asked;    /* borrowed; not touched by fini */
	uint32_t slot;                 /* FLOWTAB_NO_SLOT: it has gone */
	enum prove_stage stage;
	bool has_moved;                /* the flow was, or may be, elsewhere */
	bool reading;                  /* one get at a time … */
	bool was_seen;                 /* … which has told seen */
	bool has_first;
	uint8_t read_no;               /* of the last get */
	uint8_t no;                    /* of the proof, in tags of its twin */
	enum twin_state twin;
	struct engine_probe leave;     /* its rule is the twin */
	struct kernel_stats first, seen;
	uint64_t began_ms, first_ms;   /* the stage; the window in it */
	struct timer timer;
	struct deferred step;
};

static inline uint64_t proof_now_ms(const struct engine_proof *x)
{
	return loop_now_ms(x->engine->core->loop);
}

/* engine_prove.c */
/* Of f, which is being proven. */
struct engine_proof *proof_of(const struct engine *e, const struct flow *f);
/* Where its filter counts what the stage is about. */
bool proof_is_at_rest(const struct flow *f);
void proof_begin_stage(struct engine_proof *x, enum prove_stage stage);
/* It is decided; done() is called when the flow is back. */
void proof_end(struct engine_proof *x, enum prove_verdict verdict);

/* engine_prove_read.c */
/* Asks for the filter of f, if it is not asked for already. */
void proof_read(struct engine_proof *x, struct flow *f);
/* What was read, or asked for, is about another filter. */
void proof_forget(struct engine_proof *x);
/* The time of the stage is over. */
void proof_give_up(struct engine_proof *x, const struct flow *f);

/* engine_prove_twin.c */
/* Puts it, unless it was put.  False: not before the kernel layer has room. */
bool twin_is_put(struct engine_proof *x, const struct flow *f);
/* Ends the proof by what the twin has counted, now or when that is known. */
void twin_judge(struct engine_proof *x);
void twin_filter(struct engine_proof *x, const struct flow *f,
		 const struct kernel_filter *filter);
void twin_result(struct engine_proof *x, uint8_t op, int err);
/* True: it is going, and step is called when it has gone. */
bool twin_leaves(struct engine_proof *x);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine against a model: random walks over everything that can be asked
 * of it and everything that can happen to it; whenever it has come to rest,
 * what it says, what the kernel has and what was asked for must agree.  A walk
 * is a number, and the last one is printed.
 */
#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/core/engine_priv.h"
#include "tests/core_fixture.h"
#include "tests/unit/flowcase.h"

#define N_WALKS 1000
#define N_STEPS 120
#define N_RESTS 3
#define N_DEVS 4               /* two representors, two plain netdevs */
#define N_KEYS 8               /* in chain 0, and the last ones in chain 1 */
#define N_KEYS_0 5
#define N_UFIDS 3
/* Drop, to one of the devices, or, in chain 0, to chain 1. */
#define N_ACTIONS (N_DEVS + 2)
#define ACTION_GOTO (N_DEVS + 1)

#define DEV "fake/dev0"

struct wanted {
	bool on;
	unsigned int action, ufid;     /* ufid 0: none was given */
};

struct model {
	struct core_fixture *f;
	uint64_t random;
	char names[N_DEVS][IFNAMSIZ];
	unsigned int n_renames;
	unsigned int n_explaining;
	struct list proofs;
	struct wanted wanted[N_DEVS][N_KEYS];
};

/* xorshift64: the same walk on every machine. */
static unsigned int pick(struct model *m, unsigned int n)
{
	m->random ^= m->random << 13;
	m->random ^= m->random >> 7;
	m->random ^= m->random << 17;
	return (unsigned int)((m->random >> 11) % n);
}

static struct fake_link *link_of(struct model *m, unsigned int dev)
{
	return fake_link_find(m->f->fk, m->names[dev]);
}

static struct line_flow line_of(struct model *m, unsigned int dev,
				unsigned int key, unsigned int action,
				unsigned int ufid)
{
	struct reason_list reasons = { 0 };
	char text[256], head[64] = "";
	struct error err = { 0 };
	struct line_flow line;

	if (ufid)
		(void)snprintf(head, sizeof(head),
			       "ufid:00000000-0000-000%u-0000-000000000000,",
			       ufid);
	(void)snprintf(text, sizeof(text),
		       "%srecirc_id(%u),in_port(%s),eth_type(0x0800),"
		       "ipv4(dst=192.0.2.%u),actions:%s", head,
		       key >= N_KEYS_0, m->names[dev], key + 1,
		       action == ACTION_GOTO ? "recirc(1)" :
		       action ? m->names[action - 1] : "drop");
	assert_int_equal(line_parse(flowcase_reader(), text, &line, &reasons, &err), LINE_FLOW);
	/* One of them has a key that must be tried first. */
	if (key == N_KEYS_0 - 1)
		line.rule.match.key.l2_miss = line.rule.match.mask.l2_miss = 1;
	return line;
}

/* A ufid names one flow: whoever had it goes. */
static void forget_ufid(struct model *m, unsigned int ufid)
{
	for (unsigned int i = 0; ufid && i < N_DEVS * N_KEYS; i++)
		if (m->wanted[i / N_KEYS][i % N_KEYS].ufid == ufid)
			m->wanted[i / N_KEYS][i % N_KEYS] =
				(struct wanted){ 0 };
}

static void put(struct model *m)
{
	unsigned int dev = pick(m, N_DEVS), key = pick(m, N_KEYS);
	unsigned int action = pick(m, N_ACTIONS);
	unsigned int ufid = pick(m, 2) ? pick(m, N_UFIDS + 1) : 0;
	struct wanted *w = &m->wanted[dev][key];
	struct reason_list reasons;
	struct line_flow line;
	struct error err;
	uint32_t slot;

	if (action == dev + 1 || (action == ACTION_GOTO && key >= N_KEYS_0))
		action = 0;
	line = line_of(m, dev, key, action, ufid);
	if (engine_put(m->f->core->engine, &line, &slot, &reasons,
		       &err) < 0) {
		assert_int_equal(err.code, ENODEV);
		return;
	}
	if (!ufid)
		ufid = w->ufid;
	forget_ufid(m, ufid);
	*w = (struct wanted){ true, action, ufid };
}

static void del(struct model *m)
{
	unsigned int dev = pick(m, N_DEVS), key = pick(m, N_KEYS);
	struct line_flow line = line_of(m, dev, key, 0, 0);
	struct wanted *w = &m->wanted[dev][key];
	struct error err = { 0 };

	if (engine_del_line(m->f->core->engine, &line, &err) == 0)
		*w = (struct wanted){ 0 };
	else if (link_of(m, dev))
		assert_false(w->on);
}

static void del_ufid(struct model *m)
{
	unsigned int ufid = 1 + pick(m, N_UFIDS);
	struct line_flow line = line_of(m, 0, 0, 0, ufid);
	struct error err = { 0 };

	(void)engine_del_ufid(m->f->core->engine, &line.ufid, &err);
	forget_ufid(m, ufid);
}

static void flush(struct model *m)
{
	if (pick(m, 5))
		return;
	engine_flush(m->f->core->engine);
	memset(m->wanted, 0, sizeof(m->wanted));
}

struct question {
	struct engine_explain explain;
	struct model *m;
};

static void on_explained(struct engine_explain *x)
{
	struct question *q = container_of(x, struct question, explain);

	assert_true(x->tried == TRIED_IN_HW || x->reasons.n);
	q->m->n_explaining--;
	free(q);
}

static void explain(struct model *m)
{
	struct question *q = calloc(1, sizeof(*q));
	struct line_flow line = line_of(m, pick(m, N_DEVS), pick(m, N_KEYS_0),
					pick(m, N_ACTIONS), 0);

	assert_non_null(q);
	q->m = m;
	q->explain.done = on_explained;
	rule_copy(&q->explain.rule, &line.rule);
	m->n_explaining++;
	assert_int_equal(engine_explain(m->f->core->engine, &q->explain), 0);
}

struct proof {
	struct list node;
	struct engine_prove prove;
	struct model *m;
};

static uint64_t n_verdicts[PROVE_N_VERDICTS];  /* over all walks */

static void on_proven(struct engine_prove *p)
{
	struct proof *q = container_of(p, struct proof, prove);

	n_verdicts[p->verdict]++;
	list_del(&q->node);
	free(q);
}

/* Any flow, but preferably one that is in hardware. */
static bool pick_flow(struct model *m, struct ufid *out)
{
	struct engine *e = m->f->core->engine;
	struct flow_view v = { .state = FLOW_PENDING };
	bool any = false;

	for (int i = 0; i < 8 && v.state != FLOW_IN_HW; i++)
		any = engine_n_slots(e) &&
		      engine_view(e, pick(m, engine_n_slots(e)), &v);
	*out = v.ufid;
	return any;
}

static void prove(struct model *m)
{
	struct engine *e = m->f->core->engine;
	struct proof *q = calloc(1, sizeof(*q));
	struct error err;

	assert_non_null(q);
	q->m = m;
	q->prove.done = on_proven;
	q->prove.packets = 1 + pick(m, 4000);
	q->prove.seconds = 1 + pick(m, 8);
	q->prove.control = pick(m, 4);
	if (pick_flow(m, &q->prove.ufid) &&
	    engine_prove(e, &q->prove, &err) == 0)
		list_add_tail(&m->proofs, &q->node);
	else
		free(q);
}

static void call_off(struct model *m)
{
	struct proof *q;

	list_for_each(q, &m->proofs, node)
		if (pick(m, 2))
			engine_prove_cancel(m->f->core->engine, &q->prove);
}

static void rounds(struct model *m)
{
	core_fixture_rounds(m->f, (int)pick(m, 8));
}

static void change_eswitch(struct model *m)
{
	struct fake_device *d = fake_device_find(m->f->fk, DEV);

	fake_device_set_mode(m->f->fk, d,
			     d->info.mode == ESWITCH_MODE_LEGACY ?
				     ESWITCH_MODE_SWITCHDEV :
				     ESWITCH_MODE_LEGACY);
	/* Representors have new names, and are the same all the same. */
	for (unsigned int i = 0; i < 2; i++)
		(void)snprintf(m->names[i], IFNAMSIZ, "eth0_%u", i);
}

static void unplug_or_plug(struct model *m)
{
	unsigned int dev = 2 + pick(m, N_DEVS - 2);

	if (link_of(m, dev))
		fake_link_del(m->f->fk, m->names[dev]);
	else
		(void)fake_link_add(m->f->fk, m->names[dev]);
}

static void rename_rep(struct model *m)
{
	unsigned int dev = pick(m, 2);
	char name[IFNAMSIZ];

	if (!link_of(m, dev))
		return;
	(void)snprintf(name, sizeof(name), "rep%u", m->n_renames++);
	fake_link_rename(m->f->fk, m->names[dev], name);
	memcpy(m->names[dev], name, sizeof(name));
}

static void steal_filter(struct model *m)
{
	struct fake_kernel *fk = m->f->fk;
	struct fake_filter *f =
		fk->n_slots ? fake_filter_at(fk, pick(m, fk->n_slots)) : NULL;

	if (f)
		fake_filter_del(fk, f);
}

static void make_trouble(struct model *m)
{
	struct fake_kernel *fk = m->f->fk;

	switch (pick(m, 6)) {
	case 0:
		fake_fail(&fk->fail_tc[pick(m, REQUEST_GET + 1)], 1, ENOBUFS,
			  "");
		return;
	case 1:
		fake_fail(&fk->fail_dump, 1, EINTR, "");
		return;
	case 2:
		fk->capacity = pick(m, 6);
		return;
	case 3:
		fk->hold_tc = !fk->hold_tc;
		break;
	case 4:
		fk->hold_jobs = !fk->hold_jobs;
		break;
	case 5:
		fake_resync(fk);
	}
	fake_release(fk);
}

/* Software sees a few of what hardware has. */
static void count(struct model *m, struct fake_filter *f)
{
	uint64_t n = 1000 * pick(m, 8);

	if (!f || f->rule.chain == ENGINE_SCRATCH_CHAIN)
		return;
	f->stats.packets += n;
	f->stats.hw_packets += f->in_hw && pick(m, 20) ? n : 0;
}

/* Some seconds, in which counters are read, and places change hands. */
static void carry_traffic(struct model *m)
{
	struct fake_kernel *fk = m->f->fk;

	for (unsigned int n = pick(m, 4); n; n--) {
		for (uint32_t i = 0; i < fk->n_slots; i++)
			count(m, fake_filter_at(fk, i));
		loop_advance(m->f->loop, pick(m, 3) ? 4000 : 400);
		core_fixture_rounds(m->f, 8);
	}
}

static void set_limit(struct model *m)
{
	struct engine *e = m->f->core->engine;

	for (uint16_t i = 0; i < engine_n_switches(e); i++)
		engine_capacity_set(e, i, pick(m, 2) ? 1 + pick(m, 4) :
						       CAPACITY_UNKNOWN,
				    pick(m, 2));
}

static void (*const steps[])(struct model *m) = {
	put, put, put, put, del, del, del_ufid, flush, rounds, rounds, rounds,
	change_eswitch, unplug_or_plug, rename_rep, steal_filter, make_trouble,
	make_trouble, make_trouble, make_trouble, explain, carry_traffic,
	carry_traffic, carry_traffic, carry_traffic, prove, prove, call_off,
	set_limit,
};

/* Places in hardware, by switch and by device. */
static void check_claims(const struct engine *e)
{
	uint32_t claims = 0, by_dev = 0, by_switch = 0;

	for (uint32_t i = 0; i < e->table.n_slots; i++)
		claims += e->table.flows[i].phase != PHASE_FREE &&
			  e->table.flows[i].claims;
	for (uint16_t i = 0; i < e->n_devs; i++)
		by_dev += e->devs[i]->n_claims;
	for (uint16_t i = 0; i < e->n_switches; i++)
		by_switch += e->switches[i]->n_claims;
	assert_int_equal(claims, by_dev);
	assert_int_equal(claims, by_switch);
}

/* What flow_set_phase() and its kin keep must be what can be counted. */
static void check_counts(const struct engine *e)
{
	uint32_t states[FLOW_N_STATES] = { 0 }, pending = 0, expected = 0;
	uint32_t queued = 0, there = 0, known = 0;

	for (uint32_t i = 0; i < e->table.n_slots; i++) {
		const struct flow *f = &e->table.flows[i];

		queued += f->queued;
		if (f->phase == PHASE_FREE)
			continue;
		states[f->state]++;
		pending += f->pending;
		there += f->presence != NOT_THERE &&
			 f->dev_gen == engine_dev_of(e, f)->gen;
		assert_int_equal(f->phase == PHASE_SETTLED,
				 f->state != FLOW_PENDING);
	}
	for (uint32_t i = 0; i < ENGINE_EPOCHS; i++)
		expected += e->n_pending[i];
	for (uint16_t i = 0; i < e->n_devs; i++)
		known += e->devs[i]->n_there[0] + e->devs[i]->n_there[1];
	assert_memory_equal(states, e->n_state, sizeof(states));
	assert_int_equal(pending, expected);
	assert_int_equal(queued, e->queue_len);
	assert_int_equal(there, known);
	check_claims(e);
}

/* All of them end in the time that they have. */
static void end_proofs(struct model *m)
{
	for (int i = 0; i < 120 && !list_empty(&m->proofs); i++) {
		loop_advance(m->f->loop, 200);
		core_fixture_rounds(m->f, 8);
	}
	assert_true(list_empty(&m->proofs));
}

static void rest(struct model *m)
{
	struct core_fixture *f = m->f;

	memset(f->fk->fail_tc, 0, sizeof(f->fk->fail_tc));
	memset(&f->fk->fail_dump, 0, sizeof(f->fk->fail_dump));
	f->fk->hold_tc = f->fk->hold_jobs = false;
	fake_release(f->fk);
	core_fixture_rounds(f, 4);     /* also what was overtaken is answered */
	end_proofs(m);
	for (int i = 0; i < 2; i++) {
		engine_settle(f->core->engine, &f->request);
		core_fixture_wait(f);
		engine_refresh(f->core->engine, &f->request);
		core_fixture_wait(f);
	}
	/* A pass of its own may have found something meanwhile. */
	for (int i = 0; i < 100 && (m->n_explaining ||
	     engine_count(f->core->engine, FLOW_PENDING) ||
	     f->core->engine->n_save); i++)
		core_fixture_rounds(f, 1);
}

/* Does something lead to where that key is? */
static bool is_led_to(const struct model *m, unsigned int dev,
		      unsigned int key)
{
	for (unsigned int i = 0; key >= N_KEYS_0 && i < N_KEYS_0; i++)
		if (m->wanted[dev][i].on &&
		    m->wanted[dev][i].action == ACTION_GOTO)
			return true;
	return key < N_KEYS_0;
}

static void check_flow(struct model *m, unsigned int dev, unsigned int key)
{
	const struct wanted *w = &m->wanted[dev][key];
	struct line_flow line = line_of(m, dev, key, 0, w->ufid);
	const struct fake_link *l = link_of(m, dev);
	bool leads = w->action && w->action != ACTION_GOTO;
	const struct fake_link *to = leads ? link_of(m, w->action - 1) : l;
	const struct fake_filter *filter;
	struct error err = { 0 };
	struct flow_view v;
	uint32_t slot;

	if (!l && !w->ufid)            /* no name that it could be found by */
		return;
	slot = engine_find_line(m->f->core->engine, &line, &err);
	assert_int_equal(slot != ENGINE_NO_SLOT, w->on);
	if (!w->on)
		return;
	assert_true(engine_view(m->f->core->engine, slot, &v));
	assert_memory_equal(&v.rule.match, &line.rule.match,
			    sizeof(v.rule.match));
	assert_int_equal(v.n_reasons == 0, v.state == FLOW_IN_HW);
	if (!l || !to) {
		assert_int_equal(v.state, FLOW_LOST);
		return;
	}
	if (!is_led_to(m, dev, key)) {
		assert_int_equal(v.state, FLOW_REJECTED);
		return;
	}
	assert_true(v.state == FLOW_IN_HW || v.state == FLOW_SW ||
		    v.state == FLOW_EVICTED);
	filter = fake_filter_find(m->f->fk, l->info.ifindex, v.rule.chain,
				  v.rule.prio, slot + 1);
	assert_non_null(filter);
	assert_int_equal(filter->in_hw, v.state == FLOW_IN_HW);
	assert_true(filter->rule.policy == RULE_BEST_EFFORT ||
		    (filter->rule.policy == RULE_SW_ONLY &&
		     v.state == FLOW_EVICTED));
	assert_int_equal(filter->rule.actions[0].kind,
			 leads ? RULE_ACTION_MIRRED : RULE_ACTION_GACT);
	if (leads)
		assert_int_equal(filter->rule.actions[0].mirred.port.ifindex,
				 to->info.ifindex);
}

static void check(struct model *m)
{
	const struct engine *e = m->f->core->engine;
	uint32_t n_wanted = 0;

	for (unsigned int i = 0; i < N_DEVS * N_KEYS; i++) {
		n_wanted += m->wanted[i / N_KEYS][i % N_KEYS].on;
		check_flow(m, i / N_KEYS, i % N_KEYS);
	}
	assert_int_equal(e->table.n_flows, n_wanted);
	assert_int_equal(e->n_state[FLOW_PENDING], 0);
	assert_int_equal(e->n_sent, 0);
	for (uint32_t i = 0; i < e->table.n_slots; i++)
		assert_false(e->table.flows[i].proving ||
			     e->table.flows[i].control);
	assert_int_equal(m->n_explaining, 0);
	assert_int_equal(e->n_state[FLOW_IN_HW], m->f->fk->n_in_hw);
	assert_int_equal(e->n_state[FLOW_IN_HW] + e->n_state[FLOW_SW] +
			 e->n_state[FLOW_EVICTED], m->f->fk->n_filters);
}

static uint64_t n_evicted;     /* over all walks: they get that far */

/* What a kill now would leave is what the kernel does not tell. */
static void check_store(struct model *m)
{
	const struct engine *e = m->f->core->engine;
	size_t size;

	for (uint32_t i = 0; i < e->table.n_slots; i++) {
		const struct flow *f = flowtab_get(&e->table, i);
		const void *r = fake_store_committed(m->f->fs, STORE_FLOWS, i,
						     &size);
		bool needed = f && (f->presence == NOT_THERE || f->own_ufid ||
				    f->base_id != POOL_NONE);

		assert_int_equal(r != NULL, needed);
	}
}

static void count_evicted(const struct engine *e)
{
	for (uint16_t i = 0; i < e->n_switches; i++)
		n_evicted += e->switches[i]->n_evicted;
}

/* What was answered outlives the daemon; a proof under way does not. */
static void restart(struct model *m)
{
	struct proof *q;

	for (unsigned int n = pick(m, 4); n; n--)
		prove(m);
	carry_traffic(m);
	count_evicted(m->f->core->engine);
	core_fixture_restart(m->f);
	list_for_each(q, &m->proofs, node) {
		list_del(&q->node);
		free(q);
	}
}

static void walk(uint64_t seed)
{
	struct model m = { .random = seed * 0x9e3779b97f4a7c15ULL,
			   .names = { "eth0_0", "eth0_1", "dum0", "dum1" } };

	list_init(&m.proofs);
	m.f = core_fixture_new(DEV, "eth0", ESWITCH_MODE_SWITCHDEV);
	for (unsigned int i = 2; i < N_DEVS; i++)
		(void)fake_link_add(m.f->fk, m.names[i]);
	for (int n = 1; n <= N_STEPS; n++) {
		steps[pick(&m, ARRAY_LEN(steps))](&m);
		check_counts(m.f->core->engine);
		if (n % (N_STEPS / N_RESTS))
			continue;
		rest(&m);
		check(&m);
		check_store(&m);
		if (pick(&m, 2))
			continue;
		restart(&m);
		rest(&m);
		check(&m);
		check_store(&m);
	}
	count_evicted(m.f->core->engine);
	core_fixture_free(m.f);
}

static uint64_t last_walk;

static void what_is_wanted_is_what_there_is_after_any_walk(void **state)
{
	(void)state;
	log_init(LOG_LEVEL_ERROR, false);
	for (last_walk = 1; last_walk <= N_WALKS; last_walk++)
		walk(last_walk);
	assert_true(n_evicted > 20);
	assert_true(n_verdicts[PROVE_PROVEN] > 20);
	assert_true(n_verdicts[PROVE_NOT_IN_HW] > 20);
	assert_true(n_verdicts[PROVE_CHANGED] > 20);
	assert_true(n_verdicts[PROVE_DELETED] > 20);
	assert_true(n_verdicts[PROVE_STOPPED] > 20);
}

/* After a failure: the walk that failed. */
static int tell_last_walk(void **state)
{
	(void)state;
	print_message("# the last walk was number %u\n",
		      (unsigned int)last_walk);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			what_is_wanted_is_what_there_is_after_any_walk,
			tell_last_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

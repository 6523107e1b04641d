/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A companion over a ready core of two representors, eth0_0 and eth0_1, which
 * are ports 1 and 2 of a datapath; and what its tests say to it.
 */
#ifndef TESTS_UNIT_COMPANIONCASE_H
#define TESTS_UNIT_COMPANIONCASE_H

#include "tests/unittest.h"

#include <linux/openvswitch.h>
#include <stdio.h>
#include <string.h>

#include "swoffd/core/engine_priv.h"
#include "swoffd/ovs/companion_priv.h"
#include "tests/core_fixture.h"
#include "tests/fake_datapath.h"
#include "tests/fake_ovs.h"

#define CC_DEV "fake/dev0"
#define CC_DP 100
#define CC_MATCH "in_port(1),eth(),eth_type(0x0800),ipv4(dst=192.0.2.1,frag=no)"
#define CC_LINE_SIZE 256
#define CC_LONG_MS 100000              /* longer than any pause */

struct companioncase {
	struct core_fixture *f;
	struct fake_datapath *fd;
	struct fake_ovs *fo;
	struct companion_settings settings;    /* of the next companion_new() */
	struct companion *c;
};

static inline struct ovs_companion *cc_priv(struct companioncase *cc)
{
	return (struct ovs_companion *)cc->c;
}

static inline struct ufid cc_ufid(uint32_t n)
{
	struct ufid ufid = { { 0 } };

	ufid.bytes[0] = 0xc0;
	ufid.bytes[6] = (uint8_t)(n >> 8);
	ufid.bytes[7] = (uint8_t)n;
	ufid.bytes[14] = (uint8_t)(n >> 8);
	ufid.bytes[15] = (uint8_t)n;
	return ufid;
}

static inline void cc_rounds(struct companioncase *cc)
{
	core_fixture_rounds(cc->f, 50);
}

/* Timers have run out, and what comes of it has happened. */
static inline void cc_later(struct companioncase *cc, uint64_t ms)
{
	loop_advance(cc->f->loop, ms);
	cc_rounds(cc);
}

/* Everything is read anew, and the engine has come to an end with it. */
static inline void cc_refresh(struct companioncase *cc)
{
	cc->c->refresh(cc->c, &cc->f->request);
	core_fixture_wait(cc->f);
	engine_settle(cc->f->core->engine, &cc->f->request);
	core_fixture_wait(cc->f);
}

/* Until nothing is left to be read at once; each step takes so long. */
static inline void cc_quiet(struct companioncase *cc, uint64_t step_ms)
{
	const struct ovs_companion *c = cc_priv(cc);

	for (int i = 0; i < 10000; i++) {
		loop_advance(cc->f->loop, step_ms);
		core_fixture_rounds(cc->f, 1);
		if (c->phase == COMPANION_IDLE && !c->need_all &&
		    !c->is_missing && list_empty(&c->next_waiting))
			return;
	}
	fail_msg("it reads on and on");
}

static inline void cc_set(struct companioncase *cc, enum companion_mode mode,
			  enum rule_policy policy)
{
	const struct companion_settings s = { mode, policy };

	cc->c->set(cc->c, &s, &cc->f->request);
	core_fixture_wait(cc->f);
	cc_refresh(cc);
}

static inline void cc_mode(struct companioncase *cc, enum companion_mode mode)
{
	cc_set(cc, mode, RULE_BEST_EFFORT);
}

static inline void cc_start(struct companioncase *cc)
{
	struct core *core = cc->f->core;

	assert_int_equal(companion_new(core, &cc->fd->base, &cc->fo->base,
				       &cc->settings, &cc->c), 0);
	core->companion = cc->c;
}

/* As after a kill. */
static inline void cc_restart(struct companioncase *cc)
{
	companion_free(cc->c);
	fake_ovs_abandon(cc->fo);
	core_fixture_restart(cc->f);
	cc_start(cc);
}

static inline void cc_port(struct companioncase *cc, uint32_t no,
			   const char *name)
{
	const struct fake_link *link = fake_link_find(cc->f->fk, name);
	struct datapath_port port = { .dp = CC_DP, .no = no,
				      .ifindex = link ? link->info.ifindex : 0,
				      .type = OVS_VPORT_TYPE_NETDEV };

	(void)snprintf(port.name, sizeof(port.name), "%s", name);
	fake_dp_port_put(cc->fd, &port);
}

/* The n-th flow: with that ufid; rest is key, statistics and actions. */
static inline struct fake_dp_flow *cc_put(struct companioncase *cc, uint32_t n,
					  const char *rest)
{
	struct ufid ufid = cc_ufid(n);
	char text[UFID_STR_SIZE], line[2 * CC_LINE_SIZE];

	ufid_format(&ufid, text);
	(void)snprintf(line, sizeof(line), "ufid:%s, %s", text, rest);
	return fake_dp_flow_put(cc->fd, CC_DP, line);
}

/* One that hardware takes, to port 2, for the n-th destination. */
static inline struct fake_dp_flow *cc_flow(struct companioncase *cc, uint32_t n)
{
	char rest[CC_LINE_SIZE];

	(void)snprintf(rest, sizeof(rest),
		       "in_port(1),eth(),eth_type(0x0800),"
		       "ipv4(dst=192.0.%u.%u,frag=no), packets:0, bytes:0, "
		       "used:never, actions:2", n >> 8 & 255, n & 255);
	return cc_put(cc, n, rest);
}

static inline void cc_del(struct companioncase *cc, uint32_t n)
{
	struct ufid ufid = cc_ufid(n);

	fake_dp_flow_del(cc->fd, CC_DP, &ufid);
}

static inline uint32_t cc_n_rules(struct companioncase *cc)
{
	return cc->f->fk->n_filters;
}

static inline uint64_t cc_n_written(struct companioncase *cc)
{
	const uint64_t *n = cc->f->fk->n_tc;

	return n[REQUEST_ADD] + n[REQUEST_REPLACE] + n[REQUEST_DEL];
}

static inline uint32_t cc_n_reads(struct companioncase *cc)
{
	return cc->fd->n_reads[DATAPATH_READ_ALL] +
	       cc->fd->n_reads[DATAPATH_READ_STATS];
}

static inline bool cc_knows(struct companioncase *cc, uint32_t n,
			    struct companion_flow *out)
{
	struct ufid ufid = cc_ufid(n);
	uint32_t place;

	return cc->c->find(cc->c, &ufid, &place) == 0 &&
	       cc->c->view(cc->c, place, out);
}

/* Valid until the next call. */
static inline const struct companion_flow *cc_view(struct companioncase *cc,
						   uint32_t n)
{
	static struct companion_flow flow;

	assert_true(cc_knows(cc, n, &flow));
	return &flow;
}

static inline struct companion_status cc_status(struct companioncase *cc)
{
	struct companion_status s;

	cc->c->status(cc->c, &s);
	return s;
}

static inline void cc_is_in(struct companioncase *cc, uint32_t n,
			    enum companion_where where)
{
	assert_string_equal(companion_where_str(cc_view(cc, n)->where),
			    companion_where_str(where));
}

static inline void cc_has_reason(struct companioncase *cc, uint32_t n,
				 enum reason_code code)
{
	const struct companion_flow *flow = cc_view(cc, n);

	assert_true(flow->n_reasons > 0);
	assert_string_equal(reason_row(flow->reasons[0].code)->name,
			    reason_row(code)->name);
}

static inline int cc_setup_as(void **state, enum companion_mode mode)
{
	struct companioncase *cc = calloc(1, sizeof(*cc));

	assert_non_null(cc);
	cc->f = core_fixture_new(CC_DEV, "eth0", ESWITCH_MODE_SWITCHDEV);
	assert_int_equal(fake_datapath_new(cc->f->loop, &cc->fd), 0);
	assert_int_equal(fake_ovs_new(cc->f->loop, &cc->fo), 0);
	fake_dp_add(cc->fd, CC_DP, "ovs-system", 0);
	cc_port(cc, 1, "eth0_0");
	cc_port(cc, 2, "eth0_1");
	cc->settings.mode = mode;
	/* Time passes in tests, and packets do not. */
	cc->fo->status.settings.own_max_idle_ms = UINT32_MAX;
	cc_start(cc);
	cc_refresh(cc);
	cc_rounds(cc);
	*state = cc;
	return 0;
}

static inline int cc_setup_off(void **state)
{
	return cc_setup_as(state, COMPANION_OFF);
}

static inline int cc_setup_observe(void **state)
{
	return cc_setup_as(state, COMPANION_OBSERVE);
}

static inline int cc_setup_mirror(void **state)
{
	return cc_setup_as(state, COMPANION_MIRROR);
}

static inline int cc_teardown(void **state)
{
	struct companioncase *cc = *state;

	companion_free(cc->c);
	fake_ovs_free(cc->fo);
	fake_datapath_free(cc->fd);
	core_fixture_free(cc->f);
	free(cc);
	return 0;
}

#define CC_OFF(fn) \
	cmocka_unit_test_setup_teardown(fn, cc_setup_off, cc_teardown)
#define CC_OBSERVE(fn) \
	cmocka_unit_test_setup_teardown(fn, cc_setup_observe, cc_teardown)
#define CC_MIRROR(fn) \
	cmocka_unit_test_setup_teardown(fn, cc_setup_mirror, cc_teardown)

#endif

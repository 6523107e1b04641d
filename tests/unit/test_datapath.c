/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Following datapaths when the kernel, here the test, behaves badly. */
#include "tests/unittest.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/openvswitch.h>
#include <stdio.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/kernel/datapath.h"
#include "swoffd/kernel/genl.h"
#include "tests/unit/nlpeer.h"

#define FAMILY 30                      /* and the two behind it */
#define GROUP 5
#define DP 7
#define MINUTE_US 60000000
/* Sockets, in the order in which they are opened; the first is for filters. */
#define EVENTS 1
#define READ 2
#define CMDS 3

struct fixture {
	struct loop *loop;
	struct datapaths *d;
	char told[512];                /* a word an event */
	bool silent;                   /* dumps are not answered */
	bool malformed;                /* flows of them, beside a good one */
	int end_err;                   /* of dumps of flows */
	uint16_t end_flags;
	unsigned int n_dps;            /* in a dump, one if 0 */
	unsigned int n_sent;
};

static unsigned int n_logged;
static int find_rc;
static uint16_t first_family;

int __wrap_genl_find(const char *const names[], size_t n,
		     struct genl_family *out);
void __wrap_log_write(enum log_level level, const char *fmt, ...);

int __wrap_genl_find(const char *const names[], size_t n,
		     struct genl_family *out)
{
	(void)names;
	for (size_t i = 0; i < n; i++)
		out[i] = (struct genl_family){ (uint16_t)(first_family + i),
					       (uint32_t)(GROUP + i) };
	return find_rc;
}

void __wrap_log_write(enum log_level level, const char *fmt, ...)
{
	(void)level;
	(void)fmt;
	n_logged++;
}

/*
 * The kernel has a datapath with a port and a flow
 */

static const uint8_t raw_ufid[16] = "sixteen letters";

struct chunk {
	size_t size;
	_Alignas(NLMSG_ALIGNTO) char buf[16384];
};

static struct nlmsghdr *add(struct chunk *c, int family, uint8_t cmd,
			    uint32_t seq, uint32_t dp)
{
	struct nlmsghdr *nlh = genl_put(c->buf + c->size,
					(uint16_t)(FAMILY + family), cmd, 1,
					0);
	struct ovs_header *header =
		mnl_nlmsg_put_extra_header(nlh, sizeof(*header));

	header->dp_ifindex = (int)dp;
	nlh->nlmsg_seq = seq;
	return nlh;
}

static void add_datapath(struct chunk *c, uint8_t cmd, uint32_t seq,
			 uint32_t dp)
{
	struct nlmsghdr *nlh = add(c, 0, cmd, seq, dp);

	mnl_attr_put_strz(nlh, OVS_DP_ATTR_NAME, "dp");
	c->size += nlh->nlmsg_len;
}

static void add_port(struct chunk *c, uint8_t cmd, uint32_t seq)
{
	struct nlmsghdr *nlh = add(c, 1, cmd, seq, DP);

	mnl_attr_put_u32(nlh, OVS_VPORT_ATTR_PORT_NO, 1);
	mnl_attr_put_u32(nlh, OVS_VPORT_ATTR_TYPE, 1);
	mnl_attr_put_strz(nlh, OVS_VPORT_ATTR_NAME, "eth1");
	c->size += nlh->nlmsg_len;
}

static struct nlmsghdr *add_ufid(struct chunk *c, uint8_t cmd, uint32_t seq)
{
	struct nlmsghdr *nlh = add(c, 2, cmd, seq, DP);

	mnl_attr_put(nlh, OVS_FLOW_ATTR_UFID, sizeof(raw_ufid), raw_ufid);
	return nlh;
}

/* A bad one is too short for what it is; 0: none. */
static void add_whole_flow(struct chunk *c, uint8_t cmd, uint32_t seq,
			   uint16_t bad_key, uint16_t bad_action)
{
	static const uint16_t ip_be = 0x0008;
	struct nlmsghdr *nlh = add_ufid(c, cmd, seq);
	struct nlattr *nest;

	nest = mnl_attr_nest_start(nlh, OVS_FLOW_ATTR_KEY);
	mnl_attr_put_u32(nlh, OVS_KEY_ATTR_IN_PORT, 1);
	mnl_attr_put(nlh, OVS_KEY_ATTR_ETHERTYPE, 2, &ip_be);
	if (bad_key)
		mnl_attr_put_u8(nlh, bad_key, 0);
	mnl_attr_nest_end(nlh, nest);
	nest = mnl_attr_nest_start(nlh, OVS_FLOW_ATTR_ACTIONS);
	if (bad_action)
		mnl_attr_put_u8(nlh, bad_action, 0);
	mnl_attr_nest_end(nlh, nest);
	c->size += nlh->nlmsg_len;
}

static void add_flow(struct chunk *c, uint8_t cmd, uint32_t seq, bool terse)
{
	if (terse)
		c->size += add_ufid(c, cmd, seq)->nlmsg_len;
	else
		add_whole_flow(c, cmd, seq, 0, 0);
}

static void add_malformed(struct chunk *c, uint8_t cmd, uint32_t seq)
{
	add_whole_flow(c, cmd, seq, OVS_KEY_ATTR_RECIRC_ID, 0);
	add_whole_flow(c, cmd, seq, 0, OVS_ACTION_ATTR_SET);
}

static void add_end(struct chunk *c, uint32_t seq, int err, uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(c->buf + c->size);
	int *end = mnl_nlmsg_put_extra_header(nlh, sizeof(*end));

	nlh->nlmsg_type = NLMSG_DONE;
	nlh->nlmsg_flags = flags;
	nlh->nlmsg_seq = seq;
	*end = -err;
	c->size += nlh->nlmsg_len;
}

static void tell(struct chunk *c, unsigned int peer)
{
	nlpeer_tell(peer, c->buf, c->size);
	c->size = 0;
}

static bool asks_tersely(const struct nlmsghdr *nlh)
{
	return nlh->nlmsg_len > NLMSG_LENGTH(sizeof(struct genlmsghdr) +
					     sizeof(struct ovs_header));
}

static int on_send(unsigned int peer, const void *data, size_t size, void *ctx)
{
	const struct nlmsghdr *nlh = data;
	struct fixture *f = ctx;
	struct chunk c = { 0 };
	bool flows = nlh->nlmsg_type == FAMILY + 2;

	(void)size;
	f->n_sent++;
	if (peer != READ || f->silent)
		return 0;
	if (nlh->nlmsg_type == FAMILY)
		for (uint32_t i = 0; i < f->n_dps || !i; i++)
			add_datapath(&c, OVS_DP_CMD_GET, nlh->nlmsg_seq,
				     DP + i);
	else if (!flows)
		add_port(&c, OVS_VPORT_CMD_GET, nlh->nlmsg_seq);
	else if (f->malformed)
		add_malformed(&c, OVS_FLOW_CMD_GET, nlh->nlmsg_seq);
	if (flows)
		add_flow(&c, OVS_FLOW_CMD_GET, nlh->nlmsg_seq,
			 asks_tersely(nlh));
	add_end(&c, nlh->nlmsg_seq, flows ? f->end_err : 0,
		flows ? f->end_flags : 0);
	tell(&c, peer);
	return 0;
}

/*
 * What is told
 */

static void say(void *ctx, const char *word, int err)
{
	struct fixture *f = ctx;
	size_t n = strlen(f->told);

	(void)snprintf(f->told + n, sizeof(f->told) - n, "%s%s", n ? " " : "",
		       word);
	n = strlen(f->told);
	if (err)
		(void)snprintf(f->told + n, sizeof(f->told) - n, ":%s",
			       strerrorname_np(err));
}

static void on_datapath(void *ctx, const struct datapath_info *dp)
{
	(void)dp;
	say(ctx, "dp", 0);
}

static void on_datapath_gone(void *ctx, uint32_t dp)
{
	(void)dp;
	say(ctx, "-dp", 0);
}

static void on_port(void *ctx, const struct datapath_port *port)
{
	say(ctx, port->name, 0);
}

static void on_port_gone(void *ctx, const struct datapath_port *port)
{
	(void)port;
	say(ctx, "-port", 0);
}

static void on_flow(void *ctx, uint32_t dp, struct odp_flow *flow)
{
	struct ufid ufid;

	assert_int_equal(dp, DP);
	ufid_from_wire(raw_ufid, &ufid);
	assert_memory_equal(&flow->ufid, &ufid, sizeof(ufid));
	say(ctx, flow->refused.n || flow->n_actions ? "foreign" : "flow", 0);
}

static void on_flow_gone(void *ctx, uint32_t dp, const struct odp_flow *flow)
{
	(void)dp;
	assert_true(flow->has_ufid);
	say(ctx, "-flow", 0);
}

static void on_stats(void *ctx, uint32_t dp, const struct datapath_stats *stats)
{
	(void)dp;
	(void)stats;
	say(ctx, "stats", 0);
}

static void on_read_done(void *ctx, enum datapath_read what, int err)
{
	(void)what;
	say(ctx, "done", err);
}

static void on_lost(void *ctx)
{
	say(ctx, "lost", 0);
}

static const struct datapath_events events = {
	.datapath = on_datapath,
	.datapath_gone = on_datapath_gone,
	.port = on_port,
	.port_gone = on_port_gone,
	.flow = on_flow,
	.flow_stats = on_stats,
	.flow_gone = on_flow_gone,
	.read_done = on_read_done,
	.lost = on_lost,
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	nlpeer_reset(on_send, f);
	n_logged = 0;
	find_rc = 0;
	first_family = FAMILY;
	assert_int_equal(loop_new(&f->loop), 0);
	assert_int_equal(datapath_netlink_new(f->loop, &f->d, NULL), 0);
	f->d->events = &events;
	f->d->events_ctx = f;
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	datapath_netlink_free(f->d);
	loop_free(f->loop);
	free(f);
	return 0;
}

static void run(struct fixture *f)
{
	f->told[0] = '\0';
	for (int i = 0; i < 20; i++)
		assert_int_equal(loop_once(f->loop, 0), 0);
}

static void assert_told(struct fixture *f, const char *words)
{
	run(f);
	assert_string_equal(f->told, words);
}

static int start(struct fixture *f, enum datapath_read what)
{
	return f->d->ops->read(f->d, what);
}

static void read_all(struct fixture *f)
{
	assert_int_equal(start(f, DATAPATH_READ_ALL), 0);
	assert_told(f, "dp eth1 flow done");
}

/*
 * Claims
 */

static void a_read_tells_everything(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(start(f, DATAPATH_READ_ALL), 0);
	assert_int_equal(start(f, DATAPATH_READ_ALL), -EBUSY);
	assert_told(f, "dp eth1 flow done");
	assert_int_equal(start(f, DATAPATH_READ_STATS), 0);
	assert_told(f, "dp eth1 stats done");
	assert_int_equal(nlpeer_group(EVENTS), GROUP + 2);
}

static void without_the_module_there_is_nothing(void **state)
{
	struct fixture *f = *state;

	find_rc = -ENOENT;
	assert_int_equal(start(f, DATAPATH_READ_ALL), -ENOENT);
	assert_int_equal(f->d->ops->features_set(f->d, DP, 1), -ENOENT);
	find_rc = 0;
	read_all(f);
	find_rc = -ENOENT;
	assert_int_equal(start(f, DATAPATH_READ_ALL), -ENOENT);
	assert_false(nlpeer_is_open(EVENTS));
}

/* It was unloaded, and loaded again: its groups have no members then. */
static void other_numbers_are_followed_anew(void **state)
{
	struct fixture *f = *state;

	read_all(f);
	first_family = FAMILY + 10;
	f->silent = true;
	assert_int_equal(start(f, DATAPATH_READ_ALL), 0);
	assert_false(nlpeer_is_open(EVENTS));
	assert_int_equal(nlpeer_count(), READ + 2);
	assert_int_equal(nlpeer_group(READ + 1), GROUP + 2);
}

static void a_module_that_comes_or_goes_is_noticed(void **state)
{
	static const uint8_t cmds[] = { CTRL_CMD_NEWFAMILY,
					CTRL_CMD_DELFAMILY };
	static const char *const names[] = { OVS_FLOW_FAMILY, "devlink" };
	struct fixture *f = *state;
	struct chunk c = { 0 };

	read_all(f);
	for (size_t i = 0; i < 4; i++) {
		struct nlmsghdr *nlh = genl_put(c.buf, GENL_ID_CTRL,
						cmds[i % 2], 2, 0);

		mnl_attr_put_u16(nlh, CTRL_ATTR_FAMILY_ID, 99);
		mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, names[i / 2]);
		c.size = nlh->nlmsg_len;
		tell(&c, EVENTS);
		assert_told(f, i < 2 ? "lost" : "");
	}
}

static void notifications_are_told(void **state)
{
	struct fixture *f = *state;
	struct chunk c = { 0 };

	read_all(f);
	add_datapath(&c, OVS_DP_CMD_NEW, 3, DP);
	add_port(&c, OVS_VPORT_CMD_SET, 0);
	add_flow(&c, OVS_FLOW_CMD_NEW, 0, false);
	tell(&c, EVENTS);
	add_flow(&c, OVS_FLOW_CMD_DEL, 0, true);
	add_port(&c, OVS_VPORT_CMD_DEL, 0);
	add_datapath(&c, OVS_DP_CMD_DEL, 0, DP);
	tell(&c, EVENTS);
	/* The second is the port that a datapath is made with. */
	assert_told(f, "dp dp eth1 flow -flow -port -dp");
}

/* The datagram was made before: what it has is older. */
static void what_was_read_is_told_before_what_happened_then(void **state)
{
	struct fixture *f = *state;
	struct chunk c = { 0 };

	read_all(f);
	add_flow(&c, OVS_FLOW_CMD_DEL, 0, true);
	tell(&c, EVENTS);
	f->silent = true;
	assert_int_equal(start(f, DATAPATH_READ_ALL), 0);
	add_datapath(&c, OVS_DP_CMD_GET, nlpeer_seq(READ), DP);
	tell(&c, READ);
	assert_told(f, "dp -flow");
}

static void an_overflow_is_told_once(void **state)
{
	struct fixture *f = *state;
	struct chunk c = { 0 };

	read_all(f);
	add_flow(&c, OVS_FLOW_CMD_NEW, 0, false);
	tell(&c, EVENTS);
	nlpeer_fail(EVENTS, ENOBUFS);
	nlpeer_fail(EVENTS, ENOBUFS);
	add_flow(&c, OVS_FLOW_CMD_NEW, 0, false);
	tell(&c, EVENTS);
	assert_told(f, "flow flow lost");
	nlpeer_tell_cut(EVENTS);
	assert_told(f, "lost");
	read_all(f);
}

static void what_cannot_be_decoded_is_logged_once_a_minute(void **state)
{
	struct fixture *f = *state;
	struct chunk c = { 0 };

	read_all(f);
	for (int i = 0; i < 5; i++) {
		c.size += add(&c, 1, OVS_VPORT_CMD_NEW, 0, DP)->nlmsg_len;
		/* Nobody knows what flow it is. */
		add_flow(&c, OVS_FLOW_CMD_NEW, 0, true);
		add_port(&c, OVS_VPORT_CMD_NEW, 0);
		tell(&c, EVENTS);
		assert_told(f, "eth1 lost");
	}
	assert_int_equal(n_logged, 1);
	nlpeer_pass_us(MINUTE_US);
	run(f);
	c.size += add(&c, 1, OVS_VPORT_CMD_NEW, 0, DP)->nlmsg_len;
	tell(&c, EVENTS);
	assert_told(f, "lost");
	assert_int_equal(n_logged, 2);
}

static void flows_that_are_malformed_are_told_to_be(void **state)
{
	struct fixture *f = *state;
	struct chunk c = { 0 };

	f->malformed = true;
	assert_int_equal(start(f, DATAPATH_READ_ALL), 0);
	assert_told(f, "dp eth1 foreign foreign flow done");
	assert_int_equal(n_logged, 1);
	add_malformed(&c, OVS_FLOW_CMD_SET, 0);
	add_flow(&c, OVS_FLOW_CMD_NEW, 0, false);
	add_malformed(&c, OVS_FLOW_CMD_DEL, 0);
	tell(&c, EVENTS);
	assert_told(f, "foreign foreign flow -flow -flow");
	assert_int_equal(n_logged, 1);
}

static void a_dump_that_was_interrupted_says_so(void **state)
{
	struct fixture *f = *state;

	f->end_flags = NLM_F_DUMP_INTR;
	assert_int_equal(start(f, DATAPATH_READ_ALL), 0);
	assert_told(f, "dp eth1 flow done:EINTR");
	f->end_flags = 0;
	read_all(f);
	f->end_err = ENODEV;           /* the datapath went meanwhile */
	assert_int_equal(start(f, DATAPATH_READ_ALL), 0);
	assert_told(f, "dp eth1 flow done");
	f->end_err = ENOMEM;
	assert_int_equal(start(f, DATAPATH_READ_ALL), 0);
	assert_told(f, "dp eth1 flow done:ENOMEM");
}

static void a_read_whose_answers_are_lost_ends(void **state)
{
	static const char garbage[NLMSG_HDRLEN];
	struct fixture *f = *state;
	unsigned int peer = READ;

	f->silent = true;
	assert_int_equal(start(f, DATAPATH_READ_ALL), 0);
	nlpeer_fail(peer, ENOBUFS);
	assert_told(f, "done:ENOBUFS");
	assert_false(nlpeer_is_open(peer++));
	assert_int_equal(start(f, DATAPATH_READ_ALL), 0);
	nlpeer_tell_cut(peer);
	assert_told(f, "done:EMSGSIZE");
	assert_int_equal(start(f, DATAPATH_READ_ALL), 0);
	nlpeer_tell(++peer, garbage, sizeof(garbage));
	assert_told(f, "done:EBADMSG");
}

static void more_datapaths_than_there_is_room_for_are_said_to_be(void **state)
{
	struct fixture *f = *state;

	f->n_dps = DATAPATH_MAX + 1;
	assert_int_equal(start(f, DATAPATH_READ_ALL), 0);
	for (int i = 0; i < 100 && !strstr(f->told, "done"); i++)
		run(f);
	assert_non_null(strstr(f->told, "done:E2BIG"));
}

static void features_that_are_refused_are_logged(void **state)
{
	struct fixture *f = *state;

	read_all(f);
	assert_int_equal(f->d->ops->features_set(f->d, DP, 1), 0);
	nlpeer_ack(CMDS, nlpeer_seq(CMDS), 0);
	assert_told(f, "");
	assert_int_equal(n_logged, 0);
	assert_int_equal(f->d->ops->features_set(f->d, DP, 1), 0);
	nlpeer_fail(CMDS, ENOBUFS);
	nlpeer_ack(CMDS, nlpeer_seq(CMDS) + 1, EOPNOTSUPP);
	nlpeer_ack(CMDS, nlpeer_seq(CMDS), EOPNOTSUPP);
	assert_told(f, "");
	assert_int_equal(n_logged, 1);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_read_tells_everything),
		TEST(without_the_module_there_is_nothing),
		TEST(other_numbers_are_followed_anew),
		TEST(a_module_that_comes_or_goes_is_noticed),
		TEST(notifications_are_told),
		TEST(what_was_read_is_told_before_what_happened_then),
		TEST(an_overflow_is_told_once),
		TEST(what_cannot_be_decoded_is_logged_once_a_minute),
		TEST(flows_that_are_malformed_are_told_to_be),
		TEST(a_dump_that_was_interrupted_says_so),
		TEST(a_read_whose_answers_are_lost_ends),
		TEST(more_datapaths_than_there_is_room_for_are_said_to_be),
		TEST(features_that_are_refused_are_logged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

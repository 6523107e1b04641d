/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What devlink tells beside ports and modes: messages against those of
 * devlink(8) and of the kernel. */
#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/devlink.h>
#include <linux/genetlink.h>

#include "common/base/cleanup.h"
#include "swoffd/kernel/attr.h"
#include "swoffd/kernel/devlink_detail.h"
#include "swoffd/kernel/devlink_priv.h"
#include "swoffd/kernel/genl.h"
#include "swoffd/kernel/notify.h"
#include "tests/unit/golden.h"

#define DEV "netdevsim/netdevsim10"
#define FAMILY 0x14

static struct golden golden;

static int load(void **state)
{
	(void)state;
	golden_load("devlink-detail.txt", &golden);
	return 0;
}

static int unload(void **state)
{
	(void)state;
	golden_free(&golden);
	return 0;
}

/* The tool sends handle and name twice: both halves are ours. */
static void asks_to_recover_as_the_tool_does(void **state)
{
	const struct detail_reporter r = {
		.handle = { "netdevsim", "netdevsim10" },
		.name = "dummy", .port = KERNEL_NO_NUMBER,
	};
	const struct golden_record *sent = golden_find(
		&golden, "devlink health recover " DEV " reporter dummy");
	_Alignas(4) char buf[DEVLINK_MSG_SIZE];
	const struct nlmsghdr *nlh = (const void *)buf;
	const char *tool = (const char *)sent->data;
	size_t head = NLMSG_LENGTH(GENL_HDRLEN), size;

	(void)state;
	devlink_encode_recover(buf, FAMILY, &r);
	size = nlh->nlmsg_len - head;
	assert_int_equal(genl_cmd(nlh), genl_cmd((const void *)tool));
	assert_int_equal(sent->size, head + 2 * size);
	assert_memory_equal(buf + head, tool + head, size);
	assert_memory_equal(buf + head, tool + head + size, size);
}

static void a_reporter_of_a_port_is_recovered_by_its_port(void **state)
{
	const struct detail_reporter r = {
		.handle = { "pci", "0000:03:00.0" }, .name = "tx", .port = 7,
	};
	const struct nlattr *tb[DEVLINK_ATTR_MAX + 1];
	_Alignas(4) char buf[DEVLINK_MSG_SIZE];
	uint32_t port = 0;

	(void)state;
	devlink_encode_recover(buf, FAMILY, &r);
	assert_int_equal(devlink_attrs((const void *)buf, tb), 0);
	assert_int_equal(attr_u32(tb[DEVLINK_ATTR_PORT_INDEX], &port), 0);
	assert_int_equal(port, 7);
}

static void makes_scalable_functions_as_the_tool_does(void **state)
{
	static const struct kernel_handle sim = { "netdevsim", "netdevsim10" };
	struct kernel_sf sf = { .controller = 1, .pf = 0, .sf = 88 };
	_Alignas(4) char buf[DEVLINK_MSG_SIZE];
	const struct nlattr *tb[DEVLINK_ATTR_MAX + 1];

	(void)state;
	devlink_encode_sf_add(buf, FAMILY, &sim, &sf);
	golden_assert_genl(&golden, "devlink port add " DEV " flavour pcisf "
			   "pfnum 0 sfnum 88 controller 1", (const void *)buf);
	devlink_encode_port_del(buf, FAMILY, &sim, 32856);
	golden_assert_genl(&golden, "devlink port del " DEV "/32856",
			   (const void *)buf);

	sf.sf = sf.controller = KERNEL_NO_NUMBER;
	devlink_encode_sf_add(buf, FAMILY, &sim, &sf);
	assert_int_equal(devlink_attrs((const void *)buf, tb), 0);
	assert_non_null(tb[DEVLINK_ATTR_PORT_PCI_PF_NUMBER]);
	assert_null(tb[DEVLINK_ATTR_PORT_PCI_SF_NUMBER]);
	assert_null(tb[DEVLINK_ATTR_PORT_CONTROLLER_NUMBER]);
}

/* Answers have another number in their header than what was sent. */
static void take(const struct nlmsghdr *nlh, void *ctx)
{
	struct detail_list *list = ctx;

	if (nlh->nlmsg_type != FAMILY || nlh->nlmsg_flags & NLM_F_REQUEST)
		return;
	switch (list->kind) {
	case DETAIL_INFO:
		assert_int_equal(devlink_add_info(nlh, list), 0);
		return;
	case DETAIL_REPORTERS:
		assert_int_equal(devlink_add_reporter(nlh, list), 0);
		return;
	case DETAIL_PARAMS:
		assert_int_equal(devlink_add_param(nlh, list), 0);
		return;
	case DETAIL_RESOURCES:
		assert_int_equal(devlink_add_resources(nlh, list), 0);
		return;
	}
}

static void read_all(const char *command, enum detail_kind kind,
		     struct detail_list *out)
{
	*out = (struct detail_list){ .kind = kind };
	for (size_t i = 0; i < golden.n; i++)
		if (strcmp(golden.records[i].command, command) == 0)
			golden_each(&golden.records[i], take, out);
}

static void reads_what_a_device_says_of_itself(void **state)
{
	struct detail_list l;

	(void)state;
	read_all("devlink dev info " DEV, DETAIL_INFO, &l);
	assert_int_equal(l.n, 3);
	assert_int_equal(l.info[0].row, DETAIL_DRIVER);
	assert_string_equal(l.info[0].text, "netdevsim");
	assert_int_equal(l.info[1].row, DETAIL_STORED);
	assert_string_equal(l.info[1].name, "fw.mgmt");
	assert_int_equal(l.info[2].row, DETAIL_RUNNING);
	assert_string_equal(l.info[2].text, "10.20.30");
	detail_fini(&l);
}

static void reads_reporters(void **state)
{
	struct detail_list l;

	(void)state;
	read_all("devlink health show", DETAIL_REPORTERS, &l);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.reporters[0].name, "empty");
	assert_int_equal(l.reporters[0].state, REPORTER_HEALTHY);
	assert_int_equal(l.reporters[0].auto_recover, -1);
	assert_int_equal(l.reporters[0].auto_dump, 1);
	assert_true(l.reporters[0].grace_ms == DETAIL_NO_COUNT);
	assert_string_equal(l.reporters[1].name, "dummy");
	assert_string_equal(l.reporters[1].handle.dev, "netdevsim10");
	assert_int_equal(l.reporters[1].port, KERNEL_NO_NUMBER);
	assert_int_equal(l.reporters[1].errors, 1);
	assert_int_equal(l.reporters[1].recoveries, 1);
	assert_int_equal(l.reporters[1].auto_recover, 1);
	assert_int_equal(l.reporters[1].grace_ms, 0);
	detail_fini(&l);
}

/* A message of one reporter in one nest, with this state. */
static const struct nlmsghdr *reporter_message(char *buf, uint8_t cmd,
					       uint8_t state, uint32_t port)
{
	static const struct kernel_handle pci = { "pci", "0000:03:00.0" };
	struct nlmsghdr *nlh = devlink_put(buf, FAMILY, cmd, &pci);
	struct nlattr *nest;

	(void)attr_put_u32(nlh, DEVLINK_MSG_SIZE, DEVLINK_ATTR_PORT_INDEX,
			   port);
	nest = attr_nest(nlh, DEVLINK_MSG_SIZE, DEVLINK_ATTR_HEALTH_REPORTER);
	(void)attr_put_str(nlh, DEVLINK_MSG_SIZE,
			   DEVLINK_ATTR_HEALTH_REPORTER_NAME, "t\nx");
	(void)attr_put_u8(nlh, DEVLINK_MSG_SIZE,
			  DEVLINK_ATTR_HEALTH_REPORTER_STATE, state);
	mnl_attr_nest_end(nlh, nest);
	return nlh;
}

static void a_state_of_tomorrow_is_unknown(void **state)
{
	_Alignas(4) char buf[DEVLINK_MSG_SIZE];
	struct detail_reporter r;

	(void)state;
	assert_int_equal(devlink_decode_reporter(
		reporter_message(buf, DEVLINK_CMD_HEALTH_REPORTER_GET, 2, 3),
		&r), 0);
	assert_int_equal(r.state, REPORTER_UNKNOWN);
	assert_string_equal(detail_reporter_state_str(r.state), "unknown");
	assert_int_equal(r.port, 3);
	assert_string_equal(r.name, "t?x");
}

static void on_reporter(void *ctx, const struct detail_reporter *r)
{
	*(struct detail_reporter *)ctx = *r;
}

static void an_event_is_told(void **state)
{
	static const struct kernel_events events = { .reporter = on_reporter };
	struct detail_reporter told = { 0 };
	struct kernel k = { .events = &events, .events_ctx = &told };
	_Alignas(4) char buf[DEVLINK_MSG_SIZE];

	(void)state;
	notify_message(&k, reporter_message(
		buf, DEVLINK_CMD_HEALTH_REPORTER_RECOVER, REPORTER_ERROR, 1),
		true);
	assert_int_equal(told.state, REPORTER_ERROR);
	assert_int_equal(told.port, 1);
}

static void sets_params_as_the_tool_does(void **state)
{
	static const struct {
		const char *name, *text;
		enum detail_type type;
	} rows[] = {
		{ "max_macs", "16", DETAIL_U32 },
		{ "test1", "true", DETAIL_BOOL },
		{ "test1", "false", DETAIL_BOOL },
	};
	_Alignas(4) char buf[DEVLINK_MSG_SIZE];
	struct detail_param p = { .handle = { "netdevsim", "netdevsim10" } };
	char command[128];
	struct error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		p.type = rows[i].type;
		strcpy(p.name, rows[i].name);
		assert_int_equal(detail_param_parse(
			&p, rows[i].text, &p.values[DETAIL_DRIVERINIT], &err), 0);
		devlink_encode_param(buf, FAMILY, &p, DETAIL_DRIVERINIT);
		(void)snprintf(command, sizeof(command), "devlink dev param set "
			       DEV " name %s value %s cmode driverinit",
			       p.name, rows[i].text);
		golden_assert_genl(&golden, command, (const void *)buf);
	}
}

static void reads_params(void **state)
{
	struct detail_list l;

	(void)state;
	read_all("devlink dev param show", DETAIL_PARAMS, &l);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.params[0].name, "max_macs");
	assert_true(l.params[0].generic);
	assert_int_equal(l.params[0].type, DETAIL_U32);
	assert_false(l.params[0].values[DETAIL_RUNTIME].has);
	assert_true(l.params[0].values[DETAIL_DRIVERINIT].has);
	assert_int_equal(l.params[0].values[DETAIL_DRIVERINIT].number, 16);
	assert_string_equal(l.params[1].name, "test1");
	assert_false(l.params[1].generic);
	assert_int_equal(l.params[1].values[DETAIL_DRIVERINIT].number, 1);
	detail_fini(&l);
}

/* A message of one parameter with a value of each mode, as the kernel nests
 * them; data of a size, all bytes 0x21. */
static const struct nlmsghdr *param_message(char *buf, uint8_t type,
					    size_t size)
{
	static const struct kernel_handle pci = { "pci", "0000:03:00.0" };
	struct nlmsghdr *nlh = devlink_put(buf, FAMILY, DEVLINK_CMD_PARAM_GET,
					   &pci);
	struct nlattr *param = attr_nest(nlh, DEVLINK_MSG_SIZE,
					 DEVLINK_ATTR_PARAM), *list, *value;
	char data[200];

	memset(data, 0x21, sizeof(data));
	(void)attr_put_str(nlh, DEVLINK_MSG_SIZE, DEVLINK_ATTR_PARAM_NAME, "p");
	(void)attr_put_u8(nlh, DEVLINK_MSG_SIZE, DEVLINK_ATTR_PARAM_TYPE,
			  type);
	list = attr_nest(nlh, DEVLINK_MSG_SIZE,
			 DEVLINK_ATTR_PARAM_VALUES_LIST);
	for (uint8_t mode = 0; mode <= DETAIL_N_CMODES; mode += 3) {
		value = attr_nest(nlh, DEVLINK_MSG_SIZE,
				  DEVLINK_ATTR_PARAM_VALUE);
		(void)attr_put_u8(nlh, DEVLINK_MSG_SIZE,
				  DEVLINK_ATTR_PARAM_VALUE_CMODE, mode);
		(void)attr_put(nlh, DEVLINK_MSG_SIZE,
			       DEVLINK_ATTR_PARAM_VALUE_DATA, data, size);
		mnl_attr_nest_end(nlh, value);
	}
	mnl_attr_nest_end(nlh, list);
	mnl_attr_nest_end(nlh, param);
	return nlh;
}

static struct detail_param read_param(uint8_t type, size_t size)
{
	_Alignas(4) char buf[DEVLINK_MSG_SIZE];
	struct detail_list l = { .kind = DETAIL_PARAMS };
	struct detail_param p;

	assert_int_equal(devlink_add_param(param_message(buf, type, size), &l),
			 0);
	assert_int_equal(l.n, 1);
	p = l.params[0];
	detail_fini(&l);
	return p;
}

static void values_have_the_size_of_their_type(void **state)
{
	static const struct {
		enum detail_type type;
		size_t size;
		uint64_t number;
	} rows[] = {
		{ DETAIL_U8, 1, 0x21 },
		{ DETAIL_U16, 2, 0x2121 },
		{ DETAIL_U32, 4, 0x21212121 },
		{ DETAIL_U64, 8, 0x2121212121212121 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct detail_param p = read_param((uint8_t)rows[i].type,
						   rows[i].size);

		assert_true(p.values[0].has);
		assert_true(p.values[0].number == rows[i].number);
		/* A value that is cut is none. */
		p = read_param((uint8_t)rows[i].type, rows[i].size - 1);
		assert_false(p.values[0].has);
	}
}

static void texts_are_cut(void **state)
{
	struct detail_param p = read_param(DETAIL_STRING, 150);

	(void)state;
	assert_int_equal(strlen(p.values[0].text), DETAIL_TEXT_SIZE - 1);
}

static void types_of_tomorrow_are_unknown_and_not_set(void **state)
{
	static const uint8_t of_tomorrow[] = { 0, 7, 129, 255 };
	struct detail_value v;
	struct error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(of_tomorrow); i++) {
		struct detail_param p = read_param(of_tomorrow[i], 4);

		assert_int_equal(p.type, DETAIL_UNKNOWN);
		assert_true(p.values[0].has);
		assert_int_equal(detail_param_parse(&p, "1", &v, &err),
				 -EOPNOTSUPP);
	}
}

static void the_longest_value_fits_a_message(void **state)
{
	struct detail_param p = { .type = DETAIL_STRING };
	_Alignas(4) char buf[DEVLINK_MSG_SIZE];
	const struct nlattr *tb[DEVLINK_ATTR_MAX + 1];
	char longest[DETAIL_TEXT_SIZE + 1], text[DETAIL_TEXT_SIZE];
	struct error err;

	(void)state;
	memset(longest, 'x', sizeof(longest));
	longest[DETAIL_TEXT_SIZE] = '\0';
	memset(p.handle.bus, 'b', sizeof(p.handle.bus) - 1);
	memset(p.handle.dev, 'd', sizeof(p.handle.dev) - 1);
	memset(p.name, 'n', sizeof(p.name) - 1);
	assert_int_equal(detail_param_parse(&p, longest, &p.values[0], &err),
			 -ERANGE);
	longest[DETAIL_TEXT_SIZE - 1] = '\0';
	assert_int_equal(detail_param_parse(&p, longest, &p.values[0], &err),
			 0);
	devlink_encode_param(buf, FAMILY, &p, DETAIL_RUNTIME);
	assert_int_equal(devlink_attrs((const void *)buf, tb), 0);
	assert_int_equal(attr_str(tb[DEVLINK_ATTR_PARAM_VALUE_DATA], text,
				  sizeof(text)), 0);
	assert_string_equal(text, longest);
}

static void values_are_strict(void **state)
{
	static const struct {
		enum detail_type type;
		const char *text;
		int rc;
	} rows[] = {
		{ DETAIL_U8, "255", 0 }, { DETAIL_U8, "256", -ERANGE },
		{ DETAIL_U16, "0xffff", 0 }, { DETAIL_U16, "65536", -ERANGE },
		{ DETAIL_U32, "-1", -EINVAL }, { DETAIL_U32, "1k", -EINVAL },
		{ DETAIL_U64, "18446744073709551615", 0 },
		{ DETAIL_BOOL, "true", 0 }, { DETAIL_BOOL, "1", -EINVAL },
		{ DETAIL_BOOL, "", -EINVAL }, { DETAIL_STRING, "", 0 },
		{ DETAIL_U8, "flash", 0 },
	};
	struct detail_param p = { .name = "fw_load_policy", .generic = true };
	struct detail_value v;
	struct error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		p.type = rows[i].type;
		assert_int_equal(detail_param_parse(&p, rows[i].text, &v, &err),
				 rows[i].rc);
	}
	assert_int_equal(v.number, 1);
	assert_string_equal(detail_param_word(&p, 1), "flash");
	assert_null(detail_param_word(&p, 9));
	/* Another driver's own of the same name has no words. */
	p.generic = false;
	assert_null(detail_param_word(&p, 1));
	assert_int_equal(detail_param_parse(&p, "flash", &v, &err), -EINVAL);
}

static void reads_resources_as_trees(void **state)
{
	static const struct {
		const char *name;
		uint32_t parent;
		uint64_t occ;
	} rows[] = {
		{ "IPv4", KERNEL_NO_NUMBER, DETAIL_NO_COUNT },
		{ "fib", 0, 3 }, { "fib-rules", 0, 3 },
		{ "IPv6", KERNEL_NO_NUMBER, DETAIL_NO_COUNT },
		{ "fib", 3, 6 }, { "fib-rules", 3, 2 },
		{ "nexthops", KERNEL_NO_NUMBER, 0 },
	};
	struct detail_list l;

	(void)state;
	read_all("devlink resource show " DEV, DETAIL_RESOURCES, &l);
	assert_int_equal(l.n, ARRAY_LEN(rows));
	for (uint32_t i = 0; i < l.n; i++) {
		const struct detail_resource *r = &l.resources[i];

		assert_string_equal(r->name, rows[i].name);
		assert_int_equal(r->parent, rows[i].parent);
		assert_true(r->has[DETAIL_OCC] ==
			    (rows[i].occ != DETAIL_NO_COUNT));
		if (r->has[DETAIL_OCC])
			assert_int_equal(r->numbers[DETAIL_OCC], rows[i].occ);
		assert_true(r->numbers[DETAIL_SIZE] == UINT64_MAX);
		assert_false(r->has[DETAIL_SIZE_NEW]);
		assert_true(r->entries);
	}
	assert_int_equal(l.resources[0].size_valid, 1);
	assert_int_equal(l.resources[1].size_valid, -1);
	detail_fini(&l);
}

/* A message may be 64 KB of nests in each other. */
static void a_deep_tree_is_cut(void **state)
{
	static _Alignas(4) char buf[16384];
	struct detail_list l = { .kind = DETAIL_RESOURCES };
	struct nlmsghdr *nlh = devlink_put(buf, FAMILY,
					   DEVLINK_CMD_RESOURCE_DUMP,
					   &(struct kernel_handle){ "b", "d" });
	struct nlattr *nests[2000];
	size_t n = 0;

	(void)state;
	while (n < ARRAY_LEN(nests)) {
		nests[n] = attr_nest(nlh, sizeof(buf), n % 2 ?
				     DEVLINK_ATTR_RESOURCE :
				     DEVLINK_ATTR_RESOURCE_LIST);
		assert_non_null(nests[n++]);
	}
	while (n--)
		mnl_attr_nest_end(nlh, nests[n]);
	assert_int_equal(devlink_add_resources(nlh, &l), 0);
	assert_int_equal(l.n, 8);
	detail_fini(&l);
}

static void too_many_resources_are_an_error(void **state)
{
	static _Alignas(4) char buf[65536];
	struct detail_list l = { .kind = DETAIL_RESOURCES };
	struct nlmsghdr *nlh = devlink_put(buf, FAMILY,
					   DEVLINK_CMD_RESOURCE_DUMP,
					   &(struct kernel_handle){ "b", "d" });
	struct nlattr *nest = attr_nest(nlh, sizeof(buf),
					DEVLINK_ATTR_RESOURCE_LIST);

	(void)state;
	for (int i = 0; i <= DETAIL_MAX; i++)
		mnl_attr_nest_end(nlh, attr_nest(nlh, sizeof(buf),
						 DEVLINK_ATTR_RESOURCE));
	mnl_attr_nest_end(nlh, nest);
	assert_int_equal(devlink_add_resources(nlh, &l), -E2BIG);
	assert_int_equal(l.n, DETAIL_MAX);
	detail_fini(&l);
}

static void a_list_has_an_end(void **state)
{
	struct detail_list l = { .kind = DETAIL_INFO };

	(void)state;
	for (uint32_t i = 0; i < DETAIL_MAX; i++) {
		struct detail_info *info = detail_add(&l);

		assert_non_null(info);
		assert_int_equal(info->row, 0);
		info->row = DETAIL_STORED;
		(void)memset(info->text, (int)i, sizeof(info->text));
	}
	assert_null(detail_add(&l));
	assert_int_equal(l.n, DETAIL_MAX);
	assert_int_equal((uint8_t)l.info[DETAIL_MAX - 2].text[5],
			 (DETAIL_MAX - 2) % 256);
	detail_fini(&l);
	assert_int_equal(l.n, 0);
	detail_fini(&l);
}

static void decode_anything(const struct nlmsghdr *nlh, void *ctx)
{
	struct detail_list info = { .kind = DETAIL_INFO };
	struct detail_list reporters = { .kind = DETAIL_REPORTERS };
	struct detail_list params = { .kind = DETAIL_PARAMS };
	struct detail_list resources = { .kind = DETAIL_RESOURCES };

	(void)ctx;
	(void)devlink_add_resources(nlh, &resources);
	detail_fini(&resources);
	(void)devlink_add_param(nlh, &params);
	detail_fini(&params);
	(void)devlink_add_info(nlh, &info);
	(void)devlink_add_reporter(nlh, &reporters);
	detail_fini(&info);
	detail_fini(&reporters);
}

static void survives_torture(void **state)
{
	(void)state;
	golden_torture(&golden, decode_anything, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_to_recover_as_the_tool_does),
		cmocka_unit_test(a_reporter_of_a_port_is_recovered_by_its_port),
		cmocka_unit_test(makes_scalable_functions_as_the_tool_does),
		cmocka_unit_test(reads_what_a_device_says_of_itself),
		cmocka_unit_test(reads_reporters),
		cmocka_unit_test(a_state_of_tomorrow_is_unknown),
		cmocka_unit_test(an_event_is_told),
		cmocka_unit_test(sets_params_as_the_tool_does),
		cmocka_unit_test(reads_params),
		cmocka_unit_test(values_have_the_size_of_their_type),
		cmocka_unit_test(texts_are_cut),
		cmocka_unit_test(types_of_tomorrow_are_unknown_and_not_set),
		cmocka_unit_test(the_longest_value_fits_a_message),
		cmocka_unit_test(values_are_strict),
		cmocka_unit_test(reads_resources_as_trees),
		cmocka_unit_test(a_deep_tree_is_cut),
		cmocka_unit_test(too_many_resources_are_an_error),
		cmocka_unit_test(a_list_has_an_end),
		cmocka_unit_test(survives_torture),
	};

	return cmocka_run_group_tests(tests, load, unload);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of devlink against those of devlink(8) and of the kernel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/devlink.h>
#include <linux/genetlink.h>

#include "common/base/cleanup.h"
#include "swoffd/kernel/devlink.h"
#include "swoffd/kernel/devlink_preflight.h"
#include "swoffd/kernel/devlink_priv.h"
#include "swoffd/kernel/genl.h"
#include "swoffd/kernel/notify.h"
#include "tests/unit/golden.h"

#define DEV "netdevsim/netdevsim10"

static const struct kernel_handle sim = { "netdevsim", "netdevsim10" };

static struct golden golden;

static int load(void **state)
{
	(void)state;
	golden_load("devlink.txt", &golden);
	return 0;
}

static int unload(void **state)
{
	(void)state;
	golden_free(&golden);
	return 0;
}

static void assert_sent(const char *command, const void *ours)
{
	golden_assert_genl(&golden, command, ours);
}

static uint16_t family(const char *command)
{
	return ((const struct nlmsghdr *)(const void *)
			golden_find(&golden, command)->data)->nlmsg_type;
}

static void sets_as_the_tool_does(void **state)
{
	static const struct {
		const char *command;
		enum devlink_eswitch what;
		int value;
	} rows[] = {
		{ "devlink dev eswitch set " DEV " mode switchdev",
		  DEVLINK_ESWITCH_MODE, ESWITCH_MODE_SWITCHDEV },
		{ "devlink dev eswitch set " DEV " inline-mode transport",
		  DEVLINK_ESWITCH_INLINE, ESWITCH_INLINE_TRANSPORT },
		{ "devlink dev eswitch set " DEV " encap-mode basic",
		  DEVLINK_ESWITCH_ENCAP, ESWITCH_ENCAP_BASIC },
	};
	_Alignas(4) char buf[DEVLINK_MSG_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		devlink_encode_eswitch_set(buf, family(rows[i].command), &sim,
					   rows[i].what, rows[i].value);
		assert_sent(rows[i].command, buf);
	}
}

static void gets_as_the_tool_does(void **state)
{
	const char *const info = "devlink dev info " DEV;
	const char *const eswitch = "devlink dev eswitch show " DEV;
	_Alignas(4) char buf[DEVLINK_MSG_SIZE];

	(void)state;
	devlink_encode_get(buf, family(info), DEVLINK_CMD_INFO_GET, &sim);
	assert_sent(info, buf);
	devlink_encode_get(buf, family(eswitch), DEVLINK_CMD_ESWITCH_GET,
			   &sim);
	assert_sent(eswitch, buf);
}

/* Answers are the later of two records with the same command. */
static const struct nlmsghdr *answer(const char *command)
{
	const struct nlmsghdr *nlh = NULL;

	for (size_t i = 0; i < golden.n; i++)
		if (!strcmp(golden.records[i].command, command))
			nlh = (const void *)golden.records[i].data;
	assert_non_null(nlh);
	return nlh;
}

static void reads_eswitch(void **state)
{
	struct kernel_device d = { 0 };

	(void)state;
	assert_int_equal(devlink_decode_eswitch(
			 answer("devlink dev eswitch show " DEV), &d), 0);
	assert_int_equal(d.mode, ESWITCH_MODE_SWITCHDEV);
	/* netdevsim has neither. */
	assert_int_equal(d.inline_mode, ESWITCH_INLINE_UNKNOWN);
	assert_int_equal(d.encap_mode, ESWITCH_ENCAP_UNKNOWN);
}

static void reads_driver(void **state)
{
	char driver[KERNEL_DRIVER_SIZE];

	(void)state;
	assert_int_equal(devlink_decode_driver(answer("devlink dev info " DEV),
					       driver), 0);
	assert_string_equal(driver, "netdevsim");
}

/* A parameter as net/devlink puts it, with a value for one mode. */
static void put_param(void *buf, uint8_t type, uint8_t cmode, const char *text)
{
	struct nlmsghdr *nlh = devlink_put(buf, 20, DEVLINK_CMD_PARAM_NEW,
					   &sim);
	struct nlattr *param = mnl_attr_nest_start(nlh, DEVLINK_ATTR_PARAM);
	struct nlattr *list, *value;

	mnl_attr_put_strz(nlh, DEVLINK_ATTR_PARAM_NAME, "steering");
	mnl_attr_put_u8(nlh, DEVLINK_ATTR_PARAM_TYPE, type);
	list = mnl_attr_nest_start(nlh, DEVLINK_ATTR_PARAM_VALUES_LIST);
	value = mnl_attr_nest_start(nlh, DEVLINK_ATTR_PARAM_VALUE);
	mnl_attr_put_u8(nlh, DEVLINK_ATTR_PARAM_VALUE_CMODE, cmode);
	mnl_attr_put_strz(nlh, DEVLINK_ATTR_PARAM_VALUE_DATA, text);
	mnl_attr_nest_end(nlh, value);
	mnl_attr_nest_end(nlh, list);
	mnl_attr_nest_end(nlh, param);
}

static void reads_parameters_that_are_texts(void **state)
{
	static const struct {
		uint8_t type, cmode;
		const char *text;
		int rc;
	} rows[] = {
		{ MNL_TYPE_NUL_STRING, DEVLINK_PARAM_CMODE_RUNTIME, "dmfs",
		  0 },
		{ MNL_TYPE_NUL_STRING, DEVLINK_PARAM_CMODE_DRIVERINIT, "dmfs",
		  -ENODATA },
		{ MNL_TYPE_U32, DEVLINK_PARAM_CMODE_RUNTIME, "dmfs",
		  -ENODATA },
		{ MNL_TYPE_NUL_STRING, DEVLINK_PARAM_CMODE_RUNTIME,
		  "a text that is longer than any value of a recipe",
		  -ENODATA },
	};
	_Alignas(4) char buf[DEVLINK_MSG_SIZE];
	char text[RECIPE_PARAM_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		text[0] = '\0';
		put_param(buf, rows[i].type, rows[i].cmode, rows[i].text);
		assert_int_equal(devlink_decode_param_text((void *)buf, text),
				 rows[i].rc);
		assert_string_equal(text, rows[i].rc ? "" : rows[i].text);
	}
	devlink_encode_get(buf, 20, DEVLINK_CMD_PARAM_GET, &sim);
	assert_int_equal(devlink_decode_param_text((void *)buf, text),
			 -EBADMSG);
}

static void put_version(struct nlmsghdr *nlh, uint16_t kind, const char *name,
			const char *value)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, kind);

	mnl_attr_put_strz(nlh, DEVLINK_ATTR_INFO_VERSION_NAME, name);
	mnl_attr_put_strz(nlh, DEVLINK_ATTR_INFO_VERSION_VALUE, value);
	mnl_attr_nest_end(nlh, nest);
}

static void reads_the_firmware_that_runs(void **state)
{
	_Alignas(4) char buf[DEVLINK_MSG_SIZE];
	char text[PREFLIGHT_FIRMWARE_SIZE] = "";
	struct nlmsghdr *nlh = devlink_put(buf, 20, DEVLINK_CMD_INFO_GET,
					   &sim);

	(void)state;
	assert_int_equal(devlink_decode_firmware(nlh, text), -ENODATA);
	put_version(nlh, DEVLINK_ATTR_INFO_VERSION_STORED, "fw", "9");
	put_version(nlh, DEVLINK_ATTR_INFO_VERSION_RUNNING, "fw.psid", "8");
	assert_int_equal(devlink_decode_firmware(nlh, text), -ENODATA);
	put_version(nlh, DEVLINK_ATTR_INFO_VERSION_RUNNING, "fw.mgmt", "7");
	put_version(nlh, DEVLINK_ATTR_INFO_VERSION_RUNNING, "fw", "6.1");
	put_version(nlh, DEVLINK_ATTR_INFO_VERSION_RUNNING, "fw.version",
		    "5");
	assert_int_equal(devlink_decode_firmware(nlh, text), 0);
	assert_string_equal(text, "6.1");
}

struct told {
	int devices, gone, n_ports;
	struct kernel_port ports[8];
};

static void device_new(void *ctx, const struct kernel_handle *handle)
{
	struct told *t = ctx;

	assert_string_equal(handle->bus, sim.bus);
	assert_string_equal(handle->dev, sim.dev);
	t->devices++;
}

static void device_gone(void *ctx, const struct kernel_handle *handle)
{
	(void)handle;
	((struct told *)ctx)->gone++;
}

static void port(void *ctx, const struct kernel_port *p)
{
	struct told *t = ctx;

	assert_true(t->n_ports < 8);
	t->ports[t->n_ports++] = *p;
}

static void port_gone(void *ctx, const struct kernel_handle *handle,
		      uint32_t index)
{
	(void)handle;
	(void)index;
	((struct told *)ctx)->gone++;
}

static const struct kernel_events events = {
	.device_new = device_new,
	.device_gone = device_gone,
	.port = port,
	.port_gone = port_gone,
};

static void tell(const struct nlmsghdr *nlh, void *ctx)
{
	notify_message(ctx, nlh, true);
}

static void tells_devices(void **state)
{
	struct told t = { 0 };
	struct kernel k = { .events = &events, .events_ctx = &t };

	(void)state;
	golden_each(golden_find(&golden, "devlink dev show"), tell, &k);
	assert_int_equal(t.devices, 1);
	assert_int_equal(t.n_ports, 0);
	assert_int_equal(t.gone, 0);
}

/* The kernel calls a dumped port DEVLINK_CMD_NEW. */
static void tells_ports(void **state)
{
	struct told t = { 0 };
	struct kernel k = { .events = &events, .events_ctx = &t };

	(void)state;
	golden_each(golden_find(&golden, "devlink port show"), tell, &k);
	assert_int_equal(t.devices, 0);
	assert_int_equal(t.n_ports, 3);
	assert_int_equal(t.ports[0].flavour, PORT_PHYSICAL);
	assert_int_equal(t.ports[0].index, 0);
	assert_int_equal(t.ports[0].number, 1);
	assert_int_equal(t.ports[0].pf, KERNEL_NO_NUMBER);
	assert_string_equal(t.ports[0].netdev, "eth0");
	assert_int_equal(t.ports[0].ifindex, 2);
	for (uint32_t vf = 0; vf < 2; vf++) {
		const struct kernel_port *p = &t.ports[1 + vf];

		assert_int_equal(p->flavour, PORT_PCI_VF);
		assert_int_equal(p->index, 128 + vf);
		assert_int_equal(p->pf, 0);
		assert_int_equal(p->vf, vf);
		assert_int_equal(p->controller, 0);
		assert_int_equal(p->sf, KERNEL_NO_NUMBER);
		assert_string_equal(p->handle.dev, sim.dev);
	}
}

static void tells_what_is_gone(void **state)
{
	static const uint8_t cmds[] = { DEVLINK_CMD_DEL,
					DEVLINK_CMD_PORT_DEL };
	struct told t = { 0 };
	struct kernel k = { .events = &events, .events_ctx = &t };
	const struct golden_record *r = golden_find(&golden,
						    "devlink port show");
	struct nlmsghdr *nlh = (void *)r->data;
	struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	uint8_t old = genl->cmd;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cmds); i++) {
		genl->cmd = cmds[i];
		notify_message(&k, nlh, true);
		assert_int_equal(t.gone, (int)i + 1);
	}
	assert_int_equal(t.devices + t.n_ports, 0);
	genl->cmd = old;
}

static void decode_anything(const struct nlmsghdr *nlh, void *ctx)
{
	char driver[KERNEL_DRIVER_SIZE];
	struct kernel_handle handle;
	struct kernel_device device;
	char text[RECIPE_PARAM_SIZE];
	struct kernel_port p;

	(void)devlink_decode_param_text(nlh, text);
	(void)devlink_decode_firmware(nlh, text);
	(void)ctx;
	(void)genl_cmd(nlh);
	(void)devlink_is_port(nlh);
	(void)devlink_decode_handle(nlh, &handle);
	(void)devlink_decode_port(nlh, &p);
	(void)devlink_decode_eswitch(nlh, &device);
	if (!devlink_decode_driver(nlh, driver))
		assert_true(strlen(driver) < sizeof(driver));
}

static void survives_torture(void **state)
{
	(void)state;
	golden_torture(&golden, decode_anything, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_as_the_tool_does),
		cmocka_unit_test(gets_as_the_tool_does),
		cmocka_unit_test(reads_eswitch),
		cmocka_unit_test(reads_driver),
		cmocka_unit_test(reads_parameters_that_are_texts),
		cmocka_unit_test(reads_the_firmware_that_runs),
		cmocka_unit_test(tells_devices),
		cmocka_unit_test(tells_ports),
		cmocka_unit_test(tells_what_is_gone),
		cmocka_unit_test(survives_torture),
	};

	return cmocka_run_group_tests(tests, load, unload);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of recipes: who gets which, and what is not taken for one. */
#include "tests/unittest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "swoffd/recipe_file.h"

#define ANY "{\"name\":\"d\",\"driver\":\"*\",\"vfs\":\"any\"," \
	    "\"to_switchdev\":[\"mode\"],\"to_legacy\":[\"mode\"]}"

static void the_row_is_that_of_the_hardware(void **state)
{
	static const struct {
		const char *driver;
		uint32_t id;
		const char *name;
	} rows[] = {
		{ "mlx5_core", 0x15b31017, "mlx5" },
		{ "mlx5_core", 0, "mlx5" },
		{ "mlx5_core", 0x15b31015, "mlx5-connectx4" },
		{ "mlx5_core", 0x15b3101f, "mlx5-connectx6lx" },
		{ "mlx5_core", 0x15b3a2dc, "mlx5-bluefield" },
		{ "ice", 0x80861592, "ice" },
		{ "i40e", 0, "i40e" },
		{ "bnxt_en", 0, "bnxt" },
		{ "nfp", 0, "nfp" },
		{ "sfc", 0, "sfc" },
		{ "rvu_af", 0, "octeontx2-af" },
		{ "rvu_rep", 0, "octeontx2-rep" },
		{ "netdevsim", 0, "netdevsim" },
		{ "hns3", 0x15b31015, "default" },
		{ "", 0, "default" },
	};
	AUTO(recipes_free) struct recipes *rs = NULL;
	struct error err = { 0 };

	(void)state;
	if (recipe_file_builtin(&rs, &err) < 0)
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_string_equal(recipe_choose(rs, rows[i].driver,
						  rows[i].id)->name,
				    rows[i].name);
	assert_null(recipe_choose(NULL, "ice", 0));
}

static void a_row_is_read_whole(void **state)
{
	static const enum recipe_word order[] = {
		RECIPE_UNBIND, RECIPE_PARAMS, RECIPE_INLINE, RECIPE_MODE,
		RECIPE_ENCAP, RECIPE_PORTS, RECIPE_BIND,
	};
	AUTO(recipes_free) struct recipes *rs = NULL;
	const struct recipe *r;
	struct error err;

	(void)state;
	assert_int_equal(recipe_file_builtin(&rs, &err), 0);
	r = recipe_choose(rs, "mlx5_core", 0);
	assert_int_equal(r->vfs, RECIPE_VFS_UNBOUND);
	assert_int_equal(r->rules, RECIPE_RULES_NONE);
	assert_int_equal(r->inline_mode, ESWITCH_INLINE_UNKNOWN);
	assert_int_equal(r->n_params, 1);
	assert_string_equal(r->params[0].name, "flow_steering_mode");
	assert_int_equal(r->params[0].n_values, 2);
	assert_string_equal(r->params[0].values[1], "hmfs");
	assert_int_equal(r->params[0].mode, ESWITCH_MODE_LEGACY);
	assert_int_equal(r->to_switchdev.n, ARRAY_LEN(order));
	assert_memory_equal(r->to_switchdev.words, order, sizeof(order));
	assert_int_equal(r->deadline_s[RECIPE_MODE], 300);
	assert_int_equal(r->deadline_s[RECIPE_PARAMS], RECIPE_DEADLINE_S);
	assert_string_equal(recipe_choose(rs, "mlx5_core",
					  0x15b31013)->name, "mlx5-connectx4");
	assert_int_equal(recipe_choose(rs, "mlx5_core",
				       0x15b31013)->inline_mode,
			 ESWITCH_INLINE_TRANSPORT);
}

#define FILE_OF(rows) "{\"version\":1,\"recipes\":[" rows "]}"
#define ORDERS "\"to_switchdev\":[\"mode\"],\"to_legacy\":[\"mode\"]"
#define ROW(more) FILE_OF(ANY ",{\"name\":\"x\",\"driver\":\"y\"," more "}")

/* Whatever is not a table of recipes says where and why it is not. */
static void what_is_wrong_is_named(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "", "line 1: it ends too early" },
		{ "{\n\"version\":1,\n}", "line 3: " },
		{ FILE_OF(ANY) " x", "line 1: " },
		{ "[]", "version: 1 was expected" },
		{ "{\"version\":2,\"recipes\":[" ANY "]}",
		  "version: 1 was expected" },
		{ "{\"version\":1,\"recipes\":[" ANY "],\"more\":1}",
		  "no other member" },
		{ "{\"version\":1,\"recipes\":{}}",
		  "recipes: an array was expected" },
		{ "{\"version\":1,\"recipes\":[]}", "recipes: 1 to 256" },
		{ FILE_OF("1"), "recipe 1: an object was expected" },
		{ FILE_OF(ANY "," ANY), "recipe 'd': the name is there twice" },
		{ ROW(ORDERS) "\n", NULL },
		{ FILE_OF("{\"name\":\"x\",\"driver\":\"y\"," ORDERS "}"),
		  "no recipe of driver '*'" },
		{ FILE_OF("{\"driver\":\"y\"," ORDERS "}"),
		  "recipe 1: no member 'name'" },
		{ FILE_OF("{\"name\":\"x\"," ORDERS "}"),
		  "recipe 'x': no member 'driver'" },
		{ FILE_OF("{\"name\":7}"), "name: text was expected" },
		{ FILE_OF("{\"name\":\"\"}"), "name: text was expected" },
		{ FILE_OF("{\"name\":\"a\\u0000b\"}"), "text was expected" },
		{ FILE_OF("{\"name\":\"0123456789012345678901234567890x\"}"),
		  "name: over 31 bytes" },
		{ ROW("\"vf\":\"any\"," ORDERS),
		  "recipe 'x': no member 'vf' is known; did you mean 'vfs'?" },
		{ ROW("\"vfs\":\"unbond\"," ORDERS),
		  "vfs: 'unbond' is no state of VFs; did you mean 'unbound'?" },
		{ ROW("\"rules\":\"some\"," ORDERS), "'some' is no state of" },
		{ ROW("\"inline_mode\":\"l2\"," ORDERS), "no inline mode" },
		{ ROW("\"to_switchdev\":[\"mode\",\"bnd\"]"),
		  "to_switchdev: 'bnd' is no step; did you mean 'bind'?" },
		{ ROW("\"to_switchdev\":[\"mode\",\"mode\"]"),
		  "'mode' is there twice" },
		{ ROW("\"to_switchdev\":\"mode\""), "an array was expected" },
		{ ROW("\"to_switchdev\":[]"), "1 to 10 values" },
		{ ROW("\"to_switchdev\":[\"mode\"]"),
		  "an order has no step 'mode'" },
		{ ROW("\"pci_ids\":[\"15b3:10\"]," ORDERS), "no PCI id" },
		{ ROW("\"pci_ids\":[\"15B3:1017\"]," ORDERS), "no PCI id" },
		{ ROW("\"pci_ids\":[]," ORDERS), "1 to 16 values" },
		{ ROW("\"deadlines_s\":{\"mode\":0}," ORDERS),
		  "deadlines_s: mode: seconds from 1 to 3600" },
		{ ROW("\"deadlines_s\":{\"mode\":1.5}," ORDERS), "seconds" },
		{ ROW("\"deadlines_s\":{\"nap\":5}," ORDERS),
		  "'nap' is no step" },
		{ ROW("\"params\":[{\"name\":\"p\"}]," ORDERS),
		  "params: no member 'values'" },
		{ ROW("\"params\":[{\"name\":\"p\",\"values\":[\"v\"]}],"
		      ORDERS), "params are nowhere in an order" },
		{ ROW("\"params\":[{\"name\":\"p\",\"values\":[\"v\"],"
		      "\"mode\":\"up\"}]," ORDERS), "mode: 'up' is no mode" },
		{ ROW("\"inline_mode\":\"link\"," ORDERS),
		  "inline_mode is nowhere" },
		{ ROW("\"vfs\":\"unbound\"," ORDERS), "vfs is 'unbound' if" },
		{ ROW("\"vfs\":\"zero\"," ORDERS), "vfs is 'zero' if" },
		{ ROW("\"fixed\":\"so it is\"," ORDERS), "has no order" },
		{ ROW("\"vfs\":\"unbound\",\"to_switchdev\":[\"mode\","
		      "\"unbind\",\"bind\"]"), "'unbind' must come before" },
		{ ROW("\"vfs\":\"unbound\",\"to_switchdev\":[\"unbind\","
		      "\"mode\"]"), "'bind' after it" },
		{ ROW("\"vfs\":\"zero\",\"to_switchdev\":[\"zero\","
		      "\"mode\",\"bind\"]"), "'zero' must come before" },
		{ ROW("\"vfs\":\"zero\",\"to_switchdev\":[\"zero\","
		      "\"mode\",\"bind\",\"count\"]"), "'bind' must come" },
		{ ROW("\"vfs\":\"zero\",\"to_switchdev\":[\"zero\","
		      "\"mode\",\"count\"]"), "made again need" },
		{ ROW("\"pci_ids\":[\"0001:0002\"]," ORDERS "},{\"name\":\"z\","
		      "\"driver\":\"y\",\"pci_ids\":[\"0001:0002\"]," ORDERS),
		  "recipe 'z': is for the same hardware as 'x'" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(recipes_free) struct recipes *rs = NULL;
		struct error err = { 0 };
		int rc = recipe_file_parse("f", rows[i].text,
					   strlen(rows[i].text), &rs, &err);

		assert_int_equal(rc, rows[i].says ? -EINVAL : 0);
		if (!rows[i].says)
			continue;
		if (strncmp(err.msg, "f: ", 3) != 0 ||
		    !strstr(err.msg, rows[i].says))
			fail_msg("%s\nsays: %s\nnot:  %s", rows[i].text,
				 err.msg, rows[i].says);
	}
}

/* Every third byte of the table in its turn is another. */
static void a_damaged_table_is_refused_or_read(void **state)
{
	char path[512], text[16384];
	const char *src = getenv("srcdir");
	AUTO(close_fd) int fd = -1;
	ssize_t size;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/data/recipes.json",
		       src ? src : ".");
	fd = open(path, O_RDONLY);
	size = read(fd, text, sizeof(text));
	assert_in_range(size, 1000, sizeof(text) - 1);
	for (ssize_t i = 0; i < size; i += 3) {
		AUTO(recipes_free) struct recipes *rs = NULL;
		struct error err = { 0 };
		char was = text[i];

		text[i] = i % 2 ? ' ' : '"';
		if (recipe_file_parse("f", text, (size_t)size, &rs, &err) < 0)
			assert_int_equal(strncmp(err.msg, "f: ", 3), 0);
		else
			assert_non_null(recipe_choose(rs, "*", 0));
		text[i] = was;
	}
}

static void a_file_is_read_if_it_can_be(void **state)
{
	AUTO(recipes_free) struct recipes *rs = NULL;
	char path[] = "/tmp/recipes.XXXXXX";
	AUTO(close_fd) int fd = mkstemp(path);
	struct error err = { 0 };

	(void)state;
	assert_int_equal(write(fd, FILE_OF(ANY), strlen(FILE_OF(ANY))),
			 strlen(FILE_OF(ANY)));
	assert_int_equal(recipe_file_read(path, &rs, &err), 0);
	assert_int_equal(rs->n, 1);
	assert_int_equal(ftruncate(fd, RECIPE_FILE_MAX_SIZE + 1), 0);
	assert_int_equal(recipe_file_read(path, &rs, &err), -EFBIG);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(recipe_file_read(path, &rs, &err), -ENOENT);
	assert_non_null(strstr(err.msg, path));
	assert_int_equal(recipe_file_read("/", &rs, &err), -EISDIR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_row_is_that_of_the_hardware),
		cmocka_unit_test(a_row_is_read_whole),
		cmocka_unit_test(what_is_wrong_is_named),
		cmocka_unit_test(a_damaged_table_is_refused_or_read),
		cmocka_unit_test(a_file_is_read_if_it_can_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

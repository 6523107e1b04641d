/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order of each recipe, there and back, and what stands in the way. */
#include "tests/unittest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "swoffd/core/plan.h"
#include "swoffd/recipe_file.h"
#include "tests/unit/recipe_ways.h"

#define LEGACY ESWITCH_MODE_LEGACY
#define SWITCHDEV ESWITCH_MODE_SWITCHDEV
#define INACTIVE ESWITCH_MODE_SWITCHDEV_INACTIVE
#define NO KERNEL_NO_NUMBER
#define N_VFS 2

/* A device with two VFs on a driver, each with a netdev, in legacy mode. */
struct world {
	struct recipes *recipes;
	const struct recipe *recipe;
	struct preflight now;
	struct preflight_vf vfs[N_VFS];
	struct preflight_link links[2];
};

static struct world world_of(const char *driver, uint32_t pci_id)
{
	struct world w = { .now = {
		.device = { .mode = LEGACY, .has_eswitch = true,
			    .inline_mode = ESWITCH_INLINE_NONE,
			    .encap_mode = ESWITCH_ENCAP_NONE,
			    .vf_count = N_VFS, .vf_max = 8 },
		.params = { { "flow_steering_mode", "dmfs" } },
		.n_params = 1,
	} };
	struct error err;

	assert_int_equal(recipe_file_builtin(&w.recipes, &err), 0);
	w.recipe = recipe_choose(w.recipes, driver, pci_id);
	(void)snprintf(w.now.device.driver, KERNEL_DRIVER_SIZE, "%s", driver);
	for (uint32_t i = 0; i < N_VFS; i++) {
		w.vfs[i] = (struct preflight_vf){ .vf = i };
		(void)snprintf(w.vfs[i].pci, PREFLIGHT_PCI_SIZE,
			       "0000:03:00.%u", i + 2);
		(void)snprintf(w.vfs[i].driver, KERNEL_DRIVER_SIZE, "vfdrv");
	}
	w.links[0] = (struct preflight_link){ .name = "p0", .uplink = true };
	w.links[1] = (struct preflight_link){ .name = "rep0" };
	return w;
}

/* Pointers into itself, which a copy would break, come last. */
static struct preflight *now(struct world *w)
{
	w->now.vfs = w->vfs;
	w->now.n_vfs = w->now.device.vf_count == N_VFS ? N_VFS : 0;
	w->now.links = w->links;
	w->now.n_links = 2;
	return &w->now;
}

static struct kernel_device want(enum eswitch_mode mode)
{
	return (struct kernel_device){
		.mode = mode, .inline_mode = ESWITCH_INLINE_UNKNOWN,
		.encap_mode = ESWITCH_ENCAP_UNKNOWN,
	};
}

static struct plan make(struct world *w, const struct plan_target *to)
{
	struct error err;
	struct plan plan;

	assert_int_equal(plan_make(now(w), w->recipe, to, &plan, &err), 0);
	return plan;
}

static const char *words(const struct plan *p)
{
	static char text[256];

	text[0] = '\0';
	for (size_t i = 0; i < p->n_steps; i++) {
		if (i)
			strcat(text, " ");
		strcat(text, recipe_word_str(p->steps[i].what));
	}
	return text;
}

static const char *order(struct world *w, const struct kernel_device *wanted)
{
	struct plan_target to = plan_wanted(now(w), w->recipe, wanted);
	struct plan plan = make(w, &to);
	const char *text = words(&plan);

	plan_fini(&plan);
	return text;
}

static void each_recipe_has_its_order(void **state)
{
	struct kernel_device there = want(SWITCHDEV), back = want(LEGACY);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(recipe_ways); i++) {
		struct world w = world_of(recipe_ways[i].driver, recipe_ways[i].id);

		assert_string_equal(order(&w, &there), recipe_ways[i].there);
		assert_string_equal(order(&w, &back), "");
		w.now.device.mode = SWITCHDEV;
		assert_string_equal(order(&w, &back), recipe_ways[i].back);
		assert_string_equal(order(&w, &there), "");
		recipes_free(w.recipes);
	}
}

/* Back from wherever a plan broke off: only what has been done is undone. */
static void the_way_back_undoes_what_was_done(void **state)
{
	struct world w = world_of("mlx5_core", 0x15b31017), before = w;
	struct plan_target captured = plan_captured(now(&before));
	struct plan plan = make(&w, &captured);

	(void)state;
	assert_int_equal(plan.n_steps, 0);
	plan_fini(&plan);

	w.vfs[0].driver[0] = '\0';     /* one was unbound, the next failed */
	plan = make(&w, &captured);
	assert_string_equal(words(&plan), "bind");
	assert_int_equal(plan.steps[0].n, 1);
	plan_fini(&plan);

	w.vfs[1].driver[0] = '\0';
	strcpy(w.now.params[0].value, "smfs");
	plan = make(&w, &captured);
	assert_string_equal(words(&plan), "params bind");
	assert_string_equal(plan.steps[0].param.value, "dmfs");
	plan_fini(&plan);

	w.now.device.mode = SWITCHDEV;
	plan = make(&w, &captured);
	assert_string_equal(words(&plan), "mode params ports bind");
	assert_int_equal(plan.steps[2].n, 0);
	plan_fini(&plan);
	recipes_free(w.recipes);
}

static void vfs_that_are_gone_are_made_again_on_the_way_back(void **state)
{
	struct world w = world_of("ice", 0), before = w;
	struct plan_target captured = plan_captured(now(&before));
	struct plan plan;

	(void)state;
	w.now.device.vf_count = 0;
	w.now.device.mode = SWITCHDEV;
	plan = make(&w, &captured);
	assert_string_equal(words(&plan), "mode count ports bind");
	assert_int_equal(plan.steps[1].n, N_VFS);
	assert_int_equal(plan.steps[3].n, N_VFS);
	assert_int_equal(plan.n_blocking, 0);
	plan_fini(&plan);
	recipes_free(w.recipes);
}

static void a_step_says_what_it_does_and_how_long_it_may_take(void **state)
{
	struct kernel_device wanted = want(SWITCHDEV);
	struct world w = world_of("mlx5_core", 0);
	struct plan_target to = plan_wanted(now(&w), w.recipe, &wanted);
	struct plan p = make(&w, &to);

	(void)state;
	assert_string_equal(p.steps[0].text, "take 2 VFs off the driver");
	assert_int_equal(p.steps[0].deadline_s, 120);
	assert_string_equal(p.steps[1].text, "set parameter "
			    "flow_steering_mode from dmfs to smfs");
	assert_string_equal(p.steps[2].text, "set mode switchdev");
	assert_int_equal(p.steps[2].deadline_s, 300);
	assert_string_equal(p.steps[3].text, "wait for 2 representors");
	assert_int_equal(p.steps[3].n, 2);
	assert_string_equal(p.steps[4].text,
			    "see 2 VFs to the driver they had");
	plan_fini(&p);
	recipes_free(w.recipes);
}

static void a_parameter_that_is_good_or_not_there_is_left(void **state)
{
	struct kernel_device there = want(SWITCHDEV);
	struct world w = world_of("mlx5_core", 0);

	(void)state;
	strcpy(w.now.params[0].value, "hmfs");
	assert_string_equal(order(&w, &there), "unbind mode ports bind");
	w.now.params[0].value[0] = '\0';
	assert_string_equal(order(&w, &there), "unbind mode ports bind");
	w.now.n_params = 0;
	assert_string_equal(order(&w, &there), "unbind mode ports bind");
	recipes_free(w.recipes);
}

static void vfs_that_nobody_drives_are_left(void **state)
{
	struct kernel_device there = want(SWITCHDEV);
	struct world w = world_of("mlx5_core", 0x15b3a2d6);

	(void)state;
	w.vfs[0].driver[0] = w.vfs[1].driver[0] = '\0';
	assert_string_equal(order(&w, &there), "mode ports");
	w.now.device.vf_count = 0;
	assert_string_equal(order(&w, &there), "mode ports");
	w.now.device.vf_count = NO;
	assert_string_equal(order(&w, &there), "mode ports");
	recipes_free(w.recipes);
}

/* Between the two kinds of switchdev, VFs need not stop. */
static void activating_a_switch_disturbs_nobody(void **state)
{
	struct kernel_device there = want(SWITCHDEV), wait = want(INACTIVE);
	struct world w = world_of("mlx5_core", 0x15b3a2d6);

	(void)state;
	assert_string_equal(order(&w, &wait), "unbind mode ports bind");
	w.now.device.mode = INACTIVE;
	assert_string_equal(order(&w, &there), "mode");
	recipes_free(w.recipes);
}

static void inline_and_encap_are_steps_where_they_are_asked_for(void **state)
{
	struct kernel_device wanted = want(ESWITCH_MODE_UNKNOWN);
	struct world w = world_of("mlx5_core", 0x15b3a2d6),
		     plain = world_of("netdevsim", 0);

	(void)state;
	wanted.inline_mode = ESWITCH_INLINE_LINK;
	wanted.encap_mode = ESWITCH_ENCAP_BASIC;
	assert_string_equal(order(&w, &wanted), "encap inline");
	/* A recipe without the words does not know better than the kernel. */
	assert_string_equal(order(&plain, &wanted), "inline encap");
	wanted.mode = SWITCHDEV;
	assert_string_equal(order(&w, &wanted),
			    "unbind inline mode encap ports bind");
	w.now.device.inline_mode = ESWITCH_INLINE_LINK;
	w.now.device.encap_mode = ESWITCH_ENCAP_BASIC;
	wanted.mode = ESWITCH_MODE_UNKNOWN;
	assert_string_equal(order(&w, &wanted), "");
	recipes_free(w.recipes);
	recipes_free(plain.recipes);
}

static const struct plan_finding *finding(const struct plan *p,
					  enum plan_finding_kind kind)
{
	for (size_t i = 0; i < p->n_findings; i++)
		if (p->findings[i].kind == kind)
			return &p->findings[i];
	return NULL;
}

/* What the world is like, what is found in it, and whether that blocks. */
struct obstacle_row {
	const char *driver;
	void (*spoil)(struct world *w);
	enum plan_finding_kind kind;
	bool blocks;
	const char *subject, *says;
};

static void hold(struct world *w)
{
	w->vfs[1].pid = 4711;
	strcpy(w->vfs[1].node, "/dev/vfio/42");
	strcpy(w->vfs[1].process, "qemu-system-x86");
	strcpy(w->vfs[1].driver, "vfio-pci");
}

static void hide(struct world *w)
{
	w->vfs[0].unseen = true;
	strcpy(w->vfs[0].driver, "vfio-pci");
}

static void move_away(struct world *w)
{
	w->vfs[0].elsewhere = true;
}

static void enslave_vf(struct world *w)
{
	strcpy(w->vfs[0].netdev, "eth7");
	strcpy(w->vfs[0].master, "br0");
}

static void use_vf(struct world *w)
{
	strcpy(w->vfs[0].netdev, "eth7");
}

static void no_eswitch(struct world *w)
{
	w->now.device.has_eswitch = false;
}

static void no_vfs(struct world *w)
{
	w->now.device.vf_count = 0;
}

static void nothing(struct world *w)
{
	(void)w;
}

static void add_rules(struct world *w)
{
	w->links[0].n_foreign = w->links[0].n_foreign_hw = 3;
	w->links[0].n_ours_hw = 4;
}

static void leave_with_rules(struct world *w)
{
	w->now.device.mode = SWITCHDEV;
	w->links[1].n_foreign = 5;
}

static void leave_with_master(struct world *w)
{
	w->now.device.mode = SWITCHDEV;
	strcpy(w->links[1].master, "br1");
	strcpy(w->links[0].master, "bond0");
}

static const struct obstacle_row obstacles[] = {
	{ "mlx5_core", hold, PLAN_VF_HELD, true, "VF 1", "0000:03:00.3 is held "
	  "by qemu-system-x86 (process 4711) through /dev/vfio/42" },
	{ "ice", hold, PLAN_VF_HELD, true, "VF 1", "process 4711" },
	{ "ice", hide, PLAN_VF_UNSEEN, true, "VF 0",
	  "0000:03:00.2 is with vfio-pci, and who holds it cannot" },
	{ "ice", move_away, PLAN_VF_ELSEWHERE, true, "VF 0", "0000:03:00.2" },
	{ "hns3", enslave_vf, PLAN_VF_MASTER, true, "VF 0",
	  "eth7 is a port of br0" },
	{ "hns3", use_vf, PLAN_VF_NETDEV, false, "VF 0", "eth7 goes" },
	{ "i40e", no_eswitch, PLAN_NO_ESWITCH, true, "", "driver i40e tells" },
	{ "nfp", nothing, PLAN_FIXED, true, "", "firmware" },
	{ "sfc", nothing, PLAN_FIXED, true, "", "EF100" },
	{ "bnxt_en", no_vfs, PLAN_NO_VFS, false, "", "bnxt_en may want VFs" },
	{ "mlx5_core", add_rules, PLAN_LINK_RULES, true, "p0",
	  "4 of ours, 3 of others" },
	{ "ice", leave_with_rules, PLAN_LINK_RULES, false, "rep0",
	  "5 rules of others go" },
	{ "ice", leave_with_master, PLAN_LINK_MASTER, true, "rep0",
	  "is a port of br1" },
};

static void what_stands_in_the_way_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(obstacles); i++) {
		const struct obstacle_row *row = &obstacles[i];
		struct world w = world_of(row->driver, 0);
		const struct plan_finding *f;
		struct kernel_device wanted;
		struct plan_target to;
		struct plan p;

		row->spoil(&w);
		wanted = want(w.now.device.mode == LEGACY ? SWITCHDEV : LEGACY);
		to = plan_wanted(now(&w), w.recipe, &wanted);
		p = make(&w, &to);
		f = finding(&p, row->kind);
		assert_non_null(f);
		assert_int_equal(f->blocks, row->blocks);
		assert_int_equal(p.n_blocking, row->blocks);
		assert_string_equal(f->subject, row->subject);
		assert_non_null(strstr(f->text, row->says));
		assert_non_null(plan_finding_remedy(f->kind));
		plan_fini(&p);
		recipes_free(w.recipes);
	}
}

static void drivers_that_let_vfs_be_do_not_ask_who_has_them(void **state)
{
	struct kernel_device there = want(SWITCHDEV);
	struct world w = world_of("rvu_af", 0);
	struct plan_target to;
	struct plan p;

	(void)state;
	hold(&w);
	to = plan_wanted(now(&w), w.recipe, &there);
	p = make(&w, &to);
	assert_int_equal(p.n_findings, 0);
	plan_fini(&p);
	recipes_free(w.recipes);
}

static void what_did_not_come_out_is_named(void **state)
{
	struct kernel_device there = want(SWITCHDEV);
	struct world w = world_of("mlx5_core", 0), before = w;
	struct plan_target to = plan_wanted(now(&before), w.recipe, &there);
	struct error err;

	(void)state;
	assert_int_equal(plan_verify(now(&w), &to, &err), -EIO);
	assert_non_null(strstr(err.msg, "the mode is legacy, not switchdev"));
	w.now.device.mode = SWITCHDEV;
	assert_int_equal(plan_verify(now(&w), &to, &err), -EIO);
	assert_non_null(strstr(err.msg, "flow_steering_mode is dmfs"));
	strcpy(w.now.params[0].value, "smfs");
	w.vfs[1].driver[0] = '\0';
	assert_int_equal(plan_verify(now(&w), &to, &err), -EIO);
	assert_non_null(strstr(err.msg,
			       "VF 1 (0000:03:00.3) is none, not vfdrv"));
	w.now.device.vf_count = 1;
	assert_int_equal(plan_verify(now(&w), &to, &err), -EIO);
	assert_non_null(strstr(err.msg, "the number of VFs is 1, not 2"));
	w.now.device.vf_count = N_VFS;
	strcpy(w.vfs[1].driver, "vfdrv");
	assert_int_equal(plan_verify(now(&w), &to, &err), 0);
	recipes_free(w.recipes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_recipe_has_its_order),
		cmocka_unit_test(the_way_back_undoes_what_was_done),
		cmocka_unit_test(
			vfs_that_are_gone_are_made_again_on_the_way_back),
		cmocka_unit_test(
			a_step_says_what_it_does_and_how_long_it_may_take),
		cmocka_unit_test(a_parameter_that_is_good_or_not_there_is_left),
		cmocka_unit_test(vfs_that_nobody_drives_are_left),
		cmocka_unit_test(activating_a_switch_disturbs_nobody),
		cmocka_unit_test(
			inline_and_encap_are_steps_where_they_are_asked_for),
		cmocka_unit_test(what_stands_in_the_way_is_named),
		cmocka_unit_test(
			drivers_that_let_vfs_be_do_not_ask_who_has_them),
		cmocka_unit_test(what_did_not_come_out_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

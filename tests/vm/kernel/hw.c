/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The switch as a whole: made with the netdevsim device, gone with it.
 */
#include <linux/debugfs.h>
#include <linux/once.h>
#include <linux/slab.h>

#include "hw.h"

#define SAY_TEXTS	64
#define SAY_LEN		80

static char says[SAY_TEXTS][SAY_LEN];
static atomic_t said = ATOMIC_INIT(0);

void nsim_hw_say(struct netlink_ext_ack *extack, const char *fmt, ...)
{
	char *text;
	va_list ap;
	int n;

	if (!extack)
		return;
	text = says[(u32)atomic_inc_return(&said) % SAY_TEXTS];
	n = scnprintf(text, SAY_LEN, KBUILD_MODNAME ": ");
	va_start(ap, fmt);
	vscnprintf(text + n, SAY_LEN - n, fmt, ap);
	va_end(ap);
	extack->_msg = text;
}

int nsim_hw_init(struct nsim_dev *nsim_dev)
{
	struct nsim_hw *hw;
	int err;

	hw = kzalloc(sizeof(*hw), GFP_KERNEL);
	if (!hw)
		return -ENOMEM;
	hw->nsim_dev = nsim_dev;
	mutex_init(&hw->lock);
	INIT_LIST_HEAD(&hw->binds);
	xa_init(&hw->ports);
	err = nsim_hw_table_init(hw);
	if (err) {
		kfree(hw);
		return err;
	}
	nsim_dev->hw = hw;
	DO_ONCE(nsim_hw_key_init);
	nsim_hw_debugfs_init(hw);
	return 0;
}

/* When its ports are gone. Waits for an injection to notice. */
void nsim_hw_exit(struct nsim_dev *nsim_dev)
{
	struct nsim_hw *hw = nsim_dev->hw;

	WRITE_ONCE(hw->going, true);
	debugfs_remove_recursive(hw->ddir);
	rcu_barrier();
	nsim_hw_table_exit(hw);
	xa_destroy(&hw->ports);
	kfree(hw);
	nsim_dev->hw = NULL;
}

/* Tunnel and bond devices: in switchdev mode, while there are ports. */
void nsim_hw_start(struct nsim_dev *nsim_dev)
{
	if (nsim_esw_mode_is_switchdev(nsim_dev))
		nsim_hw_indr_start(nsim_dev->hw);
}

void nsim_hw_stop(struct nsim_dev *nsim_dev)
{
	nsim_hw_indr_stop(nsim_dev->hw);
}

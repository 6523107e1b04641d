/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files under .../netdevsimN/hw/ but "inject": what the switch holds and
 * what it has let out, its limits, and the faults a test orders.
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "hw.h"

static int rules_get(void *data, u64 *val)
{
	struct nsim_hw *hw = data;

	*val = READ_ONCE(hw->n_rules);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(rules_fops, rules_get, NULL, "%llu\n");

/* The position is the number of a rule: new ones only come behind it. */
static void *table_start(struct seq_file *seq, loff_t *pos)
{
	struct nsim_hw *hw = seq->private;
	unsigned long number = *pos;
	void *rule;

	mutex_lock(&hw->lock);
	rule = xa_find(&hw->rules, &number, ULONG_MAX, XA_PRESENT);
	*pos = number;
	return rule;
}

static void *table_next(struct seq_file *seq, void *v, loff_t *pos)
{
	struct nsim_hw *hw = seq->private;
	unsigned long number = *pos;
	void *rule;

	rule = xa_find_after(&hw->rules, &number, ULONG_MAX, XA_PRESENT);
	*pos = rule ? number : number + 1;
	return rule;
}

static void table_stop(struct seq_file *seq, void *v)
{
	struct nsim_hw *hw = seq->private;

	mutex_unlock(&hw->lock);
}

static int table_show(struct seq_file *seq, void *v)
{
	nsim_hw_table_show(seq, v);
	return 0;
}

static const struct seq_operations table_sops = {
	.start	= table_start,
	.next	= table_next,
	.stop	= table_stop,
	.show	= table_show,
};
DEFINE_SEQ_ATTRIBUTE(table);

static int delivered_show(struct seq_file *seq, void *v)
{
	struct nsim_hw *hw = seq->private;
	struct nsim_hw_port *port;
	unsigned long i;

	mutex_lock(&hw->lock);
	xa_for_each(&hw->ports, i, port)
		nsim_hw_port_show(seq, port);
	mutex_unlock(&hw->lock);
	return 0;
}

static int delivered_open(struct inode *inode, struct file *file)
{
	return single_open(file, delivered_show, inode->i_private);
}

static ssize_t delivered_write(struct file *file, const char __user *from,
			       size_t count, loff_t *pos)
{
	struct nsim_hw *hw = file_inode(file)->i_private;
	struct nsim_hw_port *port;
	unsigned long i;

	mutex_lock(&hw->lock);
	xa_for_each(&hw->ports, i, port)
		nsim_hw_port_clear(port);
	mutex_unlock(&hw->lock);
	return count;
}

static const struct file_operations delivered_fops = {
	.owner		= THIS_MODULE,
	.open		= delivered_open,
	.read		= seq_read,
	.write		= delivered_write,
	.llseek		= seq_lseek,
	.release	= single_release,
};

static void show_names(struct seq_file *seq, const char *what, u64 bits,
		       const char *(*name)(unsigned int id))
{
	unsigned int id;

	for (id = 0; id < BITS_PER_TYPE(bits); id++)
		if (bits & BIT_ULL(id))
			seq_printf(seq, "%s%s\n", what, name(id));
}

static int unsupported_show(struct seq_file *seq, void *v)
{
	struct nsim_hw *hw = seq->private;

	mutex_lock(&hw->lock);
	show_names(seq, "", hw->no_keys, nsim_hw_key_name);
	show_names(seq, "", hw->no_actions, nsim_hw_action_name);
	mutex_unlock(&hw->lock);
	return 0;
}

static int unsupported_open(struct inode *inode, struct file *file)
{
	return single_open(file, unsupported_show, inode->i_private);
}

static int parse_names(char *text, u64 *keys, u64 *actions)
{
	char *word;
	int id;

	while ((word = strsep(&text, " ,\t\n"))) {
		if (!*word || !strcmp(word, "none"))
			continue;
		id = nsim_hw_key_by_name(word);
		if (id >= 0) {
			*keys |= BIT_ULL(id);
			continue;
		}
		id = nsim_hw_action_by_name(word);
		if (id < 0)
			return -EINVAL;
		*actions |= BIT_ULL(id);
	}
	return 0;
}

static ssize_t unsupported_write(struct file *file, const char __user *from,
				 size_t count, loff_t *pos)
{
	struct nsim_hw *hw = file_inode(file)->i_private;
	u64 keys = 0, actions = 0;
	char *text;
	int err;

	text = memdup_user_nul(from, min_t(size_t, count, PAGE_SIZE));
	if (IS_ERR(text))
		return PTR_ERR(text);
	err = count > PAGE_SIZE ? -EINVAL : parse_names(text, &keys, &actions);
	kfree(text);
	if (err)
		return err;
	mutex_lock(&hw->lock);
	WRITE_ONCE(hw->no_keys, keys);
	WRITE_ONCE(hw->no_actions, actions);
	mutex_unlock(&hw->lock);
	return count;
}

static const struct file_operations unsupported_fops = {
	.owner		= THIS_MODULE,
	.open		= unsupported_open,
	.read		= seq_read,
	.write		= unsupported_write,
	.llseek		= seq_lseek,
	.release	= single_release,
};

static int supported_show(struct seq_file *seq, void *v)
{
	u64 keys = 0, actions = 0;
	unsigned int id;

	for (id = 0; id < BITS_PER_TYPE(keys); id++) {
		if (nsim_hw_key_known(id) &&
		    id != FLOW_DISSECTOR_KEY_ENC_CONTROL)
			keys |= BIT_ULL(id);
		if (nsim_hw_action_known(id))
			actions |= BIT_ULL(id);
	}
	show_names(seq, "key ", keys, nsim_hw_key_name);
	show_names(seq, "action ", actions, nsim_hw_action_name);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(supported);

static int fail_next_show(struct seq_file *seq, void *v)
{
	struct nsim_hw *hw = seq->private;

	mutex_lock(&hw->lock);
	seq_printf(seq, "%u %d\n", hw->fail_count,
		   hw->fail_count ? hw->fail_errno : 0);
	mutex_unlock(&hw->lock);
	return 0;
}

static int fail_next_open(struct inode *inode, struct file *file)
{
	return single_open(file, fail_next_show, inode->i_private);
}

static int parse_fail(char *text, u32 *count, int *err)
{
	char *word = strsep(&text, " \t");

	if (kstrtou32(word, 10, count))
		return -EINVAL;
	if (!text)
		return *count ? -EINVAL : 0;
	if (kstrtoint(skip_spaces(text), 10, err) ||
	    (*count && (*err < 1 || *err > MAX_ERRNO)))
		return -EINVAL;
	return 0;
}

static ssize_t fail_next_write(struct file *file, const char __user *from,
			       size_t count, loff_t *pos)
{
	struct nsim_hw *hw = file_inode(file)->i_private;
	char text[32] = {};
	u32 times = 0;
	int err = 0;

	if (count >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, from, count))
		return -EFAULT;
	if (parse_fail(strim(text), &times, &err))
		return -EINVAL;
	mutex_lock(&hw->lock);
	hw->fail_count = times;
	hw->fail_errno = err;
	mutex_unlock(&hw->lock);
	return count;
}

static const struct file_operations fail_next_fops = {
	.owner		= THIS_MODULE,
	.open		= fail_next_open,
	.read		= seq_read,
	.write		= fail_next_write,
	.llseek		= seq_lseek,
	.release	= single_release,
};

void nsim_hw_debugfs_init(struct nsim_hw *hw)
{
	struct dentry *dir;

	dir = debugfs_create_dir("hw", hw->nsim_dev->ddir);
	hw->ddir = dir;
	debugfs_create_u32("capacity", 0600, dir, &hw->capacity);
	debugfs_create_u32("latency_us", 0600, dir, &hw->latency_us);
	debugfs_create_bool("unlocked", 0600, dir, &hw->unlocked);
	debugfs_create_file_unsafe("rules", 0400, dir, hw, &rules_fops);
	debugfs_create_file("table", 0400, dir, hw, &table_fops);
	debugfs_create_file("delivered", 0600, dir, hw, &delivered_fops);
	debugfs_create_file("unsupported", 0600, dir, hw, &unsupported_fops);
	debugfs_create_file("supported", 0400, dir, hw, &supported_fops);
	debugfs_create_file("fail_next", 0600, dir, hw, &fail_next_fops);
	/* "unsafe": it has a flush, and guards itself against removal. */
	debugfs_create_file_unsafe("inject", 0200, dir, hw,
				   &nsim_hw_inject_fops);
}

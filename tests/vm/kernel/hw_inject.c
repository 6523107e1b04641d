/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The debugfs file "inject": lines "PORT COUNT HEXFRAME". A line may come in
 * several writes, as stdio makes of a long one; the last needs no newline if
 * the file is then closed.
 */
#include <linux/debugfs.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "hw.h"

#define LINE_MAX	(2 * NSIM_HW_FRAME_MAX + 64)

struct session {
	struct mutex lock;
	size_t len;
	char line[LINE_MAX + 1];
};

static int inject_open(struct inode *inode, struct file *file)
{
	struct session *session;

	session = kvzalloc(sizeof(*session), GFP_KERNEL);
	if (!session)
		return -ENOMEM;
	mutex_init(&session->lock);
	file->private_data = session;
	return nonseekable_open(inode, file);
}

static int inject_release(struct inode *inode, struct file *file)
{
	kvfree(file->private_data);
	return 0;
}

static int inject_one(struct nsim_hw *hw, u32 index,
		      struct nsim_hw_frame *frame)
{
	int err = 0;

	if (READ_ONCE(hw->going))
		return -ENODEV;
	local_bh_disable();
	rcu_read_lock();
	frame->in = xa_load(&hw->ports, index);
	if (!frame->in)
		err = -ENODEV;
	else if (!nsim_hw_port_is_up(frame->in))
		err = -ENETDOWN;
	else
		nsim_hw_path(frame);
	rcu_read_unlock();
	local_bh_enable();
	return err;
}

static int inject_many(struct nsim_hw *hw, u32 index, u32 count,
		       const u8 *data, u32 len)
{
	struct nsim_hw_frame *frame;
	int err = 0;
	u32 i;

	frame = nsim_hw_frame_alloc(data, len);
	if (!frame)
		return -ENOMEM;
	for (i = 0; i < count && !err; i++) {
		err = inject_one(hw, index, frame);
		if (!err && signal_pending(current))
			err = -EINTR;
		cond_resched();
	}
	kvfree(frame);
	return err;
}

static int inject_hex(struct nsim_hw *hw, u32 index, u32 count,
		      const char *hex)
{
	size_t len = strlen(hex);
	u8 *data;
	int err;

	if (len % 2 || len / 2 < ETH_HLEN || len / 2 > NSIM_HW_FRAME_MAX)
		return -EINVAL;
	len /= 2;
	data = kvmalloc(len, GFP_KERNEL);
	if (!data)
		return -ENOMEM;
	err = hex2bin(data, hex, len);
	if (!err)
		err = inject_many(hw, index, count, data, len);
	kvfree(data);
	return err;
}

static int inject_line(struct nsim_hw *hw, char *line)
{
	char *word[3], *rest = strim(line);
	u32 index, count;
	int i;

	if (!*rest)
		return 0;
	for (i = 0; i < ARRAY_SIZE(word); i++) {
		word[i] = strsep(&rest, " \t");
		if (!word[i])
			return -EINVAL;
		rest = rest ? skip_spaces(rest) : NULL;
	}
	if (rest || kstrtou32(word[0], 10, &index) ||
	    kstrtou32(word[1], 10, &count) || !count ||
	    count > NSIM_HW_COUNT_MAX)
		return -EINVAL;
	return inject_hex(hw, index, count, word[2]);
}

/* Runs what is complete, keeps the rest; an error forgets it all. */
static int run_lines(struct nsim_hw *hw, struct session *session, bool all)
{
	char *start = session->line, *end;
	int err = 0;

	session->line[session->len] = '\0';
	while (!err && (end = strchr(start, '\n'))) {
		*end = '\0';
		err = inject_line(hw, start);
		start = end + 1;
	}
	if (!err && all) {
		err = inject_line(hw, start);
		start = session->line + session->len;
	}
	session->len -= start - session->line;
	if (err)
		session->len = 0;
	memmove(session->line, start, session->len);
	return err;
}

static ssize_t write_some(struct nsim_hw *hw, struct session *session,
			  const char __user *from, size_t count)
{
	size_t n = min(count, LINE_MAX - session->len);
	int err;

	if (!n) {
		session->len = 0;
		return -EMSGSIZE;
	}
	if (copy_from_user(session->line + session->len, from, n))
		return -EFAULT;
	session->len += n;
	err = run_lines(hw, session, false);
	return err ?: n;
}

static ssize_t inject_write(struct file *file, const char __user *from,
			    size_t count, loff_t *pos)
{
	struct dentry *dentry = file->f_path.dentry;
	struct session *session = file->private_data;
	struct nsim_hw *hw = file_inode(file)->i_private;
	ssize_t done = 0, n = 0;

	n = debugfs_file_get(dentry);
	if (n)
		return n;
	mutex_lock(&session->lock);
	while (done < count) {
		n = write_some(hw, session, from + done, count - done);
		if (n < 0)
			break;
		done += n;
	}
	mutex_unlock(&session->lock);
	debugfs_file_put(dentry);
	return n < 0 ? n : done;
}

static int inject_flush(struct file *file, fl_owner_t id)
{
	struct dentry *dentry = file->f_path.dentry;
	struct session *session = file->private_data;
	int err;

	err = debugfs_file_get(dentry);
	if (err)
		return err;
	mutex_lock(&session->lock);
	err = run_lines(file_inode(file)->i_private, session, true);
	mutex_unlock(&session->lock);
	debugfs_file_put(dentry);
	return err;
}

const struct file_operations nsim_hw_inject_fops = {
	.owner		= THIS_MODULE,
	.open		= inject_open,
	.release	= inject_release,
	.write		= inject_write,
	.flush		= inject_flush,
	.llseek		= no_llseek,
};

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptors of processes are links to what is open: proc(5). */
#include "swoffd/kernel/procfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/base/parse.h"

#define VFIO "/dev/vfio/"

struct search {
	const char *root;
	struct procfs_node *nodes;
	size_t n;
	bool incomplete;               /* a process could not be looked at */
};

static void close_dir(DIR *dir)
{
	if (dir)
		closedir(dir);
}
DEFINE_AUTO(DIR *, close_dir)

static void read_comm(const struct search *s, uint32_t pid,
		      char out[PREFLIGHT_PROCESS_SIZE])
{
	char path[PATH_MAX];
	AUTO(close_fd) int fd = -1;
	ssize_t n;

	(void)snprintf(path, sizeof(path), "%s/proc/%u/comm", s->root, pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, out, PREFLIGHT_PROCESS_SIZE - 1);
	out[n > 0 ? n : 0] = '\0';
	out[strcspn(out, "\n")] = '\0';
	if (!out[0])
		(void)snprintf(out, PREFLIGHT_PROCESS_SIZE, "a process");
}

/* All functions of a group are held by who has opened it. */
static void take(const struct search *s, uint32_t pid, const char *target)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct procfs_node *node = &s->nodes[i];
		struct preflight_vf *vf = node->vf;

		if (strcmp(node->group, target) != 0 &&
		    strcmp(node->device, target) != 0)
			continue;
		vf->pid = pid;
		read_comm(s, pid, vf->process);
		(void)snprintf(vf->node, sizeof(vf->node), "%s", target);
	}
}

static void look_at(struct search *s, uint32_t pid)
{
	char path[PATH_MAX], target[PREFLIGHT_NODE_SIZE];
	AUTO(close_dir) DIR *dir = NULL;
	struct dirent *e;

	(void)snprintf(path, sizeof(path), "%s/proc/%u/fd", s->root, pid);
	dir = opendir(path);
	/* One that has ended holds nothing. */
	if (!dir && errno != ENOENT)
		s->incomplete = true;
	while (dir && (e = readdir(dir))) {
		ssize_t n = readlinkat(dirfd(dir), e->d_name, target,
				       sizeof(target) - 1);

		if (n < 0 && (errno == EACCES || errno == EPERM))
			s->incomplete = true;
		if (n <= 0)
			continue;
		target[n] = '\0';
		if (strncmp(target, VFIO, strlen(VFIO)) == 0)
			take(s, pid, target);
	}
}

static bool anything(const struct procfs_node *nodes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (nodes[i].group[0] || nodes[i].device[0])
			return true;
	return false;
}

void procfs_find_holders(const char *root, struct procfs_node *nodes, size_t n)
{
	struct search s = { .root = root, .nodes = nodes, .n = n };
	AUTO(close_dir) DIR *dir = NULL;
	char path[PATH_MAX];
	struct dirent *e;
	uint32_t pid;

	if (!anything(nodes, n))
		return;
	(void)snprintf(path, sizeof(path), "%s/proc", root);
	dir = opendir(path);
	while (dir && (e = readdir(dir)))
		if (!parse_u32(e->d_name, UINT32_MAX, &pid))
			look_at(&s, pid);
	for (size_t i = 0; i < n; i++)
		nodes[i].vf->unseen = !nodes[i].vf->pid &&
				      (s.incomplete || !dir) &&
				      (nodes[i].group[0] ||
				       nodes[i].device[0]);
}

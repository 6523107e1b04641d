/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/e2e/datapath_file.h"

#include <errno.h>
#include <linux/openvswitch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/cleanup.h"

#define DP 100

struct reading {
	struct fake_kernel *fk;
	struct fake_datapath *fd;
	struct fake_ovs *fo;
	uint32_t n_filters;
};

static void add_port(struct reading *r, uint32_t no, const char *name)
{
	struct fake_link *link = fake_link_find(r->fk, name);
	struct datapath_port port = { .dp = DP, .no = no,
				      .type = OVS_VPORT_TYPE_NETDEV,
				      .ifindex = link ? link->info.ifindex : 0 };

	/* As Open vSwitch brings to its ports when it offloads. */
	if (link)
		link->ingress = true;
	(void)snprintf(port.name, sizeof(port.name), "%s", name);
	fake_dp_port_put(r->fd, &port);
}

static int add_filter(struct reading *r, bool in_hw, const char *ufid_text,
		      const char *words)
{
	struct kernel_filter filter = { .prio = 1, .in_hw = in_hw,
					.handle = ++r->n_filters,
					.has_cookie = true,
					.stats.used_ms = UINT64_MAX };
	struct fake_link *link;
	char dev[IFNAMSIZ];
	struct ufid ufid;

	if (sscanf(words, "filter add dev %15s", dev) != 1 ||
	    ufid_parse(ufid_text, &ufid) < 0)
		return -EINVAL;
	link = fake_link_find(r->fk, dev);
	if (!link)
		return -EINVAL;
	filter.ifindex = link->info.ifindex;
	fake_dp_cookie(&ufid, filter.cookie);
	fake_dp_filter_put(r->fd, &filter, words);
	return 0;
}

static int take_line(struct reading *r, const char *line)
{
	char name[IFNAMSIZ], flag[16], ufid[UFID_STR_SIZE];
	uint32_t no;
	int at = 0;

	if (strcmp(line, "hw-offload") == 0) {
		r->fo->status.settings.hw_offload = true;
		return 0;
	}
	if (sscanf(line, "port %u %15s", &no, name) == 2) {
		add_port(r, no, name);
		return 0;
	}
	if (sscanf(line, "tc %15s %36s %n", flag, ufid, &at) == 2 && at)
		return add_filter(r, strcmp(flag, "in_hw") == 0, ufid,
				  line + at);
	if (strncmp(line, "ufid:", 5) != 0)
		return -EINVAL;
	(void)fake_dp_flow_put(r->fd, DP, line);
	return 0;
}

int datapath_file_read(const char *path, struct fake_kernel *fk,
		       struct fake_datapath *fd, struct fake_ovs *fo)
{
	struct reading r = { .fk = fk, .fd = fd, .fo = fo };
	AUTO(free) char *line = NULL;
	FILE *f = fopen(path, "re");
	size_t size = 0;
	int rc = f ? 0 : -EINVAL;
	ssize_t n;

	fake_dp_add(fd, DP, "ovs-system", 0);
	while (rc == 0 && (n = getline(&line, &size, f)) > 0) {
		line[n - (line[n - 1] == '\n')] = '\0';
		rc = take_line(&r, line);
	}
	if (rc < 0)
		fprintf(stderr, "swoffd-fake: %s: %.80s\n", path,
			f && line ? line : strerror(errno));
	if (f)
		(void)fclose(f);
	return rc;
}

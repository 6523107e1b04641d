/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one file that uses libnl: it resolves names and nothing else. */
#include "swoffd/kernel/genl.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/socket.h>

#include "common/base/cleanup.h"

DEFINE_AUTO(struct nl_sock *, nl_socket_free)

static int to_errno(int nl_error)
{
	switch (-nl_error) {
	case NLE_OBJ_NOTFOUND:
		return -ENOENT;
	case NLE_NOMEM:
		return -ENOMEM;
	case NLE_PERM:
		return -EPERM;
	default:
		return -EIO;
	}
}

int genl_resolve(const char *name, const char *group_name,
		 struct genl_family *out)
{
	AUTO(nl_socket_free) struct nl_sock *sk = nl_socket_alloc();
	int id, group = 0, rc;

	if (!sk)
		return -ENOMEM;
	rc = genl_connect(sk);
	if (rc < 0)
		return to_errno(rc);
	id = genl_ctrl_resolve(sk, name);
	if (id < 0)
		return to_errno(id);
	if (group_name) {
		group = genl_ctrl_resolve_grp(sk, name, group_name);
		if (group < 0)
			return to_errno(group);
	}
	*out = (struct genl_family){ (uint16_t)id, (uint32_t)group };
	return 0;
}

struct nlmsghdr *genl_put(void *buf, uint16_t family, uint8_t cmd,
			  uint8_t version, uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = family;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = version;
	return nlh;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of families and groups become numbers, by means of libnl. */
#include "swoffd/kernel/genl.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/socket.h>

#include "common/base/cleanup.h"
#include "swoffd/kernel/attr.h"

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

uint8_t genl_cmd(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);

	return nlh->nlmsg_len < NLMSG_LENGTH(sizeof(*genl)) ? 0 : genl->cmd;
}

/* The number of the group with this name; 0: there is none. */
static uint32_t find_group(const struct nlattr *groups, const char *name)
{
	const struct nlattr *tb[CTRL_ATTR_MCAST_GRP_MAX + 1], *attr;
	uint32_t id;

	attr_for_each_in(attr, groups) {
		attr_nested_table(attr, tb, CTRL_ATTR_MCAST_GRP_MAX);
		if (attr_is_str(tb[CTRL_ATTR_MCAST_GRP_NAME], name) &&
		    !attr_u32(tb[CTRL_ATTR_MCAST_GRP_ID], &id))
			return id;
	}
	return 0;
}

int genl_decode_family(const struct nlmsghdr *nlh, const char *const names[],
		       size_t n, size_t *which, struct genl_family *out)
{
	const struct nlattr *tb[CTRL_ATTR_MAX + 1];
	struct genl_family family = { 0 };
	size_t size, i = 0;
	const void *body = attr_body(nlh, sizeof(struct genlmsghdr), &size);

	if (!body || nlh->nlmsg_type != GENL_ID_CTRL)
		return -ENOENT;
	attr_table(body, size, tb, CTRL_ATTR_MAX);
	while (i < n && !attr_is_str(tb[CTRL_ATTR_FAMILY_NAME], names[i]))
		i++;
	if (i == n || attr_u16(tb[CTRL_ATTR_FAMILY_ID], &family.id))
		return -ENOENT;
	/* Not told when the family goes. */
	if (tb[CTRL_ATTR_MCAST_GROUPS])
		family.group = find_group(tb[CTRL_ATTR_MCAST_GROUPS],
					  names[i]);
	*which = i;
	*out = family;
	return 0;
}

struct search {
	const char *const *names;
	size_t n;
	struct genl_family *out;
};

static int on_family(struct nl_msg *msg, void *arg)
{
	const struct search *s = arg;
	struct genl_family family;
	size_t which;

	if (!genl_decode_family(nlmsg_hdr(msg), s->names, s->n, &which,
				&family))
		s->out[which] = family;
	return NL_OK;
}

int genl_find(const char *const names[], size_t n, struct genl_family *out)
{
	AUTO(nl_socket_free) struct nl_sock *sk = nl_socket_alloc();
	struct search s = { names, n, out };
	int rc;

	if (!sk)
		return -ENOMEM;
	memset(out, 0, n * sizeof(*out));
	rc = genl_connect(sk);
	if (!rc)
		rc = nl_socket_modify_cb(sk, NL_CB_VALID, NL_CB_CUSTOM,
					 on_family, &s);
	if (!rc)
		rc = genl_send_simple(sk, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1,
				      NLM_F_DUMP);
	if (rc >= 0)
		rc = nl_recvmsgs_default(sk);
	if (rc < 0)
		return to_errno(rc);
	for (size_t i = 0; i < n; i++)
		if (!out[i].id || !out[i].group)
			return -ENOENT;
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

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bounds for every read.  libmnl's own iterators round the end of a message
 * up to four bytes, which a cut message does not have.
 */
#include "swoffd/kernel/attr.h"

#include <errno.h>
#include <string.h>

void attr_table(const void *data, size_t size, const struct nlattr **tb,
		uint16_t max)
{
	const struct nlattr *attr;

	memset(tb, 0, (max + 1U) * sizeof(*tb));
	attr_for_each(attr, data, size)
		if (attr_type(attr) <= max)
			tb[attr_type(attr)] = attr;
}

void attr_nested_table(const struct nlattr *nest, const struct nlattr **tb,
		       uint16_t max)
{
	attr_table(attr_data(nest), attr_size(nest), tb, max);
}

const void *attr_body(const struct nlmsghdr *nlh, size_t header, size_t *size)
{
	size_t skip = MNL_NLMSG_HDRLEN + MNL_ALIGN(header);

	if (nlh->nlmsg_len < skip)
		return NULL;
	*size = nlh->nlmsg_len - skip;
	return (const char *)nlh + skip;
}

int attr_str(const struct nlattr *attr, char *out, size_t size)
{
	size_t len;

	if (!attr)
		return -ENODATA;
	len = strnlen(attr_data(attr), attr_size(attr));
	if (len >= size)
		return -EMSGSIZE;
	memcpy(out, attr_data(attr), len);
	out[len] = '\0';
	return 0;
}

void attr_text(const struct nlattr *attr, char *out, size_t size)
{
	size_t len = 0;

	if (attr)
		len = strnlen(attr_data(attr), attr_size(attr));
	if (len >= size)
		len = size - 1;
	if (len)
		memcpy(out, attr_data(attr), len);
	out[len] = '\0';
}

void *attr_reserve(struct nlmsghdr *nlh, size_t size, uint16_t type,
		   size_t len)
{
	size_t at = MNL_ALIGN(nlh->nlmsg_len);
	struct nlattr *attr = (void *)((char *)nlh + at);
	size_t need = MNL_ALIGN(sizeof(*attr) + len);

	if (at > size || size - at < need ||
	    len > UINT16_MAX - sizeof(*attr))
		return NULL;
	/* The last word first: what of it is no payload is padding. */
	memset((char *)attr + need - NLMSG_ALIGNTO, 0, NLMSG_ALIGNTO);
	attr->nla_type = type;
	attr->nla_len = (uint16_t)(sizeof(*attr) + len);
	nlh->nlmsg_len = (uint32_t)(at + need);
	return attr + 1;
}

/* Keys are short: copied here those take a third of the time of a call. */
static void copy(uint8_t *to, const uint8_t *from, size_t len)
{
	switch (len) {
	case 1:
		memcpy(to, from, 1);
		return;
	case 2:
		memcpy(to, from, 2);
		return;
	case 4:
		memcpy(to, from, 4);
		return;
	case 6:
		memcpy(to, from, 6);
		return;
	case 16:
		memcpy(to, from, 16);
		return;
	default:
		memcpy(to, from, len);
		return;
	}
}

bool attr_put(struct nlmsghdr *nlh, size_t size, uint16_t type,
	      const void *data, size_t len)
{
	void *to = attr_reserve(nlh, size, type, len);

	if (to && len)
		copy(to, data, len);
	return to;
}

bool attr_put_str(struct nlmsghdr *nlh, size_t size, uint16_t type,
		  const char *text)
{
	return attr_put(nlh, size, type, text, strlen(text) + 1);
}

struct nlattr *attr_nest(struct nlmsghdr *nlh, size_t size, uint16_t type)
{
	struct nlattr *payload = attr_reserve(nlh, size, type, 0);

	return payload ? payload - 1 : NULL;
}

bool attr_nest_end(struct nlmsghdr *nlh, struct nlattr *nest)
{
	const char *end = mnl_nlmsg_get_payload_tail(nlh);

	if (end - (const char *)nest > UINT16_MAX)
		return false;
	mnl_attr_nest_end(nlh, nest);
	return true;
}

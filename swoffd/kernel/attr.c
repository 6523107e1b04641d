/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bounds for every read.  libmnl's own iterators round the end of a message
 * up to four bytes, which a cut message does not have.
 */
#include "swoffd/kernel/attr.h"

#include <errno.h>
#include <string.h>

bool attr_fits(const struct nlattr *attr, const char *end)
{
	const char *p = (const char *)attr;

	return p <= end && (size_t)(end - p) >= sizeof(*attr) &&
	       attr->nla_len >= sizeof(*attr) &&
	       attr->nla_len <= (size_t)(end - p);
}

const struct nlattr *attr_next(const struct nlattr *attr)
{
	return (const void *)((const char *)attr + MNL_ALIGN(attr->nla_len));
}

void attr_table(const void *data, size_t size, const struct nlattr **tb,
		uint16_t max)
{
	const struct nlattr *attr;

	memset(tb, 0, (max + 1U) * sizeof(*tb));
	attr_for_each(attr, data, size)
		if (mnl_attr_get_type(attr) <= max)
			tb[mnl_attr_get_type(attr)] = attr;
}

void attr_nested_table(const struct nlattr *nest, const struct nlattr **tb,
		       uint16_t max)
{
	attr_table(mnl_attr_get_payload(nest), mnl_attr_get_payload_len(nest),
		   tb, max);
}

const void *attr_body(const struct nlmsghdr *nlh, size_t header, size_t *size)
{
	size_t skip = MNL_NLMSG_HDRLEN + MNL_ALIGN(header);

	if (nlh->nlmsg_len < skip)
		return NULL;
	*size = nlh->nlmsg_len - skip;
	return (const char *)nlh + skip;
}

int attr_copy(const struct nlattr *attr, void *out, size_t size)
{
	if (!attr)
		return -ENODATA;
	if (mnl_attr_get_payload_len(attr) < size)
		return -EBADMSG;
	memcpy(out, mnl_attr_get_payload(attr), size);
	return 0;
}

int attr_u8(const struct nlattr *attr, uint8_t *out)
{
	return attr_copy(attr, out, sizeof(*out));
}

int attr_u16(const struct nlattr *attr, uint16_t *out)
{
	return attr_copy(attr, out, sizeof(*out));
}

int attr_u32(const struct nlattr *attr, uint32_t *out)
{
	return attr_copy(attr, out, sizeof(*out));
}

int attr_str(const struct nlattr *attr, char *out, size_t size)
{
	size_t len;

	if (!attr)
		return -ENODATA;
	len = strnlen(mnl_attr_get_payload(attr),
		      mnl_attr_get_payload_len(attr));
	if (len >= size)
		return -EMSGSIZE;
	memcpy(out, mnl_attr_get_payload(attr), len);
	out[len] = '\0';
	return 0;
}

bool attr_is_str(const struct nlattr *attr, const char *text)
{
	size_t len = strlen(text), have;

	if (!attr)
		return false;
	have = strnlen(mnl_attr_get_payload(attr),
		       mnl_attr_get_payload_len(attr));
	return have == len && !memcmp(mnl_attr_get_payload(attr), text, len);
}

struct nlattr *attr_nest(struct nlmsghdr *nlh, size_t size, uint16_t type)
{
	struct nlattr *nest = mnl_nlmsg_get_payload_tail(nlh);

	return mnl_attr_put_check(nlh, size, type, 0, NULL) ? nest : NULL;
}

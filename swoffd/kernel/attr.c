/* SPDX-License-Identifier: GPL-2.0-or-later */
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

void attr_text(const struct nlattr *attr, char *out, size_t size)
{
	size_t len = 0;

	if (attr)
		len = strnlen(mnl_attr_get_payload(attr),
			      mnl_attr_get_payload_len(attr));
	if (len >= size)
		len = size - 1;
	if (len)
		memcpy(out, mnl_attr_get_payload(attr), len);
	out[len] = '\0';
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

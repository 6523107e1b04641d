/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Netlink attributes read with every length checked, and nests written as tc
 * writes them.  Reads never look past what they were given; a value whose size
 * is wrong is an error, an attribute nobody knows is none.
 */
#ifndef SWOFFD_KERNEL_ATTR_H
#define SWOFFD_KERNEL_ATTR_H

#include <errno.h>
#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Here, not in libmnl: a call for each costs more than the read itself. */
static inline uint16_t attr_type(const struct nlattr *attr)
{
	return attr->nla_type & NLA_TYPE_MASK;
}

static inline const void *attr_data(const struct nlattr *attr)
{
	return (const char *)attr + MNL_ATTR_HDRLEN;
}

/* Of the payload; attr fits, see attr_fits(). */
static inline size_t attr_size(const struct nlattr *attr)
{
	return attr->nla_len - MNL_ATTR_HDRLEN;
}

/* Attributes of data; the walk ends before one that does not fit. */
#define attr_for_each(attr, data, size)                                    \
	for ((attr) = (const void *)(data);                                \
	     attr_fits((attr), (const char *)(data) + (size));             \
	     (attr) = attr_next(attr))
#define attr_for_each_in(attr, nest) \
	attr_for_each((attr), attr_data(nest), attr_size(nest))

static inline bool attr_fits(const struct nlattr *attr, const char *end)
{
	const char *p = (const char *)attr;

	return p <= end && (size_t)(end - p) >= sizeof(*attr) &&
	       attr->nla_len >= sizeof(*attr) &&
	       attr->nla_len <= (size_t)(end - p);
}

static inline const struct nlattr *attr_next(const struct nlattr *attr)
{
	return (const void *)((const char *)attr + MNL_ALIGN(attr->nla_len));
}

/* tb[type] for types up to max, NULL where there is none; the last one wins. */
void attr_table(const void *data, size_t size, const struct nlattr **tb,
		uint16_t max);
void attr_nested_table(const struct nlattr *nest, const struct nlattr **tb,
		       uint16_t max);

/* Body of a message behind its fixed header; NULL if that is cut short. */
const void *attr_body(const struct nlmsghdr *nlh, size_t header, size_t *size);

/* -ENODATA if attr is NULL, -EBADMSG if it is too short. */
static inline int attr_copy(const struct nlattr *attr, void *out, size_t size)
{
	if (!attr)
		return -ENODATA;
	if (attr_size(attr) < size)
		return -EBADMSG;
	memcpy(out, attr_data(attr), size);
	return 0;
}

static inline int attr_u8(const struct nlattr *attr, uint8_t *out)
{
	return attr_copy(attr, out, sizeof(*out));
}

static inline int attr_u16(const struct nlattr *attr, uint16_t *out)
{
	return attr_copy(attr, out, sizeof(*out));
}

static inline int attr_u32(const struct nlattr *attr, uint32_t *out)
{
	return attr_copy(attr, out, sizeof(*out));
}

static inline int attr_u64(const struct nlattr *attr, uint64_t *out)
{
	return attr_copy(attr, out, sizeof(*out));
}

/* A string, ended by NUL or by the attribute; -EMSGSIZE if too long. */
int attr_str(const struct nlattr *attr, char *out, size_t size);
/* The same for people: cut where it is too long, "" where it is absent. */
void attr_text(const struct nlattr *attr, char *out, size_t size);

static inline bool attr_is_str(const struct nlattr *attr, const char *text)
{
	size_t len = strlen(text), size = attr ? attr_size(attr) : 0;
	const char *have;

	if (!attr || size < len)
		return false;
	have = attr_data(attr);
	return memcmp(have, text, len) == 0 && (size == len || !have[len]);
}

/*
 * Put at the end of nlh, which lies in a buffer of size bytes; false and
 * nothing changed if there is no room.  Padding is zeroed, as libmnl 1.0.4
 * does not do it.
 */
bool attr_put(struct nlmsghdr *nlh, size_t size, uint16_t type,
	      const void *data, size_t len);
bool attr_put_str(struct nlmsghdr *nlh, size_t size, uint16_t type,
		  const char *text);

/* The same with its payload still to be written by the caller; NULL: no
 * room. */
void *attr_reserve(struct nlmsghdr *nlh, size_t size, uint16_t type,
		   size_t len);

static inline bool attr_put_u8(struct nlmsghdr *nlh, size_t size,
			       uint16_t type, uint8_t v)
{
	void *to = attr_reserve(nlh, size, type, sizeof(v));

	return to && memcpy(to, &v, sizeof(v));
}

static inline bool attr_put_u16(struct nlmsghdr *nlh, size_t size,
				uint16_t type, uint16_t v)
{
	void *to = attr_reserve(nlh, size, type, sizeof(v));

	return to && memcpy(to, &v, sizeof(v));
}

static inline bool attr_put_u32(struct nlmsghdr *nlh, size_t size,
				uint16_t type, uint32_t v)
{
	void *to = attr_reserve(nlh, size, type, sizeof(v));

	return to && memcpy(to, &v, sizeof(v));
}

/* A nest without NLA_F_NESTED, as iproute2 and old classifiers have it;
 * NULL if there is no room.  Ended by mnl_attr_nest_end(), or where more than
 * 64 KB may be in it by attr_nest_end(), which is false then. */
struct nlattr *attr_nest(struct nlmsghdr *nlh, size_t size, uint16_t type);
bool attr_nest_end(struct nlmsghdr *nlh, struct nlattr *nest);

#endif

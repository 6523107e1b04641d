/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The nest of a network service header, in keys and in set(). */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/openvswitch.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "swoffd/kernel/ovs_codec.h"

static uint32_t get_be32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return ntohl(v);
}

static void put_nsh_base(struct ovs_fields *out, const uint8_t *v,
			 const uint8_t *m)
{
	static const char *const bytes[] = { "flags", "ttl", "mdtype", "np" };
	enum { PATH = 4 };

	for (size_t i = 0; i < ARRAY_LEN(bytes); i++)
		ovs_field_put(out, "nsh", bytes[i], v[i], m[i]);
	ovs_field_put(out, "nsh", "spi", get_be32(v + PATH) >> 8,
		   get_be32(m + PATH) >> 8);
	ovs_field_put(out, "nsh", "si", get_be32(v + PATH) & 0xff,
		   get_be32(m + PATH) & 0xff);
}

static void put_nsh_contexts(struct ovs_fields *out, const uint8_t *v,
			     const uint8_t *m)
{
	static const char *const contexts[] = { "c1", "c2", "c3", "c4" };

	for (size_t i = 0; i < ARRAY_LEN(contexts); i++)
		ovs_field_put(out, "nsh", contexts[i], get_be32(v + 4 * i),
			   get_be32(m + 4 * i));
}

int ovs_nsh_read(struct ovs_fields *out, const struct nlattr *value,
		 const struct nlattr *mask)
{
	static const struct {
		uint16_t attr, size;
		void (*put)(struct ovs_fields *out, const uint8_t *v,
			    const uint8_t *m);
	} parts[] = {
		{ OVS_NSH_KEY_ATTR_BASE, sizeof(struct ovs_nsh_key_base),
		  put_nsh_base },
		{ OVS_NSH_KEY_ATTR_MD1, sizeof(struct ovs_nsh_key_md1),
		  put_nsh_contexts },
	};
	const struct nlattr *v[OVS_NSH_KEY_ATTR_MAX + 1];
	const struct nlattr *m[OVS_NSH_KEY_ATTR_MAX + 1];

	attr_nested_table(value, v, OVS_NSH_KEY_ATTR_MAX);
	if (mask)
		attr_nested_table(mask, m, OVS_NSH_KEY_ATTR_MAX);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		const struct nlattr *attr = v[parts[i].attr];
		const uint8_t *bits;

		if (!attr)
			continue;
		bits = ovs_field_mask(m, !mask, parts[i].attr, parts[i].size);
		if (!bits || attr_size(attr) != parts[i].size)
			return -EBADMSG;
		parts[i].put(out, attr_data(attr), bits);
	}
	return 0;
}

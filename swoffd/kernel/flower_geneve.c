/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Geneve options: class, type and data each.  One nest for every option in
 * requests, as tc has it, one for all of them in dumps, as the kernel has it.
 */
#include <errno.h>
#include <linux/pkt_cls.h>
#include <string.h>

#include "swoffd/kernel/attr.h"
#include "swoffd/kernel/flower_nest.h"

#define GENEVE_HEAD 4U
#define GENEVE_WORDS 0x1f              /* bits of the length of an option */

static size_t option_size(const uint8_t *head)
{
	return GENEVE_HEAD + 4U * (head[3] & GENEVE_WORDS);
}

static bool put_option(struct nlmsghdr *nlh, size_t size, const uint8_t *o,
		       const uint8_t *key)
{
	struct nlattr *nest = attr_nest(nlh, size,
					TCA_FLOWER_KEY_ENC_OPTS_GENEVE);

	if (!nest ||
	    !attr_put(nlh, size, TCA_FLOWER_KEY_ENC_OPT_GENEVE_CLASS, o, 2) ||
	    !attr_put(nlh, size, TCA_FLOWER_KEY_ENC_OPT_GENEVE_TYPE, o + 2,
		      1) ||
	    !attr_put(nlh, size, TCA_FLOWER_KEY_ENC_OPT_GENEVE_DATA,
		      o + GENEVE_HEAD, option_size(key) - GENEVE_HEAD))
		return false;
	mnl_attr_nest_end(nlh, nest);
	return true;
}

/* Of the key or of its mask: lengths are those of the key. */
static int put_options(struct nlmsghdr *nlh, size_t size, uint16_t type,
		       const struct flow_opts *opts,
		       const struct flow_opts *key)
{
	struct nlattr *nest = attr_nest(nlh, size, type);

	if (!nest)
		return -EMSGSIZE;
	for (size_t at = 0; at < key->len; at += option_size(key->data + at)) {
		/* The kernel takes no option without data. */
		if (at + GENEVE_HEAD > key->len ||
		    at + option_size(key->data + at) > key->len ||
		    option_size(key->data + at) == GENEVE_HEAD)
			return -EOPNOTSUPP;
		if (!put_option(nlh, size, opts->data + at, key->data + at))
			return -EMSGSIZE;
	}
	mnl_attr_nest_end(nlh, nest);
	return 0;
}

int flower_geneve_put(struct nlmsghdr *nlh, size_t size,
		      const struct flow_field *f,
		      const struct flow_match *match)
{
	const struct flow_opts *key = &match->key.enc_geneve;
	const struct flow_opts *mask = &match->mask.enc_geneve;
	int rc;

	/* No options at all are nothing that flower could match. */
	if (!key->len || key->len != mask->len)
		return -EOPNOTSUPP;
	rc = put_options(nlh, size, f->attr, key, key);
	return rc ? rc : put_options(nlh, size, f->mask_attr, mask, key);
}

/* Options as the nests of type GENEVE hold them, one behind the other. */
struct geneve_reader {
	struct flow_opts *out;
	uint8_t *option;               /* the last one begun */
};

static int begin_option(struct geneve_reader *r, const struct nlattr *class)
{
	struct flow_opts *out = r->out;

	if (out->len + GENEVE_HEAD > sizeof(out->data))
		return -EBADMSG;
	r->option = out->data + out->len;
	out->len += GENEVE_HEAD;
	return attr_copy(class, r->option, 2);
}

static int add_data(struct geneve_reader *r, const struct nlattr *data)
{
	size_t len = attr_size(data);
	struct flow_opts *out = r->out;

	if (len % 4 || len / 4 > GENEVE_WORDS || r->option[3] ||
	    len > sizeof(out->data) - out->len)
		return -EBADMSG;
	memcpy(out->data + out->len, attr_data(data), len);
	out->len = (uint8_t)(out->len + len);
	r->option[3] = (uint8_t)(len / 4);
	return 0;
}

static int add_part(struct geneve_reader *r, const struct nlattr *attr)
{
	uint16_t type = attr_type(attr);

	if (type == TCA_FLOWER_KEY_ENC_OPT_GENEVE_CLASS)
		return begin_option(r, attr);
	if (!r->option)
		return -EBADMSG;
	if (type == TCA_FLOWER_KEY_ENC_OPT_GENEVE_TYPE)
		return attr_copy(attr, r->option + 2, 1);
	return type == TCA_FLOWER_KEY_ENC_OPT_GENEVE_DATA ? add_data(r, attr) :
							     -EBADMSG;
}

static int get_options(const struct nlattr *nest, struct flow_opts *out)
{
	struct geneve_reader r = { .out = out };
	const struct nlattr *option, *attr;

	out->len = 0;
	attr_for_each_in(option, nest)
		attr_for_each_in(attr, option)
			if (add_part(&r, attr))
				return -EBADMSG;
	return 0;
}

/* What the mask leaves out is exact, and so is all without a mask. */
static void exact_geneve(const struct flow_opts *key, struct flow_opts *mask)
{
	memset(mask->data, 0xff, key->len);
	mask->len = key->len;
}

static bool same_shape(const struct flow_opts *a, const struct flow_opts *b)
{
	if (a->len != b->len)
		return false;
	for (size_t at = 0; at < a->len; at += option_size(a->data + at))
		if (a->data[at + 3] != b->data[at + 3])
			return false;
	return true;
}

int flower_geneve_get(const struct flow_field *f, const struct nlattr *attr,
		      const struct nlattr *mask, struct flow_match *out)
{
	struct flow_opts *k = &out->key.enc_geneve, *m = &out->mask.enc_geneve;

	if (get_options(attr, k) || (mask && get_options(mask, m)))
		return -EBADMSG;
	if (!mask) {
		exact_geneve(k, m);
		for (size_t at = 0; at < k->len;
		     at += option_size(k->data + at))
			m->data[at + 3] = k->data[at + 3];
	}
	if (!same_shape(k, m))
		return 1;
	flow_field_settle(f, out);
	return 0;
}

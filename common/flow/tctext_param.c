/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plain parameters of actions, read and shown by their table. */
#include <arpa/inet.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/base/parse.h"
#include "common/flow/tctext_action.h"

const char *const act_ptypes[4] = {
	"host", "broadcast", "multicast", "otherhost",
};

/*
 * Reading
 */

static int parse_uint(struct tc_parser *p, const struct action_param *f,
		      struct rule_action *a)
{
	const char *start = p->s.p;
	uint64_t v;
	int rc = act_scan_uint(p, f->base, f->max, f->word, &v);

	if (rc < 0)
		return rc;
	if (v < f->min)
		return scan_fail_at(&p->s, start, "%s is at least %u", f->word,
				    f->min);
	action_param_set(f, p->rule, a, (uint32_t)v);
	return 0;
}

/* MAJOR:MINOR or one number, root or none. */
static int parse_classid(struct tc_parser *p, const struct action_param *f,
			 struct rule_action *a)
{
	uint64_t major = 0, minor = 0;
	int rc = 0;

	if (tc_is(p, "root") || tc_is(p, "none")) {
		major = tc_is(p, "root") ? UINT32_MAX : 0;
		p->s.p = p->end;
	} else {
		if (*p->s.p != ':')
			rc = scan_uint_base(&p->s, 16, UINT32_MAX, f->word,
					    &major);
		if (rc == 0 && scan_char(&p->s, ':')) {
			if (major > UINT16_MAX)
				return scan_expected(&p->s, "a major number "
						     "of 16 bits");
			major <<= 16;
			if (p->s.p != p->end)
				rc = scan_uint_base(&p->s, 16, UINT16_MAX,
						    f->word, &minor);
		}
	}
	if (rc == 0)
		action_param_set(f, p->rule, a, (uint32_t)(major | minor));
	return rc;
}

static int parse_ptype(struct tc_parser *p, const struct action_param *f,
		       struct rule_action *a)
{
	for (uint32_t i = 0; i < ARRAY_LEN(act_ptypes); i++) {
		if (!tc_is_prefix(p, act_ptypes[i]))
			continue;
		action_param_set(f, p->rule, a, i);
		p->s.p = p->end;
		return 0;
	}
	return scan_expected(&p->s, "host, broadcast, multicast or otherhost");
}

static int parse_protocol(struct tc_parser *p, const struct action_param *f,
			  struct rule_action *a)
{
	uint16_t type_be;
	int rc = tc_protocol(p, &type_be);

	if (rc == 0)
		action_param_set(f, p->rule, a, ntohs(type_be));
	return rc;
}

/* Reads the value, and for a protocol the whole word. */
static int parse_value(struct tc_parser *p, const struct action_param *f,
		       struct rule_action *a)
{
	void *at = action_param_at(f, p->rule, a);

	switch (f->kind) {
	case ACTION_PARAM_MAC:
		return scan_mac(&p->s, at);
	case ACTION_PARAM_IPV4:
		return scan_ipv4(&p->s, at);
	case ACTION_PARAM_IPV6:
		return scan_ipv6(&p->s, at);
	case ACTION_PARAM_CLASSID:
		return parse_classid(p, f, a);
	case ACTION_PARAM_PTYPE:
		return parse_ptype(p, f, a);
	default:
		return parse_uint(p, f, a);
	}
}

/* The mask behind the slash.  Without it a mask that belongs to the value is
 * all ones; one that is told apart is not there. */
static int parse_mask(struct tc_parser *p, const struct action_param *f,
		      struct rule_action *a)
{
	const struct action_param *mask = f + 1;
	bool slash;

	if (mask == action_params + action_n_params || !mask->word ||
	    mask->word[0] != '/')
		return 0;
	slash = scan_char(&p->s, '/');
	if (!slash && mask->has_bits != f->has_bits)
		return 0;
	action_param_set(mask, p->rule, a, UINT32_MAX);
	action_param_set_there(mask, p->rule, a);
	return slash ? parse_uint(p, mask, a) : 0;
}

static int parse_param(struct tc_parser *p, const struct action_param *f,
		       struct rule_action *a)
{
	int rc;

	if (f->kind == ACTION_PARAM_PROTOCOL) {
		rc = parse_protocol(p, f, a);
	} else if (f->kind == ACTION_PARAM_FLAG) {
		rc = 0;
	} else {
		rc = parse_value(p, f, a);
		if (rc == 0)
			rc = parse_mask(p, f, a);
		if (rc == 0)
			rc = tc_word_done(p);
	}
	if (rc == 0)
		action_param_set_there(f, p->rule, a);
	return rc < 0 ? rc : 1;
}

/* An address may be of either family; the rows of both follow each other. */
static bool is_other_family(const struct tc_parser *p,
			    const struct action_param *f)
{
	return f->kind == ACTION_PARAM_IPV4 &&
	       memchr(p->s.p, ':', tc_len(p));
}

int act_param(struct tc_parser *p, struct rule_action *a)
{
	for (size_t i = 0; i < action_n_params; i++) {
		const struct action_param *f = &action_params[i];

		if (!f->word || f->word[0] == '/' ||
		    !action_param_fits(f, a) ||
		    !(f->exact ? tc_is(p, f->word) :
				 tc_is_prefix(p, f->word)))
			continue;
		tc_next(p);
		return parse_param(p, is_other_family(p, f) ? f + 1 : f, a);
	}
	return 0;
}

int act_params(struct tc_parser *p, struct rule_action *a)
{
	int rc;

	do
		rc = act_param(p, a);
	while (rc > 0);
	return rc;
}

/*
 * Showing
 */

static void show_number(struct text *t, const struct action_param *f,
			uint32_t v)
{
	const char *name = NULL;

	switch (f->kind) {
	case ACTION_PARAM_PROTOCOL:
		name = tc_protocol_name(htons((uint16_t)v));
		if (name)
			text_add(t, "%s", name);
		else
			text_add(t, "0x%04x", v);
		return;
	case ACTION_PARAM_CLASSID:
		text_add(t, "%x:%x", v >> 16, v & UINT16_MAX);
		return;
	case ACTION_PARAM_PTYPE:
		text_add(t, "%s", v < ARRAY_LEN(act_ptypes) ? act_ptypes[v] :
							      "otherhost");
		return;
	default:
		if (f->word[0] == '/')
			text_add(t, "0x%x", v);
		else
			text_add(t, "%u", v);
		return;
	}
}

static void show_value(struct text *t, const struct action_param *f,
		       const struct rule *r, const struct rule_action *a)
{
	const char *at = (const char *)action_param_base(f, r, a) + f->offset;
	char addr[INET6_ADDRSTRLEN], mac[MAC_STR_SIZE];
	uint8_t bytes[6];

	switch (f->kind) {
	case ACTION_PARAM_FLAG:
		return;
	case ACTION_PARAM_MAC:
		memcpy(bytes, at, sizeof(bytes));
		format_mac(bytes, mac);
		text_add(t, "%s", mac);
		return;
	case ACTION_PARAM_IPV4:
	case ACTION_PARAM_IPV6:
		(void)inet_ntop(f->kind == ACTION_PARAM_IPV4 ? AF_INET :
							       AF_INET6,
				at, addr, sizeof(addr));
		text_add(t, "%s", addr);
		return;
	default:
		show_number(t, f, action_param_get(f, r, a));
		return;
	}
}

void act_show_params(struct text *t, const struct rule *r,
		     const struct rule_action *a)
{
	for (size_t i = 0; i < action_n_params; i++) {
		const struct action_param *f = &action_params[i];

		if (!f->word || !action_param_there(f, r, a))
			continue;
		text_add(t, "%s%s%s", f->word[0] == '/' ? "" : " ", f->word,
			 f->word[0] == '/' || f->kind == ACTION_PARAM_FLAG ?
				"" : " ");
		show_value(t, f, r, a);
	}
}

void act_show_hex(struct text *t, const uint8_t *p, size_t size)
{
	for (size_t i = 0; i < size; i++)
		text_add(t, "%02x", p[i]);
}

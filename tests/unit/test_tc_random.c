/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Matches made of any rows of the table: what netlink and the words of tc carry
 * comes back as it was, whatever is matched together.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <netinet/in.h>

#include "common/flow/conflict.h"
#include "common/flow/tctext.h"
#include "swoffd/kernel/filter.h"

#define ROUNDS 20000

static uint64_t seed = 1;

static uint32_t rnd(void)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(seed >> 32);
}

static const uint16_t types[] = {
	ETH_P_IP, ETH_P_IPV6, ETH_P_ARP, ETH_P_RARP, ETH_P_8021Q,
	ETH_P_8021AD, ETH_P_MPLS_UC, ETH_P_PPP_SES, ETH_P_CFM, ETH_P_ALL,
};
static const uint16_t ppp_protos[] = { 0x21, 0x57, 0x281, 0xc021 };
static const uint8_t ip_protos[] = { 1, 6, 17, 50, 51, 58, 115, 132, 47 };

#define ANY(list) ((list)[rnd() % (sizeof(list) / sizeof((list)[0]))])

static void set_exact(const struct flow_field *f, struct flow_match *m,
		      uint32_t v)
{
	flow_field_set(f, &m->key, v);
	flow_field_set_exact(f, &m->mask);
}

static void set_bytes(const struct flow_field *f, struct flow_match *m)
{
	uint8_t *key = (uint8_t *)&m->key + f->offset;
	uint8_t *mask = (uint8_t *)&m->mask + f->offset;
	bool exact = rnd() % 2;

	for (size_t i = 0; i < f->size; i++) {
		key[i] = (uint8_t)rnd();
		mask[i] = exact ? 0xff : (uint8_t)rnd();
	}
}

static void set_options(struct flow_opts *key, struct flow_opts *mask)
{
	for (unsigned int n = 1 + rnd() % 3; n; n--) {
		uint8_t words = (uint8_t)(1 + rnd() % 15);
		size_t size = 4 + 4U * words;

		if (size > sizeof(key->data) - key->len)
			return;
		for (size_t i = 0; i < size; i++) {
			key->data[key->len + i] = (uint8_t)rnd();
			mask->data[key->len + i] = (uint8_t)rnd();
		}
		key->data[key->len + 3] = mask->data[key->len + 3] = words;
		key->len = mask->len = (uint8_t)(key->len + size);
	}
}

static void set_stack(struct flow_match *m)
{
	for (size_t i = 0; i < FLOW_MAX_MPLS; i++) {
		struct flow_mpls *key = &m->key.mpls[i];
		struct flow_mpls *mask = &m->mask.mpls[i];

		switch (rnd() % 4) {
		case 0:
			key->there = mask->there = 1;
			break;
		case 1:
			key->label = rnd() & 0xfffff;
			mask->label = 0xfffff;
			break;
		case 2:
			key->ttl = (uint8_t)rnd();
			mask->ttl = 0xff;
			break;
		}
	}
}

static void set_number(const struct flow_field *f, struct flow_match *m)
{
	set_exact(f, m, rnd() & f->max);
	if (f->mask_attr && rnd() % 2)
		flow_field_set(f, &m->mask, rnd() & f->max);
}

static void set_row(const struct flow_field *f, struct flow_match *m)
{
	switch (f->kind) {
	case FLOW_KIND_MAC:
	case FLOW_KIND_IPV6:
	case FLOW_KIND_LABEL:
		set_bytes(f, m);
		return;
	case FLOW_KIND_GENEVE:
		set_options(&m->key.enc_geneve, &m->mask.enc_geneve);
		return;
	case FLOW_KIND_MPLS_OPTS:
		set_stack(m);
		return;
	case FLOW_KIND_IFNAME:
		memcpy((char *)&m->key + f->offset, "eth0", 5);
		flow_field_set_exact(f, &m->mask);
		return;
	case FLOW_KIND_ETHERTYPE:
		set_exact(f, m, ANY(types));
		return;
	case FLOW_KIND_PPP_PROTO:
		set_exact(f, m, ANY(ppp_protos));
		return;
	case FLOW_KIND_IP_PROTO:
		set_exact(f, m, ANY(ip_protos));
		return;
	case FLOW_KIND_ERSPAN_VER:
		set_exact(f, m, 1 + rnd() % 2);
		return;
	case FLOW_KIND_ENC_FLAGS:
		set_exact(f, m, rnd() & 0x3c);
		flow_field_set(f, &m->mask, rnd() & 0x3c);
		return;
	case FLOW_KIND_PORT_RANGE:
		set_exact(f, m, rnd() % 1000);
		set_exact(f + 1, m, 1000 + rnd() % 1000);
		return;
	default:
		set_number(f, m);
		return;
	}
}

/* The second end of a range comes with the first. */
static bool is_end_of_range(const struct flow_field *f)
{
	return f->kind == FLOW_KIND_PORT_RANGE && strstr(f->name, "_max");
}

static void make(struct rule *r)
{
	struct flow_match *m = &r->match;

	memset(r, 0, sizeof(*r));
	memcpy(r->dev.name, "lo", 3);
	r->dev.no = PORT_NO_NONE;
	r->dev.ifindex = r->prio = 1;
	r->handle = 1;
	r->protocol_be = htons(ANY(types));
	if (r->protocol_be != htons(ETH_P_ALL)) {
		m->key.eth_type_be = r->protocol_be;
		m->mask.eth_type_be = 0xffff;
	}
	for (size_t row = 0; row < flow_n_fields; row++) {
		const struct flow_field *f = &flow_fields[row];

		if (!f->tc || !f->attr || rnd() % 3 || is_end_of_range(f) ||
		    !flow_field_applies(f, m) ||
		    flow_field_any(f, &m->mask) ||
		    (f->need & FLOW_NEED_MPLS &&
		     flow_match_deep_mpls(&m->mask)))
			continue;
		set_row(f, m);
		flow_field_settle(f, m);
	}
}

/* Together they mean something. */
static bool makes_sense(const struct rule *r)
{
	struct reason_list reasons = { 0 };
	struct flow_rows rows;

	conflict_find(&reasons, &r->match);
	return !reasons.n && flow_match_rows(&r->match, &rows);
}

static void assert_same_match(const struct rule *a, const struct rule *b,
			      const char *how)
{
	const uint8_t *x = (const void *)&a->match;
	const uint8_t *y = (const void *)&b->match;
	char text[4096];

	for (size_t i = 0; i < sizeof(a->match); i++)
		if (x[i] != y[i]) {
			(void)tctext_format(a, text, sizeof(text));
			fail_msg("%s: byte %zu: 0x%x, not 0x%x\n%s", how,
				 i % sizeof(struct flow_key), y[i], x[i],
				 text);
		}
}

static void through_netlink(const struct rule *r)
{
	struct kernel_request req = { .kind = REQUEST_ADD, .rule = r };
	_Alignas(NLMSG_ALIGNTO) static char buf[FILTER_MAX_SIZE];
	static struct filter_view view;

	assert_int_equal(filter_encode(buf, sizeof(buf), &req), 0);
	assert_int_equal(filter_decode((void *)buf, &view), 0);
	if (view.filter.undecoded)
		fail_msg("not understood: %s", view.filter.undecoded);
	assert_same_match(r, &view.rule, "netlink");
}

static void through_text(const struct rule *r)
{
	static char text[8192];
	static struct rule again;
	struct reason_list reasons = { 0 };
	enum tctext_verb verb;
	struct error err = { 0 };
	int len = tctext_format(r, text, sizeof(text));

	assert_true(len > 0 && (size_t)len + 16 < sizeof(text));
	memcpy(text + len, " action drop", 13);
	if (tctext_parse(text, &verb, &again, &reasons, &err))
		fail_msg("%s\n%s%s", text, err.msg,
			 reasons.n ? reasons.reasons[0].subject : "");
	assert_same_match(r, &again, "text");
}

static void any_match_survives_netlink_and_text(void **state)
{
	static struct rule r;
	unsigned int n = 0;

	(void)state;
	for (unsigned int i = 0; i < ROUNDS; i++) {
		make(&r);
		if (!makes_sense(&r))
			continue;
		through_netlink(&r);
		through_text(&r);
		n++;
	}
	assert_true(n > ROUNDS / 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_match_survives_netlink_and_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the values are is found in the message itself.  What has no fixed place
 * in it, a name or a nest of keys, makes it none to keep.
 */
#include "swoffd/kernel/filter_memo.h"

#include <errno.h>
#include <linux/pkt_cls.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "common/flow/uapi.h"
#include "swoffd/kernel/attr.h"
#include "swoffd/kernel/filter.h"
#include "swoffd/kernel/flower_nest.h"

/* One in so many that are unlike the kept one is kept instead: where rules
 * alternate, keeping each would cost more than it saves. */
#define UNLIKE 8

static bool is_whole(const struct kernel_request *req)
{
	return req->kind == REQUEST_ADD || req->kind == REQUEST_REPLACE;
}

static bool same_place(const struct rule *a, const struct rule *b)
{
	return a->dev.ifindex == b->dev.ifindex && a->block == b->block &&
	       a->hook == b->hook && a->chain == b->chain &&
	       a->prio == b->prio && a->protocol_be == b->protocol_be;
}

/* The same rows of the table speak for both. */
static bool same_rows(const struct filter_memo *m, const struct flow_match *b)
{
	const struct flow_match *a = &m->rule.match;

	return !memcmp(&a->mask, &b->mask, sizeof(a->mask)) &&
	       a->key.ip_proto == b->key.ip_proto &&
	       m->has == flow_match_has(b);
}

static bool is_alike(const struct filter_memo *m,
		     const struct kernel_request *req)
{
	const struct rule *r = req->rule;

	return req->kind == m->kind && req->no_cookie == m->no_cookie &&
	       same_place(&m->rule, r) && r->policy == m->rule.policy &&
	       r->classid == m->rule.classid &&
	       r->verbose == m->rule.verbose &&
	       rule_same_actions(&m->rule, r) && same_rows(m, &r->match);
}

static void copy(const struct filter_memo *m, char *buf,
		 const struct kernel_request *req)
{
	const char *key = (const char *)&req->rule->match.key;
	struct tcmsg *tcm;

	memcpy(buf, m->message, m->size);
	tcm = mnl_nlmsg_get_payload((void *)buf);
	tcm->tcm_handle = req->rule->handle;
	for (unsigned int i = 0; i < m->n_values; i++)
		memcpy(buf + m->values[i].at, key + m->values[i].offset,
		       m->values[i].size);
	if (m->cookie_at)
		memcpy(buf + m->cookie_at, req->cookie, sizeof(req->cookie));
}

static uint16_t place_of(const struct filter_memo *m,
			 const struct nlattr *attr)
{
	return (uint16_t)((const char *)attr_data(attr) - m->message);
}

static const struct nlattr *find(const struct nlattr *nest, uint16_t type)
{
	const struct nlattr *attr;

	attr_for_each_in(attr, nest)
		if (attr_type(attr) == type)
			return attr;
	return NULL;
}

static const struct nlattr *find_options(const struct filter_memo *m)
{
	const size_t head = NLMSG_SPACE(sizeof(struct tcmsg));
	const struct nlattr *attr;

	attr_for_each(attr, m->message + head, m->size - head)
		if (attr_type(attr) == TCA_OPTIONS)
			return attr;
	return NULL;
}

/* Rows that share an attribute. */
static bool has_value_at(const struct filter_memo *m, uint16_t at)
{
	for (unsigned int i = 0; i < m->n_values; i++)
		if (m->values[i].at == at)
			return true;
	return false;
}

static bool add_value(struct filter_memo *m, const struct nlattr *options,
		      const struct flow_field *f)
{
	const struct nlattr *attr = find(options, f->attr);

	if (!attr || attr_size(attr) != f->size || flower_is_nest(f) ||
	    f->kind == FLOW_KIND_IFNAME || m->n_values == FILTER_MEMO_VALUES ||
	    has_value_at(m, place_of(m, attr)))
		return false;
	m->values[m->n_values++] = (struct filter_memo_value){
		.at = place_of(m, attr),
		.offset = f->offset,
		.size = f->size,
	};
	return true;
}

static bool find_values(struct filter_memo *m, const struct nlattr *options)
{
	struct flow_rows rows;

	if (!flow_match_rows(&m->rule.match, &rows))
		return false;
	m->n_values = 0;
	for (size_t row = 0;
	     (row = flow_rows_next(&rows, row)) < flow_n_fields; row++)
		if (!add_value(m, options, &flow_fields[row]))
			return false;
	return true;
}

/* That of an action that has none of its own. */
static void find_cookie(struct filter_memo *m, const struct nlattr *options)
{
	const struct nlattr *actions = find(options, TCA_FLOWER_ACT);
	const struct nlattr *action, *cookie;

	m->cookie_at = 0;
	if (!actions)
		return;
	attr_for_each_in(action, actions) {
		cookie = find(action, TCA_ACT_COOKIE);
		if (cookie && !m->rule.actions[attr_type(action) - 1]
				       .cookie_size)
			m->cookie_at = place_of(m, cookie);
	}
}

static void keep(struct filter_memo *m, const struct nlmsghdr *nlh,
		 const struct kernel_request *req)
{
	const struct nlattr *options;

	if (!is_whole(req) || nlh->nlmsg_len > sizeof(m->message))
		return;
	m->kind = req->kind;
	m->no_cookie = req->no_cookie;
	rule_copy(&m->rule, req->rule);
	m->has = flow_match_has(&m->rule.match);
	m->size = nlh->nlmsg_len;
	memcpy(m->message, nlh, m->size);
	options = find_options(m);
	if (options && find_values(m, options))
		find_cookie(m, options);
	else
		m->size = 0;
}

int filter_memo_encode(struct filter_memo *m, void *buf, size_t size,
		       const struct kernel_request *req)
{
	int rc;

	if (m->size && m->size <= size && is_alike(m, req)) {
		copy(m, buf, req);
		return 0;
	}
	rc = filter_encode(buf, size, req);
	if (!rc && m->n_unlike++ % UNLIKE == 0)
		keep(m, buf, req);
	return rc;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes, reads and compares; nothing here knows where the input came from. */
#include "tests/fuzz/claims.h"

#include "common/flow/flowjson.h"
#include "swoffd/kernel/filter.h"
#include "tests/fuzz/fuzz.h"
#include "tests/same_reasons.h"

#define TEXT_SIZE (1024 * 1024)
#define N_METERS 1000

/*
 * Flows
 */

static bool same_flow(const struct odp_flow *a, const struct odp_flow *b)
{
	return a->has_ufid == b->has_ufid &&
	       memcmp(&a->ufid, &b->ufid, sizeof(a->ufid)) == 0 &&
	       a->in_port.no == b->in_port.no &&
	       strcmp(a->in_port.name, b->in_port.name) == 0 &&
	       a->has_eth == b->has_eth &&
	       a->vlan_present == b->vlan_present &&
	       a->cvlan_present == b->cvlan_present &&
	       memcmp(&a->match, &b->match, sizeof(a->match)) == 0 &&
	       a->n_given == b->n_given &&
	       memcmp(a->given, b->given, a->n_given) == 0;
}

static bool same_stats(const struct odp_flow *a, const struct odp_flow *b)
{
	return a->stats == b->stats && a->packets == b->packets &&
	       a->bytes == b->bytes && a->used_ms == b->used_ms &&
	       a->tcp_flags == b->tcp_flags &&
	       a->offloaded == b->offloaded &&
	       strcmp(a->layer, b->layer) == 0 &&
	       strcmp(a->extra_info, b->extra_info) == 0;
}

static bool same_actions(const struct odp_flow *a, const struct odp_flow *b)
{
	return a->n_actions == b->n_actions &&
	       memcmp(a->actions, b->actions,
		      a->n_actions * sizeof(a->actions[0])) == 0 &&
	       a->data_size == b->data_size &&
	       memcmp(a->data, b->data, a->data_size) == 0;
}

static void show_reasons(const struct reason_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		fprintf(stderr, " %s:%s", reason_row(l->reasons[i].code)->name,
			l->reasons[i].subject);
	fprintf(stderr, "\n");
}

static bool claim_same_reasons(const struct reason_list *a,
			       const struct reason_list *b)
{
	bool same = same_reasons(a, b);

	if (!same) {
		show_reasons(a);
		show_reasons(b);
	}
	return same;
}

static char *flow_text(const struct odp_flow *flow)
{
	static char text[2][TEXT_SIZE];
	static size_t which;
	char *out = text[which ^= 1];
	int len = odp_flow_format(flow, out, TEXT_SIZE);

	FUZZ_CLAIM(len >= 0 && len < TEXT_SIZE);
	FUZZ_CLAIM(strlen(out) == (size_t)len);
	return out;
}

static struct odp_flow *read_flow(const char *text)
{
	struct odp_flow *flow = fuzz_flow(1);
	struct error err = { 0 };

	FUZZ_CLAIM(odp_flow_parse_name(text, flow, &err) == 0 ||
		   fuzz_differ(text, err.msg));
	return flow;
}

void claim_flow_has_text(const struct odp_flow *flow)
{
	const char *text = flow_text(flow);
	const struct odp_flow *back = read_flow(text);

	FUZZ_CLAIM(strcmp(text, flow_text(back)) == 0 ||
		   fuzz_differ(text, flow_text(back)));
	FUZZ_CLAIM(!flow->refused.n == !back->refused.n ||
		   (show_reasons(&flow->refused), fuzz_differ(text, "")));
}

void claim_flow_is_its_text(const struct odp_flow *flow)
{
	const char *text = flow_text(flow);
	const struct odp_flow *back = read_flow(text);
	const char *again = flow_text(back);

	FUZZ_CLAIM((same_flow(flow, back) && same_stats(flow, back) &&
		    same_actions(flow, back)) || fuzz_differ(text, again));
	FUZZ_CLAIM(strcmp(text, again) == 0 || fuzz_differ(text, again));
	FUZZ_CLAIM(claim_same_reasons(&flow->refused, &back->refused) ||
		   fuzz_differ(text, again));
}

static char *rule_text(const struct rule *rule)
{
	static char text[2][TEXT_SIZE];
	static size_t which;
	char *out = text[which ^= 1];
	int len = tctext_format(rule, out, TEXT_SIZE);

	FUZZ_CLAIM(len >= 0 && len < TEXT_SIZE);
	FUZZ_CLAIM(strlen(out) == (size_t)len);
	return out;
}

static void claim_same_rule(const struct rule *a, const struct rule *b)
{
	FUZZ_CLAIM(fuzz_same_rule(a, b) ||
		   fuzz_differ(rule_text(a), rule_text(b)));
}

/* A host with so many meters. */
static int meter(const struct port_resolver *r, uint32_t number,
		 uint32_t *index)
{
	(void)r;
	*index = PORT_METER_POLICE + number;
	return number < N_METERS ? 0 : -ENOENT;
}

static const struct port_resolver host = { .meter = meter };

static int translate(const struct odp_flow *flow, struct rule *out,
		     struct reason_list *reasons)
{
	int rc = odp_translate(flow, &host, out, reasons);

	FUZZ_CLAIM(rc == 0 || rc == -EOPNOTSUPP);
	FUZZ_CLAIM((rc < 0) == (reasons->n > 0));
	for (size_t i = 0; i < reasons->n; i++)
		FUZZ_CLAIM(reasons->reasons[i].subject[0]);
	return rc;
}

int claim_translation(const struct odp_flow *flow, struct rule *out)
{
	static struct rule second;
	struct reason_list reasons = { 0 }, again = { 0 };
	const char *text = flow_text(flow);
	int rc = translate(flow, out, &reasons);

	FUZZ_CLAIM(translate(read_flow(text), &second, &again) == rc ||
		   claim_same_reasons(&reasons, &again) ||
		   fuzz_differ(text, ""));
	FUZZ_CLAIM(flow->refused.n || claim_same_reasons(&reasons, &again) ||
		   fuzz_differ(text, ""));
	if (rc == 0)
		claim_same_rule(out, &second);
	return rc;
}

/*
 * Rules
 */

void claim_rule_is_its_text(const struct rule *rule)
{
	static struct rule back;
	const char *text = rule_text(rule);
	struct reason_list reasons = { 0 };
	struct error err = { 0 };
	enum tctext_verb verb;

	FUZZ_CLAIM(tctext_parse(text, &verb, &back, &reasons, &err) == 0 ||
		   fuzz_differ(text, err.msg));
	FUZZ_CLAIM(verb == TCTEXT_ADD);
	claim_same_rule(rule, &back);
	FUZZ_CLAIM(strcmp(text, rule_text(&back)) == 0);
}

void claim_rule_is_its_json(const struct rule *rule)
{
	static char text[TEXT_SIZE], scratch[FLOWJSON_TEXT_SIZE];
	static struct line_flow flow, back;
	struct reason_list reasons = { 0 };
	struct error err = { 0 };
	int len;

	flow.verb = TCTEXT_ADD;
	rule_copy(&flow.rule, rule);
	len = flowjson_format(&flow, text, sizeof(text));
	FUZZ_CLAIM(len > 0 && len < TEXT_SIZE);
	FUZZ_CLAIM(strlen(text) == (size_t)len);
	FUZZ_CLAIM(flowjson_parse(text, scratch, &back, &reasons, &err) == 0 ||
		   fuzz_differ(text, err.msg));
	FUZZ_CLAIM(back.verb == TCTEXT_ADD && !back.has_ufid);
	claim_same_rule(rule, &back.rule);
}

static struct port resolved(uint32_t ifindex)
{
	return (struct port){ .no = PORT_NO_NONE, .ifindex = ifindex };
}

/* Of this host, and as the engine sends it. */
static void settle(struct rule *rule)
{
	rule->handle = rule->handle ? rule->handle : 1;
	if (!rule->block)
		rule->dev = resolved(1);
	for (uint32_t i = 0; i < rule->n_actions; i++) {
		struct rule_action *a = &rule->actions[i];

		if (a->kind == RULE_ACTION_MIRRED && !a->only_index &&
		    !a->mirred.block)
			a->mirred.port = resolved(2 + i);
	}
	for (size_t i = 0; i < flow_n_fields; i++)
		if (flow_field_applies(&flow_fields[i], &rule->match))
			flow_field_settle(&flow_fields[i], &rule->match);
	rule_settle_actions(rule);
}

static bool same_head(const struct rule *a, const struct rule *b)
{
	return a->dev.ifindex == b->dev.ifindex && a->block == b->block &&
	       (a->block || a->hook == b->hook) && a->policy == b->policy &&
	       a->chain == b->chain && a->prio == b->prio &&
	       a->protocol_be == b->protocol_be && a->handle == b->handle &&
	       a->classid == b->classid && a->verbose == b->verbose;
}

/* All that is sent of such an action is its index; the kernel has the rest. */
static bool names_shared_action(const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_actions; i++)
		if (rule->actions[i].only_index)
			return true;
	return false;
}

bool claim_rule_is_its_message(const struct rule *rule, int *rc)
{
	static uint8_t buf[FILTER_MAX_SIZE] __attribute__((aligned(8)));
	static struct filter_view back;
	static struct rule sent;
	struct kernel_request req = { .kind = REQUEST_ADD, .rule = &sent,
				      .no_cookie = true };

	rule_copy(&sent, rule);
	settle(&sent);
	*rc = filter_encode(buf, sizeof(buf), &req);
	if (*rc < 0)
		return false;
	FUZZ_CLAIM(filter_decode((const void *)buf, &back) == 0);
	if (names_shared_action(&sent))
		return true;
	FUZZ_CLAIM(!back.undecoded[0] ||
		   fuzz_differ(rule_text(&sent), back.undecoded));
	FUZZ_CLAIM(same_head(&sent, &back.rule) ||
		   fuzz_differ(rule_text(&sent), rule_text(&back.rule)));
	FUZZ_CLAIM(memcmp(&sent.match, &back.rule.match,
			  sizeof(sent.match)) == 0 ||
		   fuzz_differ(rule_text(&sent), rule_text(&back.rule)));
	FUZZ_CLAIM(rule_actions_hold(&sent, &back.rule) ||
		   fuzz_differ(rule_text(&sent), rule_text(&back.rule)));
	return true;
}

void claim_rule_is_its_flow(const struct rule *rule)
{
	static struct rule again;
	struct odp_flow *flow = fuzz_flow(1);
	struct reason_list left = { 0 }, reasons = { 0 };

	odp_from_rule(rule, flow, &left);
	FUZZ_CLAIM(!left.n || fuzz_differ(rule_text(rule),
					  left.reasons[0].subject));
	FUZZ_CLAIM(translate(flow, &again, &reasons) == 0 ||
		   fuzz_differ(flow_text(flow), reasons.reasons[0].subject));
	claim_same_rule(rule, &again);
	FUZZ_CLAIM(claim_translation(flow, &again) == 0);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Actions of a datapath flow: the table of their names and how lists of them
 * are read and printed, inside each other as well.  What has more to it than
 * a table of arguments has a file of its own.
 */
#include "common/flow/odp_action.h"

#include <errno.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/odp_arg_table.h"

enum args { ARGS_NONE, ARGS_SOME, ARGS_MAYBE };

static const struct word {
	const char *name;
	uint8_t kind;                  /* enum odp_action_kind */
	uint8_t has_args;              /* enum args */
	const struct odp_arg *args;    /* or functions: */
	odp_read_fn *read;
	odp_show_fn *show;
} words[] = {
	{ "drop", ODP_DROP, ARGS_NONE, NULL, NULL, NULL },
	{ "recirc", ODP_RECIRC, ARGS_SOME, odp_args_recirc, NULL, NULL },
	{ "push_vlan", ODP_PUSH_VLAN, ARGS_SOME, odp_args_push_vlan, NULL,
	  NULL },
	{ "pop_vlan", ODP_POP_VLAN, ARGS_NONE, NULL, NULL, NULL },
	{ "push_mpls", ODP_PUSH_MPLS, ARGS_SOME, odp_args_push_mpls, NULL,
	  NULL },
	{ "pop_mpls", ODP_POP_MPLS, ARGS_SOME, odp_args_pop_mpls, NULL, NULL },
	{ "set", ODP_SET, ARGS_SOME, NULL, odp_read_set, odp_show_set },
	{ "set_masked", ODP_SET, ARGS_SOME, NULL, odp_read_set, odp_show_set },
	{ "ct", ODP_CT, ARGS_MAYBE, NULL, odp_read_ct, odp_show_ct },
	{ "ct_clear", ODP_CT_CLEAR, ARGS_NONE, NULL, NULL, NULL },
	{ "meter", ODP_METER, ARGS_SOME, odp_args_meter, NULL, NULL },
	{ "check_pkt_len", ODP_CHECK_PKT_LEN, ARGS_SOME, NULL,
	  odp_read_check_pkt_len, odp_show_check_pkt_len },
	{ "clone", ODP_CLONE, ARGS_SOME, NULL, odp_read_inner, NULL },
	{ "sample", ODP_SAMPLE, ARGS_SOME, NULL, odp_read_sample,
	  odp_show_sample },
	{ "trunc", ODP_TRUNC, ARGS_SOME, odp_args_trunc, NULL, NULL },
	{ "dec_ttl", ODP_DEC_TTL, ARGS_MAYBE, NULL, odp_read_dec_ttl,
	  odp_show_dec_ttl },
	{ "push_eth", ODP_PUSH_ETH, ARGS_SOME, odp_args_push_eth, NULL, NULL },
	{ "pop_eth", ODP_POP_ETH, ARGS_NONE, NULL, NULL, NULL },
	{ "userspace", ODP_USERSPACE, ARGS_SOME, odp_args_userspace, NULL,
	  NULL },
	{ "hash", ODP_HASH, ARGS_SOME, odp_args_hash, NULL, NULL },
	{ "push_nsh", ODP_PUSH_NSH, ARGS_SOME, odp_args_push_nsh, NULL, NULL },
	{ "pop_nsh", ODP_POP_NSH, ARGS_MAYBE, odp_args_none, NULL, NULL },
	{ "tnl_push", ODP_TNL_PUSH, ARGS_SOME, odp_args_tnl_push, NULL, NULL },
	{ "tnl_pop", ODP_TNL_POP, ARGS_SOME, odp_args_tnl_pop, NULL, NULL },
	{ "psample", ODP_PSAMPLE, ARGS_SOME, odp_args_psample, NULL, NULL },
	{ "lb_output", ODP_LB_OUTPUT, ARGS_SOME, odp_args_lb_output, NULL,
	  NULL },
	{ "add_mpls", ODP_ADD_MPLS, ARGS_SOME, odp_args_add_mpls, NULL, NULL },
	/* Of check_pkt_len() alone, which reads them itself. */
	{ "gt", ODP_IF_GT, ARGS_SOME, NULL, NULL, NULL },
	{ "le", ODP_IF_LE, ARGS_SOME, NULL, NULL, NULL },
};

static const struct word *find_word(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (scan_is(name, len, words[i].name))
			return (words[i].read || words[i].args ||
				words[i].has_args == ARGS_NONE) ? &words[i] :
								  NULL;
	return NULL;
}

static const struct word *word_of(enum odp_action_kind kind)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (words[i].kind == kind)
			return &words[i];
	return NULL;
}

/* Most words are ports; no action begins with another letter than these. */
static bool may_be_action(char c)
{
	static const char letters[] = "abcdhlmprstu";

	return c && strchr(letters, c);
}

struct odp_action *odp_add_action(struct odp_flow *flow,
				  enum odp_action_kind kind)
{
	struct odp_action *a;

	if (flow->n_actions == ODP_MAX_ACTIONS)
		return NULL;
	a = &flow->actions[flow->n_actions++];
	memset(a, 0, sizeof(*a));
	a->kind = (uint8_t)kind;
	return a;
}

void *odp_add_data(struct odp_flow *flow, struct odp_action *a, size_t size)
{
	size_t start = a->data_size ? a->data + a->data_size :
				      (flow->data_size + 7U) & ~7U;

	if (size > ODP_DATA_SIZE || start > ODP_DATA_SIZE - size)
		return NULL;
	memset(flow->data + flow->data_size, 0,
	       start + size - flow->data_size);
	if (!a->data_size)
		a->data = (uint32_t)start;
	a->data_size += (uint32_t)size;
	flow->data_size = (uint32_t)(start + size);
	return flow->data + start;
}

struct odp_action *odp_new_action(struct odp_parser *p,
				  enum odp_action_kind kind)
{
	struct odp_action *a = odp_add_action(p->flow, kind);

	if (!a)
		(void)scan_fail_at(&p->s, p->s.p, "more than %d actions",
				   ODP_MAX_ACTIONS);
	return a;
}

bool odp_take(struct odp_parser *p, const char *text)
{
	size_t len = strlen(text);

	odp_skip_separators(&p->s);
	if (strncmp(p->s.p, text, len) != 0)
		return false;
	p->s.p += len;
	return true;
}

int odp_expect(struct odp_parser *p, const char *text)
{
	return odp_take(p, text) ? 0 : scan_expected(&p->s, "\"%s\"", text);
}

/*
 * action24(00 01): newer than the program that printed it.  Before it may
 * stand "bad length 2, expected 4 for: ".
 */

static bool is_numbered(const char *name, size_t len)
{
	return len > 6 && strncmp(name, "action", 6) == 0 &&
	       scan_span(name + 6, SCAN_DIGIT) >= len - 6;
}

int odp_read_unknown(struct odp_parser *p, struct odp_action *a)
{
	struct scan *s = &p->s;
	const char *sep = "(";

	for (s->p++; *s->p != ')'; sep = " ") {
		int rc;

		while (scan_is_space(*s->p))
			s->p++;
		if (strspn(s->p, "0123456789abcdefABCDEF") != 2)
			return scan_expected(s, "a byte, two digits");
		rc = odp_keep_text(p, a, sep, 1);
		if (rc == 0)
			rc = odp_keep_text(p, a, s->p, 2);
		if (rc < 0)
			return rc;
		s->p += 2;
		if (*s->p != ')' && !scan_is_space(*s->p))
			return scan_expected(s, "\")\" or another byte");
	}
	s->p++;
	return odp_keep_text(p, a, *sep == '(' ? "()" : ")",
			     *sep == '(' ? 2 : 1);
}

static int read_numbered(struct odp_parser *p, struct odp_action *a)
{
	size_t len = scan_word_len(p->s.p);
	int rc = odp_keep_text(p, a, p->s.p, len);

	if (rc < 0)
		return rc;
	p->s.p += len;
	return *p->s.p == '(' ? odp_read_unknown(p, a) : 0;
}

static int read_bad_length(struct odp_parser *p, struct odp_action *a)
{
	const char *start = p->s.p;
	uint64_t n;
	int rc = odp_expect(p, "bad length ");

	if (rc == 0)
		rc = scan_uint(&p->s, UINT16_MAX, "the length", &n);
	if (rc == 0)
		rc = odp_expect(p, "expected ");
	if (rc == 0)
		rc = scan_uint(&p->s, UINT16_MAX, "the length expected", &n);
	if (rc == 0)
		rc = odp_expect(p, "for: ");
	if (rc == 0 && !is_numbered(p->s.p, scan_word_len(p->s.p)))
		rc = scan_expected(&p->s, "actionN(…)");
	if (rc == 0)
		rc = odp_keep_text(p, a, start, (size_t)(p->s.p - start));
	return rc < 0 ? rc : read_numbered(p, a);
}

/*
 * One action
 */

static int read_word(struct odp_parser *p, const struct word *w, size_t len)
{
	bool has_args = p->s.p[len] == '(';
	struct odp_action *a;

	if (has_args && w->has_args == ARGS_NONE)
		return scan_fail_at(&p->s, p->s.p, "%s takes no arguments",
				    w->name);
	if (!has_args && w->has_args == ARGS_SOME)
		return scan_fail_at(&p->s, p->s.p, "expected \"(\" behind %s",
				    w->name);
	a = odp_new_action(p, w->kind);
	if (!a)
		return -EINVAL;
	p->s.p += len;
	if (w->read)
		return w->read(p, a);
	return has_args ? odp_read_args(p, a, w->name, w->args) : 0;
}

static int read_other(struct odp_parser *p, odp_read_fn *read)
{
	struct odp_action *a = odp_new_action(p, ODP_OTHER);

	return a ? read(p, a) : -EINVAL;
}

/* Any bare word that is no action is the name or number of a port. */
static int read_output(struct odp_parser *p)
{
	struct odp_action *a = odp_new_action(p, ODP_OUTPUT);

	return a ? scan_port(&p->s, SCAN_PAREN | ODP_SEPARATORS, &a->output) :
		   -EINVAL;
}

static int read_action(struct odp_parser *p)
{
	static const char bad_length[] = "bad length ";
	const char *name = p->s.p;
	size_t len = scan_word_len(name);
	const struct word *w;

	if (!may_be_action(*name) && name[len] != '(')
		return read_output(p);
	w = find_word(name, len);
	if (w)
		return read_word(p, w, len);
	if (is_numbered(name, len))
		return read_other(p, read_numbered);
	if (strncmp(name, bad_length, sizeof(bad_length) - 1) == 0)
		return read_other(p, read_bad_length);
	if (name[len] == '(')
		return scan_fail_at(&p->s, name, "unknown action \"%.*s\"",
				    len < 32 ? (int)len : 32, name);
	return read_output(p);
}

/*
 * Lists
 */

/* What vswitchd says about its own datapath, with commas in it; the last. */
static bool is_extra_info(const char *p)
{
	static const char prefix[] = "dp-extra-info:";

	return strncmp(p, prefix, sizeof(prefix) - 1) == 0;
}

static bool is_end(const struct odp_parser *p)
{
	return p->nesting ? *p->s.p == ')' :
			    !*p->s.p || is_extra_info(p->s.p);
}

static int check_behind(const struct odp_parser *p)
{
	if (is_end(p) || scan_span(p->s.p, ODP_SEPARATORS))
		return 0;
	return scan_expected(&p->s, p->nesting ? "\",\" or \")\"" : "\",\"");
}

/* `actions:drop` is how an empty list is printed. */
static int read_list(struct odp_parser *p)
{
	struct odp_flow *flow = p->flow;
	size_t first = flow->n_actions, last = first;
	bool dropped = false;

	for (odp_skip_separators(&p->s); !is_end(p);
	     odp_skip_separators(&p->s)) {
		int rc;

		if (dropped)
			return scan_expected(&p->s, "nothing behind drop");
		if (!*p->s.p)
			return scan_expected(&p->s, "\")\"");
		last = flow->n_actions;
		rc = read_action(p);
		if (rc == 0)
			rc = check_behind(p);
		if (rc < 0)
			return rc;
		dropped = flow->actions[last].kind == ODP_DROP;
	}
	if (dropped && last == first)
		flow->n_actions = (uint16_t)first;
	return 0;
}

int odp_read_inner(struct odp_parser *p, struct odp_action *a)
{
	const char *open = p->s.p;
	int rc;

	if (!scan_char(&p->s, '('))
		return scan_expected(&p->s, "\"(\"");
	if (++p->nesting > SCAN_MAX_NESTING)
		return scan_fail_at(&p->s, open,
				    "more than %d levels of actions",
				    SCAN_MAX_NESTING);
	rc = read_list(p);
	if (rc < 0)
		return rc;
	p->nesting--;
	p->s.p++;
	a->n_inner = (uint16_t)(p->flow->n_actions -
				odp_action_index(p->flow, a) - 1);
	return 0;
}

int odp_parse_actions(struct odp_parser *p)
{
	return read_list(p);
}

/*
 * Printing
 */

static void show_text(struct text *t, const struct odp_flow *flow,
		      const struct odp_action *a)
{
	text_add(t, "%.*s", (int)a->data_size,
		 (const char *)odp_data(flow, a));
}

static void show_word(struct text *t, const struct odp_flow *flow,
		      const struct odp_action *a)
{
	const struct word *w = word_of(a->kind);

	if (w->show) {
		w->show(t, flow, a);
		return;
	}
	text_add(t, "%s", w->name);
	if (w->has_args == ARGS_NONE)
		return;
	if (!w->args) {
		odp_show_inner(t, flow, a);
		return;
	}
	text_add(t, "(");
	if (w->args->size)
		odp_show_args(t, a, w->args);
	else
		show_text(t, flow, a);
	text_add(t, ")");
}

void odp_show_actions(struct text *t, const struct odp_flow *flow,
		      size_t first, size_t n)
{
	if (!n)
		text_add(t, "drop");
	for (size_t i = first; i < first + n; i += 1U + flow->actions[i].n_inner) {
		const struct odp_action *a = &flow->actions[i];

		if (a->kind == ODP_OUTPUT)
			text_port(t, &a->output);
		else if (a->kind == ODP_OTHER)
			show_text(t, flow, a);
		else
			show_word(t, flow, a);
		text_comma(t);
	}
	text_end_list(t);
}

int odp_format_actions(const struct odp_flow *flow, char *out, size_t size)
{
	struct text t;

	text_init(&t, out, size);
	odp_show_actions(&t, flow, 0, flow->n_actions);
	return (int)t.len;
}

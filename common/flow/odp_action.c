/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists of actions of a datapath flow, inside each other as well.  What has
 * more to it than a table of arguments has a file of its own.
 */
#include "common/flow/odp_action.h"

#include <errno.h>
#include <string.h>

#include "common/flow/odp_word.h"

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

int odp_expect(struct odp_parser *p, const char *text)
{
	size_t len = strlen(text);

	odp_skip_separators(&p->s);
	if (strncmp(p->s.p, text, len) != 0)
		return scan_expected(&p->s, "\"%s\"", text);
	p->s.p += len;
	return 0;
}

int odp_expect_next(struct odp_parser *p, const char *text)
{
	if (!scan_is_in(*p->s.p, ODP_SEPARATORS))
		return scan_expected(&p->s, "\",%s\"", text);
	return odp_expect(p, text);
}

/*
 * One action
 */

static int read_word(struct odp_parser *p, const struct odp_word *w, size_t len)
{
	bool has_args = p->s.p[len] == '(';
	struct odp_action *a;

	if (has_args && w->has_args == ODP_ARGS_NONE)
		return scan_fail_at(&p->s, p->s.p, "%s takes no arguments",
				    w->name);
	if (!has_args && w->has_args == ODP_ARGS_SOME)
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
	const char *name = p->s.p;
	size_t len = scan_word_len(name);
	const struct odp_word *w;

	if (!odp_word_may_begin(*name) && name[len] != '(')
		return read_output(p);
	w = odp_word_find(name, len);
	if (w)
		return read_word(p, w, len);
	if (odp_is_unknown(name, len))
		return read_other(p, odp_read_numbered);
	if (odp_is_bad_length(name))
		return read_other(p, odp_read_bad_length);
	if (name[len] == '(')
		return scan_fail_at(&p->s, name, "unknown action \"%.*s\", "
				    "expected one such as drop, "
				    "push_vlan(…) or a port",
				    len < 32 ? (int)len : 32, name);
	return read_output(p);
}

/*
 * Lists
 */

/* What vswitchd says about its own datapath, with commas in it; the last. */
static bool is_extra_info(const char *p)
{
	return scan_begins(p, "dp-extra-info:");
}

static bool is_end(const struct odp_parser *p)
{
	return p->nesting ? *p->s.p == ')' :
			    !*p->s.p || is_extra_info(p->s.p);
}

static int check_behind(const struct odp_parser *p)
{
	if (is_end(p) || scan_is_in(*p->s.p, ODP_SEPARATORS))
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

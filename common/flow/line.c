/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tells the languages apart and hands the line to the right one. */
#include "common/flow/line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/flowjson.h"
#include "common/flow/scan.h"
#include "common/flow/tctext_memo.h"

/* What dump-flows puts above the flows of a datapath in user space. */
static bool is_heading(const char *p)
{
	return scan_begins(p, "flow-dump from ");
}

/* The next word and its length; 0 at the end. */
static size_t next_word(const char **p)
{
	while (scan_is_space(**p))
		(*p)++;
	return scan_until(*p, SCAN_BLANK);
}

static bool take_word(const char **p, const char *const *wanted)
{
	size_t len = next_word(p);

	for (; *wanted; wanted++)
		if (scan_is(*p, len, *wanted)) {
			*p += len;
			return true;
		}
	return false;
}

/*
 * "qdisc add dev eth1 clsact": files for `tc -batch` begin so.  What filters
 * need is added with the first of them, so nothing is left to do.
 */
static bool is_filter_qdisc(const char *p)
{
	static const char *const tc[] = { "tc", NULL };
	static const char *const qdisc[] = { "qdisc", NULL };
	static const char *const add[] = { "add", "replace", NULL };
	static const char *const dev[] = { "dev", NULL };
	static const char *const kinds[] = { "clsact", "ingress", NULL };
	bool ends_so = false;
	size_t len;

	/* Nearly every line is something else, and told by its first letter. */
	if (*p != 't' && *p != 'q')
		return false;
	(void)take_word(&p, tc);
	if (!take_word(&p, qdisc) || !take_word(&p, add) ||
	    !take_word(&p, dev))
		return false;
	while ((len = next_word(&p))) {
		ends_so = take_word(&p, kinds);
		p += ends_so ? 0 : len;
	}
	return ends_so;
}

/* in_port(…, ufid:…, actions:… */
static bool is_odp(const char *p)
{
	size_t len = scan_word_len(p);

	return len && (p[len] == '(' || p[len] == ':');
}

typedef int odp_parse_fn(const char *line, struct odp_flow *out,
			 struct error *err);

struct line_reader {
	const struct port_resolver *ports;
	struct odp_flow odp;
	struct tctext_memo memo;
	char text[FLOWJSON_TEXT_SIZE]; /* of tc, that JSON stands for */
};

struct line_reader *line_reader_new(const struct port_resolver *ports)
{
	struct line_reader *r = malloc(sizeof(*r));

	if (!r)
		return NULL;
	r->ports = ports;
	r->odp.n_given = r->odp.n_actions = 0;
	tctext_memo_init(&r->memo);
	return r;
}

void line_reader_free(struct line_reader *r)
{
	free(r);
}

const struct odp_flow *line_reader_odp(const struct line_reader *r)
{
	return &r->odp;
}

static enum line_result parse_odp(struct line_reader *r, const char *line,
				  odp_parse_fn *parse, struct line_flow *out,
				  struct reason_list *reasons,
				  struct error *err)
{
	out->lang = LINE_ODP;
	out->verb = TCTEXT_ADD;
	if (parse(line, &r->odp, err) < 0)
		return LINE_BAD;
	out->has_ufid = r->odp.has_ufid;
	out->ufid = r->odp.ufid;
	return odp_translate(&r->odp, r->ports, &out->rule, reasons) < 0 ?
		       LINE_REFUSED : LINE_FLOW;
}

static enum line_result result_of(int rc)
{
	switch (rc) {
	case 0:
		return LINE_FLOW;
	case -EOPNOTSUPP:
		return LINE_REFUSED;
	default:
		return LINE_BAD;
	}
}

static enum line_result parse_tc(struct line_reader *r, const char *line,
				 struct line_flow *out,
				 struct reason_list *reasons,
				 struct error *err)
{
	out->lang = LINE_TC;
	out->has_ufid = false;
	return result_of(tctext_parse_memo(&r->memo, line, &out->verb,
					   &out->rule, reasons, err));
}

static enum line_result parse_json(struct line_reader *r, const char *line,
				   struct line_flow *out,
				   struct reason_list *reasons,
				   struct error *err)
{
	out->lang = LINE_JSON;
	return result_of(flowjson_parse(line, r->text, out, reasons, err));
}

static enum line_result parse_either(struct line_reader *r, const char *line,
				     odp_parse_fn *odp,
				     struct line_flow *out,
				     struct reason_list *reasons,
				     struct error *err)
{
	struct scan s = { .line = line, .p = line, .err = err };
	const char *newline;

	reasons->n = 0;
	out->attrs.given = 0;
	while (*s.p == ',' || scan_is_space(*s.p))
		s.p++;
	if (!*s.p || *s.p == '#' || is_heading(s.p) || is_filter_qdisc(s.p))
		return LINE_BLANK;
	if (strnlen(line, LINE_MAX_SIZE + 1) > LINE_MAX_SIZE) {
		(void)scan_fail_at(&s, s.p, "the line is longer than %d bytes",
				   LINE_MAX_SIZE);
		return LINE_BAD;
	}
	newline = strchr(s.p, '\n');
	if (newline && newline[1]) {
		(void)scan_fail_at(&s, newline, "a flow is one line");
		return LINE_BAD;
	}
	if (is_odp(s.p))
		return parse_odp(r, line, odp, out, reasons, err);
	if (tctext_memo_begins(&r->memo, line) || tctext_begins(s.p))
		return parse_tc(r, line, out, reasons, err);
	if (*s.p == '{')
		return parse_json(r, line, out, reasons, err);
	(void)scan_expected(&s, "a datapath flow (in_port(…),…,actions:…), "
			    "tc words (dev PORT ingress …) or JSON ({…})");
	return LINE_BAD;
}

enum line_result line_parse(struct line_reader *r, const char *line,
			    struct line_flow *out,
			    struct reason_list *reasons, struct error *err)
{
	return parse_either(r, line, odp_flow_parse, out, reasons, err);
}

enum line_result line_parse_name(struct line_reader *r, const char *line,
				 struct line_flow *out,
				 struct reason_list *reasons,
				 struct error *err)
{
	return parse_either(r, line, odp_flow_parse_name, out, reasons, err);
}

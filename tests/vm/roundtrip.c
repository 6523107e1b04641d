/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Puts the rule of every line into this kernel, reads it back and compares:
 * roundtrip DEV DEV2 FILE...  Rules go on DEV, whichever device they name, and
 * so do redirects, but on DEV2.  Lines are what `swctl flow load` takes, or of
 * tests/golden ("= tc filter add …"), or JSON with a "cmd", or columns with
 * `$TC actions add action …` in one of them or a line in the last.
 *
 * What is refused, here or by the kernel, is told and no failure, nor is what
 * an older kernel forgets (what a probe has to find out); a rule that reads
 * back as another is.  The last line of the output counts.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/action_param.h"
#include "common/flow/line.h"
#include "swoffd/kernel/filter.h"
#include "swoffd/kernel/nlsock.h"

#define TIMEOUT_MS 5000
#define HANDLE 1
#define PRIO 1

struct run {
	struct nlsock sock;
	struct line_reader *reader;
	uint32_t dev, other;           /* ifindex */
	const char *line;
	struct rule wanted;
	struct filter_view got;
	bool found;
	unsigned int n, equal, refused, kernel, forgotten, differ;
};

/*
 * Requests
 */

static int request(struct run *r, enum kernel_request_kind kind,
		   struct error *err)
{
	static _Alignas(NLMSG_ALIGNTO) char buf[FILTER_MAX_SIZE];
	const struct kernel_request req = {
		.kind = kind, .rule = &r->wanted, .no_cookie = true,
	};
	int rc = filter_encode(buf, sizeof(buf), &req);

	if (rc)
		return error_set(err, -rc, "encoding");
	return nlsock_request(&r->sock, (void *)buf, TIMEOUT_MS, NULL, NULL,
			      err);
}

static void take(const struct nlmsghdr *nlh, void *ctx)
{
	struct run *r = ctx;
	static struct filter_view view;

	if (nlh->nlmsg_type != RTM_NEWTFILTER ||
	    filter_decode(nlh, &view) ||
	    view.filter.handle != r->wanted.handle ||
	    view.filter.chain != r->wanted.chain)
		return;
	r->found = true;
	r->got = view;
	r->got.filter.rule = view.filter.rule ? &r->got.rule : NULL;
	if (view.filter.undecoded)
		r->got.filter.undecoded = r->got.undecoded;
}

static int read_back(struct run *r, struct error *err)
{
	_Alignas(NLMSG_ALIGNTO) char buf[256];
	const struct kernel_dump dump = {
		.ifindex = r->dev, .hook = r->wanted.hook,
	};
	int rc = filter_encode_dump(buf, sizeof(buf), &dump);

	r->found = false;
	if (rc)
		return error_set(err, -rc, "encoding");
	return nlsock_request(&r->sock, (void *)buf, TIMEOUT_MS, take, r, err);
}

/*
 * Rules
 */

/* As the engine makes it: devices by index, the rest as the kernel says it. */
static void localise(struct run *r)
{
	struct rule *rule = &r->wanted;

	rule->dev = (struct port){ .no = PORT_NO_NONE, .ifindex = r->dev };
	rule->block = 0;
	rule->handle = HANDLE;
	if (!rule->prio)
		rule->prio = PRIO;
	/* Of no hardware here. */
	rule->policy = rule->policy == RULE_HW_ONLY ? RULE_BEST_EFFORT :
						      rule->policy;
	for (int i = 0; i < rule->n_actions; i++)
		if (rule->actions[i].kind == RULE_ACTION_MIRRED &&
		    !rule->actions[i].mirred.block &&
		    !rule->actions[i].only_index)
			rule->actions[i].mirred.port = (struct port){
				.no = PORT_NO_NONE, .ifindex = r->other,
			};
	rule_settle_actions(rule);
}

static const char *difference(const struct run *r)
{
	const struct rule *w = &r->wanted, *g = &r->got.rule;

	if (!r->found)
		return "it is not there";
	if (!r->got.filter.rule)
		return r->got.filter.undecoded;
	if (memcmp(&w->match.mask, &g->match.mask, sizeof(w->match.mask)) != 0)
		return "mask";
	if (memcmp(&w->match.key, &g->match.key, sizeof(w->match.key)) != 0)
		return "key";
	if (!rule_actions_hold(w, g))
		return "actions";
	if (w->chain != g->chain || w->prio != g->prio ||
	    w->protocol_be != g->protocol_be || w->hook != g->hook)
		return "place";
	return w->policy == g->policy ? NULL : "policy";
}

static void show(const char *title, const struct rule *rule)
{
	char text[65536];

	(void)tctext_format(rule, text, sizeof(text));
	printf("#   %s: %s\n", title, text);
}

/* Does it say what a kernel older than it does not keep? */
static bool is_probed(const struct rule *r)
{
	for (size_t i = 0; i < flow_n_fields; i++)
		if (flow_fields[i].probed &&
		    flow_field_any(&flow_fields[i], &r->match.mask))
			return true;
	for (int i = 0; i < r->n_actions; i++)
		if (action_probed(r, &r->actions[i]))
			return true;
	return false;
}

static void compare(struct run *r)
{
	const char *what = difference(r);

	r->equal += !what;
	if (what && is_probed(&r->wanted)) {
		printf("# forgotten by the kernel: %s: %s\n", what, r->line);
		r->forgotten++;
		return;
	}
	r->differ += !!what;
	if (!what)
		return;
	printf("# differs: %s: %s\n", what, r->line);
	show("wanted", &r->wanted);
	if (r->found && r->got.filter.rule)
		show("found ", &r->got.rule);
}

static void try_rule(struct run *r)
{
	struct error err = { 0 };

	localise(r);
	if (request(r, REQUEST_ADD, &err) < 0) {
		printf("# kernel: %s%s%s: %s\n", strerror(err.code),
		       err.extack[0] ? ": " : "", err.extack, r->line);
		r->kernel++;
		return;
	}
	if (read_back(r, &err) < 0)
		printf("# reading back: %s\n", err.msg);
	compare(r);
	if (request(r, REQUEST_DEL, &err) < 0)
		printf("# deleting: %s: %s\n", strerror(err.code), err.msg);
}

/*
 * Lines
 */

static void try_line(struct run *r, const char *line)
{
	static struct line_flow flow;
	struct reason_list reasons = { 0 };
	struct error err = { 0 };
	enum line_result result;

	r->line = line;
	result = line_parse(r->reader, line, &flow, &reasons, &err);
	if (result == LINE_BLANK)
		return;
	if (result == LINE_FLOW && flow.verb == TCTEXT_DEL)
		return;
	r->n++;
	if (result != LINE_FLOW) {
		printf("# refused: %s: %s\n", result == LINE_BAD ?
		       err.msg : reason_row(reasons.reasons[0].code)->name,
		       line);
		r->refused++;
		return;
	}
	rule_copy(&r->wanted, &flow.rule);
	try_rule(r);
}

/* One action of the kernel's own tests, in a filter; else the last column. */
static const char *column_of(char *line, char *buf, size_t size)
{
	static const char *const verbs[] = {
		"$TC actions add action ", "$TC actions replace action ",
	};

	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		char *at = strstr(line, verbs[i]);

		if (!at)
			continue;
		at += strlen(verbs[i]);
		at[strcspn(at, "\t")] = '\0';
		(void)snprintf(buf, size, "dev lo ingress protocol ip flower "
			       "action %s", at);
		return buf;
	}
	return strrchr(line, '\t') + 1;
}

/* The command in a line of JSON, of columns or of a golden file; else the
 * line; NULL: it has none. */
static const char *command_of(char *line, char *buf, size_t size)
{
	static const char cmd[] = "\"cmd\": \"";
	char *at = line[0] == '{' ? strstr(line, cmd) : NULL;

	line[strcspn(line, "\n")] = '\0';
	if (line[0] == ' ')
		return NULL;
	if (line[0] == '=')
		return line + 2;
	if (!at && strchr(line, '\t'))
		return column_of(line, buf, size);
	if (!at)
		return line;
	at += sizeof(cmd) - 1;
	at[strcspn(at, "\"")] = '\0';
	return at;
}

static int try_file(struct run *r, const char *path)
{
	FILE *f = fopen(path, "re");
	char *line = NULL, buf[8192];
	const char *cmd;
	size_t size = 0;

	if (!f) {
		perror(path);
		return -errno;
	}
	while (getline(&line, &size, f) > 0) {
		cmd = command_of(line, buf, sizeof(buf));
		if (cmd)
			try_line(r, cmd);
	}
	free(line);
	(void)fclose(f);
	return 0;
}

static int set_up(struct run *r, char **argv)
{
	struct error err = { 0 };

	r->dev = if_nametoindex(argv[1]);
	r->other = if_nametoindex(argv[2]);
	r->reader = line_reader_new(NULL);
	if (!r->dev || !r->other || !r->reader) {
		fprintf(stderr, "no %s or %s\n", argv[1], argv[2]);
		return -ENODEV;
	}
	if (nlsock_open(&r->sock, NETLINK_ROUTE, 0, &err) < 0) {
		fprintf(stderr, "%s\n", err.msg);
		return -err.code;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static struct run r;

	if (argc < 4) {
		fprintf(stderr, "usage: roundtrip DEV DEV2 FILE...\n");
		return 2;
	}
	if (set_up(&r, argv) < 0)
		return 2;
	for (int i = 3; i < argc; i++)
		if (try_file(&r, argv[i]) < 0)
			return 2;
	printf("%u lines: %u equal, %u refused here, %u refused by the "
	       "kernel, %u newer than it, %u differ\n", r.n, r.equal,
	       r.refused, r.kernel, r.forgotten, r.differ);
	nlsock_close(&r.sock);
	line_reader_free(r.reader);
	return r.differ ? 1 : 0;
}

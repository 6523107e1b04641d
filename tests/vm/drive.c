/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drives the kernel layer by hand, without core:
 *
 *   drive qdisc DEV [BLOCK]            clsact; drive qdisc-del DEV
 *   drive add|replace|del|get|explain RULE...     each a word of tc; an action
 *                                      is in every rule
 *   drive dump DEV|block=N [terse] [steady] [at=N COMMAND]
 *                                      COMMAND runs when N filters were told
 *   drive links COMMAND                runs it once all links were told, and
 *                                      tells what happens, until link "end"
 *
 * A line for each filter, link and result; a result is "0" or the name of an
 * error, and what the kernel says of it.  Status 0 if all results are 0.
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/loop.h"
#include "common/flow/tctext.h"
#include "swoffd/kernel/netlink_kernel.h"

struct drive {
	struct loop *loop;
	struct kernel *kernel;
	bool done, synced;
	int err;
	uint32_t n, at;                /* filters told; run the command there */
	const char *command;
};

static void die(const char *what, int rc)
{
	fprintf(stderr, "%s: %s\n", what, strerror(-rc));
	exit(2);
}

static void finish(struct drive *d, int err, const char *what)
{
	printf("%s%s%s\n", err ? strerrorname_np(err) : "0",
	       what[0] ? ": " : "", what);
	d->err = err ? err : d->err;
	d->done = true;
}

static void run_command(const struct drive *d)
{
	if (system(d->command) != 0)
		die(d->command, -EIO);
}

static void on_filter(void *ctx, const struct kernel_filter *f)
{
	struct drive *d = ctx;

	printf("filter ifindex %u block %u %s chain %u prio %u handle %u%s%s"
	       "%s\n", f->ifindex, f->block, f->hook ? "egress" : "ingress",
	       f->chain, f->prio, f->handle, f->in_hw ? " in_hw" : "",
	       f->rule ? " rule" : "", f->undecoded ? " undecoded" : "");
	if (++d->n == d->at)
		run_command(d);
}

static void on_done(void *ctx, uint32_t ifindex, int err)
{
	(void)ifindex;
	finish(ctx, err, "");
}

static void on_result(void *ctx, uint64_t tag, int err, const char *extack)
{
	(void)tag;
	finish(ctx, err, extack);
}

static void on_synced(void *ctx)
{
	struct drive *d = ctx;

	if (!d->synced)
		run_command(d);
	d->synced = true;
}

static void on_link(void *ctx, const struct kernel_link *l)
{
	struct drive *d = ctx;

	if (d->synced)
		printf("link %s kind %s master %u\n", l->name, l->kind,
		       l->master);
	d->done = d->synced && strcmp(l->name, "end") == 0;
}

static void on_gone(void *ctx, uint32_t ifindex)
{
	const struct drive *d = ctx;

	if (d->synced)
		printf("gone %u\n", ifindex);
}

static void ignore(void *ctx)
{
	(void)ctx;
}

static void ignore_handle(void *ctx, const struct kernel_handle *handle)
{
	(void)ctx;
	(void)handle;
}

static void ignore_port(void *ctx, const struct kernel_port *port)
{
	(void)ctx;
	(void)port;
}

static const struct kernel_events events = {
	.device_new = ignore_handle,
	.device_gone = ignore_handle,
	.port = ignore_port,
	.link = on_link,
	.link_gone = on_gone,
	.sync_begin = ignore,
	.synced = on_synced,
	.tc_result = on_result,
	.tc_ready = ignore,
	.tc_filter = on_filter,
	.tc_dump_done = on_done,
};

static void open_kernel(struct drive *d)
{
	struct error err;

	if (loop_new(&d->loop) < 0 ||
	    kernel_netlink_new(d->loop, "", &d->kernel, &err) < 0)
		die("kernel", -ENOMEM);
	d->kernel->events = &events;
	d->kernel->events_ctx = d;
}

static void close_kernel(struct drive *d)
{
	kernel_netlink_free(d->kernel);
	loop_free(d->loop);
}

static void wait_done(struct drive *d)
{
	while (!d->done)
		loop_once(d->loop, -1);
}

static uint32_t device(const char *name)
{
	uint32_t ifindex = if_nametoindex(name);

	if (!ifindex)
		die(name, -errno);
	return ifindex;
}

/*
 * Requests
 */

static void request(struct drive *d, enum kernel_request_kind kind,
		    const struct rule *rule)
{
	const struct kernel_request req = {
		.kind = kind, .rule = rule, .cookie = KERNEL_COOKIE_MAGIC,
	};
	int rc = d->kernel->ops->tc_queue(d->kernel, &req);

	if (rc)
		die("not taken", rc);
	d->kernel->ops->tc_flush(d->kernel);
	wait_done(d);
}

static void run_qdisc(struct drive *d, char **argv)
{
	struct rule rule = { .dev.ifindex = device(argv[1]) };

	if (strcmp(argv[0], "qdisc-del") == 0) {
		request(d, REQUEST_QDISC_DEL, &rule);
		return;
	}
	rule.block = argv[2] ? (uint32_t)strtoul(argv[2], NULL, 0) : 0;
	request(d, REQUEST_QDISC, &rule);
}

static void join(char **argv, char *out, size_t size)
{
	size_t n = 0;

	for (out[0] = '\0'; *argv && n < size; argv++)
		n += (size_t)snprintf(out + n, size - n, "%s ", *argv);
}

static void resolve(struct rule *r)
{
	if (!r->block)
		r->dev.ifindex = device(r->dev.name);
	for (int i = 0; i < r->n_actions; i++)
		if (r->actions[i].kind == RULE_ACTION_MIRRED)
			r->actions[i].mirred.port.ifindex =
				device(r->actions[i].mirred.port.name);
}

static void run_rule(struct drive *d, char **argv)
{
	static const struct {
		const char *word;
		enum kernel_request_kind kind;
	} verbs[] = {
		{ "add", REQUEST_ADD }, { "replace", REQUEST_REPLACE },
		{ "del", REQUEST_DEL }, { "get", REQUEST_GET },
		{ "explain", REQUEST_EXPLAIN },
	};
	size_t i = 0;
	static struct rule rule;
	struct reason_list reasons = { 0 };
	enum tctext_verb verb;
	struct error err = { 0 };
	char text[4096];

	while (strcmp(argv[0], verbs[i].word) != 0)
		i++;
	join(argv + 1, text, sizeof(text));
	if (tctext_parse(text, &verb, &rule, &reasons, &err) < 0)
		die(err.msg, -EINVAL);
	resolve(&rule);
	request(d, verbs[i].kind, &rule);
}

/*
 * The rest
 */

static void run_dump(struct drive *d, char **argv)
{
	struct kernel_dump dump = { 0 };
	int rc;

	if (sscanf(argv[1], "block=%u", &dump.block) != 1)
		dump.ifindex = device(argv[1]);
	for (argv += 2; *argv; argv++) {
		dump.terse |= strcmp(*argv, "terse") == 0;
		dump.steady |= strcmp(*argv, "steady") == 0;
		if (sscanf(*argv, "at=%u", &d->at) == 1 && argv[1])
			d->command = *++argv;
	}
	rc = d->kernel->ops->tc_dump(d->kernel, &dump);
	if (rc)
		die("not taken", rc);
	wait_done(d);
}

static void run_links(struct drive *d, char **argv)
{
	struct error err;

	d->command = argv[1];
	if (d->kernel->ops->start(d->kernel, &err))
		die(err.msg, -err.code);
	wait_done(d);
}

static const struct {
	const char *name;
	void (*run)(struct drive *d, char **argv);
} commands[] = {
	{ "qdisc", run_qdisc }, { "qdisc-del", run_qdisc },
	{ "add", run_rule }, { "replace", run_rule }, { "del", run_rule },
	{ "get", run_rule }, { "explain", run_rule },
	{ "dump", run_dump }, { "links", run_links },
};

int main(int argc, char **argv)
{
	struct drive d = { 0 };

	for (size_t i = 0; argc > 2 && i < ARRAY_LEN(commands); i++) {
		if (strcmp(argv[1], commands[i].name) != 0)
			continue;
		open_kernel(&d);
		commands[i].run(&d, argv + 1);
		close_kernel(&d);
		return d.err ? 1 : 0;
	}
	fprintf(stderr, "usage: drive COMMAND ARGUMENT...\n");
	return 2;
}

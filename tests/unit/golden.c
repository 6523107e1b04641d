/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines: "# …" comment, "= command" begins a record, "  xx xx …" its bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/golden.h"

#include <linux/genetlink.h>

#include "swoffd/kernel/attr.h"
#include "swoffd/kernel/nlsock.h"

static void begin(struct golden *g, const char *line)
{
	struct golden_record *r = &g->records[g->n++];

	assert_true(g->n <= GOLDEN_MAX);
	r->command = strndup(line + 2, strcspn(line + 2, "\n"));
	r->data = NULL;
	r->size = 0;
}

static void add_bytes(struct golden_record *r, const char *line)
{
	unsigned int byte;
	int step;

	while (sscanf(line, " %2x%n", &byte, &step) == 1) {
		r->data = realloc(r->data, r->size + 1);
		assert_non_null(r->data);
		r->data[r->size++] = (uint8_t)byte;
		line += step;
	}
}

void golden_load(const char *file, struct golden *out)
{
	const char *top = getenv("srcdir");
	char path[4096], line[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/golden/%s", top ? top : ".",
		 file);
	f = fopen(path, "r");
	assert_non_null(f);
	out->n = 0;
	while (fgets(line, sizeof(line), f)) {
		if (line[0] == '=')
			begin(out, line);
		else if (line[0] == ' ')
			add_bytes(&out->records[out->n - 1], line);
	}
	fclose(f);
	assert_true(out->n > 0);
}

void golden_free(struct golden *g)
{
	for (size_t i = 0; i < g->n; i++) {
		free(g->records[i].command);
		free(g->records[i].data);
	}
}

const struct golden_record *golden_find(const struct golden *g,
					const char *command)
{
	for (size_t i = 0; i < g->n; i++)
		if (!strcmp(g->records[i].command, command))
			return &g->records[i];
	fail_msg("no record of: %s", command);
	return NULL;
}

void golden_each(const struct golden_record *r, golden_fn fn, void *ctx)
{
	const struct nlmsghdr *nlh = (const void *)r->data;
	size_t left = r->size;

	for (; nlsock_msg_ok(nlh, left); nlh = nlsock_msg_next(nlh, &left))
		fn(nlh, ctx);
}

void golden_assert_genl(const struct golden *g, const char *command,
			const struct nlmsghdr *ours)
{
	const struct golden_record *r = golden_find(g, command);
	const struct nlmsghdr *tool = (const void *)r->data;
	const struct genlmsghdr *a_head = mnl_nlmsg_get_payload(tool);
	const struct genlmsghdr *b_head = mnl_nlmsg_get_payload(ours);
	const struct nlattr *a, *b;
	size_t size;

	assert_int_equal(ours->nlmsg_len, tool->nlmsg_len);
	assert_int_equal(ours->nlmsg_type, tool->nlmsg_type);
	assert_int_equal(ours->nlmsg_flags | NLM_F_ACK, tool->nlmsg_flags);
	assert_int_equal(b_head->cmd, a_head->cmd);
	b = attr_body(ours, sizeof(*b_head), &size);
	attr_for_each(a, attr_body(tool, sizeof(*a_head), &size), size) {
		assert_memory_equal(a, b, a->nla_len);
		b = attr_next(b);
	}
}

struct torture {
	golden_fn fn;
	void *ctx;
};

static void with_copy(const struct nlmsghdr *nlh, size_t size, size_t at,
		      uint8_t value, const struct torture *t)
{
	uint8_t *copy = malloc(size);
	uint32_t len = (uint32_t)size;

	assert_non_null(copy);
	memcpy(copy, nlh, size);
	if (at < size)
		copy[at] = value;
	memcpy(copy, &len, sizeof(len));
	t->fn((const void *)copy, t->ctx);
	free(copy);
}

static void torture_one(const struct nlmsghdr *nlh, void *ctx)
{
	static const uint8_t values[] = { 0, 1, 3, 4, 0x7f, 0x80, 0xff };

	for (size_t size = sizeof(*nlh); size < nlh->nlmsg_len; size++)
		with_copy(nlh, size, SIZE_MAX, 0, ctx);
	for (size_t at = sizeof(*nlh); at < nlh->nlmsg_len; at++)
		for (size_t i = 0; i < sizeof(values); i++)
			with_copy(nlh, nlh->nlmsg_len, at, values[i], ctx);
}

void golden_torture(const struct golden *g, golden_fn fn, void *ctx)
{
	struct torture t = { fn, ctx };

	for (size_t i = 0; i < g->n; i++)
		golden_each(&g->records[i], torture_one, &t);
}

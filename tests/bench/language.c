/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long a line of dump-flows takes to become a netlink message, by stage,
 * with one thread and no kernel: language FILE [SECONDS].  Lines that have no
 * rule are parsed and refused, and counted apart.
 */
#include <linux/if_ether.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/cleanup.h"
#include "common/flow/line.h"
#include "swoffd/kernel/filter.h"

#define LINES_MAX 10000
#define ROUNDS 200             /* of a stage on one line, to be measurable */

struct bench {
	size_t n;
	char *lines[LINES_MAX];
	struct odp_flow flow;
	struct rule rule;
	struct reason_list reasons;
	uint8_t message[FILTER_MAX_SIZE] __attribute__((aligned(8)));
};

/* The linker leads calls of malloc() and its kin here. */
static unsigned long n_allocations;
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);

void *__wrap_malloc(size_t size)
{
	n_allocations++;
	return __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	n_allocations++;
	return __real_calloc(n, size);
}

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void read_lines(struct bench *b, const char *path)
{
	static char line[65536];
	FILE *f = fopen(path, "r");

	if (!f) {
		perror(path);
		exit(1);
	}
	while (b->n < LINES_MAX && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] && line[0] != '#')
			b->lines[b->n++] = strdup(line);
	}
	fclose(f);
}

static bool parse(struct bench *b, const char *line)
{
	struct error err = { 0 };

	return odp_flow_parse(line, &b->flow, &err) == 0;
}

static bool translate(struct bench *b)
{
	b->reasons.n = 0;
	return odp_translate(&b->flow, NULL, &b->rule, &b->reasons) == 0;
}

static bool encode(struct bench *b)
{
	struct kernel_request req = { .kind = REQUEST_ADD, .rule = &b->rule };

	return filter_encode(b->message, sizeof(b->message), &req) >= 0;
}

/* Each stage alone, many times over on each line. */
static void by_stage(struct bench *b)
{
	double parsing = 0, translating = 0, encoding = 0, start;
	size_t n_rules = 0, n_flows = 0;

	for (size_t i = 0; i < b->n; i++) {
		if (!parse(b, b->lines[i]))
			continue;
		n_flows++;
		start = now_ns();
		for (int k = 0; k < ROUNDS; k++)
			(void)parse(b, b->lines[i]);
		parsing += now_ns() - start;
		start = now_ns();
		for (int k = 0; k < ROUNDS; k++)
			(void)translate(b);
		translating += now_ns() - start;
		if (!translate(b))
			continue;
		n_rules++;
		start = now_ns();
		for (int k = 0; k < ROUNDS; k++)
			(void)encode(b);
		encoding += now_ns() - start;
	}
	printf("lines %zu, flows %zu, rules %zu\n", b->n, n_flows, n_rules);
	if (!n_rules)
		return;
	printf("parse      %7.0f ns a line\n", parsing / ROUNDS / (double)n_flows);
	printf("translate  %7.0f ns a line\n",
	       translating / ROUNDS / (double)n_flows);
	printf("encode     %7.0f ns a rule\n",
	       encoding / ROUNDS / (double)n_rules);
}

/* All stages in turn, line after line, as a load does it. */
static void all_stages(struct bench *b, double seconds)
{
	unsigned long before = n_allocations, n = 0;
	double start = now_ns(), used = 0, ns;
	uint64_t flows = 0;

	do {
		for (size_t i = 0; i < b->n; i++, n++) {
			if (!parse(b, b->lines[i]))
				continue;
			flows++;
			used += (double)(offsetof(struct odp_flow, actions) +
					 b->flow.n_actions *
						 sizeof(b->flow.actions[0]) +
					 b->flow.data_size);
			if (translate(b))
				(void)encode(b);
		}
		ns = now_ns() - start;
	} while (ns < seconds * 1e9);
	printf("together   %7.0f ns a line: %.2f million lines/s\n",
	       ns / (double)n, (double)n / ns * 1e3);
	printf("memory     %7.0f bytes of %zu that a parsed flow may use\n",
	       flows ? used / (double)flows : 0, sizeof(b->flow));
	printf("allocated  %7lu times in %lu lines\n", n_allocations - before,
	       n);
}

int main(int argc, char **argv)
{
	static struct bench b;

	if (argc < 2) {
		fprintf(stderr, "usage: language FILE [SECONDS]\n");
		return 2;
	}
	read_lines(&b, argv[1]);
	by_stage(&b);
	all_stages(&b, argc > 2 ? atof(argv[2]) : 3);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long a line of dump-flows takes to become a netlink message, with one
 * thread and no kernel: language [-s SECONDS] FILE...
 *
 * Lines that become rules, lines that are flows without a rule and lines that
 * are no flow are measured apart.  What a stage costs is the difference of two
 * passes over the same lines, without it and with it; of several passes the
 * fastest one counts, for whatever else the machine does only adds to it.
 */
#include <linux/if_ether.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/base/cleanup.h"
#include "common/flow/line.h"
#include "swoffd/kernel/filter.h"

#define LINES_MAX 100000
#define PASS_LINES 2000        /* that a pass has at least, to be measurable */

enum line_class { CLASS_RULE, CLASS_REFUSED, CLASS_BAD, N_CLASSES };
static const char *const class_names[N_CLASSES] = {
	"translated", "refused", "no flow",
};

/* A pass stops behind one of them. */
enum stage { STAGE_IS_PARSE, STAGE_IS_TRANSLATE, STAGE_IS_ENCODE, N_STAGES };
static const char *const stage_names[N_STAGES] = {
	"parse", "translate", "encode",
};

struct line_set {
	size_t n;
	const char *text[LINES_MAX];
};

struct bench {
	struct line_set sets[N_CLASSES];
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

/*
 * A line through the stages up to last: what becomes of it.
 */
static enum line_class run_line(struct bench *b, const char *line,
				enum stage last)
{
	struct kernel_request req = { .kind = REQUEST_ADD, .rule = &b->rule };
	struct error err;

	if (odp_flow_parse(line, &b->flow, &err) < 0)
		return CLASS_BAD;
	b->reasons.n = 0;
	if (last >= STAGE_IS_TRANSLATE &&
	    odp_translate(&b->flow, NULL, &b->rule, &b->reasons) < 0)
		return CLASS_REFUSED;
	if (last >= STAGE_IS_ENCODE &&
	    filter_encode(b->message, sizeof(b->message), &req) < 0)
		return CLASS_REFUSED;
	return CLASS_RULE;
}

static void read_lines(struct bench *b, const char *path)
{
	static char line[65536];
	FILE *f = fopen(path, "r");

	if (!f) {
		perror(path);
		exit(1);
	}
	while (fgets(line, sizeof(line), f)) {
		struct line_set *l;

		line[strcspn(line, "\n")] = '\0';
		if (!line[0] || line[0] == '#')
			continue;
		l = &b->sets[run_line(b, line, STAGE_IS_ENCODE)];
		if (l->n < LINES_MAX)
			l->text[l->n++] = strdup(line);
	}
	fclose(f);
}

/* Nanoseconds a line. */
static double pass(struct bench *b, const struct line_set *l, enum stage last)
{
	size_t repeat = PASS_LINES / l->n + 1;
	double start = now_ns();

	for (size_t k = 0; k < repeat; k++)
		for (size_t i = 0; i < l->n; i++)
			(void)run_line(b, l->text[i], last);
	return (now_ns() - start) / (double)(repeat * l->n);
}

/* Passes of all kinds take turns, so that a busy second hits them alike. */
static void measure(struct bench *b, enum line_class class, double seconds)
{
	enum stage n = class == CLASS_RULE ? N_STAGES :
		       class == CLASS_REFUSED ? STAGE_IS_ENCODE :
					       STAGE_IS_TRANSLATE;
	double best[N_STAGES] = { 0 }, end = now_ns() + seconds * 1e9;
	const struct line_set *l = &b->sets[class];

	printf("%s: %zu lines", class_names[class], l->n);
	if (l->n) {
		do {
			for (enum stage s = 0; s < n; s++) {
				double ns = pass(b, l, s);

				if (!best[s] || ns < best[s])
					best[s] = ns;
			}
		} while (now_ns() < end);
		printf(", %.0f ns each, %.2f million a second", best[n - 1],
		       1e3 / best[n - 1]);
	}
	printf("\n");
	for (enum stage s = 0; l->n && s < n; s++)
		printf("  %-10s %6.0f ns\n", stage_names[s],
		       best[s] - (s ? best[s - 1] : 0));
}

/* What is defined of a flow that was parsed. */
static size_t used_by(const struct odp_flow *f)
{
	return sizeof(*f) - sizeof(f->given) - sizeof(f->shown) -
	       sizeof(f->refused.reasons) - sizeof(f->actions) -
	       sizeof(f->data) + f->n_given * sizeof(f->given[0]) +
	       f->n_shown * sizeof(f->shown[0]) +
	       f->refused.n * sizeof(f->refused.reasons[0]) +
	       f->n_actions * sizeof(f->actions[0]) + f->data_size;
}

static void measure_memory(struct bench *b)
{
	const struct line_set *l = &b->sets[CLASS_RULE];
	size_t most = 0, sum = 0;

	for (size_t i = 0; i < l->n; i++) {
		size_t used;

		(void)run_line(b, l->text[i], STAGE_IS_PARSE);
		used = used_by(&b->flow);
		sum += used;
		most = used > most ? used : most;
	}
	printf("memory: %zu bytes of a parsed flow are in use, at most %zu; "
	       "the one that all lines share has %zu\n",
	       l->n ? sum / l->n : 0, most, sizeof(b->flow));
}

int main(int argc, char **argv)
{
	static struct bench b;
	double seconds = 1;
	unsigned long before;

	if (argc > 2 && strcmp(argv[1], "-s") == 0) {
		seconds = atof(argv[2]);
		argc -= 2;
		argv += 2;
	}
	if (argc < 2) {
		fprintf(stderr, "usage: language [-s SECONDS] FILE...\n");
		return 2;
	}
	while (*++argv)
		read_lines(&b, *argv);
	(void)now_ns();
	before = n_allocations;
	for (enum line_class c = 0; c < N_CLASSES; c++)
		measure(&b, c, seconds);
	measure_memory(&b);
	printf("allocations: %lu\n", n_allocations - before);
	return 0;
}

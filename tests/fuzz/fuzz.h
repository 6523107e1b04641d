/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the fuzz targets share.  A target is LLVMFuzzerTestOneInput();
 * libFuzzer drives it, or replay.c over the files of its corpus.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/flow/line.h"

#define FUZZ_LINE_MAX 65536

/* The entrance that libFuzzer and replay.c call. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A claim that must hold for every input. */
#define FUZZ_CLAIM(what)                                               \
	do {                                                           \
		if (!(what)) {                                         \
			fprintf(stderr, "%s:%d: not so: %s\n",         \
				__FILE__, __LINE__, #what);            \
			abort();                                       \
		}                                                      \
	} while (0)

/* The input as a string behind a prefix; NULL if it is too long. */
const char *fuzz_line(const char *prefix, const uint8_t *data, size_t size);

/* Flows and rules for the target, two of each: never freed. */
struct odp_flow *fuzz_flow(int which);
struct rule *fuzz_rule(int which);

bool fuzz_same_rule(const struct rule *a, const struct rule *b);

/* Shows both for the one who looks for the bug; false. */
bool fuzz_differ(const char *first, const char *second);

#endif

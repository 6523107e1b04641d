/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the files are. */
#include "tests/unit/corpus.h"

#include <stdlib.h>

#include "tests/unittest.h"

FILE *corpus_open(const char *name)
{
	const char *dir = getenv("SWOFFD_CORPORA"), *top = getenv("srcdir");
	char path[4096];
	FILE *f = NULL;

	if (dir) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
		f = fopen(path, "re");
	}
	if (!f) {
		(void)snprintf(path, sizeof(path), "%s/tests/corpora/%s",
			       top ? top : ".", name);
		f = fopen(path, "re");
	}
	assert_non_null(f);
	return f;
}

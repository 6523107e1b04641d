/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a target over the files of a folder, each being one input, and over
 * every one of them cut short and damaged.  The tests do so without a fuzzer.
 */
#include <dirent.h>
#include <limits.h>
#include <sys/stat.h>

#include "tests/fuzz/fuzz.h"

#define INPUT_MAX (1024 * 1024)
#define DAMAGED_MAX 2048       /* longer inputs are not damaged byte by byte */

static void run(const uint8_t *data, size_t size)
{
	/* Of its own size, so that a read behind the end is seen. */
	uint8_t *copy = malloc(size ? size : 1);

	FUZZ_CLAIM(copy);
	if (size)
		memcpy(copy, data, size);
	(void)LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static void run_damaged(uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size && size <= DAMAGED_MAX; i += 1 + size / 64) {
		uint8_t was = data[i];

		run(data, i);
		data[i] = (uint8_t)(was ^ 0x11);
		run(data, size);
		data[i] = was;
	}
}

static void run_file(const char *path)
{
	static uint8_t data[INPUT_MAX];
	FILE *f = fopen(path, "rb");
	size_t size;

	FUZZ_CLAIM(f);
	size = fread(data, 1, sizeof(data), f);
	fclose(f);
	run(data, size);
	run_damaged(data, size);
}

static int run_folder(const char *folder)
{
	struct dirent *e;
	int n = 0;
	DIR *d = opendir(folder);

	if (!d) {
		perror(folder);
		return 0;
	}
	while ((e = readdir(d))) {
		char path[PATH_MAX];

		if (e->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		run_file(path);
		n++;
	}
	closedir(d);
	return n;
}

int main(int argc, char **argv)
{
	int n = 0;

	for (int i = 1; i < argc; i++)
		n += run_folder(argv[i]);
	if (!n) {
		printf("not ok 1 - no inputs\n");
		return 1;
	}
	printf("ok 1 - %d inputs, whole and damaged\n1..1\n", n);
	return 0;
}

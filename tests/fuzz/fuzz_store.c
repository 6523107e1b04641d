/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as the file of the store: it opens, as it is or empty, and holds
 * what is put into it.
 */
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "common/base/log.h"
#include "swoffd/store/sqlite_store.h"
#include "tests/fuzz/fuzz.h"

#define FORMAT 1
#define KEY 7

static char folder[] = "/tmp/fuzz.XXXXXX";
static char path[sizeof(folder) + 8];

static void remove_files(void)
{
	static const char *const suffixes[] = { "", ".bad", "-journal", "-wal",
						".lock" };
	char name[sizeof(path) + 16];

	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		(void)snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
		(void)unlink(name);
	}
}

static void remove_folder(void)
{
	remove_files();
	(void)rmdir(folder);
}

static void make_file(const uint8_t *data, size_t size)
{
	AUTO(close_fd) int fd = -1;

	if (!path[0]) {
		log_init(LOG_LEVEL_ERROR, false);
		FUZZ_CLAIM(mkdtemp(folder));
		(void)snprintf(path, sizeof(path), "%s/state", folder);
		(void)atexit(remove_folder);
	}
	remove_files();
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FUZZ_CLAIM(fd >= 0 && write(fd, data, size) == (ssize_t)size);
}

struct seen {
	int64_t last;                  /* key, -1 before the first */
	size_t size;                   /* of KEY */
};

static int look(void *ctx, uint32_t key, const void *data, size_t size)
{
	struct seen *seen = ctx;

	FUZZ_CLAIM(data && size <= STORE_RECORD_MAX);
	FUZZ_CLAIM((int64_t)key > seen->last);
	seen->last = key;
	if (key == KEY)
		seen->size = size;
	return 0;
}

/* The size of the record KEY of flows. */
static size_t read_all(struct store *s)
{
	struct seen seen = { 0 };

	for (int t = 0; t < STORE_N_TABLES; t++) {
		seen.last = -1;
		FUZZ_CLAIM(s->ops->each(s, (enum store_table)t, look, &seen) ==
			   0);
	}
	return seen.size;
}

static struct store *open_store(void)
{
	struct error err = { 0 };
	struct store *s = NULL;

	FUZZ_CLAIM(sqlite_store_open(path, FORMAT, &s, &err) == 0 ||
		   fuzz_differ("", err.msg));
	return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char record[3000];
	struct store *s;

	make_file(data, size);
	s = open_store();
	(void)read_all(s);
	FUZZ_CLAIM(s->ops->put(s, STORE_FLOWS, KEY, record, sizeof(record)) ==
		   0);
	FUZZ_CLAIM(s->ops->del(s, STORE_DEVS, KEY) == 0);
	FUZZ_CLAIM(s->ops->commit(s) == 0);
	sqlite_store_free(s);
	s = open_store();
	FUZZ_CLAIM(read_all(s) == sizeof(record));
	FUZZ_CLAIM(s->ops->clear(s, STORE_FLOWS) == 0);
	sqlite_store_free(s);
	return 0;
}

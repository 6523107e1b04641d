/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What fails here is no claim of any test: it ends the program. */
#include "tests/unit/storedir.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/cleanup.h"

#define FILE_NAME "state"

static void need(int ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	abort();
}

void storedir_make(struct storedir *d)
{
	(void)snprintf(d->folder, sizeof(d->folder), "/tmp/store.XXXXXX");
	need(mkdtemp(d->folder) != NULL, d->folder);
	(void)snprintf(d->path, sizeof(d->path), "%.40s/" FILE_NAME,
		       d->folder);
}

void storedir_remove(struct storedir *d)
{
	DIR *dir = opendir(d->folder);
	struct dirent *e;

	need(dir != NULL, d->folder);
	while ((e = readdir(dir)))
		if (unlinkat(dirfd(dir), e->d_name, 0) < 0)
			(void)unlinkat(dirfd(dir), e->d_name, AT_REMOVEDIR);
	(void)closedir(dir);
	need(rmdir(d->folder) == 0, d->folder);
}

const char *storedir_name(const struct storedir *d, const char *suffix)
{
	static char names[2][STOREDIR_NAME_SIZE];
	static int which;

	which = !which;
	(void)snprintf(names[which], sizeof(names[which]), "%.50s%s", d->path,
		       suffix);
	return names[which];
}

uint8_t *storedir_read(const struct storedir *d, const char *suffix,
		       size_t *size)
{
	FILE *f = fopen(storedir_name(d, suffix), "rb");
	uint8_t *data;
	long end;

	if (!f)
		return NULL;
	need(fseek(f, 0, SEEK_END) == 0, "fseek");
	end = ftell(f);
	need(end >= 0, "ftell");
	rewind(f);
	*size = (size_t)end;
	data = malloc(*size + 1);
	need(data && fread(data, 1, *size, f) == *size, "fread");
	(void)fclose(f);
	return data;
}

void storedir_write(const struct storedir *d, const char *suffix,
		    const void *data, size_t size)
{
	FILE *f = fopen(storedir_name(d, suffix), "wb");

	need(f && fwrite(data, 1, size, f) == size && fclose(f) == 0,
	     d->path);
}

void storedir_crash(struct storedir *d)
{
	static const char *const suffixes[] = { "", "-journal", "-wal" };
	struct storedir to;

	storedir_make(&to);
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		size_t size;
		AUTO(free) uint8_t *data = storedir_read(d, suffixes[i],
							 &size);

		if (data)
			storedir_write(&to, suffixes[i], data, size);
	}
	storedir_remove(d);
	*d = to;
}

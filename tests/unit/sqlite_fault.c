/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Through the two doors that SQLite has for it: its VFS and its allocator. */
#include "tests/unit/sqlite_fault.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <unistd.h>

static struct sqlite_fault fault;
static bool happened;
static sqlite3_mem_methods memory;

void sqlite_fault_set(const struct sqlite_fault *f)
{
	fault = *f;
	happened = false;
}

bool sqlite_fault_end(void)
{
	fault.n = 0;
	return happened;
}

/* Is it this call's turn?  A kill comes at any call that changes a file. */
static bool due(enum sqlite_fault_what what)
{
	if (what == FAULT_TRUNCATE && !fault.err)
		what = FAULT_WRITE;
	if (what != fault.what || !fault.n || --fault.n)
		return false;
	if (fault.forever)
		fault.n = 1;
	happened = true;
	return true;
}

static int fail(void)
{
	if (!fault.err)
		(void)raise(SIGKILL);
	errno = fault.err;
	return -1;
}

static ssize_t faulty_pwrite(int fd, const void *data, size_t size, off_t at)
{
	if (!due(FAULT_WRITE))
		return pwrite(fd, data, size, at);
	if (fault.torn)
		(void)!pwrite(fd, data, size / 2, at);
	return fail();
}

static ssize_t faulty_write(int fd, const void *data, size_t size)
{
	return due(FAULT_WRITE) ? fail() : write(fd, data, size);
}

static int faulty_ftruncate(int fd, off_t size)
{
	return due(FAULT_TRUNCATE) ? fail() : ftruncate(fd, size);
}

static int faulty_open(const char *path, int flags, int mode)
{
	return due(FAULT_WRITE) ? fail() : open(path, flags, mode);
}

static int faulty_unlink(const char *path)
{
	return due(FAULT_WRITE) ? fail() : unlink(path);
}

static ssize_t faulty_pread(int fd, void *data, size_t size, off_t at)
{
	return due(FAULT_READ) ? fail() : pread(fd, data, size, at);
}

static ssize_t faulty_read(int fd, void *data, size_t size)
{
	return due(FAULT_READ) ? fail() : read(fd, data, size);
}

static void *faulty_malloc(int size)
{
	return due(FAULT_MALLOC) ? NULL : memory.xMalloc(size);
}

static void *faulty_realloc(void *p, int size)
{
	return due(FAULT_MALLOC) ? NULL : memory.xRealloc(p, size);
}

/* Either name of a call may be the one that this SQLite was built with. */
static const struct {
	const char *name;
	sqlite3_syscall_ptr fn;
} calls[] = {
	{ "pwrite", (sqlite3_syscall_ptr)faulty_pwrite },
	{ "pwrite64", (sqlite3_syscall_ptr)faulty_pwrite },
	{ "write", (sqlite3_syscall_ptr)faulty_write },
	{ "ftruncate", (sqlite3_syscall_ptr)faulty_ftruncate },
	{ "open", (sqlite3_syscall_ptr)faulty_open },
	{ "unlink", (sqlite3_syscall_ptr)faulty_unlink },
	{ "pread", (sqlite3_syscall_ptr)faulty_pread },
	{ "pread64", (sqlite3_syscall_ptr)faulty_pread },
	{ "read", (sqlite3_syscall_ptr)faulty_read },
};

void sqlite_fault_install(void)
{
	sqlite3_mem_methods methods;
	int rc = sqlite3_config(SQLITE_CONFIG_GETMALLOC, &memory);
	sqlite3_vfs *vfs;

	assert(rc == SQLITE_OK);
	methods = memory;
	methods.xMalloc = faulty_malloc;
	methods.xRealloc = faulty_realloc;
	rc = sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
	assert(rc == SQLITE_OK);
	vfs = sqlite3_vfs_find(NULL);
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		(void)vfs->xSetSystemCall(vfs, calls[i].name, calls[i].fn);
}

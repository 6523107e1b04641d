/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads tests/golden/: netlink datagrams captured from other programs and from
 * the kernel.  Also what all tests of codecs do with them.
 */
#ifndef TESTS_UNIT_GOLDEN_H
#define TESTS_UNIT_GOLDEN_H

#include <libmnl/libmnl.h>
#include <stddef.h>
#include <stdint.h>

#define GOLDEN_MAX 256

struct golden_record {
	char *command;                 /* what was run */
	uint8_t *data;                 /* one datagram; malloc'd, of this size,
					* so that ASan sees every step too far */
	size_t size;
};

struct golden {
	size_t n;
	struct golden_record records[GOLDEN_MAX];
};

/* Of $srcdir/tests/golden/; fails the test if there is nothing. */
void golden_load(const char *file, struct golden *out);
void golden_free(struct golden *g);

/* The first record with this command. */
const struct golden_record *golden_find(const struct golden *g,
					const char *command);

/* ours is what the command sent, attribute by attribute: devlink(8) does not
 * clear what pads them, leaves the version at 0, which the kernel does not look
 * at, and asks for an ACK. */
void golden_assert_genl(const struct golden *g, const char *command,
			const struct nlmsghdr *ours);

typedef void (*golden_fn)(const struct nlmsghdr *nlh, void *ctx);

/* Every message of a datagram. */
void golden_each(const struct golden_record *r, golden_fn fn, void *ctx);

/* Every message cut at every length, and with every byte changed. */
void golden_torture(const struct golden *g, golden_fn fn, void *ctx);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scan: every hook of every link is dumped whole, one after the other.  In
 * order of ifindex, for links may come and go meanwhile.  A dump of which the
 * kernel may have left out something is taken again, some times.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "swoffd/core/engine_priv.h"

#define SCAN_TRIES 8

static const struct link *next_link(struct core *core, uint32_t ifindex)
{
	const struct link *l, *best = NULL;

	list_for_each(l, &core->links, node)
		if (l->info.ifindex > ifindex &&
		    (!best || l->info.ifindex < best->info.ifindex))
			best = l;
	return best;
}

static int dump(const struct engine *e)
{
	const struct kernel_dump dump = {
		.ifindex = e->scan_ifindex, .hook = e->scan_hook,
		.steady = true,
	};
	struct kernel *k = e->core->kernel;

	return k->ops->tc_dump(k, &dump);
}

static void finish(struct engine *e)
{
	const struct engine_scan *scan = e->scan;

	e->scan = NULL;
	scan->done(e);
}

static bool was_told(const struct engine *e, uint32_t block)
{
	for (uint32_t i = 0; i < e->n_scan_blocks; i++)
		if (e->scan_blocks[i] == block)
			return true;
	return false;
}

/* Without memory it is told once more. */
static void note(struct engine *e, uint32_t block)
{
	uint32_t size = e->size_scan_blocks ? e->size_scan_blocks * 2 : 16;
	uint32_t *blocks;

	if (e->n_scan_blocks == e->size_scan_blocks) {
		blocks = reallocarray(e->scan_blocks, size, sizeof(*blocks));
		if (!blocks)
			return;
		e->scan_blocks = blocks;
		e->size_scan_blocks = size;
	}
	e->scan_blocks[e->n_scan_blocks++] = block;
}

bool engine_scan_repeats(struct engine *e, const struct kernel_filter *filter)
{
	if (e->scan_tries)
		return true;
	if (!filter->block)
		return false;
	/* All of a dump are on one block. */
	if (e->scan_block != filter->block) {
		e->scan_block = filter->block;
		e->scan_block_again = was_told(e, filter->block);
		if (!e->scan_block_again)
			note(e, filter->block);
	}
	return e->scan_block_again;
}

void engine_scan_fini(struct engine *e)
{
	free(e->scan_blocks);
}

static void go_on(struct engine *e)
{
	const struct link *l;

	for (;;) {
		e->scan_tries = 0;
		e->scan_block = 0;
		if (e->scan_hook == RULE_INGRESS) {
			e->scan_hook = RULE_EGRESS;
		} else {
			e->scan_hook = RULE_INGRESS;
			l = next_link(e->core, e->scan_ifindex);
			if (!l) {
				finish(e);
				return;
			}
			e->scan_ifindex = l->info.ifindex;
		}
		if (dump(e) == 0)
			return;
		e->scan->unsure(e, e->scan_ifindex);
	}
}

void engine_scan_start(struct engine *e, const struct engine_scan *scan)
{
	e->scan = scan;
	e->scan_ifindex = 0;
	e->scan_hook = RULE_EGRESS;
	e->n_scan_blocks = 0;
	go_on(e);
}

void engine_scan_dump_done(struct engine *e, int err)
{
	bool failed = err && err != ENODEV;

	if (failed && ++e->scan_tries < SCAN_TRIES && dump(e) == 0)
		return;
	if (failed) {
		log_warning("ifindex %u: dump of filters: %s; rules there may "
			    "be missed", e->scan_ifindex, strerror(err));
		e->scan->unsure(e, e->scan_ifindex);
	}
	go_on(e);
}

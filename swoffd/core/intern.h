/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Equal values kept once: masks and action lists, which a million flows share
 * a handful of.  Reference-counted; an id stays valid until its last put.
 */
#ifndef SWOFFD_CORE_INTERN_H
#define SWOFFD_CORE_INTERN_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/hash.h"

struct intern_item;

struct intern {
	struct intern_item *items;
	uint32_t n_items, size_items;
	uint32_t free_head;            /* chain of free items, by id plus one */
	uint32_t recent;               /* got last: equal ones come in a row */
	struct hash index;
};

/* {0} is empty. */
void intern_fini(struct intern *in);

/* Takes a reference to the value, copied if it is new; 0 and *id, -ENOMEM. */
int intern_get(struct intern *in, const void *data, size_t size, uint32_t *id);
void intern_put(struct intern *in, uint32_t id);

/* The id of an equal value, without a reference; HASH_NONE if there is none. */
uint32_t intern_find(const struct intern *in, const void *data, size_t size);

/* Borrowed until the value is put. */
const void *intern_data(const struct intern *in, uint32_t id, size_t *size);

/* Values alive; ids run from 0 to intern_n_ids(), dead ones give NULL. */
uint32_t intern_n_ids(const struct intern *in);

#endif

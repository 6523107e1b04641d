/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a store should hold: of each key the generation that was put last.  The
 * bytes of a record follow from table, key and generation, so that any record
 * found anywhere can be checked.  A value: a copy is a snapshot.
 */
#ifndef TESTS_UNIT_STORESET_H
#define TESTS_UNIT_STORESET_H

#include "swoffd/core/store.h"

#define STORESET_KEYS 600

struct storeset {
	uint16_t gen[STORE_N_TABLES][STORESET_KEYS];   /* 0: no record */
};

/* The bytes of a record; out has STORE_RECORD_MAX of them. */
size_t storeset_record(enum store_table t, uint32_t key, uint16_t gen,
		       uint8_t *out);

/* Puts into both; into the set only if the store took it. */
int storeset_put(struct storeset *set, struct store *s, enum store_table t,
		 uint32_t key, uint16_t gen);
int storeset_del(struct storeset *set, struct store *s, enum store_table t,
		 uint32_t key);

/* Empties a table of both; what had not been committed is not kept. */
int storeset_clear(struct storeset *set, struct store *s, enum store_table t);

/* n changes here and there, which follow from seed alone; the first failure. */
int storeset_change(struct storeset *set, struct store *s, uint16_t seed,
		    int n);

/* "" if the store is exactly this, else the first difference. */
const char *storeset_differs(const struct storeset *set, struct store *s);

#endif

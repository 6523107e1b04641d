/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of ovsdb_value share. */
#ifndef SWOFFD_OVS_OVSDB_VALUE_PRIV_H
#define SWOFFD_OVS_OVSDB_VALUE_PRIV_H

#include "swoffd/ovs/ovsdb_value.h"

enum ovsdb_atom_kind { OVSDB_ATOM_TEXT, OVSDB_ATOM_NUMBER, OVSDB_ATOM_UUID };

struct ovsdb_type_row {
	enum ovsdb_atom_kind atom;
	bool one;              /* at most */
	bool map;
};

extern const struct ovsdb_type_row ovsdb_type_rows[OVSDB_N_TYPES];

/* Atoms of an item. */
static inline uint32_t ovsdb_type_stride(const struct ovsdb_type_row *t)
{
	return t->map ? 2 : 1;
}

/* As strcmp(). */
int ovsdb_atom_compare(const struct ovsdb_type_row *t,
		       const union ovsdb_atom *a, const union ovsdb_atom *b);

#endif

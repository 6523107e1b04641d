/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What "modify" of a server's update2 says of a value: of none or one, the new
 * one; of a set, which members come and which go, without saying which; of a
 * map, entries that come (a new key), go (the same entry) or change.  Both
 * sides are sorted, so it takes one walk over both.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "swoffd/ovs/ovsdb_value_priv.h"

static int copy_atom(const struct ovsdb_type_row *t,
		     const union ovsdb_atom *from, struct ovsdb_value *to)
{
	union ovsdb_atom a = *from;

	if (t->atom == OVSDB_ATOM_TEXT) {
		a.text = strdup(from->text);
		if (!a.text)
			return -ENOMEM;
	}
	to->atoms[to->n++] = a;
	return 0;
}

static int copy_item(const struct ovsdb_type_row *t,
		     const union ovsdb_atom *from, struct ovsdb_value *to)
{
	int rc = 0;

	for (uint32_t i = 0; i < ovsdb_type_stride(t) && rc == 0; i++)
		rc = copy_atom(t, from + i, to);
	return rc;
}

/* Both have it: what is left of it, or NULL. */
static const union ovsdb_atom *both(const struct ovsdb_type_row *t,
				    const union ovsdb_atom *old,
				    const union ovsdb_atom *diff)
{
	return t->map && ovsdb_atom_compare(t, old + 1, diff + 1) != 0 ?
		       diff : NULL;
}

static int merge(const struct ovsdb_type_row *t, const struct ovsdb_value *old,
		 const struct ovsdb_value *diff, struct ovsdb_value *out)
{
	uint32_t stride = ovsdb_type_stride(t), i = 0, j = 0;
	int rc = 0;

	while (rc == 0 && (i < old->n || j < diff->n)) {
		const union ovsdb_atom *a = old->atoms + i, *take;
		const union ovsdb_atom *b = diff->atoms + j;
		int order = i == old->n ? 1 : j == diff->n ? -1 :
			    ovsdb_atom_compare(t, a, b);

		take = order < 0 ? a : order > 0 ? b : both(t, a, b);
		i += order <= 0 ? stride : 0;
		j += order >= 0 ? stride : 0;
		if (take)
			rc = copy_item(t, take, out);
	}
	return rc;
}

int ovsdb_value_patch(enum ovsdb_type type, const struct ovsdb_value *old,
		      const struct ovsdb_value *diff, struct ovsdb_value *out)
{
	static const struct ovsdb_value nothing;
	const struct ovsdb_type_row *t = &ovsdb_type_rows[type];
	struct ovsdb_value v = { 0 };
	int rc;

	if (t->one && diff)
		old = &nothing;
	if (!diff)
		diff = &nothing;
	if (old->n + diff->n) {
		v.atoms = calloc((size_t)old->n + diff->n, sizeof(*v.atoms));
		if (!v.atoms)
			return -ENOMEM;
	}
	rc = merge(t, old, diff, &v);
	if (rc < 0)
		ovsdb_value_fini(type, &v);
	else
		*out = v;
	return rc;
}

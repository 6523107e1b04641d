/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which recipe is whose, and whether one can be followed. */
#include "swoffd/core/recipe.h"

#include <string.h>

#include "common/base/cleanup.h"

static const char *const words[RECIPE_N_WORDS] = {
	[RECIPE_UNBIND] = "unbind", [RECIPE_ZERO] = "zero",
	[RECIPE_PARAMS] = "params", [RECIPE_INLINE] = "inline",
	[RECIPE_MODE] = "mode",     [RECIPE_ENCAP] = "encap",
	[RECIPE_COUNT] = "count",   [RECIPE_PORTS] = "ports",
	[RECIPE_BIND] = "bind",     [RECIPE_RATES] = "rates",
};

static const char *const vfs[] = {
	[RECIPE_VFS_ANY] = "any",
	[RECIPE_VFS_UNBOUND] = "unbound",
	[RECIPE_VFS_ZERO] = "zero",
	[RECIPE_VFS_SOME] = "some",
};

const char *recipe_word_str(enum recipe_word word)
{
	return (size_t)word < RECIPE_N_WORDS ? words[word] : NULL;
}

const char *recipe_vfs_str(enum recipe_vfs value)
{
	return (size_t)value < ARRAY_LEN(vfs) ? vfs[value] : NULL;
}

static bool has_id(const struct recipe *r, uint32_t pci_id)
{
	for (size_t i = 0; i < r->n_ids; i++)
		if (r->ids[i] == pci_id)
			return true;
	return false;
}

const struct recipe *recipe_choose(const struct recipes *recipes,
				   const char *driver, uint32_t pci_id)
{
	const struct recipe *of_driver = NULL, *of_any = NULL;

	for (size_t i = 0; recipes && i < recipes->n; i++) {
		const struct recipe *r = &recipes->rows[i];

		if (strcmp(r->driver, RECIPE_ANY_DRIVER) == 0)
			of_any = r;
		if (strcmp(r->driver, driver) != 0)
			continue;
		if (has_id(r, pci_id))
			return r;
		if (!r->n_ids)
			of_driver = r;
	}
	return of_driver ? of_driver : of_any;
}

/* Its place, or -1. */
static int place(const struct recipe_order *o, enum recipe_word word)
{
	for (size_t i = 0; i < o->n; i++)
		if (o->words[i] == word)
			return (int)i;
	return -1;
}

/* first < mode < last, if they are there; and both are or neither. */
static bool frames(const struct recipe_order *o, enum recipe_word first,
		   enum recipe_word last)
{
	int a = place(o, first), b = place(o, last);

	if (a < 0 || b < 0)
		return a == b;
	return a < place(o, RECIPE_MODE) && place(o, RECIPE_MODE) < b;
}

static const char *check_order(const struct recipe *r,
			       const struct recipe_order *o)
{
	if (place(o, RECIPE_MODE) < 0)
		return "an order has no step 'mode'";
	if (place(o, RECIPE_UNBIND) >= 0 &&
	    !frames(o, RECIPE_UNBIND, RECIPE_BIND))
		return "'unbind' must come before 'mode', and 'bind' after it";
	if (!frames(o, RECIPE_ZERO, RECIPE_COUNT))
		return "'zero' must come before 'mode', and 'count' after it";
	if (place(o, RECIPE_BIND) >= 0 &&
	    place(o, RECIPE_BIND) < place(o, RECIPE_COUNT))
		return "'bind' must come after 'count'";
	if (place(o, RECIPE_ZERO) >= 0 && place(o, RECIPE_BIND) < 0)
		return "VFs that are made again need a step 'bind'";
	if ((r->vfs == RECIPE_VFS_UNBOUND) != (place(o, RECIPE_UNBIND) >= 0))
		return "vfs is 'unbound' if, and only if, orders 'unbind'";
	if ((r->vfs == RECIPE_VFS_ZERO) != (place(o, RECIPE_ZERO) >= 0))
		return "vfs is 'zero' if, and only if, orders have 'zero'";
	/* What is changed on the one way is put back on the other. */
	if (r->n_params && place(o, RECIPE_PARAMS) < 0)
		return "params are nowhere in an order";
	if (r->inline_mode != ESWITCH_INLINE_UNKNOWN &&
	    place(o, RECIPE_INLINE) < 0)
		return "inline_mode is nowhere in an order";
	return NULL;
}

const char *recipe_check(const struct recipe *r)
{
	const char *wrong;

	if (r->fixed[0])
		return r->to_switchdev.n || r->to_legacy.n ?
			       "a mode that is fixed has no order" : NULL;
	wrong = check_order(r, &r->to_switchdev);
	return wrong ? wrong : check_order(r, &r->to_legacy);
}

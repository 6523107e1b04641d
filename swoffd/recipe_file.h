/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of recipes, read from JSON: swoffd-recipes(5). */
#ifndef SWOFFD_RECIPE_FILE_H
#define SWOFFD_RECIPE_FILE_H

#include "common/base/cleanup.h"
#include "common/base/error.h"
#include "swoffd/core/recipe.h"

#define RECIPE_FILE_MAX_SIZE (1024 * 1024)

/*
 * Reads all of it or nothing: a member that is unknown, missing, or not what it
 * should be is an error, which names the recipe and the member.  *out is the
 * caller's, to be freed by recipes_free().  -errno with err.
 */
int recipe_file_read(const char *path, struct recipes **out,
		     struct error *err);
/* The same of text of that size; name is what errors begin with. */
int recipe_file_parse(const char *name, const char *text, size_t size,
		      struct recipes **out, struct error *err);
/* Those of data/recipes.json, as this program was built with them. */
int recipe_file_builtin(struct recipes **out, struct error *err);

void recipes_free(struct recipes *recipes);
DEFINE_AUTO(struct recipes *, recipes_free)

#endif

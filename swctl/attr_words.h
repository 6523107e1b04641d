/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attributes of VFs and rates, and settings of representors, on the command
 * line and on the screen; the rows are those of common/device/. */
#ifndef SWCTL_ATTR_WORDS_H
#define SWCTL_ATTR_WORDS_H

#include <json-c/json.h>
#include <stdio.h>

#include "swctl/cmd.h"

/* The words from ctx->argv[from] on as one text, malloc'd; STATUS_USAGE if they
 * are no attributes of objects (enum devattr_object). */
enum status attr_words_take(const struct ctx *ctx, int from,
			    unsigned int objects, char **out);

/* " mac 02:00:00:00:00:01 trust on": what there is to say of it. */
void attr_words_print(FILE *f, struct json_object *o);

/* For help: an attribute a line. */
void attr_words_help(unsigned int objects, FILE *f);
void attr_words_help_rep(FILE *f);
/* For completion: "OBJECTS<tab>name<tab>values or -" a line. */
void attr_words_list(FILE *f);

#endif

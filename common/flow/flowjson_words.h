/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What reader and writer of JSON share; private to common/flow. */
#ifndef COMMON_FLOW_FLOWJSON_WORDS_H
#define COMMON_FLOW_FLOWJSON_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* "cfm" of "cfm mdl": the word that a row of the field table begins with. */
size_t flowjson_row_word(size_t row);

/* Does the word begin a match? */
bool flowjson_is_key(const char *word, size_t len);

/* "add" and "ingress" are what is not said. */
extern const char *const flowjson_verbs[], *const flowjson_kinds[];

/* Index of the word in a list that ends with NULL, or -1. */
int flowjson_find(const char *const *list, const char *word, size_t len);

#endif

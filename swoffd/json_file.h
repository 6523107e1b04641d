/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of JSON, whole: strict, and of bounded size. */
#ifndef SWOFFD_JSON_FILE_H
#define SWOFFD_JSON_FILE_H

#include <json-c/json.h>
#include <stddef.h>

#include "common/base/error.h"

/* -EINVAL with err: where it is no JSON.  *out is the caller's. */
int json_file_parse(const char *name, const char *text, size_t size,
		    struct json_object **out, struct error *err);
/* The same of a file; -EFBIG over max bytes, or what open(2), read(2) say. */
int json_file_read(const char *path, size_t max, struct json_object **out,
		   struct error *err);

#endif

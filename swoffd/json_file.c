/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nothing here knows what is in a file. */
#include "swoffd/json_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/rpc/rpc.h"

static size_t line_at(const char *text, size_t end)
{
	size_t line = 1;

	for (size_t i = 0; i < end; i++)
		line += text[i] == '\n';
	return line;
}

int json_file_parse(const char *name, const char *text, size_t size,
		    struct json_object **out, struct error *err)
{
	struct json_tokener *tok = json_tokener_new();
	AUTO(json_put) struct json_object *root = NULL;
	enum json_tokener_error wrong;
	size_t end;

	if (!tok)
		return error_set(err, ENOMEM, "%s: out of memory", name);
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT |
				    JSON_TOKENER_VALIDATE_UTF8);
	root = json_tokener_parse_ex(tok, text, (int)size);
	wrong = json_tokener_get_error(tok);
	end = json_tokener_get_parse_end(tok);
	json_tokener_free(tok);
	if (wrong != json_tokener_success)
		return error_set(err, EINVAL, "%s: line %zu: %s", name,
				 line_at(text, end),
				 wrong == json_tokener_continue ?
					 "it ends too early" :
					 json_tokener_error_desc(wrong));
	*out = steal_ptr(root);
	return 0;
}

int json_file_read(const char *path, size_t max, struct json_object **out,
		   struct error *err)
{
	AUTO(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	AUTO(free) char *text = malloc(max + 1);
	size_t size = 0;
	ssize_t n = fd < 0 ? -1 : 1;

	if (!text)
		return error_set(err, ENOMEM, "%s: out of memory", path);
	while (n > 0 && size <= max) {
		n = read(fd, text + size, max + 1 - size);
		size += n > 0 ? (size_t)n : 0;
	}
	if (n < 0)
		return error_set(err, errno, "%s: %s", path, strerror(errno));
	if (size > max)
		return error_set(err, EFBIG, "%s: over %zu bytes", path, max);
	return json_file_parse(path, text, size, out, err);
}

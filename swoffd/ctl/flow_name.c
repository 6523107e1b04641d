/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first characters tell: a line of either language is no ufid. */
#include "swoffd/ctl/flow_name.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/cleanup.h"

bool flow_name_ufid(const char *text, struct ufid *out)
{
	if (strncmp(text, "ufid:", 5) == 0)
		text += 5;
	return ufid_parse(text, out) == 0;
}

static int must_be_flow(enum line_result result, struct error *err)
{
	switch (result) {
	case LINE_FLOW:
		return 0;
	case LINE_BLANK:
		return error_set(err, EINVAL, "no flow");
	case LINE_BAD:
		return -EINVAL;
	case LINE_REFUSED:
		return error_set(err, EOPNOTSUPP, "rejected: no tc rule does what it says");
	}
	return -EINVAL;
}

int flow_name_line(struct engine *e, const char *text, struct line_flow *out,
		   struct reason_list *reasons, struct error *err)
{
	return must_be_flow(engine_port_line(e, text, out, reasons, err), err);
}

/* Actions do not name a flow, and only `filter del` may do without them. */
static char *as_name(const char *text)
{
	char *line = NULL;

	text += strspn(text, " \t");
	if (strncmp(text, "dev ", 4) != 0)
		return strdup(text);
	return asprintf(&line, "filter del %s", text) < 0 ? NULL : line;
}

int flow_name_find(struct engine *e, const char *text, struct ufid *out,
		   struct error *err)
{
	struct reason_list reasons;
	AUTO(free) char *line = NULL;
	struct flow_view view;
	struct line_flow flow;
	uint32_t slot;
	int rc;

	if (flow_name_ufid(text, out))
		return engine_find_ufid(e, out) != ENGINE_NO_SLOT ? 0 :
			error_set(err, ENOENT, "no flow %.64s", text);
	line = as_name(text);
	if (!line)
		return error_set(err, ENOMEM, "out of memory");
	rc = must_be_flow(line_parse_name(engine_reader(e), line, &flow,
					  &reasons, err), err);
	if (rc < 0)
		return rc;
	slot = engine_find_line(e, &flow, err);
	if (slot == ENGINE_NO_SLOT || !engine_view(e, slot, &view))
		return err->code ? -err->code :
				   error_set(err, ENOENT, "no such flow");
	*out = view.ufid;
	return 0;
}

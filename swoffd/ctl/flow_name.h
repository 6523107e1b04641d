/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a request names a flow: by ufid, or by a line with its match. */
#ifndef SWOFFD_CTL_FLOW_NAME_H
#define SWOFFD_CTL_FLOW_NAME_H

#include "swoffd/core/engine.h"

/* "ufid:…" or the bare digits; false: it is something else. */
bool flow_name_ufid(const char *text, struct ufid *out);

/* A line that must be a flow: 0, or -EINVAL or -EOPNOTSUPP with err, the
 * latter with reasons. */
int flow_name_line(struct engine *e, const char *text, struct line_flow *out,
		   struct reason_list *reasons, struct error *err);

/* The ufid of the flow that is meant; -ENOENT if there is none. */
int flow_name_find(struct engine *e, const char *text, struct ufid *out,
		   struct error *err);

#endif

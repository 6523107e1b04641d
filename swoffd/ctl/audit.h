/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flow.audit: table, tc and hardware compared; findings as JSON objects, one a
 * line, through a descriptor. */
#ifndef SWOFFD_CTL_AUDIT_H
#define SWOFFD_CTL_AUDIT_H

struct call;

void audit_run(struct call *call);

#endif

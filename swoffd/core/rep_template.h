/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of representors by template: "{uplink}-vf{vf}".  Pure. */
#ifndef SWOFFD_CORE_REP_TEMPLATE_H
#define SWOFFD_CORE_REP_TEMPLATE_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/error.h"

#define REP_TEMPLATE_SIZE 128

/* KERNEL_NO_NUMBER: the representor has no such number. */
struct rep_fields {
	const char *uplink;            /* its name, or "" */
	uint32_t controller, pf, vf, sf;
	uint32_t port;                 /* devlink's index */
};

/* 0, or -EINVAL with err: it has a field that is none, or none at all. */
int rep_template_check(const char *template, struct error *err);

/*
 * out has size bytes.  0; -ENODATA: it has a field that f has not;
 * -ENAMETOOLONG; -EINVAL: no netdev can have this name, or the template is
 * wrong.
 */
int rep_template_expand(const char *template, const struct rep_fields *f,
			char *out, size_t size);

#endif

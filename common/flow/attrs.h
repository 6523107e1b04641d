/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What may be said of a flow besides its rule; no part of it reaches the
 * kernel.  A row for each: JSON, the control socket and the command line walk
 * them.
 */
#ifndef COMMON_FLOW_ATTRS_H
#define COMMON_FLOW_ATTRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct flow_attrs {
	uint32_t given;                /* bits of rows; the others stay as they
					* are, or get their usual value */
	uint32_t pin;                  /* 1: in hardware before all others */
	uint32_t weight;               /* what a packet of it is worth */
	uint32_t idle_s, hard_s;       /* seconds; 0: no time-out */
};

struct flow_attr {
	const char *name;              /* "idle_timeout" */
	size_t offset;                 /* of a uint32_t in struct flow_attrs */
	uint32_t min, max;
	bool is_bool;
};

extern const struct flow_attr flow_attr_rows[];
extern const size_t flow_n_attrs;

/* All of them, as they are if nothing is said. */
extern const struct flow_attrs flow_attrs_usual;

static inline uint32_t flow_attr_get(const struct flow_attrs *a, size_t row)
{
	return *(const uint32_t *)((const char *)a +
				   flow_attr_rows[row].offset);
}

/* Marks it as given; -ERANGE. */
int flow_attr_set(struct flow_attrs *a, size_t row, uint32_t value);

/* Takes over what is given; and only what is not given here yet. */
void flow_attrs_merge(struct flow_attrs *a, const struct flow_attrs *with);
void flow_attrs_complete(struct flow_attrs *a, const struct flow_attrs *with);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A change of the database: a transaction made of what the replica says, which
 * guards what it was made of, and is made anew if that was not so any more.
 */
#ifndef SWOFFD_OVS_OVS_CHANGE_H
#define SWOFFD_OVS_OVS_CHANGE_H

#include "swoffd/ovs/ovs_world.h"
#include "swoffd/ovs/ovsdb_transact.h"

#define OVS_CHANGE_MAX_TRIES 5

struct ovs_change {
	struct list node;              /* ovs_world->changes */
	struct ovs_world *world;       /* borrowed */
	struct request *request;       /* borrowed until it is answered */
	const char *what;              /* for both logs; a few words */
	/* Adds operations; none: it is so already.  0, or -errno with err. */
	int (*make)(const struct ovs_change *c, struct ovsdb_ops *ops,
		    struct error *err);
	/* For make(). */
	bool on;
	const char *bridge;            /* borrowed, as ports */
	struct ovs_port *ports;
	uint32_t n_ports;

	uint32_t n_tries;
	struct ovsdb_transaction transaction;
	struct deferred nothing;       /* to be done */
};

/* what, make and what make() needs are taken from like.  0 if under way, or
 * -errno with err. */
int ovs_change_start(struct ovs_world *w, const struct ovs_change *like,
		     struct request *r, struct error *err);
/* Of what is under way nobody is told any more. */
void ovs_change_free_all(struct ovs_world *w);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The running daemon: wires loop, kernel, core and control socket together. */
#ifndef SWOFFD_DAEMON_H
#define SWOFFD_DAEMON_H

#include "swoffd/config.h"
#include "swoffd/config_file.h"
#include "swoffd/core/datapath.h"
#include "swoffd/core/kernel.h"
#include "swoffd/core/recipe.h"
#include "swoffd/core/store.h"

/*
 * Runs until SIGTERM, SIGINT or SIGHUP; a second one does not wait for rules
 * to be flushed.  Takes the kernel, which is freed before this returns, and
 * borrows file, datapaths, store and recipes.  ready_fd: gets one byte when the daemon is
 * ready, or -1.  Returns the exit status.
 */
int daemon_run(const struct config *config, const struct config_file *file,
	       struct loop *loop,
	       struct kernel *kernel, void (*kernel_free)(struct kernel *k),
	       struct datapaths *datapaths, struct store *store,
	       const struct recipes *recipes, int ready_fd);

#endif

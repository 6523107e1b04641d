/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The datapaths of the kernel behind swoffd/core/datapath.h.
 *
 * What is read and what is notified come in on two sockets, and in one order:
 * nothing that was read is told after a notification of something that happened
 * since it was read.  So what was told last is what is, but for this:
 *
 * - Nobody is notified of flows that a flush removes (`dpctl/del-flows`), of
 *   those of a datapath or of a port that is deleted, nor of the ports of a
 *   datapath that is deleted.
 * - A dump of flows can leave out some, without a word, when flows come or go
 *   meanwhile: Linux walks a table that is rearranged under it.
 * - Who changes a flow can keep the key out of what others are notified of;
 *   that is lost().
 * - STATS leaves out flows that were made without a ufid.
 *
 * lost() can come at any time, also during a read, which then goes on.
 */
#ifndef SWOFFD_KERNEL_DATAPATH_H
#define SWOFFD_KERNEL_DATAPATH_H

#include "common/base/error.h"
#include "common/base/loop.h"
#include "swoffd/core/datapath.h"

#define DATAPATH_MAX 64                /* more are not read: E2BIG */

/*
 * The caller sets events, then calls ops.  loop is borrowed.  Reading needs no
 * privilege, features_set needs CAP_NET_ADMIN; when the kernel refuses it, that
 * is logged.
 */
int datapath_netlink_new(struct loop *loop, struct datapaths **out,
			 struct error *err);

/* Calls nothing back any more; not from within an event. */
void datapath_netlink_free(struct datapaths *d);
DEFINE_AUTO(struct datapaths *, datapath_netlink_free)

#endif

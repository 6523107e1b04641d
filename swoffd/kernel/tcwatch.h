/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Did filters come or go?  Listens to what tc tells of one place, while
 * somebody has to know: as long as there is a listener, the kernel makes a
 * message of every change, which costs all its clients a fifth of their speed.
 */
#ifndef SWOFFD_KERNEL_TCWATCH_H
#define SWOFFD_KERNEL_TCWATCH_H

#include "swoffd/kernel/nlsock.h"

struct tcwatch {
	struct nlsock sock;            /* {0}: closed */
	uint32_t ifindex;
};

/* Of a device, and of all blocks that devices share; 0: of these alone.
 * -errno. */
int tcwatch_open(struct tcwatch *w, uint32_t ifindex);
void tcwatch_close(struct tcwatch *w);         /* legal when closed */

/* Since it was opened, or asked: true if there was a change to filters or the
 * qdisc of the device, or to filters of the block, or if it cannot be known. */
bool tcwatch_changed(struct tcwatch *w, uint32_t block);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moves data both ways while an answer is waited for; one poll(), no thread. */
#ifndef SWCTL_PUMP_H
#define SWCTL_PUMP_H

#include "swctl/client.h"

struct pump;

/* flow may be NULL and is borrowed.  0 or -ENOMEM. */
int pump_new(int socket, struct client_flow *flow, struct pump **out);
void pump_free(struct pump *p);
DEFINE_AUTO(struct pump *, pump_free)

/* Moves what can be moved: 1 when the socket is readable, 0 when it is not
 * yet, -ETIMEDOUT. */
int pump_wait(struct pump *p, uint64_t deadline_ms);

/* Reads out_from to its end. */
void pump_drain(struct pump *p);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is it really hardware that forwards a flow? */
#ifndef SWOFFD_CTL_PROVE_H
#define SWOFFD_CTL_PROVE_H

struct call;

void prove_run(struct call *call);

#endif

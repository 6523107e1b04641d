/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * flow.load: lines from one descriptor into the engine, refusals out through
 * another.  A few lines a round, so nobody else waits; nothing is read while
 * the engine or the reader of the refusals is behind.
 */
#ifndef SWOFFD_CTL_LOAD_H
#define SWOFFD_CTL_LOAD_H

struct call;

void load_run(struct call *call);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* monitor: what happens, as it happens. */
#include "swctl/monitor.h"

const struct cmd monitor_cmds[] = {
	{ .path = "monitor", .args = "[KIND|NOUN]…", .min = 0,
	  .max = CMD_NO_LIMIT, .help = "show events as they happen",
	  .more = "All kinds, or those that are named; a noun, like device or flow, is all of\n"
		  "its kinds.  swoff-events(7) lists them.  An event is a line: time, number,\n"
		  "kind, what it is about, and the rest as names and values; with -j, an object\n"
		  "a line.",
	  .opts = { { 0, "since", "SEQ",
		      "first those after this number that are still kept",
		      NULL },
		    { 0, "epoch", "EPOCH",
		      "the daemon whose number it is, as monitor-begin tells",
		      NULL },
		    { 0, "device", "DEV", "only events of this device", NULL },
		    { 0, "count", "N", "end after so many", NULL },
		    { 0, "no-follow", NULL,
		      "end when all that is kept has been shown", NULL },
		    { 0, "reconnect", NULL,
		      "go on with the next daemon when this one ends", NULL } },
	  .run = monitor_run },
	{ 0 }
};

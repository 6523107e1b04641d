/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events; before the daemon is ready, too. */
#include "swoffd/ctl/method.h"
#include "swoffd/ctl/monitor.h"

const struct method monitor_methods[] = {
	{ "monitor", METHOD_EARLY, 1,
	  "events as they happen, one a line, through a descriptor",
	  { { "kinds", PARAM_TEXT, false }, { "device", PARAM_TEXT, false },
	    { "since", PARAM_BIG_NUMBER, false },
	    { "epoch", PARAM_TEXT, false }, { "follow", PARAM_BOOL, false } },
	  monitor_run },
	{ 0 }
};

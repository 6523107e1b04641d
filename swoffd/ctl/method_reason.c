/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why flows are not in hardware, counted over all of them. */
#include "swoffd/ctl/call.h"
#include "swoffd/ctl/totals.h"

const struct method reason_methods[] = {
	{ "reason.count", METHOD_READ, 0,
	  "how many flows have each reason not to be in hardware",
	  { { 0 } }, totals_reasons },
	{ 0 }
};

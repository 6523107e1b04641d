/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From what a person types to a rate, and what does not add up among rates. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/base/parse.h"
#include "swoffd/core/device_priv.h"
#include "swoffd/core/function.h"

static int find_leaf(struct core *core, const char *name, struct device **d,
		     struct kernel_function *out)
{
	struct error ignored;
	char handle[100];
	struct rep rep;

	if (rep_find(core, name, &rep, &ignored) < 0)
		return -ENODEV;
	*d = device_find(core,
			 device_handle_str(&rep.device->info.handle, handle),
			 &ignored);
	out->port_index = rep.port->info.index;
	return 0;
}

/* The kernel takes a name of digits for a port. */
static int take_name(const char *name, struct kernel_function *out,
		     struct error *err)
{
	if (!*name || strlen(name) >= sizeof(out->node))
		return error_set(err, EINVAL, "the name of a node has 1 to %zu "
				 "letters", sizeof(out->node) - 1);
	if (strspn(name, "0123456789") == strlen(name))
		return error_set(err, ENODEV, "no devlink port %s; the name "
				 "of a node is not a number", name);
	(void)snprintf(out->node, sizeof(out->node), "%s", name);
	return 0;
}

int rate_find(struct core *core, const char *name, struct device **d,
	      struct kernel_function *out, struct error *err)
{
	struct kernel_function f = { .vf = KERNEL_NO_NUMBER,
				     .port_index = KERNEL_NO_NUMBER };
	const char *slash = strrchr(name, '/');
	char dev[KERNEL_BUS_SIZE + KERNEL_DEV_SIZE];
	int rc = find_leaf(core, name, d, &f);

	if (rc < 0) {
		if (!slash || (size_t)(slash - name) >= sizeof(dev))
			return error_set(err, ENODEV, "'%s' is neither DEV/"
					 "NODE nor DEV/PORT nor a representor",
					 name);
		(void)snprintf(dev, sizeof(dev), "%.*s", (int)(slash - name),
			       name);
		*d = device_find(core, dev, err);
		if (!*d)
			return -err->code;
		rc = take_name(slash + 1, &f, err);
		if (rc < 0)
			return rc;
	}
	*out = f;
	return 0;
}

static uint64_t value(const struct kernel_function *f, enum devattr_id id)
{
	return devattr_has(&f->attrs, id) ? f->attrs.num[id] : 0;
}

static void say(char out[FUNCTION_WARNING_SIZE], const char *whose,
		uint64_t share, uint64_t max)
{
	char a[DEVATTR_VALUE_SIZE], b[DEVATTR_VALUE_SIZE];

	devattr_format_number(DEVATTR_TX_SHARE, share, a);
	devattr_format_number(DEVATTR_TX_MAX, max, b);
	(void)snprintf(out, FUNCTION_WARNING_SIZE,
		       "tx_share %s%s is more than the tx_max %s", a, whose,
		       b);
}

void rate_warning(const struct kernel_function *all, size_t n,
		  const struct kernel_function *rate,
		  char out[FUNCTION_WARNING_SIZE])
{
	uint64_t max = value(rate, DEVATTR_TX_MAX), sum = 0;

	out[0] = '\0';
	if (!max)
		return;
	if (value(rate, DEVATTR_TX_SHARE) > max) {
		say(out, "", value(rate, DEVATTR_TX_SHARE), max);
		return;
	}
	for (size_t i = 0; rate->node[0] && i < n; i++) {
		uint64_t share = value(&all[i], DEVATTR_TX_SHARE);

		if (strcmp(all[i].attrs.parent, rate->node) == 0)
			sum = share > UINT64_MAX - sum ? UINT64_MAX :
							 sum + share;
	}
	if (sum > max)
		say(out, " of its children together", sum, max);
}

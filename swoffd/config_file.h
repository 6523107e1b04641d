/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the configuration file says, swoffd.conf(5). */
#ifndef SWOFFD_CONFIG_FILE_H
#define SWOFFD_CONFIG_FILE_H

#include "swoffd/core/companion.h"
#include "swoffd/core/ovs_rules.h"
#include "swoffd/core/rep_names.h"

#define CONFIG_FILE_PATH "/etc/swoffd/swoffd.conf"
#define CONFIG_FILE_MAX_SIZE 65536

struct config_file {
	struct rep_naming representors;
	struct companion_settings ovs;
	struct ovs_rule_list plug;
};

/* path NULL: CONFIG_FILE_PATH, which need not be there.  0 or -errno with
 * err. */
int config_file_read(const char *path, struct config_file *out,
		     struct error *err);
/* The same from a text that is called name. */
int config_file_parse(const char *name, const char *text, size_t size,
		      struct config_file *out, struct error *err);

#endif

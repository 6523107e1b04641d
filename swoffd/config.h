/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the command line and the environment say; validated, no side effects. */
#ifndef SWOFFD_CONFIG_H
#define SWOFFD_CONFIG_H

#include <limits.h>
#include <stdbool.h>

#include "common/base/log.h"
#include "swoffd/ctl/server.h"

struct config {
	enum log_level log_level;
	bool journal;
	bool background;
	bool flush_on_exit;
	char state[PATH_MAX];          /* the file of the store */
	const char *file;              /* NULL: CONFIG_FILE_PATH, if it is
					* there */
	const char *recipes;           /* NULL: those built in */
	const char *root;              /* in front of /sys and /proc, or "" */
	const char *ovs;               /* socket of Open vSwitch's database */
	struct server_config server;   /* strings borrowed from argv, environ */
};

enum config_result { CONFIG_RUN, CONFIG_SHOWN, CONFIG_BAD };

/* SHOWN: --help or --version was answered; BAD: said why on stderr. */
enum config_result config_parse(int argc, char **argv, struct config *out);

#endif

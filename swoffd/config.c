/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One row an option; getopt_long and the help text walk it. */
#include "swoffd/config.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/rpc/rpc.h"
#include "swoffd/config_file.h"
#include "swoffd/ovs/ovsdb.h"

#define SOCKET_END ".sock"

struct option_row {
	char letter;
	const char *name, *arg, *help;
	/* NULL: fine, else what was expected instead of value. */
	const char *(*apply)(struct config *c, const char *value);
};

static const char *set_socket(struct config *c, const char *value)
{
	c->server.path = value;
	return value[0] ? NULL : "a path";
}

static const char *set_state(struct config *c, const char *value)
{
	int len = snprintf(c->state, sizeof(c->state), "%s", value);

	return value[0] && (size_t)len < sizeof(c->state) ? NULL : "a path";
}

static const char *set_file(struct config *c, const char *value)
{
	c->file = value;
	return value[0] ? NULL : "a path";
}

static const char *set_recipes(struct config *c, const char *value)
{
	c->recipes = value;
	return value[0] ? NULL : "a path";
}

static const char *set_root(struct config *c, const char *value)
{
	c->root = value;
	return value[0] ? NULL : "a path";
}

static const char *set_ovs(struct config *c, const char *value)
{
	c->ovs = value;
	return value[0] && strlen(value) < OVSDB_PATH_SIZE ? NULL : "a path";
}

static const char *set_group(struct config *c, const char *value)
{
	c->server.group = value;
	return value[0] ? NULL : "the name of a group";
}

static const char *set_others(struct config *c, const char *value)
{
	if (strcmp(value, "read") == 0)
		c->server.others = SERVER_OTHERS_READ;
	else if (strcmp(value, "none") == 0)
		c->server.others = SERVER_OTHERS_NONE;
	else
		return "read or none";
	return NULL;
}

static const char *set_level(struct config *c, const char *value)
{
	return log_level_parse(value, &c->log_level) == 0 ?
		       NULL : "error, warning, info or debug";
}

static const char *set_journal(struct config *c, const char *value)
{
	(void)value;
	c->journal = true;
	return NULL;
}

static const char *set_background(struct config *c, const char *value)
{
	(void)value;
	c->background = true;
	return NULL;
}

static const char *set_flush(struct config *c, const char *value)
{
	(void)value;
	c->flush_on_exit = true;
	return NULL;
}

static const struct option_row rows[] = {
	{ 's', "socket", "PATH",
	  "control socket (default: $SWOFFD_SOCKET, else " RPC_SOCKET_PATH ")",
	  set_socket },
	{ 'S', "state", "PATH",
	  "what outlives us beside the kernel (default: the socket's path, "
	  "ending in .state)", set_state },
	{ 'c', "config", "PATH",
	  "configuration (default: " CONFIG_FILE_PATH ", if it is there)",
	  set_file },
	{ 'r', "recipes", "PATH",
	  "how drivers want their mode to be changed (default: built in)",
	  set_recipes },
	{ 'R', "root", "PATH",
	  "where the host's /sys and /proc are, if not at the root", set_root },
	{ 'O', "ovs", "PATH",
	  "socket of Open vSwitch's database (default: " OVSDB_SOCKET_PATH ")",
	  set_ovs },
	{ 'g', "group", "NAME",
	  "members may change things, as root may (default: swoffd)",
	  set_group },
	{ 'o', "others", "read|none",
	  "what everybody else may do (default: read)", set_others },
	{ 'l', "log-level", "LEVEL",
	  "error, warning, info or debug (default: info)", set_level },
	{ 'j', "journal", NULL, "log to the journal instead of stderr",
	  set_journal },
	{ 'b', "background", NULL,
	  "return to the shell once the daemon is ready", set_background },
	{ 'f', "flush-on-exit", NULL,
	  "take our rules out of the kernel when stopped", set_flush },
};

static void print_options(FILE *f)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char left[40];

		(void)snprintf(left, sizeof(left), "-%c, --%s%s%s",
			       rows[i].letter, rows[i].name,
			       rows[i].arg ? " " : "",
			       rows[i].arg ? rows[i].arg : "");
		fprintf(f, "  %-26s %s\n", left, rows[i].help);
	}
	fprintf(f, "  %-26s %s\n  %-26s %s\n", "-h, --help", "this text",
		"-V, --version", "the version");
}

static void print_help(void)
{
	printf("Usage: swoffd [OPTION]…\n"
	       "Owns switchdev offload on this host; swctl(8) talks to it.\n\n");
	print_options(stdout);
}

/* Short and long options made of the rows. */
static void make_getopt(char *letters, struct option *longs)
{
	size_t n = 0, l = 0;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		letters[l++] = rows[i].letter;
		if (rows[i].arg)
			letters[l++] = ':';
		longs[n++] = (struct option){ rows[i].name,
					      rows[i].arg != NULL, NULL,
					      rows[i].letter };
	}
	memcpy(letters + l, "hV", 3);
	longs[n++] = (struct option){ "help", 0, NULL, 'h' };
	longs[n++] = (struct option){ "version", 0, NULL, 'V' };
	longs[n] = (struct option){ 0 };
}

static enum config_result apply(struct config *c, int letter)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *expected;

		if (rows[i].letter != letter)
			continue;
		expected = rows[i].apply(c, optarg);
		if (!expected)
			return CONFIG_RUN;
		fprintf(stderr, "swoffd: --%s: '%s' is not %s\n",
			rows[i].name, optarg, expected);
		return CONFIG_BAD;
	}
	fprintf(stderr, "swoffd: see swoffd --help\n");
	return CONFIG_BAD;
}

static struct config defaults(void)
{
	const char *socket = getenv("SWOFFD_SOCKET");

	return (struct config){
		.log_level = LOG_LEVEL_INFO,
		.root = "",
		.ovs = OVSDB_SOCKET_PATH,
		.server = {
			.path = socket && socket[0] ? socket :
						      RPC_SOCKET_PATH,
			.group = SERVER_GROUP,
			.others = SERVER_OTHERS_READ,
		},
	};
}

/* /run/swoffd/swoffd.sock: /run/swoffd/swoffd.state. */
static void default_state(struct config *c)
{
	size_t len = strlen(c->server.path), end = strlen(SOCKET_END);

	if (len > end && strcmp(c->server.path + len - end, SOCKET_END) == 0)
		len -= end;
	(void)snprintf(c->state, sizeof(c->state), "%.*s.state", (int)len,
		       c->server.path);
}

enum config_result config_parse(int argc, char **argv, struct config *out)
{
	char letters[2 * ARRAY_LEN(rows) + 3];
	struct option longs[ARRAY_LEN(rows) + 3];
	int letter;

	*out = defaults();
	make_getopt(letters, longs);
	while ((letter = getopt_long(argc, argv, letters, longs, NULL)) !=
	       -1) {
		if (letter == 'h') {
			print_help();
			return CONFIG_SHOWN;
		}
		if (letter == 'V') {
			printf("swoffd %s\n", SWOFFD_VERSION);
			return CONFIG_SHOWN;
		}
		if (apply(out, letter) != CONFIG_RUN)
			return CONFIG_BAD;
	}
	if (!out->state[0])
		default_state(out);
	if (optind == argc)
		return CONFIG_RUN;
	fprintf(stderr, "swoffd: '%s' is one word too many; see swoffd "
		"--help\n", argv[optind]);
	return CONFIG_BAD;
}

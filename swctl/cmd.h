/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A command is a row: its words, arguments, options, help and what it runs.
 * Usage, help, completion and the check of the man page all walk the table.
 */
#ifndef SWCTL_CMD_H
#define SWCTL_CMD_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>

#define CMD_MAX_OPTS 8
#define CMD_NO_LIMIT 1000000

/* What swctl exits with. */
enum status {
	STATUS_DONE = 0,
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,
	STATUS_NO_DAEMON = 3,
	STATUS_NOT_PERMITTED = 4,
	STATUS_NOT_FOUND = 5,
	STATUS_DIFFERENT = 6,
};

struct cmd_opt {
	char letter;                   /* 0: none */
	const char *name;              /* NULL: the end */
	const char *arg;               /* NULL: it takes none */
	const char *help;
	const char *const *values;     /* what arg may be; NULL: anything */
};

struct out;

/* What a command gets to work with. */
struct ctx {
	const char *socket;
	struct out *out;
	const struct cmd *cmd;
	const char *opts[CMD_MAX_OPTS];        /* values, by row of cmd->opts */
	int argc;                      /* words behind the command's own */
	char **argv;
};

struct cmd {
	const char *path;              /* "flow add"; NULL: the end */
	const char *args;              /* "FLOW…" */
	int min, max;
	const char *help;              /* one line */
	const char *more;              /* paragraphs, or NULL */
	unsigned int attrs;            /* of what it takes attributes: enum
					* devattr_object; 0: of nothing */
	bool rep_attrs;                /* it takes settings of representors */
	struct cmd_opt opts[CMD_MAX_OPTS + 1];
	enum status (*run)(struct ctx *ctx);
};

extern const struct cmd daemon_cmds[], device_cmds[], eswitch_cmds[],
	vf_cmds[], rate_cmds[], rep_cmds[], sf_cmds[], info_cmds[],
	health_cmds[], param_cmds[], resource_cmds[], flow_cmds[],
	capacity_cmds[], audit_cmds[], reason_cmds[], monitor_cmds[],
	ovs_cmds[], sim_cmds[], help_cmds[];

/* The row whose words argv begins with; *n_words says how many they are. */
const struct cmd *cmd_find(int argc, char **argv, int *n_words);

/* Says on stderr which word is not known and what may have been meant. */
void cmd_unknown(int argc, char **argv);

/* Takes options and words apart, filling ctx; says on stderr what is wrong.
 * STATUS_DONE, or STATUS_USAGE; *help is set if help was asked for. */
enum status cmd_parse(struct ctx *ctx, int argc, char **argv, bool *help);

/* What is wrong, then how to use it, on stderr. */
enum status cmd_usage(const struct ctx *ctx, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The value of an option of the command, or NULL. */
const char *cmd_opt(const struct ctx *ctx, const char *name);

/* The words from that one on as one text, a blank between; the caller frees it.
 * NULL: no memory. */
char *cmd_join(const struct ctx *ctx, int from);

/* Parameters of a call: the first word, if there is one, under that key.  The
 * caller's. */
struct json_object *cmd_params(const struct ctx *ctx, const char *key);

void cmd_print_help(const struct cmd *cmd, FILE *f);
void cmd_print_all(FILE *f);

/* "flow --help": the commands that begin so; false: the words are not that. */
bool cmd_print_group(int argc, char **argv, FILE *f);
/* One command a line: path, arguments, options, help; tabs between, "-" for
 * what it has not. */
void cmd_print_table(FILE *f);
/* One option a line that takes a value: name, letter, value, and what that may
 * be: "a|b". */
void cmd_print_options(FILE *f);

/* `swctl help`: everything at a glance. */
void cmd_help_all(FILE *f);

#endif

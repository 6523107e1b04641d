/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds a row and takes its words and options apart.  Full words only: a
 * prefix that is unique today is not tomorrow. */
#include "swctl/cmd.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/base/error.h"
#include "common/base/near.h"
#include "swctl/attr_words.h"
#include "swctl/out.h"

#define CMD_HELP_COLUMN 41     /* where the help of a command begins */

static const struct cmd *const tables[] = {
	daemon_cmds, device_cmds, eswitch_cmds, vf_cmds, rate_cmds, rep_cmds,
	sf_cmds, info_cmds, health_cmds, param_cmds, resource_cmds, flow_cmds,
	capacity_cmds, audit_cmds, reason_cmds, monitor_cmds, ovs_cmds,
	sim_cmds, help_cmds,
};

#define for_each_cmd(c)                                             \
	for (size_t i_ = 0; i_ < ARRAY_LEN(tables); i_++)           \
		for (const struct cmd *c = tables[i_]; c->path; c++)

/* How many words of argv are the path; 0: it is another command. */
static int match_path(const char *path, int argc, char **argv)
{
	int n = 0;

	for (; *path; n++) {
		size_t len = strcspn(path, " ");

		if (n == argc || strlen(argv[n]) != len ||
		    strncmp(argv[n], path, len) != 0)
			return 0;
		path += len;
		path += *path == ' ';
	}
	return n;
}

const struct cmd *cmd_find(int argc, char **argv, int *n_words)
{
	for_each_cmd(c) {
		int n = match_path(c->path, argc, argv);

		if (n) {
			*n_words = n;
			return c;
		}
	}
	return NULL;
}

/* "eswitch", "eswitch set": does the path begin with these whole words? */
static bool has_prefix(const char *path, const char *words)
{
	size_t len = strlen(words);

	return strncmp(path, words, len) == 0 &&
	       (path[len] == ' ' || path[len] == '\0');
}

static void join(char *out, size_t size, const char *a, const char *b)
{
	(void)snprintf(out, size, "%s%s%s", a, *a ? " " : "", b);
}

/* The first n words of a path, as long as it has them. */
static const char *first_words(const char *path, int n, char out[64])
{
	size_t len = 0;

	while (n-- && path[len]) {
		len += path[len] == ' ';
		len += strcspn(path + len, " ");
	}
	(void)snprintf(out, 64, "%.*s", (int)len, path);
	return out;
}

/* How many words some command begins with; known is those. */
static int known_words(int argc, char **argv, char *known, size_t size)
{
	char tried[128];
	int n = 0;

	for (; n < argc; n++) {
		bool found = false;

		join(tried, sizeof(tried), known, argv[n]);
		for_each_cmd(c)
			found |= has_prefix(c->path, tried);
		if (!found)
			break;
		(void)snprintf(known, size, "%.60s", tried);
	}
	return n;
}

/* Lists the commands that begin with these words; false: there is none. */
static bool suggest(const char *title, const char *words)
{
	bool any = false;

	if (!*words)
		return false;
	for_each_cmd(c) {
		if (!has_prefix(c->path, words))
			continue;
		fprintf(stderr, "%s  swctl %s%s%s\n", any ? "" : title, c->path,
			*c->args ? " " : "", c->args);
		any = true;
	}
	return any;
}

static bool suggest_near(const char *tried, int n_words)
{
	struct near near = near_init(tried);
	char words[64];

	for_each_cmd(c)
		near_try(&near, first_words(c->path, n_words, words));
	return suggest("Did you mean:\n", near.best);
}

void cmd_unknown(int argc, char **argv)
{
	char known[64] = "", tried[128];
	int n = known_words(argc, argv, known, sizeof(known));
	bool any = false;

	if (n < argc) {
		join(tried, sizeof(tried), known, argv[n]);
		fprintf(stderr, "swctl: unknown command '%s'\n", tried);
		any = suggest_near(tried, n + 1);
	} else {
		fprintf(stderr, "swctl: '%s' needs another word\n", known);
	}
	if (!any)
		any = suggest("There are:\n", known);
	if (!any)
		fprintf(stderr, "`swctl help` lists the commands.\n");
}

const char *cmd_opt(const struct ctx *ctx, const char *name)
{
	for (int i = 0; ctx->cmd->opts[i].name; i++)
		if (strcmp(ctx->cmd->opts[i].name, name) == 0)
			return ctx->opts[i];
	return NULL;
}

char *cmd_join(const struct ctx *ctx, int from)
{
	size_t size = 1;
	char *text, *end;

	for (int i = from; i < ctx->argc; i++)
		size += strlen(ctx->argv[i]) + 1;
	text = end = malloc(size);
	if (!text)
		return NULL;
	*end = '\0';
	for (int i = from; i < ctx->argc; i++) {
		end = stpcpy(end, ctx->argv[i]);
		if (i + 1 < ctx->argc)
			end = stpcpy(end, " ");
	}
	return text;
}

struct json_object *cmd_params(const struct ctx *ctx, const char *key)
{
	struct json_object *params = json_object_new_object();

	if (ctx->argc)
		json_object_object_add(params, key,
				       json_object_new_string(ctx->argv[0]));
	return params;
}

enum status cmd_usage(const struct ctx *ctx, const char *fmt, ...)
{
	const struct cmd *cmd = ctx->cmd;
	char text[ERROR_MSG_SIZE];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (ctx->out->json)
		return out_failure(ctx->out, EINVAL, STATUS_USAGE, "%s: %s",
				   cmd->path, text);
	fprintf(stderr, "swctl %s: %s\n", cmd->path, text);
	fprintf(stderr, "usage: swctl %s%s%s%s\n", cmd->path,
		cmd->opts[0].name ? " [OPTION…]" : "", *cmd->args ? " " : "",
		cmd->args);
	return STATUS_USAGE;
}

/* "--name=value", "--name value", "-nvalue", "-n value": which option? */
static int find_opt(const struct cmd *cmd, const char *word,
		    const char **value)
{
	for (int i = 0; cmd->opts[i].name; i++) {
		const struct cmd_opt *o = &cmd->opts[i];
		size_t len = strlen(o->name);

		if (strncmp(word, "--", 2) == 0 &&
		    strncmp(word + 2, o->name, len) == 0 &&
		    (word[2 + len] == '=' || word[2 + len] == '\0')) {
			*value = word[2 + len] ? word + 3 + len : NULL;
			return i;
		}
		if (o->letter && word[1] == o->letter) {
			*value = word[2] ? word + 2 : NULL;
			return i;
		}
	}
	return -1;
}

static bool is_allowed(const struct cmd_opt *o, const char *value)
{
	if (!o->values)
		return true;
	for (int i = 0; o->values[i]; i++)
		if (strcmp(o->values[i], value) == 0)
			return true;
	return false;
}

static void join_values(const struct cmd_opt *o, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (int i = 0; o->values[i] && used < size; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%s",
					 i ? ", " : "", o->values[i]);
}

static enum status take_opt(struct ctx *ctx, int argc, char **argv, int *at)
{
	const struct cmd *cmd = ctx->cmd;
	const char *value = NULL;
	int i = find_opt(cmd, argv[*at], &value);
	char values[128];

	if (i < 0)
		return cmd_usage(ctx, "unknown option '%s'", argv[*at]);
	if (!cmd->opts[i].arg && value)
		return cmd_usage(ctx, "'%s': takes no value", argv[*at]);
	if (cmd->opts[i].arg && !value) {
		if (*at + 1 == argc)
			return cmd_usage(ctx, "'%s': %s is missing", argv[*at],
					 cmd->opts[i].arg);
		value = argv[++*at];
	}
	if (value && !is_allowed(&cmd->opts[i], value)) {
		join_values(&cmd->opts[i], values, sizeof(values));
		return cmd_usage(ctx, "--%s: '%s' is none of %s",
				 cmd->opts[i].name, value, values);
	}
	ctx->opts[i] = value ? value : "";
	return STATUS_DONE;
}

static enum status check_count(const struct ctx *ctx)
{
	if (ctx->argc < ctx->cmd->min)
		return cmd_usage(ctx, "%s is missing", ctx->cmd->args);
	if (ctx->argc > ctx->cmd->max)
		return cmd_usage(ctx, "unexpected word '%s'",
				 ctx->argv[ctx->cmd->max]);
	return STATUS_DONE;
}

enum status cmd_parse(struct ctx *ctx, int argc, char **argv, bool *help)
{
	bool words_only = false;

	ctx->argc = 0;
	ctx->argv = argv;
	for (int i = 0; i < argc; i++) {
		enum status rc;

		/* "-" alone is a word: standard input. */
		if (words_only || argv[i][0] != '-' || !argv[i][1]) {
			argv[ctx->argc++] = argv[i];
			continue;
		}
		if (strcmp(argv[i], "--") == 0) {
			words_only = true;
			continue;
		}
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0) {
			*help = true;
			return STATUS_DONE;
		}
		rc = take_opt(ctx, argc, argv, &i);
		if (rc)
			return rc;
	}
	return check_count(ctx);
}

static void print_opt(const struct cmd_opt *o, FILE *f)
{
	char left[64], values[128] = "";

	(void)snprintf(left, sizeof(left), "%c%c%s--%s%s%s",
		       o->letter ? '-' : ' ', o->letter ? o->letter : ' ',
		       o->letter ? ", " : "  ", o->name, o->arg ? " " : "",
		       o->arg ? o->arg : "");
	if (o->values)
		join_values(o, values, sizeof(values));
	fprintf(f, "  %-26s %s%s%s\n", left, o->help, *values ? ": " : "",
		values);
}

void cmd_print_help(const struct cmd *cmd, FILE *f)
{
	fprintf(f, "usage: swctl %s%s%s%s\n\n%s.\n", cmd->path,
		cmd->opts[0].name ? " [OPTION…]" : "", *cmd->args ? " " : "",
		cmd->args, cmd->help);
	if (cmd->more)
		fprintf(f, "\n%s\n", cmd->more);
	if (cmd->attrs)
		attr_words_help(cmd->attrs, f);
	if (cmd->rep_attrs)
		attr_words_help_rep(f);
	if (cmd->opts[0].name)
		fprintf(f, "\nOptions:\n");
	for (const struct cmd_opt *o = cmd->opts; o->name; o++)
		print_opt(o, f);
}

static void print_line(const struct cmd *c, FILE *f)
{
	const char *blank = *c->args ? " " : "";
	int pad = CMD_HELP_COLUMN - out_width(c->path) - out_width(blank) -
		  out_width(c->args);

	fprintf(f, "  %s%s%s%*s%s\n", c->path, blank, c->args,
		pad > 2 ? pad : 2, "", c->help);
}

void cmd_print_all(FILE *f)
{
	for_each_cmd(c)
		print_line(c, f);
}

bool cmd_print_group(int argc, char **argv, FILE *f)
{
	char known[64] = "";
	int n = known_words(argc, argv, known, sizeof(known));

	if (!n || n + 1 != argc || (strcmp(argv[n], "--help") != 0 &&
				    strcmp(argv[n], "-h") != 0))
		return false;
	for_each_cmd(c)
		if (has_prefix(c->path, known))
			print_line(c, f);
	return true;
}

void cmd_print_table(FILE *f)
{
	for_each_cmd(c) {
		fprintf(f, "%s\t%s\t%s", c->path, *c->args ? c->args : "-",
			c->opts[0].name ? "" : "-");
		for (const struct cmd_opt *o = c->opts; o->name; o++)
			fprintf(f, "%s--%s", o == c->opts ? "" : " ", o->name);
		fprintf(f, "\t%s\n", c->help);
	}
}

static void print_option(const struct cmd_opt *o, FILE *f)
{
	fprintf(f, "--%s\t", o->name);
	if (o->letter)
		fprintf(f, "-%c", o->letter);
	else
		fprintf(f, "-");
	fprintf(f, "\t%s\t%s", o->arg, o->values ? "" : "-");
	for (int i = 0; o->values && o->values[i]; i++)
		fprintf(f, "%s%s", i ? "|" : "", o->values[i]);
	fprintf(f, "\n");
}

void cmd_print_options(FILE *f)
{
	for_each_cmd(c)
		for (const struct cmd_opt *o = c->opts; o->name; o++)
			if (o->arg)
				print_option(o, f);
}

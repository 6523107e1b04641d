/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Global options, then the command that the words name. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "swctl/attr_words.h"
#include "swctl/client.h"
#include "swctl/cmd.h"
#include "swctl/flow_words.h"
#include "swctl/monitor.h"
#include "swctl/out.h"

static const char usage[] =
	"usage: swctl [-j] [-s PATH] COMMAND [WORD…]\n";

static enum status bad_option(const char *word, const char *what)
{
	fprintf(stderr, "swctl: '%s': %s\n%s", word, what, usage);
	return STATUS_USAGE;
}

static enum status run(struct ctx *ctx, int argc, char **argv)
{
	enum status status;
	bool help = false;
	int n = 0;

	if (argc == 0) {
		fprintf(stderr, "swctl: COMMAND is missing\n%s"
			"`swctl help` lists the commands.\n", usage);
		return STATUS_USAGE;
	}
	ctx->cmd = cmd_find(argc, argv, &n);
	if (!ctx->cmd && cmd_print_group(argc, argv, stdout))
		return STATUS_DONE;
	if (!ctx->cmd && ctx->out->json)
		return out_failure(ctx->out, EINVAL, STATUS_USAGE,
				   "unknown command '%s'", argv[0]);
	if (!ctx->cmd) {
		cmd_unknown(argc, argv);
		return STATUS_USAGE;
	}
	status = cmd_parse(ctx, argc - n, argv + n, &help);
	if (status)
		return status;
	if (help) {
		cmd_print_help(ctx->cmd, stdout);
		return STATUS_DONE;
	}
	return ctx->cmd->run(ctx);
}

static const char *default_socket(void)
{
	const char *env = getenv("SWOFFD_SOCKET");

	return env && *env ? env : RPC_SOCKET_PATH;
}

static void print_version(FILE *f)
{
	fprintf(f, "swctl %s\n", SWOFFD_VERSION);
}

enum global { GLOBAL_JSON, GLOBAL_SOCKET, GLOBAL_PRINT };

static const struct {
	const char *name;
	char letter;
	enum global global;
	void (*print)(FILE *f);        /* and that is all */
} globals[] = {
	{ "--json", 'j', GLOBAL_JSON, NULL },
	{ "--socket", 's', GLOBAL_SOCKET, NULL },
	{ "--help", 'h', GLOBAL_PRINT, cmd_help_all },
	{ "--version", 0, GLOBAL_PRINT, print_version },
	{ "--list-commands", 0, GLOBAL_PRINT, cmd_print_table },
	/* For completion. */
	{ "--list-options", 0, GLOBAL_PRINT, cmd_print_options },
	{ "--list-keys", 0, GLOBAL_PRINT, flow_words_print_keys },
	{ "--list-attrs", 0, GLOBAL_PRINT, attr_words_list },
	{ "--list-events", 0, GLOBAL_PRINT, monitor_list_kinds },
};

/* The index in globals, or -1.  "-sPATH" and "--socket=PATH" carry a value. */
static int find_global(const char *word, const char **value)
{
	*value = NULL;
	for (size_t i = 0; i < ARRAY_LEN(globals); i++) {
		size_t len = strlen(globals[i].name);
		bool takes = globals[i].global == GLOBAL_SOCKET;

		if (strcmp(word, globals[i].name) == 0 ||
		    (globals[i].letter && word[1] == globals[i].letter &&
		     !word[2]))
			return (int)i;
		if (!takes)
			continue;
		if (word[1] == globals[i].letter)
			*value = word + 2;
		else if (strncmp(word, globals[i].name, len) == 0 &&
			 word[len] == '=')
			*value = word + len + 1;
		if (*value)
			return (int)i;
	}
	return -1;
}

int main(int argc, char **argv)
{
	struct out out = { 0 };
	struct ctx ctx = { .socket = default_socket(), .out = &out };
	int at = 1;

	/* A reader that leaves is an error of write(), told or not as due. */
	(void)signal(SIGPIPE, SIG_IGN);
	for (; at < argc && argv[at][0] == '-'; at++) {
		const char *value;
		int i = find_global(argv[at], &value);

		if (i < 0)
			return bad_option(argv[at], "unknown option");
		switch (globals[i].global) {
		case GLOBAL_JSON:
			out.json = true;
			break;
		case GLOBAL_SOCKET:
			if (!value && at + 1 == argc)
				return bad_option(argv[at], "PATH is missing");
			ctx.socket = value ? value : argv[++at];
			break;
		case GLOBAL_PRINT:
			globals[i].print(stdout);
			return out_finish(STATUS_DONE);
		}
	}
	return out_finish(run(&ctx, argc - at, argv + at));
}

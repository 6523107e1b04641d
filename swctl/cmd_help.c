/* SPDX-License-Identifier: GPL-2.0-or-later */
/* help: the table, told to people. */
#include "common/rpc/rpc.h"
#include "swctl/cmd.h"

static const char before[] =
	"usage: swctl [-j] [-s PATH] COMMAND [WORD…]\n"
	"\n"
	"Commands:\n";

static const char after[] =
	"\n"
	"Options before the command:\n"
	"  -j, --json          JSON instead of text, for errors too\n"
	"  -s, --socket PATH   control socket; else SWOFFD_SOCKET, else\n"
	"                      " RPC_SOCKET_PATH "\n"
	"  -h, --help          this text; behind a command, its own\n"
	"      --version       print the version\n"
	"\n"
	"Exit status: 0 done, 1 failed, 2 usage, 3 no daemon, 4 not permitted,\n"
	"5 not found, 6 differences found.\n";

void cmd_help_all(FILE *f)
{
	fprintf(f, "%s", before);
	cmd_print_all(f);
	fprintf(f, "%s", after);
}

static enum status help_run(struct ctx *ctx)
{
	const struct cmd *cmd;
	int n = 0;

	if (ctx->argc == 0) {
		cmd_help_all(stdout);
		return STATUS_DONE;
	}
	cmd = cmd_find(ctx->argc, ctx->argv, &n);
	if (!cmd) {
		cmd_unknown(ctx->argc, ctx->argv);
		return STATUS_USAGE;
	}
	if (n < ctx->argc)
		return cmd_usage(ctx, "unexpected word '%s'",
				 ctx->argv[n]);
	cmd_print_help(cmd, stdout);
	return STATUS_DONE;
}

const struct cmd help_cmds[] = {
	{ .path = "help", .args = "[COMMAND]", .min = 0, .max = 4,
	  .help = "list the commands, or explain one", .run = help_run },
	{ 0 }
};

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rep list, show, resolve, check, set, unset: representors. */
#include <errno.h>

#include "common/device/repattr.h"
#include "swctl/attr_words.h"
#include "swctl/client.h"
#include "swctl/out.h"

static const struct out_column columns[] = {
	{ "NETDEV", "netdev" },
	{ "DEVICE", "device" },
	{ "PORT", "port_index" },
	{ "FLAVOUR", "flavour" },
	{ "CONTROLLER", "controller" },
	{ "PF", "pf" },
	{ "VF", "vf" },
	{ "SF", "sf" },
	{ "UP", "up" },
	{ "MTU", "mtu" },
	{ "OFFLOAD", "hw_tc_offload" },
	{ NULL, NULL }
};

#define REP_ROWS                                                       \
	{ "netdev", "netdev" },                                        \
	{ "ifindex", "ifindex" },                                      \
	{ "device", "device" },                                        \
	{ "port index", "port_index" },                                \
	{ "flavour", "flavour" },                                      \
	{ "controller", "controller" },                                \
	{ "pf", "pf" },                                                \
	{ "vf", "vf" },                                                \
	{ "sf", "sf" },                                                \
	{ "switch id", "switch_id" },                                  \
	{ "up", "up" },                                                \
	{ "mtu", "mtu" },                                              \
	{ "hw-tc-offload", "hw_tc_offload" }

static const struct out_column rows[] = { REP_ROWS, { NULL, NULL } };

static const struct out_column found_rows[] = {
	REP_ROWS,
	{ "port name", "phys_port_name" },
	{ "altnames", "altnames_text" },
	{ "mac", "mac" },
	{ "function mac", "function_mac" },
	{ "function pci", "function_pci" },
	{ "function netdev", "function_netdev" },
	{ NULL, NULL }
};

/* "kept           mtu 9000" and, if it is not so, how it is. */
static void print_settings(struct json_object *settings, int width)
{
	for (int i = 0; i < REPATTR_N; i++) {
		enum repattr_id id = (enum repattr_id)i;
		struct json_object *o = out_get(settings,
						repattr_table[id].name);
		char want[REPATTR_TEXT_SIZE];

		if (!o)
			continue;
		repattr_format(id, (uint32_t)json_object_get_int64(
					   out_get(o, "wanted")), want);
		printf("%-*s  %s%s\n", width, "kept", want,
		       json_object_get_boolean(out_get(o, "contested")) ?
			       ", contested: somebody else changes it again "
			       "and again" : "");
	}
}

static enum status list_run(struct ctx *ctx)
{
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = client_call(ctx, "rep.list",
					 cmd_params(ctx, "device"), &result);

	if (status == STATUS_DONE)
		out_table(ctx->out, result, columns);
	return status;
}

static enum status show_run(struct ctx *ctx)
{
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = client_call(ctx, "rep.show",
					 cmd_params(ctx, "name"), &result);

	if (status != STATUS_DONE)
		return status;
	out_object(ctx->out, result, rows);
	if (!ctx->out->json)
		print_settings(out_get(result, "settings"), 13);
	return status;
}

/* ["a","b"]: "a b", under another name. */
static void add_altnames_text(struct json_object *o)
{
	struct json_object *a = out_get(o, "altnames");
	AUTO(free) char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return;
	for (size_t i = 0; i < json_object_array_length(a); i++)
		fprintf(f, "%s%s", i ? " " : "",
			json_object_get_string(
				json_object_array_get_idx(a, i)));
	if (fclose(f) == 0)
		json_object_object_add(o, "altnames_text",
				       json_object_new_string(text));
}

static enum status resolve_run(struct ctx *ctx)
{
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = client_call(ctx, "rep.resolve",
					 cmd_params(ctx, "word"), &result);

	if (status != STATUS_DONE)
		return status;
	if (!ctx->out->json)
		add_altnames_text(result);
	out_object(ctx->out, result, found_rows);
	if (!ctx->out->json)
		print_settings(out_get(result, "settings"), 15);
	return status;
}

/* tunnel-mtu: vxlan0: mtu 1500 and 50 bytes of headers, eth0 has 1500
 *   what that means: what to do */
static enum status check_run(struct ctx *ctx)
{
	AUTO(json_put) struct json_object *result = NULL;
	enum status status = client_call(ctx, "rep.check",
					 cmd_params(ctx, "device"), &result);
	size_t n;

	if (status != STATUS_DONE)
		return status;
	n = json_object_array_length(result);
	if (ctx->out->json)
		out_table(ctx->out, result, NULL);
	for (size_t i = 0; !ctx->out->json && i < n; i++) {
		struct json_object *o = json_object_array_get_idx(result, i);

		printf("%s: %s: %s\n  %s\n  remedy: %s\n",
		       out_text(o, "kind"), out_text(o, "netdev"),
		       out_text(o, "detail"), out_text(o, "text"),
		       out_text(o, "remedy"));
	}
	return n ? STATUS_DIFFERENT : STATUS_DONE;
}

/* With the words behind the name as "settings", if there are any. */
static enum status change(struct ctx *ctx, const char *method)
{
	static const struct out_column none[] = { { NULL, NULL } };
	AUTO(json_put) struct json_object *result = NULL;
	AUTO(free) char *settings = cmd_join(ctx, 1);
	struct json_object *params;
	enum status status;

	if (!settings)
		return out_failure(ctx->out, ENOMEM, STATUS_FAILED,
				   "out of memory");
	params = cmd_params(ctx, "name");
	if (*settings)
		json_object_object_add(params, "settings",
				       json_object_new_string(settings));
	status = client_call(ctx, method, params, &result);
	if (status == STATUS_DONE)
		out_object(ctx->out, result, none);
	return status;
}

static enum status set_run(struct ctx *ctx)
{
	AUTO(free) char *settings = cmd_join(ctx, 1);
	struct error err = { 0 };
	struct repattrs attrs;

	if (settings && repattr_parse(settings, &attrs, &err) < 0)
		return cmd_usage(ctx, "%s", err.msg);
	return change(ctx, "rep.set");
}

static enum status unset_run(struct ctx *ctx)
{
	AUTO(free) char *names = cmd_join(ctx, 1);
	struct error err = { 0 };
	uint32_t mask;

	if (names && repattr_parse_names(names, &mask, &err) < 0)
		return cmd_usage(ctx, "%s", err.msg);
	return change(ctx, "rep.unset");
}

const struct cmd rep_cmds[] = {
	{ .path = "rep list", .args = "[DEV]", .min = 0, .max = 1,
	  .help = "list representors: devlink ports with their netdevs",
	  .run = list_run },
	{ .path = "rep show", .args = "NAME", .min = 1, .max = 1,
	  .help = "show one representor",
	  .more = "NAME is a netdev, or a devlink port (pci/0000:03:00.0/1).",
	  .run = show_run },
	{ .path = "rep resolve", .args = "WORD", .min = 1, .max = 1,
	  .help = "find the representor by any name or address of it",
	  .more = "WORD is a netdev or an altname, a devlink port (pci/0000:03:00.0/1), DEV and\n"
		  "the name of a port (eth0/pf0vf3), the PCI address or the netdev of a VF, or\n"
		  "the MAC address of the representor or of the function behind it.",
	  .run = resolve_run },
	{ .path = "rep check", .args = "[DEV]", .min = 0, .max = 1,
	  .help = "say which MTUs and links do not fit together",
	  .more = "Of uplinks, representors, VFs and tunnels; each with a remedy.  The status is\n"
		  "6 if there is any.",
	  .run = check_run },
	{ .path = "rep set", .args = "NAME SETTING…", .min = 2,
	  .max = CMD_NO_LIMIT,
	  .help = "set up, mtu, hw-tc-offload of a representor, and keep them",
	  .more = "All that are given, or none.  They are set again whenever the representor\n"
		  "appears with a new netdev, and when somebody else changes them: but after\n"
		  "three times within a minute that is left so.",
	  .rep_attrs = true, .run = set_run },
	{ .path = "rep unset", .args = "NAME [up|mtu|hw-tc-offload]…",
	  .min = 1, .max = 1 + REPATTR_N,
	  .help = "keep settings no longer, these or all",
	  .more = "They stay as they are.", .run = unset_run },
	{ 0 }
};

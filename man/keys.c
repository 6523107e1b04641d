/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints swoff-keys(7) from the table of match fields, so that the page and
 * the programs cannot differ.  Run when the page is built; never installed.
 */
#include <stdio.h>
#include <string.h>

#include "common/flow/field.h"

static const char head[] =
	".\\\" Made by man/keys.c from common/flow/field_table.def.\n"
	".Dd November 22, 2026\n"
	".Dt SWOFF-KEYS 7\n"
	".Os\n"
	".Sh NAME\n"
	".Nm swoff-keys\n"
	".Nd what flows are matched on\n"
	".Sh DESCRIPTION\n"
	"The keys that\n"
	".Xr swctl 8\n"
	"and\n"
	".Xr swoffd 8\n"
	"know, by the name that reasons give them.\n"
	"Behind each stand its form in a datapath flow of Open vSwitch, its word\n"
	"in\n"
	".Xr tc-flower 8 ,\n"
	"and what part of it can be matched.\n"
	"A key that only datapath flows have is understood, and refused if\n"
	"something of it is matched, but for recirc_id, which becomes the chain,\n"
	"and for tun_id, tun_flags and dp_ct_state, which become enc_key_id,\n"
	"enc_flags and ct_state.\n"
	".Sh KEYS\n"
	".Bl -tag -width 4n\n";

/* "tunnel(erspan(ver=…))" */
static void put_odp_form(const struct flow_field *f)
{
	const char *slash = f->odp_name ? strchr(f->odp_name, '/') : NULL;

	if (!f->odp_name)
		printf(".Ql %s(...)", f->odp_group);
	else if (slash)
		printf(".Ql %s(%.*s(%s=...))", f->odp_group,
		       (int)(slash - f->odp_name), f->odp_name, slash + 1);
	else
		printf(".Ql %s(%s=...)", f->odp_group, f->odp_name);
	printf("\n");
}

static const char *mask_of(const struct flow_field *f)
{
	if (!f->attr)
		return "Of datapath flows only.";
	return f->mask_attr ? "Any bits of it." : "All of it or nothing.";
}

static bool is_first(const struct flow_field *f)
{
	for (const struct flow_field *g = flow_fields; g < f; g++)
		if (strcmp(g->name, f->name) == 0)
			return false;
	return true;
}

/* A key of several headers is several rows. */
static void put_key(const struct flow_field *f)
{
	printf(".It Sy %s\n", f->name);
	for (const struct flow_field *g = f; g < flow_fields + flow_n_fields;
	     g++)
		if (strcmp(g->name, f->name) == 0 && g->odp_group)
			put_odp_form(g);
	if (f->tc)
		printf("%stc:\n.Ic %s\n", f->odp_group ? ".br\n" : "", f->tc);
	printf(".br\n%s\n", mask_of(f));
	if (f->probed)
		printf("Newer than Linux 6.1: used if the kernel keeps it.\n");
}

int main(void)
{
	printf("%s", head);
	for (size_t i = 0; i < flow_n_fields; i++)
		if (is_first(&flow_fields[i]))
			put_key(&flow_fields[i]);
	printf(".El\n.Sh SEE ALSO\n.Xr swoff-reasons 7 ,\n.Xr swctl 8 ,\n"
	       ".Xr swoffd 8\n");
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}

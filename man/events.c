/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints swoff-events(7) from the table of events, so that the page and the
 * programs cannot differ.  Run when the page is built; never installed.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "common/event/event_kind.h"

static const char head[] =
	".\\\" Made by man/events.c from common/event/event_table.def.\n"
	".Dd November 22, 2026\n"
	".Dt SWOFF-EVENTS 7\n"
	".Os\n"
	".Sh NAME\n"
	".Nm swoff-events\n"
	".Nd what the switchdev offload daemon tells of as it happens\n"
	".Sh DESCRIPTION\n"
	"Events of\n"
	".Xr swoffd 8\n"
	"are one sequence, in the order in which it took them, and numbered from\n"
	"1.\n"
	".Ql swctl monitor\n"
	"shows them, and the method\n"
	".Ic monitor\n"
	"of\n"
	".Xr swoffd-protocol 7\n"
	"tells them to programs.\n"
	".Pp\n"
	"The first part of the name of a kind is a noun that stands for all that\n"
	"begin so.\n"
	"In JSON each is an object with\n"
	".Li seq ,\n"
	"its number,\n"
	".Li time_ms ,\n"
	"milliseconds since 1970,\n"
	".Li event ,\n"
	"its kind, and the members that are listed with it, which are null if\n"
	"there is nothing to say.\n"
	".Li device\n"
	"is a devlink handle,\n"
	".Li port_index\n"
	"that of a devlink port,\n"
	".Li vf\n"
	"the number of a VF, and\n"
	".Li text\n"
	"for people.\n"
	".Pp\n"
	"The last 8192 are kept in memory, and as many of\n"
	".Li flow-state\n"
	"and\n"
	".Li flow-deleted\n"
	"beside them, which there are only while somebody watches for them.\n"
	"An epoch is the name of one run of the daemon; numbers mean nothing in\n"
	"another.\n"
	".Sh EVENTS\n";

static void put_member(const char *name, const char **before)
{
	printf("%s%s", *before, name);
	*before = ", ";
}

static void put_members(const struct event_row *row)
{
	static const char *const names[] = { "device", "port_index", "netdev",
					     "vf", "ufid" };
	const char *before = ".br\n.Li {";

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (row->members & 1u << i)
			put_member(names[i], &before);
	for (int i = 0; i < EVENT_N_WORDS && row->words[i]; i++)
		put_member(row->words[i], &before);
	for (int i = 0; i < EVENT_N_NUMBERS && row->numbers[i]; i++)
		put_member(row->numbers[i], &before);
	if (row->members & EVENT_HAS_TEXT)
		put_member("text", &before);
	if (*before == ',')
		printf("}\n");
}

static void put_kind(enum event_kind kind)
{
	const struct event_row *row = &event_table[kind];

	printf(".It Sy %s\n%c%s.\n", row->name,
	       toupper((unsigned char)row->help[0]), row->help + 1);
	put_members(row);
}

int main(void)
{
	const char *noun = "";
	size_t len = 0;

	printf("%s", head);
	for (int i = 0; i < EVENT_N_KINDS; i++) {
		const char *name = event_table[i].name;

		if (event_noun_len((enum event_kind)i) != len ||
		    strncmp(noun, name, len) != 0) {
			noun = name;
			len = event_noun_len((enum event_kind)i);
			printf("%s.Ss %.*s\n.Bl -tag -width 4n\n",
			       i ? ".El\n" : "", (int)len, noun);
		}
		put_kind((enum event_kind)i);
	}
	printf(".El\n.Sh SEE ALSO\n.Xr swoffd-protocol 7 ,\n.Xr swctl 8 ,\n"
	       ".Xr swoffd 8\n");
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}

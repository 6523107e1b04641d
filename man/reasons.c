/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints swoff-reasons(7) from the table of reasons, so that the page and the
 * programs cannot differ.  Run when the page is built; never installed.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/flow/reason.h"

static const char head[] =
	".\\\" Made by man/reasons.c from common/flow/reason.c.\n"
	".Dd November 22, 2026\n"
	".Dt SWOFF-REASONS 7\n"
	".Os\n"
	".Sh NAME\n"
	".Nm swoff-reasons\n"
	".Nd why a flow is not in hardware\n"
	".Sh DESCRIPTION\n"
	"A flow that\n"
	".Xr swoffd 8\n"
	"was given and that the hardware does not have carries at least one\n"
	"reason.\n"
	"A reason is a stage, a code, a subject (the key, action or device that\n"
	"it is about), the error number of the kernel if there is one, the\n"
	"kernel's or the driver's own words if there are any, and a remedy.\n"
	".Xr swctl 8\n"
	"writes it as\n"
	".Pp\n"
	".D1 Ar stage : Ar code : Ns Ar subject Pq Ar error Qq Ar words\n"
	".D1 remedy: Ar remedy\n"
	".Pp\n"
	"Codes are stable: scripts may compare them.\n"
	"Meanings and remedies are for people and may be reworded.\n";

static const struct {
	enum reason_stage stage;
	const char *text;
} stages[] = {
	{ STAGE_PARSE, "The line was understood, but not all that it matches." },
	{ STAGE_TRANSLATE,
	  "No tc flower rule does what the flow does, so none is made." },
	{ STAGE_CAPABILITY, "The device is not one that can take it." },
	{ STAGE_POLICY, "It was asked for." },
	{ STAGE_KERNEL, "The kernel refused the rule or has lost it." },
	{ STAGE_DRIVER, "The driver or the hardware did not take the rule." },
};

#define WIDTH 72

/* One character: what roff would take for its own is escaped; words between
 * back quotes are what to type, in bold. */
static void put_char(char c, bool *typed)
{
	if (c == '`') {
		*typed = !*typed;
		(void)fputs(*typed ? "\\fB" : "\\fR", stdout);
	} else if (c == '\\') {
		(void)fputs("\\e", stdout);
	} else if (c == '-' && *typed) {
		(void)fputs("\\-", stdout);
	} else {
		(void)putchar(c);
	}
}

/* Wrapped; no line begins like a request.  The text is a sentence without its
 * full stop, and perhaps without its capital. */
static void put_sentence(const char *text)
{
	const char *first = text;
	bool typed = false;
	size_t column = 0;

	while (*text) {
		size_t len = strcspn(text, " ");

		if (column && column + len >= WIDTH) {
			(void)putchar('\n');
			column = 0;
		} else if (column) {
			(void)putchar(' ');
			column++;
		}
		if (!column && (*text == '.' || *text == '\''))
			(void)fputs("\\&", stdout);
		column += len;
		for (; len; len--, text++)
			put_char(text == first ?
					 (char)toupper((unsigned char)*text) :
					 *text,
				 &typed);
		text += *text == ' ';
	}
	(void)fputs(".\n", stdout);
}

static void put_row(const struct reason_row *row)
{
	printf(".It Sy %s\n", row->name);
	put_sentence(row->text);
	printf(".br\n.Em Remedy :\n");
	put_sentence(row->remedy);
	printf(".br\n.Em Example :\n.Ql \"%s\"\n", row->example);
}

static void put_stage(enum reason_stage stage, const char *text)
{
	printf(".Ss %s\n%s\n.Bl -tag -width 4n\n", reason_stage_str(stage),
	       text);
	for (int i = 0; i < REASON_N_CODES; i++) {
		const struct reason_row *row =
			reason_row((enum reason_code)i);

		if (row->stage == stage)
			put_row(row);
	}
	printf(".El\n");
}

int main(void)
{
	printf("%s.Sh REASONS\n", head);
	for (size_t i = 0; i < ARRAY_LEN(stages); i++)
		put_stage(stages[i].stage, stages[i].text);
	printf(".Sh SEE ALSO\n.Xr swctl 8 ,\n.Xr swoffd 8\n");
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}

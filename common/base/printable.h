/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a stranger sent, made fit for a terminal, a log and JSON. */
#ifndef COMMON_BASE_PRINTABLE_H
#define COMMON_BASE_PRINTABLE_H

/* Each control character, and each byte that is not well-formed UTF-8
 * (RFC 3629), becomes a question mark. */
void printable(char *text);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of lines to try: those of $SWOFFD_CORPORA, or our own. */
#ifndef TESTS_UNIT_CORPUS_H
#define TESTS_UNIT_CORPUS_H

#include <stdio.h>

/* The file of this name, of ours if the other folder has none; fails the
 * test if neither has. */
FILE *corpus_open(const char *name);

#endif

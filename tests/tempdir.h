/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A folder of a test, with all that is in it. */
#ifndef TESTS_TEMPDIR_H
#define TESTS_TEMPDIR_H

int tempdir_remove(const char *path);          /* 0, or -1 with errno */

#endif

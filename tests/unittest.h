/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmocka, with the includes that it needs before it. */
#ifndef TESTS_UNITTEST_H
#define TESTS_UNITTEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif

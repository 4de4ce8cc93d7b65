/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test.h: what every unit test includes: cmocka, with the headers that have to
 * stand before it, the C library, and ASSERT() and ARRAY_LENGTH().
 */
#ifndef NETINST_TESTS_TEST_H
#define NETINST_TESTS_TEST_H

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/check.h"

#endif

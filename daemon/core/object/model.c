/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model.c: owns the one core there is (core_impl.h says what it holds, and
 * under which lock). core.c starts and ends it.
 */
#include "core/object/core_impl.h"

struct core core;

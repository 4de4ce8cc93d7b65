/* SPDX-License-Identifier: Apache-2.0 */
/* sys/varargs.h: va_list and its like. */
#ifndef NETINST_SOLARIS_SYS_VARARGS_H
#define NETINST_SOLARIS_SYS_VARARGS_H

#include <stdarg.h>

#endif

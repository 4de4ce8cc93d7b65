/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/file.h: the C library's, and how a device is opened on Solaris.
 */
#ifndef NETINST_SOLARIS_SYS_FILE_H
#define NETINST_SOLARIS_SYS_FILE_H

#include_next <sys/file.h>

#ifndef FREAD
#define FREAD  0x01
#define FWRITE 0x02
#define FEXCL  0x400
#endif

#endif

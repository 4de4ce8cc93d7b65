/* SPDX-License-Identifier: Apache-2.0 */
/*
 * neti.h: instances of IP and their protocols; see sys/neti.h.
 */
#ifndef NETINST_SOLARIS_NETI_H
#define NETINST_SOLARIS_NETI_H

#include <sys/neti.h>

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* sys/note.h: remarks for checkers; nothing to a compiler. */
#ifndef NETINST_SOLARIS_SYS_NOTE_H
#define NETINST_SOLARIS_SYS_NOTE_H

#define NOTE(remark)
#define _NOTE(remark)

#endif

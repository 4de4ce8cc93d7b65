/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/modctl.h: what makes a Solaris module a plugin of netinstd, unchanged.
 *
 * _init and _fini are names of the C run-time's own in every shared object, so
 * they are renamed here, and _info with them; the daemon calls them under the
 * new names. The descriptor of a plugin is emitted here as well: each file of a
 * module that includes this header has one, and the linker keeps one of them.
 * The plugin's name is that of its file without ".so", as the name of a module
 * always was, unless NETINST_MODULE_NAME is defined as a string.
 */
#ifndef NETINST_SOLARIS_SYS_MODCTL_H
#define NETINST_SOLARIS_SYS_MODCTL_H

#include <sys/types.h>

#include <netinst/plugin.h>
#include <netinst/solaris.h>

#define _init nin_solaris_init
#define _fini nin_solaris_fini
#define _info nin_solaris_info

/* Empty: the name of the file. */
#ifndef NETINST_MODULE_NAME
#define NETINST_MODULE_NAME ""
#endif
#ifndef NETINST_MODULE_VERSION
#define NETINST_MODULE_VERSION "0"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Loads the module: 0 after mod_install() succeeded, or an errno: then nothing
 * it registered stays.
 */
NETINST_EXPORT int _init(void);
/* Unloads it: 0, or an errno, and it stays loaded. */
NETINST_EXPORT int _fini(void);
/* What mod_info() returns. */
NETINST_EXPORT int _info(struct modinfo *);

#define NETINST_MODULE_OPS(name, text)                                         \
	__attribute__((weak, visibility("hidden"))) struct mod_ops name = {text}

NETINST_MODULE_OPS(mod_driverops, "driver");
NETINST_MODULE_OPS(mod_miscops, "miscellaneous");
NETINST_MODULE_OPS(mod_strmodops, "streams module");

#ifdef __cplusplus
}
#endif

#ifndef __cplusplus
__attribute__((weak)) NETINST_PLUGIN(.name = NETINST_MODULE_NAME,
    .version = NETINST_MODULE_VERSION, .summary = "a Solaris module");
#endif

#endif

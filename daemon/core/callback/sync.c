/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sync.c: the documented mutexes, conditions and read-write locks. The memory
 * is the caller's; any thread. What a plugin does wrong is logged against it.
 */
#include <netinst/plugin.h>
#include <netinst/sync.h>

#include "base/plugin_lock.h"
#include "base/log.h"
#include "core/object/owner_impl.h"

_Static_assert(sizeof(struct plugin_lock) <= sizeof(kmutex_t),
    "a kmutex_t holds one of our locks");
_Static_assert(sizeof(struct plugin_condition) <= sizeof(kcondvar_t),
    "a kcondvar_t holds one of our conditions");
_Static_assert(sizeof(struct plugin_rwlock) <= sizeof(krwlock_t),
    "a krwlock_t holds one of our locks");

/* Ignoring it is the least harm: say so and go on. */
static void
sync_complain(const char *what, const void *caller)
{
	owner_complain(owner_of_caller(caller), "%s, ignored", what);
}

static struct plugin_lock *
sync_mutex(kmutex_t *mutex)
{
	return (struct plugin_lock *)(void *)mutex->opaque;
}

/* --- mutexes -------------------------------------------------------------- */

NETINST_EXPORT void
mutex_init(kmutex_t *mutex, const char *name, int type, void *arg)
{
	(void)name;
	(void)type;
	(void)arg;
	plugin_lock_init(sync_mutex(mutex));
}

NETINST_EXPORT void
mutex_destroy(kmutex_t *mutex)
{
	plugin_lock_destroy(sync_mutex(mutex));
}

NETINST_EXPORT void
mutex_enter(kmutex_t *mutex)
{
	if (!plugin_lock_enter(sync_mutex(mutex)))
		sync_complain("mutex_enter of a mutex that is held already "
			      "by the same thread",
		    __builtin_return_address(0));
}

NETINST_EXPORT int
mutex_tryenter(kmutex_t *mutex)
{
	return plugin_lock_try(sync_mutex(mutex));
}

NETINST_EXPORT void
mutex_exit(kmutex_t *mutex)
{
	if (!plugin_lock_exit(sync_mutex(mutex)))
		sync_complain("mutex_exit of a mutex that is not held by the "
			      "same thread",
		    __builtin_return_address(0));
}

NETINST_EXPORT int
mutex_owned(const kmutex_t *mutex)
{
	return plugin_lock_is_mine(
	    (const struct plugin_lock *)(const void *)mutex->opaque);
}

/* --- conditions ----------------------------------------------------------- */

static struct plugin_condition *
cv_condition_of(kcondvar_t *cv)
{
	return (struct plugin_condition *)(void *)cv->opaque;
}

NETINST_EXPORT void
cv_init(kcondvar_t *cv, const char *name, kcv_type_t type, void *arg)
{
	(void)name;
	(void)type;
	(void)arg;
	plugin_condition_init(cv_condition_of(cv));
}

NETINST_EXPORT void
cv_destroy(kcondvar_t *cv)
{
	plugin_condition_destroy(cv_condition_of(cv));
}

NETINST_EXPORT void
cv_wait(kcondvar_t *cv, kmutex_t *mutex)
{
	if (!plugin_condition_wait(cv_condition_of(cv), sync_mutex(mutex)))
		sync_complain("cv_wait with a mutex that is not held",
		    __builtin_return_address(0));
}

NETINST_EXPORT int
cv_wait_until(kcondvar_t *cv, kmutex_t *mutex, hrtime_t hrtime)
{
	bool passed = true;

	if (!plugin_condition_wait_until(
		cv_condition_of(cv), sync_mutex(mutex), hrtime, &passed))
		sync_complain("cv_timedwait with a mutex that is not held",
		    __builtin_return_address(0));
	return passed ? -1 : 1;
}

NETINST_EXPORT void
cv_signal(kcondvar_t *cv)
{
	plugin_condition_wake_one(cv_condition_of(cv));
}

NETINST_EXPORT void
cv_broadcast(kcondvar_t *cv)
{
	plugin_condition_wake_all(cv_condition_of(cv));
}

/* --- read-write locks ----------------------------------------------------- */

static struct plugin_rwlock *
rw_lock_of(krwlock_t *lock)
{
	return (struct plugin_rwlock *)(void *)lock->opaque;
}

NETINST_EXPORT void
rw_init(krwlock_t *lock, const char *name, krw_type_t type, void *arg)
{
	(void)name;
	(void)type;
	(void)arg;
	plugin_rwlock_init(rw_lock_of(lock));
}

NETINST_EXPORT void
rw_destroy(krwlock_t *lock)
{
	plugin_rwlock_destroy(rw_lock_of(lock));
}

NETINST_EXPORT void
rw_enter(krwlock_t *lock, krw_t how)
{
	bool entered = how == RW_WRITER ? plugin_rwlock_write(rw_lock_of(lock))
					: plugin_rwlock_read(rw_lock_of(lock));

	if (!entered)
		sync_complain("rw_enter of a lock that the same thread writes "
			      "under already",
		    __builtin_return_address(0));
}

NETINST_EXPORT int
rw_tryenter(krwlock_t *lock, krw_t how)
{
	return how == RW_WRITER ? plugin_rwlock_try_write(rw_lock_of(lock))
				: plugin_rwlock_try_read(rw_lock_of(lock));
}

NETINST_EXPORT void
rw_exit(krwlock_t *lock)
{
	if (!plugin_rwlock_exit(rw_lock_of(lock)))
		sync_complain("rw_exit of a lock that is not held",
		    __builtin_return_address(0));
}

NETINST_EXPORT void
rw_downgrade(krwlock_t *lock)
{
	if (!plugin_rwlock_downgrade(rw_lock_of(lock)))
		sync_complain("rw_downgrade by a thread that is not the writer",
		    __builtin_return_address(0));
}

NETINST_EXPORT int
rw_tryupgrade(krwlock_t *lock)
{
	return plugin_rwlock_try_upgrade(rw_lock_of(lock));
}

NETINST_EXPORT int
rw_read_held(krwlock_t *lock)
{
	return plugin_rwlock_is_read(rw_lock_of(lock));
}

NETINST_EXPORT int
rw_write_held(krwlock_t *lock)
{
	return plugin_rwlock_is_mine(rw_lock_of(lock));
}

NETINST_EXPORT int
rw_lock_held(krwlock_t *lock)
{
	return rw_write_held(lock) || rw_read_held(lock);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * solaris_counts.c: a Solaris module with state of its own: statistics per
 * instance that a timeout counts up, in a list under a read-write lock. Its
 * _fini says EBUSY as long as an instance beside the global one is there.
 */
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/cmn_err.h>
#include <sys/ddi.h>
#include <sys/debug.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/kstat.h>
#include <sys/list.h>
#include <sys/modctl.h>
#include <sys/neti.h>
#include <sys/note.h>
#include <sys/rwlock.h>
#include <sys/sunddi.h>

typedef struct counts_kstats {
	kstat_named_t ck_ticks;
	kstat_named_t ck_hz;
} counts_kstats_t;

typedef struct counts {
	list_node_t c_node;
	netid_t c_id;
	kstat_t *c_kstat;
	counts_kstats_t c_stats;
} counts_t;

static krwlock_t counts_lock;
static list_t counts_list;	    /* counts_lock */
static timeout_id_t counts_timeout; /* counts_lock */
static boolean_t counts_ending;	    /* counts_lock */
static uint_t counts_instances;
static net_instance_t *counts_instance;

static struct modlmisc modlmisc = {
    &mod_miscops, "counts ticks, one kstat an instance"};

static struct modlinkage modlinkage = {MODREV_1, {&modlmisc, NULL}};

static void
counts_tick(void *arg)
{
	counts_t *counts;

	rw_enter(&counts_lock, RW_READER);
	for (counts = list_head(&counts_list); counts != NULL;
	     counts = list_next(&counts_list, counts))
		atomic_inc_64(&counts->c_stats.ck_ticks.value.ui64);
	if (!rw_tryupgrade(&counts_lock)) {
		rw_exit(&counts_lock);
		rw_enter(&counts_lock, RW_WRITER);
	}
	if (!counts_ending)
		counts_timeout = timeout(counts_tick, arg, drv_usectohz(10000));
	rw_exit(&counts_lock);
}

static void
counts_make_kstat(counts_t *counts)
{
	counts_kstats_t *stats = &counts->c_stats;
	kstat_t *kstat;

	kstat = net_kstat_create(counts->c_id, "solaris_counts", 0, "ticks",
	    "misc", KSTAT_TYPE_NAMED, sizeof(*stats) / sizeof(kstat_named_t),
	    KSTAT_FLAG_VIRTUAL);
	if (kstat == NULL)
		return;
	kstat_named_init(&stats->ck_ticks, "ticks", KSTAT_DATA_UINT64);
	kstat_named_init(&stats->ck_hz, "hz", KSTAT_DATA_INT32);
	stats->ck_hz.value.i32 = hz;
	kstat->ks_data = stats;
	kstat_install(kstat);
	counts->c_kstat = kstat;
}

static void *
counts_create(const netid_t id)
{
	counts_t *counts = kmem_zalloc(sizeof(*counts), KM_SLEEP);

	counts->c_id = id;
	counts_make_kstat(counts);
	rw_enter(&counts_lock, RW_WRITER);
	list_insert_tail(&counts_list, counts);
	rw_downgrade(&counts_lock);
	ASSERT(RW_READ_HELD(&counts_lock));
	rw_exit(&counts_lock);
	(void)atomic_inc_uint_nv(&counts_instances);
	return counts;
}

static void
counts_shutdown(const netid_t id, void *arg)
{
	counts_t *counts = arg;

	rw_enter(&counts_lock, RW_WRITER);
	list_remove(&counts_list, counts);
	rw_exit(&counts_lock);
	if (counts->c_kstat != NULL)
		net_kstat_delete(id, counts->c_kstat);
	atomic_dec_uint(&counts_instances);
}

static void
counts_destroy(const netid_t id, void *arg)
{
	_NOTE(ARGUNUSED(id))
	(void)id;
	kmem_free(arg, sizeof(counts_t));
}

static void
counts_end(void)
{
	timeout_id_t last;

	rw_enter(&counts_lock, RW_WRITER);
	counts_ending = B_TRUE;
	last = counts_timeout;
	counts_timeout = NULL;
	rw_exit(&counts_lock);
	if (last != NULL)
		(void)untimeout(last);
	list_destroy(&counts_list);
	rw_destroy(&counts_lock);
}

int
_init(void)
{
	int error;

	rw_init(&counts_lock, NULL, RW_DRIVER, NULL);
	list_create(&counts_list, sizeof(counts_t), offsetof(counts_t, c_node));
	counts_ending = B_FALSE;
	counts_instance = net_instance_alloc(NETINFO_VERSION);
	counts_instance->nin_name = "counts";
	counts_instance->nin_create = counts_create;
	counts_instance->nin_shutdown = counts_shutdown;
	counts_instance->nin_destroy = counts_destroy;
	error = net_instance_register(counts_instance);
	if (error == DDI_SUCCESS)
		error = mod_install(&modlinkage);
	if (error != 0)
		return error;
	rw_enter(&counts_lock, RW_WRITER);
	counts_timeout = timeout(counts_tick, NULL, 1);
	rw_exit(&counts_lock);
	return 0;
}

int
_fini(void)
{
	int error;

	if (atomic_add_int_nv(&counts_instances, 0) > 1)
		return EBUSY;
	error = mod_remove(&modlinkage);
	if (error != 0)
		return error;
	(void)net_instance_unregister(counts_instance);
	net_instance_free(counts_instance);
	counts_end();
	return 0;
}

int
_info(struct modinfo *modinfop)
{
	return mod_info(&modlinkage, modinfop);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * solaris_selftest.c: a Solaris module that asks of every header it is compiled
 * with whether its functions do what the manual says. _init fails with EFAULT
 * when one does not, after a line that names it; the last line says how many
 * were asked. Compiled with assertions on.
 */
#define DEBUG

#include <sys/types.h>
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cmn_err.h>
#include <sys/condvar.h>
#include <sys/ddi.h>
#include <sys/debug.h>
#include <sys/errno.h>
#include <sys/hook.h>
#include <sys/hook_event.h>
#include <sys/kmem.h>
#include <sys/kstat.h>
#include <sys/ksynch.h>
#include <sys/list.h>
#include <sys/modctl.h>
#include <sys/mutex.h>
#include <sys/neti.h>
#include <sys/netstack.h>
#include <sys/queue.h>
#include <sys/random.h>
#include <sys/rwlock.h>
#include <sys/sdt.h>
#include <sys/strsun.h>
#include <sys/sunddi.h>
#include <sys/sysmacros.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/zone.h>
#include <inet/ip.h>
#include <inet/ip6.h>
#include <neti.h>

static struct modlmisc modlmisc = {&mod_miscops, "asks its headers"};

static struct modlinkage modlinkage = {MODREV_1, {&modlmisc, NULL}};

static int asked, wrong;

#define ASK(condition)                                                         \
	do {                                                                   \
		asked++;                                                       \
		if (!(condition)) {                                            \
			wrong++;                                               \
			cmn_err(CE_WARN, "line %d: %s", __LINE__, #condition); \
		}                                                              \
	} while (0)

CTASSERT(sizeof(ipha_t) == IP_SIMPLE_HDR_LENGTH);
CTASSERT(sizeof(ip6_t) == IPV6_HDR_LEN);

static int
count_up(void *object, void *arg, int flag)
{
	*(int *)object = 7;
	(*(int *)arg)++;
	return flag == KM_SLEEP ? 0 : -1;
}

static void
count_down(void *object, void *arg)
{
	(*(int *)arg) -= *(int *)object == 7;
}

static void
ask_memory(void)
{
	uint64_t *zeroed = kmem_zalloc(64 * sizeof(*zeroed), KM_SLEEP);
	kmem_cache_t *cache;
	int made = 0, *object;

	ASK(zeroed != NULL && zeroed[0] == 0 && zeroed[63] == 0);
	kmem_free(zeroed, 64 * sizeof(*zeroed));
	ASK(kmem_alloc(0, KM_SLEEP) == NULL);
	kmem_free(NULL, 0);
	cache = kmem_cache_create("selftest", sizeof(*object), 0, count_up,
	    count_down, NULL, &made, NULL, 0);
	object = kmem_cache_alloc(cache, KM_SLEEP);
	ASK(object != NULL && *object == 7 && made == 1);
	kmem_cache_free(cache, object);
	ASK(made == 0);
	ASK(kmem_cache_alloc(cache, KM_NOSLEEP) == NULL);
	kmem_cache_destroy(cache);
}

static void
ask_atomics(void)
{
	volatile uint32_t small = 1;
	volatile uint64_t large = 1;
	volatile ulong_t bits = 0;
	char bytes[2], *at = bytes;

	atomic_add_32(&small, 4);
	ASK(atomic_inc_32_nv(&small) == 6 && atomic_dec_32_nv(&small) == 5);
	ASK(atomic_add_64_nv(&large, -2) == UINT64_MAX);
	atomic_and_64(&large, 0xff);
	ASK(atomic_or_64_nv(&large, 0x100) == 0x1ff);
	ASK(atomic_cas_32(&small, 4, 9) == 5 && small == 5);
	ASK(atomic_cas_32(&small, 5, 9) == 5 && small == 9);
	ASK(atomic_swap_32(&small, 2) == 9 && small == 2);
	ASK(atomic_cas_ptr(&at, bytes, bytes + 1) == bytes && at == bytes + 1);
	ASK(atomic_swap_ptr(&at, bytes) == bytes + 1 && at == bytes);
	ASK(atomic_set_long_excl(&bits, 3) == 0 && bits == 8);
	ASK(atomic_set_long_excl(&bits, 3) == -1);
	ASK(atomic_clear_long_excl(&bits, 3) == 0 && bits == 0);
	ASK(atomic_clear_long_excl(&bits, 3) == -1);
	membar_producer();
	membar_consumer();
}

struct item {
	int number;
	list_node_t node;
};

/* The numbers in a list, as the digits of one. */
static int
list_number(list_t *list)
{
	struct item *item;
	int number = 0, backwards = 0, factor = 1;

	for (item = list_head(list); item != NULL; item = list_next(list, item))
		number = number * 10 + item->number;
	for (item = list_tail(list); item != NULL;
	     item = list_prev(list, item)) {
		backwards += item->number * factor;
		factor *= 10;
	}
	return number == backwards ? number : -1;
}

static void
ask_lists(void)
{
	struct item items[6];
	list_t list, other;
	int i;

	list_create(&list, sizeof(struct item), offsetof(struct item, node));
	list_create(&other, sizeof(struct item), offsetof(struct item, node));
	ASK(list_is_empty(&list) && list_head(&list) == NULL);
	ASK(list_remove_head(&list) == NULL && list_remove_tail(&list) == NULL);
	for (i = 0; i < 6; i++) {
		items[i].number = i;
		list_link_init(&items[i].node);
	}
	list_insert_head(&list, &items[2]);
	list_insert_tail(&list, &items[4]);
	list_insert_before(&list, &items[2], &items[1]);
	list_insert_after(&list, &items[2], &items[3]);
	list_insert_after(&list, NULL, &items[0]);
	list_insert_before(&list, NULL, &items[5]);
	ASK(list_number(&list) == 12345 && list_head(&list) == &items[0]);
	ASK(list_link_active(&items[3].node));
	list_remove(&list, &items[3]);
	ASK(!list_link_active(&items[3].node) && list_number(&list) == 1245);
	list_link_replace(&items[4].node, &items[3].node);
	ASK(list_number(&list) == 1235 && !list_link_active(&items[4].node));
	ASK(list_remove_head(&list) == &items[0]);
	ASK(list_remove_tail(&list) == &items[5]);
	list_insert_head(&other, &items[4]);
	list_move_tail(&other, &list);
	ASK(list_is_empty(&list) && list_number(&other) == 4123);
	list_destroy(&list);
}

static void
ask_locks(void)
{
	static kmutex_t zeroed;
	krwlock_t rwlock;
	kmutex_t mutex;

	mutex_init(&mutex, "selftest", MUTEX_DRIVER, NULL);
	ASK(MUTEX_NOT_HELD(&mutex));
	mutex_enter(&mutex);
	ASK(MUTEX_HELD(&mutex) && !mutex_tryenter(&mutex));
	mutex_exit(&mutex);
	ASK(mutex_tryenter(&mutex) && mutex_owned(&mutex));
	mutex_exit(&mutex);
	mutex_destroy(&mutex);
	mutex_enter(&zeroed);
	ASK(mutex_owned(&zeroed));
	mutex_exit(&zeroed);

	rw_init(&rwlock, NULL, RW_DEFAULT, NULL);
	rw_enter(&rwlock, RW_READER);
	ASK(RW_READ_HELD(&rwlock) && !RW_WRITE_HELD(&rwlock));
	ASK(!rw_tryenter(&rwlock, RW_WRITER));
	ASK(rw_tryenter(&rwlock, RW_READER));
	ASK(!rw_tryupgrade(&rwlock));
	rw_exit(&rwlock);
	ASK(rw_tryupgrade(&rwlock) && RW_WRITE_HELD(&rwlock));
	ASK(!rw_tryenter(&rwlock, RW_READER) && RW_LOCK_HELD(&rwlock));
	rw_downgrade(&rwlock);
	ASK(RW_READ_HELD(&rwlock) && !RW_WRITE_HELD(&rwlock));
	rw_exit(&rwlock);
	ASK(!RW_LOCK_HELD(&rwlock));
	rw_destroy(&rwlock);
}

/* Nobody signals: each wait ends by its time. */
static void
ask_conditions(void)
{
	hrtime_t before = gethrtime();
	kmutex_t mutex;
	kcondvar_t cv;

	mutex_init(&mutex, NULL, MUTEX_DEFAULT, NULL);
	cv_init(&cv, NULL, CV_DRIVER, NULL);
	mutex_enter(&mutex);
	ASK(cv_timedwait(&cv, &mutex, ddi_get_lbolt() + 2) == -1);
	ASK(gethrtime() - before >= 10 * (hrtime_t)MICROSEC);
	ASK(cv_reltimedwait(&cv, &mutex, 1, TR_CLOCK_TICK) == -1);
	ASK(cv_timedwait_sig(&cv, &mutex, 0) == -1);
	ASK(mutex_owned(&mutex));
	cv_signal(&cv);
	cv_broadcast(&cv);
	mutex_exit(&mutex);
	cv_destroy(&cv);
	mutex_destroy(&mutex);
}

static void
ask_time(void)
{
	hrtime_t before = gethrtime();

	ASK(hz == 100);
	ASK(drv_usectohz(1) == 1 && drv_usectohz(1000000) == hz);
	ASK(drv_hztousec(2) == 20000);
	delay(1);
	ASK(gethrtime() - before >= NETINST_TICK);
	drv_usecwait(10);
	ASK(ddi_get_lbolt() > 0 && gethrestime_sec() > 1700000000);
}

static void
ask_strings(void)
{
	long number = 0;
	char text[6], *end;
	ulong_t large = 0;

	ASK(strlcpy(text, "longer", sizeof(text)) == 6);
	ASK(strcmp(text, "longe") == 0);
	ASK(strlcpy(text, "a", sizeof(text)) == 1);
	ASK(strlcat(text, "bcdef", sizeof(text)) == 6);
	ASK(strcmp(text, "abcde") == 0);
	bzero(text, sizeof(text));
	ASK(text[0] == 0 && bcmp(text, "\0\0", 2) == 0);
	bcopy("xy", text, 3);
	ASK(text[1] == 'y');
	strfree(strdup(text));
	ASK(ddi_strtol("-12x", &end, 10, &number) == 0 && number == -12);
	ASK(*end == 'x');
	ASK(ddi_strtol("x", NULL, 10, &number) == EINVAL);
	ASK(ddi_strtoul("99999999999999999999", NULL, 10, &large) == ERANGE);
}

static void
ask_arithmetic(void)
{
	const uint8_t header[] = {0x46, 0};

	ASK(P2ROUNDUP(13, 8) == 16 && P2ALIGN(13, 8) == 8);
	ASK(P2PHASE(13, 8) == 5 && ISP2(16) && !ISP2(12));
	ASK(IS_P2ALIGNED(16, 8) && SIGNOF(-3) == -1);
	ASK(MIN(1, 2) == 1 && MAX(1, 2) == 2 && ABS(-4) == 4);
	ASK(ARRAY_SIZE(header) == 2);
	ASK(IPH_HDR_VERSION(header) == IPV4_VERSION);
	ASK(IPH_HDR_LENGTH(header) == 24);
	ASK(MAP_IPIF_ID(0) == 1 && UNMAP_IPIF_ID(1) == 0);
	ASK(UNMAP_IPIF_ID(0) == 0);
}

static void
ask_stacks(void)
{
	uint8_t noise[16] = {0};
	mblk_t *block;

	ASK(netstackid_to_zoneid(GLOBAL_NETSTACKID) == GLOBAL_ZONEID);
	ASK(zoneid_to_netstackid(12345) == -1);
	ASK(getzoneid() == GLOBAL_ZONEID);
	ASK(random_get_bytes(noise, sizeof(noise)) == 0);
	block = allocb(8, BPRI_MED);
	ASK(block != NULL && MBLKL(block) == 0 && MBLKTAIL(block) >= 8);
	freemsg(block);
}

static void
ask_assertions(void)
{
	int evaluated = 0;

	ASSERT(++evaluated == 1);
	VERIFY(++evaluated == 2);
	VERIFY0(evaluated - 2);
	VERIFY3U(evaluated, <, 3);
	ASSERT3P(&evaluated, !=, NULL);
	IMPLY(evaluated == 2, asked > 0);
	EQUIV(evaluated == 2, asked > 0);
	DTRACE_PROBE1(selftest, int, ++evaluated);
	ASK(evaluated == 2);
}

int
_init(void)
{
	struct modlinkage none = {2, {&modlmisc, NULL}};

	ask_memory();
	ask_atomics();
	ask_lists();
	ask_locks();
	ask_conditions();
	ask_time();
	ask_strings();
	ask_arithmetic();
	ask_stacks();
	ask_assertions();
	ASK(mod_remove(&modlinkage) == EINVAL);
	ASK(mod_install(&none) == EINVAL);
	ASK(mod_install(&modlinkage) == 0);
	ASK(mod_install(&modlinkage) == EBUSY);
	cmn_err(CE_NOTE, "asked %d, wrong %d", asked, wrong);
	cmn_err(CE_CONT, "?only for those who debug\n");
	return wrong == 0 ? 0 : EFAULT;
}

int
_fini(void)
{
	return mod_remove(&modlinkage);
}

int
_info(struct modinfo *modinfop)
{
	return mod_info(&modlinkage, modinfop);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_seal_ask.c: owns what was asked for of one place until that is
 * answered, once, and the view of the place's figures. Whoever takes it off the
 * place is the one that answers: any thread, without a lock.
 */
#include "source/netns/netns_seal_ask.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/forked.h"
#include "base/memory.h"
#include "source/netns/netns_place.h"

static _Atomic size_t views;

size_t
netns_seals_views(void)
{
	return atomic_load(&views);
}

bool
netns_place_seal(struct netns_place *place, const struct netns_figures *figures,
    netns_sealed_fn done, void *arg)
{
	struct netns_seal *seal, *none = NULL;

	if (place->handle.bytes == 0 || !atomic_load(&place->links_listed) ||
	    atomic_load(&place->missed_links))
		return false;
	seal = memory_zalloc(sizeof(*seal));
	*seal = (struct netns_seal){
	    .figures = *figures, .view = -1, .done = done, .arg = arg};
	if (atomic_compare_exchange_strong(&place->seal, &none, seal))
		return true;
	free(seal);
	return false;
}

void
netns_seal_view(struct netns_seal *seal, int view)
{
	seal->view = forked_closes(view);
	(void)atomic_fetch_add(&views, 1);
}

void
netns_seal_answer(struct netns_seal *seal, bool sealed)
{
	if (seal->view >= 0) {
		forked_close(seal->view);
		(void)atomic_fetch_sub(&views, 1);
	}
	seal->done(seal->arg, sealed);
	free(seal);
}

void
netns_seal_fail(struct netns_place *place)
{
	struct netns_seal *seal = atomic_exchange(&place->seal, NULL);

	if (seal != NULL)
		netns_seal_answer(seal, false);
}

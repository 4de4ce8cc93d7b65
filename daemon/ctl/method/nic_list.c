/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nic_list.c: the methods nic.list and nic.route.list. What an instance can
 * have is bounded, so a page is written in one go. Loop thread.
 */
#include <inttypes.h>

#include "ctl/method/instance_reply.h"
#include "ctl/method/methods.h"
#include "ctl/method/nic_reply.h"

struct page {
	struct buffer *out;
	int64_t left;	/* how many may still be written */
	uint64_t after; /* the last one written, or where to start */
};

/* "n12": the letter tells cursors of different lists apart. */
static bool
cursor_read(const char *cursor, char letter, uint64_t *after)
{
	uint64_t value = 0;

	if (*cursor++ != letter || *cursor == '\0')
		return false;
	for (; *cursor >= '0' && *cursor <= '9'; cursor++) {
		if (value > UINT32_MAX)
			return false;
		value = value * 10 + (uint64_t)(*cursor - '0');
	}
	*after = value;
	return *cursor == '\0';
}

/* Opens a page of the list called member; NULL, or the answer. */
static const struct rpc_answered *
page_open(struct rpc_call *call, char letter, const char *member,
    struct page *page, struct instance **instance)
{
	const struct param_value *params = call->params;
	const char *cursor = params[NIC_LIST_CURSOR].text;
	const struct rpc_answered *answered;

	*page = (struct page){.left = param_limit(&params[NIC_LIST_LIMIT])};
	if (cursor != NULL && !cursor_read(cursor, letter, &page->after))
		return params_refuse_cursor(call);
	answered = instance_reply_find(call, &params[NIC_INSTANCE], instance);
	if (answered != NULL)
		return answered;
	page->out = rpc_begin(call);
	emit_begin_array(page->out, member);
	return NULL;
}

static const struct rpc_answered *
page_close(struct rpc_call *call, const struct page *page, char letter,
    bool more, struct instance *instance)
{
	rpc_end_page(call, more, "%c%" PRIu64, letter, page->after);
	instance_release(instance);
	return rpc_end(call);
}

static bool
page_interface(void *arg, const struct interface_view *view)
{
	struct page *page = arg;

	if (page->left == 0)
		return false;
	page->left--;
	page->after = view->index;
	nic_reply_write(page->out, view);
	return true;
}

const struct rpc_answered *
m_nic_list(struct rpc_call *call)
{
	struct page page;
	struct instance *instance;
	const struct rpc_answered *answered =
	    page_open(call, 'n', "nics", &page, &instance);
	bool more;

	if (answered != NULL)
		return answered;
	more = !interface_visit(
	    instance, (phy_if_t)page.after, page_interface, &page);
	return page_close(call, &page, 'n', more, instance);
}

static bool
page_route(void *arg, uint64_t number, const struct interface_route *route)
{
	struct page *page = arg;

	if (page->left == 0)
		return false;
	page->left--;
	page->after = number;
	nic_reply_route(page->out, route);
	return true;
}

const struct rpc_answered *
m_nic_route_list(struct rpc_call *call)
{
	struct page page;
	struct instance *instance;
	const struct rpc_answered *answered =
	    page_open(call, 'r', "routes", &page, &instance);
	bool more;

	if (answered != NULL)
		return answered;
	more = !interface_visit_routes(instance, page.after, page_route, &page);
	return page_close(call, &page, 'r', more, instance);
}

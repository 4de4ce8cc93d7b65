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

/* Answers with a page of the list called member; its cursors begin like it. */
static const struct rpc_answered *
page_answer(struct rpc_call *call, const char *member,
    bool (*visit)(struct instance *instance, struct page *page))
{
	const struct param_value *params = call->params;
	const char *cursor = params[NIC_LIST_CURSOR].text;
	struct page page = {.left = param_limit(&params[NIC_LIST_LIMIT])};
	const struct rpc_answered *answered;
	struct instance *instance;
	bool more;

	if (cursor != NULL && !cursor_read(cursor, *member, &page.after))
		return params_refuse_cursor(call);
	answered = instance_reply_find(call, &params[NIC_INSTANCE], &instance);
	if (answered != NULL)
		return answered;
	page.out = rpc_begin(call);
	emit_begin_array(page.out, member);
	more = !visit(instance, &page);
	rpc_end_page(call, more, "%c%" PRIu64, *member, page.after);
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

static bool
page_visit_interfaces(struct instance *instance, struct page *page)
{
	return interface_visit(
	    instance, (phy_if_t)page->after, page_interface, page);
}

const struct rpc_answered *
m_nic_list(struct rpc_call *call)
{
	return page_answer(call, "nics", page_visit_interfaces);
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

static bool
page_visit_routes(struct instance *instance, struct page *page)
{
	return interface_visit_routes(instance, page->after, page_route, page);
}

const struct rpc_answered *
m_nic_route_list(struct rpc_call *call)
{
	return page_answer(call, "routes", page_visit_routes);
}

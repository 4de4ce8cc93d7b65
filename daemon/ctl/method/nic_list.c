/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nic_list.c: the methods nic.list and nic.route.list. What an instance can
 * have is bounded, so a page is written in one go. Loop thread.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "ctl/method/instance_reply.h"
#include "ctl/method/methods.h"
#include "ctl/method/nic_reply.h"

/* Bytes of a cursor: a letter, a number, a NUL. */
#define CURSOR_SIZE 24

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

	*page = (struct page){.left = params[NIC_LIST_LIMIT].given
					  ? params[NIC_LIST_LIMIT].integer
					  : RPC_PAGE_DEFAULT};
	if (cursor != NULL && !cursor_read(cursor, letter, &page->after))
		return rpc_error(call, RPC_INVALID_PARAMS,
		    "give back what the last answer had, or none to start",
		    "parameter 'cursor' is not a cursor of %s",
		    call->method->name);
	answered =
	    instance_reply_find(call, &params[NIC_LIST_INSTANCE], instance);
	if (answered != NULL)
		return answered;
	page->out = rpc_result(call);
	emit_begin_object(page->out, NULL);
	emit_begin_array(page->out, member);
	return NULL;
}

static const struct rpc_answered *
page_close(struct rpc_call *call, const struct page *page, char letter,
    bool more, struct instance *instance)
{
	char cursor[CURSOR_SIZE];

	emit_end_array(page->out);
	if (more) {
		(void)snprintf(
		    cursor, sizeof(cursor), "%c%" PRIu64, letter, page->after);
		emit_text(page->out, "cursor", cursor);
	}
	emit_end_object(page->out);
	instance_release(instance);
	return rpc_reply(call);
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

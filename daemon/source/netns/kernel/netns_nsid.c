/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_nsid.c: the requests about nsids; holds nothing. netns thread.
 */
#include "source/netns/kernel/netns_nsid.h"

#include <errno.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>

/* No request here is longer. */
#define NSID_REQUEST_MAX 64 /* bytes */

struct nsid_request {
	char space[NSID_REQUEST_MAX] __attribute__((aligned(NLMSG_ALIGNTO)));
};

static struct nlmsghdr *
request_begin(struct nsid_request *space, uint16_t type)
{
	struct nlmsghdr *message;

	*space = (struct nsid_request){{0}};
	message = mnl_nlmsg_put_header(space->space);
	message->nlmsg_type = type;
	(void)mnl_nlmsg_put_extra_header(message, sizeof(struct rtgenmsg));
	return message;
}

static void
keep_nsid(void *arg, const struct netns_message_view *said)
{
	int *nsid = arg;

	if (said->kind == NETNS_MESSAGE_NSID)
		*nsid = said->nsid;
}

/*
 * Which one a namespace has that is named by that attribute, in target; -1: the
 * request's own.
 */
static int
nsid_by(
    struct netns_request *request, uint16_t attribute, int value, int target)
{
	struct nsid_request space;
	struct nlmsghdr *message = request_begin(&space, RTM_GETNSID);
	int nsid = -1, error;

	mnl_attr_put_u32(message, attribute, (uint32_t)value);
	if (target >= 0)
		mnl_attr_put_u32(message, NETNSA_TARGET_NSID, (uint32_t)target);
	error = netns_request_ask(request, message, keep_nsid, &nsid);
	if (error != 0)
		return error;
	return nsid >= 0 ? nsid : -ENOENT;
}

int
netns_nsid_get(struct netns_request *request, int fd)
{
	return nsid_by(request, NETNSA_FD, fd, -1);
}

int
netns_nsid_of_home(struct netns_request *request)
{
	/* The thread's, which never is anywhere else. */
	return nsid_by(request, NETNSA_PID, gettid(), -1);
}

int
netns_nsid_give(struct netns_request *request, int fd, int requested)
{
	struct nsid_request space;
	struct nlmsghdr *message = request_begin(&space, RTM_NEWNSID);
	int error;

	mnl_attr_put_u32(message, NETNSA_FD, (uint32_t)fd);
	mnl_attr_put_u32(message, NETNSA_NSID, (uint32_t)requested);
	error = netns_request_ask(request, message, NULL, NULL);
	if (error != 0)
		return error;
	return requested >= 0 ? requested : netns_nsid_get(request, fd);
}

bool
netns_nsid_exists(struct netns_request *request, int nsid)
{
	int found = nsid_by(request, NETNSA_NSID, nsid, -1);

	return found != -ENOENT && found != -EINVAL;
}

int
netns_nsid_list(struct netns_request *request, int target,
    netns_request_fn visit, void *arg)
{
	struct nsid_request space;
	struct nlmsghdr *message = request_begin(&space, RTM_GETNSID);

	message->nlmsg_flags = NLM_F_DUMP;
	if (target >= 0)
		mnl_attr_put_u32(message, NETNSA_TARGET_NSID, (uint32_t)target);
	return netns_request_ask(request, message, visit, arg);
}

int
netns_nsid_in(struct netns_request *request, int nsid, int target)
{
	return nsid_by(request, NETNSA_NSID, nsid, target);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server.h: the control server, as main.c starts and ends it. Everything here
 * is for the loop thread. The order is
 *
 *   server_claim()            at the start: nothing else has begun
 *   server_start()
 *   server_stop_accepting()   clients that are connected are still served
 *   ... instances end, plugins unload, the loop runs or not ...
 *   server_close_clients()    what is pending is answered with shutting-down
 *   plugins_stop(), core_stop()
 *   server_free()             nothing may report back to the server any more
 *
 * server_close_clients() may stand anywhere between the two around it.
 */
#ifndef NETINST_CTL_SERVER_H
#define NETINST_CTL_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct event_base;
struct method_table;
struct server;

struct server_config {
	const struct method_table *methods; /* what clients may call */
	const char *socket;		    /* path of the control socket */
	mode_t socket_mode;		    /* its permissions */
	const char *admin_group; /* who may change things; NULL: none */
	/* How long kstat.read waits for plugin code, in ns; 0: 5 s. */
	int64_t callback_deadline;
	/*
	 * A client asked for system.stop. Called from within that request, so
	 * it must only arrange for the stop; may be called more than once.
	 */
	void (*stop)(void *arg);
	void *arg;
};

/*
 * Takes the socket's lock file and removes a stale socket: touch nothing before
 * that another daemon may be using. Comes before there is another thread.
 * Returns NULL after logging one precise sentence: another daemon serves it,
 * its directory cannot be made, ...
 */
struct server *server_claim(const char *socket);

/*
 * Listens; copies config, whose socket is the one that was claimed. The core
 * and the plugin loader run already. False after logging one precise sentence.
 */
bool server_start(struct server *server, struct event_base *base,
    const struct server_config *config);

/* For a changed configuration. */
void server_set_callback_deadline(struct server *server, int64_t deadline);

/* Closes and removes the listening socket. Once more is harmless. */
void server_stop_accepting(struct server *server);

/*
 * Answers every unanswered request with shutting-down, sends what the clients
 * take without waiting and closes their connections. Also does
 * server_stop_accepting().
 */
void server_close_clients(struct server *server);

/*
 * Also does server_close_clients(); then frees everything and gives up the
 * lock file. Nothing that a client asked for is under way any more: the core
 * and the plugin loader have stopped. NULL is legal.
 */
void server_free(struct server *server);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rpc.h: what both ends of the control socket must agree on: limits, error
 * names and codes, exit codes. doc/protocol.md describes the protocol itself.
 */
#ifndef NETINST_RPC_H
#define NETINST_RPC_H

/* Limits; system.hello reports them. */
#define RPC_LINE_MAX	    (1 << 20)  /* bytes of a request line */
#define RPC_REPLY_MAX	    (16 << 20) /* bytes of a reply */
#define RPC_DEPTH_MAX	    32	       /* nested arrays and objects */
#define RPC_ID_MAX	    128	       /* bytes of an id */
#define RPC_BATCH_MAX	    100	       /* requests of a batch */
#define RPC_PACKET_MAX	    65575      /* bytes: IPv6, as long as it can say */
#define RPC_PACKETS_MAX	    4096       /* of one packet.run */
#define RPC_CONNECTIONS_MAX 256
/* Of these, for clients with write authority. */
#define RPC_CONNECTIONS_RESERVED 32
/* Of one user other than root and the daemon's own. */
#define RPC_CONNECTIONS_USER_MAX 64
#define RPC_IN_FLIGHT_MAX	 64   /* unanswered requests of a connection */
#define RPC_LINE_TIMEOUT	 30   /* seconds for an unfinished line */
#define RPC_PAGE_DEFAULT	 1000 /* items of a list, when not said */
#define RPC_PAGE_MAX		 10000
#define RPC_OUTPUT_MAX		 (16 << 20) /* bytes a client may leave unread */
#define RPC_INTEGER_MAX		 9007199254740991LL /* beyond: a string */

/* Where the control socket is: root's, and below $XDG_RUNTIME_DIR. */
#define RPC_SOCKET_ROOT	   "/run/netinst/control.sock"
#define RPC_SOCKET_USER	   "netinst/control.sock"
#define RPC_SOCKET_ENVIRON "NETINST_SOCKET"

/* Exit codes of netinstctl, and of netinstd where they apply. */
enum exit_code {
	EXIT_OK = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_UNREACHABLE = 3,
	EXIT_NOT_FOUND = 4,
	EXIT_DENIED = 5,
	EXIT_TIMED_OUT = 6,
	EXIT_PARTIAL = 7,
	EXIT_CONFIG = 8
};

/* Every error: symbol, code, stable name, exit code of netinstctl. */
#define RPC_ERRORS(X)                                                          \
	X(PARSE_ERROR, -32700, "parse-error", EXIT_FAILED)                     \
	X(INVALID_REQUEST, -32600, "invalid-request", EXIT_FAILED)             \
	X(METHOD_NOT_FOUND, -32601, "method-not-found", EXIT_USAGE)            \
	X(INVALID_PARAMS, -32602, "invalid-params", EXIT_USAGE)                \
	X(INTERNAL_ERROR, -32603, "internal-error", EXIT_FAILED)               \
	X(CANCELLED, -32800, "cancelled", EXIT_FAILED)                         \
	X(INSTANCE_NOT_FOUND, 1001, "instance-not-found", EXIT_NOT_FOUND)      \
	X(INSTANCE_EXISTS, 1002, "instance-exists", EXIT_FAILED)               \
	X(WRONG_STATE, 1003, "wrong-state", EXIT_FAILED)                       \
	X(INVALID_NAME, 1004, "invalid-name", EXIT_USAGE)                      \
	X(INSTANCE_PROTECTED, 1005, "instance-protected", EXIT_FAILED)         \
	X(PROTOCOL_NOT_FOUND, 1006, "protocol-not-found", EXIT_NOT_FOUND)      \
	X(PROTOCOL_EXISTS, 1007, "protocol-exists", EXIT_FAILED)               \
	X(PROTOCOL_PROTECTED, 1008, "protocol-protected", EXIT_FAILED)         \
	X(NIC_NOT_FOUND, 1009, "nic-not-found", EXIT_NOT_FOUND)                \
	X(NIC_EXISTS, 1010, "nic-exists", EXIT_FAILED)                         \
	X(INVALID_ADDRESS, 1011, "invalid-address", EXIT_USAGE)                \
	X(ADDRESS_NOT_FOUND, 1012, "address-not-found", EXIT_NOT_FOUND)        \
	X(ADDRESS_EXISTS, 1013, "address-exists", EXIT_FAILED)                 \
	X(ROUTE_NOT_FOUND, 1014, "route-not-found", EXIT_NOT_FOUND)            \
	X(ROUTE_EXISTS, 1015, "route-exists", EXIT_FAILED)                     \
	X(ROUTE_UNREACHABLE, 1016, "route-unreachable", EXIT_FAILED)           \
	X(EVENT_NOT_FOUND, 1017, "event-not-found", EXIT_NOT_FOUND)            \
	X(PLUGIN_NOT_FOUND, 2001, "plugin-not-found", EXIT_NOT_FOUND)          \
	X(PLUGIN_EXISTS, 2002, "plugin-exists", EXIT_FAILED)                   \
	X(PLUGIN_BUSY, 2003, "plugin-busy", EXIT_FAILED)                       \
	X(PLUGIN_REFUSED, 2004, "plugin-refused", EXIT_FAILED)                 \
	X(PLUGIN_UNTRUSTED, 2005, "plugin-untrusted", EXIT_DENIED)             \
	X(PLUGIN_FAILED, 2006, "plugin-failed", EXIT_FAILED)                   \
	X(KSTAT_UNAVAILABLE, 3001, "kstat-unavailable", EXIT_TIMED_OUT)        \
	X(KSTAT_NOT_FOUND, 3002, "kstat-not-found", EXIT_NOT_FOUND)            \
	X(STATISTIC_NOT_FOUND, 3003, "statistic-not-found", EXIT_NOT_FOUND)    \
	X(KSTAT_READ_ONLY, 3004, "kstat-read-only", EXIT_FAILED)               \
	X(KSTAT_WRONG_VALUE, 3005, "kstat-wrong-value", EXIT_USAGE)            \
	X(KSTAT_REFUSED, 3006, "kstat-refused", EXIT_FAILED)                   \
	X(PERMISSION_DENIED, 5001, "permission-denied", EXIT_DENIED)           \
	X(LIMIT_REACHED, 5002, "limit-reached", EXIT_FAILED)                   \
	X(TIMED_OUT, 5003, "timed-out", EXIT_TIMED_OUT)                        \
	X(SHUTTING_DOWN, 5004, "shutting-down", EXIT_FAILED)                   \
	X(OUT_OF_MEMORY, 5005, "out-of-memory", EXIT_FAILED)                   \
	X(SYSTEM_FAILED, 5006, "system-failed", EXIT_FAILED)

#define RPC_ERROR_CODE(symbol, code, name, exit) RPC_##symbol = (code),
enum rpc_error_code { RPC_ERRORS(RPC_ERROR_CODE) };
#undef RPC_ERROR_CODE

#endif

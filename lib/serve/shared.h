#ifndef CF_SERVE_SHARED_H_
#define CF_SERVE_SHARED_H_

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "serve/head.h"

/*
 * What all processes that answer have in common: counters and the buckets of
 * the rate limit, in one file of the state folder that each of them maps.  So
 * the figures are one server's whichever process tells them, a limit holds
 * across workers and across the processes that inetd starts for a connection
 * each, and both survive a restart.
 *
 * Everything in it is a 64-bit number that is changed by one atomic operation;
 * there is no lock that a killed process could keep.  A file of another size or
 * version is replaced by a new one, never changed in place.
 *
 * What is lost with the power is some counting, so nothing is ever synced.
 */

/* One row a counter: metric without cashflow_ and _total, its label, help. */
#define CF_SHARED_COUNTERS(X)						\
	X(PREDICTIONS, "predictions", "", "",				\
	    "Records forecast.")					\
	X(HEALTH_CHECKS, "health_checks", "", "",			\
	    "Requests of /health.")					\
	X(CACHE_HITS, "prediction_cache", "result", "hit",		\
	    "Requests that the cache of predictions was asked for.")	\
	X(CACHE_MISSES, "prediction_cache", "result", "miss", NULL)	\
	X(LIMITED_TOKEN, "rate_limited", "by", "token",			\
	    "Requests refused for their number.")			\
	X(LIMITED_ADDRESS, "rate_limited", "by", "address", NULL)	\
	X(AUTH_MISSING, "auth_refused", "reason", "missing",		\
	    "Requests refused for want of a token.")			\
	X(AUTH_WRONG, "auth_refused", "reason", "wrong", NULL)		\
	X(CONNECTIONS, "connections", "", "",				\
	    "Connections accepted.")					\
	X(REFUSED_ALL, "connections_refused", "limit", "all",		\
	    "Connections refused for their number.")			\
	X(REFUSED_ADDRESS, "connections_refused", "limit", "address",	\
	    NULL)							\
	X(TIMEOUTS, "timeouts", "", "",					\
	    "Connections ended because the client was too slow.")	\
	X(MODEL_TAKEN, "model_loads", "result", "taken",		\
	    "Models found new and looked at.")				\
	X(MODEL_REFUSED, "model_loads", "result", "refused", NULL)	\
	X(WORKERS_LOST, "workers_lost", "", "",				\
	    "Workers that ended unasked and were replaced.")		\
	X(AUDIT_LOST, "audit_lost", "", "",				\
	    "Lines that could not be written to the audit log.")

#define CF_SHARED_ENUM(id, name, label, value, help) CF_SHARED_##id,
enum cf_shared_counter { CF_SHARED_COUNTERS(CF_SHARED_ENUM) CF_SHARED_N };
#undef CF_SHARED_ENUM

/* The statuses that are answered; a last place for any other. */
#define CF_SHARED_STATUSES { 200, 304, 400, 401, 403, 404, 405, 408, 413, 414, \
    415, 417, 422, 429, 431, 500, 503 }
#define CF_SHARED_NSTATUS 18
#define CF_SHARED_ROUTES 16		/* Rows of the route table, at most. */

/* Upper bounds of the latency histogram, in microseconds. */
#define CF_SHARED_BOUNDS { 50, 100, 250, 500, 1000, 2500, 5000, 10000, 25000,  \
    50000, 100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000 }
#define CF_SHARED_NBOUNDS 17

#define CF_SHARED_BUCKETS 16384		/* A power of two. */
#define CF_SHARED_KEY 16		/* Bytes; of crypto_shorthash. */

struct cf_shared_bucket {
	_Atomic uint64_t who;		/* 0: nobody. */
	_Atomic uint64_t until_us;	/* See serve/rate.h. */
};

struct cf_shared_file {
	char magic[8];
	uint32_t version;
	uint32_t size;
	unsigned char key[CF_SHARED_KEY];	/* Hashes who is who. */
	_Atomic uint64_t counters[CF_SHARED_N];
	_Atomic uint64_t requests[CF_SHARED_ROUTES][CF_HEAD_METHODS]
	    [CF_SHARED_NSTATUS];
	_Atomic uint64_t latency[CF_SHARED_NBOUNDS + 1];
	_Atomic uint64_t latency_us;	/* Sum. */
	struct cf_shared_bucket buckets[CF_SHARED_BUCKETS];
};

struct cf_shared {
	struct cf_shared_file * file;
	size_t size;
};

/**
 * cf_shared_open(shared, path, err):
 * Map the file ${path}, which is made where there is none, readable to nobody
 * else; with NULL, memory of this process and those it will fork.  End it by
 * cf_shared_close.  Return 0 or -1.
 */
int cf_shared_open(struct cf_shared * shared, const char * path,
    struct cf_err * err);

/**
 * cf_shared_count(shared, counter, n):
 * Add ${n}.
 */
void cf_shared_count(struct cf_shared * shared,
    enum cf_shared_counter counter, uint64_t n);

/**
 * cf_shared_request(shared, route, method, status, latency_us):
 * Count a request that was answered.
 */
void cf_shared_request(struct cf_shared * shared, size_t route,
    enum cf_head_method method, int status, uint64_t latency_us);

/**
 * cf_shared_hash(shared, data, len):
 * Return a hash of the bytes, not 0, that nobody outside can foresee.
 */
uint64_t cf_shared_hash(const struct cf_shared * shared, const void * data,
    size_t len);

/**
 * cf_shared_status(i):
 * Return the status that place ${i} of requests counts; 0 for the last.
 */
int cf_shared_status(size_t i);

/**
 * cf_shared_memory(size, err):
 * Return ${size} zeroed bytes that processes forked later share, or NULL; they
 * are there until all of them end.
 */
void * cf_shared_memory(size_t size, struct cf_err * err);

/**
 * cf_shared_close(shared):
 * Unmap; an empty one is harmless.
 */
void cf_shared_close(struct cf_shared * shared);

#endif /* !CF_SERVE_SHARED_H_ */

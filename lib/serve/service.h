#ifndef CF_SERVE_SERVICE_H_
#define CF_SERVE_SERVICE_H_

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "risk/measure.h"
#include "serve/board.h"
#include "serve/head.h"
#include "serve/holder.h"
#include "serve/latest.h"
#include "serve/memo.h"
#include "serve/reply.h"
#include "serve/shared.h"
#include "serve/stored.h"
#include "serve/token.h"

/*
 * The API without sockets: a request in, an answer out.  What connections do
 * (serve/conn.h), unit tests and the fuzzer all come through here.
 *
 * The order is: which endpoint, may it be asked in this way, has the address
 * asked too often, is there a right token, has that been used too often; then
 * the endpoint (serve/route.h) answers.  A wrong token costs the address, so
 * trying tokens is slow.
 */
struct cf_service {
	/* What it works with; borrowed. */
	struct cf_shared * shared;
	struct cf_board * board;
	const struct cf_tokens * tokens;	/* NULL: nobody may. */
	unsigned long epoch;			/* Goes up with other tokens. */
	struct cf_latest * latest;		/* May be NULL. */
	struct cf_stored * stored;		/* May be NULL. */
	struct cf_memo * memo;			/* NULL: no cache. */
	const char * report;			/* File of the report, or NULL. */

	/* Settings. */
	uint64_t rate;				/* A minute; 0: no limit. */
	int public_report;
	size_t body_max;
	struct cf_measure_params measure;	/* By cf_service_measure. */
	uint64_t measure_hash;

	/* Its own. */
	struct cf_holder holder;
	struct cf_buf text;			/* Scratch. */
	struct cf_buf out;			/* The answer. */
};

struct cf_request {
	const struct cf_head * head;
	const char * body;
	size_t len;
	const char * address;	/* Of the client, as text; "": not known. */
	uint64_t who;		/* Its hash; 0: the address has no limit. */
	int64_t now_us;		/* Since 1970. */
};

/**
 * cf_service_measure(service, params):
 * From now on make of forecasts what ${params} say; answers kept from before
 * are given no more.
 */
void cf_service_measure(struct cf_service * service,
    const struct cf_measure_params * params);

/**
 * cf_service_admit(service, request, reply):
 * Decide by the head alone whether the request will be answered by its
 * endpoint.  Return 0 if so, with reply->route set, else -1 with a problem.
 */
int cf_service_admit(struct cf_service * service,
    const struct cf_request * request, struct cf_reply * reply);

/**
 * cf_service_answer(service, request, reply):
 * Answer a request that was admitted.  The reply is valid until the next one.
 */
void cf_service_answer(struct cf_service * service,
    const struct cf_request * request, struct cf_reply * reply);

/**
 * cf_service_refuse(service, fault, reply):
 * Answer what is no request.
 */
void cf_service_refuse(struct cf_service * service,
    const struct cf_head_fault * fault, struct cf_reply * reply);

/**
 * cf_service_free(service):
 * Free what is its own.
 */
void cf_service_free(struct cf_service * service);

#endif /* !CF_SERVE_SERVICE_H_ */

#ifndef CF_SERVE_ENDPOINT_H_
#define CF_SERVE_ENDPOINT_H_

#include "serve/service.h"

/*
 * What the endpoints answer, each a function as the route table wants it (see
 * serve/route.h).  The request is admitted; the service's out has the text.
 */

/**
 * cf_endpoint_predict(service, request, reply):
 * Forecast the records of the body (serve/inquiry.h).
 */
void cf_endpoint_predict(struct cf_service * service,
    const struct cf_request * request, struct cf_reply * reply);

/**
 * cf_endpoint_forecasts(service, request, reply):
 * The latest stored forecasts, all or of ?symbol= or ?account=.
 */
void cf_endpoint_forecasts(struct cf_service * service,
    const struct cf_request * request, struct cf_reply * reply);

/**
 * cf_endpoint_health(service, request, reply):
 * Whether there is a model, and which: 503 if not; "degraded", with the
 * reason, if a newer one was no good.
 */
void cf_endpoint_health(struct cf_service * service,
    const struct cf_request * request, struct cf_reply * reply);

/**
 * cf_endpoint_metrics(service, request, reply):
 * All counters (serve/scrape.h).
 */
void cf_endpoint_metrics(struct cf_service * service,
    const struct cf_request * request, struct cf_reply * reply);

/**
 * cf_endpoint_report(service, request, reply):
 * The report page.
 */
void cf_endpoint_report(struct cf_service * service,
    const struct cf_request * request, struct cf_reply * reply);

#endif /* !CF_SERVE_ENDPOINT_H_ */

#ifndef CF_SERVE_OPENAPI_H_
#define CF_SERVE_OPENAPI_H_

#include "serve/service.h"

/*
 * What the API says of itself: a description for programs (OpenAPI 3.1) and a
 * page for people, both made from the route table, the fields of an answer and
 * the inputs of the model that answers now, with their units.
 */

/**
 * cf_openapi_json(service, request, reply):
 * GET /openapi.json.
 */
void cf_openapi_json(struct cf_service * service,
    const struct cf_request * request, struct cf_reply * reply);

/**
 * cf_openapi_page(service, request, reply):
 * GET /docs: one page without anything from elsewhere.
 */
void cf_openapi_page(struct cf_service * service,
    const struct cf_request * request, struct cf_reply * reply);

#endif /* !CF_SERVE_OPENAPI_H_ */

#ifndef CF_SERVE_ROUTE_H_
#define CF_SERVE_ROUTE_H_

#include <stddef.h>

#include "serve/service.h"

/*
 * The endpoints, one row each: path, method, who may, what answers, and what
 * the documentation says.  Row 0 stands for every path that is none.
 */
typedef void cf_route_answer(struct cf_service *, const struct cf_request *,
    struct cf_reply *);

enum cf_route_access { CF_ROUTE_OPEN, CF_ROUTE_TOKEN, CF_ROUTE_REPORT };

struct cf_route {
	const char * path;	/* Also the label of metrics. */
	enum cf_head_method method;	/* GET also means HEAD. */
	enum cf_route_access access;
	cf_route_answer * answer;
	const char * summary;
};

/**
 * cf_route_rows(n):
 * Return the table and set *${n} to its number of rows.
 */
const struct cf_route * cf_route_rows(size_t * n);

/**
 * cf_route_find(path):
 * Return the row of ${path}, 0 if there is none.
 */
size_t cf_route_find(const struct cf_field * path);

#endif /* !CF_SERVE_ROUTE_H_ */

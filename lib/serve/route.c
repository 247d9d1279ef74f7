#include <string.h>

#include "serve/endpoint.h"
#include "serve/openapi.h"
#include "serve/route.h"

/* The counters' file goes by the rows' numbers: a change of those already
 * there calls for another version of it (serve/shared.c). */
static const struct cf_route rows[] = {
	{ "other", CF_HEAD_OTHER, CF_ROUTE_TOKEN, NULL, "" },
	{ "/predict", CF_HEAD_POST, CF_ROUTE_TOKEN, cf_endpoint_predict,
	    "Forecast a record, a batch, or a symbol's newest features" },
	{ "/forecasts", CF_HEAD_GET, CF_ROUTE_TOKEN, cf_endpoint_forecasts,
	    "The latest stored forecasts" },
	{ "/health", CF_HEAD_GET, CF_ROUTE_OPEN, cf_endpoint_health,
	    "Whether there is a model, and which" },
	{ "/metrics", CF_HEAD_GET, CF_ROUTE_OPEN, cf_endpoint_metrics,
	    "Counters as Prometheus text" },
	{ "/openapi.json", CF_HEAD_GET, CF_ROUTE_OPEN, cf_openapi_json,
	    "This API, described for programs" },
	{ "/docs", CF_HEAD_GET, CF_ROUTE_OPEN, cf_openapi_page,
	    "This API, described for people" },
	{ "/", CF_HEAD_GET, CF_ROUTE_REPORT, cf_endpoint_report,
	    "The latest report page" }
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

_Static_assert(ROWS <= CF_SHARED_ROUTES, "the counters have room");

const struct cf_route *
cf_route_rows(size_t * n)
{

	*n = ROWS;
	return (rows);
}

size_t
cf_route_find(const struct cf_field * path)
{
	size_t i;

	for (i = 1; i < ROWS; i++) {
		if (strlen(rows[i].path) == path->len &&
		    memcmp(rows[i].path, path->text, path->len) == 0)
			return (i);
	}
	return (0);
}

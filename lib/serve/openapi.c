#include <math.h>
#include <string.h>

#include "config.h"

#include "serve/limits.h"
#include "serve/openapi.h"
#include "serve/route.h"
#include "table/writer.h"

/* In what a client gives an input of that role. */
static const char * const units[] = {
	[CF_ROLE_NONE] = "a number as in training",
	[CF_ROLE_PRICE] = "a price, in the money of the stock",
	[CF_ROLE_VOLATILITY] = "a standard deviation of daily logarithmic "
	    "returns: 0.012 is 1.2 % a day (vix: percent a year)",
	[CF_ROLE_BOUNDED] = "within fixed limits, as rsi from 0 to 100",
	[CF_ROLE_RETURN] = "a logarithmic return: 0.01 is about 1 %",
	[CF_ROLE_VOLUME] = "in shares",
	[CF_ROLE_MACRO] = "the level of a series, as percent of a yield",
	[CF_ROLE_CALENDAR] = "of the date",
	[CF_ROLE_DIFFERENCE] = "a difference of prices, in the money of the "
	    "stock"
};

/* What may be answered, beside 200. */
static const struct {
	int status;
	enum cf_route_access least;	/* Where: of all, or with a token. */
	const char * why;
} problems[] = {
	{ 400, CF_ROUTE_OPEN, "not a request of HTTP, no JSON, an empty body, "
	    "or a wrong parameter" },
	{ 401, CF_ROUTE_TOKEN, "no token, or one that is not known" },
	{ 404, CF_ROUTE_TOKEN, "nothing is stored of that name" },
	{ 405, CF_ROUTE_OPEN, "another method; Allow says which" },
	{ 413, CF_ROUTE_TOKEN, "the body is too long" },
	{ 415, CF_ROUTE_TOKEN, "the body is not JSON" },
	{ 422, CF_ROUTE_TOKEN, "JSON that is no request; field and reason say "
	    "what is wrong" },
	{ 429, CF_ROUTE_TOKEN, "too many requests; Retry-After says when to "
	    "come again" },
	{ 503, CF_ROUTE_OPEN, "there is no model yet" }
};

#define PROBLEMS (sizeof(problems) / sizeof(problems[0]))

static const char example[] = "{\"data\":{\"stock_price\":150.25,"
    "\"volatility\":0.012,\"volume\":1000000,\"sma_20\":145.5,"
    "\"rsi\":65.5}}";

/* The schemas that are not made from tables. */
static const char schemas[] =
    "\"Request\":{\"description\":\"A record, up to 1000 of them, or a "
    "symbol; with data around it or without.\",\"oneOf\":["
    "{\"type\":\"object\",\"required\":[\"data\"],"
    "\"additionalProperties\":false,\"properties\":{\"data\":{\"oneOf\":["
    "{\"$ref\":\"#/components/schemas/Record\"},"
    "{\"$ref\":\"#/components/schemas/Records\"}]}}},"
    "{\"$ref\":\"#/components/schemas/Record\"},"
    "{\"$ref\":\"#/components/schemas/Records\"}]},"
    "\"Records\":{\"type\":\"array\",\"minItems\":1,\"maxItems\":1000,"
    "\"items\":{\"$ref\":\"#/components/schemas/Record\"}},"
    "\"Forecast\":{\"type\":\"object\",\"properties\":{"
    "\"symbol\":{\"type\":[\"string\",\"null\"]},"
    "\"account\":{\"type\":[\"string\",\"null\"]},"
    "\"date\":{\"type\":[\"string\",\"null\"]},"
    "\"horizon\":{\"type\":[\"number\",\"null\"]},"
    "\"target_date\":{\"type\":[\"string\",\"null\"]},"
    "\"prediction\":{\"type\":\"number\",\"description\":\"Expected value: "
    "of a holding, what comes back for 100.\"},"
    "\"risk_flag\":{\"type\":\"integer\",\"enum\":[0,1],"
    "\"description\":\"1 when value_at_risk exceeds its limit.\"},"
    "\"position_size\":{\"type\":\"number\",\"description\":\"1 is a full "
    "position.\"},"
    "\"interval\":{\"type\":\"array\",\"minItems\":2,\"maxItems\":2,"
    "\"items\":{\"type\":\"number\"},\"description\":\"Central interval of "
    "the level.\"},"
    "\"level\":{\"type\":\"number\"},"
    "\"p_loss\":{\"type\":\"number\",\"description\":\"Probability of less "
    "than 100.\"},"
    "\"value_at_risk\":{\"type\":\"number\",\"description\":\"Loss per 100, "
    "at 95 %.\"},"
    "\"expected_shortfall\":{\"type\":\"number\",\"description\":\"Mean loss "
    "beyond that.\"},"
    "\"outside\":{\"type\":[\"string\",\"null\"],\"description\":\"Inputs "
    "beyond their training range, separated by blanks.\"},"
    "\"model\":{\"type\":\"string\",\"description\":\"ID of the "
    "model.\"}}},"
    "\"Health\":{\"type\":\"object\",\"required\":[\"status\",\"timestamp\","
    "\"model_loaded\",\"model\"],\"properties\":{"
    "\"status\":{\"type\":\"string\",\"enum\":[\"healthy\",\"degraded\","
    "\"unhealthy\"]},\"timestamp\":{\"type\":\"string\","
    "\"format\":\"date-time\"},\"model_loaded\":{\"type\":\"boolean\"},"
    "\"model\":{\"type\":[\"string\",\"null\"]},"
    "\"reason\":{\"type\":\"string\"}}},"
    "\"Problem\":{\"type\":\"object\",\"required\":[\"type\",\"title\","
    "\"status\",\"detail\"],\"properties\":{\"type\":{\"type\":\"string\"},"
    "\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},"
    "\"detail\":{\"type\":\"string\"},\"field\":{\"type\":\"string\"},"
    "\"reason\":{\"type\":\"string\"},\"record\":{\"type\":\"integer\","
    "\"minimum\":0}}}";

/* What is special of some paths: parameters, body, answer. */
static const struct {
	const char * path;
	const char * request;	/* Members of the operation, with commas. */
	const char * type;	/* Of the answer. */
	const char * schema;
	const char * example;	/* NULL: none. */
} specials[] = {
	{ "/predict", "\"parameters\":[{\"name\":\"fields\",\"in\":\"query\","
	    "\"description\":\"Members of the answer, separated by commas.\","
	    "\"schema\":{\"type\":\"string\"},"
	    "\"example\":\"prediction,interval\"}],\"requestBody\":{"
	    "\"required\":true,\"content\":{\"application/json\":{\"schema\":{"
	    "\"$ref\":\"#/components/schemas/Request\"},\"examples\":{"
	    "\"record\":{\"value\":{\"data\":{\"stock_price\":150.25,"
	    "\"volatility\":0.012,\"volume\":1000000,\"sma_20\":145.5,"
	    "\"rsi\":65.5}}},\"batch\":{\"value\":{\"data\":[{\"rsi\":65.5},"
	    "{\"rsi\":30}]}},\"symbol\":{\"value\":{\"symbol\":\"IBM\"}}}}}},",
	    "application/json", "{\"oneOf\":[{\"$ref\":"
	    "\"#/components/schemas/Forecast\"},{\"type\":\"array\",\"items\":"
	    "{\"$ref\":\"#/components/schemas/Forecast\"}}]}",
	    "{\"prediction\":100.4,\"risk_flag\":0,\"position_size\":1.004,"
	    "\"interval\":[96.1,104.9],\"level\":0.9,\"p_loss\":0.42,"
	    "\"value_at_risk\":4.2,\"expected_shortfall\":5.6,"
	    "\"outside\":null,\"model\":\"5f0c21d4a7be93c8\"}" },
	{ "/forecasts", "\"parameters\":[{\"name\":\"symbol\",\"in\":"
	    "\"query\",\"schema\":{\"type\":\"string\"},\"example\":\"IBM\"},"
	    "{\"name\":\"account\",\"in\":\"query\",\"schema\":{\"type\":"
	    "\"string\"}}],", "application/json", "{\"type\":\"array\","
	    "\"items\":{\"$ref\":\"#/components/schemas/Forecast\"}}", NULL },
	{ "/health", "", "application/json",
	    "{\"$ref\":\"#/components/schemas/Health\"}",
	    "{\"status\":\"healthy\",\"timestamp\":\"2024-01-01T12:00:00Z\","
	    "\"model_loaded\":true,\"model\":\"5f0c21d4a7be93c8\"}" },
	{ "/metrics", "", "text/plain", "{\"type\":\"string\"}", NULL },
	{ "/openapi.json", "", "application/json", "{\"type\":\"object\"}",
	    NULL },
	{ "/docs", "", "text/html", "{\"type\":\"string\"}", NULL },
	{ "/", "", "text/html", "{\"type\":\"string\"}", NULL }
};

#define SPECIALS (sizeof(specials) / sizeof(specials[0]))

static int
needs_token(const struct cf_service * s, const struct cf_route * route)
{

	return (route->access == CF_ROUTE_TOKEN ||
	    (route->access == CF_ROUTE_REPORT && !s->public_report));
}

/* The problems of an operation. */
static void
add_problems(const struct cf_service * s, const struct cf_route * route,
    struct cf_buf * b)
{
	size_t i;

	for (i = 0; i < PROBLEMS; i++) {
		if ((problems[i].least == CF_ROUTE_TOKEN &&
		    !needs_token(s, route)) ||
		    (problems[i].status == 503 &&
		    strcmp(route->path, "/predict") != 0 &&
		    strcmp(route->path, "/health") != 0))
			continue;
		cf_buf_addf(b, ",\"%d\":{\"description\":\"%s\",\"content\":{"
		    "\"application/problem+json\":{\"schema\":{\"$ref\":"
		    "\"#/components/schemas/Problem\"},\"example\":{\"type\":"
		    "\"about:blank\",\"title\":\"%s\",\"status\":%d,"
		    "\"detail\":\"%s\"}}}}", problems[i].status,
		    problems[i].why, cf_reply_title(problems[i].status),
		    problems[i].status, problems[i].why);
	}
}

static void
add_operation(const struct cf_service * s, const struct cf_route * route,
    struct cf_buf * b)
{
	size_t i;

	for (i = 0; i < SPECIALS &&
	    strcmp(specials[i].path, route->path) != 0; i++)
		continue;
	if (i == SPECIALS)
		return;
	cf_buf_addf(b, "\"%s\":{\"%s\":{\"summary\":\"%s\",%s%s"
	    "\"responses\":{\"200\":{\"description\":\"%s\",\"content\":{"
	    "\"%s\":{\"schema\":%s", route->path,
	    route->method == CF_HEAD_POST ? "post" : "get", route->summary,
	    needs_token(s, route) ? "\"security\":[{\"token\":[]}]," :
	    "\"security\":[],", specials[i].request, route->summary,
	    specials[i].type, specials[i].schema);
	if (specials[i].example != NULL)
		cf_buf_addf(b, ",\"example\":%s", specials[i].example);
	cf_buf_add_text(b, "}}}");
	add_problems(s, route, b);
	cf_buf_add_text(b, "}}}");
}

/* The inputs of the model that answers now. */
static void
add_record(const struct cf_holder * h, struct cf_buf * b)
{
	static const char * const keys[] = { "symbol", "account", "date",
	    "target_date" };
	const struct cf_input * in;
	size_t i;

	cf_buf_add_text(b, "\"Record\":{\"type\":\"object\","
	    "\"minProperties\":1,\"properties\":{");
	for (i = 0; h->model != NULL && i < h->model->inputs.n; i++) {
		in = &h->model->inputs.items[i];
		cf_writer_json_text(b, in->name, strlen(in->name));
		cf_buf_addf(b, ":{\"type\":[\"number\",\"null\"],"
		    "\"description\":\"%s\"", units[in->role]);
		if (isfinite(in->low) && isfinite(in->high)) {
			cf_buf_add_text(b, ",\"examples\":[");
			cf_buf_add_number(b, (in->low + in->high) / 2);
			cf_buf_add_char(b, ']');
		}
		cf_buf_add_text(b, "},");
	}
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		cf_buf_addf(b, "\"%s\":{\"type\":[\"string\",\"null\"],"
		    "\"description\":\"repeated in the answer\"},", keys[i]);
	cf_buf_add_text(b, "\"horizon\":{\"type\":[\"number\",\"null\"]}}},");
}

void
cf_openapi_json(struct cf_service * s, const struct cf_request * r,
    struct cf_reply * reply)
{
	struct cf_buf * b = &s->out;
	const struct cf_route * rows;
	size_t n, i;

	(void)r;
	b->len = 0;
	cf_buf_add_text(b, "{\"openapi\":\"3.1.0\",\"info\":{\"title\":"
	    "\"cashflow\",\"version\":\"" CF_VERSION "\",\"summary\":"
	    "\"Forecasts of cash flows, and the risk around them\"},"
	    "\"servers\":[{\"url\":\"/\"}],\"paths\":{");
	rows = cf_route_rows(&n);
	for (i = 1; i < n; i++) {
		if (i > 1)
			cf_buf_add_char(b, ',');
		add_operation(s, &rows[i], b);
	}
	cf_buf_add_text(b, "},\"components\":{\"securitySchemes\":{\"token\":{"
	    "\"type\":\"http\",\"scheme\":\"bearer\"}},\"schemas\":{");
	add_record(&s->holder, b);
	cf_buf_add_text(b, schemas);
	cf_buf_add_text(b, "}}}\n");
	cf_reply_text(reply, 200, "application/json", b);
}

/* ---- the page */

static void
add_html(struct cf_buf * b, const char * text)
{

	for (; *text != '\0'; text++) {
		if (*text == '<')
			cf_buf_add_text(b, "&lt;");
		else if (*text == '&')
			cf_buf_add_text(b, "&amp;");
		else
			cf_buf_add_char(b, *text);
	}
}

static void
add_inputs(const struct cf_holder * h, struct cf_buf * b)
{
	const struct cf_input * in;
	size_t i;

	if (h->model == NULL) {
		cf_buf_add_text(b, "<p>There is no model yet.</p>");
		return;
	}
	cf_buf_addf(b, "<p>Model %s", h->model->id);
	if (h->model->horizon > 0)
		cf_buf_addf(b, ", %u bars ahead",
		    (unsigned int)h->model->horizon);
	cf_buf_add_text(b, ". Any of these, at least one; null is missing.</p>"
	    "<table><tr><th>input<th>unit<th>range in training</tr>\n");
	for (i = 0; i < h->model->inputs.n; i++) {
		in = &h->model->inputs.items[i];
		cf_buf_add_text(b, "<tr><td><code>");
		add_html(b, in->name);
		cf_buf_addf(b, "</code><td>%s<td>", units[in->role]);
		cf_buf_add_number(b, in->low);
		cf_buf_add_text(b, " to ");
		cf_buf_add_number(b, in->high);
		cf_buf_add_text(b, "</tr>\n");
	}
	cf_buf_add_text(b, "</table>\n");
}

void
cf_openapi_page(struct cf_service * s, const struct cf_request * r,
    struct cf_reply * reply)
{
	struct cf_buf * b = &s->out;
	const struct cf_route * rows;
	size_t n, i;

	(void)r;
	b->len = 0;
	cf_buf_add_text(b, "<!DOCTYPE html><html lang=\"en\"><meta "
	    "charset=\"utf-8\"><title>cashflow: the API</title><style>body{"
	    "font-family:sans-serif;max-width:60em;margin:2em auto;padding:0 "
	    "1em}td,th{text-align:left;padding:.2em 1em .2em 0;vertical-align:"
	    "top}pre{background:#eee;padding:1em;overflow:auto}</style>\n"
	    "<h1>cashflow</h1><p>Forecasts of cash flows, and the risk around "
	    "them. For programs: <a href=\"/openapi.json\">openapi.json</a>."
	    "</p>\n<h2>Paths</h2><table>\n");
	rows = cf_route_rows(&n);
	for (i = 1; i < n; i++)
		cf_buf_addf(b, "<tr><td><code>%s %s</code><td>%s<td>%s</tr>\n",
		    cf_head_method_name(rows[i].method), rows[i].path,
		    rows[i].summary, needs_token(s, &rows[i]) ? "token" : "");
	cf_buf_addf(b, "</table>\n<h2>A request</h2><pre>curl -H "
	    "'Authorization: Bearer TOKEN' \\\n  -d '%s' \\\n  "
	    "http://HOST/predict</pre>\n<p>An array of up to %d records is "
	    "answered by an array; <code>{\"symbol\":\"IBM\"}</code> means "
	    "the newest features of that symbol; "
	    "<code>?fields=prediction,interval</code> picks members of the "
	    "answer.</p>\n<h2>Inputs</h2>\n", example, CF_SERVE_RECORDS_MAX);
	add_inputs(&s->holder, b);
	cf_buf_add_text(b, "<h2>Errors</h2><p><code>application/problem+json"
	    "</code>, RFC 9457.</p><table>\n");
	for (i = 0; i < PROBLEMS; i++)
		cf_buf_addf(b, "<tr><td>%d<td>%s</tr>\n", problems[i].status,
		    problems[i].why);
	cf_buf_add_text(b, "</table></html>\n");
	reply->page = 1;
	cf_reply_text(reply, 200, "text/html; charset=utf-8", b);
}

#include <string.h>

#include "serve/reply.h"
#include "table/writer.h"

static const struct {
	int status;
	const char * title;
} titles[] = {
	{ 200, "OK" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 408, "Request Timeout" },
	{ 413, "Content Too Large" },
	{ 414, "URI Too Long" },
	{ 415, "Unsupported Media Type" },
	{ 417, "Expectation Failed" },
	{ 422, "Unprocessable Content" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" },
	{ 503, "Service Unavailable" }
};

/* Said where there is no memory to say anything else. */
static const char last_words[] = "{\"type\":\"about:blank\","
    "\"title\":\"Internal Server Error\",\"status\":500,"
    "\"detail\":\"out of memory\"}\n";

const char *
cf_reply_title(int status)
{
	size_t i;

	for (i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		if (titles[i].status == status)
			return (titles[i].title);
	}
	return ("Unknown");
}

void
cf_reply_text(struct cf_reply * r, int status, const char * type,
    const struct cf_buf * body)
{

	r->status = body->failed ? 500 : status;
	r->type = body->failed ? "application/problem+json" : type;
	r->text = body->failed ? last_words : body->data;
	r->len = body->failed ? sizeof(last_words) - 1 : body->len;
}

/* The members that all problems have. */
static void
begin(struct cf_buf * body, int status)
{

	body->len = 0;
	cf_buf_addf(body, "{\"type\":\"about:blank\",\"title\":\"%s\","
	    "\"status\":%d,\"detail\":", cf_reply_title(status), status);
}

void
cf_reply_problem(struct cf_reply * r, struct cf_buf * body, int status,
    const char * detail)
{

	begin(body, status);
	cf_writer_json_text(body, detail, strlen(detail));
	cf_buf_add_text(body, "}\n");
	cf_reply_text(r, status, "application/problem+json", body);
}

void
cf_reply_field(struct cf_reply * r, struct cf_buf * body, int status,
    const char * field, size_t len, const char * reason, int64_t record)
{
	char name[CF_ERR_VALUE_MAX + 4] = "";
	struct cf_err err;

	if (field != NULL)
		cf_err_mask(name, sizeof(name), field, len);
	cf_err_set(&err, CF_ERR_DATA, "%s%s%.900s", name,
	    field != NULL ? ": " : "", reason);
	begin(body, status);
	cf_writer_json_text(body, err.text, strlen(err.text));
	if (field != NULL) {
		cf_buf_add_text(body, ",\"field\":");
		cf_writer_json_text(body, name, strlen(name));
	}
	cf_buf_add_text(body, ",\"reason\":");
	cf_writer_json_text(body, reason, strlen(reason));
	if (record >= 0)
		cf_buf_addf(body, ",\"record\":%lld", (long long)record);
	cf_buf_add_text(body, "}\n");
	cf_reply_text(r, status, "application/problem+json", body);
}

void
cf_reply_error(struct cf_reply * r, struct cf_buf * body,
    const struct cf_err * err, int64_t record)
{
	int status = err->kind == CF_ERR_DATA ? 422 : 500;

	cf_reply_field(r, body, status,
	    err->column_len > 0 ? err->text + err->column : NULL,
	    err->column_len, err->text + err->reason, record);
}

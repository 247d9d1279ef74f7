#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/mem.h"
#include "base/secret.h"
#include "http/url.h"
#include "table/json.h"
#include "track/mlflow_call.h"

#define REPLY_MAX (2 * 1024 * 1024)	/* Bytes. */

void
cf_mlflow_call_end(struct cf_mlflow_call * c)
{

	json_decref(c->reply);
	c->reply = NULL;
	cf_buf_free(&c->body);
}

const char *
cf_mlflow_call_text(const json_t * object, const char * key)
{
	const char * text = json_string_value(json_object_get(object, key));

	return (text != NULL ? text : "");
}

/* Server text for a message: no secret, nothing unprintable. */
static void
clean(const struct cf_mlflow_caller * s, const char * text, char * dst, size_t
    size)
{
	const char * secrets[] = { s->server->password, s->server->token };
	size_t i;

	cf_err_mask(dst, size, text, strlen(text));
	for (i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		cf_secret_mask(dst, strlen(dst), secrets[i]);
}

static int
transport_fault(const struct cf_client_reply * reply, struct cf_err * err)
{

	switch (reply->fault) {
	case CF_CLIENT_TOO_LARGE:
	case CF_CLIENT_REFUSED:
		return (cf_err_set(err, CF_ERR_DATA, "MLflow: %s",
		    reply->reason));
	default:
		return (cf_err_set(err, CF_ERR_LATER, "MLflow: %s",
		    reply->reason));
	}
}

/* The server did not do it: why, and whether it may do so later. */
static int
refused(const struct cf_mlflow_caller * s, const struct cf_mlflow_call * c,
    struct cf_err * err)
{
	enum cf_err_kind kind = CF_ERR_DATA;
	const char * hint = "";
	char host[64], words[300];

	cf_url_host(s->server->url, host, sizeof(host));
	clean(s, cf_mlflow_call_text(c->reply, "message"), words,
	    sizeof(words));
	if (c->status == 401 || c->status == 403) {
		kind = CF_ERR_USAGE;
		hint = "; check MLFLOW_TRACKING_TOKEN, or "
		    "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD";
	} else if (c->status == 429 || c->status == 408 || c->status >= 500 ||
	    strcmp(c->code, "TEMPORARILY_UNAVAILABLE") == 0 ||
	    strcmp(c->code, "REQUEST_LIMIT_EXCEEDED") == 0) {
		kind = CF_ERR_LATER;
	} else if (c->code[0] == '\0') {
		kind = CF_ERR_USAGE;
		hint = "; is MLFLOW_TRACKING_URI an MLflow server?";
	}
	return (cf_err_set(err, kind, "MLflow: %s: %s: HTTP status %d%s%s%s",
	    host, c->path, c->status, *words != '\0' ? ": " : "", words,
	    hint));
}

/*
 * Make the call.  Return 0 for an answer of the server, whatever its status,
 * else -1.
 */
static int
call(const struct cf_mlflow_caller * s, struct cf_mlflow_call * c, struct cf_err
    * err)
{
	struct cf_client_request request = { .has_secret = 1 };
	struct cf_client_reply reply = { 0 };
	struct cf_buf url = { 0 };
	int rc = -1;

	cf_buf_addf(&url, "%s%s", s->server->url, c->path);
	if (cf_buf_string(&url, err) == NULL || (c->method == NULL &&
	    cf_buf_string(&c->body, err) == NULL))
		goto done;
	request.url = url.data;
	request.method = c->method;
	request.body = c->body.data;
	request.body_len = c->body.len;
	request.body_type = c->type != NULL ? c->type : "application/json";
	request.authorization = s->authorization;
	if (cf_client_ask(s->client, &request, &reply, err))
		goto done;
	if (reply.fault != CF_CLIENT_OK) {
		transport_fault(&reply, err);
		goto done;
	}
	c->status = reply.status;
	if (cf_json_parse(&c->reply, reply.body.data, reply.body.len, 0, NULL,
	    err) == -1)
		goto done;
	c->code = cf_mlflow_call_text(c->reply, "error_code");
	if (c->status / 100 == 2 && c->type == NULL &&
	    !json_is_object(c->reply)) {
		cf_err_set(err, CF_ERR_USAGE, "MLflow: %s: not the answer of "
		    "an MLflow server; check MLFLOW_TRACKING_URI", c->path);
		goto done;
	}
	rc = 0;
done:
	cf_buf_free(&reply.body);
	cf_buf_free(&url);
	cf_buf_free(&c->body);
	return (rc);
}

/* A call that has to succeed, but for ${but}, which returns 1. */
static int
must(const struct cf_mlflow_caller * s, struct cf_mlflow_call * c, const char *
    but, struct cf_err * err)
{

	if (call(s, c, err))
		return (-1);
	if (c->status / 100 == 2)
		return (0);
	if (but != NULL && strcmp(c->code, but) == 0)
		return (1);
	return (refused(s, c, err));
}

int
cf_mlflow_call_post(const struct cf_mlflow_caller * s,
    struct cf_mlflow_call * c, const char * path, json_t * body,
    const char * but, struct cf_err * err)
{

	memset(c, 0, sizeof(*c));
	c->path = path;
	if (body == NULL)
		return (cf_err_memory(err));
	cf_json_print(body, &c->body);
	json_decref(body);
	return (must(s, c, but, err));
}

int
cf_mlflow_call_get(const struct cf_mlflow_caller * s,
    struct cf_mlflow_call * c, const char * path, const char * key,
    const char * value, const char * but, struct cf_err * err)
{
	struct cf_buf url = { 0 };
	int rc = -1;

	memset(c, 0, sizeof(*c));
	c->method = "GET";
	cf_buf_add_text(&url, path);
	cf_url_query(&url, key, value);
	if ((c->path = cf_buf_string(&url, err)) != NULL)
		rc = must(s, c, but, err);
	c->path = path;
	cf_buf_free(&url);
	return (rc);
}

int
cf_mlflow_call_take(const struct cf_mlflow_call * c, const char * text,
    char * dst, size_t size, struct cf_err * err)
{

	if (*text == '\0' || strlen(text) >= size)
		return (cf_err_set(err, CF_ERR_DATA,
		    "MLflow: %s: the answer lacks what was asked for",
		    c->path));
	memcpy(dst, text, strlen(text) + 1);
	return (0);
}

int
cf_mlflow_call_put(const struct cf_mlflow_caller * s,
    struct cf_mlflow_call * c, const char * path, const char * type,
    struct cf_buf * bytes, struct cf_err * err)
{

	memset(c, 0, sizeof(*c));
	c->method = "PUT";
	c->path = path;
	c->type = type;
	c->body = *bytes;
	memset(bytes, 0, sizeof(*bytes));
	return (must(s, c, NULL, err));
}

/* The value of the Authorization header. */
static int
authorize(struct cf_mlflow_caller * s, struct cf_err * err)
{
	const struct cf_mlflow_server * w = s->server;
	struct cf_buf text = { 0 };
	char * packed = NULL;
	size_t room;
	int rc = -1;

	if (w->user != NULL && w->password != NULL) {
		cf_buf_addf(&text, "%s:%s", w->user, w->password);
		if (cf_buf_string(&text, err) == NULL)
			goto done;
		room = sodium_base64_ENCODED_LEN(text.len,
		    sodium_base64_VARIANT_ORIGINAL);
		if ((packed = cf_mem_array(room, 1, err)) == NULL)
			goto done;
		sodium_bin2base64(packed, room,
		    (const unsigned char *)text.data, text.len,
		    sodium_base64_VARIANT_ORIGINAL);
		sodium_memzero(text.data, text.len);
		text.len = 0;
		cf_buf_addf(&text, "Basic %s", packed);
	} else if (w->token != NULL) {
		cf_buf_addf(&text, "Bearer %s", w->token);
	} else {
		return (0);
	}
	if (cf_buf_string(&text, err) != NULL &&
	    (s->authorization = cf_mem_strdup(text.data, err)) != NULL)
		rc = 0;
done:
	if (text.data != NULL)
		sodium_memzero(text.data, text.capacity);
	cf_buf_free(&text);
	cf_secret_free(packed);
	return (rc);
}

int
cf_mlflow_call_open(struct cf_mlflow_caller * s,
    const struct cf_mlflow_server * server, struct cf_err * err)
{
	const struct cf_client_options options = { .agent = "cashflow",
	    .allow_http = !cf_url_is_https(server->url),
	    .max_bytes = REPLY_MAX, .timeout_s = server->timeout_s,
	    .parallel = 1 };

	memset(s, 0, sizeof(*s));
	s->server = server;
	if (authorize(s, err))
		return (-1);
	s->client = cf_client_new(&options, err);
	return (s->client != NULL ? 0 : -1);
}

void
cf_mlflow_call_close(struct cf_mlflow_caller * s)
{

	cf_client_free(s->client);
	cf_secret_free(s->authorization);
	memset(s, 0, sizeof(*s));
}

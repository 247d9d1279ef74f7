#ifndef CF_TRACK_MLFLOW_CALL_H_
#define CF_TRACK_MLFLOW_CALL_H_

#include <stddef.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"
#include "http/client.h"

/*
 * Calls of MLflow's REST API: JSON there and back, who we are, and what a
 * refusal means: CF_ERR_LATER when the server cannot be reached, is out of
 * order or says try later; CF_ERR_USAGE when it does not know us (401, 403) or
 * is no MLflow server; else CF_ERR_DATA with its own words.  No message has a
 * secret in it, also if the server's has.
 */
#define CF_MLFLOW_CALL_API "/api/2.0/mlflow/"
#define CF_MLFLOW_CALL_ARTIFACTS "/api/2.0/mlflow-artifacts/artifacts/"

struct cf_mlflow_server {
	const char * url;	/* Base, without /api. */
	const char * user;	/* For basic authentication, or NULL. */
	const char * password;
	const char * token;	/* Bearer token, or NULL; user comes first. */
	double timeout_s;	/* Of a request. */
};

struct cf_mlflow_caller {
	const struct cf_mlflow_server * server;
	struct cf_client * client;
	char * authorization;
};

/* A call and what came back; a zeroed one is empty. */
struct cf_mlflow_call {
	const char * method;
	const char * path;	/* Behind the base, for messages. */
	const char * type;	/* Of a body that is not JSON. */
	struct cf_buf body;
	int status;
	json_t * reply;
	const char * code;	/* The server's error_code, or "". */
};

/**
 * cf_mlflow_call_open(caller, server, err):
 * Make *${caller} ready for ${server}, which has to live as long.  Return 0 or
 * -1; it is ended with cf_mlflow_call_close in any case.
 */
int cf_mlflow_call_open(struct cf_mlflow_caller * caller,
    const struct cf_mlflow_server * server, struct cf_err * err);
void cf_mlflow_call_close(struct cf_mlflow_caller * caller);

/**
 * cf_mlflow_call_post(caller, call, path, body, but, err),
 * cf_mlflow_call_get(caller, call, path, key, value, but, err),
 * cf_mlflow_call_put(caller, call, path, type, bytes, err):
 * POST an object, whose reference is taken (NULL is one that memory lacked
 * for); GET with one parameter in the query; PUT the ${bytes}, which are empty
 * afterwards.  Return 0 when it was done, 1 when the server's error_code is
 * ${but} (may be NULL), else -1.  The caller ends *${call} with
 * cf_mlflow_call_end in any case.
 */
int cf_mlflow_call_post(const struct cf_mlflow_caller * caller,
    struct cf_mlflow_call * call, const char * path, json_t * body,
    const char * but, struct cf_err * err);
int cf_mlflow_call_get(const struct cf_mlflow_caller * caller,
    struct cf_mlflow_call * call, const char * path, const char * key,
    const char * value, const char * but, struct cf_err * err);
int cf_mlflow_call_put(const struct cf_mlflow_caller * caller,
    struct cf_mlflow_call * call, const char * path, const char * type,
    struct cf_buf * bytes, struct cf_err * err);
void cf_mlflow_call_end(struct cf_mlflow_call * call);

/**
 * cf_mlflow_call_text(object, key):
 * Return the text member ${key} of ${object}, "" if there is none.
 */
const char * cf_mlflow_call_text(const json_t * object, const char * key);

/**
 * cf_mlflow_call_take(call, text, dst, size, err):
 * Copy the ${text} of its reply; an empty or too long one is CF_ERR_DATA.
 * Return 0 or -1.
 */
int cf_mlflow_call_take(const struct cf_mlflow_call * call, const char * text,
    char * dst, size_t size, struct cf_err * err);

#endif /* !CF_TRACK_MLFLOW_CALL_H_ */

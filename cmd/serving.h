#ifndef CF_CMD_SERVING_H_
#define CF_CMD_SERVING_H_

#include "base/conf.h"
#include "base/opt.h"
#include "serve/audit.h"
#include "serve/board.h"
#include "serve/conn.h"
#include "serve/listener.h"
#include "serve/tls.h"
#include "serve/watch.h"

#include "main.h"

/*
 * cf-serve behind its options: what all processes have in common is made
 * ready, then the server runs as master and workers, or serves the connection
 * on descriptors 0 and 1.
 */
enum cf_serving_path {
	CF_SERVING_STATE,		/* Folder of what it writes. */
	CF_SERVING_COUNTERS,
	CF_SERVING_TOKENS,
	CF_SERVING_FIRST_TOKEN,
	CF_SERVING_MODEL,
	CF_SERVING_LATEST,
	CF_SERVING_STORED,
	CF_SERVING_REPORT,
	CF_SERVING_PATHS
};

struct cf_serving {
	/* As the options say. */
	const struct cf_main * m;
	const char * config;
	const char * model;
	const char * tokens_path;
	const char * audit_path;
	const char * tls_cert;
	const char * tls_key;
	const char * user;
	struct cf_opt_list listen;
	int64_t workers;
	int64_t rate;
	int64_t cache;
	int64_t body_max;
	int64_t connections_max;
	int64_t address_max;
	int64_t timeout_s;
	int64_t idle_s;
	int64_t drain_s;
	int public_report;
	int behind_proxy;
	int check;
	int quiet;
	int verbose;

	/* Made by cf_serving_start. */
	struct cf_conf * conf;
	char * paths[CF_SERVING_PATHS];
	char * chosen;			/* API_TOKEN, or NULL. */
	struct cf_tokens * tokens;
	struct cf_tls * tls;
	struct cf_shared shared;
	struct cf_board * board;
	struct cf_audit audit;
	struct cf_listener listeners;
	struct cf_watch watch;
	struct cf_service service;
	struct cf_conn_world world;
};

/**
 * cf_serving_spare_client():
 * Under inetd what is written to standard error may go to the client, being the
 * same socket: then let nothing be.
 */
void cf_serving_spare_client(void);

/**
 * cf_serving_paths(s, err):
 * Load the configuration and find the places of the state folder.  Return 0 or
 * -1.
 */
int cf_serving_paths(struct cf_serving * s, struct cf_err * err);

/**
 * cf_serving_start(s, err):
 * Read what there is to be read, make the state folder and, if there is none, a
 * token, and listen.  With s->check nothing is made.  Return 0 or -1.
 */
int cf_serving_start(struct cf_serving * s, struct cf_err * err);

/**
 * cf_serving_measure(conf, measure):
 * Set what the configuration says of forecasts.
 */
void cf_serving_measure(const struct cf_conf * conf,
    struct cf_measure_params * measure);

/**
 * cf_serving_reread(s, err):
 * Read tokens and certificate again and reopen the audit log.  After a failure
 * all is as it was.  Return 0 or -1.
 */
int cf_serving_reread(struct cf_serving * s, struct cf_err * err);

/**
 * cf_serving_reconfigure(s, measure, err):
 * The same and the configuration too, of which ${measure} counts.
 */
int cf_serving_reconfigure(struct cf_serving * s,
    struct cf_measure_params * measure, struct cf_err * err);

/**
 * cf_serving_run(s, err):
 * Serve.  Return 0 or -1.
 */
int cf_serving_run(struct cf_serving * s, struct cf_err * err);

/**
 * cf_serving_new_token(s, name, err):
 * Make a token called ${name} and print it on standard output.  Return 0 or -1.
 */
int cf_serving_new_token(struct cf_serving * s, const char * name,
    struct cf_err * err);

/**
 * cf_serving_end(s):
 * Give everything back.
 */
void cf_serving_end(struct cf_serving * s);

#endif /* !CF_CMD_SERVING_H_ */

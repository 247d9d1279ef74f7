#ifndef CF_CMD_MODEL_REGISTRY_H_
#define CF_CMD_MODEL_REGISTRY_H_

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "main.h"
#include "model/model.h"

/*
 * cf-model list, promote, rollback and prune: what is done to a folder of
 * models.
 */
struct cf_model_registry {
	int64_t keep;			/* Models that prune leaves. */
	const char * predictions;	/* What promote compares by, see */
	const char * forecasts;		/* dueling.h. */
	const char * features;
	const struct cf_main * program;
	const char * folder;		/* Of models; NULL: as configured. */
	const char * config;
	const char * out;
	const char * format;		/* NULL: not given. */
	int check;
	int quiet;
	int verbose;
};

#define CF_MODEL_REGISTRY_KEEP 10	/* Unless given. */

/* Rows of the option table; R is a struct cf_model_registry. */
#define CF_MODEL_REGISTRY_OPTS(R)					\
	{ 0, "keep", "N", CF_OPT_INT, &(R).keep, 1, 1000000, NULL,	\
	    "prune leaves the newest N models" },			\
	{ 0, "predictions", "FOLDER", CF_OPT_TEXT, &(R).predictions, 0,	\
	    0, NULL, "promote what is no worse than these forecasts" },	\
	{ 0, "forecasts", "FILE", CF_OPT_TEXT, &(R).forecasts, 0, 0,	\
	    NULL, "the model's own, else ID/forecasts.csv" },		\
	{ 0, "features", "FILE", CF_OPT_TEXT, &(R).features, 0, 0,	\
	    NULL, "or compare recipes on these features" }

/**
 * cf_model_list(r, id, err), cf_model_promote(r, id, err),
 * cf_model_rollback(r, id, err), cf_model_prune(r, id, err):
 * Do it; promote is the only one that wants an ID.  Return 0 or -1; kind
 * CF_ERR_NO tells that it was refused.
 */
int cf_model_list(const struct cf_model_registry * r, const char * id,
    struct cf_err * err);
int cf_model_promote(const struct cf_model_registry * r, const char * id,
    struct cf_err * err);
int cf_model_rollback(const struct cf_model_registry * r, const char * id,
    struct cf_err * err);
int cf_model_prune(const struct cf_model_registry * r, const char * id,
    struct cf_err * err);

/**
 * cf_model_folder(r, text, err):
 * Set the empty ${text} to the folder of models.  Return 0 or -1.
 */
int cf_model_folder(const struct cf_model_registry * r, struct cf_buf * text,
    struct cf_err * err);

/**
 * cf_model_open(folder, id, path, err):
 * Open the model of that ID, or return NULL.  The empty ${path} becomes the
 * name of its file.
 */
struct cf_model * cf_model_open(const char * folder, const char * id,
    struct cf_buf * path, struct cf_err * err);

#endif /* !CF_CMD_MODEL_REGISTRY_H_ */

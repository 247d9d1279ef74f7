#ifndef CF_SERVE_HOLDER_H_
#define CF_SERVE_HOLDER_H_

#include <stdint.h>

#include "base/err.h"
#include "model/batch.h"
#include "model/forecast.h"
#include "model/intake.h"
#include "model/model.h"
#include "risk/measure.h"
#include "serve/limits.h"

/*
 * The model that answers, and what is prepared for it so that a request finds
 * everything made: two intakes (for what clients send, in which an unknown name
 * is a mistake, and for our own newest features, which have more columns than
 * a model wants), a batch and a forecaster.
 *
 * Another model takes the place of the one held between two requests.  One
 * that is no good never gets here (serve/watch.h); why not is kept to be told.
 */
struct cf_holder {
	struct cf_model * model;	/* NULL: none yet. */
	int64_t mtime_s;		/* Of its file. */
	char trouble[CF_ERR_TEXT_MAX];	/* Why the newest is not held. */
	struct cf_intake * strict;
	struct cf_intake * lenient;
	struct cf_batch batch;
	struct cf_forecaster * forecaster;
	unsigned long generation;	/* Goes up with each model. */
};

/**
 * cf_holder_take(holder, model, mtime_s, err):
 * Hold ${model}, which now belongs to the holder, in place of the one held.  On
 * failure that one stays and ${model} is freed.  Return 0 or -1.
 */
int cf_holder_take(struct cf_holder * holder, struct cf_model * model,
    int64_t mtime_s, struct cf_err * err);

/**
 * cf_holder_trouble(holder, text):
 * Note why the newest model is not held; "" once one is.
 */
void cf_holder_trouble(struct cf_holder * holder, const char * text);

/**
 * cf_holder_free(holder):
 * Free what it holds.  A zeroed struct holds nothing.
 */
void cf_holder_free(struct cf_holder * holder);

#endif /* !CF_SERVE_HOLDER_H_ */

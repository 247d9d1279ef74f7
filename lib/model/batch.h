#ifndef CF_MODEL_BATCH_H_
#define CF_MODEL_BATCH_H_

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "feature/names.h"
#include "table/csv.h"

/*
 * Records in memory: the inputs of a model as numbers, their keys as text, the
 * line where each began.  A record that could not be read holds its place with
 * the error's text instead, so that answers stay in the order of the input.
 */

/* The keys, in the order in which they are written. */
enum cf_batch_key_id {
	CF_BATCH_SYMBOL,
	CF_BATCH_ACCOUNT,
	CF_BATCH_DATE,
	CF_BATCH_HORIZON,
	CF_BATCH_TARGET_DATE,
	CF_BATCH_KEYS
};

struct cf_batch_item {
	size_t start[CF_BATCH_KEYS];	/* Of each key's text. */
	size_t len[CF_BATCH_KEYS];
	uint64_t line;
	int is_bad;		/* The first text is an error's. */
	size_t holder;		/* With cf_batch_keep_latest: its symbol, */
	uint64_t round;		/* outdated unless in that one's round. */
};

/* A symbol or account, for cf_batch_keep_latest. */
struct cf_batch_holder {
	size_t newest;		/* A record of its newest date so far. */
	size_t n;		/* Records of that date. */
	uint64_t round;		/* Goes up with each newer date. */
};

struct cf_batch {
	size_t n;		/* Records. */
	size_t nbad;		/* How many of them could not be read. */
	size_t ninputs;
	double * records;	/* [n][ninputs]; NaN: missing. */
	struct cf_batch_item * items;
	struct cf_buf texts;
	size_t capacity_records;
	size_t capacity_items;
	struct cf_names names;	/* Of the holders. */
	struct cf_batch_holder * holders;
	size_t capacity_holders;
	size_t outdated;	/* Records that a newer one has replaced. */
};

/**
 * cf_batch_init(batch, ninputs):
 * Make an empty batch of records of ${ninputs} numbers; free it with
 * cf_batch_free.
 */
void cf_batch_init(struct cf_batch * batch, size_t ninputs);

/**
 * cf_batch_clear(batch):
 * Forget the records.
 */
void cf_batch_clear(struct cf_batch * batch);

/**
 * cf_batch_key_name(key):
 * Return the name of its column.
 */
const char * cf_batch_key_name(enum cf_batch_key_id key);

/**
 * cf_batch_add(batch, keys, line, err):
 * Add a record with ${keys}[CF_BATCH_KEYS], empty where it has none, all of its inputs missing, and return the place
 * of its numbers, which is valid until the next one; NULL on failure.
 */
double * cf_batch_add(struct cf_batch * batch, const struct cf_field * keys,
    uint64_t line, struct cf_err * err);

/**
 * cf_batch_add_bad(batch, text, line, err):
 * Add a record that could not be read, for the reason ${text}.  Return 0 or -1.
 */
int cf_batch_add_bad(struct cf_batch * batch, const char * text, uint64_t line,
    struct cf_err * err);

/**
 * cf_batch_drop(batch):
 * Forget the record added last.
 */
void cf_batch_drop(struct cf_batch * batch);

/**
 * cf_batch_key(batch, i, key):
 * Return a key of record ${i}, empty if it has none; valid until the batch
 * changes.
 */
struct cf_field cf_batch_key(const struct cf_batch * batch, size_t i,
    enum cf_batch_key_id key);

/**
 * cf_batch_bad(batch, i):
 * Return why record ${i} could not be read, as a text; NULL if it was.
 */
const char * cf_batch_bad(const struct cf_batch * batch, size_t i);

/**
 * cf_batch_keep_latest(batch, name, err):
 * After a record was added: keep it only if no other of the same key ${name}
 * has a newer date, and then none that is older.  Records of one name need not
 * stand together, nor in the order of their dates.  Those replaced go now and
 * then; cf_batch_sweep ends it.  Return 0 or -1.
 */
int cf_batch_keep_latest(struct cf_batch * batch, enum cf_batch_key_id name,
    struct cf_err * err);
void cf_batch_sweep(struct cf_batch * batch);

/**
 * cf_batch_free(batch):
 * Free what it holds and leave it empty.
 */
void cf_batch_free(struct cf_batch * batch);

#endif /* !CF_MODEL_BATCH_H_ */

#ifndef CF_BASE_STATE_H_
#define CF_BASE_STATE_H_

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * The state folder: where the files of one installation lie, CF_HOME in the
 * configuration.  cashflow(7) shows the tree; the table below is that page in
 * C, one row for each kind of file.
 *
 * Names from outside (symbols, series, ledgers, accounts) become parts of file
 * names.  All bytes but letters, digits, _ and - are written %XX, so that no
 * name can leave its folder, hide, or stand for two things: BRK.B is BRK%2EB,
 * ^VIX is %5EVIX.
 */
#define CF_STATE_KINDS(X)						\
	X(CF_STATE_CONF, "cashflow.conf", NULL)				\
	X(CF_STATE_BARS, "raw/bars/", ".csv")				\
	X(CF_STATE_SERIES, "raw/series/", ".csv")			\
	X(CF_STATE_LEDGER, "raw/ledger/", ".csv")			\
	X(CF_STATE_FEATURES, "features/", ".csv")			\
	X(CF_STATE_LATEST, "features/latest.csv", NULL)			\
	X(CF_STATE_MODELS, "models/", "")				\
	X(CF_STATE_PREDICTIONS, "predictions/", "")			\
	X(CF_STATE_DRIFT, "drift/", ".ndjson")				\
	X(CF_STATE_RUNS, "runs/", ".ndjson")				\
	X(CF_STATE_METRICS, "metrics/", ".prom")			\
	X(CF_STATE_REPORTS, "reports/", ".html")			\
	X(CF_STATE_STATE, "state/", "")					\
	X(CF_STATE_LOCK, "state/lock", NULL)

#define CF_STATE_ENUM(id, before, behind) id,
enum cf_state_kind { CF_STATE_KINDS(CF_STATE_ENUM) };
#undef CF_STATE_ENUM

/* Bytes of an encoded name: with what is put around it, and around that by
 * cf_file_temporary, it stays below the 255 of most file systems. */
#define CF_STATE_NAME_MAX 200

/**
 * cf_state_path(path, home, kind, name, err):
 * Append the path of that file of the state folder ${home} to ${path}.
 * ${name} is encoded; it is NULL for kinds that are one file.  Return 0, or -1
 * (kind CF_ERR_DATA for a name that is empty or too long).
 */
int cf_state_path(struct cf_buf * path, const char * home,
    enum cf_state_kind kind, const char * name, struct cf_err * err);

/**
 * cf_state_encode(buf, name, err):
 * Append ${name} as a part of a file name.  Return 0 or -1, as above.
 */
int cf_state_encode(struct cf_buf * buf, const char * name,
    struct cf_err * err);

/**
 * cf_state_decode(buf, text, len, err):
 * The reverse: append the name that the ${len} bytes of ${text} stand for.
 * Return 0, or -1 when cf_state_encode writes no such text.
 */
int cf_state_decode(struct cf_buf * buf, const char * text, size_t len,
    struct cf_err * err);

#endif /* !CF_BASE_STATE_H_ */

#ifndef CF_FEATURE_EMIT_H_
#define CF_FEATURE_EMIT_H_

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/out.h"
#include "feature/rows.h"
#include "feature/set.h"
#include "table/writer.h"

/*
 * Feature rows as records: symbol,date,horizon, the columns of the set, the
 * other columns of the bars, cash_flow; one record for each horizon.
 */
struct cf_emit_plan {
	const struct cf_set * set;
	const char * const * others;	/* Names; none may be the set's. */
	size_t nothers;
	const size_t * horizons;	/* Ascending. */
	size_t nhorizons;
	enum cf_format format;
	int by_line;
	int latest;		/* Only the newest row of each symbol. */
};

/**
 * cf_emit_writer(plan, out, with_header, err):
 * Return a writer of such records to ${out} (NULL: it holds them), or NULL;
 * two columns of one name are an error of kind CF_ERR_DATA.
 */
struct cf_writer * cf_emit_writer(const struct cf_emit_plan * plan,
    struct cf_out * out, int with_header, struct cf_err * err);

/**
 * cf_emit_rows(plan, writer, symbol, symbol_len, rows, first, n, end, err):
 * Write rows ${first} .. ${first} + ${n} - 1 of a symbol, of which there are
 * rows up to ${end}, with what these tell of the targets.  Return 0 or -1.
 */
int cf_emit_rows(const struct cf_emit_plan * plan, struct cf_writer * writer,
    const char * symbol, size_t symbol_len, const struct cf_rows * rows,
    size_t first, size_t n, size_t end, struct cf_err * err);

#define CF_EMIT_HORIZONS_MAX 32
#define CF_EMIT_HORIZON_MAX 5000

/**
 * cf_emit_parse_horizons(text, horizons, n, err):
 * Read numbers with commas between them, in any order, into ${horizons} (of
 * CF_EMIT_HORIZONS_MAX), ascending, and set *${n}.  Return 0, or -1 with an
 * error of kind CF_ERR_USAGE.
 */
int cf_emit_parse_horizons(const char * text, size_t * horizons, size_t * n,
    struct cf_err * err);

#endif /* !CF_FEATURE_EMIT_H_ */

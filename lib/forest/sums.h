#ifndef CF_FOREST_SUMS_H_
#define CF_FOREST_SUMS_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "forest/bins.h"
#include "forest/plan.h"

/*
 * Summing up a node's records by the codes of a column: three ways to one
 * result, a list of running sums in the order of the codes.
 *
 *	direct	for at most CF_SUMS_DIRECT records: each finds its place by
 *		comparing its code with all others, which compilers turn into
 *		a few vector instructions, and there is no branch to mispredict
 *	sparse	a histogram and a bit for each entry in use, so that the cost
 *		follows the records and not the bins
 *	full	a histogram of which every entry is looked at
 *
 * Entries may repeat the running sums of the one before (an empty bin or
 * place).  Since all sums are exact (forest/grow.h) the three ways agree to the
 * last bit.
 */

#define CF_SUMS_CODES 256
#define CF_SUMS_BATCH 9		/* Columns summed up in one pass. */
#define CF_SUMS_DIRECT 16	/* Records, at most, for the direct way. */
#define CF_SUMS_FULL 512	/* Records, at least, for the full way. */

/* Sum of targets and of weights. */
struct cf_sums {
	double sum;
	double weight;
};

/* A column of a node by code.  All zero between uses. */
struct cf_sums_histogram {
	struct cf_sums sums[CF_SUMS_CODES];
	uint32_t times[CF_SUMS_CODES];	/* If weighted. */
	uint64_t used[CF_SUMS_CODES / 64]; /* A bit for each, if sparse. */
};

/* Running sums in the order of codes; missing values apart. */
struct cf_sums_list {
	unsigned n;
	uint8_t code[CF_SUMS_CODES];
	struct cf_sums left[CF_SUMS_CODES];	/* Up to this entry. */
	double count[CF_SUMS_CODES];	/* Rows up to it, if weighted; */
	struct cf_sums missing;		/* otherwise as the weight. */
	double missing_count;
};

/* The records of a node. */
struct cf_sums_records {
	const unsigned char * first;
	size_t n;
	size_t stride;
	size_t codes;		/* Offset of the codes. */
	int weighted;
};

/* Parts of a record. */
static inline struct cf_sums
cf_sums_of(const unsigned char * record)
{
	struct cf_sums s;

	memcpy(&s, record, sizeof(s));
	return (s);
}

static inline uint32_t
cf_sums_number(const unsigned char * record)
{
	uint32_t number;

	memcpy(&number, record + CF_PLAN_NUMBER, sizeof(number));
	return (number);
}

static inline uint32_t
cf_sums_times(const unsigned char * record)
{
	uint32_t times;

	memcpy(&times, record + CF_PLAN_TIMES, sizeof(times));
	return (times);
}

/**
 * cf_sums_fill(records, column, n, h):
 * Sum up ${n} (at most CF_SUMS_BATCH) columns into as many histograms, as
 * sparse or full as the number of records asks for.
 */
void cf_sums_fill(const struct cf_sums_records * records,
    const uint32_t * column, unsigned n, struct cf_sums_histogram * h);

/**
 * cf_sums_take(records, h, list):
 * Turn a filled histogram into a list; the histogram is zeroed.
 */
void cf_sums_take(const struct cf_sums_records * records,
    struct cf_sums_histogram * h, struct cf_sums_list * list);

/**
 * cf_sums_direct(records, column, list):
 * Make the list of a column from at most CF_SUMS_DIRECT unweighted records.
 * Behind its end the last running sums are repeated up to CF_SUMS_DIRECT.
 */
void cf_sums_direct(const struct cf_sums_records * records, uint32_t column,
    struct cf_sums_list * list);

#endif /* !CF_FOREST_SUMS_H_ */

#include "forest/sums.h"

#define WORDS (CF_SUMS_CODES / 64)

static inline void
add(struct cf_sums * to, struct cf_sums s)
{

	to->sum += s.sum;
	to->weight += s.weight;
}

/* Sum up ${n} columns; inlined with constants for speed. */
static inline void
fill(const struct cf_sums_records * records, const uint32_t * column,
    const unsigned n, const int sparse, const int weighted,
    struct cf_sums_histogram * h)
{
	const size_t stride = records->stride;
	const unsigned char * record = records->first;
	const unsigned char * end = record + records->n * stride;
	size_t at[CF_SUMS_BATCH];
	struct cf_sums s;
	unsigned j, code;

	for (j = 0; j < n; j++)
		at[j] = records->codes + column[j];
	for (; record < end; record += stride) {
		s = cf_sums_of(record);
#pragma GCC unroll 9
		for (j = 0; j < n; j++) {
			code = record[at[j]];
			add(&h[j].sums[code], s);
			if (sparse)
				h[j].used[code / 64] |=
				    UINT64_C(1) << code % 64;
			if (weighted)
				h[j].times[code] += cf_sums_times(record);
		}
	}
}

/**
 * cf_sums_fill(records, column, n, h):
 * Sum up ${n} (at most CF_SUMS_BATCH) columns into as many histograms, as
 * sparse or full as the number of records asks for.
 */
void
cf_sums_fill(const struct cf_sums_records * records, const uint32_t * column,
    unsigned n, struct cf_sums_histogram * h)
{
	const int way = (records->weighted ? 2 : 0) +
	    (records->n < CF_SUMS_FULL);

	switch (n) {
#define CASE(N)								\
	case (N):							\
		if (way == 0)						\
			fill(records, column, (N), 0, 0, h);		\
		else if (way == 1)					\
			fill(records, column, (N), 1, 0, h);		\
		else							\
			fill(records, column, (N), way & 1, 1, h);	\
		break;
	CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8)
	CASE(9)
#undef CASE
	}
}

/* Move the missing values from the histogram to the list. */
static void
take_missing(int weighted, struct cf_sums_histogram * h,
    struct cf_sums_list * list)
{
	const struct cf_sums none = { 0, 0 };

	list->missing = h->sums[CF_BINS_MISSING];
	list->missing_count = weighted ? h->times[CF_BINS_MISSING] :
	    list->missing.weight;
	h->sums[CF_BINS_MISSING] = none;
	h->times[CF_BINS_MISSING] = 0;
	h->used[WORDS - 1] &= ~(UINT64_C(1) << 63);
}

/* Walk the entries in use. */
static inline void
take_sparse(const int weighted, struct cf_sums_histogram * h,
    struct cf_sums_list * list)
{
	const struct cf_sums none = { 0, 0 };
	struct cf_sums left = { 0, 0 };
	double count = 0;
	uint64_t bits;
	unsigned i, code, n = 0;

	for (i = 0; i < WORDS; i++) {
		bits = h->used[i];
		h->used[i] = 0;
		for (; bits != 0; bits &= bits - 1) {
			code = i * 64 + (unsigned)__builtin_ctzll(bits);
			add(&left, h->sums[code]);
			h->sums[code] = none;
			list->code[n] = (uint8_t)code;
			list->left[n] = left;
			if (weighted) {
				count += h->times[code];
				h->times[code] = 0;
				list->count[n] = count;
			}
			n++;
		}
	}
	list->n = n;
}

/*
 * Walk all entries.  Four quarters are summed up side by side, then each is
 * raised by what lies before it: one chain of 256 additions would be waited
 * for, four of 64 are not.
 */
static inline void
take_full(const int weighted, struct cf_sums_histogram * h,
    struct cf_sums_list * list)
{
	enum { QUARTER = CF_SUMS_CODES / 4 };
	struct cf_sums left[4] = { { 0, 0 } };
	struct cf_sums before = { 0, 0 };
	double count = 0;
	unsigned i, q;

	for (i = 0; i < QUARTER; i++) {
#pragma GCC unroll 4
		for (q = 0; q < 4; q++) {
			add(&left[q], h->sums[q * QUARTER + i]);
			list->left[q * QUARTER + i] = left[q];
		}
	}
	for (q = 1; q < 4; q++) {
		add(&before, left[q - 1]);
		for (i = 0; i < QUARTER; i++)
			add(&list->left[q * QUARTER + i], before);
	}
	for (i = 0; i < CF_SUMS_CODES; i++)
		list->code[i] = (uint8_t)i;
	for (i = 0; weighted && i < CF_SUMS_CODES; i++) {
		count += h->times[i];
		list->count[i] = count;
	}
	list->n = CF_BINS_MISSING;
	memset(h->sums, 0, sizeof(h->sums));
	if (weighted)
		memset(h->times, 0, sizeof(h->times));
}

/**
 * cf_sums_take(records, h, list):
 * Turn a filled histogram into a list; the histogram is zeroed.
 */
void
cf_sums_take(const struct cf_sums_records * records,
    struct cf_sums_histogram * h, struct cf_sums_list * list)
{

	take_missing(records->weighted, h, list);
	if (records->n < CF_SUMS_FULL) {
		if (records->weighted)
			take_sparse(1, h, list);
		else
			take_sparse(0, h, list);
	} else
		take_full(records->weighted, h, list);
}

/* Sixteen codes, which compilers compare at once; the result is 0 or -1. */
typedef uint8_t codes __attribute__((vector_size(CF_SUMS_DIRECT)));

/* Count for each of CF_SUMS_DIRECT codes how many of the first ${n} are less. */
static inline void
find_places(const uint8_t * code, unsigned n, uint8_t * place)
{
	codes all, one, less = { 0 };
	unsigned j;

	memcpy(&all, code, sizeof(all));
	for (j = 0; j < n; j++) {
		one = code[j] - (codes){ 0 };
		less -= (codes)(one < all);
	}
	memcpy(place, &less, sizeof(less));
}

/**
 * cf_sums_direct(records, column, list):
 * Make the list of a column from at most CF_SUMS_DIRECT unweighted records.
 */
void
cf_sums_direct(const struct cf_sums_records * records, uint32_t column,
    struct cf_sums_list * list)
{
	const unsigned n = (unsigned)records->n;
	const unsigned char * record = records->first;
	struct cf_sums sums[CF_SUMS_DIRECT];
	struct cf_sums left = { 0, 0 };
	uint8_t code[CF_SUMS_DIRECT], place[CF_SUMS_DIRECT];
	unsigned i, missing = 0;

	memset(sums, 0, sizeof(sums));
	memset(code, 0, sizeof(code));
	for (i = 0; i < n; i++) {
		code[i] = record[i * records->stride + records->codes +
		    column];
		missing += code[i] == CF_BINS_MISSING;
	}
	find_places(code, n, place);
	for (i = 0; i < n; i++) {
		add(&sums[place[i]], cf_sums_of(record + i *
		    records->stride));
		list->code[place[i]] = code[i];
	}

	/* Missing ones, being above all others, share the last place in use. */
	list->n = n - missing;
	list->missing.sum = list->missing.weight = 0;
	if (missing > 0)
		list->missing = sums[list->n];
	list->missing_count = list->missing.weight;
	for (i = 0; i < list->n; i++) {
		add(&left, sums[i]);
		list->left[i] = left;
	}
	for (; i < CF_SUMS_DIRECT; i++)
		list->left[i] = left;
}

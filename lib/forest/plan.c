#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "forest/plan.h"

#define WEIGHT_BITS 20		/* Of a row's weight, behind the point. */
#define TARGET_BITS 40		/* Of a target, at most. */
#define TARGET_BITS_MIN 16

/* Return the matrix row of training row ${k}. */
static uint32_t
row_of(const struct cf_grow_data * data, size_t k)
{

	return (data->rows != NULL ? data->rows[k] : (uint32_t)k);
}

/* Return the least power of 2 not below ${x} (>= 0), 1 for 0. */
static double
power_above(double x)
{
	double part;
	int exponent;

	if (!(x > 0))
		return (1);
	part = frexp(x, &exponent);
	if (part == 0.5)
		exponent--;
	if (exponent < -1021)	/* So small that 1 / unit overflows. */
		exponent = -1021;
	return (exponent > 1023 ? 0x1p1023 : ldexp(1, exponent));
}

/* Find mean and unit of the targets. */
static void
find_unit(struct cf_plan * plan)
{
	const struct cf_grow_data * data = plan->data;
	const double first = data->target[row_of(data, 0)];
	double sum = 0, far = 0, d;
	size_t k;

	/* Divide first: the sum of large targets must not overflow. */
	for (k = 0; k < plan->n_records; k++)
		sum += (data->target[row_of(data, k)] - first) /
		    (double)plan->n_records;
	plan->base = first + sum;
	for (k = 0; k < plan->n_records; k++) {
		d = fabs(data->target[row_of(data, k)] - plan->base);
		far = d > far ? d : far;
	}
	plan->unit = power_above(far);
}

/* Sort the training rows by block and find where each begins. */
static int
find_blocks(struct cf_plan * plan, struct cf_err * err)
{
	const struct cf_grow_data * data = plan->data;
	uint32_t * at;
	uint32_t b, count, sum = 0;
	size_t k;

	at = cf_mem_array(data->n_blocks, sizeof(*at), err);
	plan->order = cf_mem_array(plan->n_records, sizeof(uint32_t), err);
	if (at == NULL || plan->order == NULL)
		goto fail;
	for (k = 0; k < plan->n_records; k++)
		at[data->block[row_of(data, k)]]++;
	for (b = 0; b < data->n_blocks; b++)
		plan->n_present += at[b] > 0;
	plan->start = cf_mem_array((size_t)plan->n_present + 1,
	    sizeof(uint32_t), err);
	if (plan->start == NULL)
		goto fail;
	plan->n_present = 0;
	for (b = 0; b < data->n_blocks; b++) {
		count = at[b];
		at[b] = sum;
		sum += count;
		if (count > 0)
			plan->start[++plan->n_present] = sum;
	}
	for (k = 0; k < plan->n_records; k++)
		plan->order[at[data->block[row_of(data, k)]]++] = (uint32_t)k;
	free(at);
	return (0);
fail:
	free(at);
	return (-1);
}

/* Return the most rows, counted as often as drawn, that a tree can have. */
static double
most_drawn(const struct cf_plan * plan)
{
	uint32_t b, size, largest = 1;

	for (b = 0; plan->start != NULL && b < plan->n_present; b++) {
		size = plan->start[b + 1] - plan->start[b];
		largest = size > largest ? size : largest;
	}
	return (plan->params->replace ?
	    (double)largest * (double)plan->n_draw :
	    (double)plan->n_records);
}

/* Round ${x} to a multiple of 2^-${bits}; |x| is below 2^(51 - bits). */
static double
round_to(double x, int bits)
{
	const double shift = ldexp(1.5, 52 - bits);

	return ((x + shift) - shift);
}

/* Write record ${i}, as if its row were drawn once. */
static void
put_record(const struct cf_plan * plan, uint32_t i, int bits,
    double weight_unit)
{
	const struct cf_grow_data * data = plan->data;
	const uint32_t row = row_of(data,
	    plan->order != NULL ? plan->order[i] : i);
	const double target = (data->target[row] - plan->base) / plan->unit;
	const uint32_t once = 1;
	unsigned char * record = plan->records + i * plan->stride;
	double sum = target, weight = 1;

	plan->rows[i].target = target;
	plan->rows[i].row = row;
	plan->rows[i].cell = data->cell != NULL ? data->cell[row] : 0;
	if (plan->weighted) {
		weight = round_to(data->weight[row] / weight_unit,
		    WEIGHT_BITS);
		sum *= weight;
		memcpy(record + CF_PLAN_TIMES, &once, sizeof(once));
	}
	sum = round_to(sum, bits);
	memcpy(record, &sum, sizeof(sum));
	memcpy(record + sizeof(sum), &weight, sizeof(weight));
	memcpy(record + CF_PLAN_NUMBER, &i, sizeof(i));
}

/* Copy the codes, column by column for 64 records at a time. */
static void
put_codes(struct cf_plan * plan)
{
	const struct cf_bins * bins = plan->data->bins;
	const uint8_t * column;
	size_t i, j, k, end;

	for (i = 0; i < plan->n_records; i = end) {
		end = plan->n_records - i > 64 ? i + 64 : plan->n_records;
		for (j = 0; j < plan->n_columns; j++) {
			column = bins->codes + j * bins->n_rows;
			for (k = i; k < end; k++)
				plan->records[k * plan->stride +
				    plan->codes + j] =
				    column[plan->rows[k].row];
		}
	}
}

static int
make_records(struct cf_plan * plan, struct cf_err * err)
{
	const struct cf_grow_data * data = plan->data;
	double heaviest = 0, weight, unit;
	size_t k;
	uint32_t i;
	int bits;

	plan->codes = plan->weighted ? CF_PLAN_TIMES + 4 : CF_PLAN_NUMBER + 4;
	plan->stride = (plan->codes + plan->n_columns + 7) / 8 * 8;
	plan->records = cf_mem_array(plan->n_records, plan->stride, err);
	plan->rows = cf_mem_array(plan->n_records, sizeof(*plan->rows), err);
	if (plan->records == NULL || plan->rows == NULL)
		return (-1);
	frexp(most_drawn(plan), &bits);
	bits = 52 - bits;
	bits = bits > TARGET_BITS ? TARGET_BITS : bits;
	bits = bits < TARGET_BITS_MIN ? TARGET_BITS_MIN : bits;
	for (k = 0; plan->weighted && k < plan->n_records; k++) {
		weight = data->weight[row_of(data, k)];
		heaviest = weight > heaviest ? weight : heaviest;
	}
	unit = power_above(heaviest);
	for (i = 0; i < plan->n_records; i++)
		put_record(plan, i, bits, unit);
	put_codes(plan);
	return (0);
}

/**
 * cf_plan_new(data, params, records, err):
 * Make the plan of a fit; ${data} and ${params} are borrowed and good (see
 * cf_grow_check).  Without ${records} it serves cf_plan_draw only.  Return it,
 * or NULL; the caller frees it with cf_plan_free.
 */
struct cf_plan *
cf_plan_new(const struct cf_grow_data * data,
    const struct cf_grow_params * params, int records, struct cf_err * err)
{
	struct cf_plan * plan;
	double draw;

	if ((plan = cf_mem_array(1, sizeof(*plan), err)) == NULL)
		return (NULL);
	plan->data = data;
	plan->params = params;
	plan->n_columns = data->bins->n_columns;
	plan->mtry = params->mtry;
	if (plan->mtry == 0)
		plan->mtry = plan->n_columns >= 3 ?
		    (uint32_t)(plan->n_columns / 3) : 1;
	if (plan->mtry > plan->n_columns)
		plan->mtry = (uint32_t)plan->n_columns;
	plan->weighted = data->weight != NULL;
	plan->n_records = data->rows != NULL ? data->n_rows :
	    data->bins->n_rows;
	plan->n_present = (uint32_t)plan->n_records;
	if (data->block != NULL) {
		plan->n_present = 0;
		if (find_blocks(plan, err))
			goto fail;
	}
	draw = params->sample_fraction * (double)plan->n_present + 0.5;
	plan->n_draw = draw < 1 ? 1 : (uint32_t)draw;
	find_unit(plan);
	if (records && make_records(plan, err))
		goto fail;
	return (plan);
fail:
	cf_plan_free(plan);
	return (NULL);
}

void
cf_plan_free(struct cf_plan * plan)
{

	if (plan == NULL)
		return;
	free(plan->rows);
	free(plan->records);
	free(plan->order);
	free(plan->start);
	free(plan);
}

/**
 * cf_plan_draw(plan, tree, counts):
 * Set ${counts}[n_present] to the number of times that each block is drawn for
 * tree number ${tree}.  Return the tree's stream, which goes on from there.
 */
struct cf_rng
cf_plan_draw(const struct cf_plan * plan, uint32_t tree, uint32_t * counts)
{
	const struct cf_grow_params * params = plan->params;
	struct cf_rng rng;
	uint32_t i, need = plan->n_draw;

	rng = cf_rng_stream(params->seed, params->purpose,
	    params->index_base + tree);
	memset(counts, 0, plan->n_present * sizeof(*counts));
	if (params->replace) {
		for (i = 0; i < need; i++)
			counts[cf_rng_below(&rng, plan->n_present)]++;
		return (rng);
	}

	/* Selection sampling: take i with chance still needed / still there. */
	for (i = 0; i < plan->n_present && need > 0; i++) {
		counts[i] = cf_rng_below(&rng, plan->n_present - i) < need;
		need -= counts[i];
	}
	return (rng);
}

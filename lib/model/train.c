#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/explain.h"
#include "model/train.h"

/* The range of each input over the training records. */
static void
set_ranges(struct cf_data * d)
{
	struct cf_input * in;
	const double * values;
	size_t i, j;
	double x;

	for (j = 0; j < d->inputs.n; j++) {
		in = &d->inputs.items[j];
		in->low = in->high = NAN;
		/* Accounts are of any size. */
		if (j == d->inputs.level || j == d->inputs.unit)
			continue;
		values = d->frame->values[d->column[j]];
		for (i = 0; i < d->n; i++) {
			x = values[d->row[i]];
			/* The other operand counts where one is NaN. */
			in->low = fmin(in->low, x);
			in->high = fmax(in->high, x);
		}
	}
}

struct cf_model *
cf_train_run(struct cf_data * data, const struct cf_fit_params * params,
    struct cf_validate * walk, json_t ** explained, struct cf_err * err)
{
	struct cf_fit_kept kept = { 0 };
	struct cf_model * model = NULL;
	uint32_t * rows;
	size_t i;
	int dated = data->date != NULL;

	set_ranges(data);
	walk->wants_paths = data->kind->has_unit;
	if ((rows = cf_mem_array(data->n, sizeof(*rows), err)) == NULL)
		return (NULL);
	for (i = 0; i < data->n; i++)
		rows[i] = (uint32_t)i;
	if (dated && cf_validate_forward(walk, data, params, err))
		goto done;
	model = cf_fit_make(data, rows, data->n, params, CF_FIT_FINAL,
	    dated && explained == NULL ? NULL : &kept, err);
	if (model == NULL)
		goto done;
	if ((!dated && cf_validate_out_of_bag(walk, data, model, &kept,
	    err)) || (explained != NULL && (*explained = cf_explain_make(data,
	    model, &kept, params, err)) == NULL)) {
		cf_model_free(model);
		model = NULL;
		goto done;
	}
	model->weight = walk->weight;
	model->calib = walk->calib;
	model->paths = walk->paths;
	memset(&walk->paths, 0, sizeof(walk->paths));
done:
	cf_paths_free(&walk->paths);
	cf_fit_kept_free(&kept);
	free(rows);
	return (model);
}

int
cf_train_validate(struct cf_data * data, const struct cf_fit_params * params,
    struct cf_validate * walk, struct cf_err * err)
{
	struct cf_model * model;

	if (data->date != NULL)
		return (cf_validate_forward(walk, data, params, err));
	/* Out of bag of the final fit: there is no other. */
	model = cf_train_run(data, params, walk, NULL, err);
	cf_model_free(model);
	return (model != NULL ? 0 : -1);
}

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/fold.h"

/* The records before ${end} whose outcome was known on ${date}. */
static int
known_records(struct cf_fold * fold, const struct cf_data * d,
    struct cf_err * err)
{
	size_t i;

	fold->train = cf_mem_array(fold->first, sizeof(*fold->train), err);
	if (fold->train == NULL)
		return (-1);
	for (i = 0; i < fold->first; i++) {
		if (d->known[i] <= fold->from)
			fold->train[fold->ntrain++] = (uint32_t)i;
	}
	return (0);
}

int
cf_fold_plan(struct cf_folds * folds, const struct cf_data * d, uint32_t n,
    struct cf_err * err)
{
	struct cf_fold * fold;
	uint32_t last, start, k;

	memset(folds, 0, sizeof(*folds));
	/* Dates behind the last known target have nothing to score. */
	last = d->n > 0 ? d->date[d->n - 1] + 1 : 0;
	start = last / 2;
	for (k = 0; k < n && k < CF_FOLD_MAX; k++) {
		fold = &folds->items[folds->n];
		memset(fold, 0, sizeof(*fold));
		fold->from = start +
		    (uint32_t)((uint64_t)(last - start) * k / n);
		fold->to = start +
		    (uint32_t)((uint64_t)(last - start) * (k + 1) / n);
		fold->first = cf_data_first(d, fold->from);
		fold->n = cf_data_first(d, fold->to) - fold->first;
		if (fold->n == 0)
			continue;
		if (known_records(fold, d, err)) {
			folds->n++;
			return (-1);
		}
		if (fold->ntrain >= CF_FOLD_TRAIN_MIN)
			folds->n++;
		else
			free(fold->train);
	}
	return (0);
}

void
cf_fold_free(struct cf_folds * folds)
{
	size_t k;

	for (k = 0; k < folds->n; k++)
		free(folds->items[k].train);
	memset(folds, 0, sizeof(*folds));
}

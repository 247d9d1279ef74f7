#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/par.h"
#include "forest/grow.h"
#include "forest/image.h"
#include "forest/plan.h"
#include "forest/tree.h"

/* A tree that is done before one in front of it. */
struct finished {
	struct cf_layout_entry entry;
	void * bytes;
};

/* The work of one fit; an item is one tree. */
struct job {
	const struct cf_plan * plan;
	struct cf_tree ** trees;	/* Of each thread, made when needed. */
	uint32_t n_trees;
	pthread_mutex_t lock;		/* Guards the rest. */
	struct finished * finished;	/* Of each tree not yet in the image. */
	uint32_t next;			/* To go into the image. */
	uint32_t done;
	struct cf_buf * image;
};

/**
 * cf_grow_defaults(params):
 * Set ${params} to 500 trees, all of them, mtry a third, leaves of 5 rows, no
 * limit of depth, bootstrap of full size, seed 1, purpose CF_RNG_TREE, all
 * processors.
 */
void
cf_grow_defaults(struct cf_grow_params * params)
{
	const struct cf_grow_params defaults = {
		.trees = 500,
		.tree_step = 1,
		.min_leaf = 5,
		.sample_fraction = 1,
		.replace = 1,
		.seed = 1,
		.purpose = CF_RNG_TREE,
	};

	*params = defaults;
}

static int
check_params(const struct cf_grow_params * params, struct cf_err * err)
{

	if (params->trees > CF_GROW_TREES_MAX)
		return (cf_err_set(err, CF_ERR_USAGE,
		    "at most %d trees", CF_GROW_TREES_MAX));
	if (params->tree_step == 0)
		return (cf_err_set(err, CF_ERR_USAGE,
		    "tree step must be at least 1"));
	if (params->min_leaf == 0)
		return (cf_err_set(err, CF_ERR_USAGE,
		    "leaves must have at least 1 row"));
	if (!(params->sample_fraction > 0 && params->sample_fraction <= 1))
		return (cf_err_set(err, CF_ERR_USAGE,
		    "sample fraction must be above 0 and at most 1"));
	return (0);
}

/* Check the arrays' values at matrix row ${row}. */
static int
check_row(const struct cf_grow_data * data, size_t row, struct cf_err * err)
{

	if (row >= data->bins->n_rows)
		return (cf_err_set(err, CF_ERR_DATA,
		    "training row %zu of %zu", row, data->bins->n_rows));
	if (!isfinite(data->target[row]))
		return (cf_err_set(err, CF_ERR_DATA,
		    "target of row %zu is not finite", row + 1));
	if (data->cell != NULL && data->cell[row] >= data->n_cells)
		return (cf_err_set(err, CF_ERR_DATA,
		    "cell of row %zu is out of range", row + 1));
	if (data->block != NULL && data->block[row] >= data->n_blocks)
		return (cf_err_set(err, CF_ERR_DATA,
		    "block of row %zu is out of range", row + 1));
	if (data->weight != NULL && !(isfinite(data->weight[row]) &&
	    data->weight[row] >= 0))
		return (cf_err_set(err, CF_ERR_DATA,
		    "weight of row %zu is not a number from 0", row + 1));
	return (0);
}

/* Check all training rows. */
static int
check_rows(const struct cf_grow_data * data, struct cf_err * err)
{
	const size_t n = data->rows != NULL ? data->n_rows :
	    data->bins->n_rows;
	double low = 0, high = 0, heaviest = 0, y;
	size_t k, row;

	if (n == 0)
		return (cf_err_set(err, CF_ERR_DATA, "no training rows"));
	if (n > CF_GROW_ROWS_MAX || data->n_blocks > CF_GROW_ROWS_MAX)
		return (cf_err_set(err, CF_ERR_DATA,
		    "more than %d training rows or blocks",
		    CF_GROW_ROWS_MAX));
	for (k = 0; k < n; k++) {
		row = data->rows != NULL ? data->rows[k] : k;
		if (check_row(data, row, err))
			return (-1);
		if (k > 0 && data->rows != NULL && row <= data->rows[k - 1])
			return (cf_err_set(err, CF_ERR_DATA,
			    "training rows are not ascending"));
		y = data->target[row];
		low = k == 0 || y < low ? y : low;
		high = k == 0 || y > high ? y : high;
		if (data->weight != NULL && data->weight[row] > heaviest)
			heaviest = data->weight[row];
	}
	if (!isfinite(high - low))
		return (cf_err_set(err, CF_ERR_DATA,
		    "targets are too far apart"));
	if (data->weight != NULL && !(heaviest > 0))
		return (cf_err_set(err, CF_ERR_DATA,
		    "all training rows have weight 0"));
	return (0);
}

/**
 * cf_grow_check(data, params, err):
 * Return 0 if ${data} and ${params} can be learned from, or -1 (kind
 * CF_ERR_DATA for data, CF_ERR_USAGE for parameters).  cf_grow_forest does
 * this first.
 */
int
cf_grow_check(const struct cf_grow_data * data,
    const struct cf_grow_params * params, struct cf_err * err)
{

	if (check_params(params, err))
		return (-1);
	if (data->cell != NULL &&
	    (data->n_cells == 0 || data->n_cells > CF_GROW_CELLS_MAX))
		return (cf_err_set(err, CF_ERR_DATA,
		    "cells must be 1 to %d", CF_GROW_CELLS_MAX));
	return (check_rows(data, err));
}

/* Put trees that are next in turn into the image; the lock is held. */
static int
put_trees(struct job * job, struct cf_err * err)
{
	struct finished * f;
	int rc = 0;

	while (rc == 0 && job->next < job->n_trees &&
	    job->finished[job->next].bytes != NULL) {
		f = &job->finished[job->next];
		rc = cf_image_add(job->image, job->next, &f->entry, f->bytes,
		    err);
		free(f->bytes);
		f->bytes = NULL;
		job->next++;
	}
	return (rc);
}

/* Grow one tree: a cf_par_work. */
static int
grow_tree(void * cookie, size_t item, size_t thread, struct cf_err * err)
{
	struct job * job = cookie;
	const struct cf_grow_params * params = job->plan->params;
	struct finished f;
	int rc;

	if (job->trees[thread] == NULL &&
	    (job->trees[thread] = cf_tree_new(job->plan, err)) == NULL)
		return (-1);
	f.bytes = cf_tree_grow(job->trees[thread], params->first_tree +
	    (uint32_t)item * params->tree_step, &f.entry, err);
	if (f.bytes == NULL)
		return (-1);
	pthread_mutex_lock(&job->lock);
	job->finished[item] = f;
	rc = put_trees(job, err);
	job->done++;
	if (rc == 0 && params->progress != NULL)
		params->progress(params->progress_cookie, job->done,
		    job->n_trees);
	pthread_mutex_unlock(&job->lock);
	return (rc);
}

/* Return how many trees the parameters name. */
static uint32_t
count_trees(const struct cf_grow_params * params)
{

	if (params->first_tree >= params->trees)
		return (0);
	return ((params->trees - params->first_tree - 1) /
	    params->tree_step + 1);
}

/* Begin the image with what is known before the trees. */
static int
begin_image(const struct cf_plan * plan, uint32_t n_trees,
    struct cf_buf * image, struct cf_err * err)
{
	const struct cf_grow_data * data = plan->data;
	struct cf_image_head head = {
		.n_inputs = (uint32_t)plan->n_columns,
		.n_trees = n_trees,
		.n_cells = data->cell != NULL ? data->n_cells : 0,
		.weighted = plan->weighted,
		.base = plan->base,
		.unit = plan->unit,
		.first_edge = data->bins->first_edge,
		.edges = data->bins->edges,
	};

	return (cf_image_begin(image, &head, err));
}

/* Grow all trees of the plan into the image. */
static int
grow_trees(const struct cf_plan * plan, struct cf_buf * image,
    struct cf_err * err)
{
	struct job job = {
		.plan = plan,
		.n_trees = count_trees(plan->params),
		.image = image,
	};
	const size_t threads = cf_par_threads(plan->params->threads);
	size_t i;
	int rc = -1;

	job.trees = cf_mem_array(threads, sizeof(struct cf_tree *), err);
	job.finished = cf_mem_array(job.n_trees, sizeof(*job.finished), err);
	if (job.trees == NULL || job.finished == NULL)
		goto done;
	if (pthread_mutex_init(&job.lock, NULL)) {
		cf_err_memory(err);
		goto done;
	}
	if (begin_image(plan, job.n_trees, image, err) == 0)
		rc = cf_par_run(job.n_trees, threads, grow_tree, &job, err);
	pthread_mutex_destroy(&job.lock);
	for (i = 0; i < job.n_trees; i++)
		free(job.finished[i].bytes);
	for (i = 0; i < threads; i++)
		cf_tree_free(job.trees[i]);
done:
	free(job.finished);
	free(job.trees);
	return (rc);
}

/**
 * cf_grow_forest(data, params, image, err):
 * Grow the trees that ${params} names and put the forest image (see
 * forest/forest.h) into ${image}, which must be empty and which the caller
 * frees with cf_buf_free.  Its data is aligned for use in place.  Return 0, or
 * -1 and an empty ${image}.
 */
int
cf_grow_forest(const struct cf_grow_data * data,
    const struct cf_grow_params * params, struct cf_buf * image,
    struct cf_err * err)
{
	struct cf_plan * plan;

	if (cf_grow_check(data, params, err))
		return (-1);
	if ((plan = cf_plan_new(data, params, 1, err)) == NULL)
		return (-1);
	if (grow_trees(plan, image, err)) {
		cf_buf_free(image);
		cf_plan_free(plan);
		return (-1);
	}
	cf_image_end(image);
	cf_plan_free(plan);
	return (0);
}

/**
 * cf_grow_inbag(data, params, tree, counts, err):
 * Set ${counts}[k] to the number of times that tree number ${tree} draws
 * training row k (matrix row rows[k], or k); 0 is out of bag.  Return 0 or -1.
 */
int
cf_grow_inbag(const struct cf_grow_data * data,
    const struct cf_grow_params * params, uint32_t tree, uint32_t * counts,
    struct cf_err * err)
{
	struct cf_plan * plan;
	uint32_t * draws;
	uint32_t b, i;

	if (cf_grow_check(data, params, err))
		return (-1);
	if ((plan = cf_plan_new(data, params, 0, err)) == NULL)
		return (-1);
	if ((draws = cf_mem_array(plan->n_present, sizeof(*draws), err)) ==
	    NULL) {
		cf_plan_free(plan);
		return (-1);
	}
	cf_plan_draw(plan, tree, draws);
	for (b = 0; b < plan->n_present; b++) {
		if (plan->start == NULL) {
			counts[b] = draws[b];
			continue;
		}
		for (i = plan->start[b]; i < plan->start[b + 1]; i++)
			counts[plan->order[i]] = draws[b];
	}
	free(draws);
	cf_plan_free(plan);
	return (0);
}

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "forest/forest.h"
#include "model/fit.h"
#include "model/fold.h"
#include "model/shard.h"

static const struct cf_sections_format format = { "CFSHARD\n", 1,
    "shard file" };

/* The section "shard". */
struct head {
	uint32_t shard;
	uint32_t shards;
	uint64_t fingerprint;
};

static uint64_t
mix(uint64_t h, const void * data, size_t len)
{
	const unsigned char * p = data;

	while (len-- > 0)
		h = (h ^ *p++) * UINT64_C(0x100000001b3);
	return (h);
}

static uint64_t
mix_number(uint64_t h, double x)
{

	return (mix(h, &x, sizeof(x)));
}

/* A hash of everything that the trees depend on. */
static uint64_t
fingerprint(const struct cf_data * d, const struct cf_fit_params * p)
{
	const double parameters[] = { p->trees, p->mtry, p->min_leaf, p->min_node,
	    p->min_leaf_dates, p->max_depth, p->sample_fraction,
	    p->extra_trees, (double)p->seed, p->folds, p->half_life_days,
	    d->kind->id, d->horizon, (double)d->inputs.nderived };
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	size_t i, j;

	for (i = 0; i < sizeof(parameters) / sizeof(parameters[0]); i++)
		h = mix_number(h, parameters[i]);
	h = mix(h, d->y, d->n * sizeof(*d->y));
	if (d->date != NULL)
		h = mix(h, d->date, d->n * sizeof(*d->date));
	for (j = 0; j < d->inputs.n; j++) {
		h = mix(h, d->inputs.items[j].name,
		    strlen(d->inputs.items[j].name));
		for (i = 0; i < d->n; i++)
			h = mix_number(h, d->frame->values[
			    d->column[j]][d->row[i]]);
	}
	return (h);
}

static void
section_name(uint32_t fold, char * name)
{
	char text[16];

	if (fold == CF_FIT_FINAL)
		snprintf(text, sizeof(text), "final");
	else
		snprintf(text, sizeof(text), "fold%u", (unsigned int)fold);
	memset(name, 0, CF_SECTIONS_NAME);
	memcpy(name, text, strnlen(text, CF_SECTIONS_NAME));
}

/* Grow this shard's trees of one fit into its section. */
static int
grow(const struct cf_data * d, const struct cf_fit_params * p,
    const uint32_t * rows, size_t n, uint32_t fold, struct cf_buf * image,
    struct cf_section * section, struct cf_err * err)
{
	struct cf_model * model;

	model = cf_fit_make(d, rows, n, p, fold, NULL, err);
	if (model == NULL)
		return (-1);
	*image = model->image;
	memset(&model->image, 0, sizeof(model->image));
	cf_model_free(model);
	section_name(fold, section->name);
	section->data = (const unsigned char *)image->data;
	section->size = image->len;
	return (0);
}

int
cf_shard_save(const struct cf_data * d, const struct cf_fit_params * p,
    struct cf_out * out, struct cf_err * err)
{
	struct cf_section sections[CF_FOLD_MAX + 2];
	struct cf_buf images[CF_FOLD_MAX + 1];
	struct cf_folds folds = { 0 };
	struct head head = { p->shard, p->shards, fingerprint(d, p) };
	const struct cf_fold * fold;
	uint32_t * all;
	uint64_t id;
	size_t i;
	int rc = -1;

	memset(images, 0, sizeof(images));
	memset(sections, 0, sizeof(sections));
	memcpy(sections[0].name, "shard", 5);
	sections[0].data = (const unsigned char *)&head;
	sections[0].size = sizeof(head);
	if ((all = cf_mem_array(d->n, sizeof(*all), err)) == NULL)
		return (-1);
	for (i = 0; i < d->n; i++)
		all[i] = (uint32_t)i;
	if (d->date != NULL && cf_fold_plan(&folds, d, p->folds, err))
		goto done;
	for (i = 0; i < folds.n; i++) {
		fold = &folds.items[i];
		if (grow(d, p, fold->train, fold->ntrain, (uint32_t)i,
		    &images[i], &sections[i + 1], err))
			goto done;
	}
	if (grow(d, p, all, d->n, CF_FIT_FINAL, &images[i],
	    &sections[i + 1], err))
		goto done;
	rc = cf_sections_save(&format, sections, folds.n + 2, out, &id, err);
done:
	for (i = 0; i < CF_FOLD_MAX + 1; i++)
		cf_buf_free(&images[i]);
	cf_fold_free(&folds);
	free(all);
	return (rc);
}

static int
fault(const char * path, const char * reason, struct cf_err * err)
{
	struct cf_place place = { path, 0, NULL };

	return (cf_err_data(err, &place, NULL, 0, "%s", reason));
}

static int
read_head(const struct cf_sections * file, const char * path,
    struct head * head, struct cf_err * err)
{

	if (memcmp(file->items[0].name, "shard\0\0", 8) != 0 ||
	    file->items[0].size != sizeof(*head))
		return (fault(path, "shard file is damaged: section shard",
		    err));
	memcpy(head, file->items[0].data, sizeof(*head));
	return (0);
}

/* All of one training, each once. */
static int
check_set(const struct cf_shards * s, struct cf_err * err)
{
	struct head first, head;
	char * seen;
	size_t i;
	int rc = -1;

	if ((seen = cf_mem_array(s->n + 1, 1, err)) == NULL)
		return (-1);
	for (i = 0; i < s->n; i++) {
		if (read_head(&s->files[i], s->paths[i], &head, err))
			goto done;
		if (i == 0)
			first = head;
		if (head.shards != first.shards ||
		    head.fingerprint != first.fingerprint ||
		    s->files[i].n != s->files[0].n) {
			fault(s->paths[i],
			    "shard of another training than the first", err);
			goto done;
		}
		if (head.shards != s->n || head.shard < 1 ||
		    head.shard > s->n) {
			cf_err_set(err, CF_ERR_DATA, "%s: shard %u of %u, "
			    "but %zu files are given", s->paths[i],
			    (unsigned int)head.shard,
			    (unsigned int)head.shards, s->n);
			goto done;
		}
		if (seen[head.shard]++) {
			fault(s->paths[i], "shard given twice", err);
			goto done;
		}
	}
	rc = 0;
done:
	free(seen);
	return (rc);
}

int
cf_shard_open(struct cf_shards * s, const char * const * paths, size_t n,
    struct cf_err * err)
{

	memset(s, 0, sizeof(*s));
	if (n > CF_SHARD_MAX)
		return (cf_err_set(err, CF_ERR_USAGE, "more than %d shards",
		    CF_SHARD_MAX));
	s->paths = paths;
	if ((s->files = cf_mem_array(n, sizeof(*s->files), err)) == NULL)
		return (-1);
	for (; s->n < n; s->n++) {
		if (cf_sections_open(&s->files[s->n], &format, paths[s->n],
		    err))
			return (-1);
		if (cf_sections_verify(&s->files[s->n], paths[s->n], err)) {
			s->n++;
			return (-1);
		}
	}
	return (check_set(s, err));
}

int
cf_shard_match(const struct cf_shards * s, const struct cf_data * d,
    const struct cf_fit_params * p, struct cf_err * err)
{
	struct head head;

	if (read_head(&s->files[0], s->paths[0], &head, err))
		return (-1);
	if (head.fingerprint != fingerprint(d, p))
		return (fault(s->paths[0],
		    "shard of other features or other options", err));
	return (0);
}

int
cf_shard_forest(const struct cf_shards * s, uint32_t fold,
    struct cf_buf * image, struct cf_err * err)
{
	struct cf_forest * parts;
	char name[CF_SECTIONS_NAME];
	size_t i, k, n = 0;
	int rc = -1;

	section_name(fold, name);
	if ((parts = cf_mem_array(s->n, sizeof(*parts), err)) == NULL)
		return (-1);
	for (i = 0; i < s->n; i++) {
		for (k = 0; k < s->files[i].n; k++) {
			if (memcmp(s->files[i].items[k].name, name,
			    sizeof(name)) == 0)
				break;
		}
		if (k == s->files[i].n) {
			fault(s->paths[i],
			    "shard of other features or other options", err);
			goto done;
		}
		/* More shards than trees: some have none. */
		if (s->files[i].items[k].size == 0)
			continue;
		if (cf_forest_open(&parts[n++], s->files[i].items[k].data,
		    (size_t)s->files[i].items[k].size, err))
			goto done;
	}
	rc = n > 0 ? cf_forest_merge(parts, n, image, err) : 0;
done:
	free(parts);
	return (rc);
}

void
cf_shard_close(struct cf_shards * s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		cf_sections_close(&s->files[i]);
	free(s->files);
	memset(s, 0, sizeof(*s));
}

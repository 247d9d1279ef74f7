#include <sys/stat.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gsl/gsl_errno.h>

#include "backup.h"
#include "base/clock.h"
#include "base/file.h"
#include "keep/swap.h"
#include "keep/unpack.h"
#include "model/forecast.h"
#include "model/intake.h"
#include "model/modfile.h"

/*
 * cf-backup drill: what a backup is for, tried.  The newest one is restored to
 * a folder of its own, every byte verified, and each model in use that it holds
 * makes forecasts from the features that lie beside it.
 */

#define BATCH 256
#define LEVEL 0.9

struct drill {
	struct cf_backup * b;
	const char * tree;	/* The restored state. */
	size_t models;
	size_t rows;		/* Forecasts made. */
};

/* ---- forecasts of one model */

/* Are the forecasts of a batch numbers that make sense? */
static int
check_batch(struct drill * d, struct cf_forecaster * forecaster,
    const double * records, size_t inputs, size_t n, const char * path,
    struct cf_err * err)
{
	struct cf_forecast forecast;
	double mean, low, high;
	size_t at, part, i;

	for (at = 0; at < n; at += part) {
		part = n - at < BATCH ? n - at : BATCH;
		cf_forecast_batch(forecaster, records + at * inputs, part);
		for (i = 0; i < part; i++) {
			cf_forecast_get(forecaster, i, &forecast);
			mean = cf_forecast_mean(&forecast);
			low = cf_forecast_quantile(&forecast,
			    (1 - LEVEL) / 2);
			high = cf_forecast_quantile(&forecast,
			    (1 + LEVEL) / 2);
			if (!isfinite(mean) || !isfinite(low) ||
			    !isfinite(high) || low > high)
				return (cf_err_set(err, CF_ERR_NO,
				    "%s: forecasts no number", path));
			d->rows++;
		}
	}
	return (0);
}

static int
predict(struct drill * d, const struct cf_model * model,
    struct cf_intake * intake, const char * path, struct cf_err * err)
{
	struct cf_forecaster * forecaster;
	struct cf_batch batch;
	int rc = -1;

	if ((forecaster = cf_forecast_new(model, BATCH, err)) == NULL)
		return (-1);
	cf_batch_init(&batch, model->inputs.n);
	do {
		if (cf_intake_next(intake, &batch, err) || check_batch(d,
		    forecaster, batch.records, model->inputs.n, batch.n, path,
		    err))
			goto done;
	} while (batch.n > 0);
	rc = 0;
done:
	cf_batch_free(&batch);
	cf_forecast_free(forecaster);
	return (rc);
}

/* The features of a model: latest.csv for the market, else NAME.csv. */
static int
find_features(const struct drill * d, const char * name, struct cf_buf * path,
    struct cf_err * err)
{

	if (strcmp(name, "market") == 0) {
		cf_buf_addf(path, "%s/features/latest.csv", d->tree);
		if (cf_buf_string(path, err) == NULL)
			return (-1);
		if (access(path->data, F_OK) == 0)
			return (0);
		path->len = 0;
	}
	cf_buf_addf(path, "%s/features/%s.csv", d->tree, name);
	return (cf_buf_string(path, err) != NULL ? 0 : -1);
}

/* Let the model in use of models/NAME make its forecasts. */
static int
try_model(struct drill * d, const char * name, struct cf_err * err)
{
	struct cf_buf folder = { 0 };
	struct cf_buf features = { 0 };
	struct cf_intake_options from = { .npaths = 1, .batch = BATCH,
		.latest = 1 };
	struct cf_model * model = NULL;
	struct cf_intake * intake = NULL;
	const char * path;
	int rc = -1;

	cf_buf_addf(&folder, "%s/models/%s/current/model.cfm", d->tree, name);
	if (cf_buf_string(&folder, err) == NULL)
		goto done;
	if (access(folder.data, F_OK)) {
		cf_err_set(err, CF_ERR_NO,
		    "models/%s: the model in use has no model file", name);
		goto done;
	}
	if (find_features(d, name, &features, err) ||
	    (model = cf_modfile_open(folder.data, err)) == NULL ||
	    cf_modfile_verify(model, folder.data, err))
		goto done;
	d->models++;
	if (access(features.data, F_OK)) {
		if (!d->b->common.quiet)
			cf_main_note(d->b->m, "models/%s: no features in the "
			    "backup to forecast from", name);
		rc = 0;
		goto done;
	}
	path = features.data;
	from.paths = &path;
	if ((intake = cf_intake_open(model, &from, err)) != NULL)
		rc = predict(d, model, intake, folder.data, err);
done:
	cf_intake_close(intake);
	cf_model_free(model);
	cf_buf_free(&features);
	cf_buf_free(&folder);
	return (rc);
}

/* ---- the whole */

/* All models in use that the backup has. */
static int
try_models(struct drill * d, const char * path, struct cf_err * err)
{
	struct cf_unpack * u;
	const struct cf_manifest * m;
	char name[CF_KEEP_NAME_MAX + 1];
	const char * from;
	size_t i, len;
	int rc = 0;

	if ((u = cf_unpack_open(path, cf_backup_key(d->b), err)) == NULL)
		return (-1);
	m = cf_unpack_manifest(u);
	for (i = 0; rc == 0 && i < m->n; i++) {
		if (m->entries[i].type != CF_ENTRY_CURRENT)
			continue;
		from = m->entries[i].path + strlen("models/");
		len = strcspn(from, "/");
		memcpy(name, from, len);
		name[len] = '\0';
		rc = try_model(d, name, err);
	}
	cf_unpack_close(u);
	return (rc);
}

static int
restore(const struct drill * d, const char * path,
    struct cf_restore_report * report, struct cf_err * err)
{
	struct cf_restore restore = { .path = path,
		.key = cf_backup_key(d->b), .only = d->b->parts,
		.threads = d->b->threads, .no_sync = 1 };
	int rc;

	rc = cf_restore_tree(&restore, d->tree, report, err);
	if (rc)
		cf_backup_name_bad(d->b, path, report);
	return (rc);
}

/* The result as a record. */
static int
print(const struct drill * d, const char * path,
    const struct cf_restore_report * report, int64_t start_ms, int good,
    struct cf_err * err)
{
	static const struct cf_column columns[] = {
		{ "backup", NULL, NULL }, { "good", NULL, NULL },
		{ "files", NULL, NULL }, { "bytes", NULL, NULL },
		{ "models", NULL, NULL }, { "forecasts", NULL, NULL },
		{ "seconds", NULL, NULL }
	};
	struct cf_backup_table t;
	int rc;

	if (cf_backup_table_open(&t, d->b, columns, 7, err))
		return (-1);
	cf_backup_table_text(&t, path);
	cf_writer_int(t.writer, good);
	cf_writer_int(t.writer, (int64_t)report->files);
	cf_writer_int(t.writer, (int64_t)report->bytes);
	cf_writer_int(t.writer, (int64_t)d->models);
	cf_writer_int(t.writer, (int64_t)d->rows);
	cf_writer_number(t.writer, (double)(cf_clock_ms() - start_ms) /
	    1000);
	rc = cf_writer_end(t.writer, err);
	if (cf_backup_table_close(&t, rc == 0, err))
		rc = -1;
	return (rc);
}

/* Hold the drill with one backup, and tell of it. */
static int
hold(struct drill * d, const char * path)
{
	struct cf_backup_event event = { .action = "drill",
		.start_s = cf_clock_ms() };
	struct cf_restore_report report = { 0 };
	struct cf_buf folder = { 0 };
	struct cf_err err, other;
	const char * slash = strrchr(path, '/');
	int status = 0, rc;

	event.name = slash != NULL ? slash + 1 : path;
	rc = restore(d, path, &report, &err);
	if (rc == 0)
		rc = try_models(d, path, &err);
	if (rc) {
		/* Whatever is wrong with the backup is the answer. */
		if (err.kind == CF_ERR_DATA)
			err.kind = CF_ERR_NO;
		status = cf_main_fail(d->b->m, &err);
	}
	if (print(d, path, &report, event.start_s, rc == 0, &other))
		status = cf_err_worse(status, cf_main_fail(d->b->m, &other));
	if (!d->b->common.check &&
	    cf_backup_folder_of(path, &folder, &other) == 0)
		status = cf_err_worse(status, cf_backup_note(d->b,
		    folder.data, &event, rc ? &err : NULL));
	cf_restore_report_free(&report);
	cf_buf_free(&folder);
	return (status);
}

int
cf_backup_drill(struct cf_backup * b, char * const * operands)
{
	struct drill d = { .b = b };
	const char * from = operands[0] != NULL ? operands[0] : b->shelf;
	const char * tmp = getenv("TMPDIR");
	struct cf_buf path = { 0 };
	struct cf_buf tree = { 0 };
	struct cf_err err;
	struct stat sb;
	int status;

	gsl_set_error_handler_off();
	if (stat(from, &sb) == 0 && S_ISREG(sb.st_mode))
		cf_buf_add_text(&path, from);
	cf_buf_addf(&tree, "%s/cf-backup-drill.XXXXXX",
	    tmp != NULL && *tmp != '\0' ? tmp : "/tmp");
	if (cf_backup_load_key(b, 0, &err) || (path.len == 0 &&
	    cf_backup_newest(b, from, &path, &err)) ||
	    cf_buf_string(&path, &err) == NULL ||
	    cf_buf_string(&tree, &err) == NULL) {
		status = cf_main_fail(b->m, &err);
	} else if (mkdtemp(tree.data) == NULL) {
		cf_err_errno(&err, errno, "%s", tree.data);
		status = cf_main_fail(b->m, &err);
	} else {
		d.tree = tree.data;
		status = hold(&d, path.data);
		if (cf_swap_remove_tree(tree.data, &err))
			status = cf_err_worse(status, cf_main_fail(b->m,
			    &err));
	}
	cf_buf_free(&path);
	cf_buf_free(&tree);
	return (status);
}

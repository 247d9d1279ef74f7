/*
 * source.h: bodies of a source: whatever the bytes are, reading ends with rows in order or with an error that does not
 * hold the key.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include "fuzz.h"

#include <math.h>

#include "base/secret.h"
#include "source/source.h"

#include "../unit/source_job.h"

#define SOURCE_KEY "abcdef0123456789abcdef0123456789"

static inline void
source_check(const struct cf_job *job)
{
	const struct cf_haul *rows = &job->rows;

	for (size_t i = 0; i < rows->n; i++) {
		if (rows->kind == CF_HAUL_BARS) {
			FUZZ_HOLDS(i == 0 || rows->bars[i - 1].time_s < rows->bars[i].time_s);
			FUZZ_HOLDS(rows->bars[i].v[CF_HAUL_CLOSE] > 0);
			FUZZ_HOLDS(!(rows->bars[i].v[CF_HAUL_HIGH] < rows->bars[i].v[CF_HAUL_LOW]));
		} else {
			FUZZ_HOLDS(i == 0 || rows->points[i - 1].day <= rows->points[i].day);
			FUZZ_HOLDS(!isnan(rows->points[i].value));
			FUZZ_HOLDS(rows->points[i].available >= rows->points[i].day);
		}
	}
}

/* Read a body as the answer about ${id}, with the options that ${ask} has. */
static inline void
source_try(const char *name, const char *id, const struct cf_job_ask *ask, const uint8_t *data, size_t size)
{
	struct cf_job job;
	struct cf_err err = { 0 };
	enum cf_verdict verdict;
	char *body = malloc(size + 1);

	/* As task.c does with all that comes. */
	FUZZ_HOLDS(body != NULL);
	memcpy(body, data, size);
	cf_secret_mask(body, size, SOURCE_KEY);
	FUZZ_HOLDS(source_job_begin(&job, cf_source_find(name), ask, id, SOURCE_KEY, &err) == 0);
	if (source_job_read(&job, body, size, &verdict, &err) == 0)
		source_check(&job);
	else {
		fuzz_message(&err);
		FUZZ_HOLDS(strstr(err.text, SOURCE_KEY) == NULL);
	}
	if (job.source->explain != NULL)
		job.source->explain(&job, body, size, &verdict, &err);
	FUZZ_HOLDS(job.rows.n <= CF_HAUL_POINTS_MAX);
	cf_job_free(&job);
	free(body);
}

#endif /* !SOURCE_H */

#include "source.h"

#include "source/layout.h"
#include "source/userfile.h"

/* Files that a user has; a first line that begins with # is a map. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct cf_source *csv = cf_source_find("csv");
	struct cf_userfile_ids ids;
	struct cf_job_ask ask;
	struct cf_job job;
	struct cf_err err;
	const uint8_t *eol;
	char map[256], arg[64];
	size_t i, n;

	source_job_ask(&ask);
	if (size > 0 && data[0] == '#' && (eol = memchr(data, '\n', size)) != NULL && (n = (size_t)(eol - data)) < sizeof(map)) {
		memcpy(map, data + 1, n - 1);
		map[n - 1] = '\0';
		ask.map = map;
		size -= n + 1;
		data += n + 1;
		if (cf_layout_map_check(map, &err))
			return (0);
	}
	snprintf(arg, sizeof(arg), "%s", fuzz_file(data, size));
	if (cf_userfile_expand(arg, &ask, &ids, &err))
		return (0);
	for (i = 0; i < ids.n && i < 3; i++) {
		memset(&job, 0, sizeof(job));
		job.source = csv;
		job.ask = &ask;
		job.arg = arg;
		job.select = ids.ids[i];
		job.takes_all = !ids.several;
		job.now_s = job.moment_s = SOURCE_JOB_NOW;
		if (csv->begin(&job, &err) == 0 && csv->load(&job, &err) == 0 && csv->finish(&job, &err) == 0 &&
		    job.rows.kind == CF_HAUL_BARS)
			source_check(&job);
		cf_job_free(&job);
	}
	cf_userfile_free(&ids);
	return (0);
}

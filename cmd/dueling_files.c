#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

#include "dueling.h"

static int
is_records(const struct dirent * entry)
{
	const char * dot = strrchr(entry->d_name, '.');

	return (entry->d_name[0] != '.' && dot != NULL &&
	    (strcmp(dot, ".ndjson") == 0 || strcmp(dot, ".csv") == 0 ||
	    strcmp(dot, ".gz") == 0));
}

int
cf_dueling_files(const char * folder, char *** files, size_t * n,
    struct cf_err * err)
{
	struct dirent ** entries;
	struct cf_buf path;
	int found, i, rc = 0;

	*n = 0;
	if ((found = scandir(folder, &entries, is_records, alphasort)) == -1)
		return (cf_err_errno(err, errno, "%s", folder));
	*files = cf_mem_array((size_t)found, sizeof(**files), err);
	if (*files == NULL)
		rc = -1;
	for (i = 0; i < found; i++) {
		memset(&path, 0, sizeof(path));
		cf_buf_addf(&path, "%s/%s", folder, entries[i]->d_name);
		free(entries[i]);
		if (rc == 0 && cf_buf_string(&path, err) != NULL)
			(*files)[(*n)++] = path.data;
		else {
			rc = -1;
			cf_buf_free(&path);
		}
	}
	free(entries);
	return (rc);
}

int
cf_dueling_forecasts(const struct cf_dueling * d, const char * id,
    struct cf_buf * path, struct cf_err * err)
{
	static const char * const names[] = { "forecasts.csv",
	    "forecasts.ndjson" };
	size_t i;

	if (d->forecasts != NULL) {
		cf_buf_add_text(path, d->forecasts);
		return (cf_buf_string(path, err) != NULL ? 1 : -1);
	}
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		cf_buf_addf(path, "%s/%s/%s", d->folder, id, names[i]);
		if (cf_buf_string(path, err) == NULL)
			return (-1);
		if (access(path->data, F_OK) == 0)
			return (1);
		cf_buf_free(path);
	}
	return (0);
}

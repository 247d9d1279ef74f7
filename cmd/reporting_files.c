#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "reporting.h"

void
cf_reporting_free(struct cf_reporting_files * files)
{
	size_t i;

	for (i = 0; i < files->n; i++)
		free(files->paths[i]);
	free(files->paths);
	memset(files, 0, sizeof(*files));
}

static int
by_name(const void * a, const void * b)
{

	return (strcmp(*(char * const *)a, *(char * const *)b));
}

static int
add_path(struct cf_reporting_files * files, const char * folder,
    const char * name, struct cf_err * err)
{
	struct cf_buf path = { 0 };

	if (cf_mem_grow(&files->paths, &files->capacity, files->n + 1,
	    sizeof(*files->paths), err))
		return (-1);
	cf_buf_addf(&path, "%s/%s", folder, name);
	if (cf_buf_string(&path, err) == NULL) {
		cf_buf_free(&path);
		return (-1);
	}
	files->paths[files->n++] = path.data;
	return (0);
}

/* Names in a folder that end in ${suffix} and are not hidden, in their order;
 * of a folder that is not there none. */
static int
list(const char * folder, const char * suffix, int64_t most,
    struct cf_reporting_files * files, struct cf_err * err)
{
	const struct dirent * entry;
	size_t len = strlen(suffix), n, drop, i;
	DIR * dir;
	int rc = 0;

	if ((dir = opendir(folder)) == NULL)
		return (errno == ENOENT ? 0 : cf_err_errno(err, errno, "%s",
		    folder));
	while (rc == 0 && (entry = readdir(dir)) != NULL) {
		n = strlen(entry->d_name);
		if (entry->d_name[0] != '.' && n >= len &&
		    strcmp(entry->d_name + n - len, suffix) == 0)
			rc = add_path(files, folder, entry->d_name, err);
	}
	(void)closedir(dir);
	if (files->n > 0)
		qsort(files->paths, files->n, sizeof(*files->paths), by_name);
	/* The newest are the last: their names are in the order of time. */
	drop = files->n > (size_t)most ? files->n - (size_t)most : 0;
	for (i = 0; i < drop; i++)
		free(files->paths[i]);
	files->n -= drop;
	if (drop > 0)
		memmove(files->paths, files->paths + drop, files->n *
		    sizeof(*files->paths));
	return (rc);
}

char *
cf_reporting_path(const struct cf_reporting * r, const char * before,
    const char * name, const char * behind, struct cf_err * err)
{
	struct cf_buf path = { 0 };

	cf_buf_addf(&path, "%s/%s%s%s", r->home, before, name, behind);
	if (cf_buf_string(&path, err) == NULL)
		cf_buf_free(&path);
	return (path.data);
}

int
cf_reporting_find(const struct cf_reporting * r,
    const struct cf_opt_list * named, const char * before, const char * name,
    struct cf_reporting_files * files, struct cf_err * err)
{
	char * folder;
	size_t i;
	int rc = 0;

	for (i = 0; i < named->n && rc == 0; i++) {
		rc = cf_mem_grow(&files->paths, &files->capacity,
		    files->n + 1, sizeof(*files->paths), err);
		if (rc == 0 && (files->paths[files->n] = cf_mem_strdup(
		    named->items[i], err)) == NULL)
			rc = -1;
		if (rc == 0)
			files->n++;
	}
	if (named->n > 0 || rc != 0)
		return (rc);
	if ((folder = cf_reporting_path(r, before, name, "", err)) == NULL)
		return (-1);
	rc = list(folder, ".ndjson", r->days, files, err);
	free(folder);
	return (rc);
}

int
cf_reporting_names(const struct cf_reporting * r,
    struct cf_reporting_files * names, struct cf_err * err)
{
	static const char * const folders[] = { "models", "predictions" };
	struct cf_reporting_files found = { 0 };
	const char * name;
	char * folder;
	size_t i, k;
	int rc = 0;

	if (r->name != NULL || r->forecasts.n > 0)
		return (add_path(names, "", r->name != NULL ? r->name :
		    "market", err));
	for (k = 0; k < 2 && rc == 0; k++) {
		if ((folder = cf_reporting_path(r, folders[k], "", "", err)) == NULL)
			return (-1);
		rc = list(folder, "", 1000, &found, err);
		free(folder);
	}
	for (i = 0; i < found.n && rc == 0; i++) {
		name = strrchr(found.paths[i], '/') + 1;
		for (k = 0; k < names->n; k++) {
			if (strcmp(names->paths[k] + 1, name) == 0)
				break;
		}
		if (k == names->n)
			rc = add_path(names, "", name, err);
	}
	/* The market comes first. */
	if (names->n > 0)
		qsort(names->paths, names->n, sizeof(*names->paths), by_name);
	for (k = 0; k < names->n; k++) {
		if (strcmp(names->paths[k], "/market") == 0) {
			folder = names->paths[k];
			memmove(names->paths + 1, names->paths, k *
			    sizeof(*names->paths));
			names->paths[0] = folder;
		}
	}
	cf_reporting_free(&found);
	return (rc);
}

int
cf_reporting_series(const struct cf_reporting * r)
{
	struct cf_reporting_files files = { 0 };
	char * folder;
	int any = 0;

	folder = cf_reporting_path(r, "raw/series", "", "", NULL);
	if (folder != NULL && list(folder, ".csv", 1, &files, NULL) == 0)
		any = files.n > 0;
	cf_reporting_free(&files);
	free(folder);
	return (any);
}

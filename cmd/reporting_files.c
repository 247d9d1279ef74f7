#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/folder.h"
#include "base/mem.h"
#include "base/text.h"
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

static int
is_shown(const char * name, const char * suffix)
{

	return (name[0] != '.' && cf_text_ends(name, suffix));
}

/* Names in a folder that end in ${suffix} and are not hidden, in their order;
 * of a folder that is not there none. */
static int
list(const char * folder, const char * suffix, int64_t most,
    struct cf_reporting_files * files, struct cf_err * err)
{
	struct cf_folder names;
	size_t i, n = 0, seen = 0;
	int rc;

	if ((rc = cf_folder_read(folder, &names, err)) == 1)
		rc = 0;
	for (i = 0; i < names.n; i++)
		n += is_shown(names.names[i], suffix) ? 1 : 0;
	/* The newest are the last: their names are in the order of time. */
	for (i = 0; i < names.n && rc == 0; i++) {
		if (is_shown(names.names[i], suffix) &&
		    seen++ + (size_t)most >= n)
			rc = add_path(files, folder, names.names[i], err);
	}
	cf_folder_free(&names);
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

/* The market comes first. */
static int
by_name(const void * a, const void * b)
{
	const char * x = *(char * const *)a, * y = *(char * const *)b;
	int first = (strcmp(y, "/market") == 0) - (strcmp(x, "/market") == 0);

	return (first != 0 ? first : strcmp(x, y));
}

/* Add the name that a path ends in, once. */
static int
add_name(struct cf_reporting_files * names, const char * path,
    struct cf_err * err)
{
	const char * name = strrchr(path, '/');
	size_t i;

	for (i = 0; i < names->n; i++) {
		if (strcmp(names->paths[i], name) == 0)
			return (0);
	}
	return (add_path(names, "", name + 1, err));
}

int
cf_reporting_names(const struct cf_reporting * r,
    struct cf_reporting_files * names, struct cf_err * err)
{
	static const char * const folders[] = { "models", "predictions" };
	struct cf_reporting_files found = { 0 };
	char * folder;
	size_t i;
	int rc = 0;

	if (r->name != NULL || r->forecasts.n > 0)
		return (add_path(names, "", r->name != NULL ? r->name :
		    "market", err));
	for (i = 0; i < 2 && rc == 0; i++) {
		folder = cf_reporting_path(r, folders[i], "", "", err);
		rc = folder == NULL ? -1 : list(folder, "", 1000, &found, err);
		free(folder);
	}
	for (i = 0; i < found.n && rc == 0; i++)
		rc = add_name(names, found.paths[i], err);
	if (names->n > 0)
		qsort(names->paths, names->n, sizeof(*names->paths), by_name);
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

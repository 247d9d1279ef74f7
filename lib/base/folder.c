#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/mem.h"

static int
by_bytes(const void * a, const void * b)
{

	return (strcmp(*(char * const *)a, *(char * const *)b));
}

static int
add(struct cf_folder * folder, const char * name, struct cf_err * err)
{

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return (0);
	if (cf_mem_grow(&folder->names, &folder->capacity, folder->n + 1,
	    sizeof(*folder->names), err) ||
	    (folder->names[folder->n] = cf_mem_strdup(name, err)) == NULL)
		return (-1);
	folder->n++;
	return (0);
}

/* Read what was opened, and close it. */
static int
read_all(DIR * dir, const char * path, struct cf_folder * folder,
    struct cf_err * err)
{
	const struct dirent * entry;
	int rc = 0;

	for (;;) {
		errno = 0;
		if ((entry = readdir(dir)) == NULL)
			break;
		if ((rc = add(folder, entry->d_name, err)) != 0)
			break;
	}
	if (rc == 0 && errno != 0)
		rc = cf_err_errno(err, errno, "%s", path);
	closedir(dir);
	if (folder->n > 0)
		qsort(folder->names, folder->n, sizeof(*folder->names),
		    by_bytes);
	return (rc);
}

int
cf_folder_read(const char * path, struct cf_folder * folder,
    struct cf_err * err)
{
	DIR * dir;
	int missing;

	memset(folder, 0, sizeof(*folder));
	if ((dir = opendir(path)) == NULL) {
		missing = errno == ENOENT;
		cf_err_errno(err, errno, "%s", path);
		return (missing ? 1 : -1);
	}
	return (read_all(dir, path, folder, err));
}

int
cf_folder_read_fd(int fd, const char * path, struct cf_folder * folder,
    struct cf_err * err)
{
	DIR * dir;
	int copy;

	memset(folder, 0, sizeof(*folder));
	if ((copy = fcntl(fd, F_DUPFD_CLOEXEC, 0)) == -1 ||
	    (dir = fdopendir(copy)) == NULL) {
		cf_err_errno(err, errno, "%s", path);
		if (copy != -1)
			close(copy);
		return (-1);
	}
	/* The place to read at is the copy's too. */
	rewinddir(dir);
	return (read_all(dir, path, folder, err));
}

void
cf_folder_free(struct cf_folder * folder)
{
	size_t i;

	for (i = 0; i < folder->n; i++)
		free(folder->names[i]);
	free(folder->names);
	memset(folder, 0, sizeof(*folder));
}

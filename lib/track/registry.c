#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "track/lineage.h"
#include "track/registry.h"

/* An ID is one plain part of a path: nothing hidden, no slash, not the link. */
static int
is_id(const char * id)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789_-.";
	size_t len = strlen(id);

	return (len > 0 && len <= CF_REGISTRY_ID_MAX && id[0] != '.' &&
	    id[0] != '-' && strspn(id, plain) == len &&
	    strcmp(id, CF_REGISTRY_CURRENT) != 0);
}

int
cf_registry_check(const char * folder, const char * id, struct cf_err * err)
{
	struct cf_buf path = { 0 };
	struct stat sb;
	int rc = -1;

	if (!is_id(id))
		return (cf_err_set(err, CF_ERR_USAGE,
		    "not the ID of a model: \"%.60s\"", id));
	cf_buf_addf(&path, "%s/%s/%s", folder, id, CF_REGISTRY_MODEL);
	if (cf_buf_string(&path, err) == NULL)
		goto done;
	if (stat(path.data, &sb)) {
		cf_err_errno(err, errno, "%s", path.data);
		if (err != NULL && (errno == ENOENT || errno == ENOTDIR))
			err->kind = CF_ERR_NO;
		goto done;
	}
	if (!S_ISREG(sb.st_mode) || sb.st_size == 0) {
		cf_err_set(err, CF_ERR_NO, "%s: not a model file", path.data);
		goto done;
	}
	rc = 0;
done:
	cf_buf_free(&path);
	return (rc);
}

int
cf_registry_has(const char * folder, const char * id, struct cf_err * err)
{
	struct cf_err why;

	if (cf_registry_check(folder, id, &why) == 0)
		return (1);
	if (why.kind != CF_ERR_SYSTEM)
		return (0);
	return (cf_err_copy(err, &why));
}

/* Take the lock; a descriptor, or -1. */
static int
lock(const char * folder, struct cf_err * err)
{
	struct cf_buf path = { 0 };
	int fd = -1;

	cf_buf_addf(&path, "%s/%s", folder, CF_REGISTRY_LOCK);
	if (cf_buf_string(&path, err) != NULL)
		fd = cf_file_lock(path.data, 1, err);
	cf_buf_free(&path);
	return (fd);
}

/* Let the link name `id`, in one step and durably. */
static int
set_link(const char * folder, const char * id, struct cf_err * err)
{
	struct cf_buf current = { 0 };
	struct cf_buf temporary = { 0 };
	sigset_t old;
	int rc = -1;

	cf_buf_addf(&current, "%s/%s", folder, CF_REGISTRY_CURRENT);
	cf_buf_addf(&temporary, "%s/.%s.%ld.tmp", folder, CF_REGISTRY_CURRENT,
	    (long)getpid());
	if (cf_buf_string(&current, err) == NULL ||
	    cf_buf_string(&temporary, err) == NULL)
		goto done;

	/* Left behind by a killed process that had our number. */
	if (unlink(temporary.data) && errno != ENOENT) {
		cf_err_errno(err, errno, "%s", temporary.data);
		goto done;
	}
	cf_file_hold(&old);
	if (symlink(id, temporary.data)) {
		rc = cf_err_errno(err, errno, "%s", temporary.data);
	} else if ((rc = rename(temporary.data, current.data)) != 0) {
		cf_err_errno(err, errno, "%s", current.data);
		unlink(temporary.data);
	}
	cf_file_release(&old);
	if (rc == 0)
		rc = cf_file_sync_folder(current.data, err);
done:
	cf_buf_free(&current);
	cf_buf_free(&temporary);
	return (rc);
}

/* Note it, then do it; the other way round it could not be undone. */
static int
change(const char * folder, const char * action, const char * id,
    json_t * comparison, struct cf_err * err)
{
	char * from = NULL;
	int fd, rc = -1;

	if (cf_registry_check(folder, id, err) ||
	    (fd = lock(folder, err)) == -1)
		return (-1);
	if (cf_registry_current(folder, &from, err))
		goto done;
	if (from != NULL && strcmp(from, id) == 0)
		rc = 0;
	else if (cf_lineage_append(folder, action, id, from, comparison,
	    err) == 0)
		rc = set_link(folder, id, err);
done:
	free(from);
	close(fd);
	return (rc);
}

int
cf_registry_promote(const char * folder, const char * id,
    json_t * comparison, struct cf_err * err)
{

	return (change(folder, CF_LINEAGE_PROMOTE, id, comparison, err));
}

int
cf_registry_rollback(const char * folder, const char * id,
    struct cf_err * err)
{

	return (change(folder, CF_LINEAGE_ROLLBACK, id, NULL, err));
}

int
cf_registry_current(const char * folder, char ** id, struct cf_err * err)
{
	char target[CF_REGISTRY_ID_MAX + 2];
	struct cf_buf path = { 0 };
	ssize_t len;
	int rc = -1;

	*id = NULL;
	cf_buf_addf(&path, "%s/%s", folder, CF_REGISTRY_CURRENT);
	if (cf_buf_string(&path, err) == NULL)
		goto done;
	len = readlink(path.data, target, sizeof(target) - 1);
	if (len == -1 && errno == ENOENT) {
		rc = 0;
		goto done;
	}
	if (len == -1) {
		cf_err_errno(err, errno, "%s", path.data);
		goto done;
	}
	target[len] = '\0';
	if (!is_id(target)) {
		cf_err_set(err, CF_ERR_DATA,
		    "%s: not a link to a model of this folder", path.data);
		goto done;
	}
	if ((*id = strdup(target)) == NULL)
		cf_err_memory(err);
	else
		rc = 0;
done:
	cf_buf_free(&path);
	return (rc);
}

int
cf_registry_previous(const char * folder, char ** id, struct cf_err * err)
{
	struct cf_lineage lineage = { 0 };
	char * current = NULL;
	size_t i;
	int has, rc = -1;

	*id = NULL;
	if (cf_registry_current(folder, &current, err) ||
	    cf_lineage_read(folder, current, &lineage, err))
		goto done;
	/* What is above was pruned, or the folder is a copy of a part. */
	for (i = lineage.n; current != NULL && i-- > 1; ) {
		if (strcmp(lineage.ids[i - 1], current) == 0)
			continue;
		if ((has = cf_registry_has(folder, lineage.ids[i - 1],
		    err)) == -1)
			goto done;
		if (has)
			break;
	}
	if (lineage.n > 0 && i > 0 && i < lineage.n &&
	    (*id = strdup(lineage.ids[i - 1])) == NULL) {
		cf_err_memory(err);
		goto done;
	}
	rc = 0;
done:
	cf_lineage_free(&lineage);
	free(current);
	return (rc);
}

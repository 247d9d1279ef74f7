#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
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
cf_registry_promote(const char * folder, const char * id,
    struct cf_err * err)
{
	struct cf_buf current = { 0 };
	struct cf_buf temporary = { 0 };
	int rc = -1;

	if (cf_registry_check(folder, id, err))
		return (-1);
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
	if (symlink(id, temporary.data)) {
		cf_err_errno(err, errno, "%s", temporary.data);
		goto done;
	}
	if (rename(temporary.data, current.data)) {
		cf_err_errno(err, errno, "%s", current.data);
		unlink(temporary.data);
		goto done;
	}
	rc = cf_file_sync_folder(current.data, err);
done:
	cf_buf_free(&current);
	cf_buf_free(&temporary);
	return (rc);
}

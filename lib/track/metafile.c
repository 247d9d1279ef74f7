#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "track/metafile.h"
#include "track/yaml.h"

char *
cf_metafile_path(const char * folder, const char * name, struct cf_err * err)
{
	struct cf_buf path = { 0 };

	cf_buf_addf(&path, "%s/%s", folder, name);
	if (cf_buf_string(&path, err) == NULL)
		cf_buf_free(&path);
	return (path.data);
}

int
cf_metafile_folder(const char * folder, const char * name, struct cf_err * err)
{
	char * path = cf_metafile_path(folder, name, err);
	int rc = path != NULL ? cf_file_make_folders(path, err) : -1;

	free(path);
	return (rc);
}

int
cf_metafile_there(const char * folder, const char * name, int * there,
    struct cf_err * err)
{
	char * path = cf_metafile_path(folder, name, err);

	if (path == NULL)
		return (-1);
	*there = access(path, F_OK) == 0;
	free(path);
	return (0);
}

int
cf_metafile_put(const char * folder, const char * name, struct cf_buf * text,
    struct cf_err * err)
{
	char * path = cf_metafile_path(folder, name, err);
	char * slash;
	int rc = -1;

	if (path == NULL)
		goto done;
	slash = strrchr(path, '/');
	*slash = '\0';
	if (strchr(name, '/') != NULL && cf_file_make_folders(path, err))
		goto done;
	*slash = '/';
	if (cf_buf_string(text, err) != NULL)
		rc = cf_file_write(path, text->data, text->len, err);
done:
	free(path);
	cf_buf_free(text);
	return (rc);
}

int
cf_metafile_value(const char * folder, const char * key, char ** value,
    struct cf_err * err)
{
	char * path = cf_metafile_path(folder, CF_METAFILE, err);
	struct cf_buf text = { 0 };
	int rc = -1;

	*value = NULL;
	if (path == NULL)
		return (-1);
	if (access(path, F_OK) != 0)
		rc = 0;
	else if (cf_file_read(path, CF_METAFILE_MAX, &text, err) == 0 &&
	    cf_buf_string(&text, err) != NULL)
		rc = cf_yaml_find(text.data, text.len, key, value, err);
	cf_buf_free(&text);
	free(path);
	return (rc);
}

void
cf_metafile_uri(struct cf_buf * text, const char * key, const char * path,
    const char * behind)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz" "0123456789_-.~/";

	cf_buf_addf(text, "%s: 'file://", key);
	for (; *path != '\0'; path++) {
		if (strchr(plain, *path) != NULL)
			cf_buf_add_char(text, *path);
		else
			cf_buf_addf(text, "%%%02X", (unsigned char)*path);
	}
	cf_buf_addf(text, "%s'\n", behind);
}

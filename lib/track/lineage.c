#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/day.h"
#include "base/file.h"
#include "base/mem.h"
#include "table/json.h"
#include "track/lineage.h"

static int
path_of(const char * folder, struct cf_buf * path, struct cf_err * err)
{

	cf_buf_addf(path, "%s/%s", folder, CF_LINEAGE_FILE);
	return (cf_buf_string(path, err) != NULL ? 0 : -1);
}

int
cf_lineage_append(const char * folder, const char * action, const char * id,
    const char * from, json_t * comparison, struct cf_err * err)
{
	struct cf_buf path = { 0 };
	struct cf_buf line = { 0 };
	char moment[CF_DAY_TEXT_MAX];
	size_t len;
	json_t * o;
	int rc = -1;

	len = cf_day_print_moment(cf_clock_now(), 1, moment);
	o = json_pack("{s:s%,s:s,s:s,s:s?}", "time", moment, len, "action",
	    action, "id", id, "from", from);
	if (o == NULL || (comparison != NULL &&
	    json_object_set(o, "comparison", comparison))) {
		cf_err_memory(err);
		goto done;
	}
	cf_json_print(o, &line);
	cf_buf_add_char(&line, '\n');
	if (line.failed) {
		cf_err_memory(err);
		goto done;
	}
	if (path_of(folder, &path, err) == 0)
		rc = cf_file_append(path.data, line.data, line.len, err);
done:
	json_decref(o);
	cf_buf_free(&line);
	cf_buf_free(&path);
	return (rc);
}

/* The number of `id`, the last one of that name, or n. */
static size_t
find(const struct cf_lineage * l, const char * id)
{
	size_t i;

	for (i = l->n; i > 0; i--) {
		if (strcmp(l->ids[i - 1], id) == 0)
			return (i - 1);
	}
	return (l->n);
}

static void
cut(struct cf_lineage * l, size_t n)
{

	while (l->n > n)
		free(l->ids[--l->n]);
}

static int
push(struct cf_lineage * l, const char * id, struct cf_err * err)
{

	if (l->n > 0 && strcmp(l->ids[l->n - 1], id) == 0)
		return (0);
	if (cf_mem_grow(&l->ids, &l->capacity, l->n + 1, sizeof(*l->ids),
	    err))
		return (-1);
	if ((l->ids[l->n] = strdup(id)) == NULL)
		return (cf_err_memory(err));
	l->n++;
	return (0);
}

/* Models above `id` go; if it is not there it comes on top. */
static int
settle(struct cf_lineage * l, const char * id, struct cf_err * err)
{
	size_t at = find(l, id);

	if (at < l->n) {
		cut(l, at + 1);
		return (0);
	}
	return (push(l, id, err));
}

static int
take_line(struct cf_lineage * l, const char * text, size_t len,
    struct cf_err * err)
{
	const char * action, * id, * from;
	json_t * o;
	int rc;

	rc = cf_json_parse(&o, text, len, JSON_REJECT_DUPLICATES, NULL, err);
	if (rc)
		return (rc == -1 ? -1 : 0);
	/* Borrowed; NULL where there is none. */
	action = json_string_value(json_object_get(o, "action"));
	id = json_string_value(json_object_get(o, "id"));
	from = json_string_value(json_object_get(o, "from"));
	if (action != NULL && id != NULL) {
		/* What was noted above `from` never came to be. */
		if (strcmp(action, CF_LINEAGE_PROMOTE) == 0)
			rc = (from != NULL && settle(l, from, err)) ||
			    push(l, id, err) ? -1 : 0;
		else if (strcmp(action, CF_LINEAGE_ROLLBACK) == 0)
			rc = settle(l, id, err);
	}
	json_decref(o);
	return (rc);
}

static int
take_file(struct cf_lineage * l, const char * path, struct cf_err * err)
{
	struct cf_buf text = { 0 };
	const char * s, * end, * eol;
	int rc = -1;

	if (cf_file_read(path, CF_LINEAGE_FILE_MAX, &text, err))
		goto done;
	end = text.len > 0 ? text.data + text.len : NULL;
	for (s = text.data; s != NULL && s < end; s = eol + 1) {
		if ((eol = memchr(s, '\n', (size_t)(end - s))) == NULL)
			eol = end;
		if (eol > s && take_line(l, s, (size_t)(eol - s), err))
			goto done;
	}
	rc = 0;
done:
	cf_buf_free(&text);
	return (rc);
}

int
cf_lineage_read(const char * folder, const char * current,
    struct cf_lineage * l, struct cf_err * err)
{
	struct cf_buf path = { 0 };
	int rc = -1;

	memset(l, 0, sizeof(*l));
	if (current == NULL)
		return (0);
	if (path_of(folder, &path, err) ||
	    (access(path.data, F_OK) == 0 && take_file(l, path.data, err)))
		goto done;
	rc = settle(l, current, err);
done:
	cf_buf_free(&path);
	return (rc);
}

void
cf_lineage_free(struct cf_lineage * l)
{

	cut(l, 0);
	free(l->ids);
	memset(l, 0, sizeof(*l));
}

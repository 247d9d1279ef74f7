#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/mem.h"
#include "base/text.h"
#include "serve/limits.h"
#include "serve/seen.h"
#include "serve/stored.h"
#include "table/pull.h"

#define BEHIND ".ndjson"
#define NAME_ROOM 512

struct line {
	const char * text;
	size_t len;
	char * name;		/* Of its symbol or account, or NULL. */
	int is_account;
};

struct cf_stored {
	char * folder;
	char newest[CF_DAY_TEXT_MAX + 8];	/* File's name, or "". */
	struct cf_seen seen;
	int64_t looked_s;
	struct cf_buf text;
	struct line * lines;
	size_t n;
	size_t capacity;
};

struct cf_stored *
cf_stored_new(const char * folder, struct cf_err * err)
{
	struct cf_stored * s;

	if ((s = cf_mem_array(1, sizeof(*s), err)) == NULL)
		return (NULL);
	if ((s->folder = cf_mem_strdup(folder, err)) == NULL) {
		free(s);
		return (NULL);
	}
	return (s);
}

/* Is it DATE.ndjson? */
static int
is_dated(const char * name)
{
	size_t len = strlen(name), behind = strlen(BEHIND);
	int32_t day;

	return (len < CF_DAY_TEXT_MAX + 8 && cf_text_ends(name, BEHIND) &&
	    cf_day_parse(name, len - behind, &day) == 0);
}

/* Set s->newest; dates sort as texts. */
static void
find_newest(struct cf_stored * s)
{
	struct cf_folder folder;
	size_t i;

	s->newest[0] = '\0';
	cf_folder_read(s->folder, &folder, NULL);
	for (i = folder.n; i > 0 && s->newest[0] == '\0'; i--) {
		if (is_dated(folder.names[i - 1]))
			memcpy(s->newest, folder.names[i - 1],
			    strlen(folder.names[i - 1]) + 1);
	}
	cf_folder_free(&folder);
}

static void
forget(struct cf_stored * s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		free(s->lines[i].name);
	s->n = 0;
	s->text.len = 0;
}

/* Take the line if it is an object; find whose it is. */
static int
add_line(struct cf_stored * s, const char * text, size_t len)
{
	char name[NAME_ROOM];
	struct cf_pull_item item;
	struct cf_pull p;
	struct line * line;
	int rc, is_account = 0, found = 0;

	cf_pull_start(&p, text, len, "line");
	if (cf_pull_next(&p, &item, NULL) != 1 || item.kind != CF_PULL_OBJECT)
		return (0);
	while ((rc = cf_pull_next(&p, &item, NULL)) == 1) {
		if (p.depth == 1 && !found && item.kind == CF_PULL_STRING &&
		    (cf_pull_is_key(&item, "symbol") ||
		    cf_pull_is_key(&item, "account"))) {
			found = 1;
			is_account = cf_pull_is_key(&item, "account");
			cf_pull_decode(item.text, item.len, name,
			    sizeof(name));
		}
	}
	if (rc == -1)
		return (0);
	if (cf_mem_grow(&s->lines, &s->capacity, s->n + 1, sizeof(*s->lines),
	    NULL))
		return (-1);
	line = &s->lines[s->n];
	line->text = text;
	line->len = len;
	line->is_account = is_account;
	line->name = found ? cf_mem_strdup(name, NULL) : NULL;
	if (found && line->name == NULL)
		return (-1);
	s->n++;
	return (0);
}

static int
read_lines(struct cf_stored * s, const char * path)
{
	const char * p;
	const char * end;
	const char * eol;

	forget(s);
	if (cf_file_read(path, CF_SERVE_STORED_MAX, &s->text, NULL))
		return (-1);
	p = s->text.data;
	for (end = p + s->text.len; p < end; p = eol + 1) {
		if ((eol = memchr(p, '\n', (size_t)(end - p))) == NULL)
			eol = end;
		if (add_line(s, p, (size_t)(eol - p)))
			return (-1);
	}
	return (0);
}

static void
refresh(struct cf_stored * s, int64_t now_s)
{
	struct cf_buf path = { 0 };

	if (now_s == s->looked_s)
		return;
	s->looked_s = now_s;
	find_newest(s);
	if (s->newest[0] == '\0') {
		memset(&s->seen, 0, sizeof(s->seen));
		forget(s);
		return;
	}
	cf_buf_addf(&path, "%s/%s", s->folder, s->newest);
	if (cf_buf_string(&path, NULL) != NULL &&
	    cf_seen_look(&s->seen, path.data) && read_lines(s, path.data)) {
		memset(&s->seen, 0, sizeof(s->seen));
		forget(s);
	}
	cf_buf_free(&path);
}

size_t
cf_stored_list(struct cf_stored * s, const char * key, const char * name,
    int64_t now_s, struct cf_buf * buf)
{
	const struct line * line;
	int account = key != NULL && strcmp(key, "account") == 0;
	size_t i, n = 0;

	refresh(s, now_s);
	for (i = 0; i < s->n; i++) {
		line = &s->lines[i];
		if (key != NULL && (line->name == NULL ||
		    line->is_account != account ||
		    strcmp(line->name, name) != 0))
			continue;
		cf_buf_add_char(buf, n++ == 0 ? '[' : ',');
		cf_buf_add(buf, line->text, line->len);
	}
	if (n > 0)
		cf_buf_add_text(buf, "]\n");
	return (n);
}

void
cf_stored_free(struct cf_stored * s)
{

	if (s == NULL)
		return;
	forget(s);
	free(s->lines);
	cf_buf_free(&s->text);
	free(s->folder);
	free(s);
}

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/day.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"
#include "keep/diary.h"
#include "keep/limits.h"

static int
log_path(const char * folder, struct cf_buf * path, struct cf_err * err)
{

	cf_buf_addf(path, "%s/%s", folder, CF_DIARY_NAME);
	return (cf_buf_string(path, err) != NULL ? 0 : -1);
}

static void
print(const struct cf_diary_line * line, struct cf_buf * text)
{
	char moment[CF_DAY_TEXT_MAX], digest[CF_DIGEST_TEXT_MAX];
	char reason[CF_ERR_TEXT_MAX];

	cf_buf_add(text, moment, cf_day_print_moment(line->time_s, 1,
	    moment));
	cf_buf_addf(text, " %s %s %s", line->action,
	    line->ok ? "ok" : "failed",
	    line->name != NULL ? line->name : "-");
	if (line->bytes > 0)
		cf_buf_addf(text, " bytes=%llu",
		    (unsigned long long)line->bytes);
	if (line->seconds >= 0) {
		cf_buf_add_text(text, " seconds=");
		cf_buf_add_number(text, line->seconds);
	}
	if (line->digest != NULL) {
		cf_digest_print(line->digest, digest);
		cf_buf_addf(text, " sha256=%s", digest);
	}
	if (line->needs != NULL && *line->needs != '\0')
		cf_buf_addf(text, " needs=%s", line->needs);
	if (line->reason != NULL) {
		cf_err_mask(reason, sizeof(reason), line->reason,
		    strlen(line->reason));
		cf_buf_addf(text, " reason: %s", reason);
	}
	cf_buf_add_char(text, '\n');
}

int
cf_diary_append(const char * folder, const struct cf_diary_line * line,
    struct cf_err * err)
{
	struct cf_buf path = { 0 };
	struct cf_buf text = { 0 };
	int rc = -1;

	print(line, &text);
	if (text.failed)
		cf_err_memory(err);
	else if (log_path(folder, &path, err) == 0)
		rc = cf_file_append(path.data, text.data, text.len, err);
	cf_buf_free(&path);
	cf_buf_free(&text);
	return (rc);
}

/* ---- reading */

/* Take the next word of *p, with a NUL behind it; NULL when there is none. */
static char *
word(char ** p)
{
	char * start = *p;

	if (*start == '\0')
		return (NULL);
	*p += strcspn(*p, " ");
	if (**p == ' ')
		*(*p)++ = '\0';
	return (start);
}

static void
read_pair(const char * pair, struct cf_diary_line * line,
    struct cf_digest * digest)
{
	const char * value = strchr(pair, '=');
	int64_t n;
	double x;

	if (value == NULL)
		return;
	value++;
	if (strncmp(pair, "bytes=", 6) == 0 && cf_num_parse_int(value,
	    strlen(value), &n) == CF_NUM_OK && n >= 0)
		line->bytes = (uint64_t)n;
	if (strncmp(pair, "seconds=", 8) == 0 && cf_num_parse(value,
	    strlen(value), &x) == CF_NUM_OK)
		line->seconds = x;
	if (strncmp(pair, "sha256=", 7) == 0 && cf_digest_parse(value,
	    strlen(value), digest) == 0)
		line->digest = digest;
	if (strncmp(pair, "needs=", 6) == 0)
		line->needs = value;
}

/* Read a line; return whether it is one of ours. */
static int
read_line(char * text, struct cf_diary_line * line, struct cf_digest * digest)
{
	const char * moment = word(&text);
	const char * action = word(&text);
	const char * result = word(&text);
	const char * name = word(&text);
	const char * pair;
	int has_clock;

	memset(line, 0, sizeof(*line));
	line->seconds = -1;
	if (name == NULL || *action == '\0' || *name == '\0' ||
	    cf_day_parse_moment(moment, strlen(moment), &line->time_s,
	    &has_clock) || !has_clock)
		return (0);
	line->ok = strcmp(result, "ok") == 0;
	if (!line->ok && strcmp(result, "failed") != 0)
		return (0);
	line->action = action;
	line->name = strcmp(name, "-") == 0 ? NULL : name;
	while (strncmp(text, "reason: ", 8) != 0 &&
	    (pair = word(&text)) != NULL)
		read_pair(pair, line, digest);
	if (*text != '\0')
		line->reason = text + 8;
	return (1);
}

int
cf_diary_read(const char * folder, struct cf_diary * diary,
    struct cf_err * err)
{
	struct cf_buf path = { 0 };
	struct cf_buf text = { 0 };
	size_t lines = 1, i;
	char * p;
	char * eol;
	int rc = -1;

	memset(diary, 0, sizeof(*diary));
	if (log_path(folder, &path, err))
		goto done;
	if (access(path.data, F_OK) && errno == ENOENT) {
		rc = 0;
		goto done;
	}
	if (cf_file_read(path.data, CF_KEEP_LOG_MAX, &text, err) ||
	    cf_buf_string(&text, err) == NULL)
		goto done;
	diary->text = text.data;
	for (i = 0; i < text.len; i++)
		lines += text.data[i] == '\n';
	diary->lines = cf_mem_array(lines, sizeof(*diary->lines), err);
	diary->digests = cf_mem_array(lines, sizeof(*diary->digests), err);
	if (diary->lines == NULL || diary->digests == NULL)
		goto done;
	for (p = diary->text; p < diary->text + text.len; p = eol + 1) {
		/* A NUL ends what is read of a line, not the line. */
		eol = memchr(p, '\n', (size_t)(diary->text + text.len - p));
		if (eol == NULL)
			eol = diary->text + text.len;
		*eol = '\0';
		diary->n += (size_t)read_line(p, &diary->lines[diary->n],
		    &diary->digests[diary->n]);
	}
	rc = 0;
done:
	if (diary->text == NULL)
		cf_buf_free(&text);
	cf_buf_free(&path);
	return (rc);
}

const struct cf_diary_line *
cf_diary_find(const struct cf_diary * diary, const char * action, int ok,
    const char * name)
{
	const struct cf_diary_line * line;
	size_t i;

	for (i = diary->n; i-- > 0;) {
		line = &diary->lines[i];
		if (strcmp(line->action, action) == 0 && line->ok == ok &&
		    (name == NULL || (line->name != NULL &&
		    strcmp(line->name, name) == 0)))
			return (line);
	}
	return (NULL);
}

void
cf_diary_free(struct cf_diary * diary)
{

	free(diary->text);
	free(diary->lines);
	free(diary->digests);
	memset(diary, 0, sizeof(*diary));
}

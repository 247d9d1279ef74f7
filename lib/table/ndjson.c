#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "table/json.h"
#include "table/limits.h"
#include "table/ndjson.h"

#define QUANTILE_PREFIX "q"

struct reading {
	const struct cf_lines * lines;
	struct cf_pairs * pairs;
	struct cf_err * err;
};

/* Begin a pair: its name is the two parts joined. */
static int
add_name(struct reading * r, const char * prefix, const char * name)
{
	struct cf_pairs * p = r->pairs;

	if (p->n == CF_COLUMNS_MAX)
		return (cf_lines_data(r->lines, NULL, NULL, 0, r->err,
		    "more than 4096 keys"));
	if (strlen(prefix) + strlen(name) > CF_NAME_MAX)
		return (cf_lines_data(r->lines, NULL, name, strlen(name),
		    r->err, "key longer than 255 bytes"));
	if (cf_mem_grow(&p->items, &p->capacity, p->n + 1, sizeof(*p->items),
	    r->err))
		return (-1);
	p->items[p->n].name = p->texts.len;
	cf_buf_add_text(&p->texts, prefix);
	cf_buf_add(&p->texts, name, strlen(name) + 1);
	return (0);
}

/* End the pair begun: its text is the plain value. */
static int
add_value(struct reading * r, const char * name, const json_t * value)
{
	struct cf_pairs * p = r->pairs;
	struct cf_pair * pair = &p->items[p->n];

	pair->text = p->texts.len;
	switch (json_typeof(value)) {
	case JSON_STRING:
		cf_buf_add(&p->texts, json_string_value(value),
		    json_string_length(value));
		break;
	case JSON_INTEGER:
		cf_buf_addf(&p->texts, "%lld",
		    (long long)json_integer_value(value));
		break;
	case JSON_REAL:
		cf_buf_add_number(&p->texts, json_real_value(value));
		break;
	case JSON_TRUE:
		cf_buf_add_char(&p->texts, '1');
		break;
	case JSON_FALSE:
		cf_buf_add_char(&p->texts, '0');
		break;
	case JSON_NULL:
		break;
	default:
		return (cf_lines_data(r->lines, name, NULL, 0, r->err,
		    "neither a number, a string nor null"));
	}
	pair->len = p->texts.len - pair->text;
	cf_buf_add_char(&p->texts, '\0');
	p->n++;
	return (0);
}

static int
add_pair(struct reading * r, const char * prefix, const char * name,
    const json_t * value)
{

	if (add_name(r, prefix, name))
		return (-1);
	return (add_value(r, name, value));
}

static int
add_interval(struct reading * r, const json_t * value)
{

	if (json_array_size(value) != 2)
		return (cf_lines_data(r->lines, "interval", NULL, 0, r->err,
		    "not an array of two"));
	if (add_pair(r, "", "interval_low", json_array_get(value, 0)))
		return (-1);
	return (add_pair(r, "", "interval_high", json_array_get(value, 1)));
}

static int
add_object(struct reading * r, json_t * object)
{
	const char * name;
	const char * level;
	json_t * value;
	json_t * inner;

	json_object_foreach(object, name, value) {
		if (strcmp(name, "interval") == 0 && json_is_array(value)) {
			if (add_interval(r, value))
				return (-1);
		} else if (strcmp(name, "quantiles") == 0 &&
		    json_is_object(value)) {
			json_object_foreach(value, level, inner) {
				if (add_pair(r, QUANTILE_PREFIX, level, inner))
					return (-1);
			}
		} else if (add_pair(r, "", name, value)) {
			return (-1);
		}
	}
	if (r->pairs->texts.failed)
		return (cf_err_memory(r->err));
	return (0);
}

static int
parse_line(struct reading * r, const char * text, size_t len)
{
	json_error_t fault;
	json_t * object;
	char reason[JSON_ERROR_TEXT_LENGTH + 40];
	char why[JSON_ERROR_TEXT_LENGTH];
	int rc;

	rc = cf_json_parse(&object, text, len, JSON_REJECT_DUPLICATES, &fault,
	    r->err);
	if (rc == -1)
		return (-1);
	if (rc == 1) {
		/* It quotes what stands there. */
		cf_err_mask(why, sizeof(why), fault.text, strlen(fault.text));
		snprintf(reason, sizeof(reason), "not JSON at byte %d: %s",
		    fault.position, why);
		return (cf_lines_data(r->lines, NULL, text, len, r->err,
		    reason));
	}
	if (!json_is_object(object))
		rc = cf_lines_data(r->lines, NULL, text, len, r->err,
		    "not a JSON object");
	else
		rc = add_object(r, object);
	json_decref(object);
	return (rc);
}

int
cf_ndjson_object(const struct cf_lines * lines, const char * text, size_t len,
    struct cf_pairs * pairs, struct cf_err * err)
{
	struct reading r = { lines, pairs, err };

	pairs->n = 0;
	pairs->texts.len = 0;
	pairs->line = lines->line;
	return (parse_line(&r, text, len));
}

static int
is_blank_line(const char * text, size_t len)
{

	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t' ||
	    text[len - 1] == '\r'))
		len--;
	return (len == 0);
}

int
cf_ndjson_next(struct cf_lines * lines, struct cf_pairs * pairs,
    struct cf_err * err)
{
	const char * text;
	const char * eol;
	size_t held, seen = 0, len;

	for (;;) {
		held = lines->end - lines->start;
		text = held > 0 ? lines->data + lines->start : "";
		eol = held > seen ? memchr(text + seen, '\n', held - seen) :
		    NULL;
		if (eol == NULL && !lines->ended) {
			seen = held;
			if (cf_lines_more(lines, err))
				return (-1);
			continue;
		}
		if (held == 0)
			return (0);
		len = eol != NULL ? (size_t)(eol - text) : held;
		if (!is_blank_line(text, len) &&
		    cf_ndjson_object(lines, text, len, pairs, err))
			return (-1);
		seen = 0;
		lines->start += len + (eol != NULL);
		lines->line++;
		if (!is_blank_line(text, len))
			return (1);
	}
}

void
cf_ndjson_free(struct cf_pairs * pairs)
{

	free(pairs->items);
	cf_buf_free(&pairs->texts);
	memset(pairs, 0, sizeof(*pairs));
}

#include <math.h>
#include <stdlib.h>

#include "table/json.h"

/*
 * Whether this thread has gone without memory in Jansson.  There is no place
 * for it but here: Jansson hands nothing to its allocator but the size.
 */
static _Thread_local int lacked;

static void *
watched_malloc(size_t size)
{
	void * p = malloc(size);

	if (p == NULL && size > 0)
		lacked = 1;
	return (p);
}

void
cf_json_watch(void)
{

	json_set_alloc_funcs(watched_malloc, free);
}

int
cf_json_parse(json_t ** json, const char * text, size_t len, size_t flags,
    json_error_t * fault, struct cf_err * err)
{
	json_error_t unwanted;

	lacked = 0;
	*json = json_loadb(len > 0 ? text : "", len, flags,
	    fault != NULL ? fault : &unwanted);
	if (lacked) {
		json_decref(*json);
		*json = NULL;
		return (cf_err_memory(err));
	}
	return (*json == NULL);
}

json_t *
cf_json_number(double x)
{

	return (isfinite(x) ? json_real(x) : json_null());
}

json_t *
cf_json_text(const char * text, size_t len)
{
	char masked[1024];
	json_t * json = json_stringn(text, len);

	if (json != NULL)
		return (json);
	cf_err_mask(masked, sizeof(masked), text, len);
	return (json_string(masked));
}

/* Jansson escapes and checks text; its numbers are what we do not want. */
static void
print_text(const json_t * text, struct cf_buf * buf)
{
	char * s = json_dumps(text, JSON_ENCODE_ANY);

	if (s == NULL) {
		buf->failed = 1;
		return;
	}
	cf_buf_add_text(buf, s);
	free(s);
}

static void
print_key(const char * key, struct cf_buf * buf)
{
	json_t * text = json_string(key);

	if (text == NULL) {
		buf->failed = 1;
		return;
	}
	print_text(text, buf);
	json_decref(text);
	cf_buf_add_char(buf, ':');
}

static void
print_object(const json_t * object, struct cf_buf * buf)
{
	/* Iterating does not change the object, but Jansson lacks the const. */
	union { const json_t * in; json_t * out; } u = { object };
	const char * key;
	json_t * value;
	int first = 1;

	cf_buf_add_char(buf, '{');
	json_object_foreach(u.out, key, value) {
		if (!first)
			cf_buf_add_char(buf, ',');
		first = 0;
		print_key(key, buf);
		cf_json_print(value, buf);
	}
	cf_buf_add_char(buf, '}');
}

void
cf_json_print(const json_t * json, struct cf_buf * buf)
{
	size_t i;

	if (lacked) {
		buf->failed = 1;
		return;
	}
	switch (json_typeof(json)) {
	case JSON_OBJECT:
		print_object(json, buf);
		return;
	case JSON_ARRAY:
		cf_buf_add_char(buf, '[');
		for (i = 0; i < json_array_size(json); i++) {
			if (i > 0)
				cf_buf_add_char(buf, ',');
			cf_json_print(json_array_get(json, i), buf);
		}
		cf_buf_add_char(buf, ']');
		return;
	case JSON_REAL:
		cf_buf_add_number(buf, json_real_value(json));
		return;
	default:
		print_text(json, buf);
	}
}

int
cf_json_line(const json_t * value, struct cf_out * out, struct cf_err * err)
{
	struct cf_buf line = { 0 };
	int rc = 0;

	cf_json_print(value, &line);
	cf_buf_add_char(&line, '\n');
	if (line.failed)
		rc = cf_err_memory(err);
	else
		cf_out_write(out, line.data, line.len);
	cf_buf_free(&line);
	return (rc);
}

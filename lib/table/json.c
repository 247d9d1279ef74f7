#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "table/json.h"

#define RESERVE ((size_t)64 * 1024)

/*
 * What this thread has of Jansson's memory.  There is no place for it but here:
 * Jansson hands nothing to its allocator but the size.
 *
 * Its reader must not be refused: it would end the program by an assertion when
 * a text cannot grow, or go on with a number cut short.  So once memory is out
 * it gets what it still asks for from a reserve, is given no more text, and
 * what it made is thrown away.
 */
static _Thread_local struct {
	int lacked;		/* Memory was out. */
	int parsing;
	size_t used;
	_Alignas(16) char reserve[RESERVE];
} memory;

static void *
watched_malloc(size_t size)
{
	size_t room = (size + 15) & ~(size_t)15;
	void * p = malloc(size);

	if (p != NULL || size == 0)
		return (p);
	memory.lacked = 1;
	if (!memory.parsing || room < size || room > RESERVE - memory.used)
		return (NULL);
	p = memory.reserve + memory.used;
	memory.used += room;
	return (p);
}

static void
watched_free(void * p)
{

	if ((uintptr_t)p < (uintptr_t)memory.reserve ||
	    (uintptr_t)p >= (uintptr_t)memory.reserve + RESERVE)
		free(p);
}

void
cf_json_watch(void)
{

	json_set_alloc_funcs(watched_malloc, watched_free);
}

struct given {
	const char * text;
	size_t left;
};

/* Jansson's callback: the next piece of text. */
static size_t
give(void * room, size_t size, void * cookie)
{
	struct given * g = cookie;

	if (memory.lacked)
		return ((size_t)-1);
	if (size > g->left)
		size = g->left;
	if (size > 0)
		memcpy(room, g->text, size);
	g->text += size;
	g->left -= size;
	return (size);
}

int
cf_json_parse(json_t ** json, const char * text, size_t len, size_t flags,
    json_error_t * fault, struct cf_err * err)
{
	struct given g = { len > 0 ? text : "", len };
	json_error_t unwanted;

	memory.lacked = 0;
	memory.used = 0;
	memory.parsing = 1;
	*json = json_load_callback(give, &g, flags,
	    fault != NULL ? fault : &unwanted);
	memory.parsing = 0;
	if (memory.lacked) {
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

	if (memory.lacked) {
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

#include "fuzz.h"

#include <jansson.h>

#include "base/buf.h"
#include "base/state.h"
#include "base/text.h"
#include "keep/manifest.h"
#include "report/markup.h"
#include "table/json.h"
#include "table/prom.h"
#include "table/writer.h"
#include "track/yaml.h"

/*
 * One text, as a stranger may call a symbol or an account, in each form in which it is written: it is still that text for who
 * reads it, and nothing but text.
 */

static void
html(const char *text, size_t len)
{
	struct cf_buf b = { 0 };

	cf_markup_bytes(&b, text, len);
	FUZZ_HOLDS(!b.failed && cf_text_is_utf8(b.data, b.len));
	for (size_t i = 0; i < b.len; i++)
		FUZZ_HOLDS(strchr("<>\"'", b.data[i]) == NULL && ((unsigned char)b.data[i] >= ' ' || strchr("\t\n", b.data[i]) != NULL));
	cf_buf_free(&b);
}

static void
prometheus(const char *text)
{
	struct cf_prom_label label = { "name", text };
	struct cf_buf b = { 0 };
	size_t lines = 0;

	cf_prom_sample(&b, "x", &label, 1, 0.5);
	FUZZ_HOLDS(!b.failed && b.len > 0);
	for (size_t i = 0; i < b.len; i++)
		lines += b.data[i] == '\n';
	FUZZ_HOLDS(lines == 1 && b.data[b.len - 1] == '\n' && strncmp(b.data, "x{name=\"", 8) == 0);
	cf_buf_free(&b);
}

static void
json(const char *text, size_t len)
{
	json_t *t = cf_json_text(text, len), *back;
	struct cf_buf b = { 0 };

	FUZZ_HOLDS(t != NULL);
	cf_json_print(t, &b);
	FUZZ_HOLDS((back = json_loadb(b.data, b.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL)) != NULL);
	FUZZ_HOLDS(json_equal(t, back));
	if (cf_text_is_utf8(text, len)) {
		FUZZ_HOLDS(json_string_length(back) == len && memcmp(json_string_value(back), text, len) == 0);
		b.len = 0;
		cf_writer_json_text(&b, text, len);
		json_decref(back);
		FUZZ_HOLDS((back = json_loadb(b.data, b.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL)) != NULL);
		FUZZ_HOLDS(json_equal(t, back));
	}
	json_decref(back);
	json_decref(t);
	cf_buf_free(&b);
}

/* As YAML, if it is for there; and the text as YAML of somebody else. */
static void
yaml(const char *text, size_t len)
{
	struct cf_buf b = { 0 };
	char *value = NULL;
	int plain = 1;

	for (size_t i = 0; i < len; i++)
		plain &= (unsigned char)text[i] >= ' ';
	if (plain) {
		cf_yaml_int(&b, "before", -5);
		cf_yaml_text(&b, "name", text);
		cf_yaml_plain(&b, "behind", "null");
		FUZZ_HOLDS(cf_yaml_find(b.data, b.len, "name", &value, NULL) == 0);
		FUZZ_HOLDS(value != NULL && strcmp(value, text) == 0);
		free(value);
	}
	value = NULL;
	FUZZ_HOLDS(cf_yaml_find(text, len, "a", &value, NULL) == 0);
	FUZZ_HOLDS(value == NULL || strlen(value) <= len);
	free(value);
	cf_buf_free(&b);
}

/* As a part of a file's name, and in a manifest. */
static void
names(const char *text, size_t len)
{
	struct cf_buf b = { 0 }, back = { 0 };
	struct cf_err err = { 0 };

	if (cf_state_encode(&b, text, &err))
		fuzz_message(&err);
	else {
		FUZZ_HOLDS(b.len <= CF_STATE_NAME_MAX && memchr(b.data, '/', b.len) == NULL && memchr(b.data, '.', b.len) == NULL);
		FUZZ_HOLDS(cf_state_decode(&back, b.data, b.len, &err) == 0);
		FUZZ_HOLDS(back.len == len && memcmp(back.data, text, len) == 0);
	}
	b.len = back.len = 0;
	/* What is read as such a name is written so again. */
	if (cf_state_decode(&back, text, len, &err) == 0) {
		FUZZ_HOLDS(cf_buf_string(&back, NULL) != NULL && cf_state_encode(&b, back.data, &err) == 0);
		FUZZ_HOLDS(b.len == len && memcmp(b.data, text, len) == 0);
	}
	b.len = back.len = 0;
	cf_manifest_encode(text, &b);
	FUZZ_HOLDS(cf_manifest_decode(b.data, b.len, &back) == 0 && back.len == len && memcmp(back.data, text, len) == 0);
	for (size_t i = 0; i < b.len; i++)
		FUZZ_HOLDS((unsigned char)b.data[i] >= ' ');
	cf_buf_free(&b);
	cf_buf_free(&back);
}

static void
message(const char *text, size_t len)
{
	const struct cf_place place = { text, 3, text };
	struct cf_err err = { 0 };

	cf_err_data(&err, &place, text, len, "not what it should be");
	fuzz_message(&err);
	cf_err_prefix(&err, "%s", "before");
	fuzz_message(&err);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	size_t len = strlen(text);

	html((const char *)data, size);
	json((const char *)data, size);
	prometheus(text);
	yaml(text, len);
	if (len > 0)
		names(text, len);
	message(text, len);
	free(text);
	return (0);
}

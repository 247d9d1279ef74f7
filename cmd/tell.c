#include <string.h>

#include "base/conf.h"
#include "tell.h"
#include "track/record.h"

/* Print text on stdout; return the exit status. */
static int
print(const struct cf_main * m, const struct cf_buf * text)
{
	struct cf_err err;
	struct cf_out * out;

	if (text->failed) {
		cf_err_memory(&err);
		return (cf_main_fail(m, &err));
	}
	if ((out = cf_out_open("-", &err)) == NULL)
		return (cf_main_fail(m, &err));
	cf_out_write(out, text->data, text->len);
	if (cf_out_close(out, &err))
		return (cf_main_fail(m, &err));
	return (0);
}

/* Load the configuration and warn of keys that mean nothing. */
static struct cf_conf *
load(const struct cf_main * m, const char * config, int quiet, int * status)
{
	struct cf_conf * conf;
	struct cf_err err;
	const char * name;
	size_t i;

	if ((conf = cf_conf_load(config, &err)) == NULL) {
		*status = cf_main_fail(m, &err);
		return (NULL);
	}
	for (i = 0; !quiet && (name = cf_conf_unknown(conf, i)) != NULL; i++)
		cf_main_note(m, "%s: unknown key: %s", cf_conf_path(conf),
		    name);
	*status = 0;
	return (conf);
}

/* Append the value of a key; return the exit status. */
static int
add_key(const struct cf_main * m, const struct cf_conf * conf,
    const char * key, struct cf_buf * text)
{
	const struct cf_conf_key * keys;
	const char * value;
	size_t n, i;

	keys = cf_conf_keys(&n);
	for (i = 0; i < n && strcmp(keys[i].name, key) != 0; i++)
		continue;
	if (i == n)
		return (cf_main_usage(m, "unknown key: \"%.60s\"", key));
	if ((value = cf_conf_get(conf, key)) == NULL || *value == '\0')
		return (CF_ERR_NO);
	cf_buf_addf(text, "%s\n", value);
	return (0);
}

int
cf_tell_conf(const struct cf_main * m, const char * config,
    char * const * keys, int quiet)
{
	struct cf_buf text = { 0 };
	struct cf_conf * conf;
	int status;

	if ((conf = load(m, config, quiet, &status)) == NULL)
		return (status);
	if (*keys == NULL)
		cf_conf_print(conf, &text);
	for (; *keys != NULL && status == 0; keys++)
		status = add_key(m, conf, *keys, &text);
	if (status == 0)
		status = print(m, &text);
	cf_buf_free(&text);
	cf_conf_free(conf);
	return (status);
}

int
cf_tell_conf_file(const struct cf_main * m, const char * config, int quiet)
{
	struct cf_buf text = { 0 };
	struct cf_conf * conf;
	int status;

	if ((conf = load(m, config, quiet, &status)) == NULL)
		return (status);
	if (cf_conf_path(conf) != NULL) {
		cf_buf_addf(&text, "%s\n", cf_conf_path(conf));
		status = print(m, &text);
	} else {
		status = CF_ERR_NO;
	}
	cf_buf_free(&text);
	cf_conf_free(conf);
	return (status);
}

int
cf_tell_records(const struct cf_main * m, char * const * files, int quiet)
{
	static char input[] = "-";
	static char * const input_only[] = { input, NULL };
	struct cf_records records = { 0 };
	struct cf_buf table = { 0 };
	struct cf_err err;
	int status = 0;

	if (*files == NULL)
		files = input_only;
	for (; *files != NULL && status == 0; files++) {
		if (cf_record_read(*files, &records, &err))
			status = cf_main_fail(m, &err);
	}
	if (status == 0) {
		if (records.skipped > 0 && !quiet)
			cf_main_note(m, "%zu lines are no run record",
			    records.skipped);
		cf_record_table(&records, &table);
		status = print(m, &table);
	}
	cf_record_free(&records);
	cf_buf_free(&table);
	return (status);
}

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/conf.h"
#include "tell.h"
#include "track/figures.h"
#include "track/record.h"

/* Write text to a file, "-" for stdout; return the exit status. */
static int
print(const struct cf_main * m, const char * path, const struct cf_buf * text)
{
	struct cf_err err;
	struct cf_out * out;

	if (text->failed) {
		cf_err_memory(&err);
		return (cf_main_fail(m, &err));
	}
	if ((out = cf_out_open(path, &err)) == NULL)
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
		status = print(m, "-", &text);
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
		status = print(m, "-", &text);
	} else {
		status = CF_ERR_NO;
	}
	cf_buf_free(&text);
	cf_conf_free(conf);
	return (status);
}

/* Read the run records of the files; return the exit status. */
static int
read_records(const struct cf_main * m, char * const * files, int quiet,
    struct cf_records * records)
{
	static char input[] = "-";
	static char * const input_only[] = { input, NULL };
	struct cf_err err;

	if (*files == NULL)
		files = input_only;
	for (; *files != NULL; files++) {
		if (cf_record_read(*files, records, &err))
			return (cf_main_fail(m, &err));
	}
	if (records->skipped > 0 && !quiet)
		cf_main_note(m, "%zu lines are no run record",
		    records->skipped);
	return (0);
}

int
cf_tell_records(const struct cf_main * m, char * const * files, int quiet)
{
	struct cf_records records = { 0 };
	struct cf_buf table = { 0 };
	int status;

	if ((status = read_records(m, files, quiet, &records)) == 0) {
		cf_record_table(&records, &table);
		status = print(m, "-", &table);
	}
	cf_record_free(&records);
	cf_buf_free(&table);
	return (status);
}

int
cf_tell_figures(const struct cf_main * m, char * const * files,
    const char * out, int quiet)
{
	struct cf_records records = { 0 };
	struct cf_buf text = { 0 };
	struct cf_err err;
	int status;

	if ((status = read_records(m, files, quiet, &records)) == 0)
		status = cf_figures_prom(&records, &text, &err) ?
		    cf_main_fail(m, &err) : print(m, out, &text);
	cf_record_free(&records);
	cf_buf_free(&text);
	return (status);
}

int
cf_tell_step(const struct cf_main * m, const char * config, int quiet)
{
	const char * const * name;
	struct cf_conf * conf;
	const char * value;
	int status;

	if ((conf = load(m, config, quiet, &status)) == NULL)
		return (status);
	for (name = cf_conf_passed(); *name != NULL && status == 0; name++) {
		/* What the environment has goes first, here too. */
		value = cf_conf_get(conf, *name);
		if (value != NULL && *value != '\0' &&
		    setenv(*name, value, 1) != 0) {
			cf_main_note(m, "%s: %s", *name, strerror(errno));
			status = CF_ERR_SYSTEM;
		}
	}
	cf_conf_free(conf);
	return (status);
}

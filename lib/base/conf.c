#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/opt.h"

#define SIZE_MAX_BYTES (1024 * 1024)	/* Of a configuration file. */
#define SYSTEM_FILE "/etc/cashflow/cashflow.conf"

#define HOME "./cashflow"	/* Where CF_HOME is not set. */

#define TEXT(name, fallback, choices, help)				\
	{ name, fallback, choices, 0, 0, 0, help }
#define NUMBER(name, fallback, min, max, help)				\
	{ name, fallback, NULL, 1, min, max, help }

static const struct cf_conf_key catalogue[] = {
	TEXT("CF_HOME", HOME, NULL, "state folder"),
	TEXT("BARS", NULL, NULL,
	    "bar files, separated by blanks; else raw/bars/*.csv"),
	TEXT("SERIES", NULL, NULL,
	    "series files, separated by blanks; else raw/series/*.csv"),
	TEXT("FETCH", NULL, NULL,
	    "what to fetch, as cf-fetch takes it: SOURCE ID ..."),
	TEXT("FEATURES", "model", NULL, "set of features"),
	NUMBER("HORIZON", "5", 1, 2500, "bars until the money comes back"),
	TEXT("ADJUST", "total", "total|split|none", "adjustment of prices"),
	NUMBER("TREES", "200", 1, 100000, "trees in the forest"),
	NUMBER("SEED", "1", 0, 9007199254740992.0,
	    "seed of the random streams"),
	NUMBER("RETRAIN_DAYS", "7", 1, 36500,
	    "days of new outcomes after which a model is trained again"),
	NUMBER("RETRAIN_PAUSE", "5", 0, 36500,
	    "such days, before which drift leads to no training"),
	NUMBER("DRIFT_WINDOW", "60", 20, 100000,
	    "days that are searched for drift"),
	NUMBER("DRIFT_ALPHA", "0.05", 0.001, 0.3,
	    "share of quiet months with a false alarm"),
	NUMBER("MIN_ACCURACY", "0.85", 0, 1,
	    "accuracy below which a model is trained again"),
	NUMBER("MAX_DROP", "0.1", 0, 1,
	    "part of training's accuracy lost that is drift"),
	NUMBER("LEVEL", "0.9", 0.01, 0.999, "level of the forecast interval"),
	NUMBER("VAR_LIMIT", "5", 0, 100,
	    "value at risk per 100 that raises the risk flag"),
	TEXT("SIZING", "proportional", "proportional|var|kelly",
	    "sizing rule"),
	NUMBER("STEP_TIMEOUT", "3600", 1, 604800, "seconds a step may take"),
	NUMBER("STEP_RETRIES", "2", 0, 100,
	    "further tries of a step that failed and may be tried again"),
	NUMBER("STEP_RETRY_WAIT", "5", 0, 86400,
	    "seconds before the first further try; doubles each time"),
	NUMBER("STEP_MEMORY", "0", 0, 1 << 30,
	    "MiB that a process of a step may take; 0: no limit"),
	NUMBER("JOBS", "0", 0, 256, "threads; 0: all processors"),
	TEXT("ENGINE", "none", "none|parallel|slurm",
	    "what spreads features, training and forecasts over machines"),
	NUMBER("SHARDS", "8", 1, 10000, "jobs that an engine makes of a step"),
	TEXT("HOSTS", NULL, NULL,
	    "hosts for GNU parallel, separated by blanks; else this one"),
	TEXT("ENGINE_OPTIONS", NULL, NULL,
	    "further options of parallel or sbatch, separated by blanks"),
	NUMBER("KEEP_MODELS", "10", 1, 100000, "models that are kept"),
	NUMBER("KEEP_RUNS", "400", 10, 100000,
	    "runs of which records and logs are kept"),
	TEXT("NOTIFY", NULL, NULL, "command for when something failed"),
	TEXT("MLFLOW_TRACKING_URI", NULL, NULL,
	    "MLflow's server, or a folder for its file store"),
	TEXT("MLFLOW_EXPERIMENT_NAME", NULL, NULL,
	    "MLflow's experiment; else cashflow-NAME"),
};

static const char * const passed[] = {
	"ALPHA_VANTAGE_KEY", "ALPHA_VANTAGE_KEY_FILE", "FRED_API_KEY",
	"FRED_API_KEY_FILE", "API_TOKEN", "API_TOKEN_FILE", "MODEL_PATH",
	"BACKUP_PASSPHRASE", "BACKUP_PASSPHRASE_FILE", "MLFLOW_TRACKING_URI",
	"MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD",
	"MLFLOW_TRACKING_TOKEN", "http_proxy", "https_proxy", "all_proxy",
	"no_proxy", NULL
};

#define NKEYS (sizeof(catalogue) / sizeof(catalogue[0]))

struct pair {
	char * key;
	char * value;
};

struct cf_conf {
	char * path;
	struct pair * pairs;
	size_t n;
	size_t capacity;
};

const struct cf_conf_key *
cf_conf_keys(size_t * n)
{

	*n = NKEYS;
	return (catalogue);
}

const char * const *
cf_conf_passed(void)
{

	return (passed);
}

static const struct cf_conf_key *
find_key(const char * name)
{
	size_t i;

	for (i = 0; i < NKEYS; i++) {
		if (strcmp(catalogue[i].name, name) == 0)
			return (&catalogue[i]);
	}
	return (NULL);
}

/* Every fault in a configuration is one of usage, whatever found it. */
static int
fault(struct cf_err * err, const char * path, size_t line, const char * key,
    const char * value, size_t len, const char * reason)
{
	struct cf_place place = { path, line, NULL };

	if (key != NULL)
		cf_err_data(err, &place, value, len, "%s: %s", key, reason);
	else
		cf_err_data(err, &place, value, len, "%s", reason);
	if (err != NULL)
		err->kind = CF_ERR_USAGE;
	return (-1);
}

static int
check_value(const struct cf_conf_key * key, const char * path, size_t line,
    const char * value, struct cf_err * err)
{
	size_t len = strlen(value);
	double x;

	if (key != NULL && key->choices != NULL &&
	    !cf_opt_is_choice(key->choices, value))
		return (fault(err, path, line, key->name, value, len,
		    "not a known choice"));
	if (key == NULL || !key->is_number)
		return (0);
	if (cf_num_parse(value, len, &x) != CF_NUM_OK)
		return (fault(err, path, line, key->name, value, len,
		    "not a number"));
	if (x < key->min || x > key->max)
		return (fault(err, path, line, key->name, value, len,
		    "out of range"));
	return (0);
}

static int
is_blank(char c)
{

	return (c == ' ' || c == '\t' || c == '\r');
}

static int
is_key_char(char c, int first)
{

	return ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
	    (!first && c >= '0' && c <= '9'));
}

static int
add_pair(struct cf_conf * conf, const char * key, size_t key_len,
    const char * value, size_t value_len, struct cf_err * err)
{
	struct pair * pair;

	if (cf_mem_grow(&conf->pairs, &conf->capacity, conf->n + 1,
	    sizeof(*conf->pairs), err))
		return (-1);
	pair = &conf->pairs[conf->n];
	if ((pair->key = cf_mem_strndup(key, key_len, err)) == NULL)
		return (-1);
	pair->value = cf_mem_strndup(value, value_len, err);
	if (pair->value == NULL) {
		free(pair->key);
		return (-1);
	}
	conf->n++;
	return (0);
}

static int
parse_line(struct cf_conf * conf, size_t number, const char * s,
    const char * end, struct cf_err * err)
{
	const char * start;
	const char * key_end;
	const char * line_end;

	while (s < end && is_blank(*s))
		s++;
	while (end > s && is_blank(end[-1]))
		end--;
	if (s == end || *s == '#' || *s == ';')
		return (0);
	start = s;
	line_end = end;
	while (s < end && is_key_char(*s, s == start))
		s++;
	key_end = s;
	while (s < end && is_blank(*s))
		s++;
	if (key_end == start || s == end || *s != '=')
		return (fault(err, conf->path, number, NULL, start,
		    (size_t)(line_end - start), "not KEY=value"));
	s++;
	while (s < end && is_blank(*s))
		s++;
	if (s < end && (*s == '"' || *s == '\'')) {
		if (end - s < 2 || end[-1] != *s)
			return (fault(err, conf->path, number, NULL, start,
			    (size_t)(line_end - start), "quote not closed"));
		s++;
		end--;
	}
	if (memchr(s, '\0', (size_t)(end - s)) != NULL)
		return (fault(err, conf->path, number, NULL, NULL, 0,
		    "NUL byte"));
	if (add_pair(conf, start, (size_t)(key_end - start), s,
	    (size_t)(end - s), err))
		return (-1);
	return (check_value(find_key(conf->pairs[conf->n - 1].key),
	    conf->path, number, conf->pairs[conf->n - 1].value, err));
}

static int
parse(struct cf_conf * conf, struct cf_err * err)
{
	struct cf_buf text = { 0 };
	const char * s;
	const char * end;
	const char * eol;
	size_t line = 0;
	int rc = -1;

	if (cf_file_read(conf->path, SIZE_MAX_BYTES, &text, err))
		goto done;
	s = text.data;
	end = s + text.len;
	while (s < end) {
		eol = memchr(s, '\n', (size_t)(end - s));
		if (eol == NULL)
			eol = end;
		if (parse_line(conf, ++line, s, eol, err))
			goto done;
		s = eol + 1;
	}
	rc = 0;
done:
	cf_buf_free(&text);
	return (rc);
}

/* Is there a file of that name?  One that cannot be looked at counts. */
static int
exists(const char * path)
{

	return (access(path, F_OK) == 0 || (errno != ENOENT &&
	    errno != ENOTDIR));
}

/* A variable of the environment, NULL also when it is empty. */
static const char *
variable(const char * name)
{
	const char * value = getenv(name);

	return (value != NULL && *value != '\0' ? value : NULL);
}

/* Set conf->path to the first file found, or leave it NULL. */
static int
find_file(struct cf_conf * conf, const char * path, struct cf_err * err)
{
	struct cf_buf home = { 0 };
	const char * candidates[3] = { NULL, SYSTEM_FILE, ".env" };
	const char * folder = variable("CF_HOME");
	const char * found = path != NULL ? path : variable("CF_CONF");
	size_t i;
	int rc = -1;

	cf_buf_addf(&home, "%s/cashflow.conf", folder != NULL ? folder : HOME);
	if ((candidates[0] = cf_buf_string(&home, err)) == NULL)
		goto done;
	for (i = 0; i < 3 && found == NULL; i++) {
		if (exists(candidates[i]))
			found = candidates[i];
	}
	if (found != NULL &&
	    (conf->path = cf_mem_strdup(found, err)) == NULL)
		goto done;
	rc = 0;
done:
	cf_buf_free(&home);
	return (rc);
}

/* Values of the environment are held to the same ranges. */
static int
check_environment(struct cf_err * err)
{
	const char * value;
	size_t i;

	for (i = 0; i < NKEYS; i++) {
		value = variable(catalogue[i].name);
		if (value != NULL && check_value(&catalogue[i], "environment",
		    0, value, err))
			return (-1);
	}
	return (0);
}

struct cf_conf *
cf_conf_load(const char * path, struct cf_err * err)
{
	struct cf_conf * conf;

	if ((conf = cf_mem_array(1, sizeof(*conf), err)) == NULL)
		return (NULL);
	if (find_file(conf, path, err))
		goto err0;
	if (conf->path != NULL && parse(conf, err))
		goto err0;
	if (check_environment(err))
		goto err0;
	return (conf);

err0:
	cf_conf_free(conf);
	return (NULL);
}

const char *
cf_conf_path(const struct cf_conf * conf)
{

	return (conf->path);
}

const char *
cf_conf_get(const struct cf_conf * conf, const char * key)
{
	const struct cf_conf_key * row;
	const char * value;
	size_t i;

	if ((value = variable(key)) != NULL)
		return (value);
	for (i = conf->n; i-- > 0;) {
		if (strcmp(conf->pairs[i].key, key) == 0)
			return (conf->pairs[i].value);
	}
	row = find_key(key);
	return (row != NULL ? row->fallback : NULL);
}

void
cf_conf_print(const struct cf_conf * conf, struct cf_buf * buf)
{
	const char * value;
	size_t i;

	for (i = 0; i < NKEYS; i++) {
		value = cf_conf_get(conf, catalogue[i].name);
		if (value == NULL)
			continue;
		cf_buf_addf(buf, "%s=", catalogue[i].name);
		cf_buf_add_shell(buf, value);
		cf_buf_add_char(buf, '\n');
	}
}

static int
is_passed(const char * name)
{
	const char * const * p;

	for (p = passed; *p != NULL; p++) {
		if (strcmp(*p, name) == 0)
			return (1);
	}
	return (0);
}

const char *
cf_conf_unknown(const struct cf_conf * conf, size_t i)
{
	size_t j, seen = 0;

	for (j = 0; j < conf->n; j++) {
		if (find_key(conf->pairs[j].key) == NULL &&
		    !is_passed(conf->pairs[j].key) && seen++ == i)
			return (conf->pairs[j].key);
	}
	return (NULL);
}

void
cf_conf_free(struct cf_conf * conf)
{
	size_t i;

	if (conf == NULL)
		return;
	for (i = 0; i < conf->n; i++) {
		free(conf->pairs[i].key);
		free(conf->pairs[i].value);
	}
	free(conf->pairs);
	free(conf->path);
	free(conf);
}

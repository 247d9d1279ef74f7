/*
 * Descriptions of runs, the file store and the REST API.  As a program, for scenarios of the shell:
 *
 *	test_track_mlflow --serve PORT-FILE &	the server of mlflow.h, with its files in this folder
 */
#include <sys/stat.h>
#include <time.h>

#include "unit.h"

#include "mlflow.h"

#include "base/file.h"
#include "track/mlflow.h"
#include "track/mlflow_files.h"
#include "track/mlflow_rest.h"

#define RECORD "{\"run\":\"r1\",\"step\":\"train\",\"start\":\"2024-01-05T02:00:01Z\",\"end\":\"2024-01-05T02:00:13Z\"," \
	"\"duration_s\":12.3,\"status\":0,\"signal\":null,\"timed_out\":0,\"tries\":1,\"reason\":\"weekly\",\"log\":null," \
	"\"command\":\"cf-train\"}\n"
#define METRICS "{\"kind\":\"holding\",\"horizon\":5,\"inputs\":[\"a\",\"b\"],\"parameters\":{\"seed\":1,\"extra_trees\":false}," \
	"\"skill\":0.25,\"weight\":0.5,\"total\":{\"n\":10,\"skill\":0.25,\"pinball\":{\"model\":1e-7,\"garch\":null}}," \
	"\"folds\":[{\"from\":\"2020-01-01\",\"skill\":0.1},{\"skill\":-0.5},{\"skill\":null}],\"model\":\"0123456789abcdef\"}"

static void
put(const char *name, const char *text)
{

	ck_assert_int_eq(cf_file_write(name, text, strlen(text), NULL), 0);
}

/* A state folder s with model r1 of market. */
static void
fresh(const char *metrics)
{

	ck_assert_int_eq(cf_file_make_folders("s/models/market/r1", NULL), 0);
	ck_assert_int_eq(cf_file_make_folders("s/runs", NULL), 0);
	put("s/models/market/r1/model.cfm", "MODEL");
	put("s/models/market/r1/metrics.json", metrics);
	put("s/runs/r1.ndjson", RECORD);
	remove("s/models/market/current");
	ck_assert_int_eq(symlink("r1", "s/models/market/current"), 0);
}

static const char *
pair(const struct cf_mlflow_pairs *pairs, const char *key)
{

	for (size_t i = 0; i < pairs->n; i++) {
		if (strcmp(pairs->items[i].key, key) == 0)
			return (pairs->items[i].value);
	}
	return ("(none)");
}

static double
metric(const struct cf_mlflow_run *run, const char *key, int64_t step)
{

	for (size_t i = 0; i < run->nmetrics; i++) {
		if (strcmp(run->metrics[i].key, key) == 0 && run->metrics[i].step == step)
			return (run->metrics[i].value);
	}
	return (NAN);
}

START_TEST(describes)
{
	struct cf_mlflow_run run, again;
	struct cf_err err;

	fresh(METRICS);
	ck_assert_int_eq(cf_mlflow_describe(&run, "s/models/market/", "r1", NULL, &err), 0);
	ck_assert_str_eq(run.experiment, "cashflow-market");
	ck_assert_str_eq(run.registered, "cashflow-market");
	ck_assert_int_eq(run.start_ms, 1704420001000);
	ck_assert_int_eq(run.end_ms, 1704420013000);
	ck_assert_int_eq(run.is_current, 1);
	ck_assert_str_eq(pair(&run.params, "inputs"), "a,b");
	ck_assert_str_eq(pair(&run.params, "horizon"), "5");
	ck_assert_str_eq(pair(&run.params, "extra_trees"), "false");
	ck_assert_str_eq(pair(&run.params, "weight"), "(none)");
	ck_assert_str_eq(pair(&run.tags, "cashflow.content"), "0123456789abcdef");
	ck_assert_str_eq(pair(&run.tags, "cashflow.reason"), "weekly");
	ck_assert_str_eq(pair(&run.tags, "cashflow.key"), run.key);
	ck_near(metric(&run, "skill", 0), 0.25, 0);
	ck_near(metric(&run, "pinball/model", 0), 1e-7, 0);
	ck_near(metric(&run, "fold/skill", 2), -0.5, 0);
	ck_assert(isnan(metric(&run, "pinball/garch", 0)));
	ck_assert(isnan(metric(&run, "fold/skill", 3)));
	ck_assert_uint_eq(run.nmetrics, 6);

	/* The key is of the model, not of the way to it; another experiment, another run. */
	ck_assert_int_eq(cf_mlflow_describe(&again, "./s/../s/models/market", "r1", NULL, &err), 0);
	ck_assert_str_eq(again.key, run.key);
	ck_assert_str_eq(again.folder, run.folder);
	cf_mlflow_free(&again);
	ck_assert_int_eq(cf_mlflow_describe(&again, "s/models/market", "r1", "x", &err), 0);
	ck_assert_str_ne(again.key, run.key);
	cf_mlflow_free(&again);
	cf_mlflow_free(&run);

	/* No record: the time of the file, no reason. */
	ck_assert_int_eq(remove("s/runs/r1.ndjson"), 0);
	ck_assert_int_eq(remove("s/models/market/current"), 0);
	ck_assert_int_eq(cf_mlflow_describe(&run, "s/models/market", "r1", NULL, &err), 0);
	ck_assert_int_gt(run.end_ms, 1704420013000);
	ck_assert_int_eq(run.is_current, 0);
	ck_assert_str_eq(pair(&run.tags, "cashflow.reason"), "(none)");
	cf_mlflow_free(&run);
}
END_TEST

/* Values beyond MLflow's lengths are cut at a character. */
START_TEST(cuts)
{
	struct cf_buf text = { 0 };
	struct cf_mlflow_run run;
	size_t i, len;

	for (i = 0; i < 2; i++) {
		text.len = 0;
		cf_buf_addf(&text, "{\"model\":\"m\",\"target\":\"%s", i == 0 ? "" : "x");
		for (len = 0; len < 3005; len++)
			cf_buf_add_text(&text, "\xc3\xa9");
		cf_buf_add_text(&text, "\"}");
		ck_assert_ptr_nonnull(cf_buf_string(&text, NULL));
		fresh(text.data);
		ck_assert_int_eq(cf_mlflow_describe(&run, "s/models/market", "r1", NULL, NULL), 0);
		len = strlen(pair(&run.params, "target"));
		ck_assert_uint_le(len, CF_MLFLOW_PARAM_MAX);
		ck_assert_uint_ge(len, CF_MLFLOW_PARAM_MAX - 1);
		ck_assert_str_eq(pair(&run.params, "target") + len - 5, "\xc3\xa9...");
		cf_mlflow_free(&run);
	}
	cf_buf_free(&text);
}
END_TEST

START_TEST(refuses)
{
	static const struct {
		const char *metrics;
		const char *id;
		const char *experiment;
		enum cf_err_kind kind;
	} cases[] = {
		{ METRICS, "r2", NULL, CF_ERR_NO }, { METRICS, "../market/r1", NULL, CF_ERR_USAGE },
		{ METRICS, "r1", "", CF_ERR_USAGE }, { METRICS, "r1", "a\nb", CF_ERR_USAGE },
		{ METRICS, "r1", "\xff", CF_ERR_USAGE }, { "", "r1", NULL, CF_ERR_DATA }, { "[]", "r1", NULL, CF_ERR_DATA },
		{ "{}", "r1", NULL, CF_ERR_DATA }, { "{\"model\":\"m\",\"model\":\"m\"}", "r1", NULL, CF_ERR_DATA },
		{ "{\"model\":\"m\",\"total\":{\"../x\":1}}", "r1", NULL, CF_ERR_DATA },
		{ "{\"model\":\"m\",\"total\":{\"\":1}}", "r1", NULL, CF_ERR_DATA },
		{ "{\"model\":\"m\",\"parameters\":{\"a b:\":1}}", "r1", NULL, CF_ERR_DATA },
		{ "{\"model\":\"m\",\"total\":{\"a\":{\"b\":{\"c\":1}}}}", "r1", NULL, CF_ERR_NONE },
	};
	struct cf_mlflow_run run;
	struct cf_err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fresh(cases[i].metrics);
		err.kind = CF_ERR_NONE;
		ck_assert_int_eq(cf_mlflow_describe(&run, "s/models/market", cases[i].id, cases[i].experiment, &err),
		    cases[i].kind == CF_ERR_NONE ? 0 : -1);
		ck_assert_msg(err.kind == cases[i].kind, "%zu: %d: %s", i, (int)err.kind, err.text);
		cf_mlflow_free(&run);
	}
}
END_TEST

/* Killed at any moment: what is there is whole, and the next export completes it. */
START_TEST(killed_exports)
{
	struct cf_mlflow_run run;
	struct cf_err err;
	struct stat sb;
	char meta[400];
	pid_t pid;
	int status, begun = 0;

	fresh(METRICS);
	ck_assert_int_eq(cf_mlflow_describe(&run, "s/models/market", "r1", NULL, &err), 0);
	for (int i = 0; i < 24; i++) {
		struct timespec nap = { 0, 400000L * i };

		ck_assert_int_eq(system("rm -rf m"), 0);
		if ((pid = fork()) == 0)
			_exit(cf_mlflow_files_write(&run, "m", NULL) == 0 ? 0 : 1);
		nanosleep(&nap, NULL);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		begun += WIFSIGNALED(status) && stat("m", &sb) == 0;
		/* A registered model or a version without its meta.yaml would break every listing. */
		ck_assert_int_eq(system("for d in m/models/* m/models/*/version-*; do"
		    " [ ! -d \"$d\" ] || [ -f \"$d/meta.yaml\" ] || { echo $d; exit 1; }; done"), 0);
		/* So would a temporary among the files of a run that counts. */
		ck_assert_int_eq(system("for d in m/[0-9]*/*/; do [ ! -f \"$d/meta.yaml\" ] || "
		    "[ -z \"$(find $d/params $d/tags $d/metrics -name '.*')\" ] || exit 1; done"), 0);
		ck_assert_msg(cf_mlflow_files_write(&run, "m", &err) == 0, "%s", err.text);
		snprintf(meta, sizeof(meta), "[ -s m/models/cashflow-market/version-1/meta.yaml ] && [ ! -e m/models/cashflow-market/version-2 ]"
		    " && [ \"$(cat m/models/cashflow-market/aliases/champion)\" = 1 ] && [ $(ls m/*/%s/meta.yaml | wc -l) = 1 ]"
		    " && [ $(find m/*/%s -type f | wc -l) = 23 ]", run.key, run.key);
		ck_assert_msg(system(meta) == 0, "kill %d", i);
	}
	ck_assert_int_gt(begun, 5);
	cf_mlflow_free(&run);
}
END_TEST

static void
tell(const struct mlflow *server, const struct cf_mlflow_run *run, struct cf_mlflow_told *told, int rc,
    enum cf_err_kind kind)
{
	struct cf_mlflow_server to = { .url = server->base, .timeout_s = 5 };
	struct cf_err err = { 0 };

	ck_assert_msg(cf_mlflow_rest_tell(run, &to, told, &err) == rc && err.kind == kind, "%d: %s", (int)err.kind, err.text);
}

/* The number at a path a/b/c of mlflow.state, of members for an object; -1: none. */
static json_int_t
known(const char *path)
{
	json_t *state = json_load_file("mlflow.state", 0, NULL), *o = state;
	char text[300], *part, *rest;
	json_int_t n;

	snprintf(text, sizeof(text), "%s", path);
	for (part = strtok_r(text, "|", &rest); part != NULL; part = strtok_r(NULL, "|", &rest))
		o = json_object_get(o, part);
	n = json_is_object(o) ? (json_int_t)json_object_size(o) : json_is_array(o) ? (json_int_t)json_array_size(o) :
	    json_is_integer(o) ? json_integer_value(o) : json_is_string(o) ? atoi(json_string_value(o)) : -1;
	json_decref(state);
	return (n);
}

/* Whatever request is lost, or done without its answer: the next export completes it, once. */
START_TEST(lost_requests)
{
	static const char *const ways[] = { "drop", "lose", "503", "500 INTERNAL_ERROR", "429 REQUEST_LIMIT_EXCEEDED" };
	struct cf_mlflow_run run;
	struct cf_mlflow_told told;
	struct mlflow server;
	char rule[64];
	int n, total;

	fresh(METRICS);
	ck_assert_int_eq(cf_mlflow_describe(&run, "s/models/market", "r1", NULL, NULL), 0);
	mlflow_start(&server);
	tell(&server, &run, &told, 0, CF_ERR_NONE);
	ck_assert_str_eq(told.version, "1");
	ck_assert_int_eq(told.has_artifacts, 1);
	total = mlflow_lines("mlflow.log");
	mlflow_stop(&server);
	for (size_t w = 0; w < sizeof(ways) / sizeof(ways[0]); w++) {
		for (n = 1; n <= total; n++) {
			mlflow_start(&server);
			snprintf(rule, sizeof(rule), "%d %s\n", n, ways[w]);
			mlflow_rules(rule);
			tell(&server, &run, &told, -1, CF_ERR_LATER);
			mlflow_rules("");
			tell(&server, &run, &told, 0, CF_ERR_NONE);
			ck_assert_int_eq(known("runs"), 1);
			ck_assert_int_eq(known("files"), 3);
			ck_assert_int_eq(known("models|cashflow-market|versions"), 1);
			ck_assert_int_eq(known("models|cashflow-market|aliases|champion"), 1);
			ck_assert_int_eq(known("runs|00000000000000000000000000abc000|metrics"), 6);
			ck_assert_int_eq(known("runs|00000000000000000000000000abc000|params"), 5);
			mlflow_stop(&server);
		}
	}
	cf_mlflow_free(&run);
}
END_TEST

START_TEST(refusals)
{
	static const struct {
		const char *rules;
		enum cf_err_kind kind;
	} cases[] = {
		{ "1 400 INVALID_PARAMETER_VALUE", CF_ERR_DATA }, { "1 404", CF_ERR_USAGE },
		{ "1 401", CF_ERR_USAGE }, { "2 403 PERMISSION_DENIED", CF_ERR_USAGE }, { "1 200", CF_ERR_DATA },
		{ "2 200 X", CF_ERR_DATA }, { "3 404 RESOURCE_DOES_NOT_EXIST", CF_ERR_DATA },
		{ "4 400 RESOURCE_ALREADY_EXISTS", CF_ERR_DATA }, { "1 400 TEMPORARILY_UNAVAILABLE", CF_ERR_LATER },
		{ "5 413", CF_ERR_USAGE },
	};
	struct cf_mlflow_run run;
	struct cf_mlflow_told told;
	struct mlflow server;

	fresh(METRICS);
	ck_assert_int_eq(cf_mlflow_describe(&run, "s/models/market", "r1", NULL, NULL), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		mlflow_start(&server);
		mlflow_rules(cases[i].rules);
		tell(&server, &run, &told, -1, cases[i].kind);
		mlflow_stop(&server);
	}
	/* Nobody there. */
	tell(&server, &run, &told, -1, CF_ERR_LATER);
	cf_mlflow_free(&run);
}
END_TEST

/* More params and metrics than one request takes, of the longest kind. */
START_TEST(large_runs)
{
	struct cf_buf text = { 0 };
	struct cf_mlflow_run run;
	struct cf_mlflow_told told;
	struct mlflow server;
	const char *flavour = getenv("CF_FLAVOUR");
	int longest = flavour != NULL && strcmp(flavour, "valgrind") == 0 ? 70 : 7000;
	char key[40];
	int i;

	cf_buf_add_text(&text, "{\"model\":\"m\",\"parameters\":{");
	for (i = 0; i < 250; i++) {
		cf_buf_addf(&text, "%s\"p%d\":\"", i > 0 ? "," : "", i);
		for (int k = 0; k < longest; k++)
			cf_buf_add_text(&text, "\\u0001");
		cf_buf_add_char(&text, '"');
	}
	cf_buf_add_text(&text, "},\"folds\":[");
	for (i = 0; i < 2500; i++)
		cf_buf_addf(&text, "%s{\"skill\":%d.5}", i > 0 ? "," : "", i);
	cf_buf_add_text(&text, "]}");
	ck_assert_ptr_nonnull(cf_buf_string(&text, NULL));
	fresh(text.data);
	cf_buf_free(&text);
	ck_assert_int_eq(cf_mlflow_describe(&run, "s/models/market", "r1", NULL, NULL), 0);
	ck_assert_uint_eq(run.params.n, 250);
	ck_assert_uint_eq(run.nmetrics, 2500);
	mlflow_start(&server);
	tell(&server, &run, &told, 0, CF_ERR_NONE);
	ck_assert_int_eq(known("runs|00000000000000000000000000abc000|metrics"), 2500);
	ck_assert_int_eq(known("runs|00000000000000000000000000abc000|params"), 250);
	for (i = 0; i < 3; i++) {
		snprintf(key, sizeof(key), "r%d", i);
		tell(&server, &run, &told, 0, CF_ERR_NONE);
		ck_assert_int_eq(told.had_run, 1);
	}
	ck_assert_int_eq(known("models|cashflow-market|versions"), 1);
	mlflow_stop(&server);
	cf_mlflow_free(&run);
}
END_TEST

static int
serve(const char *port_file)
{
	char text[32];
	int port, fd = loopback_listen(&port), ends[2];

	snprintf(text, sizeof(text), "%d\n", port);
	if (pipe(ends) || cf_file_write(port_file, text, strlen(text), NULL))
		return (1);
	mlflow_serve(fd, ends[0]);
	return (0);
}

int
main(int argc, char **argv)
{
	const TTest *tests[] = { describes, cuts, refuses, killed_exports, lost_requests, refusals, large_runs };

	if (argc == 3 && strcmp(argv[1], "--serve") == 0)
		return (serve(argv[2]));
	return (unit_run("track_mlflow", tests, sizeof(tests) / sizeof(tests[0])));
}

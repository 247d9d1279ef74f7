#include <stdio.h>
#include <string.h>

#include <gsl/gsl_errno.h>

#include "main.h"
#include "model_mlflow.h"
#include "model/describe.h"
#include "model/export.h"
#include "model/modfile.h"
#include "model_registry.h"
#include "table/json.h"

/*
 * cf-model: the registry of models and what is in their files.  Its first
 * operand says what to do; each action is a row of the table below.
 */

static const char * action_word(size_t i);

static const struct cf_main program = {
	"cf-model",
	"list [options]\n"
	"       cf-model promote [options] ID\n"
	"       cf-model rollback [options]\n"
	"       cf-model prune [options]\n"
	"       cf-model describe [options] MODEL\n"
	"       cf-model verify [options] MODEL ...\n"
	"       cf-model export --format FORMAT [options] MODEL\n"
	"       cf-model mlflow [options] ID ...",
	"list      the models of a folder, oldest first\n"
	"promote   make model ID of a folder of models the one in use, in one\n"
	"          step: who opens FOLDER/current/model.cfm gets the old model\n"
	"          or the new one\n"
	"rollback  make the model current again that was so before\n"
	"prune     remove old models, never the current one nor the one before\n"
	"describe  print a model as one JSON object\n"
	"verify    check every byte of model files; status 1 if one is damaged\n"
	"export    write the forest as text for other software\n"
	"mlflow    training runs in MLflow's layout, and to its server\n\n"
	"  cf-model promote -m models/market 20240105T020000Z-17\n"
	"  cf-model describe models/market | jq .training.skill\n"
	"  cf-model export --format lightgbm -o forest.txt model.cfm",
	action_word
};

struct settings {
	const char * folder;
	const char * config;
	const char * out;
	const char * format;	/* NULL: not given. */
	struct cf_model_registry registry;
	struct cf_model_mlflow mlflow;
	int check;
	int quiet;
	int verbose;
};

/* The place of what describe and export print; -n prints nothing. */
static struct cf_out *
open_out(const struct settings * s, struct cf_err * err)
{

	return (cf_main_out(s->check ? "/dev/null" : s->out, err));
}

static int
describe(const struct settings * s, char * const * operands, int n,
    struct cf_err * err)
{
	struct cf_model * model;
	struct cf_out * out;
	json_t * json;
	int rc = -1;

	(void)n;
	if ((model = cf_modfile_open(operands[0], err)) == NULL)
		return (-1);
	if ((json = cf_describe(model, err)) == NULL) {
		cf_err_prefix(err, "%s", operands[0]);
		goto done;
	}
	if ((out = open_out(s, err)) == NULL)
		goto done;
	rc = cf_json_line(json, out, err);
	if (cf_main_out_close(out, rc == 0, rc == 0 ? err : NULL))
		rc = -1;
done:
	json_decref(json);
	cf_model_free(model);
	return (rc);
}

static int
verify_file(const char * path, struct cf_out * out, struct cf_err * err)
{
	struct cf_model * model;
	int rc;

	if ((model = cf_modfile_open(path, err)) == NULL)
		return (-1);
	rc = cf_modfile_verify(model, path, err);
	if (rc == 0) {
		cf_out_text(out, path);
		cf_out_text(out, ": ok, ");
		cf_out_text(out, model->id);
		cf_out_char(out, '\n');
	}
	cf_model_free(model);
	return (rc);
}

/* All files are looked at; the last message is left to the caller. */
static int
verify(const struct settings * s, char * const * operands, int n,
    struct cf_err * err)
{
	struct cf_err closing;
	struct cf_out * out;
	int i, status = 0;

	if ((out = cf_out_open(s->quiet ? "/dev/null" : "-", err)) == NULL)
		return (-1);
	err->kind = CF_ERR_NONE;
	for (i = 0; i < n; i++) {
		if (status != 0 && err->kind != CF_ERR_NONE)
			cf_main_fail(&program, err);
		err->kind = CF_ERR_NONE;
		if (verify_file(operands[i], out, err) == 0)
			continue;
		/* The question was whether it is damaged. */
		if (err->kind == CF_ERR_DATA)
			err->kind = CF_ERR_NO;
		status = cf_err_worse(status, (int)err->kind);
	}
	if (err->kind != CF_ERR_NONE)
		cf_main_fail(&program, err);
	if (cf_out_close(out, &closing)) {
		cf_main_fail(&program, &closing);
		status = cf_err_worse(status, (int)closing.kind);
	}
	return (status);
}

static int
export(const struct settings * s, char * const * operands, int n,
    struct cf_err * err)
{
	struct cf_model * model;
	struct cf_out * out;
	int rc = -1;

	(void)n;
	if ((model = cf_modfile_open(operands[0], err)) == NULL)
		return (-1);
	if (cf_modfile_verify(model, operands[0], err) ||
	    (out = open_out(s, err)) == NULL)
		goto done;
	if (model->forest.n_trees > 0 && !(model->weight > 0) && !s->quiet)
		cf_main_note(&program,
		    "the forest has no weight in this model: exporting a constant");
	if (cf_export_find(s->format)->write(model, out, err))
		cf_main_out_close(out, 0, err);
	else
		rc = cf_main_out_close(out, 1, err);
done:
	cf_model_free(model);
	return (rc);
}

/* What is asked of a folder of models. */
static struct cf_model_registry
registry(const struct settings * s)
{
	struct cf_model_registry r = s->registry;

	r.program = &program;
	r.folder = s->folder;
	r.config = s->config;
	r.out = s->out;
	r.format = s->format;
	r.check = s->check;
	r.quiet = s->quiet;
	r.verbose = s->verbose;
	return (r);
}

static int
mlflow(const struct settings * s, char * const * operands, int n,
    struct cf_err * err)
{
	struct cf_model_registry r = registry(s);

	return (cf_model_mlflow(&s->mlflow, &r, operands, n, err));
}

/* Does it; returns 0, -1 with an error, or a status whose text is told. */
typedef int act(const struct settings * s, char * const * operands, int n,
    struct cf_err * err);

static const struct action {
	const char * name;
	act * run;		/* Either this or the next. */
	int (*on_registry)(const struct cf_model_registry *, const char * id,
	    struct cf_err *);
	const char * wants;
	int many;		/* Operands; -1: none, 0: one. */
	int needs_format;
} actions[] = {
	{ "list", NULL, cf_model_list, "no operands", -1, 0 },
	{ "promote", NULL, cf_model_promote, "one ID", 0, 0 },
	{ "rollback", NULL, cf_model_rollback, "no operands", -1, 0 },
	{ "prune", NULL, cf_model_prune, "no operands", -1, 0 },
	{ "describe", describe, NULL, "one model file", 0, 0 },
	{ "verify", verify, NULL, "a model file", 1, 0 },
	{ "export", export, NULL, "one model file", 0, 1 },
	{ "mlflow", mlflow, NULL, "the ID of a model", 1, 0 },
	{ NULL, NULL, NULL, NULL, 0, 0 }
};

static const char *
action_word(size_t i)
{

	return (actions[i].name);
}

/* Run an action on its operands; as act. */
static int
run(const struct action * action, const struct settings * s,
    char * const * operands, int n, struct cf_err * err)
{
	struct cf_model_registry r = registry(s);

	if (action->run != NULL)
		return (action->run(s, operands, n, err));
	return (action->on_registry(&r, operands[0], err));
}

int
main(int argc, char * argv[])
{
	struct settings s = { .out = "-",
	    .registry = { .keep = CF_MODEL_REGISTRY_KEEP },
	    .mlflow = { .timeout_s = CF_MODEL_MLFLOW_S } };
	char formats[64];
	const struct cf_opt opts[] = {
		{ 'm', "model", "FOLDER", CF_OPT_TEXT, &s.folder, 0, 0, NULL,
		    "folder of models, else models/market of the state" },
		{ 0, "config", "FILE", CF_OPT_TEXT, &s.config, 0, 0, NULL,
		    "the configuration file" },
		{ 0, "format", "FORMAT", CF_OPT_CHOICE, &s.format, 0, 0,
		    formats, "what to export to; of a list csv or ndjson" },
		CF_MODEL_REGISTRY_OPTS(s.registry),
		CF_MODEL_MLFLOW_OPTS(s.mlflow),
		CF_MAIN_OPT_OUT(s),
		CF_MAIN_OPT_CHECK(s),
		CF_MAIN_OPT_TALK(s),
		CF_MAIN_OPT_HELP,
		CF_MAIN_OPT_END
	};
	const struct action * action;
	const char * name;
	struct cf_err err;
	int operand, status;

	gsl_set_error_handler_off();
	snprintf(formats, sizeof(formats), "%s|csv|ndjson",
	    cf_export_choices());
	name = cf_main_action(&argc, &argv);
	status = cf_main_options(&program, opts, argc, argv, &operand);
	if (status != -1)
		return (status);
	if (name == NULL)
		return (cf_main_usage(&program, "no action"));
	for (action = actions; action->name != NULL &&
	    strcmp(action->name, name) != 0; action++)
		continue;
	if (action->name == NULL)
		return (cf_main_usage(&program, "unknown action: \"%.60s\"",
		    name));
	if (action->many == -1 ? argc > operand : argc == operand ||
	    (argc - operand > 1 && !action->many))
		return (cf_main_usage(&program, "%s wants %s", name,
		    action->wants));
	if (action->needs_format && (s.format == NULL ||
	    cf_export_find(s.format) == NULL))
		return (cf_main_usage(&program, "%s wants --format %s", name,
		    cf_export_choices()));
	status = run(action, &s, argv + operand, argc - operand, &err);
	return (status == -1 ? cf_main_fail(&program, &err) : status);
}

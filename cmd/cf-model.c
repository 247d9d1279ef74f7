#include <string.h>

#include "base/conf.h"
#include "base/state.h"
#include "main.h"
#include "track/registry.h"

/*
 * cf-model: the registry of models.  Its first operand says what to do.
 */

static const struct cf_main program = {
	"cf-model",
	"promote [options] ID",
	"Make model ID of a folder of models the one in use, in one step: who\n"
	"opens FOLDER/current/model.cfm gets the old model or the new one.\n\n"
	"  cf-model promote -m models/market 20240105T020000Z-17"
};

/* The folder when none is named: models/market of the state folder. */
static int
default_folder(const char * config, struct cf_buf * folder,
    struct cf_err * err)
{
	struct cf_conf * conf;
	int rc = -1;

	if ((conf = cf_conf_load(config, err)) == NULL)
		return (-1);
	if (cf_state_path(folder, cf_conf_get(conf, "CF_HOME"),
	    CF_STATE_MODELS, "market", err) == 0 &&
	    cf_buf_string(folder, err) != NULL)
		rc = 0;
	cf_conf_free(conf);
	return (rc);
}

static int
promote(const char * folder, const char * config, const char * id, int check,
    struct cf_err * err)
{
	struct cf_buf text = { 0 };
	int rc = -1;

	if (folder == NULL) {
		if (default_folder(config, &text, err))
			goto done;
		folder = text.data;
	}
	if (check)
		rc = cf_registry_check(folder, id, err);
	else
		rc = cf_registry_promote(folder, id, err);
done:
	cf_buf_free(&text);
	return (rc);
}

int
main(int argc, char * argv[])
{
	struct cf_main_common common = CF_MAIN_COMMON;
	const char * folder = NULL;
	const char * config = NULL;
	const struct cf_opt opts[] = {
		{ 'm', "model", "FOLDER", CF_OPT_TEXT, &folder, 0, 0, NULL,
		    "folder of models, else models/market of the state" },
		{ 0, "config", "FILE", CF_OPT_TEXT, &config, 0, 0, NULL,
		    "the configuration file" },
		CF_MAIN_OPT_CHECK(common),
		CF_MAIN_OPT_TALK(common),
		CF_MAIN_OPT_HELP,
		CF_MAIN_OPT_END
	};
	const char * action = NULL;
	struct cf_err err;
	int operand, status;

	/* The action comes first, options of any action behind it. */
	if (argc > 1 && argv[1][0] != '-') {
		action = argv[1];
		argc--;
		argv++;
	}
	status = cf_main_options(&program, opts, argc, argv, &operand);
	if (status != -1)
		return (status);
	if (action == NULL)
		return (cf_main_usage(&program, "no action"));
	if (strcmp(action, "promote") != 0)
		return (cf_main_usage(&program, "unknown action: \"%.60s\"",
		    action));
	if (argc - operand != 1)
		return (cf_main_usage(&program, "promote wants one ID"));
	if (promote(folder, config, argv[operand], common.check, &err))
		return (cf_main_fail(&program, &err));
	if (common.verbose)
		cf_main_note(&program, "%s is current", argv[operand]);
	return (0);
}

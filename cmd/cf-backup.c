#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "backup.h"
#include "base/buf.h"
#include "base/par.h"
#include "given.h"
#include "keep/part.h"

/*
 * cf-backup: backups of a state folder.  The first operand says what to do;
 * each action is in cmd/backup_*.c.
 */

static const char * action_word(size_t i);

static const struct cf_main program = {
	"cf-backup",
	"create [options] [DEST]\n"
	"       cf-backup list|prune [options] [DEST]\n"
	"       cf-backup verify [options] [FILE|DEST...]\n"
	"       cf-backup restore [options] FILE|DEST\n"
	"       cf-backup restore --resume [options]\n"
	"       cf-backup diff [options] FILE FILE\n"
	"       cf-backup drill [options] [FILE|DEST]\n"
	"       cf-backup seal|unseal [options] [FILE]",
	"Make backups of a state folder in the folder DEST (default its\n"
	"backups/), check them, restore them, and let old ones go.\n\n"
	"  cf-backup create /mnt/backups\n"
	"  cf-backup verify /mnt/backups\n"
	"  cf-backup restore --to /tmp/look /mnt/backups",
	action_word
};

/* What an action takes: operands, and the options besides the common ones. */
struct action {
	const char * name;
	int (* run)(struct cf_backup * b, char * const * operands);
	int operands_min;
	int operands_max;
	const char * options;	/* "|name|name|" */
};

static const struct action actions[] = {
	{ "create", cf_backup_create, 0, 1, "|only|link|compress|level|"
	    "to-command|no-space-check|lock-wait|cost|" },
	{ "list", cf_backup_list, 0, 1, "|format|line-buffered|" },
	{ "verify", cf_backup_verify, 0, -1, "|only|" },
	{ "diff", cf_backup_diff, 2, 2, "|only|format|line-buffered|" },
	{ "restore", cf_backup_restore, 0, 1, "|only|to|resume|"
	    "no-space-check|lock-wait|" },
	{ "prune", cf_backup_prune, 0, 1, "|keep-daily|keep-weekly|"
	    "keep-monthly|dry-run|format|line-buffered|lock-wait|" },
	{ "drill", cf_backup_drill, 0, 1, "|only|format|" },
	{ "seal", cf_backup_seal, 0, 1, "|output|line-buffered|cost|" },
	{ "unseal", cf_backup_unseal, 0, 1, "|output|" }
};
static const char * const common_options = "|state|config|key|passphrase|"
    "jobs|now|check|quiet|verbose|";

static const char *
action_word(size_t i)
{

	return (i < sizeof(actions) / sizeof(actions[0]) ? actions[i].name :
	    NULL);
}

/* Is the word one of a list "|a|b|"? */
static int
is_listed(const char * list, const char * word)
{
	const char * at = list;
	size_t len = strlen(word);

	while ((at = strstr(at, word)) != NULL) {
		if (at[-1] == '|' && at[len] == '|')
			return (1);
		at += len;
	}
	return (0);
}

static const struct action *
find_action(const char * name)
{
	size_t i;

	for (i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (strcmp(actions[i].name, name) == 0)
			return (&actions[i]);
	}
	return (NULL);
}

/* The bytes of an option's value. */
static size_t
value_size(enum cf_opt_type type)
{

	switch (type) {
	case CF_OPT_FLAG:
		return (sizeof(int));
	case CF_OPT_INT:
		return (sizeof(int64_t));
	case CF_OPT_NUMBER:
		return (sizeof(double));
	default:
		return (sizeof(const char *));
	}
}

/* Was that option given?  Its value is no longer that in ${before}. */
static int
is_given(const struct cf_opt * opt, const struct cf_backup * b,
    const struct cf_backup * before)
{
	size_t at;

	if (opt->value == NULL)
		return (0);
	at = (size_t)((const char *)opt->value - (const char *)b);
	return (memcmp(opt->value, (const char *)before + at,
	    value_size(opt->type)) != 0);
}

/* Options and operands that the action has no use for are mistakes. */
static int
check_options(const struct action * action, const struct cf_opt * opts,
    const struct cf_backup * b, const struct cf_backup * before, int operands)
{
	size_t i;

	for (i = 0; opts[i].name != NULL; i++) {
		if (is_given(&opts[i], b, before) &&
		    !is_listed(common_options, opts[i].name) &&
		    !is_listed(action->options, opts[i].name))
			return (cf_main_usage(&program,
			    "%s takes no option --%s", action->name,
			    opts[i].name));
	}
	if (operands < action->operands_min || (action->operands_max >= 0 &&
	    operands > action->operands_max))
		return (cf_main_usage(&program, "%s: %s operands",
		    action->name, operands < action->operands_min ?
		    "too few" : "too many"));
	if (b->key_file != NULL && b->passphrase)
		return (cf_main_usage(&program,
		    "--key and --passphrase exclude each other"));
	if (strcmp(b->compress, "gzip") == 0 && b->level > 9)
		return (cf_main_usage(&program, "gzip has levels 1 to 9"));
	return (0);
}

/* The state folder and its backups. */
static int
find_state(struct cf_backup * b, struct cf_err * err)
{
	struct cf_buf path = { 0 };

	if ((b->home = cf_given_state(b->state, b->config, err)) == NULL)
		return (-1);
	cf_buf_addf(&path, "%s/backups", b->home);
	b->shelf = path.data;
	return (cf_buf_string(&path, err) != NULL ? 0 : -1);
}

/* Turn the options into what they mean. */
static int
settle(struct cf_backup * b, struct cf_err * err)
{

	if (sodium_init() < 0)
		return (cf_err_set(err, CF_ERR_SYSTEM,
		    "libsodium cannot be used"));
	b->threads = cf_par_threads((size_t)b->jobs);
	b->parts = CF_PART_ALL;
	if (b->only != NULL && cf_part_parse(b->only, &b->parts, err))
		return (-1);
	if (cf_given_now(b->now, &b->now_s, err))
		return (-1);
	if (b->dry_run)
		b->common.check = 1;
	return (find_state(b, err));
}

static int
run(struct cf_backup * b, const struct action * action,
    char * const * operands)
{
	struct cf_err err;
	int status;

	if (cf_main_expect_exit(&program, &err) || settle(b, &err))
		status = cf_main_fail(&program, &err);
	else
		status = action->run(b, operands);
	cf_main_expect_no_exit();
	cf_key_wipe(&b->key);
	free(b->home);
	free(b->shelf);
	return (status);
}

int
main(int argc, char * argv[])
{
	struct cf_backup b = { .m = &program, .common = CF_MAIN_COMMON,
		.cost = "moderate", .compress = "gzip", .keep_daily = 7,
		.keep_weekly = 4, .keep_monthly = 12, .lock_wait_s = 60 };
	const struct cf_backup before = b;
	const struct cf_opt opts[] = {
		{ 'C', "state", "STATE", CF_OPT_TEXT, &b.state, 0, 0, NULL,
		    "the state folder, else CF_HOME of the configuration" },
		{ 0, "config", "FILE", CF_OPT_TEXT, &b.config, 0, 0, NULL,
		    "the configuration file" },
		{ 0, "key", "FILE", CF_OPT_TEXT, &b.key_file, 0, 0, NULL,
		    "key file that seals, and opens sealed backups" },
		{ 0, "passphrase", NULL, CF_OPT_FLAG, &b.passphrase, 0, 0,
		    NULL, "the same by passphrase: BACKUP_PASSPHRASE, or ask" },
		{ 0, "cost", "COST", CF_OPT_CHOICE, &b.cost, 0, 0,
		    CF_KEY_COSTS, "of Argon2id, when sealing by passphrase" },
		{ 0, "only", "PARTS", CF_OPT_TEXT, &b.only, 0, 0, NULL,
		    "only these parts, as models,mlruns" },
		{ 0, "link", "PREVIOUS", CF_OPT_TEXT, &b.link, 0, 0, NULL,
		    "store what PREVIOUS lacks; \"last\" is the newest" },
		{ 0, "compress", "HOW", CF_OPT_CHOICE, &b.compress, 0, 0,
		    "gzip|zstd", "gzip or zstd" },
		{ 0, "level", "N", CF_OPT_INT, &b.level, 0, 19, NULL,
		    "of compression; 0 is 6 for gzip, 1 for zstd" },
		{ 'j', "jobs", "N", CF_OPT_INT, &b.jobs, 0, 1024, NULL,
		    "threads; 0 is all processors" },
		{ 0, "to-command", "COMMAND", CF_OPT_TEXT, &b.to_command, 0,
		    0, NULL, "run COMMAND with the backup as its stdin" },
		{ 0, "to", "DIR", CF_OPT_TEXT, &b.to, 0, 0, NULL,
		    "restore into DIR, which is new or empty" },
		{ 0, "resume", NULL, CF_OPT_FLAG, &b.resume, 0, 0, NULL,
		    "complete a restore that was interrupted" },
		{ 0, "no-space-check", NULL, CF_OPT_FLAG, &b.any_space, 0, 0,
		    NULL, "go on where the disk may be too small" },
		{ 0, "keep-daily", "N", CF_OPT_INT, &b.keep_daily, 0, 100000,
		    NULL, "days of which the newest backup stays" },
		{ 0, "keep-weekly", "N", CF_OPT_INT, &b.keep_weekly, 0,
		    100000, NULL, "weeks of which the newest backup stays" },
		{ 0, "keep-monthly", "N", CF_OPT_INT, &b.keep_monthly, 0,
		    100000, NULL, "months of which the newest backup stays" },
		{ 0, "dry-run", NULL, CF_OPT_FLAG, &b.dry_run, 0, 0, NULL,
		    "tell what prune would do, and why" },
		{ 0, "lock-wait", "S", CF_OPT_NUMBER, &b.lock_wait_s, 0,
		    604800, NULL, "seconds to wait for a lock" },
		{ 0, "now", "TIME", CF_OPT_TEXT, &b.now, 0, 0, NULL,
		    "the time, in place of the clock's" },
		CF_MAIN_OPT_OUT(b.common),
		CF_MAIN_OPT_RECORDS(b.common),
		CF_MAIN_OPT_CHECK(b.common),
		CF_MAIN_OPT_TALK(b.common),
		CF_MAIN_OPT_HELP,
		CF_MAIN_OPT_END
	};
	const struct action * action;
	const char * name;
	int operand, status;

	name = cf_main_action(&argc, &argv);
	status = cf_main_options(&program, opts, argc, argv, &operand);
	if (status != -1)
		return (status);
	if (name == NULL)
		return (cf_main_usage(&program, "no action"));
	if ((action = find_action(name)) == NULL)
		return (cf_main_usage(&program, "unknown action: \"%.60s\"",
		    name));
	status = check_options(action, opts, &b, &before, argc - operand);
	return (status != 0 ? status : run(&b, action, argv + operand));
}

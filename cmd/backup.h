#ifndef CF_CMD_BACKUP_H_
#define CF_CMD_BACKUP_H_

#include <stdint.h>

#include "keep/key.h"
#include "keep/manifest.h"
#include "keep/restore.h"
#include "main.h"
#include "table/writer.h"

/*
 * cf-backup: what its actions share.  Each action is a function that takes the
 * options and the operands (up to NULL) and returns the exit status.
 */

struct cf_backup {
	const struct cf_main * m;
	struct cf_main_common common;

	/* Options as given. */
	const char * state;
	const char * config;
	const char * key_file;
	int passphrase;
	const char * cost;
	const char * only;
	const char * link;
	const char * compress;
	int64_t level;
	int64_t jobs;
	const char * to_command;
	const char * to;
	int resume;
	int64_t keep_daily;
	int64_t keep_weekly;
	int64_t keep_monthly;
	int dry_run;
	int any_space;
	double lock_wait_s;
	const char * now;

	/* What they come to. */
	char * home;		/* The state folder. */
	char * shelf;		/* Its backups/. */
	uint32_t parts;
	size_t threads;
	int64_t now_s;
	struct cf_key key;
	int has_key;
};

/**
 * cf_backup_key(b):
 * Return the key, or NULL if none was named.
 */
const struct cf_key * cf_backup_key(const struct cf_backup * b);

/* backup_common.c */

/**
 * cf_backup_load_key(b, twice, err):
 * Get the key that the options name; a passphrase from the environment, or
 * from the terminal, there ${twice} if it is a new one.  Return 0 or -1.
 */
int cf_backup_load_key(struct cf_backup * b, int twice, struct cf_err * err);

/**
 * cf_backup_lock(b, folder, name, err):
 * Take the lock ${folder}/${name}, waiting as --lock-wait says; it is held
 * until the process ends.  Return 0 or -1.
 */
int cf_backup_lock(const struct cf_backup * b, const char * folder,
    const char * name, struct cf_err * err);

/**
 * cf_backup_lock_state(b, err):
 * Be the only backup or restore of the state, and complete a restore that was
 * interrupted.  Return 0 or -1.
 */
int cf_backup_lock_state(const struct cf_backup * b, struct cf_err * err);

/**
 * cf_backup_folder_of(path, folder, err):
 * Append the folder in which ${path} lies to ${folder}.  Return 0 or -1.
 */
int cf_backup_folder_of(const char * path, struct cf_buf * folder,
    struct cf_err * err);

/**
 * cf_backup_is_folder(path):
 * Return whether that is a folder.
 */
int cf_backup_is_folder(const char * path);

/**
 * cf_backup_verify_one(b, path):
 * Verify a backup and tell what is wrong.  Return the exit status.
 */
int cf_backup_verify_one(struct cf_backup * b, const char * path);

/**
 * cf_backup_name_bad(b, path, report):
 * Print the names of damaged files.
 */
void cf_backup_name_bad(const struct cf_backup * b, const char * path,
    const struct cf_restore_report * report);

/**
 * cf_backup_newest(b, folder, path, err):
 * Append the path of the newest backup in ${folder} to ${path}.  Return 0 or
 * -1 (kind CF_ERR_NO when there is none).
 */
int cf_backup_newest(const struct cf_backup * b, const char * folder,
    struct cf_buf * path, struct cf_err * err);

/* What an action did, for the log of the folder of backups. */
struct cf_backup_event {
	const char * action;
	const char * name;	/* Of a backup, or NULL. */
	int64_t start_s;	/* Since when, on the monotonic clock, ms. */
	uint64_t bytes;
	const struct cf_digest * digest;
	const char * needs;
};

/* Records on stdout; backup_table.c */
struct cf_backup_table {
	struct cf_out * out;
	struct cf_writer * writer;
};

/**
 * cf_backup_table_open(t, b, columns, n, err), cf_backup_table_text(t, text),
 * cf_backup_table_close(t, keep, err):
 * Begin; add a field, missing if it is NULL or empty; end, or drop what was not
 * yet written unless ${keep}.  Return 0 or -1.
 */
int cf_backup_table_open(struct cf_backup_table * t,
    const struct cf_backup * b, const struct cf_column * columns, size_t n,
    struct cf_err * err);
void cf_backup_table_text(struct cf_backup_table * t, const char * text);
int cf_backup_table_close(struct cf_backup_table * t, int keep,
    struct cf_err * err);

/* backup_note.c and backup_copy.c */

/**
 * cf_backup_note(b, folder, event, failure):
 * Write the event, failed if ${failure} is not NULL, to the log of ${folder},
 * and the metrics of the state.  Return 0, or the exit status when that failed.
 */
int cf_backup_note(const struct cf_backup * b, const char * folder,
    const struct cf_backup_event * event, const struct cf_err * failure);

/**
 * cf_backup_copy(b, folder, name, bytes):
 * Run the command of --to-command, if there is one, with backup ${name} of
 * ${folder} as its stdin: it must take all ${bytes} and end with status 0.
 * Return the exit status.
 */
int cf_backup_copy(const struct cf_backup * b, const char * folder,
    const char * name, uint64_t bytes);

/* The actions, in backup_*.c */
int cf_backup_create(struct cf_backup * b, char * const * operands);
int cf_backup_list(struct cf_backup * b, char * const * operands);
int cf_backup_prune(struct cf_backup * b, char * const * operands);
int cf_backup_diff(struct cf_backup * b, char * const * operands);
int cf_backup_verify(struct cf_backup * b, char * const * operands);
int cf_backup_restore(struct cf_backup * b, char * const * operands);
int cf_backup_drill(struct cf_backup * b, char * const * operands);
int cf_backup_seal(struct cf_backup * b, char * const * operands);
int cf_backup_unseal(struct cf_backup * b, char * const * operands);

#endif /* !CF_CMD_BACKUP_H_ */

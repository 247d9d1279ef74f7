#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "backup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/secret.h"
#include "keep/shelf.h"
#include "keep/swap.h"

#define SECRET "BACKUP_PASSPHRASE"
#define LOCK_LOOK_MS 100

const struct cf_key *
cf_backup_key(const struct cf_backup * b)
{

	return (b->has_key ? &b->key : NULL);
}

/* ---- the key */

/* Ask on the terminal, without echo.  Return 0 or -1. */
static int
ask(int tty, const char * question, char * answer, size_t size,
    struct cf_err * err)
{
	struct termios old, quiet;
	size_t len = 0;
	ssize_t n = -1;

	if (tcgetattr(tty, &old))
		return (cf_err_errno(err, errno, "terminal"));
	quiet = old;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	if (tcsetattr(tty, TCSAFLUSH, &quiet))
		return (cf_err_errno(err, errno, "terminal"));
	if (write(tty, question, strlen(question)) > 0) {
		while (len + 1 < size &&
		    (n = read(tty, answer + len, 1)) == 1 &&
		    answer[len] != '\n')
			len++;
	}
	answer[len] = '\0';
	tcsetattr(tty, TCSAFLUSH, &old);
	if (write(tty, "\n", 1) != 1 || n != 1)
		return (cf_err_set(err, CF_ERR_USAGE,
		    "no passphrase from the terminal"));
	return (0);
}

static int
ask_twice(char * answer, size_t size, int twice, struct cf_err * err)
{
	char again[CF_SECRET_MAX];
	int tty, rc;

	if ((tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)) == -1)
		return (cf_err_set(err, CF_ERR_USAGE, "no passphrase in "
		    SECRET ", " SECRET "_FILE or the credentials, and no "
		    "terminal to ask"));
	rc = ask(tty, "passphrase: ", answer, size, err);
	if (rc == 0 && twice) {
		rc = ask(tty, "once more: ", again, sizeof(again), err);
		if (rc == 0 && strcmp(answer, again) != 0)
			rc = cf_err_set(err, CF_ERR_USAGE,
			    "the two passphrases differ");
		sodium_memzero(again, sizeof(again));
	}
	close(tty);
	return (rc);
}

int
cf_backup_load_key(struct cf_backup * b, int twice, struct cf_err * err)
{
	char answer[CF_SECRET_MAX];
	char * secret = NULL;
	struct stat sb;
	int rc;

	if (b->key_file != NULL) {
		rc = cf_key_read(b->key_file, &b->key, err);
		if (rc == 0 && !b->common.quiet &&
		    stat(b->key_file, &sb) == 0 && S_ISREG(sb.st_mode) &&
		    (sb.st_mode & 077) != 0)
			cf_main_note(b->m, "%s: others may read this key",
			    b->key_file);
	} else if (b->passphrase) {
		if (cf_secret_load(SECRET, &secret, err))
			return (-1);
		rc = secret == NULL ? ask_twice(answer, sizeof(answer), twice,
		    err) : 0;
		if (rc == 0)
			rc = cf_key_phrase(secret != NULL ? secret : answer,
			    b->cost, &b->key, err);
		sodium_memzero(answer, sizeof(answer));
		cf_secret_free(secret);
	} else {
		return (0);
	}
	b->has_key = rc == 0;
	return (rc);
}

/* ---- locks */

int
cf_backup_lock(const struct cf_backup * b, const char * folder,
    const char * name, struct cf_err * err)
{
	const struct timespec nap = { .tv_nsec = LOCK_LOOK_MS * 1000000L };
	int64_t until_ms = cf_clock_ms() +
	    (int64_t)(b->lock_wait_s * 1000);
	struct cf_buf path = { 0 };
	int rc = -1;

	cf_buf_addf(&path, "%s/%s", folder, name);
	if (cf_buf_string(&path, err) == NULL)
		return (-1);
	/* The descriptor stays open, and the lock held, until we end. */
	while (cf_file_lock(path.data, 0, err) == -1) {
		if (err->kind != CF_ERR_LATER ||
		    cf_clock_ms() >= until_ms)
			goto done;
		nanosleep(&nap, NULL);
	}
	rc = 0;
done:
	cf_buf_free(&path);
	return (rc);
}

int
cf_backup_lock_state(const struct cf_backup * b, struct cf_err * err)
{
	struct cf_buf folder = { 0 };
	struct stat sb;
	int rc = -1;

	/* A mistaken name must not become a state folder. */
	if (stat(b->home, &sb))
		return (cf_err_errno(err, errno, "%s", b->home));
	cf_buf_addf(&folder, "%s/state", b->home);
	if (cf_buf_string(&folder, err) == NULL ||
	    cf_file_make_folders(folder.data, err) ||
	    cf_backup_lock(b, folder.data, "backup.lock", err))
		goto done;
	if (!cf_swap_pending(b->home)) {
		rc = 0;
	} else if (cf_backup_lock(b, folder.data, "lock", err) == 0) {
		rc = cf_swap_resume(b->home, err);
		if (rc == 0 && !b->common.quiet)
			cf_main_note(b->m, "%s: an interrupted restore was "
			    "completed", b->home);
	}
done:
	cf_buf_free(&folder);
	return (rc);
}

/* ---- paths */

int
cf_backup_folder_of(const char * path, struct cf_buf * folder,
    struct cf_err * err)
{
	const char * slash = strrchr(path, '/');

	if (slash == NULL)
		cf_buf_add_char(folder, '.');
	else
		cf_buf_add(folder, path, slash == path ? 1 :
		    (size_t)(slash - path));
	return (cf_buf_string(folder, err) != NULL ? 0 : -1);
}

int
cf_backup_is_folder(const char * path)
{
	struct stat sb;

	return (stat(path, &sb) == 0 && S_ISDIR(sb.st_mode));
}

int
cf_backup_newest(const struct cf_backup * b, const char * folder,
    struct cf_buf * path, struct cf_err * err)
{
	struct cf_shelf shelf;
	size_t i;
	int rc = -1;

	if (cf_shelf_open(folder, cf_backup_key(b), &shelf, err) == 0) {
		for (i = shelf.n; i > 0 && !shelf.items[i - 1].ours; i--)
			continue;
		rc = i > 0 ? cf_shelf_path(&shelf, i - 1, path, err) :
		    cf_err_set(err, CF_ERR_NO, "%s: holds no backup", folder);
	}
	cf_shelf_close(&shelf);
	return (rc);
}

void
cf_backup_name_bad(const struct cf_backup * b, const char * path,
    const struct cf_restore_report * report)
{
	char shown[200];
	size_t i;

	for (i = 0; i < report->bad && i < CF_RESTORE_NAMES; i++) {
		if (report->names[i] == NULL)
			continue;
		cf_err_mask(shown, sizeof(shown), report->names[i],
		    strlen(report->names[i]));
		cf_main_note(b->m, "%s: %s: damaged or not readable", path,
		    shown);
	}
	if (report->bad > CF_RESTORE_NAMES)
		cf_main_note(b->m, "%s: %zu more", path,
		    report->bad - CF_RESTORE_NAMES);
}

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "keep/part.h"
#include "keep/swap.h"

#define FOLDER ".restore"
#define JOURNAL FOLDER "/journal"
#define HEAD "cashflow-restore 1\n"
#define JOURNAL_MAX 4096
#define NAMES 1000		/* For what is in the way. */

/* ---- removing */

static int
remove_below(int folder, const char * name, struct cf_err * err)
{
	struct cf_folder names;
	size_t i;
	int fd, rc;

	if (unlinkat(folder, name, 0) == 0 || errno == ENOENT)
		return (0);
	/* It is a folder; one without rights gets them, for it is ours. */
	fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
	    O_CLOEXEC);
	if (fd == -1 && errno == EACCES &&
	    fchmodat(folder, name, 0700, 0) == 0)
		fd = openat(folder, name, O_RDONLY | O_DIRECTORY |
		    O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		return (cf_err_errno(err, errno, "%s", name));
	/* Without the right to write in it nothing in it can go. */
	if (fchmod(fd, 0700))
		errno = 0;
	rc = cf_folder_read_fd(fd, name, &names, err);
	for (i = 0; i < names.n && rc == 0; i++)
		rc = remove_below(fd, names.names[i], err);
	cf_folder_free(&names);
	close(fd);
	if (rc == 0 && unlinkat(folder, name, AT_REMOVEDIR) &&
	    errno != ENOENT)
		rc = cf_err_errno(err, errno, "%s", name);
	return (rc);
}

int
cf_swap_remove_tree(const char * path, struct cf_err * err)
{

	return (remove_below(AT_FDCWD, path, err));
}

/* ---- the folder */

static int
open_state(const char * state, struct cf_err * err)
{
	int fd;

	fd = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		cf_err_errno(err, errno, "%s", state);
	return (fd);
}

static int
exists(int folder, const char * path)
{
	struct stat sb;

	return (fstatat(folder, path, &sb, AT_SYMLINK_NOFOLLOW) == 0);
}

int
cf_swap_pending(const char * state)
{
	int fd = open_state(state, NULL), pending;

	if (fd == -1)
		return (0);
	pending = exists(fd, JOURNAL);
	close(fd);
	return (pending);
}

int
cf_swap_clean(const char * state, struct cf_err * err)
{
	int fd, rc = 0;

	if ((fd = open_state(state, err)) == -1)
		return (-1);
	if (exists(fd, JOURNAL))
		rc = cf_err_set(err, CF_ERR_LATER,
		    "%s: a restore was interrupted and must be resumed",
		    state);
	else
		rc = remove_below(fd, FOLDER, err);
	close(fd);
	return (rc);
}

int
cf_swap_prepare(const char * state, struct cf_buf * folder,
    struct cf_err * err)
{
	int fd, rc = -1;

	if (cf_swap_clean(state, err) || (fd = open_state(state, err)) == -1)
		return (-1);
	if (mkdirat(fd, FOLDER, 0700) || mkdirat(fd, FOLDER "/new", 0700) ||
	    mkdirat(fd, FOLDER "/old", 0700)) {
		cf_err_errno(err, errno, "%s/%s", state, FOLDER);
		goto done;
	}
	cf_buf_addf(folder, "%s/%s/new", state, FOLDER);
	rc = cf_buf_string(folder, err) != NULL ? 0 : -1;
done:
	close(fd);
	return (rc);
}

/* ---- the journal */

/* What is to be done: parts that are replaced, and parts that go. */
struct plan {
	uint32_t replace;
	uint32_t remove;
};

static int
write_journal(const char * state, const struct plan * plan,
    struct cf_err * err)
{
	struct cf_buf path = { 0 };
	struct cf_buf text = { 0 };
	int rc = -1;

	cf_buf_addf(&path, "%s/%s", state, JOURNAL);
	cf_buf_add_text(&text, HEAD "replace ");
	cf_part_print(plan->replace, &text);
	cf_buf_add_text(&text, "\nremove ");
	cf_part_print(plan->remove, &text);
	cf_buf_add_text(&text, "\n");
	if (text.failed)
		cf_err_memory(err);
	else if (cf_buf_string(&path, err) != NULL)
		rc = cf_file_write(path.data, text.data, text.len, err);
	cf_buf_free(&path);
	cf_buf_free(&text);
	return (rc);
}

/* The set on the line that begins with ${word}. */
static int
read_set(const char * text, const char * word, uint32_t * set)
{
	char list[256];
	const char * from = strstr(text, word);
	size_t len;

	*set = 0;
	if (from == NULL)
		return (-1);
	from += strlen(word);
	len = strcspn(from, "\n");
	if (len >= sizeof(list) || from[len] != '\n')
		return (-1);
	memcpy(list, from, len);
	list[len] = '\0';
	return (len == 0 ? 0 : cf_part_parse(list, set, NULL));
}

static int
read_journal(const char * state, struct plan * plan, struct cf_err * err)
{
	struct cf_buf path = { 0 };
	struct cf_buf text = { 0 };
	int rc = -1;

	cf_buf_addf(&path, "%s/%s", state, JOURNAL);
	if (cf_buf_string(&path, err) == NULL ||
	    cf_file_read(path.data, JOURNAL_MAX, &text, err) ||
	    cf_buf_string(&text, err) == NULL)
		goto done;
	if (strncmp(text.data, HEAD, strlen(HEAD)) != 0 ||
	    read_set(text.data, "\nreplace ", &plan->replace) ||
	    read_set(text.data, "\nremove ", &plan->remove)) {
		cf_err_set(err, CF_ERR_DATA, "%s: not a journal", path.data);
		goto done;
	}
	rc = 0;
done:
	cf_buf_free(&path);
	cf_buf_free(&text);
	return (rc);
}

/* ---- the swap */

/* What was done for a part, for undoing it. */
struct done {
	char old[64];		/* Where the old one went; "": nowhere. */
	int placed;		/* The new one is in its place. */
};

/* Move the old one of a part away, under a name that is free. */
static int
move_old(int fd, const char * top, struct done * done, struct cf_err * err)
{
	int i;

	if (!exists(fd, top))
		return (0);
	for (i = 0; i < NAMES; i++) {
		snprintf(done->old, sizeof(done->old), FOLDER "/old/%s.%d",
		    top, i);
		if (!exists(fd, done->old))
			break;
	}
	if (renameat(fd, top, fd, done->old)) {
		cf_err_errno(err, errno, "%s", top);
		done->old[0] = '\0';
		return (-1);
	}
	return (0);
}

/* Bring one part to what the plan says, from wherever it was left. */
static int
swap_part(int fd, const char * top, int replace, struct done * done,
    struct cf_err * err)
{
	char fresh[64], old[64];

	snprintf(fresh, sizeof(fresh), FOLDER "/new/%s", top);
	snprintf(old, sizeof(old), FOLDER "/old/%s.0", top);
	if (replace) {
		if (!exists(fd, fresh))
			return (0);
		if (move_old(fd, top, done, err))
			return (-1);
		if (renameat(fd, fresh, fd, top))
			return (cf_err_errno(err, errno, "%s", top));
		done->placed = 1;
		return (0);
	}
	/* Once it went, what stands there is somebody's new one. */
	return (exists(fd, old) ? 0 : move_old(fd, top, done, err));
}

static void
undo_part(int fd, const char * top, const struct done * done)
{
	char fresh[64];

	snprintf(fresh, sizeof(fresh), FOLDER "/new/%s", top);
	if (done->placed && renameat(fd, top, fd, fresh))
		return;
	/* What cannot be undone stays in .restore/old, which is kept. */
	if (done->old[0] != '\0' && renameat(fd, done->old, fd, top))
		return;
}

static int
sync_fd(int fd, struct cf_err * err)
{

	if (fsync(fd) && errno != EINVAL)
		return (cf_err_errno(err, errno, "fsync"));
	return (0);
}

/* Take the journal away: what was begun is over, or undone. */
static int
drop_journal(int state, struct cf_err * err)
{
	int fd, rc;

	if (unlinkat(state, JOURNAL, 0) && errno != ENOENT)
		return (cf_err_errno(err, errno, "%s", JOURNAL));
	if ((fd = openat(state, FOLDER, O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC)) == -1)
		return (cf_err_errno(err, errno, "%s", FOLDER));
	rc = sync_fd(fd, err);
	close(fd);
	return (rc);
}

/* All parts of the plan; with ${undo} all of them or none. */
static int
swap_all(int fd, const struct plan * plan, int undo, struct cf_err * err)
{
	struct done done[CF_PART_COUNT];
	size_t i;

	memset(done, 0, sizeof(done));
	for (i = 0; i < CF_PART_COUNT; i++) {
		if (((plan->replace | plan->remove) & 1u << i) != 0 &&
		    swap_part(fd, cf_part_top((enum cf_part)i),
		    (plan->replace & 1u << i) != 0, &done[i], err))
			break;
	}
	if (i == CF_PART_COUNT)
		return (sync_fd(fd, err));
	if (undo) {
		for (i++; i-- > 0;)
			undo_part(fd, cf_part_top((enum cf_part)i), &done[i]);
		drop_journal(fd, NULL);
	}
	return (-1);
}

static int
finish(const char * state, int fd, const struct plan * plan, int undo,
    struct cf_err * err)
{

	if (swap_all(fd, plan, undo, err) || drop_journal(fd, err))
		return (-1);
	/* The state is the new one; litter goes now or next time. */
	if (cf_swap_clean(state, NULL))
		errno = 0;
	return (0);
}

int
cf_swap_commit(const char * state, uint32_t parts, struct cf_err * err)
{
	struct plan plan = { 0, 0 };
	char fresh[64];
	size_t i;
	int fd, rc = -1;

	if ((fd = open_state(state, err)) == -1)
		return (-1);
	for (i = 0; i < CF_PART_COUNT; i++) {
		if ((parts & 1u << i) == 0)
			continue;
		snprintf(fresh, sizeof(fresh), FOLDER "/new/%s",
		    cf_part_top((enum cf_part)i));
		if (exists(fd, fresh))
			plan.replace |= 1u << i;
		else if (exists(fd, cf_part_top((enum cf_part)i)))
			plan.remove |= 1u << i;
	}
	if (write_journal(state, &plan, err) == 0)
		rc = finish(state, fd, &plan, 1, err);
	close(fd);
	return (rc);
}

int
cf_swap_resume(const char * state, struct cf_err * err)
{
	struct plan plan;
	int fd, rc = -1;

	if (!cf_swap_pending(state))
		return (cf_swap_clean(state, err));
	if (read_journal(state, &plan, err) ||
	    (fd = open_state(state, err)) == -1)
		return (-1);
	rc = finish(state, fd, &plan, 0, err);
	close(fd);
	return (rc);
}

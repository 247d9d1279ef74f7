#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/folder.h"
#include "base/mem.h"
#include "keep/snapshot.h"

#define HOLD "state/backup.snapshot"
#define LOOKS 50		/* Until a state counts as restless. */
#define LOOK_PAUSE_NS 20000000	/* Before another look. */
#define HOLD_NAME_MAX 24

static void
hold_name(const struct cf_seen * seen, char * name)
{

	snprintf(name, HOLD_NAME_MAX, "%llx", (unsigned long long)seen->number);
}

/* Remove all second names: ours, or those that a killed backup left. */
static int
empty_hold(int hold, const char * path, struct cf_err * err)
{
	struct cf_folder names;
	size_t i;
	int rc;

	rc = cf_folder_read_fd(hold, path, &names, err);
	for (i = 0; i < names.n && rc == 0; i++) {
		if (unlinkat(hold, names.names[i], 0))
			rc = cf_err_errno(err, errno, "%s", path);
	}
	cf_folder_free(&names);
	return (rc);
}

/* Make the folder of second names; that there can be none is no failure. */
static int
make_hold(struct cf_snapshot * s, struct cf_err * err)
{
	struct cf_buf path = { 0 };

	cf_buf_addf(&path, "%s/%s", s->state, HOLD);
	if (cf_buf_string(&path, err) == NULL) {
		cf_buf_free(&path);
		return (-1);
	}
	if (mkdir(path.data, 0700) == 0 || errno == EEXIST)
		s->hold_fd = open(path.data, O_RDONLY | O_DIRECTORY |
		    O_NOFOLLOW | O_CLOEXEC);
	if (s->hold_fd == -1) {
		cf_buf_free(&path);
		return (0);
	}
	s->hold = path.data;
	return (empty_hold(s->hold_fd, s->hold, err));
}

/* Give a file its second name; return whether it is the one that was seen. */
static int
hold(const struct cf_snapshot * s, const char * path,
    const struct cf_seen * seen)
{
	struct cf_seen held;
	char name[HOLD_NAME_MAX];

	hold_name(seen, name);
	if (linkat(s->state_fd, path, s->hold_fd, name, 0) && errno != EEXIST)
		return (0);
	if (cf_look_stat(s->hold_fd, name, &held) ||
	    held.device != seen->device || held.number != seen->number) {
		unlinkat(s->hold_fd, name, 0);
		return (0);
	}
	return (1);
}

static void
hold_all(const struct cf_snapshot * s, struct cf_look * look)
{
	size_t i;

	for (i = 0; s->hold_fd != -1 && i < look->found.n; i++) {
		if (look->found.entries[i].type == CF_ENTRY_FILE &&
		    !look->seen[i].held)
			look->seen[i].held = hold(s,
			    look->found.entries[i].path, &look->seen[i]);
	}
}

/* What is the same file as in the look before keeps what was found then. */
static void
carry(const struct cf_look * from, struct cf_look * to)
{
	const struct cf_entry * e;
	const struct cf_seen * before;
	size_t i;

	for (i = 0; i < to->found.n; i++) {
		e = cf_manifest_find(&from->found, to->found.entries[i].path);
		if (e == NULL || e->type != CF_ENTRY_FILE)
			continue;
		before = &from->seen[e - from->found.entries];
		if (cf_look_same_file(before, &to->seen[i]))
			to->seen[i] = *before;
	}
}

static int
look_until_at_rest(struct cf_snapshot * s,
    const struct cf_snapshot_options * o, struct cf_err * err)
{
	const struct timespec pause = { .tv_nsec = LOOK_PAUSE_NS };
	struct cf_look next = { 0 };
	int i, same;

	if (cf_look_at(&s->look, s->state, o->parts, o->except, err))
		return (-1);
	for (i = 0; i < LOOKS; i++) {
		hold_all(s, &s->look);
		if (cf_look_at(&next, s->state, o->parts, o->except, err)) {
			cf_look_free(&next);
			return (-1);
		}
		same = cf_look_same(&s->look, &next);
		if (!same)
			carry(&s->look, &next);
		if (same) {
			cf_look_free(&next);
			return (0);
		}
		cf_look_free(&s->look);
		s->look = next;
		memset(&next, 0, sizeof(next));
		nanosleep(&pause, NULL);
	}
	return (cf_err_set(err, CF_ERR_LATER,
	    "%s: changes all the time, no moment can be kept", s->state));
}

int
cf_snapshot_take(const char * state, const struct cf_snapshot_options * o,
    struct cf_snapshot * s, struct cf_err * err)
{

	memset(s, 0, sizeof(*s));
	s->state_fd = s->hold_fd = -1;
	if ((s->state = cf_mem_strdup(state, err)) == NULL)
		return (-1);
	s->state_fd = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->state_fd == -1)
		return (cf_err_errno(err, errno, "%s", state));
	if (o->hold && make_hold(s, err))
		return (-1);
	return (look_until_at_rest(s, o, err));
}

/* Is the open file what was seen?  It may have been appended to. */
static int
is_seen(const struct cf_seen * seen, int fd)
{
	struct stat sb;

	if (fstat(fd, &sb) || !S_ISREG(sb.st_mode) ||
	    (uint64_t)sb.st_dev != seen->device ||
	    (uint64_t)sb.st_ino != seen->number ||
	    (uint64_t)sb.st_size < seen->size)
		return (0);
	return ((uint64_t)sb.st_size > seen->size ||
	    (sb.st_mtim.tv_sec == seen->modified.tv_sec &&
	    sb.st_mtim.tv_nsec == seen->modified.tv_nsec));
}

int
cf_snapshot_check(const struct cf_snapshot * s, size_t i, int fd,
    struct cf_err * err)
{

	if (is_seen(&s->look.seen[i], fd))
		return (0);
	return (cf_err_set(err, CF_ERR_LATER, "%s/%s: changed while it was "
	    "read", s->state, s->look.found.entries[i].path));
}

int
cf_snapshot_open(const struct cf_snapshot * s, size_t i, struct cf_err * err)
{
	const struct cf_seen * seen = &s->look.seen[i];
	const char * path = s->look.found.entries[i].path;
	char name[HOLD_NAME_MAX];
	int fd;

	if (seen->held) {
		hold_name(seen, name);
		fd = openat(s->hold_fd, name, O_RDONLY | O_NOFOLLOW |
		    O_CLOEXEC);
	} else {
		/* What may stand there now must not make us wait. */
		fd = openat(s->state_fd, path, O_RDONLY | O_NOFOLLOW |
		    O_NONBLOCK | O_CLOEXEC);
	}
	if (fd == -1) {
		cf_err_errno(err, errno, "%s/%s", s->state, path);
		if (err != NULL && (errno == ENOENT || errno == ELOOP))
			err->kind = CF_ERR_LATER;
		return (-1);
	}
	if (cf_snapshot_check(s, i, fd, err)) {
		close(fd);
		return (-1);
	}
	return (fd);
}

int
cf_snapshot_release(struct cf_snapshot * s, struct cf_err * err)
{
	int rc = 0;

	if (s->hold_fd != -1) {
		rc = empty_hold(s->hold_fd, s->hold, err);
		close(s->hold_fd);
		s->hold_fd = -1;
		if (rc == 0 && rmdir(s->hold))
			rc = cf_err_errno(err, errno, "%s", s->hold);
	}
	return (rc);
}

void
cf_snapshot_drop(struct cf_snapshot * s)
{

	/* What cannot be removed now goes at the next backup. */
	cf_snapshot_release(s, NULL);
	if (s->state_fd != -1)
		close(s->state_fd);
	cf_look_free(&s->look);
	free(s->hold);
	free(s->state);
	memset(s, 0, sizeof(*s));
	s->state_fd = s->hold_fd = -1;
}

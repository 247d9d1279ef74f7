#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/mem.h"
#include "keep/look.h"
#include "keep/part.h"

/* A look while it goes on. */
struct walk {
	struct cf_look * look;
	struct cf_buf path;	/* Of the present folder, then entry. */
	dev_t except_device;	/* The folder not to look into; number 0: */
	ino_t except_number;	/* none. */
	size_t depth;
	struct cf_err * err;
};

static struct cf_seen
seen_of(const struct stat * sb)
{
	struct cf_seen s = { .device = (uint64_t)sb->st_dev,
		.number = (uint64_t)sb->st_ino,
		.size = (uint64_t)sb->st_size, .modified = sb->st_mtim,
		.changed = sb->st_ctim };

	return (s);
}

static int
skip(struct walk * w, const char * why)
{
	struct cf_look * l = w->look;
	struct cf_buf text = { 0 };
	char shown[200];

	if (cf_mem_grow(&l->skipped, &l->skipped_capacity, l->nskipped + 1,
	    sizeof(*l->skipped), w->err))
		return (-1);
	cf_err_mask(shown, sizeof(shown), w->path.data, w->path.len);
	cf_buf_addf(&text, "%s: %s", shown, why);
	if (cf_buf_string(&text, w->err) == NULL) {
		cf_buf_free(&text);
		return (-1);
	}
	l->skipped[l->nskipped++] = text.data;
	return (0);
}

static int
add(struct walk * w, enum cf_entry_type type, const struct stat * sb,
    struct cf_entry ** entry)
{
	struct cf_look * l = w->look;
	struct cf_entry * e;

	if (l->found.n == CF_KEEP_ENTRIES_MAX)
		return (cf_err_set(w->err, CF_ERR_DATA,
		    "more than %d files and folders", CF_KEEP_ENTRIES_MAX));
	if (cf_mem_grow(&l->seen, &l->capacity, l->found.n + 1,
	    sizeof(*l->seen), w->err))
		return (-1);
	l->seen[l->found.n] = seen_of(sb);
	if ((e = cf_manifest_add(&l->found, w->path.data, type,
	    w->err)) == NULL)
		return (-1);
	e->mode = sb->st_mode & 0777;
	if (type == CF_ENTRY_FILE)
		e->size = (uint64_t)sb->st_size;
	*entry = e;
	return (0);
}

/* Is that path models/NAME/current? */
static int
is_current(const char * path)
{
	const char * slash;

	if (strncmp(path, "models/", 7) != 0 ||
	    (slash = strchr(path + 7, '/')) == NULL || slash == path + 7)
		return (0);
	return (strcmp(slash, "/current") == 0);
}

/* A link: the one kind that is kept is to a folder beside itself. */
static int
add_link(struct walk * w, int folder, const char * name,
    const struct stat * sb)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789_-.";
	char target[CF_KEEP_NAME_MAX + 1];
	struct cf_entry * e;
	struct stat to;
	ssize_t n;

	n = readlinkat(folder, name, target, sizeof(target));
	if (n < 0)
		return (errno == ENOENT ? 0 : cf_err_errno(w->err, errno, "%s",
		    w->path.data));
	if (!is_current(w->path.data))
		return (skip(w, "links are not archived"));
	if (n == 0 || (size_t)n == sizeof(target))
		return (skip(w, "a link that leads away"));
	target[n] = '\0';
	if (target[0] == '.' || target[strspn(target, plain)] != '\0' ||
	    strcmp(target, "current") == 0)
		return (skip(w, "a link that leads away"));
	if (fstatat(folder, target, &to, AT_SYMLINK_NOFOLLOW) ||
	    !S_ISDIR(to.st_mode))
		return (skip(w, "a link that leads nowhere"));
	if (add(w, CF_ENTRY_CURRENT, sb, &e))
		return (-1);
	e->mode = 0;
	e->target = cf_mem_strdup(target, w->err);
	return (e->target != NULL ? 0 : -1);
}

static int look_into(struct walk * w, int folder, const char * name);

/* What the name stands for; w->path ends with it. */
static int
look_at(struct walk * w, int folder, const char * name)
{
	struct cf_entry * e;
	struct stat sb;

	if (fstatat(folder, name, &sb, AT_SYMLINK_NOFOLLOW)) {
		if (errno == ENOENT)
			return (0);
		return (cf_err_errno(w->err, errno, "%s", w->path.data));
	}
	if (S_ISLNK(sb.st_mode))
		return (add_link(w, folder, name, &sb));
	if (S_ISREG(sb.st_mode))
		return (add(w, CF_ENTRY_FILE, &sb, &e));
	if (!S_ISDIR(sb.st_mode))
		return (skip(w, "neither a file nor a folder"));
	if (w->except_number != 0 && sb.st_dev == w->except_device &&
	    sb.st_ino == w->except_number)
		return (0);
	if (add(w, CF_ENTRY_FOLDER, &sb, &e))
		return (-1);
	return (look_into(w, folder, name));
}

/* Temporaries of base/file.h and of the registry. */
static int
is_temporary(const char * name)
{
	size_t len = strlen(name);

	return (name[0] == '.' && len > 4 &&
	    strcmp(name + len - 4, ".tmp") == 0);
}

/* Look at ${name}, whose path is that of the present folder and the name. */
static int
look_at_name(struct walk * w, int folder, const char * name)
{
	size_t len = w->path.len;
	int rc;

	if (len > 0)
		cf_buf_add_char(&w->path, '/');
	cf_buf_add_text(&w->path, name);
	if (cf_buf_string(&w->path, w->err) == NULL)
		return (-1);
	if (w->path.len > CF_KEEP_PATH_MAX)
		return (cf_err_set(w->err, CF_ERR_DATA,
		    "%.200s...: path longer than %d bytes", w->path.data,
		    CF_KEEP_PATH_MAX));
	rc = look_at(w, folder, name);
	w->path.len = len;
	w->path.data[len] = '\0';
	return (rc);
}

static int
look_into(struct walk * w, int folder, const char * name)
{
	struct cf_folder names;
	size_t i;
	int fd, rc;

	if (++w->depth > CF_KEEP_DEPTH_MAX)
		return (cf_err_set(w->err, CF_ERR_DATA,
		    "%.200s...: folders are too deep", w->path.data));
	fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
	    O_CLOEXEC);
	if (fd == -1) {
		w->depth--;
		/* Gone, or replaced by something: the next look tells. */
		return (errno == ENOENT || errno == ENOTDIR || errno == ELOOP ?
		    0 : cf_err_errno(w->err, errno, "%s", w->path.data));
	}
	rc = cf_folder_read_fd(fd, w->path.data, &names, w->err);
	for (i = 0; i < names.n && rc == 0; i++) {
		if (!is_temporary(names.names[i]))
			rc = look_at_name(w, fd, names.names[i]);
	}
	cf_folder_free(&names);
	close(fd);
	w->depth--;
	return (rc);
}

/* ---- order */

struct item {
	struct cf_entry entry;
	struct cf_seen seen;
};

static int
by_path(const void * a, const void * b)
{
	const struct item * x = a;
	const struct item * y = b;

	return (strcmp(x->entry.path, y->entry.path));
}

static int
sort(struct cf_look * l, struct cf_err * err)
{
	struct item * items;
	size_t i;

	if ((items = cf_mem_array(l->found.n, sizeof(*items), err)) == NULL)
		return (-1);
	for (i = 0; i < l->found.n; i++) {
		items[i].entry = l->found.entries[i];
		items[i].seen = l->seen[i];
	}
	qsort(items, l->found.n, sizeof(*items), by_path);
	for (i = 0; i < l->found.n; i++) {
		l->found.entries[i] = items[i].entry;
		l->seen[i] = items[i].seen;
	}
	free(items);
	return (0);
}

int
cf_look_at(struct cf_look * look, const char * state, uint32_t parts,
    const char * except, struct cf_err * err)
{
	struct walk w = { .look = look, .err = err };
	struct stat sb;
	int folder, rc = -1;
	size_t i;

	if (except != NULL && stat(except, &sb) == 0) {
		w.except_device = sb.st_dev;
		w.except_number = sb.st_ino;
	}
	if ((folder = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		return (cf_err_errno(err, errno, "%s", state));
	look->found.parts = parts;
	for (i = 0; i < CF_PART_COUNT; i++) {
		if ((parts & 1u << i) != 0 && look_at_name(&w, folder,
		    cf_part_top((enum cf_part)i)))
			goto done;
	}
	rc = sort(look, err);
done:
	close(folder);
	cf_buf_free(&w.path);
	return (rc);
}

int
cf_look_same_file(const struct cf_seen * a, const struct cf_seen * b)
{

	return (a->device == b->device && a->number == b->number &&
	    a->size == b->size &&
	    a->modified.tv_sec == b->modified.tv_sec &&
	    a->modified.tv_nsec == b->modified.tv_nsec);
}

int
cf_look_same(const struct cf_look * a, const struct cf_look * b)
{
	const struct cf_entry * x;
	const struct cf_entry * y;
	size_t i;

	if (a->found.n != b->found.n)
		return (0);
	for (i = 0; i < a->found.n; i++) {
		x = &a->found.entries[i];
		y = &b->found.entries[i];
		if (x->type != y->type || x->mode != y->mode ||
		    strcmp(x->path, y->path) != 0)
			return (0);
		if (x->type == CF_ENTRY_FILE &&
		    !cf_look_same_file(&a->seen[i], &b->seen[i]))
			return (0);
		if (x->type == CF_ENTRY_CURRENT &&
		    strcmp(x->target, y->target) != 0)
			return (0);
	}
	return (1);
}

int
cf_look_stat(int folder, const char * path, struct cf_seen * seen)
{
	struct stat sb;

	if (fstatat(folder, path, &sb, AT_SYMLINK_NOFOLLOW) ||
	    !S_ISREG(sb.st_mode))
		return (-1);
	*seen = seen_of(&sb);
	return (0);
}

void
cf_look_free(struct cf_look * look)
{
	size_t i;

	cf_manifest_free(&look->found);
	for (i = 0; i < look->nskipped; i++)
		free(look->skipped[i]);
	free(look->skipped);
	free(look->seen);
	memset(look, 0, sizeof(*look));
}

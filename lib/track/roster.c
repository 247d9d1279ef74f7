#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/mem.h"
#include "keep/swap.h"
#include "track/registry.h"
#include "track/roster.h"

#define PRUNED ".pruned."	/* Before the ID of a model that goes. */

static int
add(struct cf_roster * m, const char * id, const struct stat * sb,
    struct cf_err * err)
{
	struct cf_roster_model * item;

	if (cf_mem_grow(&m->items, &m->capacity, m->n + 1, sizeof(*m->items),
	    err))
		return (-1);
	item = &m->items[m->n];
	memset(item, 0, sizeof(*item));
	item->time_s = (int64_t)sb->st_mtime;
	item->bytes = (int64_t)sb->st_size;
	if ((item->id = strdup(id)) == NULL)
		return (cf_err_memory(err));
	m->n++;
	return (0);
}

/* Add what the folder's entry is, if it is a model. */
static int
consider(const char * folder, const char * name,
    struct cf_roster * m, struct cf_err * err)
{
	struct cf_buf path = { 0 };
	struct stat sb;
	int has, rc = -1;

	if ((has = cf_registry_has(folder, name, err)) != 1)
		return (has);
	cf_buf_addf(&path, "%s/%s/%s", folder, name, CF_REGISTRY_MODEL);
	if (cf_buf_string(&path, err) == NULL)
		goto done;
	/* It may have gone in the meantime. */
	rc = stat(path.data, &sb) == 0 ? add(m, name, &sb, err) : 0;
done:
	cf_buf_free(&path);
	return (rc);
}

static int
by_age(const void * a, const void * b)
{
	const struct cf_roster_model * x = a, * y = b;

	if (x->time_s != y->time_s)
		return (x->time_s < y->time_s ? -1 : 1);
	return (strcmp(x->id, y->id));
}

static int
mark(const char * folder, struct cf_roster * m, struct cf_err * err)
{
	char * current = NULL, * previous = NULL;
	size_t i;
	int rc = -1;

	if (cf_registry_current(folder, &current, err) ||
	    cf_registry_previous(folder, &previous, err))
		goto done;
	for (i = 0; i < m->n; i++) {
		m->items[i].is_current = current != NULL &&
		    strcmp(m->items[i].id, current) == 0;
		m->items[i].is_previous = previous != NULL &&
		    strcmp(m->items[i].id, previous) == 0;
	}
	rc = 0;
done:
	free(current);
	free(previous);
	return (rc);
}

/* Call `each` for every entry of the folder. */
static int
walk(const char * folder, int (*each)(const char *, const char *,
    struct cf_roster *, struct cf_err *),
    struct cf_roster * m, struct cf_err * err)
{
	struct cf_folder entries;
	size_t i;
	int rc;

	rc = cf_folder_read(folder, &entries, err);
	for (i = 0; i < entries.n && rc == 0; i++)
		rc = each(folder, entries.names[i], m, err);
	cf_folder_free(&entries);
	return (rc == 0 ? 0 : -1);
}

int
cf_roster_list(const char * folder, struct cf_roster * m,
    struct cf_err * err)
{

	memset(m, 0, sizeof(*m));
	if (walk(folder, consider, m, err))
		return (-1);
	if (m->n > 0)
		qsort(m->items, m->n, sizeof(*m->items), by_age);
	return (mark(folder, m, err));
}

void
cf_roster_free(struct cf_roster * m)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		free(m->items[i].id);
	free(m->items);
	memset(m, 0, sizeof(*m));
}

/* Remove a model that was renamed, by this process or one that was killed. */
static int
sweep(const char * folder, const char * name, struct cf_roster * m,
    struct cf_err * err)
{
	struct cf_buf path = { 0 };
	int rc = -1;

	(void)m;
	if (strncmp(name, PRUNED, strlen(PRUNED)) != 0)
		return (0);
	cf_buf_addf(&path, "%s/%s", folder, name);
	if (cf_buf_string(&path, err) != NULL)
		rc = cf_swap_remove_tree(path.data, err);
	cf_buf_free(&path);
	return (rc);
}

static int
hide(const char * folder, const char * id, struct cf_err * err)
{
	struct cf_buf from = { 0 };
	struct cf_buf to = { 0 };
	int rc = -1;

	cf_buf_addf(&from, "%s/%s", folder, id);
	cf_buf_addf(&to, "%s/%s%s", folder, PRUNED, id);
	if (cf_buf_string(&from, err) == NULL ||
	    cf_buf_string(&to, err) == NULL)
		goto done;
	if (rename(from.data, to.data)) {
		cf_err_errno(err, errno, "%s", from.data);
		goto done;
	}
	rc = cf_file_sync_folder(from.data, err);
done:
	cf_buf_free(&from);
	cf_buf_free(&to);
	return (rc);
}

/* Move a model from one list to the other, and its folder out of sight. */
static int
drop(const char * folder, struct cf_roster_model * item, int check,
    struct cf_roster * gone, struct cf_err * err)
{

	if (cf_mem_grow(&gone->items, &gone->capacity, gone->n + 1,
	    sizeof(*gone->items), err))
		return (-1);
	if (!check && hide(folder, item->id, err))
		return (-1);
	gone->items[gone->n++] = *item;
	item->id = NULL;
	return (0);
}

int
cf_roster_prune(const char * folder, size_t keep, int check,
    struct cf_roster * gone, struct cf_err * err)
{
	struct cf_roster all = { 0 };
	struct cf_buf path = { 0 };
	int lock = -1, rc = -1;
	size_t i;

	memset(gone, 0, sizeof(*gone));
	cf_buf_addf(&path, "%s/%s", folder, CF_REGISTRY_LOCK);
	if (cf_buf_string(&path, err) == NULL ||
	    (!check && (lock = cf_file_lock(path.data, 1, err)) == -1))
		goto done;
	if ((!check && walk(folder, sweep, NULL, err)) ||
	    cf_roster_list(folder, &all, err))
		goto done;
	for (i = 0; i < all.n && all.n - i > keep; i++) {
		if (!all.items[i].is_current && !all.items[i].is_previous &&
		    drop(folder, &all.items[i], check, gone, err))
			goto done;
	}
	rc = check ? 0 : walk(folder, sweep, NULL, err);
done:
	if (lock != -1)
		close(lock);
	cf_roster_free(&all);
	cf_buf_free(&path);
	return (rc);
}

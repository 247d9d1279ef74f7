#include <stdlib.h>

#include "backup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "keep/shelf.h"

/*
 * cf-backup prune.
 */

static void
add_reason(struct cf_buf * text, const char * reason)
{

	cf_buf_addf(text, "%s%s", text->len > 0 ? ", " : "", reason);
}

/* Why a backup stays or goes, in words. */
static void
reasons(const struct cf_shelf * shelf, const struct cf_verdict * v, size_t i,
    struct cf_buf * text)
{
	unsigned int why = v->retain.why;

	if (!shelf->items[i].ours)
		add_reason(text, "not known to be ours");
	if (v->retain.count == CF_RETAIN_DAMAGED)
		add_reason(text, "damaged");
	if (v->retain.count == CF_RETAIN_AHEAD)
		add_reason(text, "dated ahead of the clock");
	if ((why & CF_RETAIN_LAST) != 0)
		add_reason(text, "newest");
	if ((why & CF_RETAIN_DAILY) != 0)
		add_reason(text, "daily");
	if ((why & CF_RETAIN_WEEKLY) != 0)
		add_reason(text, "weekly");
	if ((why & CF_RETAIN_MONTHLY) != 0)
		add_reason(text, "monthly");
	if (v->needed_by != CF_SHELF_NONE)
		cf_buf_addf(text, "%sneeded by %s", text->len > 0 ? ", " : "",
		    shelf->items[v->needed_by].name);
	if (v->remove)
		add_reason(text, "in no daily, weekly or monthly place");
}

static int
tell_plan(const struct cf_backup * b, const struct cf_shelf * shelf,
    const struct cf_verdict * verdicts, struct cf_err * err)
{
	static const struct cf_column columns[] = {
		{ "name", NULL, NULL }, { "action", NULL, NULL },
		{ "reason", NULL, NULL }
	};
	struct cf_buf text = { 0 };
	struct cf_backup_table t;
	size_t i;
	int rc = -1;

	if (cf_backup_table_open(&t, b, columns, 3, err))
		return (-1);
	for (i = 0; i < shelf->n; i++) {
		text.len = 0;
		reasons(shelf, &verdicts[i], i, &text);
		cf_backup_table_text(&t, shelf->items[i].name);
		cf_backup_table_text(&t, verdicts[i].remove ? "remove" : "keep");
		cf_writer_text(t.writer, text.data, text.len);
		if (cf_writer_end(t.writer, err))
			break;
	}
	if (i == shelf->n)
		rc = text.failed ? cf_err_memory(err) : 0;
	if (cf_backup_table_close(&t, rc == 0, err))
		rc = -1;
	cf_buf_free(&text);
	return (rc);
}

static int
prune(const struct cf_backup * b, struct cf_shelf * shelf,
    struct cf_verdict * verdicts, size_t * removed, struct cf_err * err)
{
	struct cf_retain_rule rule = { b->keep_daily, b->keep_weekly,
	    b->keep_monthly };

	if (cf_shelf_plan(shelf, &rule, b->now_s, b->threads, verdicts, err))
		return (-1);
	if ((b->common.check || b->common.verbose) &&
	    tell_plan(b, shelf, verdicts, err))
		return (-1);
	if (b->common.check)
		return (0);
	return (cf_shelf_prune(shelf, verdicts, removed, err));
}

/* Damage that was found on the way is told, with status 1. */
static int
tell_damage(const struct cf_backup * b, const struct cf_shelf * shelf)
{
	size_t i;
	int status = 0;

	for (i = 0; i < shelf->n; i++) {
		if (shelf->items[i].good != CF_GOOD_NO)
			continue;
		cf_main_note(b->m, "%s/%s: damaged", shelf->folder,
		    shelf->items[i].name);
		status = CF_ERR_NO;
	}
	return (status);
}

int
cf_backup_prune(struct cf_backup * b, char * const * operands)
{
	struct cf_backup_event event = { .action = "prune",
		.start_s = cf_clock_ms() };
	const char * folder = operands[0] != NULL ? operands[0] : b->shelf;
	struct cf_verdict * verdicts = NULL;
	struct cf_shelf shelf;
	struct cf_err err;
	size_t removed = 0;
	int status = 0;

	if (cf_backup_load_key(b, 0, &err) || (!b->common.check &&
	    cf_backup_lock(b, folder, ".lock", &err)))
		return (cf_main_fail(b->m, &err));
	if (cf_shelf_open(folder, cf_backup_key(b), &shelf, &err) ||
	    (verdicts = cf_mem_array(shelf.n, sizeof(*verdicts), &err)) ==
	    NULL || prune(b, &shelf, verdicts, &removed, &err)) {
		status = cf_main_fail(b->m, &err);
		if (!b->common.check)
			cf_backup_note(b, folder, &event, &err);
	} else {
		status = tell_damage(b, &shelf);
		if (b->common.verbose)
			cf_main_note(b->m, "%s: removed %zu of %zu", folder,
			    removed, shelf.n);
		if (!b->common.check)
			status = cf_err_worse(status, cf_backup_note(b,
			    folder, &event, NULL));
	}
	free(verdicts);
	cf_shelf_close(&shelf);
	return (status);
}

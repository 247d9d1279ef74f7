#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/batch.h"

#define SPARE_MAX 256		/* Outdated records that may wait. */
#define NO_HOLDER ((size_t)-1)

void
cf_batch_init(struct cf_batch * b, size_t ninputs)
{

	memset(b, 0, sizeof(*b));
	b->ninputs = ninputs;
}

void
cf_batch_clear(struct cf_batch * b)
{

	b->n = b->nbad = b->texts.len = 0;
}

/* Room for one more record; its item, or NULL. */
static struct cf_batch_item *
add(struct cf_batch * b, uint64_t line, struct cf_err * err)
{
	struct cf_batch_item * item;
	double * record;
	size_t i;

	if (cf_mem_grow(&b->records, &b->capacity_records,
	    (b->n + 1) * b->ninputs, sizeof(*b->records), err) ||
	    cf_mem_grow(&b->items, &b->capacity_items, b->n + 1,
	    sizeof(*b->items), err))
		return (NULL);
	record = b->records + b->n * b->ninputs;
	for (i = 0; i < b->ninputs; i++)
		record[i] = (double)NAN;
	item = &b->items[b->n];
	memset(item, 0, sizeof(*item));
	for (i = 0; i < CF_BATCH_KEYS; i++)
		item->start[i] = b->texts.len;
	item->line = line;
	item->holder = NO_HOLDER;
	return (item);
}

const char *
cf_batch_key_name(enum cf_batch_key_id key)
{
	static const char * const names[CF_BATCH_KEYS] = { "symbol",
	    "account", "date", "horizon", "target_date" };

	return (names[key]);
}

double *
cf_batch_add(struct cf_batch * b, const struct cf_field * keys, uint64_t line,
    struct cf_err * err)
{
	struct cf_batch_item * item;
	size_t i;

	if ((item = add(b, line, err)) == NULL)
		return (NULL);
	for (i = 0; i < CF_BATCH_KEYS; i++) {
		item->start[i] = b->texts.len;
		item->len[i] = keys[i].len;
		cf_buf_add(&b->texts, keys[i].text, keys[i].len);
	}
	if (b->texts.failed) {
		cf_err_memory(err);
		return (NULL);
	}
	return (b->records + b->n++ * b->ninputs);
}

int
cf_batch_add_bad(struct cf_batch * b, const char * text, uint64_t line,
    struct cf_err * err)
{
	struct cf_batch_item * item;

	if ((item = add(b, line, err)) == NULL)
		return (-1);
	item->is_bad = 1;
	item->len[0] = strlen(text) + 1;
	cf_buf_add(&b->texts, text, item->len[0]);
	if (b->texts.failed)
		return (cf_err_memory(err));
	b->n++;
	b->nbad++;
	return (0);
}

void
cf_batch_drop(struct cf_batch * b)
{

	b->n--;
	b->nbad -= b->items[b->n].is_bad != 0;
	b->texts.len = b->items[b->n].start[0];
}

struct cf_field
cf_batch_key(const struct cf_batch * b, size_t i, enum cf_batch_key_id key)
{
	const struct cf_batch_item * item = &b->items[i];
	struct cf_field field = { "", 0 };

	if (item->is_bad || item->len[key] == 0)
		return (field);
	field.text = b->texts.data + item->start[key];
	field.len = item->len[key];
	return (field);
}

const char *
cf_batch_bad(const struct cf_batch * b, size_t i)
{

	return (b->items[i].is_bad ? b->texts.data + b->items[i].start[0] :
	    NULL);
}

/* Compare texts as memcmp does; ISO dates so compare as dates. */
static int
compare(struct cf_field a, struct cf_field b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int c = memcmp(a.text, b.text, len);

	return (c != 0 ? c : (a.len > b.len) - (a.len < b.len));
}

/* Move a record and its texts to the front, behind `to` others. */
static void
move(struct cf_batch * b, size_t from, size_t to, size_t text_to)
{
	struct cf_batch_item * item = &b->items[from];
	size_t at = item->start[0], len = 0, i;

	for (i = 0; i < CF_BATCH_KEYS; i++) {
		len += item->len[i];
		item->start[i] -= at - text_to;
	}
	if (len > 0)
		memmove(b->texts.data + text_to, b->texts.data + at, len);
	if (from != to) {
		memcpy(b->records + to * b->ninputs,
		    b->records + from * b->ninputs,
		    b->ninputs * sizeof(*b->records));
		b->items[to] = *item;
	}
	if (b->items[to].holder != NO_HOLDER)
		b->holders[b->items[to].holder].newest = to;
	b->texts.len = text_to + len;
}

void
cf_batch_sweep(struct cf_batch * b)
{
	const struct cf_batch_item * item;
	size_t i, n = 0, text_to = 0;

	if (b->outdated == 0)
		return;
	for (i = 0; i < b->n; i++) {
		item = &b->items[i];
		if (item->holder != NO_HOLDER &&
		    item->round != b->holders[item->holder].round)
			continue;
		move(b, i, n++, text_to);
		text_to = b->texts.len;
	}
	b->texts.len = text_to;
	b->n = n;
	b->outdated = 0;
}

int
cf_batch_keep_latest(struct cf_batch * b, enum cf_batch_key_id name,
    struct cf_err * err)
{
	size_t last = b->n - 1, number;
	struct cf_field text = cf_batch_key(b, last, name);
	struct cf_batch_holder * h;
	int is_new, order = 0;

	/* No symbol is one too; a name has bytes. */
	if (text.len == 0)
		text = (struct cf_field){ "", 1 };
	if ((is_new = cf_names_add(&b->names, text.text, text.len, &number,
	    err)) == -1 || cf_mem_grow(&b->holders, &b->capacity_holders,
	    number + 1, sizeof(*b->holders), err))
		return (-1);
	h = &b->holders[number];
	if (is_new)
		*h = (struct cf_batch_holder){ .newest = last };
	else
		order = compare(cf_batch_key(b, last, CF_BATCH_DATE),
		    cf_batch_key(b, h->newest, CF_BATCH_DATE));
	if (order < 0) {
		cf_batch_drop(b);
		return (0);
	}
	if (order > 0) {
		b->outdated += h->n;
		h->newest = last;
		h->n = 0;
		h->round++;
	}
	h->n++;
	b->items[last].holder = number;
	b->items[last].round = h->round;
	if (b->outdated > SPARE_MAX && b->outdated > b->n / 2)
		cf_batch_sweep(b);
	return (0);
}

void
cf_batch_free(struct cf_batch * b)
{

	free(b->records);
	free(b->items);
	free(b->holders);
	cf_names_free(&b->names);
	cf_buf_free(&b->texts);
	memset(b, 0, sizeof(*b));
}

#include "fuzz.h"

#include <math.h>

#include <sodium.h>
#include <zlib.h>

#include "base/day.h"
#include "http/cache.h"
#include "keep/diary.h"
#include "serve/shared.h"
#include "source/quota.h"
#include "track/lineage.h"

/*
 * Small files of the state folder, which a crash, a disk or a hand may have changed.  The first byte says which: q a quota,
 * c a body in the cache, C the same in parts, d the log of backups, l the lineage of a registry, s what servers count.
 */

#define NOW 1704067200.0

static void
make_folder(const char *name)
{
	char path[400];

	snprintf(path, sizeof(path), "%s/%s", fuzz_folder(), name);
	mkdir(path, 0700);
}

static void
quota(const uint8_t *data, size_t size)
{
	static const struct cf_quota_rule rule = { 25, 1.2 };
	struct cf_quota_view view;
	struct cf_err err = { 0 };

	make_folder("state");
	make_folder("state/fetch");
	fuzz_put("state/fetch/fuzz", data, size);
	for (int i = 0; i < 2; i++) {
		if ((i == 0 ? cf_quota_look : cf_quota_take)(fuzz_folder(), "fuzz", &rule, NOW, &view, &err)) {
			fuzz_message(&err);
			return;
		}
		FUZZ_HOLDS(view.used >= 0 && view.left >= 0 && view.left <= rule.per_day);
		FUZZ_HOLDS(isfinite(view.free_s) && isfinite(view.success_s));
		FUZZ_HOLDS(view.newest >= CF_DAY_MIN && view.newest <= CF_DAY_MAX);
	}
}

static void
cache(const uint8_t *data, size_t size)
{
	struct cf_cache_entry entry, again;
	struct cf_err err = { 0 };
	int found;

	fuzz_put("body", data, size);
	if ((found = cf_cache_load(fuzz_folder(), "body", &entry, &err)) == -1)
		fuzz_message(&err);
	if (found != 1)
		return;
	FUZZ_HOLDS(entry.body.len <= size);
	FUZZ_HOLDS(strlen(entry.etag) < sizeof(entry.etag) && strlen(entry.modified) < sizeof(entry.modified));
	FUZZ_HOLDS(cf_cache_store(fuzz_folder(), "again", &entry, &err) == 0);
	FUZZ_HOLDS(cf_cache_load(fuzz_folder(), "again", &again, &err) == 1);
	FUZZ_HOLDS(again.checked_s == entry.checked_s && again.body.len == entry.body.len);
	FUZZ_HOLDS(strcmp(again.etag, entry.etag) == 0 && strcmp(again.modified, entry.modified) == 0);
	cf_buf_free(&again.body);
	cf_buf_free(&entry.body);
}

/* The same with the length and checksum of the body made right: its parts are the lines before, those behind, the body. */
static void
cache_of_parts(const uint8_t *data, size_t size)
{
	struct fuzz_part parts[3];
	struct cf_buf file = { 0 };

	fuzz_parts(data, size, parts, 3);
	cf_buf_add(&file, parts[0].data, parts[0].size);
	cf_buf_addf(&file, "\nlength %zu\ncrc32 %lu\n", parts[2].size,
	    crc32(crc32(0, Z_NULL, 0), parts[2].data, (uInt)parts[2].size));
	cf_buf_add(&file, parts[1].data, parts[1].size);
	cf_buf_add_text(&file, "\n\n");
	cf_buf_add(&file, parts[2].data, parts[2].size);
	FUZZ_HOLDS(!file.failed);
	cache((const uint8_t *)file.data, file.len);
	cf_buf_free(&file);
}

static void
diary(const uint8_t *data, size_t size)
{
	struct cf_diary d;
	struct cf_err err = { 0 };

	fuzz_put(CF_DIARY_NAME, data, size);
	if (cf_diary_read(fuzz_folder(), &d, &err))
		fuzz_message(&err);
	for (size_t i = 0; i < d.n; i++) {
		FUZZ_HOLDS(d.lines[i].action[0] != '\0' && (d.lines[i].ok == 0 || d.lines[i].ok == 1));
		FUZZ_HOLDS(!isnan(d.lines[i].seconds));
	}
	cf_diary_find(&d, "create", 1, NULL);
	cf_diary_free(&d);
}

static void
lineage(const uint8_t *data, size_t size)
{
	struct cf_lineage l = { 0 };
	struct cf_err err = { 0 };

	fuzz_put(CF_LINEAGE_FILE, data, size);
	if (cf_lineage_read(fuzz_folder(), "20240105T020000Z-17", &l, &err))
		fuzz_message(&err);
	else
		FUZZ_HOLDS(l.n >= 1 && strcmp(l.ids[l.n - 1], "20240105T020000Z-17") == 0);
	cf_lineage_free(&l);
}

/* What is not such a file is replaced by a new one, so that it can be used in any case. */
static void
shared(const uint8_t *data, size_t size)
{
	struct cf_shared s = { 0 };
	struct cf_err err = { 0 };
	const char *path = fuzz_put("counters", data, size);
	uint8_t bytes[64];

	if (cf_shared_open(&s, path, &err)) {
		fuzz_message(&err);
		return;
	}
	cf_shared_count(&s, CF_SHARED_PREDICTIONS, 1);
	cf_shared_close(&s);
	/* The same with a head that is damaged, of a file that has the right size. */
	if (size > 0 && size <= sizeof(bytes)) {
		FUZZ_HOLDS(cf_shared_open(&s, path, &err) == 0);
		memcpy(bytes, s.file, size);
		for (size_t i = 0; i < size; i++)
			bytes[i] ^= data[i];
		memcpy(s.file, bytes, size);
		cf_shared_close(&s);
		FUZZ_HOLDS(cf_shared_open(&s, path, &err) == 0);
		FUZZ_HOLDS(cf_shared_hash(&s, "x", 1) != 0);
		cf_shared_request(&s, 0, (enum cf_head_method)0, 200, 10);
		cf_shared_close(&s);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct {
		char letter;
		void (*read)(const uint8_t *data, size_t size);
	} files[] = { { 'q', quota }, { 'c', cache }, { 'C', cache_of_parts }, { 'd', diary }, { 'l', lineage }, { 's', shared } };

	if (size < 1 || sodium_init() < 0)
		return (0);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (files[i].letter == (char)data[0])
			files[i].read(data + 1, size - 1);
	return (0);
}

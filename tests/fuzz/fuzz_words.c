#include "fuzz.h"

#include <math.h>

#include "base/buf.h"
#include "base/day.h"
#include "feature/emit.h"
#include "feature/entry.h"
#include "feature/set.h"
#include "http/limits.h"
#include "http/retry.h"
#include "http/url.h"
#include "keep/digest.h"
#include "keep/label.h"
#include "keep/part.h"
#include "risk/forecasts.h"
#include "source/layout.h"

/*
 * The small languages in the values of options, in names of files and in fields of replies.  The first byte says which, the
 * rest is the text.
 */

static void
set(const char *text, size_t len)
{
	struct cf_err err = { 0 };
	struct cf_series *series = cf_series_new(NULL);
	struct cf_set *s = cf_set_parse(text, series, 0, &err);

	(void)len;
	FUZZ_HOLDS(series != NULL);
	if (s == NULL)
		fuzz_message(&err);
	else {
		FUZZ_HOLDS(s->ncolumns > 0);
		for (size_t i = 0; i < s->ncolumns; i++)
			FUZZ_HOLDS(s->columns[i].source == CF_SET_NONE || s->columns[i].source < s->nmachines);
	}
	cf_set_free(s);
	cf_series_free(series);
}

static void
horizons(const char *text, size_t len)
{
	size_t list[CF_EMIT_HORIZONS_MAX], n = 0;
	struct cf_err err = { 0 };

	(void)len;
	if (cf_emit_parse_horizons(text, list, &n, &err)) {
		fuzz_message(&err);
		return;
	}
	FUZZ_HOLDS(n >= 1 && n <= CF_EMIT_HORIZONS_MAX);
	for (size_t i = 0; i < n; i++)
		FUZZ_HOLDS(list[i] >= 1 && list[i] <= CF_EMIT_HORIZON_MAX && (i == 0 || list[i - 1] < list[i]));
}

static void
quantiles(const char *text, size_t len)
{
	static struct cf_forecasts_params params;
	struct cf_err err = { 0 };

	(void)len;
	memset(&params, 0, sizeof(params));
	if (cf_forecasts_parse(text, &params, &err)) {
		fuzz_message(&err);
		return;
	}
	FUZZ_HOLDS(params.nquantiles >= 1 && params.nquantiles <= CF_FORECASTS_QUANTILES_MAX);
	for (size_t i = 0; i < params.nquantiles; i++)
		FUZZ_HOLDS(params.quantile[i] > 0 && params.quantile[i] < 1 &&
		    (i == 0 || params.quantile[i - 1] < params.quantile[i]));
}

static void
parts(const char *text, size_t len)
{
	struct cf_err err = { 0 };
	uint32_t bits = 0;

	(void)len;
	if (cf_part_parse(text, &bits, &err))
		fuzz_message(&err);
	else
		FUZZ_HOLDS(bits != 0 && (bits & ~(uint32_t)CF_PART_ALL) == 0);
}

static void
map(const char *text, size_t len)
{
	struct cf_err err = { 0 };

	(void)len;
	if (cf_layout_map_check(text, &err))
		fuzz_message(&err);
}

/* Of a base URL, and its query. */
static void
url(const char *text, size_t len)
{
	struct cf_err err = { 0 };
	struct cf_buf b = { 0 };
	char host[50];

	(void)len;
	if (cf_url_check(text, "--base-url", &err) == -1)
		fuzz_message(&err);
	else
		FUZZ_HOLDS(cf_url_same_host(text, text));
	cf_url_is_https(text);
	cf_url_host(text, host, sizeof(host));
	FUZZ_HOLDS(strlen(host) < sizeof(host));
	cf_buf_add_text(&b, "https://x");
	cf_url_query(&b, "q", text);
	FUZZ_HOLDS(cf_buf_string(&b, NULL) != NULL);
	for (const char *s = b.data; *s != '\0'; s++)
		FUZZ_HOLDS(*s > ' ' && *s <= '~' && *s != '#' && (s - b.data < 10 || *s != '&'));
	cf_buf_free(&b);
}

static void
retry_after(const char *text, size_t len)
{
	double wait = -1;

	(void)len;
	if (cf_retry_after(text, 1704067200, &wait) == 0)
		FUZZ_HOLDS(wait >= 0 && wait <= CF_HTTP_RETRY_AFTER_MAX_S);
}

static void
label(const char *text, size_t len)
{
	char back[CF_LABEL_MAX];
	struct cf_label l;

	if (cf_label_parse(text, len, &l))
		return;
	cf_label_print(&l, back);
	FUZZ_HOLDS(strlen(back) == len && memcmp(back, text, len) == 0);
}

static void
digest(const char *text, size_t len)
{
	char back[CF_DIGEST_TEXT_MAX];
	struct cf_digest d;

	if (cf_digest_parse(text, len, &d))
		return;
	cf_digest_print(&d, back);
	FUZZ_HOLDS(strlen(back) == len && memcmp(back, text, len) == 0);
}

/* Amounts and dates of ledgers; a format and a date have a blank line between them. */
static void
entry(const char *text, size_t len)
{
	static const char decimals[] = { 0, '.', ',' };
	const char *gap = strstr(text, "\n\n");
	char format[CF_ENTRY_FORMAT_MAX * 2];
	int32_t day;
	double x;

	for (size_t i = 0; i < sizeof(decimals); i++)
		if (cf_entry_amount(text, len, decimals[i], &x) == 0)
			FUZZ_HOLDS(isfinite(x));
	if (gap == NULL || (size_t)(gap - text) >= sizeof(format))
		return;
	memcpy(format, text, (size_t)(gap - text));
	format[gap - text] = '\0';
	gap += 2;
	if (cf_entry_check_format(format) == 0 && cf_entry_date(gap, len - (size_t)(gap - text), format, &day) == 0)
		FUZZ_HOLDS(day >= CF_DAY_MIN && day <= CF_DAY_MAX);
}

/* Dates and numbers of sources. */
static void
layout(const char *text, size_t len)
{
	int64_t time_s;
	int has_clock;
	double x;

	if (cf_layout_time(text, len, &time_s, &has_clock) == 0) {
		FUZZ_HOLDS(cf_day_of_moment(time_s) >= CF_DAY_MIN && cf_day_of_moment(time_s) <= CF_DAY_MAX);
		FUZZ_HOLDS(has_clock >= 0 && has_clock <= 2);
	}
	if (cf_layout_number(text, len, &x) == 0)
		FUZZ_HOLDS(!isinf(x));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct {
		char letter;
		void (*read)(const char *text, size_t len);
	} languages[] = {
		{ 's', set }, { 'h', horizons }, { 'q', quantiles }, { 'p', parts }, { 'm', map }, { 'u', url },
		{ 'r', retry_after }, { 'b', label }, { 'd', digest }, { 'e', entry }, { 'l', layout }
	};
	char *text;

	if (size < 1)
		return (0);
	text = fuzz_text(data + 1, size - 1);
	for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++)
		if (languages[i].letter == (char)data[0])
			languages[i].read(text, strlen(text));
	free(text);
	return (0);
}

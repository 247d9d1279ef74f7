#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/day.h"
#include "base/num.h"
#include "source/layout.h"

#define NUMBER_MAX 64		/* Bytes of a number with its commas. */

/* Field names as the user writes them in a map. */
static const char * const fields[CF_LAYOUT_FIELDS] = { "date", "symbol",
    "series", "available", "value", "open", "high", "low", "close", "volume",
    "adjusted_close", "dividend_amount", "split_coefficient" };

/* Names met in headers, besides those above; in any case. */
static const struct {
	const char * name;
	enum cf_layout_field field;
} aliases[] = {
	{ "timestamp", CF_LAYOUT_DATE },	/* Alpha Vantage */
	{ "latestday", CF_LAYOUT_DATE },
	{ "observation_date", CF_LAYOUT_DATE },	/* FRED since 2024-12 */
	{ "data", CF_LAYOUT_DATE },		/* stooq.pl */
	{ "ticker", CF_LAYOUT_SYMBOL },
	{ "otwarcie", CF_LAYOUT_OPEN },
	{ "najwyzszy", CF_LAYOUT_HIGH },
	{ "najwy\xc5\xbcszy", CF_LAYOUT_HIGH },
	{ "najnizszy", CF_LAYOUT_LOW },
	{ "najni\xc5\xbcszy", CF_LAYOUT_LOW },
	{ "zamkniecie", CF_LAYOUT_CLOSE },
	{ "zamkni\xc4\x99" "cie", CF_LAYOUT_CLOSE },
	{ "close/last", CF_LAYOUT_CLOSE },	/* Nasdaq */
	{ "price", CF_LAYOUT_CLOSE },
	{ "wolumen", CF_LAYOUT_VOLUME },
	{ "adj close", CF_LAYOUT_ADJUSTED },	/* Yahoo */
	{ "adj_close", CF_LAYOUT_ADJUSTED },
	{ "dividends", CF_LAYOUT_DIVIDEND },
	{ "stock splits", CF_LAYOUT_SPLIT }
};

/* The field that a name in a header means, or CF_LAYOUT_FIELDS. */
static enum cf_layout_field
field_of(const char * name)
{
	size_t i;

	while (*name == ' ')
		name++;
	for (i = 0; i < CF_LAYOUT_FIELDS; i++) {
		if (strcasecmp(name, fields[i]) == 0)
			return ((enum cf_layout_field)i);
	}
	for (i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
		if (strcasecmp(name, aliases[i].name) == 0)
			return (aliases[i].field);
	}
	return (CF_LAYOUT_FIELDS);
}

static int
map_fault(const char * text, size_t len, const char * reason,
    struct cf_err * err)
{

	cf_err_data(err, NULL, text, len, "map: %s", reason);
	if (err != NULL)
		err->kind = CF_ERR_USAGE;
	return (-1);
}

/* One FIELD=NAME of a map: return the field, or CF_LAYOUT_FIELDS. */
static size_t
map_field(const char * part, size_t len, const char ** name,
    size_t * name_len)
{
	const char * equals = memchr(part, '=', len);
	size_t i, n;

	if (equals == NULL)
		return (CF_LAYOUT_FIELDS);
	n = (size_t)(equals - part);
	*name = equals + 1;
	*name_len = len - n - 1;
	for (i = 0; i < CF_LAYOUT_FIELDS; i++) {
		if (strlen(fields[i]) == n && memcmp(fields[i], part, n) == 0)
			break;
	}
	return (i);
}

int
cf_layout_map_check(const char * map, struct cf_err * err)
{
	const char * name;
	size_t len, name_len;

	while (map != NULL) {
		len = strcspn(map, ",");
		if (map_field(map, len, &name, &name_len) ==
		    CF_LAYOUT_FIELDS)
			return (map_fault(map, len, "not FIELD=COLUMN with "
			    "one of date, symbol, series, available, value, "
			    "open, high, low, close, volume, adjusted_close, "
			    "dividend_amount, split_coefficient", err));
		map = map[len] == ',' ? map + len + 1 : NULL;
	}
	return (0);
}

/* Apply the map: *taken gets the bits of the fields that it sets. */
static int
apply_map(struct cf_layout * layout, const struct cf_reader * reader,
    const char * map, unsigned int * taken, struct cf_err * err)
{
	const char * name;
	size_t len, name_len, field, i, n = cf_reader_columns(reader);

	while (map != NULL) {
		len = strcspn(map, ",");
		field = map_field(map, len, &name, &name_len);
		if (field == CF_LAYOUT_FIELDS)
			return (map_fault(map, len, "no such field", err));
		*taken |= 1u << field;
		for (i = 0; i < n && name_len > 0; i++) {
			if (strlen(cf_reader_column(reader, i)) == name_len &&
			    memcmp(cf_reader_column(reader, i), name,
			    name_len) == 0)
				break;
		}
		if (i == n)
			return (map_fault(name, name_len,
			    "the file has no such column", err));
		if (name_len > 0)
			layout->column[field] = i;
		map = map[len] == ',' ? map + len + 1 : NULL;
	}
	return (0);
}

int
cf_layout_find(struct cf_layout * layout, const struct cf_reader * reader,
    const char * map, struct cf_err * err)
{
	unsigned int taken = 0;
	size_t i;
	enum cf_layout_field field;

	for (i = 0; i < CF_LAYOUT_FIELDS; i++)
		layout->column[i] = CF_READER_NONE;
	if (apply_map(layout, reader, map, &taken, err))
		return (-1);
	for (i = 0; i < cf_reader_columns(reader); i++) {
		field = field_of(cf_reader_column(reader, i));
		if (field != CF_LAYOUT_FIELDS && !(taken >> field & 1) &&
		    layout->column[field] == CF_READER_NONE)
			layout->column[field] = i;
	}
	return (0);
}

int
cf_layout_has(const struct cf_layout * layout, enum cf_layout_field field)
{

	return (layout->column[field] != CF_READER_NONE);
}

static int
is_digits(const char * text, size_t n)
{

	while (n-- > 0) {
		if (text[n] < '0' || text[n] > '9')
			return (0);
	}
	return (1);
}

/* Read the day at the start; return the bytes it takes, or 0. */
static size_t
read_day(const char * text, size_t len, int32_t * day)
{
	char iso[] = "YYYY-MM-DD";

	if (len >= 10 && cf_day_parse(text, 10, day) == 0)
		return (10);
	if (len >= 10 && text[2] == '/' && text[5] == '/') {
		memcpy(iso, text + 6, 4);
		memcpy(iso + 5, text, 2);
		memcpy(iso + 8, text + 3, 2);
		return (cf_day_parse(iso, 10, day) == 0 ? 10 : 0);
	}
	if (len >= 8 && is_digits(text, 8)) {
		memcpy(iso, text, 4);
		memcpy(iso + 5, text + 4, 2);
		memcpy(iso + 8, text + 6, 2);
		return (cf_day_parse(iso, 10, day) == 0 ? 8 : 0);
	}
	return (0);
}

int
cf_layout_time(const char * text, size_t len, int64_t * time_s,
    int * has_clock)
{
	char iso[] = "2000-01-01T00:00:00Z";
	int32_t day;
	int64_t clock_s;
	size_t n = read_day(text, len, &day);
	int ignored;

	if (n == 0)
		return (-1);
	*time_s = (int64_t)day * CF_DAY_S;
	*has_clock = 0;
	if (len == n)
		return (0);
	if (text[n] != ' ' && text[n] != 'T')
		return (-1);
	text += n + 1;
	len -= n + 1;
	*has_clock = 1;
	if (len > 0 && text[len - 1] == 'Z') {
		*has_clock = 2;
		len--;
	}
	if (len != 5 && len != 8)
		return (-1);
	memcpy(iso + 11, text, len);
	if (cf_day_parse_moment(iso, sizeof(iso) - 1, &clock_s, &ignored))
		return (-1);
	*time_s += clock_s - cf_day_of_moment(clock_s) * (int64_t)CF_DAY_S;
	return (0);
}

/* "1,234,567.89": commas stand before groups of three digits only. */
static int
plain_digits(const char * text, size_t len, char * dst, size_t * dst_len)
{
	size_t i, n = 0, point = 0;

	while (point < len && text[point] != '.' && text[point] != 'e' &&
	    text[point] != 'E')
		point++;
	for (i = 0; i < len; i++) {
		if (text[i] != ',') {
			dst[n++] = text[i];
			continue;
		}
		if (i == 0 || i >= point || (point - i) % 4 != 0 ||
		    !is_digits(text + i + 1, 3))
			return (-1);
	}
	*dst_len = n;
	return (0);
}

int
cf_layout_number(const char * text, size_t len, double * x)
{
	static const char * const missing[] = { ".", "-", "null", "nan",
	    "N/A", "N/D" };
	char plain[NUMBER_MAX];
	size_t i;

	*x = NAN;
	if (len == 0)
		return (0);
	if (cf_num_parse(text, len, x) == CF_NUM_OK)
		return (0);
	for (i = 0; i < sizeof(missing) / sizeof(missing[0]); i++) {
		if (strlen(missing[i]) == len &&
		    strncasecmp(text, missing[i], len) == 0)
			return (0);
	}
	if (*text == '$') {
		text++;
		len--;
	}
	if (len == 0 || len > NUMBER_MAX ||
	    plain_digits(text, len, plain, &len))
		return (-1);
	return (cf_num_parse(plain, len, x) == CF_NUM_OK ? 0 : -1);
}

/* Field ${i} without blanks around it. */
static struct cf_field
trimmed(const struct cf_reader * reader, size_t i)
{
	struct cf_field f = cf_reader_field(reader, i);

	while (f.len > 0 && f.text[f.len - 1] == ' ')
		f.len--;
	while (f.len > 0 && *f.text == ' ') {
		f.text++;
		f.len--;
	}
	return (f);
}

static int
read_number(const struct cf_reader * reader, size_t i, double * x,
    struct cf_err * err)
{
	struct cf_field f;

	*x = NAN;
	if (i == CF_READER_NONE)
		return (0);
	f = trimmed(reader, i);
	if (cf_layout_number(f.text, f.len, x))
		return (cf_reader_bad(reader, i, "not a number", err));
	return (0);
}

static int
read_time(const struct cf_layout * layout, const struct cf_reader * reader,
    int64_t * time_s, int * has_clock, struct cf_err * err)
{
	size_t i = layout->column[CF_LAYOUT_DATE];
	struct cf_field f = trimmed(reader, i);

	if (cf_layout_time(f.text, f.len, time_s, has_clock))
		return (cf_reader_bad(reader, i, "not a date", err));
	return (0);
}

int
cf_layout_bar(const struct cf_layout * layout,
    const struct cf_reader * reader, struct cf_haul_bar * bar,
    int * has_clock, struct cf_err * err)
{
	/* In the order of the values of a bar. */
	static const enum cf_layout_field from[CF_HAUL_VALUES] = {
		CF_LAYOUT_OPEN, CF_LAYOUT_HIGH, CF_LAYOUT_LOW,
		CF_LAYOUT_CLOSE, CF_LAYOUT_VOLUME, CF_LAYOUT_ADJUSTED,
		CF_LAYOUT_DIVIDEND, CF_LAYOUT_SPLIT
	};
	int i, any = 0;

	if (read_time(layout, reader, &bar->time_s, has_clock, err))
		return (-1);
	for (i = 0; i < CF_HAUL_VALUES; i++) {
		if (read_number(reader, layout->column[from[i]], &bar->v[i],
		    err))
			return (-1);
		if (i <= CF_HAUL_CLOSE && !isnan(bar->v[i]))
			any = 1;
	}
	/* Yahoo's history writes 0 for a day without a split. */
	if (bar->v[CF_HAUL_SPLIT] <= 0 && bar->v[CF_HAUL_SPLIT] >= 0)
		bar->v[CF_HAUL_SPLIT] = 1;
	return (any);
}

int
cf_layout_point(const struct cf_layout * layout,
    const struct cf_reader * reader, size_t column,
    struct cf_haul_point * point, struct cf_err * err)
{
	size_t available = layout->column[CF_LAYOUT_AVAILABLE];
	int64_t time_s = 0;
	int has_clock;

	memset(point, 0, sizeof(*point));
	if (read_time(layout, reader, &time_s, &has_clock, err))
		return (-1);
	point->day = cf_day_of_moment(time_s);
	if (read_number(reader, column, &point->value, err))
		return (-1);
	if (available != CF_READER_NONE &&
	    cf_reader_day(reader, available, &point->available, err))
		return (-1);
	return (!isnan(point->value));
}

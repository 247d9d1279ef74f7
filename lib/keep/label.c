#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "keep/label.h"

#define PREFIX "backup_"
#define SEALED ".sealed"

static const char * const endings[] = { ".tar.gz", ".tar.zst" };

void
cf_label_print(const struct cf_label * label, char * name)
{
	int64_t second = label->time_s % CF_DAY_S;
	int year, month, day;

	if (second < 0)
		second += CF_DAY_S;
	cf_day_split(cf_day_of_moment(label->time_s), &year, &month, &day);
	snprintf(name, CF_LABEL_MAX, PREFIX "%04d%02d%02d_%02d%02d%02d%s%s",
	    year % 10000, month % 100, day % 100, (int)(second / 3600),
	    (int)(second / 60 % 60), (int)(second % 60),
	    endings[label->pack], label->sealed ? SEALED : "");
}

/* Read ${n} digits at *p and move behind them; -1 for anything else. */
static int
digits(const char ** p, int n)
{
	int value = 0;

	for (; n > 0; n--, (*p)++) {
		if (**p < '0' || **p > '9')
			return (-1);
		value = value * 10 + (**p - '0');
	}
	return (value);
}

int
cf_label_parse(const char * name, size_t len, struct cf_label * label)
{
	char copy[CF_LABEL_MAX], again[CF_LABEL_MAX];
	const char * p = copy + strlen(PREFIX);
	int year, month, day, hour, minute, second;

	if (len >= sizeof(copy) || len < strlen(PREFIX) ||
	    memchr(name, '\0', len) != NULL)
		return (-1);
	memcpy(copy, name, len);
	copy[len] = '\0';
	year = digits(&p, 4);
	month = year >= 0 ? digits(&p, 2) : -1;
	day = month >= 0 ? digits(&p, 2) : -1;
	if (day < 0 || *p++ != '_' || !cf_day_exists(year, month, day))
		return (-1);
	hour = digits(&p, 2);
	minute = hour >= 0 ? digits(&p, 2) : -1;
	second = minute >= 0 ? digits(&p, 2) : -1;
	if (second < 0 || hour > 23 || minute > 59 || second > 59)
		return (-1);
	label->time_s = (int64_t)cf_day_of(year, month, day) * CF_DAY_S +
	    hour * 3600 + minute * 60 + second;
	label->pack = strncmp(p, endings[CF_LABEL_ZSTD],
	    strlen(endings[CF_LABEL_ZSTD])) == 0 ? CF_LABEL_ZSTD :
	    CF_LABEL_GZIP;
	p += strlen(endings[label->pack]) < strlen(p) ?
	    strlen(endings[label->pack]) : strlen(p);
	label->sealed = *p != '\0';

	/* All that was not looked at shows in writing it again. */
	cf_label_print(label, again);
	return (strcmp(copy, again) == 0 ? 0 : -1);
}

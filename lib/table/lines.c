#include <string.h>

#include "base/mem.h"
#include "table/limits.h"
#include "table/lines.h"

#define READ_SIZE (256 * 1024)

int
cf_lines_more(struct cf_lines * lines, struct cf_err * err)
{
	size_t held = lines->end - lines->start;
	size_t room, got;

	if (held > CF_LINE_MAX)
		return (cf_lines_data(lines, NULL, NULL, 0, err,
		    "line longer than 8 MiB"));
	if (lines->start > 0) {
		memmove(lines->data, lines->data + lines->start, held);
		lines->start = 0;
		lines->end = held;
	}
	if (cf_mem_grow(&lines->data, &lines->capacity, held + READ_SIZE, 1,
	    err))
		return (-1);
	/* Never more than a record may have, or the bound would move. */
	room = CF_LINE_MAX + 1 - held;
	room = room < lines->capacity - held ? room : lines->capacity - held;
	if (cf_input_read(lines->input, lines->data + held, room, &got, err))
		return (-1);
	lines->end += got;
	if (got == 0)
		lines->ended = 1;
	return (0);
}

static int
is_space(char c)
{

	return (c == ' ' || c == '\t' || c == '\r' || c == '\n');
}

int
cf_lines_first(struct cf_lines * lines, int * c, struct cf_err * err)
{
	size_t pos = 0;

	while (lines->end - lines->start < 3 && !lines->ended) {
		if (cf_lines_more(lines, err))
			return (-1);
	}
	if (lines->end - lines->start >= 3 &&
	    memcmp(lines->data + lines->start, "\xef\xbb\xbf", 3) == 0)
		lines->start += 3;
	for (;;) {
		while (lines->start + pos < lines->end &&
		    is_space(lines->data[lines->start + pos]))
			pos++;
		if (lines->start + pos < lines->end) {
			*c = (unsigned char)lines->data[lines->start + pos];
			return (0);
		}
		if (lines->ended) {
			*c = -1;
			return (0);
		}
		if (cf_lines_more(lines, err))
			return (-1);
	}
}

int
cf_lines_data(const struct cf_lines * lines, const char * column,
    const char * value, size_t len, struct cf_err * err, const char * reason)
{
	struct cf_place place = { cf_input_name(lines->input), lines->line,
	    column };

	return (cf_err_data(err, &place, value, len, "%s", reason));
}

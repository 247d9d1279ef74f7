#include <string.h>

#include "table/objects.h"

#define END (-1)		/* Of the input. */

/*
 * Look at the byte `pos` behind the window's start: set *c, or END.  Offsets
 * stay right when the window reads on.
 */
static int
look(struct cf_lines * l, size_t pos, int * c, struct cf_err * err)
{

	while (l->start + pos >= l->end) {
		if (l->ended) {
			*c = END;
			return (0);
		}
		if (cf_lines_more(l, err))
			return (-1);
	}
	*c = (unsigned char)l->data[l->start + pos];
	return (0);
}

/* The same at the first byte from *pos on that is no blank. */
static int
look_behind_blanks(struct cf_lines * l, size_t * pos, int * c,
    struct cf_err * err)
{

	for (;; (*pos)++) {
		if (look(l, *pos, c, err))
			return (-1);
		if (*c != ' ' && *c != '\t' && *c != '\r' && *c != '\n')
			return (0);
	}
}

/* Move the window's start over n bytes. */
static void
pass(struct cf_lines * l, size_t n)
{
	const char * p = l->data + l->start;
	const char * end = p + n;

	while (p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		l->line++;
		p++;
	}
	l->start += n;
}

/* Move the start to the first byte that is no blank: *c, or END. */
static int
pass_blanks(struct cf_lines * l, int * c, struct cf_err * err)
{
	size_t pos = 0;

	if (look_behind_blanks(l, &pos, c, err))
		return (-1);
	pass(l, pos);
	return (0);
}

static int
bad(struct cf_objects * o, const struct cf_lines * l, const char * reason,
    struct cf_err * err)
{
	size_t held = l->end - l->start;

	o->lost = 1;
	return (cf_lines_data(l, NULL, l->data + l->start,
	    held < CF_ERR_VALUE_MAX ? held : CF_ERR_VALUE_MAX, err, reason));
}

/* Set *end behind the string whose opening quote is at pos; 0: none ends. */
static int
string_end(struct cf_lines * l, size_t pos, size_t * end, struct cf_err * err)
{
	int c;

	for (pos++;; pos++) {
		if (look(l, pos, &c, err))
			return (-1);
		if (c == END || c == '"')
			break;
		if (c == '\\')
			pos++;
	}
	*end = c == END ? 0 : pos + 1;
	return (0);
}

/*
 * Set *end behind the value at the window's start, whatever it is, as far as
 * brackets, strings and commas tell; 0 if the input ends before.
 */
static int
value_end(struct cf_lines * l, size_t * end, struct cf_err * err)
{
	size_t pos = 0, depth = 0, after;
	int c;

	for (;; pos++) {
		if (look(l, pos, &c, err))
			return (-1);
		if (c == END || (depth == 0 && pos > 0 &&
		    (c == ',' || c == ']' || c == '}'))) {
			*end = c == END ? 0 : pos;
			return (0);
		}
		if (c == '{' || c == '[') {
			depth++;
		} else if (c == '}' || c == ']') {
			if (depth <= 1) {
				*end = pos + 1;
				return (0);
			}
			depth--;
		} else if (c == '"') {
			if (string_end(l, pos, &after, err))
				return (-1);
			if (after == 0 || depth == 0) {
				*end = after;
				return (0);
			}
			pos = after - 1;
		}
	}
}

/*
 * Set *end behind `{"data":` if the window begins so and an object or array
 * follows, else 0.
 */
static int
body_begins(struct cf_lines * l, size_t * end, struct cf_err * err)
{
	static const char * const tokens[] = { "{", "\"data\"", ":" };
	const char * t;
	size_t pos = 0, i;
	int c;

	*end = 0;
	for (i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
		if (look_behind_blanks(l, &pos, &c, err))
			return (-1);
		for (t = tokens[i]; *t != '\0'; t++, pos++) {
			if (look(l, pos, &c, err))
				return (-1);
			if (c != (unsigned char)*t)
				return (0);
		}
	}
	if (look_behind_blanks(l, &pos, &c, err))
		return (-1);
	if (c == '{' || c == '[')
		*end = pos;
	return (0);
}

int
cf_objects_begin(struct cf_lines * l, int c, int * found, struct cf_err * err)
{
	size_t end = 0;

	if (c == '{' && body_begins(l, &end, err))
		return (-1);
	*found = c == '[' || end > 0;
	return (0);
}

/* Enter the document at the window's start, whose first byte is c. */
static int
enter(struct cf_objects * o, struct cf_lines * l, int c, struct cf_err * err)
{
	size_t end = 0;

	if (c == '{' && body_begins(l, &end, err))
		return (-1);
	if (c != '[' && end == 0)
		return (bad(o, l, "neither an array nor {\"data\": ...}", err));
	pass(l, end);
	o->is_body = end > 0;
	o->in_list = l->data[l->start] == '[';
	o->inside = 1;
	o->later = 0;
	if (o->in_list)
		pass(l, 1);
	return (0);
}

/* Pass over `"name": value`, a member of a body beside "data". */
static int
pass_member(struct cf_objects * o, struct cf_lines * l, struct cf_err * err)
{
	size_t end;
	int c;

	if (pass_blanks(l, &c, err))
		return (-1);
	if (c != '"' || !o->lenient)
		return (bad(o, l, "another member beside \"data\"", err));
	if (string_end(l, 0, &end, err))
		return (-1);
	pass(l, end);
	if (pass_blanks(l, &c, err))
		return (-1);
	if (end == 0 || c != ':')
		return (bad(o, l, "not JSON", err));
	pass(l, 1);
	if (pass_blanks(l, &c, err) || value_end(l, &end, err))
		return (-1);
	if (end == 0)
		return (bad(o, l, "not JSON: it ends too early", err));
	pass(l, end);
	return (0);
}

/* Leave the document, all objects of which were read. */
static int
leave(struct cf_objects * o, struct cf_lines * l, struct cf_err * err)
{
	int c;

	while (o->is_body) {
		if (pass_blanks(l, &c, err))
			return (-1);
		if (c == END)
			return (bad(o, l, "not JSON: it ends too early", err));
		if (c != ',' && c != '}')
			return (bad(o, l, "not JSON: no comma", err));
		pass(l, 1);
		if (c == '}')
			break;
		if (pass_member(o, l, err))
			return (-1);
	}
	o->inside = 0;
	return (0);
}

/*
 * Go to the next object of the document.  Return 1 if the window begins with
 * it, 0 if there is none, -1.
 */
static int
find_object(struct cf_objects * o, struct cf_lines * l, struct cf_err * err)
{
	int c;

	if (!o->in_list)
		return (!o->later);
	if (pass_blanks(l, &c, err))
		return (-1);
	if (c == ']') {
		pass(l, 1);
		return (0);
	}
	if (o->later && c != END) {
		if (c != ',')
			return (bad(o, l, "not JSON: no comma", err));
		pass(l, 1);
		if (pass_blanks(l, &c, err))
			return (-1);
	}
	if (c == END)
		return (bad(o, l, "not JSON: it ends too early", err));
	if (c == ']' || c == '}' || c == ',')
		return (bad(o, l, "not JSON: no value", err));
	return (1);
}

/* Take apart the object at the window's start. */
static int
read_object(struct cf_objects * o, struct cf_lines * l,
    struct cf_pairs * pairs, struct cf_err * err)
{
	size_t end;
	int rc;

	o->lost = 1;
	if (value_end(l, &end, err))
		return (-1);
	if (end == 0)
		return (bad(o, l, "not JSON: it ends too early", err));
	rc = cf_ndjson_object(l, l->data + l->start, end, pairs, err);
	pass(l, end);
	o->later = 1;
	o->lost = 0;
	return (rc == 0 ? 1 : -1);
}

int
cf_objects_next(struct cf_objects * o, struct cf_lines * l,
    struct cf_pairs * pairs, struct cf_err * err)
{
	int rc, c;

	for (;;) {
		o->lost = 1;
		if (!o->inside) {
			if (pass_blanks(l, &c, err))
				return (-1);
			if (c == END)
				return (0);
			if (enter(o, l, c, err))
				return (-1);
		}
		if ((rc = find_object(o, l, err)) == -1)
			return (-1);
		if (rc == 1)
			return (read_object(o, l, pairs, err));
		if (leave(o, l, err))
			return (-1);
	}
}

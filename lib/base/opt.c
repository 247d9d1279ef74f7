#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/opt.h"

#define HELP_COLUMN 28

/* One walk over the arguments; a first one checks, a second one stores. */
struct walk {
	const struct cf_opt * opts;
	uint64_t given;		/* Bit i: option i was met. */
	int store;
	enum cf_opt_type asked;
	struct cf_err * err;
};

int
cf_opt_bad(struct cf_err * err, const char * name, const char * value,
    const char * reason)
{
	char shown[CF_ERR_VALUE_MAX + 4];

	if (value == NULL)
		return (cf_err_set(err, CF_ERR_USAGE, "option --%s: %s",
		    name, reason));
	cf_err_mask(shown, sizeof(shown), value, strlen(value));
	return (cf_err_set(err, CF_ERR_USAGE, "option --%s: %s: \"%s\"",
	    name, reason, shown));
}

static int
fail(struct walk * w, const struct cf_opt * o, const char * reason,
    const char * value)
{

	return (cf_opt_bad(w->err, o->name, value, reason));
}

int
cf_opt_is_choice(const char * choices, const char * word)
{
	size_t len = strcspn(word, "|");
	const char * p = choices;

	if (word[len] != '\0')
		return (0);
	for (;;) {
		if (strncmp(p, word, len) == 0 &&
		    (p[len] == '|' || p[len] == '\0'))
			return (len > 0);
		if ((p = strchr(p, '|')) == NULL)
			return (0);
		p++;
	}
}

static int
out_of_range(struct walk * w, const struct cf_opt * o, const char * value)
{
	struct cf_buf text = { 0 };

	cf_buf_add_text(&text, "not within ");
	cf_buf_add_number(&text, o->min);
	cf_buf_add_text(&text, " .. ");
	cf_buf_add_number(&text, o->max);
	if (cf_buf_string(&text, w->err) != NULL)
		fail(w, o, text.data, value);
	cf_buf_free(&text);
	return (-1);
}

static int
not_a_choice(struct walk * w, const struct cf_opt * o, const char * value)
{
	struct cf_buf text = { 0 };

	cf_buf_addf(&text, "not one of %s", o->choices);
	if (cf_buf_string(&text, w->err) != NULL)
		fail(w, o, text.data, value);
	cf_buf_free(&text);
	return (-1);
}

static int
take_number(struct walk * w, const struct cf_opt * o, const char * value)
{
	int64_t n = 0;
	double x = 0;
	enum cf_num_result rc;

	if (o->type == CF_OPT_INT) {
		rc = cf_num_parse_int(value, strlen(value), &n);
		x = (double)n;
	} else {
		rc = cf_num_parse(value, strlen(value), &x);
	}
	if (rc == CF_NUM_SYNTAX)
		return (fail(w, o, o->type == CF_OPT_INT ?
		    "not a whole number" : "not a number", value));
	if (rc == CF_NUM_RANGE || x < o->min || x > o->max)
		return (out_of_range(w, o, value));
	if (w->store && o->type == CF_OPT_INT)
		*(int64_t *)o->value = n;
	else if (w->store)
		*(double *)o->value = x;
	return (0);
}

static int
take_list(struct walk * w, const struct cf_opt * o, const char * value)
{
	struct cf_opt_list * list = o->value;

	if (!w->store)
		return (0);
	if (cf_mem_grow(&list->items, &list->capacity, list->n + 1,
	    sizeof(*list->items), w->err))
		return (-1);
	list->items[list->n++] = value;
	return (0);
}

/* Take option o with its argument (NULL if it stands alone). */
static int
take(struct walk * w, const struct cf_opt * o, const char * value)
{
	uint64_t bit = UINT64_C(1) << (o - w->opts);

	if ((w->given & bit) && o->type != CF_OPT_LIST &&
	    o->type != CF_OPT_HELP && o->type != CF_OPT_VERSION)
		return (fail(w, o, "given twice", NULL));
	w->given |= bit;

	if (o->type == CF_OPT_HELP || o->type == CF_OPT_VERSION) {
		if (w->asked == CF_OPT_FLAG)
			w->asked = o->type;
		return (0);
	}
	if (o->type == CF_OPT_FLAG) {
		if (w->store)
			*(int *)o->value = 1;
		return (0);
	}
	if (value == NULL)
		return (fail(w, o, "needs an argument", NULL));
	if (*value == '\0')
		return (fail(w, o, "is empty", NULL));
	switch (o->type) {
	case CF_OPT_CHOICE:
		if (!cf_opt_is_choice(o->choices, value))
			return (not_a_choice(w, o, value));
		__attribute__((fallthrough));
	case CF_OPT_TEXT:
		if (w->store)
			*(const char **)o->value = value;
		return (0);
	case CF_OPT_INT:
	case CF_OPT_NUMBER:
		return (take_number(w, o, value));
	case CF_OPT_LIST:
		return (take_list(w, o, value));
	default:
		return (0);
	}
}

static int
unknown(struct walk * w, const char * word)
{
	char shown[CF_ERR_VALUE_MAX + 4];

	cf_err_mask(shown, sizeof(shown), word, strlen(word));
	return (cf_err_set(w->err, CF_ERR_USAGE, "unknown option: \"%s\"",
	    shown));
}

/* A word that starts with two dashes; *i moves on over a separate argument. */
static int
long_option(struct walk * w, int argc, char * const * argv, int * i)
{
	const char * word = argv[*i] + 2;
	const char * equal = strchr(word, '=');
	size_t len = equal != NULL ? (size_t)(equal - word) : strlen(word);
	const struct cf_opt * o;

	for (o = w->opts; o->name != NULL; o++) {
		if (strlen(o->name) == len && strncmp(o->name, word, len) == 0)
			break;
	}
	if (o->name == NULL)
		return (unknown(w, argv[*i]));
	if (o->arg == NULL) {
		if (equal != NULL)
			return (fail(w, o, "takes no argument", equal + 1));
		return (take(w, o, NULL));
	}
	if (equal != NULL)
		return (take(w, o, equal + 1));
	if (*i + 1 >= argc)
		return (fail(w, o, "needs an argument", NULL));
	return (take(w, o, argv[++*i]));
}

/* A group of letters behind one dash; the last may take an argument. */
static int
short_options(struct walk * w, int argc, char * const * argv, int * i)
{
	const char * p;
	const struct cf_opt * o;

	for (p = argv[*i] + 1; *p != '\0'; p++) {
		for (o = w->opts; o->name != NULL && o->letter != *p; o++)
			continue;
		if (o->name == NULL)
			return (unknown(w, argv[*i]));
		if (o->arg == NULL) {
			if (take(w, o, NULL))
				return (-1);
			continue;
		}
		if (p[1] != '\0')
			return (take(w, o, p + 1));
		if (*i + 1 >= argc)
			return (fail(w, o, "needs an argument", NULL));
		return (take(w, o, argv[++*i]));
	}
	return (0);
}

static int
walk(struct walk * w, int argc, char * const * argv, int * operand)
{
	int i, rc;

	for (i = 1; i < argc; i++) {
		if (argv[i][0] != '-' || argv[i][1] == '\0')
			break;
		if (strcmp(argv[i], "--") == 0) {
			i++;
			break;
		}
		rc = argv[i][1] == '-' ? long_option(w, argc, argv, &i) :
		    short_options(w, argc, argv, &i);
		if (rc)
			return (-1);
		if (w->asked != CF_OPT_FLAG)
			break;
	}
	*operand = i;
	return (0);
}

int
cf_opt_parse(const struct cf_opt * opts, int argc, char * const * argv,
    int * operand, enum cf_opt_type * asked, struct cf_err * err)
{
	struct walk w = { .opts = opts, .asked = CF_OPT_FLAG, .err = err };

	*asked = CF_OPT_FLAG;
	if (walk(&w, argc, argv, operand))
		return (-1);
	*asked = w.asked;
	if (w.asked != CF_OPT_FLAG)
		return (0);
	w.given = 0;
	w.store = 1;
	return (walk(&w, argc, argv, operand));
}

static void
add_default(const struct cf_opt * o, struct cf_buf * buf)
{
	const char * text = NULL;

	switch (o->type) {
	case CF_OPT_TEXT:
	case CF_OPT_CHOICE:
		text = *(const char * const *)o->value;
		if (text != NULL && *text != '\0')
			cf_buf_addf(buf, " (default %s)", text);
		break;
	case CF_OPT_INT:
		cf_buf_addf(buf, " (default %lld)",
		    (long long)*(const int64_t *)o->value);
		break;
	case CF_OPT_NUMBER:
		if (isnan(*(const double *)o->value))
			break;
		cf_buf_add_text(buf, " (default ");
		cf_buf_add_number(buf, *(const double *)o->value);
		cf_buf_add_char(buf, ')');
		break;
	default:
		break;
	}
}

void
cf_opt_help(const struct cf_opt * opts, struct cf_buf * buf)
{
	const struct cf_opt * o;
	size_t start;

	for (o = opts; o->name != NULL; o++) {
		start = buf->len;
		if (o->letter != 0)
			cf_buf_addf(buf, "  -%c, --%s", o->letter, o->name);
		else
			cf_buf_addf(buf, "      --%s", o->name);
		if (o->arg != NULL)
			cf_buf_addf(buf, " %s", o->arg);
		if (buf->len - start > HELP_COLUMN - 2) {
			cf_buf_add_char(buf, '\n');
			start = buf->len;
		}
		while (!buf->failed && buf->len - start < HELP_COLUMN)
			cf_buf_add_char(buf, ' ');
		cf_buf_add_text(buf, o->help);
		add_default(o, buf);
		cf_buf_add_char(buf, '\n');
	}
}

static const char *
type_name(enum cf_opt_type type)
{

	switch (type) {
	case CF_OPT_TEXT:
		return ("text");
	case CF_OPT_INT:
		return ("int");
	case CF_OPT_NUMBER:
		return ("number");
	case CF_OPT_CHOICE:
		return ("choice");
	case CF_OPT_LIST:
		return ("list");
	default:
		return ("flag");
	}
}

void
cf_opt_table(const struct cf_opt * opts, struct cf_buf * buf)
{
	const struct cf_opt * o;

	for (o = opts; o->name != NULL; o++)
		cf_buf_addf(buf, "option\t%c\t%s\t%s\t%s\t%s\t%s\n",
		    o->letter != 0 ? o->letter : '-', o->name,
		    o->arg != NULL ? o->arg : "-", type_name(o->type),
		    o->choices != NULL ? o->choices : "-", o->help);
}

void
cf_opt_list_free(struct cf_opt_list * list)
{

	free(list->items);
	memset(list, 0, sizeof(*list));
}

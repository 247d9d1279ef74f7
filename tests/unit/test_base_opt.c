#include <stdint.h>
#include <string.h>

#include "unit.h"

#include "base/opt.h"

/* What the options of the table below write to. */
static struct values {
	int flag, quiet;
	const char *text;
	const char *choice;
	int64_t count;
	double level;
	struct cf_opt_list list;
} v;

static const struct cf_opt opts[] = {
	{ 'f', "flag", NULL, CF_OPT_FLAG, &v.flag, 0, 0, NULL, "a flag" },
	{ 'q', "quiet", NULL, CF_OPT_FLAG, &v.quiet, 0, 0, NULL, "another" },
	{ 't', "text", "TEXT", CF_OPT_TEXT, &v.text, 0, 0, NULL, "text" },
	{ 0, "choice", "WORD", CF_OPT_CHOICE, &v.choice, 0, 0, "csv|ndjson",
	    "one of two" },
	{ 'c', "count", "N", CF_OPT_INT, &v.count, -5, 100, NULL, "number" },
	{ 0, "level-of-a-long-name", "X", CF_OPT_NUMBER, &v.level, 0.01,
	    0.999, NULL, "level" },
	{ 'l', "list", "FILE", CF_OPT_LIST, &v.list, 0, 0, NULL, "files" },
	{ 'h', "help", NULL, CF_OPT_HELP, NULL, 0, 0, NULL, "help" },
	{ 'V', "version", NULL, CF_OPT_VERSION, NULL, 0, 0, NULL, "version" },
	{ 0, NULL, NULL, CF_OPT_FLAG, NULL, 0, 0, NULL, NULL }
};

#define LEVEL "--level-of-a-long-name"
#define ARGS_MAX 12

static void
reset(void)
{

	cf_opt_list_free(&v.list);
	memset(&v, 0, sizeof(v));
	v.text = "default";
	v.choice = "csv";
	v.count = 7;
	v.level = 0.9;
}

/* Split words at blanks, parse them, and write all values to text. */
static const char *
parse(const char *words, char *text, size_t size)
{
	static char copy[512];
	static char name[] = "cf-x";
	char *argv[ARGS_MAX + 2] = { name };
	enum cf_opt_type asked;
	struct cf_err err;
	int argc = 1, operand;
	size_t n;

	reset();
	snprintf(copy, sizeof(copy), "%s", words);
	for (char *p = strtok(copy, " "); p != NULL && argc <= ARGS_MAX;
	    p = strtok(NULL, " "))
		argv[argc++] = strcmp(p, "EMPTY") == 0 ? p + 5 : p;
	if (cf_opt_parse(opts, argc, argv, &operand, &asked, &err)) {
		snprintf(text, size, "%s%s", err.kind == CF_ERR_USAGE ? "" :
		    "wrong kind: ", err.text);
		/* Nothing was stored. */
		if (v.flag || v.quiet || v.count != 7 || v.list.n > 0 ||
		    strcmp(v.text, "default") != 0 || v.level < 0.9)
			ck_abort_msg("%s: stored before failing", words);
		return (text);
	}
	if (asked != CF_OPT_FLAG) {
		snprintf(text, size, "%s", asked == CF_OPT_HELP ? "help" :
		    "version");
		return (text);
	}
	n = (size_t)snprintf(text, size, "%d%d %s %s %lld %g", v.flag,
	    v.quiet, v.text, v.choice, (long long)v.count, v.level);
	for (size_t i = 0; i < v.list.n; i++)
		n += (size_t)snprintf(text + n, size - n, " +%s",
		    v.list.items[i]);
	for (; operand < argc; operand++)
		n += (size_t)snprintf(text + n, size - n, " [%s]",
		    argv[operand]);
	return (text);
}

START_TEST(good_and_bad)
{
	static const struct {
		const char *words, *result;
	} cases[] = {
		{ "", "00 default csv 7 0.9" },
		{ "a b", "00 default csv 7 0.9 [a] [b]" },
		{ "-f", "10 default csv 7 0.9" },
		{ "--flag -q", "11 default csv 7 0.9" },
		{ "-fq", "11 default csv 7 0.9" },
		{ "-fqt x", "11 x csv 7 0.9" },
		{ "-fqtx", "11 x csv 7 0.9" },
		{ "-t -f", "00 -f csv 7 0.9" },
		{ "-t --", "00 -- csv 7 0.9" },
		{ "--text=x=y", "00 x=y csv 7 0.9" },
		{ "--text=", "option --text: is empty" },
		{ "--text EMPTY", "option --text: is empty" },
		{ "--list a --list=", "option --list: is empty" },
		{ "--text x -- -f", "00 x csv 7 0.9 [-f]" },
		{ "-- --", "00 default csv 7 0.9 [--]" },
		{ "-f a -q", "10 default csv 7 0.9 [a] [-q]" },
		{ "-", "00 default csv 7 0.9 [-]" },
		{ "-f - -q", "10 default csv 7 0.9 [-] [-q]" },
		{ "EMPTY -f", "00 default csv 7 0.9 [] [-f]" },
		{ "--choice ndjson", "00 default ndjson 7 0.9" },
		{ "-c -5", "00 default csv -5 0.9" },
		{ "-c100", "00 default csv 100 0.9" },
		{ LEVEL "=0.01", "00 default csv 7 0.01" },
		{ LEVEL " 5e-1", "00 default csv 7 0.5" },
		{ "-l a -lb --list c", "00 default csv 7 0.9 +a +b +c" },
		{ "-h", "help" }, { "-V", "version" }, { "-fh", "help" },
		{ "--help --nope", "help" }, { "-f --version x", "version" },
		{ "-h -V", "help" }, { "-V -h", "version" },
		{ "-hh", "help" },

		{ "-x", "unknown option: \"-x\"" },
		{ "-fx", "unknown option: \"-fx\"" },
		{ "--nope", "unknown option: \"--nope\"" },
		{ "--nope=1", "unknown option: \"--nope=1\"" },
		{ "--fla", "unknown option: \"--fla\"" },
		{ "--flags", "unknown option: \"--flags\"" },
		{ "--=x", "unknown option: \"--=x\"" },
		{ "--\x1b[1m", "unknown option: \"--?[1m\"" },
		{ "-f -f", "option --flag: given twice" },
		{ "-ff", "option --flag: given twice" },
		{ "-f --flag", "option --flag: given twice" },
		{ "-t a --text b", "option --text: given twice" },
		{ "-t", "option --text: needs an argument" },
		{ "--text", "option --text: needs an argument" },
		{ "--flag=1", "option --flag: takes no argument: \"1\"" },
		{ "-c x", "option --count: not a whole number: \"x\"" },
		{ "-c 1.5", "option --count: not a whole number: \"1.5\"" },
		{ "-c EMPTY", "option --count: is empty" },
		{ "-c 101", "option --count: not within -5 .. 100: \"101\"" },
		{ "-c -6", "option --count: not within -5 .. 100: \"-6\"" },
		{ "-c 99999999999999999999",
		    "option --count: not within -5 .. 100: "
		    "\"99999999999999999999\"" },
		{ LEVEL " 1", "option " LEVEL
		    ": not within 0.01 .. 0.999: \"1\"" },
		{ LEVEL " nan", "option " LEVEL ": not a number: \"nan\"" },
		{ LEVEL " 1e999", "option " LEVEL
		    ": not within 0.01 .. 0.999: \"1e999\"" },
		{ "--choice xml",
		    "option --choice: not one of csv|ndjson: \"xml\"" },
		{ "--choice cs",
		    "option --choice: not one of csv|ndjson: \"cs\"" },
		{ "--choice csv|ndjson",
		    "option --choice: not one of csv|ndjson: \"csv|ndjson\"" },
		{ "--choice EMPTY", "option --choice: is empty" },
		{ "--choice \x1b[1m",
		    "option --choice: not one of csv|ndjson: \"?[1m\"" },
		{ "-f -l a -c x", "option --count: not a whole number: \"x\"" },
	};
	char text[2048];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(strcmp(parse(cases[i].words, text,
		    sizeof(text)), cases[i].result) == 0, "%s: %s",
		    cases[i].words, text);
	reset();
}
END_TEST

START_TEST(help_lines)
{
	struct cf_buf buf = { 0 };

	reset();
	cf_opt_help(opts, &buf);
	ck_assert_str_eq(cf_buf_string(&buf, NULL),
	    "  -f, --flag                a flag\n"
	    "  -q, --quiet               another\n"
	    "  -t, --text TEXT           text (default default)\n"
	    "      --choice WORD         one of two (default csv)\n"
	    "  -c, --count N             number (default 7)\n"
	    "      --level-of-a-long-name X\n"
	    "                            level (default 0.9)\n"
	    "  -l, --list FILE           files\n"
	    "  -h, --help                help\n"
	    "  -V, --version             version\n");
	cf_buf_free(&buf);
}
END_TEST

START_TEST(table_lines)
{
	struct cf_buf buf = { 0 };

	cf_opt_table(opts, &buf);
	ck_assert_str_eq(cf_buf_string(&buf, NULL),
	    "option\tf\tflag\t-\tflag\t-\ta flag\n"
	    "option\tq\tquiet\t-\tflag\t-\tanother\n"
	    "option\tt\ttext\tTEXT\ttext\t-\ttext\n"
	    "option\t-\tchoice\tWORD\tchoice\tcsv|ndjson\tone of two\n"
	    "option\tc\tcount\tN\tint\t-\tnumber\n"
	    "option\t-\tlevel-of-a-long-name\tX\tnumber\t-\tlevel\n"
	    "option\tl\tlist\tFILE\tlist\t-\tfiles\n"
	    "option\th\thelp\t-\tflag\t-\thelp\n"
	    "option\tV\tversion\t-\tflag\t-\tversion\n");
	cf_buf_free(&buf);
}
END_TEST

START_TEST(choices)
{

	ck_assert(cf_opt_is_choice("a|bc|d", "a"));
	ck_assert(cf_opt_is_choice("a|bc|d", "bc"));
	ck_assert(cf_opt_is_choice("a|bc|d", "d"));
	ck_assert(!cf_opt_is_choice("a|bc|d", "b"));
	ck_assert(!cf_opt_is_choice("a|bc|d", "c"));
	ck_assert(!cf_opt_is_choice("a|bc|d", "a|bc"));
	ck_assert(!cf_opt_is_choice("a|bc|d", "|"));
	ck_assert(!cf_opt_is_choice("a|bc|d", ""));
}
END_TEST

UNIT_MAIN("base_opt", good_and_bad, help_lines, table_lines, choices)

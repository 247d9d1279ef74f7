#include "fuzz.h"

#include "base/opt.h"

#define WORDS_MAX 40

/* What an options table stores into. */
struct values {
	int flag;
	int other;
	const char *text;
	const char *choice;
	int64_t count;
	double share;
	struct cf_opt_list list;
};

/* Cut lines into words; return how many. */
static int
words(char *text, char **argv)
{
	int argc = 0;
	char *eol;

	argv[argc++] = (char *)(uintptr_t)"fuzz";
	while (argc < WORDS_MAX && *text != '\0') {
		argv[argc++] = text;
		if ((eol = strchr(text, '\n')) == NULL)
			break;
		*eol = '\0';
		text = eol + 1;
	}
	argv[argc] = NULL;
	return (argc);
}

/* What was stored is what the table allows. */
static void
check(const struct values *v, int operand, int argc, char **argv)
{

	FUZZ_HOLDS(operand >= 1 && operand <= argc);
	FUZZ_HOLDS(v->flag == 0 || v->flag == 1);
	FUZZ_HOLDS(cf_opt_is_choice("daily|weekly|a", v->choice));
	FUZZ_HOLDS(v->count >= -5 && v->count <= 1000);
	FUZZ_HOLDS(v->share >= 0.25 && v->share <= 1e6);
	/* Operands are what follows `--` or no option. */
	FUZZ_HOLDS(operand == argc || argv[operand][0] != '-' || argv[operand][1] == '\0' ||
	    strcmp(argv[operand - 1], "--") == 0);
}

/* Arguments, one on each line. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct values v = { .text = "x", .choice = "a", .count = 7, .share = 0.5 };
	const struct cf_opt opts[] = {
		{ 'f', "flag", NULL, CF_OPT_FLAG, &v.flag, 0, 0, NULL, "a flag" },
		{ 0, "other", NULL, CF_OPT_FLAG, &v.other, 0, 0, NULL, "one without a letter" },
		{ 't', "text", "TEXT", CF_OPT_TEXT, &v.text, 0, 0, NULL, "a text" },
		{ 'c', "choice", "WORD", CF_OPT_CHOICE, &v.choice, 0, 0, "daily|weekly|a", "one of some" },
		{ 'n', "count", "N", CF_OPT_INT, &v.count, -5, 1000, NULL, "a number" },
		{ 'x', "share", "X", CF_OPT_NUMBER, &v.share, 0.25, 1e6, NULL, "another" },
		{ 'l', "list", "ITEM", CF_OPT_LIST, &v.list, 0, 0, NULL, "may be repeated" },
		{ 'h', "help", NULL, CF_OPT_HELP, NULL, 0, 0, NULL, "this" },
		{ 'V', "version", NULL, CF_OPT_VERSION, NULL, 0, 0, NULL, "that" },
		{ 0, NULL, NULL, CF_OPT_FLAG, NULL, 0, 0, NULL, NULL }
	};
	char *text = fuzz_text(data, size), *argv[WORDS_MAX + 1];
	struct cf_err err = { 0 };
	struct cf_buf help = { 0 };
	enum cf_opt_type asked = CF_OPT_TEXT;
	int argc = words(text, argv), operand = -1;

	if (cf_opt_parse(opts, argc, argv, &operand, &asked, &err)) {
		fuzz_message(&err);
		FUZZ_HOLDS(err.kind == CF_ERR_USAGE);
		/* All or nothing. */
		FUZZ_HOLDS(v.flag == 0 && v.count == 7 && strcmp(v.text, "x") == 0 && strcmp(v.choice, "a") == 0);
	} else {
		FUZZ_HOLDS(asked == CF_OPT_FLAG || asked == CF_OPT_HELP || asked == CF_OPT_VERSION);
		if (asked == CF_OPT_FLAG)
			check(&v, operand, argc, argv);
	}
	cf_opt_help(opts, &help);
	FUZZ_HOLDS(!help.failed);
	cf_buf_free(&help);
	cf_opt_list_free(&v.list);
	free(text);
	return (0);
}

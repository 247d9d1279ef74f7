#include "unit.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "serve/memo.h"
#include "serve/rate.h"
#include "serve/seen.h"
#include "serve/token.h"

#define T0 ((uint64_t)1700000000 * 1000000)

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
}

/* A bucket gives its N at once, then one each 60/N seconds, and is full again after a minute. */
START_TEST(rates)
{
	struct cf_shared s;
	static const uint64_t limits[] = { 1, 2, 7, 100, 1000, 59999999, 1000000000 };

	ck_assert_int_eq(cf_shared_open(&s, NULL, NULL), 0);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		uint64_t n = limits[i], who = cf_shared_hash(&s, &limits[i], 8), k, wait = 0;
		uint64_t step = 60000000 / n > 0 ? 60000000 / n : 1;

		for (k = 0; k < n && k < 2000; k++)
			ck_assert_uint_eq(cf_rate_take(&s, who, n, T0), 0);
		if (n > 2000)
			continue;
		wait = cf_rate_take(&s, who, n, T0);
		ck_assert_uint_eq(wait, step);
		ck_assert_uint_gt(cf_rate_take(&s, who, n, T0 + wait - 1), 0);
		ck_assert_uint_eq(cf_rate_take(&s, who, n, T0 + wait), 0);
		ck_assert_uint_gt(cf_rate_take(&s, who, n, T0 + wait), 0);
		for (k = 0; k < n; k++)
			ck_assert_uint_eq(cf_rate_take(&s, who, n, T0 + 130000000), 0);
		ck_assert_uint_gt(cf_rate_take(&s, who, n, T0 + 130000000), 0);
		/* A clock that is set back by a day does not lock anybody out. */
		ck_assert_uint_eq(cf_rate_take(&s, who, n, T0 - (uint64_t)86400 * 1000000), 0);
	}
	cf_shared_close(&s);
}
END_TEST

/* More who than there are places: nobody is refused for it, and the heaviest are remembered. */
START_TEST(crowds)
{
	struct cf_shared s;
	uint64_t heavy;

	ck_assert_int_eq(cf_shared_open(&s, NULL, NULL), 0);
	heavy = cf_shared_hash(&s, "heavy", 5);
	for (int k = 0; k < 100; k++)
		ck_assert_uint_eq(cf_rate_take(&s, heavy, 100, T0), 0);
	for (uint64_t i = 0; i < 100000; i++)
		ck_assert_uint_eq(cf_rate_take(&s, cf_shared_hash(&s, &i, sizeof(i)), 100, T0), 0);
	ck_assert_uint_gt(cf_rate_take(&s, heavy, 100, T0), 0);
	cf_shared_close(&s);
}
END_TEST

/* Processes that share a file share counters and buckets, and none of it is lost. */
START_TEST(processes)
{
	struct cf_shared s;
	uint64_t who = 12345;
	int status, given = 0;
	struct stat sb;

	unlink("counters");
	for (int i = 0; i < 4; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			struct cf_shared mine;
			int n = 0;

			if (cf_shared_open(&mine, "counters", NULL))
				_exit(255);
			for (int k = 0; k < 1000; k++) {
				cf_shared_count(&mine, CF_SHARED_PREDICTIONS, 1);
				cf_shared_request(&mine, 1, CF_HEAD_POST, 200, 70);
				n += cf_rate_take(&mine, who, 100, T0) == 0;
			}
			_exit(n);
		}
	}
	while (wait(&status) > 0) {
		ck_assert(WIFEXITED(status) && WEXITSTATUS(status) != 255);
		given += WEXITSTATUS(status);
	}
	ck_assert_int_eq(given, 100);
	ck_assert_int_eq(cf_shared_open(&s, "counters", NULL), 0);
	ck_assert_uint_eq(s.file->counters[CF_SHARED_PREDICTIONS], 4000);
	ck_assert_uint_eq(s.file->requests[1][CF_HEAD_POST][0], 4000);
	ck_assert_uint_eq(s.file->latency[1], 4000);
	ck_assert_int_eq(stat("counters", &sb), 0);
	ck_assert_uint_eq(sb.st_mode & 0777, 0600);
	cf_shared_close(&s);
	/* What is no file of ours is replaced. */
	put("counters", "something else");
	ck_assert_int_eq(cf_shared_open(&s, "counters", NULL), 0);
	ck_assert_uint_eq(s.file->counters[CF_SHARED_PREDICTIONS], 0);
	cf_shared_close(&s);
}
END_TEST

/* Who comes first by several processes at once has one bucket all the same. */
START_TEST(newcomers)
{
	enum { PROCESSES = 4, LIMIT = 5, WHO = 4000 };
	struct cf_shared s;
	int status;

	ck_assert_int_eq(cf_shared_open(&s, NULL, NULL), 0);
	for (int i = 0; i < PROCESSES; i++)
		if (fork() == 0) {
			for (uint64_t who = 1; who <= WHO; who++)
				for (int k = 0; k < LIMIT; k++)
					if (cf_rate_take(&s, 8 * who, LIMIT, T0) == 0)
						cf_shared_count(&s, CF_SHARED_PREDICTIONS, 1);
			_exit(0);
		}
	while (wait(&status) > 0)
		ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	ck_assert_uint_eq(s.file->counters[CF_SHARED_PREDICTIONS], WHO * LIMIT);
	cf_shared_close(&s);
}
END_TEST

START_TEST(tokens)
{
	static const struct {
		const char *text;
		const char *error;	/* NULL: good. */
	} files[] = {
		{ "", NULL },
		{ "# nothing\n\n", NULL },
		{ "a sha256:0000000000000000000000000000000000000000000000000000000000000000\r\n", NULL },
		{ "a sha256:000000000000000000000000000000000000000000000000000000000000000\n", "t:1: not NAME sha256:64 hexadecimal digits" },
		{ "a sha256:000000000000000000000000000000000000000000000000000000000000000x\n", "t:1: not NAME sha256:64 hexadecimal digits" },
		{ "\na b\n", "t:2: not NAME sha256:64 hexadecimal digits" },
		{ "\x01 sha256:\n", "t:1: not a name of a token" },
		{ "a sha256:0000000000000000000000000000000000000000000000000000000000000000\n"
		  "a sha256:0000000000000000000000000000000000000000000000000000000000000001", "t:2: two tokens of one name" },
	};
	char one[CF_TOKEN_CHARS + 1], two[CF_TOKEN_CHARS + 1], room[100];
	struct cf_err err;
	struct cf_tokens *t;
	struct cf_field f;
	const char *got;
	size_t len;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		put("t", files[i].text);
		t = cf_token_load("t", NULL, &err);
		ck_assert_int_eq(t == NULL, files[i].error != NULL);
		if (t == NULL)
			ck_assert_str_eq(err.text, files[i].error);
		cf_token_free(t);
	}
	unlink("t");
	ck_assert_int_eq(cf_token_make("t", "one", one, &err), 0);
	ck_assert_int_eq(cf_token_make("t", "two", two, &err), 0);
	ck_assert_int_eq(cf_token_make("t", "one", room, &err), -1);
	ck_assert_int_eq(cf_token_make("t", "o ne", room, &err), -1);
	ck_assert_uint_eq(strlen(one), CF_TOKEN_CHARS);
	ck_assert_str_ne(one, two);
	ck_assert_ptr_nonnull(t = cf_token_load("t", "a chosen token, long", &err));
	ck_assert_uint_eq(cf_token_count(t), 3);
	ck_assert_str_eq(cf_token_check(t, one, strlen(one)), "one");
	ck_assert_str_eq(cf_token_check(t, two, strlen(two)), "two");
	ck_assert_str_eq(cf_token_check(t, "a chosen token, long", 20), "API_TOKEN");
	ck_assert_ptr_null(cf_token_check(t, one, strlen(one) - 1));
	ck_assert_ptr_null(cf_token_check(t, "", 0));
	cf_token_free(t);

	static const struct {
		const char *field;
		const char *token;
	} fields[] = {
		{ "Bearer abc", "abc" }, { "bearer   abc", "abc" }, { "Basic YTpiYw==", "bc" }, { "basic YTpiOmM=", "b:c" },
		{ "Basic YTo=", "" }, { "Basic YWJj", NULL }, { "Basic !!!!", NULL }, { "Bearer", NULL }, { "Bearer ", NULL },
		{ "abc", NULL }, { "", NULL }, { "Digest abc", NULL }, { NULL, NULL },
	};
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		f.text = fields[i].field;
		f.len = f.text != NULL ? strlen(f.text) : 0;
		got = cf_token_of(&f, room, sizeof(room), &len);
		ck_assert_int_eq(got == NULL, fields[i].token == NULL);
		if (got != NULL)
			ck_assert(len == strlen(fields[i].token) && memcmp(got, fields[i].token, len) == 0);
	}
}
END_TEST

/* The cache gives back what it was given, to the same question about the same model only. */
START_TEST(memos)
{
	char body[CF_MEMO_SLOT + 1];
	struct cf_buf out = { 0 };
	struct cf_memo_key key = { .model = "m", .query = "q", .query_len = 1 };
	struct cf_shared s;
	struct cf_memo *m;
	size_t found = 0;

	ck_assert_int_eq(cf_shared_open(&s, NULL, NULL), 0);
	ck_assert_ptr_nonnull(m = cf_memo_new(64, &s, NULL));
	memset(body, 'b', sizeof(body));
	for (size_t len = 0; len <= CF_MEMO_SLOT; len++) {
		key.body = body;
		key.body_len = len;
		out.len = 0;
		ck_assert_int_eq(cf_memo_find(m, &key, &out), 0);
		ck_assert_uint_eq(out.len, 0);
		key.records = (uint32_t)len;
		cf_memo_keep(m, &key, "answer", 6);
		if (cf_memo_find(m, &key, &out)) {
			ck_assert(out.len == 6 && memcmp(out.data, "answer", 6) == 0);
			ck_assert_uint_eq(key.records, len);
			found++;
			out.len = 0;
			key.model = "n";
			ck_assert_int_eq(cf_memo_find(m, &key, &out), 0);
			key.model = "m";
			key.query = "r";
			ck_assert_int_eq(cf_memo_find(m, &key, &out), 0);
			key.query = "q";
		}
	}
	ck_assert_uint_gt(found, 1900);
	ck_assert_uint_lt(found, CF_MEMO_SLOT);
	free(m);
	cf_buf_free(&out);
	cf_shared_close(&s);
}
END_TEST

START_TEST(files_seen)
{
	struct cf_seen seen = { 0 };

	unlink("f");
	ck_assert_int_eq(cf_seen_look(&seen, "f"), 0);
	put("f", "a");
	ck_assert_int_eq(cf_seen_look(&seen, "f"), 1);
	ck_assert_int_eq(cf_seen_look(&seen, "f"), 0);
	put("g", "a");
	ck_assert_int_eq(rename("g", "f"), 0);
	ck_assert_int_eq(cf_seen_look(&seen, "f"), 1);
	put("f", "ab");
	ck_assert_int_eq(cf_seen_look(&seen, "f"), 1);
	unlink("f");
	ck_assert_int_eq(cf_seen_look(&seen, "f"), 1);
	ck_assert_int_eq(seen.there, 0);
	ck_assert_int_eq(cf_seen_look(&seen, "f"), 0);
}
END_TEST

UNIT_MAIN("serve_share", rates, crowds, processes, newcomers, tokens, memos, files_seen)

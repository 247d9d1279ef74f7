#include <string.h>

#include "unit.h"

#include "keep/label.h"
#include "keep/manifest.h"
#include "keep/part.h"

#define D "ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356"
#define HEAD "type,path,mode,size,sha256,where\ncashflow-backup,raw models,,1,,\n"

/* Parse the rows with their end behind them. */
static int
parse(const char *rows, struct cf_manifest *m, struct cf_err *err)
{
	struct cf_buf text = { 0 };
	struct cf_digest digest;
	char hex[CF_DIGEST_TEXT_MAX];
	int rc;

	cf_digest_of(rows, strlen(rows), &digest);
	cf_digest_print(&digest, hex);
	cf_buf_addf(&text, "%send,,,,%s,\n", rows, hex);
	memset(m, 0, sizeof(*m));
	rc = cf_manifest_parse(m, text.data, text.len, "x", err);
	cf_buf_free(&text);
	return (rc);
}

START_TEST(both_ways)
{
	static const char text[] = HEAD
	    "base,backup_20240102_030405.tar.gz,,," D ",\n"
	    "base,backup_20240102_030406.tar.zst.sealed,,," D ",\n"
	    "folder,models,0755,,,\n"
	    "folder,models/market,0755,,,\n"
	    "folder,models/market/A,0750,,,\n"
	    "current,models/market/current,,,,A\n"
	    "folder,raw,0700,,,\n"
	    "file,raw/%0A%25 \xc3\xa9\xff,0600,3," D ",\n"
	    "file,\"raw/a,\"\"b\",0644,1125899906842624," D ",backup_20240102_030406.tar.zst.sealed\n"
	    "file,raw/a-b,0644,0," D ",\n";
	struct cf_manifest m;
	struct cf_buf buf = { 0 };
	struct cf_err err;
	struct cf_digest id;

	ck_assert_msg(parse(text, &m, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(m.n, 8);
	ck_assert_uint_eq(m.nbases, 2);
	ck_assert_uint_eq(m.parts, 1u << CF_PART_RAW | 1u << CF_PART_MODELS);
	ck_assert_ptr_nonnull(cf_manifest_find(&m, "raw/\n% \xc3\xa9\xff"));
	ck_assert_uint_eq(cf_manifest_find(&m, "raw/a,\"b")->base, 1);
	ck_assert_str_eq(cf_manifest_find(&m, "models/market/current")->target, "A");
	ck_assert_ptr_null(cf_manifest_find(&m, "raw/a"));
	id = m.id;
	ck_assert_int_eq(cf_manifest_print(&m, &buf, NULL), 0);
	ck_assert_uint_eq(buf.len, strlen(text) + 73);
	ck_assert_mem_eq(buf.data, text, strlen(text));
	ck_assert_int_eq(cf_digest_same(&id, &m.id), 1);
	cf_manifest_free(&m);

	/* Any byte changed is noticed. */
	for (size_t i = 0; i < buf.len; i++) {
		buf.data[i] ^= 4;
		ck_assert_int_eq(cf_manifest_parse(&m, buf.data, buf.len, "x", &err), -1);
		ck_assert_ptr_nonnull(strstr(err.text, "the manifest is damaged"));
		buf.data[i] ^= 4;
		ck_assert_int_eq(cf_manifest_parse(&m, buf.data, i, "x", &err), -1);
	}
	cf_buf_free(&buf);
	cf_manifest_free(&m);
}
END_TEST

START_TEST(refused)
{
	static const char *const bad[] = {
		"", "\n", "{}\n", "{\"type\":1}\n", "a,b\n", "type,path,mode,size,sha256,where\n",
		"type,path,mode,size,sha256,where,x\ncashflow-backup,raw,,1,,,\n",
		"type,path,mode,size,sha256,where\nfolder,raw,0755,,,\n",
		"type,path,mode,size,sha256,where\ncashflow-backup,raw,,2,,\n",
		"type,path,mode,size,sha256,where\ncashflow-backup,nowhere,,1,,\n",
		"type,path,mode,size,sha256,where\ncashflow-backup,,,1,,\n",
		"type,path,mode,size,sha256,where\ncashflow-backup,raw,0755,1,,\n",
		HEAD "folder,raw,0755,,\n", HEAD "folder,/raw,0755,,,\n", HEAD "folder,raw/,0755,,,\n",
		HEAD "folder,.,0755,,,\n", HEAD "folder,..,0755,,,\n", HEAD "folder,,0755,,,\n",
		HEAD "folder,raw,0755,,,\nfolder,raw/..,0755,,,\n", HEAD "folder,raw,0755,,,\nfolder,raw/./a,0755,,,\n",
		HEAD "folder,raw,0755,,,\nfolder,raw//a,0755,,,\n",
		HEAD "folder,raw,0755,,,\nfile,raw/../x,0644,0," D ",\n",
		HEAD "folder,runs,0755,,,\n", HEAD "file,state,0644,0," D ",\n", HEAD "folder,backups,0755,,,\n",
		HEAD "file,raw/a,0644,0," D ",\n", HEAD "file,raw,0644,0," D ",\nfile,raw/a,0644,0," D ",\n",
		HEAD "folder,raw,0755,,,\nfolder,raw,0755,,,\n",
		HEAD "folder,raw,0755,,,\nfolder,models,0755,,,\n", HEAD "folder,raw,755,,,\n", HEAD "folder,raw,4755,,,\n",
		HEAD "folder,raw,0758,,,\n", HEAD "folder,raw,,,,\n", HEAD "folder,raw,0755,1,,\n",
		HEAD "folder,raw,0755,," D ",\n", HEAD "folder,raw,0755,,,x\n", HEAD "link,raw,0755,,,\n",
		HEAD "hardlink,raw,0755,,,x\n", HEAD "folder,raw,0755,,,\nfile,raw/a,0644,-1," D ",\n",
		HEAD "folder,raw,0755,,,\nfile,raw/a,0644,1125899906842625," D ",\n",
		HEAD "folder,raw,0755,,,\nfile,raw/a,0644,1e3," D ",\n", HEAD "folder,raw,0755,,,\nfile,raw/a,0644,1,,\n",
		HEAD "folder,raw,0755,,,\nfile,raw/a,0644,1,CA3D163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356,\n",
		HEAD "folder,raw,0755,,,\nfile,raw/a,0644,1,ca,\n",
		HEAD "folder,raw,0755,,,\nfile,raw/a,0644,1," D ",backup_20240102_030405.tar.gz\n",
		HEAD "folder,raw,0755,,,\nfile,raw/%00,0644,1," D ",\n", HEAD "folder,raw,0755,,,\nfile,raw/%41,0644,1," D ",\n",
		HEAD "folder,raw,0755,,,\nfile,raw/%,0644,1," D ",\n", HEAD "folder,raw,0755,,,\nfile,raw/%2e,0644,1," D ",\n",
		HEAD "folder,raw,0755,,,\nfile,raw/%2F,0644,1," D ",\n",
		HEAD "folder,raw,0755,,,\nfile,\"raw/a\nb\",0644,1," D ",\n",
		HEAD "base,x,,," D ",\n", HEAD "base,../backup_20240102_030405.tar.gz,,," D ",\n",
		HEAD "base,backup_20240102_030405.tar.gz,,,,\n",
		HEAD "base,backup_20240102_030405.tar.gz,,," D ",\nbase,backup_20240102_030405.tar.gz,,," D ",\n",
		HEAD "folder,raw,0755,,,\nbase,backup_20240102_030405.tar.gz,,," D ",\n",
		HEAD "folder,models,0755,,,\ncurrent,models/current,,,,A\n",
		HEAD "folder,models,0755,,,\nfolder,models/m,0755,,,\ncurrent,models/m/current,,,,A\n",
		HEAD "folder,models,0755,,,\nfolder,models/m,0755,,,\ncurrent,models/m/current,,,,../m\n",
		HEAD "folder,models,0755,,,\nfolder,models/m,0755,,,\ncurrent,models/m/current,,,,/etc\n",
		HEAD "folder,models,0755,,,\nfolder,models/m,0755,,,\ncurrent,models/m/current,,,,..\n",
		HEAD "folder,models,0755,,,\nfolder,models/m,0755,,,\ncurrent,models/m/current,,,,\n",
		HEAD "folder,models,0755,,,\nfolder,models/m,0755,,,\ncurrent,models/m/current,,,,current\n",
		HEAD "folder,models,0755,,,\nfolder,models/m,0755,,,\nfolder,models/m/A,0755,,,\ncurrent,models/m/now,,,,A\n",
		HEAD "folder,raw,0755,,,\nfolder,raw/A,0755,,,\ncurrent,raw/current,,,,A\n",
		HEAD "folder,models,0755,,,\nfolder,models/m,0755,,,\nfile,models/m/A,0644,0," D ",\n"
		    "current,models/m/current,,,,A\n",
		HEAD "folder,raw,0755,,,\nfolder,\"raw/unclosed,0755,,,\n",
	};
	struct cf_manifest m;
	struct cf_err err;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ck_assert_msg(parse(bad[i], &m, &err) == -1, "%zu: %s", i, bad[i]);
		ck_assert_int_eq(err.kind, CF_ERR_DATA);
		cf_manifest_free(&m);
	}
}
END_TEST

START_TEST(too_long_or_deep)
{
	struct cf_buf text = { 0 };
	struct cf_manifest m;
	struct cf_err err;

	cf_buf_add_text(&text, HEAD "folder,raw,0755,,,\nfolder,raw/");
	for (int i = 0; i < 256; i++)
		cf_buf_add_char(&text, 'a');
	cf_buf_add_text(&text, ",0755,,,\n");
	ck_assert_int_eq(parse(cf_buf_string(&text, NULL), &m, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "too long"));
	cf_manifest_free(&m);

	text.len = 0;
	cf_buf_add_text(&text, HEAD);
	for (int depth = 1; depth < 66; depth++) {
		cf_buf_add_text(&text, "folder,raw");
		for (int i = 1; i < depth; i++)
			cf_buf_add_text(&text, "/a");
		cf_buf_add_text(&text, ",0755,,,\n");
	}
	ck_assert_int_eq(parse(cf_buf_string(&text, NULL), &m, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.text, "too deep"));
	cf_manifest_free(&m);
	cf_buf_free(&text);
}
END_TEST

START_TEST(names_of_backups)
{
	static const struct {
		const char *name;
		int64_t time_s;
	} good[] = {
		{ "backup_19700101_000000.tar.gz", 0 }, { "backup_20240229_235959.tar.gz", 1709251199 },
		{ "backup_20240229_235959.tar.zst", 1709251199 }, { "backup_19700101_000000.tar.gz.sealed", 0 },
		{ "backup_99991231_235959.tar.zst.sealed", INT64_C(253402300799) },
		{ "backup_00010101_000000.tar.gz", INT64_C(-62135596800) },
	};
	static const char *const bad[] = { "", "backup", "backup_", "backup_20240230_000000.tar.gz",
		"backup_20240101_240000.tar.gz", "backup_20240101_006000.tar.gz", "backup_20240101_000060.tar.gz",
		"backup_20240101_000000.tar", "backup_20240101_000000.tar.gz.bak", "backup_20240101_000000.tar.gzz",
		"backup_20240101_000000.tar.zst.seale", "backup_20240101_000000.sealed", "backup_2024011_000000.tar.gz",
		"Backup_20240101_000000.tar.gz", "xbackup_20240101_000000.tar.gz", "backup_20240101-000000.tar.gz",
		".backup_20240101_000000.tar.gz", "backup_20240101_000000.tar.gz/", "backup_ 2024101_000000.tar.gz",
		"backup_20240101_000000.tar.gz.sealed.sealed", "backup_log.txt" };
	struct cf_label label;
	char name[CF_LABEL_MAX];

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		ck_assert_msg(cf_label_parse(good[i].name, strlen(good[i].name), &label) == 0, "%s", good[i].name);
		ck_assert_int_eq(label.time_s, good[i].time_s);
		cf_label_print(&label, name);
		ck_assert_str_eq(name, good[i].name);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(cf_label_parse(bad[i], strlen(bad[i]), &label) == -1, "%s", bad[i]);
	ck_assert_int_eq(cf_label_parse("backup_20240101_000000.tar.gz\0x", 31, &label), -1);
}
END_TEST

START_TEST(parts)
{
	struct cf_buf buf = { 0 };
	uint32_t set;

	ck_assert_int_eq(cf_part_parse("models,mlruns", &set, NULL), 0);
	ck_assert_uint_eq(set, 1u << CF_PART_MODELS | 1u << CF_PART_MLRUNS);
	ck_assert_int_eq(cf_part_parse(" runs, config raw", &set, NULL), 0);
	cf_part_print(set, &buf);
	ck_assert_str_eq(cf_buf_string(&buf, NULL), "config raw runs");
	cf_buf_free(&buf);
	ck_assert_int_eq(cf_part_parse("", &set, NULL), -1);
	ck_assert_int_eq(cf_part_parse("state", &set, NULL), -1);
	ck_assert_int_eq(cf_part_parse("model", &set, NULL), -1);
	ck_assert_uint_eq(cf_part_of("cashflow.conf"), 1u << CF_PART_CONFIG);
	ck_assert_uint_eq(cf_part_of("raw/bars/x"), 1u << CF_PART_RAW);
	ck_assert_uint_eq(cf_part_of("rawx"), 0);
	ck_assert_uint_eq(cf_part_of("state/lock"), 0);
	ck_assert_uint_eq(cf_part_of(""), 0);
}
END_TEST

UNIT_MAIN("keep_manifest", both_ways, refused, too_long_or_deep, names_of_backups, parts)

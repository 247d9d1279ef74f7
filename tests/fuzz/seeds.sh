#!/bin/sh
# Make the seeds of the fuzzers: tests/fuzz/seeds.sh BUILD-FOLDER FOLDER
#
# Leaves FOLDER/NAME/* for each fuzzer fuzz_NAME.c: the short texts in tests/fuzz/NAME, the files tests/files/good-NAME-* and
# bad-NAME-*, and what the programs of the build folder make of the sample data: features, a model's metrics, forecasts,
# findings, run records, a backup.  Nothing that a program can make lies in the source.  The same bytes come out in every run,
# but for the times in run records and logs.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
PATH=$(cd "$1" && pwd):$PATH
mkdir -p "$2"
cd "$2"
sample=$top/data/sample
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# put NAME SEED [LETTER]: stdin as a seed, with a byte (for printf) before it
put() {
	mkdir -p "$1"
	{
		# shellcheck disable=SC2059 # the letter may be an escape
		printf -- "${3:-}"
		cat
	} >"$1/$2"
}

# parts FILE...: one behind the other, cut by form feeds
parts() {
	sep=
	for f; do
		printf '%s' "$sep"
		cat "$f"
		sep=$(printf '\f')
	done
}

# some N FILE: its header and N of its rows, from all over it
some() {
	rows=$(wc -l <"$2")
	awk -v step="$((rows / $1 > 0 ? rows / $1 : 1))" 'NR == 1 || NR % step == 0' "$2"
}

for source in "$top"/tests/fuzz/fuzz_*.c; do
	name=${source##*/fuzz_}
	name=${name%.c}
	mkdir -p "$name"
	[ ! -d "$top/tests/fuzz/$name" ] || cp "$top/tests/fuzz/$name"/* "$name/"
	# what the first byte of an input says goes before a file that has none
	case $name in
	bars|ledger|train|predict)	letter='\000' ;;
	*)				letter= ;;
	esac
	for f in "$top"/tests/files/good-"$name"-* "$top"/tests/files/bad-"$name"-*; do
		[ ! -f "$f" ] || put "$name" "${f##*/}" "$letter" <"$f"
	done
done

# ---- the sample, and what comes of it
awk -F, 'NR == 1 || ($1 ~ /^SIM(BANK|TINY)$/ && $2 >= "2020-06" && $2 < "2021-06")' "$sample/bars.csv" >"$work/bars.csv"
awk -F, 'NR == 1 || ($2 >= "2020-10" && $2 < "2020-12")' "$work/bars.csv" >"$work/few.csv"
awk -F, 'NR == 1 || ($2 >= "2020-10" && $2 < "2020-12")' "$sample/series.csv" >"$work/series.csv"
cf-features --set model --horizon 5 --series "$sample/series.csv" -o "$work/features.csv" "$work/bars.csv"
cf-features --ledger --horizon 7 --as-of 2023-12-30 -q -o "$work/habits.csv" "$sample/ledger.csv"
cf-train -q --trees 4 -o "$work/model.cfm" "$work/features.csv" >"$work/metrics.json"
cf-predict -q -m "$work/model.cfm" --quantiles 0.05,0.5,0.95 -o "$work/forecasts.ndjson" "$work/features.csv"
cf-predict -q -m "$work/model.cfm" --format csv -o "$work/forecasts.csv" "$work/features.csv"
awk -F, 'NR == 1 || $2 < "2020-12"' "$work/features.csv" >"$work/reference.csv"
awk -F, 'NR == 1 || $2 >= "2020-12"' "$work/features.csv" >"$work/current.csv"
cf-drift data -q --reference "$work/reference.csv" "$work/current.csv" >"$work/findings.ndjson" || [ $? = 1 ]
for step in fetch train; do
	cf-run -q --record "$work/runs.ndjson" --run 20240105T020000Z-17 --step $step --log "$work/$step.log" true
done
cf-run -q --record "$work/runs.ndjson" --run 20240105T020000Z-17 --step predict --log "$work/x.log" false || :
home=$work/home
mkdir -p "$home/raw/bars" "$home/models/market/20240105T020000Z-17" "$home/features"
cp "$work/few.csv" "$home/raw/bars/SIM.csv"
cp "$work/model.cfm" "$work/metrics.json" "$home/models/market/20240105T020000Z-17/"
CF_HOME=$home cf-model promote -q 20240105T020000Z-17
CF_HOME=$home cf-backup create -q

some 20 "$work/features.csv" | put csv features
some 20 "$work/features.csv" | gzip -n | put csv packed
head -n 5 "$work/forecasts.ndjson" | put ndjson forecasts
put bars sample '\000' <"$work/few.csv"
put bars weeks '\006' <"$work/few.csv"
put bars all '\030' <"$work/few.csv"
parts "$work/few.csv" "$work/series.csv" | put bars series '\001'
some 30 "$work/series.csv" | put series sample
awk 'NR <= 120' "$sample/ledger.csv" >"$work/ledger.csv"
put ledger sample '\000' <"$work/ledger.csv"
awk -F, -v OFS=';' 'NR == 1 { print "date,amount,account"; next } { split($1, d, "-"); sub(/\./, ",", $2)
    print d[3] "." d[2] "." d[1] ",\"" $2 "\"," $3 }' "$work/ledger.csv" | put ledger german '\005'
{ cat "$work/ledger.csv"; printf '\fdate\n2021-01-01\n2021-12-25\n'; } | put ledger holidays '\011'
some 40 "$work/features.csv" >"$work/some.csv"
some 40 "$work/habits.csv" >"$work/some-habits.csv"
put train holding '\000' <"$work/some.csv"
put train amount '\001' <"$work/some-habits.csv"
put train plain '\002' <"$work/some.csv"
for how in '\000' '\017' '\006' '\200'; do
	put predict "features${how#?}" "$how" <"$work/some.csv"
done
for f in data/body data/batch; do
	put predict "${f#*/}" '\020' <"$top/tests/fuzz/serve/${f#*/}"
done
put metrics sample <"$work/metrics.json"
put runs sample <"$work/runs.ndjson"
some 20 "$work/forecasts.ndjson" >"$work/some.ndjson"
some 20 "$work/forecasts.csv" >"$work/some-forecasts.csv"
head -n 4 "$work/findings.ndjson" >"$work/some-findings.ndjson"
log=$home/backups/backup_log.txt
parts "$work/some.ndjson" "$work/some.csv" "$work/some-findings.ndjson" "$work/metrics.json" "$work/runs.ndjson" "$log" |
    put report all
parts "$work/some-forecasts.csv" "$work/some.csv" | put report csv
for f in reference current; do
	cut -d , -f 1-6 "$work/$f.csv" | sed -n 1,40p >"$work/some-$f.csv"
done
parts "$work/some-reference.csv" "$work/some-current.csv" | put drift data d
parts "$work/some-forecasts.csv" "$work/some.csv" | put drift performance p
put state log d <"$log"
put state lineage l <"$home/models/market/promotions.ndjson"
put keep_archive backup t <"$(echo "$home"/backups/backup_*.tar.gz)"

# ---- texts that are short
while IFS='|' read -r name seed text; do
	# shellcheck disable=SC2059 # with escapes
	[ -z "$name" ] || printf -- "$text" | put "$name" "$seed"
done <<'END'
input|whole|\001\000\000date,close\n2024-01-02,5\n2024-01-03,6\n
input|cut|\000\025\000date,close\n2024-01-02,5\n
input|flipped|\002\374\001date,close\n2024-01-02,5\n
options|long|--flag\n--text\nx\n--count=5\n--share=0.5\n--list=a\n--list\nb\n--\n-x
options|short|-fn5\n-ta\n-c\nweekly\nfile
options|help|-x\n3\n--help\n--nothing
portfolio|weights|symbol,weight\nA,0.5\nB,-0.25\n
portfolio|amounts|account,amount\nmain,100.5\nother,-3\n
shard|same|
shard|header|\010\000\001\f
shard|trees|\000\002\001\003\002\377\f\120\001\007
state|quota|qsent=1704060000.5\nsent=1704066000\nblocked=1704067300\nsuccess=1704067000\nnewest=19700\n
state|cache|ccashflow cache 1\nchecked 1704067000\nlength 2\ncrc32 1\netag "a"\nmodified x\n\nok
state|cache-parts|Ccashflow cache 1\nchecked 1704067000\fetag "a"\nmodified Tue, 02 Jan 2024 03:04:05 GMT\fbody
state|shared|s\000\000\000\000\000\000\000\000\001\002
texts|plain|BRK.B
texts|markup|<b class="x">&amp;</b>\\n\t%%41'
texts|yaml|a: 'it''s'\nb: "x\\"y"\na: 5\n
texts|bytes|caf\303\251 \360\237\222\260 \377\302
tokens|file|t# who\nanalyst sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n
tokens|chosen|t\f0123456789abcdef0123
tokens|bearer|aBearer 0123456789abcdef
tokens|basic|aBasic dXNlcjowMTIzNDU2Nzg5YWJjZGVm
tokens|key|k000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n
words|set|sseed,sma_20,rsi_14,macd_12_26
words|all|sall
words|horizons|h20,5,1
words|quantiles|q0.05,0.5,0.95
words|parts|pconfig,models
words|map|mdate=Day,close=Last,volume=
words|url|uhttps://[::1]:8080/base
words|seconds|r120
words|moment|rSun, 06 Nov 1994 08:49:37 GMT
words|label|bbackup_20240102_030405.tar.zst.sealed
words|digest|de3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
words|amount|e1.234,56-
words|entry|e%%d. %%b %%y\n\n3. Jan 24
words|time|l01/02/2024 03:04:05
words|number|l$1,234.5
END

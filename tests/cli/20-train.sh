#!/bin/sh
# cf-train: what it takes, what it refuses, what it leaves behind.
# shellcheck disable=SC2086 # arguments are lists of words
. "$CF_TOP/tests/cli/lib.sh"

# market SYMBOLS DAYS HORIZON: features of a made-up market, the last HORIZON rows of each symbol without outcome
market() {
	awk -v symbols="$1" -v days="$2" -v h="$3" 'BEGIN {
		srand(1)
		print "symbol,date,horizon,stock_price,volatility,volume,rsi,cash_flow"
		for (s = 0; s < symbols; s++) {
			p[0] = 50
			for (t = 0; t < days; t++) {
				v[t] = 0.01 * (1.5 + sin(t / 9 + s))
				p[t + 1] = p[t] * exp(v[t] * (rand() + rand() + rand() - 1.5) * 2)
			}
			for (t = 0; t < days; t++)
				printf "S%d,%04d-%02d-%02d,%d,%.4f,%.5f,%d,%d,%s\n", s, 2020 + int(t / 336),
				    1 + int(t / 28) % 12, 1 + t % 28, h, p[t], v[t], 1000 * rand(), 100 * rand(),
				    t + h < days ? sprintf("%.4f", 100 * p[t + h] / p[t]) : ""
		}
	}'
}
market 3 120 1 >f.csv
quick='--trees 4 --folds 3 -j 1'

# trained WHAT ARGUMENT...: cf-train succeeds; its metrics are kept for field
trained() {
	what=$1
	shift
	out='*'
	check "$what" 0 cf-train "$@"
	cp got.out told.txt
}

# field WHAT KEY VALUE: the metrics hold this as the first of all keys of that name
field() {
	out=$3
	check "$1" 0 sh -c 'grep -o "\"$1\":\(\[[^]]*\]\|[^,}]*\)" told.txt | head -n 1 | cut -d : -f 2-' sh "$2"
}

# ---- wrong options

err='cf-train: no model file: -o FILE is missing; try "cf-train --help"'
check 'no model file' 2 cf-train f.csv
err='cf-train: a model cannot go to stdout, which is for its metrics; try "cf-train --help"'
check 'stdout is for the metrics' 2 cf-train -o - f.csv
err='cf-train: option --kind: not one of holding|amount|plain: "ledger"; try "cf-train --help"'
check 'unknown kind' 2 cf-train --kind ledger -o m.cfm f.csv
err='cf-train: option --folds: not within 1 .. 64: "0"; try "cf-train --help"'
check 'no folds' 2 cf-train --folds 0 -o m.cfm f.csv
err='cf-train: kind plain needs the name of its target'
in='a,b
1,2'
check 'a plain table needs a target' 2 cf-train -o m.cfm

# ---- input that cannot be learned from; nothing is left behind

err='cf-train: absent.csv: No such file or directory'
check 'no such file' 4 cf-train -o m.cfm absent.csv
err='cf-train: stdin: no records'
check 'empty input' 3 cf-train -o m.cfm
head -n 1 f.csv >header.csv
err='cf-train: header.csv: no records'
check 'header only' 3 cf-train -o m.cfm header.csv
head -n 2 f.csv >one.csv
err='cf-train: too few records with a known target: 1'
check 'one row' 3 cf-train -o m.cfm one.csv
sed '2,$s/,[^,]*$/,/' f.csv >unknown.csv
err='cf-train: too few records with a known target: 0'
check 'no outcome is known' 3 cf-train -o m.cfm unknown.csv
err='cf-train: f.csv: column "y": there is no such column'
check 'unknown target' 3 cf-train --target y -o m.cfm f.csv
err='cf-train: column "date": there is no such column of numbers'
check 'a target that is a key' 3 cf-train --target date -o m.cfm f.csv
in='a,b
x,1'
err='cf-train: stdin:2: column "a": not a number: "x"'
check 'a target of text' 3 cf-train --target a -o m.cfm
printf 'a,w\344hrung,y\n1,2,3\n2,3,4\n' >latin1.csv
err='cf-train: latin1.csv:1: column name is not UTF-8; convert the file, as with iconv -f latin1 -t utf-8: "w?hrung"'
check 'a column name in Latin 1' 3 cf-train --target y -o m.cfm latin1.csv
err='cf-train: column "cash_flow": there is no such column of numbers'
in='symbol,rsi
A,50'
check 'a holding without cash_flow' 3 cf-train --kind holding -o m.cfm
in='symbol,date,rsi,cash_flow
A,2024-01-01,50,1e999'
err='cf-train: stdin:2: column "cash_flow": number out of range: "1e999"'
check 'an infinite target' 3 cf-train -o m.cfm
in='symbol,date,rsi,cash_flow
A,2024-01-01,50,101
A,2024-01-02,50,inf'
err='cf-train: stdin:3: column "cash_flow": not a number: "inf"'
check 'a target called inf' 3 cf-train -o m.cfm
in='symbol,date,rsi,cash_flow
A,2024-01-02,50,101
A,2024-01-01,50,102'
err='cf-train: dates of symbol "A" do not ascend: "2024-01-01"'
check 'unsorted dates' 3 cf-train --horizon 1 -o m.cfm
in='symbol,date,rsi,cash_flow
A,2024-01-01,50,101
B,2024-01-01,50,101
A,2024-01-01,50,102'
err='cf-train: dates of symbol "A" do not ascend: "2024-01-01"'
check 'duplicate dates' 3 cf-train --horizon 1 -o m.cfm
in='symbol,date,rsi,cash_flow
A,2024-01-01,50,101'
err='cf-train: column "horizon": there is no such column; say --horizon N'
check 'no horizon, so nobody knows when an outcome was known' 3 cf-train -o m.cfm
in='symbol,date,rsi,cash_flow
A,2024-02-30,50,101'
err='cf-train: stdin:2: column "date": not a date YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ: "2024-02-30"'
check 'no date' 3 cf-train -o m.cfm
in='symbol,date,horizon,rsi,cash_flow
A,2024-01-01,5,50,101
A,2024-01-01,20,50,102'
err='cf-train: stdin:3: column "horizon": second horizon in the file; select one with --horizon: "20"'
check 'two horizons' 3 cf-train -o m.cfm
awk -F , -v OFS=, 'NR > 1 { $8 = 100 } 1' f.csv >still.csv
err='cf-train: all outcomes are the same: nothing to learn'
check 'no holding ever moved' 3 cf-train $quick -o m.cfm still.csv
sed 2,4d f.csv | sed 's/volume/weight/' >other.csv
err='cf-train: other.csv:1: columns differ from those of the first file'
check 'files of other columns' 3 cf-train -o m.cfm f.csv other.csv
awk 'BEGIN { for (i = 0; i < 5000; i++) printf "c%d,", i; print "y" }' >wide.csv
err='cf-train: wide.csv:1: more than 4096 columns'
check 'a header of too many columns' 3 cf-train --target y -o m.cfm wide.csv
awk 'BEGIN { for (i = 0; i < 900000; i++) printf "0123456789"; print ",y" }' >long.csv
err='*'
check 'a header without end' 3 cf-train --target y -o m.cfm long.csv
cp got.err said.txt
check 'it is said' 0 grep -q '^cf-train: long.csv:1: ' said.txt

# shards whose headers promise more than is there: a billion sections, a file of a million gigabytes
awk 'BEGIN { print "a,y"; for (i = 0; i < 60; i++) print i % 7 "," i }' >table.csv
for i in 1 2; do
	cf-train --target y --trees 4 --shard "$i/2" -o "$i.cfs" table.csv
done
for at in 13 21; do
	{ head -c $((at - 1)) 1.cfs; printf '\312\232\073\312\232\073\0'; tail -c +$((at + 7)) 1.cfs; } >huge.cfs
	err='cf-train: huge.cfs: shard file is damaged: header'
	check "a header of a billion, at byte $at" 3 cf-train --target y --trees 4 --merge -o m.cfm huge.cfs 2.cfs -- table.csv
done
rm -f 1.cfs 2.cfs
check 'none of them left a model file' 1 sh -c 'ls -A | grep "^[.]*m"'

# ---- what is odd but can be learned from

trained 'a market' $quick -o m.cfm f.csv
field 'its kind' kind '"holding"'
field 'its records, those with an outcome' rows 357
field 'its symbols' symbols 3
field 'its dates' dates 119
field 'its first date' first_date '"2020-01-01"'
field 'its last date' last_date '"2020-05-07"'
field 'its horizon' horizon 1
field 'its inputs' inputs '["stock_price","volatility","volume","rsi"]'
field 'its validation' validation '"walk-forward"'
field 'its file' file '"m.cfm"'
check 'the file is a model' 0 cf-predict -q -m m.cfm -o forecasts.csv f.csv

head -n 9 f.csv >few.csv
trained 'fewer dates than folds' --trees 4 --folds 40 -o few.cfm few.csv
field 'no validation' validation '"none"'
field 'no skill' skill null
field 'no weight on the forest' weight 0
err='cf-train: skill is not known: too little to validate on'
out='*'
check 'a skill that is not known is not reached' 1 cf-train --trees 4 --require-skill 0 -o few.cfm few.csv

in='a,y
1,7
2,7
3,7
4,7
5,7
6,7'
trained 'a constant target' --target y --trees 4 -o constant.cfm
field 'no skill over a constant' skill null
in='a
3'
out='prediction,interval_low,interval_high,level,outside,model
7,7,7,0.9,,ID'
check 'forecasts the constant' 0 sh -c "cf-predict -m constant.cfm | sed 's/[0-9a-f]\{16\}$/ID/'"

awk 'BEGIN { print "a,none,text,\"b, c\",y"; for (i = 0; i < 60; i++) print 1 ",,t" i "," i % 7 "," i % 7 * 2 }' >odd.csv
trained 'constant, missing and text columns, a name with a comma' --target y --trees 9 -o odd.cfm odd.csv
field 'text is left out' inputs '["a","none","b, c"]'
field 'out of bag without dates' validation '"out-of-bag"'
field 'all weight on the forest' weight 1

in='"b, c"
0
3
6'
out='0
3
6'
check 'which learned y = 2 x from that one' 0 sh -c 'cf-predict -m odd.cfm | awk -F , "NR > 1 { printf \"%.0f\n\", \$1 / 2 }"'

for only in 1 ''; do
	awk -v x="$only" 'BEGIN { print "a,y"; for (i = 0; i < 60; i++) print x "," i }' >nothing.csv
	trained "nothing but an input that is always \"$only\"" --target y --trees 9 -o nothing.cfm nothing.csv
	field 'no weight on the forest' weight 0
	in='a
8'
	out='29.5'
	check 'forecasts the mean' 0 sh -c 'cf-predict -m nothing.cfm | awk -F , "NR > 1 { printf \"%.4g\n\", \$1 }"'
done
in='y
1
2
6'
trained 'nothing but the target' --target y --trees 9 -o nothing.cfm
field 'no trees' trees 0

odd=$(printf 'm\344\n.cfm')
trained 'a file whose name is no UTF-8' --target y --trees 1 -o "$odd" odd.csv
field 'it is masked' file '"m??.cfm"'
check 'and the file is there' 0 test -s "$odd"

# ---- the skill asked for

out='*'
err='*'
check 'a skill not reached' 1 cf-train $quick --require-skill 0.9 -o skilled.cfm f.csv
cp got.err said.txt
check 'it is said' 0 grep -q '^cf-train: skill -*[0-9.e-]* is below the 0.9 required$' said.txt
check 'and the file is written' 0 cmp m.cfm skilled.cfm
trained 'a skill reached' $quick --require-skill -10 -o skilled.cfm f.csv

# ---- as many trees as needed, unless their number is given

awk 'BEGIN {
	srand(1)
	print "a,b,rule,noise"
	for (i = 0; i < 600; i++) {
		a = rand()
		printf "%.6f,%.6f,%.6f,%.6f\n", a, rand(), 9 * sin(9 * a), rand() + rand() + rand()
	}
}' >curve.csv
cut -d , -f 1-3 curve.csv >rule.csv
cut -d , -f 1,2,4 curve.csv >noise.csv
trained 'a rule without noise: every tree helps' --target rule -o curve.cfm rule.csv
field 'as many as may be' trees 500
field 'and why' reason '"most"'
trained 'noise in leaves of half the table: trees are much alike' --target noise --min-leaf 200 -o curve.cfm noise.csv
field 'as few as may be' trees 100
field 'and why' reason '"least"'
trained 'something between' --target noise -o curve.cfm noise.csv
field 'what is needed' reason '"needed"'
trees=$(sed 's/.*"trees_chosen":{"trees":\([0-9]*\).*/\1/' told.txt)
field "their number, $trees" needed "$trees"
check 'is within the bounds' 0 test "$trees" -gt 100 -a "$trees" -lt 500
trained 'the same number given' --target noise --trees "$trees" -o given.cfm noise.csv
check 'has no reason' 1 grep -q trees_chosen told.txt

# ---- the same input gives the same bytes

for how in '-j 1' '-j 2' '-j 5'; do
	trained "again with $how" --trees 4 --folds 3 $how -o again.cfm f.csv
	check "the same bytes with $how" 0 cmp m.cfm again.cfm
done
gzip -c f.csv >f.csv.gz
trained 'from gzip' $quick -o again.cfm f.csv.gz
check 'the same bytes from gzip' 0 cmp m.cfm again.cfm
awk -F , 'NR == 1 { split($0, name); next } {
	printf "{"
	for (i = 1; i <= NF; i++)
		printf "%s\"%s\":%s", (i > 1 ? "," : ""), name[i], ($i == "" ? "null" : i < 3 ? "\"" $i "\"" : $i)
	print "}"
}' f.csv >f.ndjson
trained 'from NDJSON' $quick -o again.cfm f.ndjson
check 'the same bytes from NDJSON' 0 cmp m.cfm again.cfm
sed 's/$/\r/' f.csv >crlf.csv
in_file=crlf.csv
trained 'from CRLF on standard input' $quick -o again.cfm
check 'the same bytes from CRLF' 0 cmp m.cfm again.cfm
{ head -n 1 f.csv; grep '^S0' f.csv; } >f0.csv
{ head -n 1 f.csv; grep '^S[12]' f.csv; } >f12.csv
trained 'from two files' $quick -o again.cfm f0.csv f12.csv
check 'the same bytes from two files' 0 cmp m.cfm again.cfm
trained 'another seed' $quick --seed 2 -o again.cfm f.csv
check 'another seed, other bytes' 1 sh -c 'cmp -s m.cfm again.cfm'
sed 's/,1,/,20,/' f.csv | sed 1d >f20.csv
cat f.csv f20.csv | sort -t , -k 1,2 -s >both.tmp
{ head -n 1 f.csv; grep '^S' both.tmp; } >both.csv
trained 'one of two horizons' $quick --horizon 1 -o again.cfm both.csv
check 'the same bytes as from that horizon alone' 0 cmp m.cfm again.cfm

# ---- shards

for i in 1 2 3; do
	check "shard $i of 3" 0 cf-train $quick --shard "$i/3" -o "$i.cfs" f.csv
done
trained 'all at once' $quick -o merged.cfm f.csv
mv merged.cfm one.cfm
out_file=told.txt
check 'merged shards tell what one run tells' 0 cf-train $quick --merge -o merged.cfm 3.cfs 1.cfs 2.cfs -- f.csv
check 'and give its bytes' 0 cmp one.cfm merged.cfm
err='*'
check 'a shard too few' 3 cf-train $quick --merge -o m2.cfm 1.cfs 2.cfs -- f.csv

# ---- the file appears whole or not at all

echo old >kept.cfm
err='cf-train: stdin: no records'
check 'a failure' 3 cf-train -o kept.cfm
check 'leaves the old file' 0 grep -q '^old$' kept.cfm
trained 'check only' -n $quick -o kept.cfm f.csv
check 'writes no file' 0 grep -q '^old$' kept.cfm
check 'and tells of none' 1 grep '"file"\|"model":"' told.txt
trained 'success replaces it' $quick -o kept.cfm f.csv
check 'by the new one' 0 cmp m.cfm kept.cfm
err='cf-train: none/m2.cfm: No such file or directory'
check 'no such folder' 4 cf-train $quick -o none/m2.cfm f.csv
if [ -c /dev/full ]; then
	err='cf-train: stdout: No space left on device'
	check 'no room for the metrics' 4 sh -c "cf-train $quick -o m2.cfm f.csv >/dev/full"
fi
# killed at any moment, by a signal that cannot be caught: the old file or the new one stands, never a part
awk 'BEGIN { srand(2); print "a,b,y"; for (i = 0; i < 3000; i++) print rand() "," rand() "," rand() }' >slow.csv
cf-train -q --target y --trees 40 -j 1 -o new.cfm slow.csv >/dev/null
n=0
for delay in 0.02 0.05 0.1 0.2 0.3 0.4 0.5 0.6 0.8; do
	echo old >kept.cfm
	cf-train -q --target y --trees 40 -j 1 -o kept.cfm slow.csv >/dev/null &
	pid=$!
	sleep "$delay"
	kill -9 "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	if ! grep -q '^old$' kept.cfm && ! cmp -s new.cfm kept.cfm; then
		n=$((n + 1))
	fi
done
check 'killed: the old file or the new one' 0 test "$n" = 0

mkdir small
# a signal for a file that grows over a limit comes in the middle of writing it
out='*'
err='*'
check 'killed while writing' 153 sh -c "cd small && ulimit -f 2 && exec cf-train $quick -o m.cfm ../f.csv"
check 'it leaves nothing' 0 rmdir small
mkdir small
err='cf-train: m.cfm: File too large'
[ "${CF_FLAVOUR:-}" != cov ] || err='*'		# nor can the counts be written
check 'a file too large' 4 sh -c "trap '' XFSZ && cd small && ulimit -f 2 && exec cf-train $quick -o m.cfm ../f.csv"
check 'it leaves nothing either' 0 rmdir small
mkdir small
if unshare -rm sh -c 'mount -t tmpfs -o size=4k none small' 2>/dev/null; then
	err='cf-train: small/m.cfm: No space left on device'
	out=0
	check 'a full disk' 4 unshare -rm sh -c "mount -t tmpfs -o size=4k none small &&
	    cf-train $quick -o small/m.cfm f.csv; status=\$?; ls -A small | wc -l; exit \$status"
else
	skip_one 'a full disk' 'no file system can be mounted'
fi

finish

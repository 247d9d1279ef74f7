#!/bin/sh
# cf-drift: features against a reference, forecasts against outcomes: what it finds, and what it makes of odd input.
. "$CF_TOP/tests/cli/lib.sh"

# features FIRST LAST SCALE: two symbols on days FIRST .. LAST after 2021-01-01; noise of a generator seeded by FIRST
features() {
	awk -v first="$1" -v last="$2" -v scale="$3" '
		# minimal standard generator (Park, Miller 1988): exact in double precision
		function random() { seed = seed * 16807 % 2147483647; return seed / 2147483647 }
		function date(t,   y, m, n) {
			split("31 28 31 30 31 30 31 31 30 31 30 31", n, " ")
			y = 2021
			while (t >= 365) { t -= 365; y++ }
			for (m = 1; t >= n[m]; m++)
				t -= n[m]
			return sprintf("%04d-%02d-%02d", y, m, t + 1)
		}
		BEGIN {
			seed = first + 12345
			print "symbol,date,horizon,noise,rsi,flat,gone,word,cash_flow"
			for (s = 0; s < 2; s++)
				for (t = first; t <= last; t++)
					printf "S%d,%s,5,%.6f,%.4f,1,%s,text,%s\n", s, date(t), scale * (random() - 0.5),
					    30 + 40 * random(), (random() < 0.9 ? int(4 * random()) : ""),
					    (t < last - 5 ? 100 + random() : "")
		}'
}
features 0 399 1 >old.csv
features 400 459 1 >same.csv
features 400 459 3 >wide.csv

# keep: the findings of the last check, for state
keep() {
	cp got.out last
}

# state STRING...: the states of those findings kept whose line has all of the strings
state() {
	cp last findings
	for want; do
		grep -F -- "$want" findings >some
		mv some findings
	done
	sed 's/.*"state":"\([a-z]*\)".*/\1/' findings | sort -u
}

# ---- data

out='*'
check 'the same distribution is no drift' 0 cf-drift data --reference old.csv same.csv
cp got.out same.1
keep
out=ok
check 'and every finding is ok' 0 state '"mode":"data"'
out_file=same.1
check 'on one thread: the same bytes' 0 cf-drift data -j 1 --reference old.csv --current same.csv
in_file=same.csv out_file=same.1
check 'from standard input, on three threads: the same bytes' 0 cf-drift data -j 3 --reference old.csv
in='' out='{"mode":"data","test":"summary","feature":null,"view":null,"state":"ok","value":0,"expected":null,"low":null,"high":null,"p":null,"q":null,"n":40,"n_effective":null,"days":60,"reference_days":400,"from":"2022-02-05","to":"2022-04-05","detail":null}'
check 'the summary is the last line' 0 tail -n 1 same.1
out='mode,test,feature,view,state,value,expected,low,high,p,q,n,n_effective,days,reference_days,from,to,detail'
check 'as CSV' 0 sh -c 'cf-drift data --format csv --reference old.csv same.csv | head -n 1'
out=''
check 'no finding about target and text' 1 grep -e '"cash_flow"' -e '"word"' same.1

out='*'
check 'three times as wide is drift' 1 cf-drift data --reference old.csv --prom drift.prom wide.csv
keep
out=drift
check 'said of the feature' 0 state '"feature":"noise","view":"level"' '"test":"wasserstein"'
out=1
check 'said by the summary' 0 sh -c 'tail -n 1 last | grep -c "\"state\":\"drift\""'
out=''
check 'not of the others' 1 sh -c 'grep -v -e "\"feature\":\"noise\"" -e summary last | grep -v "\"state\":\"ok\""'
out='cashflow_drift_state{mode="data"} 2'
check 'and by the metrics' 0 grep '^cashflow_drift_state' drift.prom
if command -v promtool >/dev/null; then
	in_file=drift.prom
	check 'promtool takes them' 0 promtool check metrics
else
	skip_one 'promtool takes them' 'promtool is not installed'
fi
rm -f drift.prom
check '-n writes nothing' 1 cf-drift data -n -o made --reference old.csv --prom drift.prom wide.csv
check '-n wrote nothing' 2 sh -c 'ls made drift.prom 2>/dev/null'

# the current days are no reference; --window counts days
{ head -n 1 old.csv; { sed 1d old.csv; sed 1d same.csv; } | sort -t , -k 1,1 -k 2,2; } >all.csv
out='*'
check 'a longer file' 0 cf-drift data --reference old.csv all.csv
cp got.out all.1
out_file=all.1
check 'what is compared is left out of the reference' 0 cf-drift data --reference all.csv all.csv
out=60,400
check 'days of the window' 0 sh -c 'cf-drift data --format csv --reference all.csv all.csv | tail -n 1 | cut -d , -f 14,15'
out=100,360
check 'another window' 0 sh -c 'cf-drift data --window 100 --format csv --reference all.csv all.csv | tail -n 1 | cut -d , -f 14,15'

# a column that ends, one that is constant and moves, one that is new
awk -F, -v OFS=, 'NR > 1 { $7 = ""; $6 = 2 } { print $0, (NR > 1 ? "5" : "new") }' same.csv >odd.csv
out='*'
check 'a column ends, a constant moves' 1 cf-drift data --reference old.csv odd.csv
keep
out=drift
check 'missing values are drift' 0 state '"test":"missing","feature":"gone"'
out=drift
check 'a constant that moved is drift' 0 state '"feature":"flat","view":"level"' '"test":"ks"'
cut -d , -f 1-5 same.csv >less.csv
out='*'
check 'columns are not there' 1 cf-drift data --reference old.csv less.csv
keep
out=drift
check 'a column that is not there is missing' 0 state '"test":"missing","feature":"gone"'

# odd input
for columns in 1-3 1-3,8-9; do
	cut -d , -f $columns same.csv >none.csv
	err='cf-drift: current data have no feature of the reference'
	check "no common columns: $columns" 3 cf-drift data --reference old.csv none.csv
	cut -d , -f $columns old.csv >none.csv
	out='*' err='cf-drift: nothing was tested: the reference has no features'
	check "a reference without features: $columns" 0 cf-drift data --reference none.csv wide.csv
done
err='cf-drift: nothing was tested: no current data'
out='{"mode":"data","test":"summary","feature":null,"view":null,"state":"watch","value":0,"expected":null,"low":null,"high":null,"p":null,"q":null,"n":0,"n_effective":null,"days":0,"reference_days":400,"from":null,"to":null,"detail":"no current data"}'
check 'empty current data' 0 cf-drift data --reference old.csv
head -n 1 old.csv >header.csv
out='*'
check 'header only, quietly' 0 cf-drift data -q --reference old.csv header.csv
keep
out=watch
check 'header only is to be watched' 0 state summary
for f in header.csv /dev/null; do
	out='*' err='cf-drift: nothing was tested: reference of fewer than 20 days'
	check "$f as reference" 0 cf-drift data --reference $f same.csv
done
out='*' err='cf-drift: nothing was tested: reference of fewer than 20 days'
check 'a reference that is all later' 0 cf-drift data --reference same.csv old.csv
head -n 2 same.csv >one.csv
out='*'
check 'one row' 0 cf-drift data --reference old.csv one.csv
sort -r same.csv | awk '/^symbol/ { h = $0; next } { r[++n] = $0 } END { print h; for (i = 1; i <= n; i++) print r[i] }' >back.csv
err='cf-drift: current data: dates of symbol "S1" do not ascend: "2022-04-04"'
check 'unsorted' 3 cf-drift data --reference old.csv back.csv
err='cf-drift: back.csv: dates of symbol "S1" do not ascend: "2022-04-04"'
check 'unsorted reference' 3 cf-drift data --reference back.csv wide.csv
sed 's/^symbol/other/' same.csv | grep -v ^S1 >anon.csv
err='cf-drift: only one of reference and current data has symbols'
check 'symbols on one side' 3 cf-drift data --reference old.csv anon.csv
cut -d , -f 4- old.csv >undated.old
cut -d , -f 4- wide.csv >undated.wide
out='*'
check 'without dates and symbols' 1 cf-drift data --window 0 --reference undated.old undated.wide
sed 's/,5,/,20,/' same.csv | sed 1d | cat same.csv - >horizons.csv
err='cf-drift: horizons.csv:122: column "horizon": second horizon in the file; select one with --horizon: "20"'
check 'several horizons' 3 cf-drift data --reference old.csv horizons.csv
out_file=same.1
check 'one of several horizons' 0 cf-drift data --horizon 5 --reference old.csv horizons.csv

# ---- performance

# forecasts SYMBOLS DAYS: an interval of 90 .. 110
# outcomes SYMBOLS DAYS QUIET: one in ten outside, at random, one in two after QUIET days
forecasts() {
	awk -v symbols="$1" -v days="$2" 'BEGIN {
		print "symbol,date,horizon,prediction,interval_low,interval_high,level,model"
		for (t = 0; t < days; t++)
			for (s = 0; s < symbols; s++)
				printf "S%d,%04d-%02d-%02d,1,100,90,110,0.9,%s\n", s, 2000 + int(t / 336),
				    1 + int(t / 28) % 12, 1 + t % 28, t < days / 2 ? "m1" : "m2"
	}'
}
outcomes() {
	awk -v symbols="$1" -v days="$2" -v quiet="$3" '
		function random() { seed = seed * 16807 % 2147483647; return seed / 2147483647 }
		BEGIN {
			seed = 1
			print "symbol,date,horizon,cash_flow"
			for (t = 0; t < days; t++)
				for (s = 0; s < symbols; s++)
					printf "S%d,%04d-%02d-%02d,1,%s\n", s, 2000 + int(t / 336),
					    1 + int(t / 28) % 12, 1 + t % 28,
					    (random() < (t < quiet ? 0.1 : 0.5) ? 120 : 93 + 14 * random())
		}'
}
forecasts 3 300 >f.csv
outcomes 3 300 300 >quiet.csv
outcomes 3 300 270 >shift.csv
echo '{"total":{"n":900,"coverage":0.9}}' >metrics.json

out='*'
check 'calibrated forecasts are no drift' 0 cf-drift performance --forecasts f.csv --outcomes quiet.csv --metrics metrics.json
cp got.out quiet.1
keep
out=ok
check 'and every finding is ok' 0 state '"mode":"performance"'
# counted by hand: the last 180 outcomes
awk -F, 'NR > 721 { n++; hits += $4 <= 110 } END { printf "%.4f %.4f\n", hits / n, 1 - hits / n / 0.9 }' quiet.csv >hand
short() {
	sed -n 's/.*"test":"\(accuracy\|relative_drop\)".*"value":\([-0-9.e]*\),.*/\2/p' last |
	    xargs printf '%.4f %.4f\n'
}
out_file=hand
check 'accuracy and drop, as counted by hand' 0 short
out=180,60,240
check 'records and days' 0 sh -c 'cf-drift performance --format csv --outcomes quiet.csv f.csv | sed -n 2p | cut -d , -f 12,14,15'
out=90,30,270
check 'another window' 0 sh -c \
    'cf-drift performance --window 30 --format csv --outcomes quiet.csv f.csv | sed -n 2p | cut -d , -f 12,14,15'
out_file=quiet.1
check 'training given by hand: the same bytes' 0 cf-drift performance --outcomes quiet.csv --training 0.9 f.csv
tail -n 451 f.csv >f2.csv
{ head -n 1 f.csv; sed 1d f2.csv; } >f3.csv
head -n 450 f.csv >f1.csv
out_file=quiet.1
check 'forecasts in two files, in any order: the same bytes' 0 \
    cf-drift performance --outcomes quiet.csv --training 0.9 --forecasts f3.csv --forecasts f1.csv f.csv
in_file=f.csv out_file=quiet.1
check 'forecasts from standard input' 0 cf-drift performance --outcomes quiet.csv --training 0.9

out='*'
check 'misses are drift' 1 cf-drift performance --outcomes shift.csv --metrics metrics.json --prom p.prom f.csv
keep
for test in accuracy relative_drop page_hinkley summary; do
	out=drift
	check "misses: $test" 0 state "\"test\":\"$test\""
done
out='cashflow_drift_test_state{mode="performance",test="accuracy"} 2'
check 'misses: the metrics' 0 grep 'test_state.*"accuracy"' p.prom
in_file=p.prom
if command -v promtool >/dev/null; then
	check 'misses: promtool takes them' 0 promtool check metrics
else
	skip_one 'misses: promtool takes them' 'promtool is not installed'
fi
in_file=''
out='*'
check 'forecasts of one model' 1 cf-drift performance --outcomes shift.csv --model m2 f.csv
out='*'
check 'far lower demands' 0 cf-drift performance --outcomes shift.csv --min-accuracy 0.1 --max-drop 1 f.csv
# NDJSON as cf-predict writes it
awk -F, 'NR > 1 { printf "{\"symbol\":\"%s\",\"date\":\"%s\",\"horizon\":%s,\"prediction\":%s,\"interval\":[%s,%s],\"level\":%s,\"p_loss\":0.5,\"outside\":null,\"model\":\"%s\"}\n", $1, $2, $3, $4, $5, $6, $7, $8 }' \
    f.csv >f.ndjson
out_file=quiet.1
check 'NDJSON forecasts: the same bytes' 0 cf-drift performance --outcomes quiet.csv --training 0.9 f.ndjson
# a key that was forecast, or came true, twice: the last counts
{ cat f.csv; sed -e 1d -e 's/,100,90,110,/,100,99,101,/' f.csv; } >twice.csv
out='*'
check 'forecast twice: the last counts' 1 cf-drift performance --outcomes quiet.csv twice.csv
{ head -n 1 f.csv; sed -e 1d -e 's/,100,90,110,/,100,99,101,/' f.csv; } >narrow.csv
out_file=quiet.1
check 'the order of the files decides' 0 cf-drift performance --outcomes quiet.csv --training 0.9 narrow.csv f.csv
{ cat shift.csv; sed 1d quiet.csv; } >twice.csv
out_file=quiet.1
check 'an outcome twice: the last counts' 0 cf-drift performance --outcomes twice.csv --training 0.9 f.csv
# intervals of another level are held to that
sed 's/,90,110,0.9,/,95,105,0.5,/' f.csv >half.csv
awk -F, -v OFS=, 'NR > 1 { $4 = $4 > 110 ? 120 : 100 + ($4 - 100) * 9 / 7 } { print }' quiet.csv >wide.csv
out='*'
check 'level 0.5 with half of the outcomes within' 0 cf-drift performance --outcomes wide.csv half.csv
keep
out=ok
check 'is as it should be' 0 state '"test":"accuracy"' '"expected":0.5,'
out='*'
check 'level 0.9 with half of the outcomes within' 1 sh -c \
    'sed s/,0.5,/,0.9,/ half.csv | cf-drift performance --outcomes wide.csv'
out='*' err='cf-drift: nothing was tested: no forecast has an outcome'
check 'forecasts of another model' 0 cf-drift performance --outcomes shift.csv --model m3 f.csv

# a ledger
awk -F, -v OFS=, '{ sub(/symbol/, "account"); print }' f.csv >ledger.csv
awk -F, -v OFS=, '{ sub(/symbol/, "account"); print }' quiet.csv >movements.csv
out='*'
check 'a ledger' 0 cf-drift performance --outcomes movements.csv ledger.csv
keep
out=2
check 'a ledger has WAPE' 0 grep -c 'wape"' last

# odd input
out='{"mode":"performance","test":"summary","feature":null,"view":null,"state":"watch","value":0,"expected":null,"low":null,"high":null,"p":null,"q":null,"n":0,"n_effective":null,"days":0,"reference_days":0,"from":null,"to":null,"detail":"no forecast has an outcome"}'
err='cf-drift: nothing was tested: no forecast has an outcome'
check 'no forecasts' 0 cf-drift performance --outcomes quiet.csv
head -n 1 f.csv >f0.csv
out='*' err='cf-drift: nothing was tested: no forecast has an outcome'
check 'forecasts: header only' 0 cf-drift performance --outcomes quiet.csv f0.csv
for f in header.csv /dev/null; do
	out='*' err='cf-drift: nothing was tested: no forecast has an outcome'
	check "no outcomes: $f" 0 cf-drift performance --outcomes $f f.csv
done
sed 's/^S/T/' quiet.csv >others.csv
out='*' err='cf-drift: nothing was tested: no forecast has an outcome'
check 'no keys in common' 0 cf-drift performance --outcomes others.csv f.csv
sed 's/,20/,30/' quiet.csv >later.csv
out='*' err='cf-drift: nothing was tested: no forecast has an outcome'
check 'no dates in common' 0 cf-drift performance --outcomes later.csv f.csv
head -n 2 f.csv >f0.csv
out='*' err='cf-drift: nothing was tested: fewer than 20 days'
check 'one forecast' 0 cf-drift performance --outcomes quiet.csv f0.csv
sort -r f.csv | awk '/^symbol/ { h = $0; next } { r[++n] = $0 } END { print h; for (i = 1; i <= n; i++) print r[i] }' >back.csv
out_file=quiet.1
check 'unsorted forecasts: the same bytes' 0 cf-drift performance --outcomes quiet.csv --training 0.9 back.csv
cut -d , -f 1-5 f.csv >short.csv
err='cf-drift: short.csv: column "interval_high": there is no such column'
check 'no interval' 3 cf-drift performance --outcomes quiet.csv short.csv
err='cf-drift: movements.csv: column "symbol": there is no such column'
check 'accounts for symbols' 3 cf-drift performance --outcomes movements.csv f.csv
echo '{"total":{}}' >none.json
err='cf-drift: none.json: no coverage of forecasts between 0 and 1 (total.coverage)'
check 'metrics without coverage' 3 cf-drift performance --outcomes quiet.csv --metrics none.json f.csv
echo 'no' >no.json
err='*'
check 'metrics that are none' 3 cf-drift performance --outcomes quiet.csv --metrics no.json f.csv

# ---- usage

wrong() {
	err="cf-drift: $1; try \"cf-drift --help\""
	shift
	check "usage: $*" 2 cf-drift "$@"
}
wrong 'no mode'
wrong 'no mode' --window 3
wrong 'unknown mode: "both"' both
wrong 'data wants --reference FILE' data same.csv
wrong 'performance wants --outcomes FILE' performance f.csv
wrong 'data takes no --forecasts, --outcomes, --metrics, --training, --model' data --reference old.csv --outcomes quiet.csv
wrong 'performance takes no --reference, --current, --horizon' performance --reference old.csv --outcomes quiet.csv
wrong '--metrics and --training tell the same' performance --outcomes quiet.csv --metrics metrics.json --training 0.9
err='cf-drift: standard input can be read once only'
check 'standard input twice' 2 cf-drift data --reference - -
err='cf-drift: standard input can be read once only'
check 'standard input twice, by default' 2 cf-drift performance --outcomes -

finish

#!/bin/sh
# cf-predict: joint forecasts, ranks and portfolios.
. "$CF_TOP/tests/cli/lib.sh"

# Bars of four symbols: B moves as A does, C against it, D by itself.
awk 'function draw() { x = (x * 16807) % 2147483647; return x / 2147483647 - 0.5 }
BEGIN {
	x = 42
	print "symbol,date,open,high,low,close,volume"
	for (t = 0; t < 336; t++) {
		a[t] = draw()
		d[t] = draw()
	}
	n = split("A B C D", name, " ")
	for (s = 1; s <= n; s++) {
		p = 4
		for (t = 0; t < 336; t++) {
			p += 0.03 * (name[s] == "D" ? d[t] : name[s] == "C" ? -a[t] : a[t])
			printf "%s,%04d-%02d-%02d,,,,%.9g,1\n", name[s], 2023, 1 + int(t / 28), 1 + t % 28, exp(p)
		}
	}
}' >bars.csv
# A model whose forecasts are all the same: no volatility in, no trees.
awk 'BEGIN {
	print "symbol,date,horizon,rsi,cash_flow"
	for (s = 0; s < 3; s++)
		for (t = 0; t < 112; t++)
			printf "S%d,2024-%02d-%02d,2,%d,%d\n", s, 1 + int(t / 28), 1 + t % 28, 30 + t * 13 % 40, 90 + t * 5 % 21
}' >train.csv
cf-train -q --trees 0 --folds 2 -j 1 -o m.cfm train.csv >m.json || skip 'cf-train does not work'
awk 'BEGIN { print "symbol,date,horizon,rsi"
	n = split("C A D B", name, " ")
	for (t = 26; t <= 28; t++) for (s = 1; s <= n; s++) print name[s] ",2023-12-" t ",2," 40 + t }' >f.csv
id=$(sed 's/.*"model":"\([^"]*\)".*/\1/' m.json)

# ---- ranks

out='*'
check 'ranks' 0 cf-predict -m m.cfm --bars bars.csv --ranks 2 f.csv
cp got.out ranks.csv
out='symbol,date,horizon,prediction,interval_low,interval_high,level,p_loss,value_at_risk,expected_shortfall,risk_flag,position_size,rank_1,rank_2,outside,model'
check 'their columns' 0 head -n 1 ranks.csv
check 'are probabilities that add up to 1, for each symbol and each class' 0 awk -F, '
	function is(x, y) { return (x - y) * (x - y) < 1e-18 }
	NR > 1 { if (!is($13 + $14, 1) || $13 < 0 || $14 < 0) exit 1; one[$2] += $13 }
	END { for (d in one) if (!is(one[d], 2)) exit 1 }' ranks.csv
check 'the rest is as without them' 0 sh -c 'cf-predict -m m.cfm f.csv >plain.csv; cut -d, -f 1-12,15- ranks.csv | cmp - plain.csv'
check 'which symbols are alike shows in the ranks' 0 awk -F, '
	NR > 1 && ($1 == "A" || $1 == "B" || $1 == "C") && ($13 < 0.4 || $13 > 0.6) { exit 1 }' ranks.csv
for j in 2 3; do
	out_file=ranks.csv
	check "$j threads, the same bytes" 0 cf-predict -j $j -m m.cfm --bars bars.csv --ranks 2 f.csv
done
{ head -n 1 f.csv; sed 1d f.csv | sort -r; } >other.csv
sort ranks.csv >sorted
out_file=sorted
check 'the order of records does not matter' 0 sh -c 'cf-predict -m m.cfm --bars bars.csv --ranks 2 other.csv | sort'
grep -e symbol -e 2023-12-27 f.csv >one.csv
grep -e symbol -e 2023-12-27 ranks.csv >want.csv
out_file=want.csv
check 'nor do other dates' 0 cf-predict -m m.cfm --bars bars.csv --ranks 2 one.csv
awk -F, 'NR == 1 || $2 <= "2023-12-26"' bars.csv >early.csv
grep -e symbol -e 2023-12-26 f.csv >one.csv
grep -e symbol -e 2023-12-26 ranks.csv >want.csv
out_file=want.csv
check 'nor does what comes behind' 0 cf-predict -m m.cfm --bars early.csv --ranks 2 one.csv
for s in A B C D; do awk -F, -v s=$s 'NR == 1 || $1 == s' bars.csv >bars-$s.csv; done
out_file=ranks.csv
check 'bars in several files' 0 cf-predict -m m.cfm --bars bars-A.csv --bars bars-B.csv --bars bars-C.csv \
    --bars bars-D.csv --ranks 2 f.csv
check 'other seeds, other paths' 0 sh -c '
	cf-predict -m m.cfm --bars bars.csv --ranks 4 --seed 2 f.csv >a4; cf-predict -m m.cfm --bars bars.csv --ranks 4 f.csv >b4; ! cmp -s a4 b4'
check 'more classes than symbols are not known' 0 sh -c '
	cf-predict -m m.cfm --bars bars.csv --ranks 5 f.csv | awk -F, "NR > 1 && \$13 \$14 \$15 \$16 \$17 != \"\" { exit 1 }"'
in='symbol,date,rsi
A,2023-12-28,x
B,2023-12-28,40
A,2023-12-28,40'
out='B 0.5 0.5
A 0.5 0.5'
check 'a bad record among them' 0 sh -c '
	cf-predict -m m.cfm --keep-going --bars bars.csv --ranks 2 2>/dev/null >got.csv
	[ "$(sed -n 2p got.csv)" = ",,,,,,,,,,,,,,,\"stdin:2: column \"\"rsi\"\": not a number: \"\"x\"\"\",2" ] &&
	awk -F, "NR > 2 { printf \"%s %.1f %.1f\n\", \$1, \$12, \$13 }" got.csv'
check 'nothing' 0 cf-predict -m m.cfm --bars bars.csv --ranks 2 /dev/null

# ---- portfolios: for NAME, the value at risk in portfolio NAME.csv on the last date
risk() {
	cf-predict -m m.cfm --bars bars.csv --portfolio "$1" --latest --format ndjson f.csv |
	    sed 's/.*"value_at_risk":\([^,]*\),.*/\1/'
}
printf 'symbol,weight\nA,3\n' >a.csv
printf 'symbol,weight\nA,1\nB,1\n' >ab.csv
printf 'symbol,weight\nA,1\nC,1\n' >ac.csv
printf 'symbol,weight\nA,1\nD,1\n' >ad.csv
printf 'symbol,weight\nA,1\nB,-1\n' >hedged.csv
out="date,horizon,prediction,interval_low,interval_high,level,p_loss,value_at_risk,expected_shortfall,risk_flag,position_size,q0.5,model"
check 'the columns of a portfolio' 0 sh -c '
	cf-predict -m m.cfm --bars bars.csv --portfolio ab.csv --quantiles 0.5 f.csv >portfolio.csv; head -n 1 portfolio.csv'
out='2023-12-26 2023-12-27 2023-12-28 '$id
check 'one record for each date' 0 awk -F, 'NR > 1 { printf "%s ", $1; id = $NF } END { print id }' portfolio.csv
check 'its numbers agree with one another' 0 awk -F, '
	NR > 1 && !($4 <= $12 && $12 <= $5 && $4 < $3 && $3 < $5 && $9 >= $8 && $10 == ($8 > 5) && $7 > 0 && $7 < 1) {
	print; exit 1 }' portfolio.csv
alone=$(cf-predict -m m.cfm --latest f.csv | awk -F, '$1 == "A" { print $9 }')
check 'one holding has the risk of its forecast' 0 awk -v x="$(risk a.csv)" -v y="$alone" 'BEGIN { d = x - y; exit !(d * d < 0.01) }'
check 'what moves together adds up, what moves apart cancels' 0 awk -v a="$(risk a.csv)" -v ab="$(risk ab.csv)" \
    -v ac="$(risk ac.csv)" -v ad="$(risk ad.csv)" -v h="$(risk hedged.csv)" \
    'BEGIN { exit !(ab > 0.93 * a && ac < 0.45 * a && ad > 0.5 * a && ad < 0.9 * a && h < 0.35 * a) }'
out_file=portfolio.csv
check 'two threads, the same bytes' 0 cf-predict -j 2 -m m.cfm --bars bars.csv --portfolio ab.csv --quantiles 0.5 f.csv

{ cat f.csv; echo 'Z,2023-12-28,2,44'; echo 'C,2020-01-02,2,44'; } >more.csv
sed -n '/2023-12-28/p' portfolio.csv >last.csv
out_file=last.csv
check 'what else there is does not matter, with or without bars' 0 sh -c '
	cf-predict -m m.cfm --bars bars.csv --portfolio ab.csv --quantiles 0.5 more.csv | grep 2023-12-28'
out_file=portfolio.csv
check 'nor does the order of records' 0 cf-predict -m m.cfm --bars bars.csv --portfolio ab.csv --quantiles 0.5 other.csv
printf 'symbol,weight\nB,1e300\nA,1e300\n' >ba.csv
out_file=portfolio.csv
check 'nor that of holdings, nor their sum' 0 cf-predict -m m.cfm --bars bars.csv --portfolio ba.csv --quantiles 0.5 f.csv
out_file=portfolio.csv
check 'a portfolio from standard input' 0 sh -c '
	cf-predict -m m.cfm --bars bars.csv --portfolio - --quantiles 0.5 f.csv <ab.csv'
out_file=portfolio.csv err='cf-predict: 3 dates simulated, 10000 paths, seed 1'
check 'what was simulated is said' 0 cf-predict -v -m m.cfm --bars bars.csv --portfolio ab.csv --quantiles 0.5 f.csv
check 'seeds and numbers of paths change little' 0 sh -c '
	for o in "--seed 2" "--seed 3" "--paths 100000" "--paths 10001"; do
		cf-predict -m m.cfm --bars bars.csv --portfolio ad.csv $o --latest f.csv | tail -n 1
	done | sort -t , -k 9,9g | awk -F, "\$9 != before { n++ } { before = \$9 } NR == 1 { low = \$9 }
	    END { exit !(n == 4 && before - low < 0.3) }"'
check 'a clock: the bar of a day is not known before its end' 0 sh -c '
	sed "s/2023-12-28/2023-12-28T12:00:00Z/; 1,/T12/{ /2023-12-2[67]/d; }" f.csv | grep -e symbol -e T12 >noon.csv
	cf-predict -m m.cfm --bars bars.csv --ranks 2 --paths 100 noon.csv | sed "s/T12:00:00Z//" >got.csv
	awk -F, "NR == 1 || \$2 < \"2023-12-28\"" bars.csv >before.csv
	grep -e symbol -e 2023-12-28 f.csv >one.csv
	cf-predict -m m.cfm --bars before.csv --ranks 2 --paths 100 one.csv | cmp - got.csv'

# ---- few, or nothing

in='symbol,date,rsi
A,2023-12-28,40'
out='*'
check 'one symbol' 0 cf-predict -m m.cfm --bars bars.csv --ranks 2
cp got.out one.csv
out='A  '
check 'has no ranks' 0 awk -F, 'NR > 1 { print $1, $12, $13 }' one.csv
out='date,horizon,prediction,interval_low,interval_high,level,p_loss,value_at_risk,expected_shortfall,risk_flag,position_size,model'
check 'records of no holding: columns only' 0 sh -c 'head -n 1 f.csv | cf-predict -m m.cfm --bars bars.csv --portfolio ab.csv'
out='symbol,date,horizon,prediction,interval_low,interval_high,level,p_loss,value_at_risk,expected_shortfall,risk_flag,position_size,rank_1,rank_2,outside,model'
check 'a header: columns only' 0 sh -c 'head -n 1 f.csv | cf-predict -m m.cfm --bars bars.csv --ranks 2'
check 'nothing in, no portfolio out' 0 cf-predict -m m.cfm --bars bars.csv --portfolio ab.csv --format ndjson /dev/null
awk -F, 'NR == 1 || $2 < "2023-02-01"' bars.csv >few.csv
out='*'
check 'too few bars: nothing in common' 0 cf-predict -m m.cfm --bars few.csv --ranks 2 f.csv
cp got.out few.out
out='12'
check 'ranks are even then' 0 awk -F, 'NR > 1 && $13 > 0.46 && $13 < 0.54 { n++ } END { print n }' few.out

# ---- what cannot be

err='cf-predict: --portfolio and --ranks need --bars; try "cf-predict --help"'
check 'no bars' 2 cf-predict -m m.cfm --ranks 5 f.csv
err='cf-predict: --bars: for --portfolio or --ranks only; try "cf-predict --help"'
check 'bars for nothing' 2 cf-predict -m m.cfm --bars bars.csv f.csv
err='cf-predict: --stream: joint forecasts need all records of a date; try "cf-predict --help"'
check 'a stream' 2 cf-predict -m m.cfm --stream --bars bars.csv --ranks 5 f.csv
err='cf-predict: --portfolio: its records have no ranks and no explanations; try "cf-predict --help"'
check 'too much at once' 2 cf-predict -m m.cfm --bars bars.csv --ranks 5 --portfolio ab.csv f.csv
err='cf-predict: standard input can be read once only; try "cf-predict --help"'
check 'features and bars from one input' 2 cf-predict -m m.cfm --bars - --ranks 5
err='cf-predict: standard input can be read once only; try "cf-predict --help"'
check 'bars and portfolio from one input' 2 cf-predict -m m.cfm --bars - --portfolio - f.csv
in='symbol,date,rsi
A,2023-12-28,40
E,2023-12-28,40'
err='cf-predict: record of line 3: no bars of this symbol: "E"'
check 'a symbol without bars' 3 cf-predict -m m.cfm --bars bars.csv --ranks 2
in='symbol,date,rsi
A,2023-12-28,40
A,2023-12-28,41'
err='cf-predict: record of line 3: symbol twice on one date: "A"'
check 'a symbol twice' 3 cf-predict -m m.cfm --bars bars.csv --ranks 2
in='symbol,date,rsi
A,28.12.2023,40'
err='cf-predict: record of line 2: joint forecasts need a date YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ: "28.12.2023"'
check 'no date' 3 cf-predict -m m.cfm --bars bars.csv --ranks 2
in='symbol,rsi
A,40'
err='cf-predict: joint forecasts need columns symbol and date'
check 'no column date' 3 cf-predict -m m.cfm --bars bars.csv --ranks 2
in='symbol,date,rsi
A,2023-12-28,40'
err='cf-predict: no record of a holding on 2023-12-28: "B"'
check 'a holding is missing' 3 cf-predict -m m.cfm --bars bars.csv --portfolio ab.csv
for bad in 'symbol,weight:no holdings' 'symbol,weight@A,0:no holdings' 'symbol,weight@A,1@B,1e308@C,1e308:weights too large'; do
	echo "${bad%:*}" | tr @ '\n' >bad.csv
	err="cf-predict: bad.csv: ${bad##*:}"
	check "${bad##*:}" 3 cf-predict -m m.cfm --bars bars.csv --portfolio bad.csv f.csv
done
printf 'symbol,weight\nA,1\nA,2\n' >bad.csv
err='cf-predict: bad.csv:3: column "symbol": given twice: "A"'
check 'a holding twice' 3 cf-predict -m m.cfm --bars bars.csv --portfolio bad.csv f.csv
printf 'symbol,weight\nA,\n' >bad.csv
err='cf-predict: bad.csv:2: column "weight": missing: ""'
check 'a holding without weight' 3 cf-predict -m m.cfm --bars bars.csv --portfolio bad.csv f.csv
for w in nan NaN inf 1e309 x; do
	printf 'symbol,weight\nA,%s\n' $w >bad.csv
	err='*'
	check "a weight $w" 3 cf-predict -m m.cfm --bars bars.csv --portfolio bad.csv f.csv
	cp got.err said.txt
	check "of line 2" 0 grep -q '^cf-predict: bad.csv:2: column "weight": n.*: "'$w'"$' said.txt
done
printf 'symbol,weight\nA,1,2\n' >bad.csv
err='cf-predict: bad.csv:2: 3 fields where the header has 2'
check 'a ragged portfolio' 3 cf-predict -m m.cfm --bars bars.csv --portfolio bad.csv f.csv
printf 'symbol,weight\nY,1\nZ,1\n' >bad.csv
err='cf-predict: no record of any holding'
check 'a portfolio of other symbols' 3 cf-predict -m m.cfm --bars bars.csv --portfolio bad.csv f.csv
printf 'symbol,weight\nA,1\nZ,1\n' >bad.csv
err='cf-predict: no record of a holding on 2023-12-26: "Z"'
check 'a portfolio with another symbol' 3 cf-predict -m m.cfm --bars bars.csv --portfolio bad.csv f.csv
in='symbol,date,rsi
A,2023-12-28,40
B,2023-12-28,x'
err='cf-predict: no record of a holding on 2023-12-28: "B"'
check 'a holding whose record is bad' 3 cf-predict -m m.cfm --keep-going --bars bars.csv --portfolio ab.csv
cat >wrong.txt <<'END'
A,2023-01-02,,,,-1,1	column "close": negative: "-1"
A,2023-01-02,,1,2,,1	column "high": below low: "1"
A,2023-01-02,,,,x,1	column "close": not a number: "x"
A,2022-01-01,,,,1,1	column "date": earlier than the bar before: "2022-01-01"
A,2023-01-01,,,,1,1	column "date": the same as in the bar before: "2023-01-01"
A,x,,,,1,1	column "date": not a date YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ: "x"
END
while IFS='	' read -r line said; do
	{ head -n 2 bars.csv; echo "$line"; } >bad.csv
	err="cf-predict: bad.csv:3: $said"
	check "a bar $line" 3 cf-predict -m m.cfm --bars bad.csv --ranks 2 f.csv
done <wrong.txt
{ head -n 2 bars.csv; echo B,2023-01-01,,,,1,1; echo A,2023-01-02,,,,1,1; } >bad.csv
err='cf-predict: bad.csv:4: column "symbol": its bars are not all together: "A"'
check 'bars in disorder' 3 cf-predict -m m.cfm --bars bad.csv --ranks 2 f.csv
: >nothing
err='cf-predict: record of line 2: no bars of this symbol: "C"'
check 'no bars in the file' 3 cf-predict -m m.cfm --bars nothing --ranks 2 f.csv
err='cf-predict: none.csv: No such file or directory'
check 'no such bars' 4 cf-predict -m m.cfm --bars none.csv --ranks 2 f.csv
printf 'name,weight\nA,1\n' >bad.csv
err='cf-predict: bad.csv: column "symbol": there is no such column'
check 'no portfolio' 3 cf-predict -m m.cfm --bars bars.csv --portfolio bad.csv f.csv
err='cf-predict: none.csv: No such file or directory'
check 'no such portfolio' 4 cf-predict -m m.cfm --bars bars.csv --portfolio none.csv f.csv
awk 'BEGIN { print "a,y"; for (i = 0; i < 40; i++) print i % 10 "," 1 + i % 4 }' >table.csv
cf-train -q --target y --trees 0 -o plain.cfm table.csv >plain.json
err='cf-predict: joint forecasts need a model of holdings'
check 'no holdings' 3 cf-predict -m plain.cfm --bars bars.csv --ranks 2 table.csv

finish

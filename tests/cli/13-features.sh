#!/bin/sh
# cf-features: sets and columns, series, horizons, adjustment, periods, streams, sorting, threads, the manual page.
. "$CF_TOP/tests/cli/lib.sh"

sample=$CF_TOP/data/sample

cat >bars.csv <<'END'
symbol,date,open,high,low,close,volume,dividend_amount,split_coefficient
A,2020-01-02,10,11,9,10,100,0,1
A,2020-01-03,10,12,10,11,110,0,1
A,2020-01-06,5.5,6,5,5.5,240,0,2
A,2020-01-07,5,6,4.5,5,200,0.5,1
A,2020-01-08,5,5,5,5,0,0,1
B,2020-01-06,2,2,1,1,50,0,1
B,2020-01-07,1,3,1,2,60,0,1
END
cat >series.csv <<'END'
series,date,available,value
VIXCLS,2020-01-02,2020-01-03,20
VIXCLS,2020-01-03,2020-01-06,
VIXCLS,2020-01-06,2020-01-07,22
CPI,2019-12-01,2020-01-07,100
END

# ---- sets

out='symbol,date,horizon,stock_price,volatility,volume,sma_20,sma_50,rsi,macd,bollinger_upper,bollinger_lower,vix,treasury_10y,dollar_index,cash_flow'
check 'the seed set' 0 sh -c 'cf-features bars.csv | head -n 1'
out='symbol,date,horizon,stock_price,volatility,volume,sma_20,sma_50,rsi,macd,bollinger_upper,bollinger_lower,vix,treasury_10y,dollar_index,ewma_volatility,garman_klass_10,garman_klass_50,parkinson_5,volatility_250,log_return_1,log_return_5,log_return_20,cash_flow'
check 'the model set' 0 sh -c 'cf-features --set model bars.csv | head -n 1'
out='symbol,date,horizon,atr_2,stock_price,cash_flow'
check 'a list keeps its order' 0 sh -c 'cf-features --set atr_2,stock_price bars.csv | head -n 1'
err='cf-features: no such indicator: "atr14"; cf-features --list names them'
check 'a wrong name' 2 cf-features --set atr14 bars.csv
err='cf-features: two columns would be called "rsi"'
check 'a name twice' 2 cf-features --set seed,rsi bars.csv
err='cf-features: column "sma_0": parameter n is not a whole number within 1 .. 10000'
check 'a parameter out of range' 2 cf-features --set sma_0 bars.csv

# ---- adjustment and targets: a split of 2 on Monday, a dividend of half a unit on Tuesday

out='symbol,date,horizon,stock_price,volume,sma_2,log_return_1,obv,cash_flow
A,2020-01-02,1,10,100,,,0,110
A,2020-01-03,1,11,110,10.5,0.09531017980432493,110,100
A,2020-01-06,1,5.5,240,5.5,0,220,100
A,2020-01-07,1,5,200,5,0,220,100
A,2020-01-08,1,5,0,5,0,220,
B,2020-01-06,1,1,50,,,0,200
B,2020-01-07,1,2,60,1.5,0.6931471805599453,60,'
check 'adjusted for splits and dividends' 0 cf-features --horizon 1 --set stock_price,volume,sma_2,log_return_1,obv bars.csv
out='symbol,date,horizon,stock_price,volume,sma_2,obv,cash_flow
A,2020-01-02,1,10,100,,0,110
A,2020-01-03,1,11,110,10.5,110,100
A,2020-01-06,1,5.5,240,5.5,220,90.9090909090909
A,2020-01-07,1,5,200,5.25,20,100
A,2020-01-08,1,5,0,5,20,
B,2020-01-06,1,1,50,,0,200
B,2020-01-07,1,2,60,1.5,60,'
check 'adjusted for splits' 0 cf-features --adjust split --horizon 1 --set stock_price,volume,sma_2,obv bars.csv
out='symbol,date,horizon,stock_price,volume,sma_2,obv,cash_flow
A,2020-01-02,1,10,100,,0,110
A,2020-01-03,1,11,110,10.5,110,50
A,2020-01-06,1,5.5,240,8.25,-130,90.9090909090909
A,2020-01-07,1,5,200,5.25,-330,100
A,2020-01-08,1,5,0,5,-330,
B,2020-01-06,1,1,50,,0,200
B,2020-01-07,1,2,60,1.5,60,'
check 'not adjusted' 0 cf-features --adjust none --horizon 1 --set stock_price,volume,sma_2,obv bars.csv

# ---- series

out='symbol,date,horizon,stock_price,vix,cpi,vix_age,cpi_age,cash_flow
A,2020-01-02,1,10,,,,,110
A,2020-01-02,3,10,,,,,110
A,2020-01-03,1,11,20,,1,,100
A,2020-01-03,3,11,20,,1,,100
A,2020-01-06,1,5.5,20,,4,,100
A,2020-01-06,3,5.5,20,,4,,
A,2020-01-07,1,5,22,100,1,37,100
A,2020-01-07,3,5,22,100,1,37,
A,2020-01-08,1,5,22,100,2,38,
A,2020-01-08,3,5,22,100,2,38,
B,2020-01-06,1,1,20,,4,,200
B,2020-01-06,3,1,20,,4,,
B,2020-01-07,1,2,22,100,1,37,
B,2020-01-07,3,2,22,100,1,37,'
check 'series by the day available, with ages, for two horizons' 0 cf-features --horizon 3,1 --series series.csv --ages \
    --set stock_price,vix bars.csv
out='symbol,date,horizon,vix,cpi,cash_flow
A,2020-01-02,1,,,110
A,2020-01-03,1,20,,100
A,2020-01-06,1,,,100
A,2020-01-07,1,22,,100
A,2020-01-08,1,22,,
B,2020-01-06,1,,,200
B,2020-01-07,1,22,,'
check 'old values are missing' 0 cf-features --horizon 1 --series series.csv --max-age 2 --set vix bars.csv
head -n 3 series.csv >one.csv
{ head -n 1 series.csv; tail -n 1 series.csv; } >other.csv
out='symbol,date,horizon,vix,cpi,cash_flow
B,2020-01-07,1,20,100,'
check 'series of two files' 0 sh -c 'cf-features --horizon 1 --set vix --series one.csv --series=other.csv bars.csv | sed -n "1p;\$p"'
err='cf-features: one.csv:2: column "series": a second series for one column: "VIX"'
sed 's/VIXCLS/VIX/' one.csv >vix.csv
err='cf-features: vix.csv:2: column "series": a second series for one column: "VIX"'
check 'two series for one column' 3 cf-features --series one.csv --series vix.csv bars.csv

# ---- horizons

for h in 0 5001 x '5,' 1.5; do
	err="cf-features: option --horizon: not a whole number within 1 .. 5000: \"${h#5,}\""
	check "horizon $h" 2 cf-features --horizon $h bars.csv
done

# ---- periods

out='symbol,date,horizon,stock_price,volume,donchian_upper_1,vix,cpi,cash_flow
A,2020-01-03,1,11,210,12,20,,100
A,2020-01-08,1,5,440,6,22,100,
B,2020-01-07,1,2,110,3,22,100,'
check 'weeks' 0 cf-features --every week --horizon 1 --series series.csv --set stock_price,volume,donchian_upper_1,vix bars.csv
out='symbol,date,horizon,stock_price,volume,cash_flow
A,2020-01-08,1,5,860,
B,2020-01-07,1,2,110,'
check 'months' 0 cf-features --every month --horizon 1 --set stock_price,volume bars.csv
in='symbol,date,open,high,low,close,volume
A,2020-01-02T15:00:00Z,1,1,1,1,1
A,2020-01-02T16:00:00Z,2,2,2,2,1
A,2020-01-03T15:00:00Z,3,3,3,3,1'
out='symbol,date,horizon,stock_price,cash_flow
A,2020-01-02T15:00:00Z,1,1,200
A,2020-01-02T16:00:00Z,1,2,150
A,2020-01-03T15:00:00Z,1,3,'
check 'bars of the course of a day' 0 cf-features --horizon 1 --set stock_price
in='symbol,date,open,high,low,close,volume
A,2020-01-02T15:00:00Z,1,1,1,1,1
A,2020-01-02T16:00:00Z,2,2,2,2,1
A,2020-01-03T15:00:00Z,3,3,3,3,1'
out='symbol,date,horizon,stock_price,volume,cash_flow
A,2020-01-02,1,2,2,150
A,2020-01-03,1,3,1,'
check 'days of them' 0 cf-features --horizon 1 --every day --set stock_price,volume

# ---- other columns, formats

in='symbol,date,open,high,low,close,volume,sector,note
A,2020-01-02,1,1,1,4,1,tech,"a,""b"
A,2020-01-03,1,1,1,5,1,tech,
B,2020-01-02,1,1,1,6,1,,007'
out='symbol,date,horizon,stock_price,sector,note,cash_flow
A,2020-01-02,1,4,tech,"a,""b",125
A,2020-01-03,1,5,tech,,
B,2020-01-02,1,6,,007,'
check 'other columns pass through' 0 cf-features --horizon 1 --set stock_price
printf 'symbol,date,open,high,low,close,volume,sector\nA,2020-01-02,1,1,1,4,1,x\n' >a.csv
printf 'symbol,date,open,high,low,close,volume\nB,2020-01-02,1,1,1,4,1\n' >b.csv
out='symbol,date,horizon,stock_price,sector,cash_flow
A,2020-01-02,1,4,x,
B,2020-01-02,1,4,,'
check 'a later file may lack them' 0 cf-features --horizon 1 --set stock_price a.csv b.csv
err='cf-features: a.csv: column "sector": the first file has no such column'
out='*'
check 'but not have more' 3 cf-features --horizon 1 --set stock_price b.csv a.csv
in='symbol,date,open,high,low,close,volume
A,2020-01-02,1,1,1,4,1'
out='{"symbol":"A","date":"2020-01-02","horizon":1,"stock_price":4,"vix":null,"cash_flow":null}'
check 'NDJSON' 0 cf-features --format ndjson --horizon 1 --set stock_price,vix

# ---- streams

cat >stream.csv <<'END'
symbol,date,open,high,low,close,volume
A,2020-01-02,1,1,1,1,1
B,2020-01-02,10,10,10,10,1
A,2020-01-03,9,9,9,9,1
A,2020-01-03,2,2,2,2,1
B,2020-01-01,7,7,7,7,1
A,2020-01-06,3,3,3,3,1
END
out='symbol,date,horizon,sma_2,cash_flow
A,2020-01-02,5,,
B,2020-01-02,5,,
A,2020-01-03,5,5,
A,2020-01-03,5,1.5,
A,2020-01-06,5,2.5,'
err='cf-features: stream.csv:6: column "date": older than the newest bar of its symbol, left out: "2020-01-01"'
check 'a stream: the newest bar is replaced, an older one left out' 0 cf-features --stream --set sma_2 stream.csv
out='*'
check 'quietly' 0 cf-features -q --stream --set sma_2 stream.csv
mkdir warm
printf 'symbol,date,open,high,low,close,volume\nA,2019-12-30,5,5,5,5,1\nA,2020-01-02,4,4,4,4,1\n' >warm/A.csv
out='symbol,date,horizon,sma_2,cash_flow
A,2020-01-02,5,3,
B,2020-01-02,5,,'
check 'a stream behind a folder' 0 sh -c 'head -n 3 stream.csv | cf-features --stream --warm warm --set sma_2'
out='symbol,date,horizon,sma_2,cash_flow
A,2020-01-02,5,3,
B,2020-01-02,5,,'
check 'a stream behind a file' 0 sh -c 'head -n 3 stream.csv | cf-features --stream --warm warm/A.csv --set sma_2'
err='cf-features: none.csv: No such file or directory'
check 'a stream behind nothing' 4 cf-features --stream --warm none.csv stream.csv
err='cf-features: --warm needs --stream; try "cf-features --help"'
check '--warm alone' 2 cf-features --warm warm bars.csv
err='cf-features: --stream goes with none of --sort, --every, --as-of, --latest; try "cf-features --help"'
check '--stream and --sort' 2 cf-features --stream --sort bars.csv
err='cf-features: --stream goes with none of --sort, --every, --as-of, --latest; try "cf-features --help"'
check '--stream and --every' 2 cf-features --stream --every week bars.csv

# each row comes at once
mkfifo pipe
cf-features --stream --set stock_price pipe >live.csv &
exec 3>pipe
printf 'symbol,date,open,high,low,close,volume\nA,2020-01-02,1,1,1,1,1\n' >&3
tries=0
until grep -q '^A' live.csv || [ $tries -ge 100 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
out='symbol,date,horizon,stock_price,cash_flow
A,2020-01-02,5,1,'
check 'a stream gives each row at once' 0 cat live.csv
exec 3>&-
wait

# ---- threads, sorting, many files: the same bytes

cf-features --set all --ages --series "$sample/series.csv" -j 1 "$sample/bars.csv" >whole.csv
for j in 2 3 16; do
	out_file=whole.csv
	check "$j threads" 0 cf-features --set all --ages --series "$sample/series.csv" -j $j "$sample/bars.csv"
done
awk -F, 'NR == 1 { print; next } { print | "sort -t , -k 2,2 -k 1,1r" }' "$sample/bars.csv" >shuffled.csv
out_file=whole.csv
check 'sorted by symbol and date' 0 cf-features --sort --set all --ages --series "$sample/series.csv" shuffled.csv
out='*'
err='cf-features: shuffled.csv:9: column "symbol": its bars are not all together: "SIMUTIL"'
check 'not sorted: the message names the line' 3 cf-features shuffled.csv
awk -F, 'NR > 1 { f = "part-" $1 ".csv"; if (!seen[f]++) print head >f; print >f } NR == 1 { head = $0 }' "$sample/bars.csv"
out_file=whole.csv
check 'a file for each symbol' 0 cf-features --set all --ages --series "$sample/series.csv" part-*.csv
err='cf-features: part-SIMBANK.csv:2: column "symbol": its bars are not all together: "SIMBANK"'
out='*'
check 'a file twice' 3 cf-features part-SIMBANK.csv part-SIMBANK.csv
# a stream knows no targets; otherwise it gives the same
awk -F, 'BEGIN { OFS = "," } NR > 1 { $NF = "" } { print }' whole.csv >untargeted.csv
out_file=untargeted.csv
check 'as a stream' 0 cf-features --stream --set all --ages --series "$sample/series.csv" "$sample/bars.csv"

# many rows with other columns, through small pieces and temporary files
awk 'BEGIN {
	print "symbol,date,open,high,low,close,volume,row"
	for (s = 0; s < 3; s++)
		for (i = 0; i < 40000; i++) {
			t = i * 60
			printf "S%d,2020-01-%02dT%02d:%02d:00Z,1,2,1,%d,5,%s\n", s, 1 + i / 1440, i / 60 % 24, i % 60,
			    1 + i % 7, i % 3 ? "r" s "-" i : ""
		}
	}' >many.csv
awk -F, 'BEGIN { OFS = ","; split("", close_of) }
	NR == 1 { print "symbol,date,horizon,stock_price,row,cash_flow"; next }
	{ i = (NR - 2) % 40000; print $1, $2, 7, $6, $8, (i + 7 < 40000 ? 100 : "") }' many.csv >want.csv
for o in '-j 1' '-j 2' '--sort'; do
	out_file=want.csv
	# shellcheck disable=SC2086 # a list of words
	check "many rows: $o" 0 cf-features $o --horizon 7 --set stock_price many.csv
done
check 'no temporary file is left' 1 sh -c 'ls | grep cf-sort'

# ---- options of all filters

err='cf-features: 12 features, 0 series, 1 horizons'
check '-v' 0 cf-features -v -n bars.csv
check '-n writes nothing' 0 cf-features -n -o made.csv bars.csv
check '-n leaves no file' 1 test -e made.csv
err='cf-features: bars.csv:2: column "high": below low: "11"'
sed 's/10,11,9,10/10,11,12,10/' bars.csv >bad.csv
err='cf-features: bad.csv:2: column "high": below low: "11"'
check '-n finds bad data' 3 cf-features -n bad.csv
out_file=whole.csv
cf-features -o made.csv --set all --ages --series "$sample/series.csv" "$sample/bars.csv"
check '-o' 0 cat made.csv

# ---- the list, and the manual page

cf-features --list >list.csv
out='name,parameters,role,inputs,rows,about,formula,source
stock_price,,price,C,1,the close as it stands in the bar,"C, not adjusted",'
check '--list' 0 head -n 2 list.csv
check 'at least forty indicators' 0 sh -c 'test $(wc -l <list.csv) -gt 40'
page=$CF_TOP/man/cf-features.1
cf-features --list --format ndjson | sed 's/.*"name":"\([^"]*\)".*"formula":"\([^"]*\)".*/\1	\2/' >formulas
check 'each has its name and formula in cf-features(1)' 0 awk -F '\t' '
	NR == FNR { page[$0] = 1; if (sub(/^\.It Cm /, "")) { sub(/ .*/, ""); name[$0] = 1 }; next }
	!($1 in name) { print "no name:", $1 }
	!((".D1 " $2) in page) { print "no formula:", $1 ": " $2 }' "$page" formulas

# ---- as on a day of the past, and only the newest rows

awk -F, 'NR == 1 || $2 <= "2020-01-07"' bars.csv >cut.csv
cf-features --set all --series series.csv --horizon 1,2 cut.csv >cut.out
out_file=cut.out
check 'as of a day: as if there were no bars behind it' 0 \
    cf-features --set all --series series.csv --horizon 1,2 --as-of 2020-01-07 bars.csv
out_file=cut.out
check 'as of a day, sorted' 0 \
    cf-features --set all --series series.csv --horizon 1,2 --sort --as-of 2020-01-07 bars.csv
out='symbol,date,horizon,stock_price,cash_flow'
check 'as of a day before all bars' 0 cf-features --set stock_price --as-of 2019-12-31 bars.csv
out='symbol,date,horizon,stock_price,cash_flow
A,2020-01-03,5,11,'
check 'as of a day before the bars of a symbol' 0 cf-features --set stock_price --as-of 2020-01-05 --latest bars.csv
err='cf-features: option --as-of: not a date: "soon"'
check 'as of no day' 2 cf-features --as-of soon bars.csv
for j in 1 3; do
	for every in bar month; do
		cf-features --every $every --horizon 5,20 --series "$sample/series.csv" -o full.csv "$sample/bars.csv"
		awk -F, 'NR == 1 { print; next } $1 != symbol { printf "%s", rows; rows = "" } $2 != date { rows = "" }
			{ symbol = $1; date = $2; rows = rows $0 "\n" } END { printf "%s", rows }' full.csv >latest.csv
		out_file=latest.csv
		check "the newest rows, every $every, $j threads" 0 cf-features --latest -j $j --every $every --horizon 5,20 \
		    --series "$sample/series.csv" "$sample/bars.csv"
	done
done

finish

#!/bin/sh
# cf-fetch csv: files as services give them, any other by --map; real files where they are to be had.
. "$CF_TOP/tests/cli/lib.sh"

header=symbol,date,open,high,low,close,volume
bar='X,2024-01-08,10,12,9,11.5,100
X,2024-01-09,11,13,10,12.5,200'

# ---- layouts
in='timestamp,open,high,low,close,volume
2024-01-09,11.0000,13.0000,10.0000,12.5000,200
2024-01-08,10.0000,12.0000,9.0000,11.5000,100'
out="$header
$bar"
check 'Alpha Vantage' 0 cf-fetch csv X=-
in='Date,Open,High,Low,Close,Adj Close,Volume
2024-01-08,10,12,9,11.5,11.25,100
2024-01-09,11,13,10,12.5,12.5,200
2024-01-10,null,null,null,null,null,null'
out="$header,adjusted_close
X,2024-01-08,10,12,9,11.5,100,11.25
X,2024-01-09,11,13,10,12.5,200,12.5"
check 'Yahoo, with its null' 0 cf-fetch csv X=-
in='Date,Open,High,Low,Close,Volume
2024-01-08,10,12,9,11.5,100
2024-01-09,11,13,10,12.5,200'
out="$header
$bar"
check 'Stooq' 0 cf-fetch csv X=-
in='Data,Otwarcie,Najwyzszy,Najnizszy,Zamkniecie
2024-01-08,10,12,9,11.5'
out="$header
X,2024-01-08,10,12,9,11.5,"
check 'Stooq in Polish, an index without volume' 0 cf-fetch csv X=-
in='Date,Close/Last,Volume,Open,High,Low
01/09/2024,$12.50,200,$11.00,$13.00,$10.00
01/08/2024,$11.50,100,$10.00,$12.00,$9.00'
out="$header
$bar"
check 'Nasdaq: dollars, days the American way' 0 cf-fetch csv X=-
in='Date,Close/Last,Volume,Open,High,Low
01/09/2024,"$1,012.50","1,200","$1,011.00","$1,013.00","$1,010.00"'
out="$header
X,2024-01-09,1011,1013,1010,1012.5,1200"
check 'commas between thousands' 0 cf-fetch csv X=-
in='DATE,OPEN,HIGH,LOW,CLOSE
01/08/2024,14.1,14.2,13.0,13.08'
out='series,date,available,value
VIX,2024-01-08,2024-01-09,13.08'
check 'Cboe as a series' 0 cf-fetch --map value=CLOSE csv VIX=-
in='Date,"1 Mo","10 Yr"
01/08/2024,5.54,4.01'
out='series,date,available,value
UST10Y,2024-01-08,2024-01-09,4.01'
check 'the Treasury' 0 cf-fetch --map 'value=10 Yr' csv UST10Y=-
for look in 'observation_date,DGS10' 'DATE,DGS10'; do
	in="$look
2024-01-12,3.96
2024-01-15,.
2024-01-16,4.07
2024-01-17,"
	out='series,date,available,value
DGS10,2024-01-12,2024-01-16,3.96
DGS10,2024-01-16,2024-01-17,4.07'
	check "FRED, $look: . and nothing are missing, Monday was a holiday" 0 cf-fetch csv -
done
in='Day;'
err='*'
check 'a layout that is none' 3 cf-fetch csv X=-
in='Tag,Schluss
2024-01-08,11.5'
out='*' err='cf-fetch: csv X=-: stdin: no column is known to be the date; --map names it'
check 'a header that is not known' 3 cf-fetch csv X=-
in='Tag,Auf,Hoch,Tief,Schluss,Umsatz
20240108,10,12,9,11.5,100
20240109,11,13,10,12.5,200'
out="$header
$bar"
check '--map' 0 cf-fetch --map date=Tag,open=Auf,high=Hoch,low=Tief,close=Schluss,volume=Umsatz csv X=-
in='a'
err='cf-fetch: map: not FIELD=COLUMN with one of date, symbol, series, available, value, open, high, low, close, volume, adjusted_close, dividend_amount, split_coefficient: "shut=a"'
check 'a map of a field that is none' 2 cf-fetch --map shut=a csv X=-
in='date,close
2024-01-08,1'
err='*'
check 'a map of a column that is not there' 2 cf-fetch --map open=Auf csv X=-
in='timestamp,value
2024-01-09,4.02
2024-01-08,.'
out='series,date,available,value
UST10Y,2024-01-09,2024-01-10,4.02'
check 'an economic series of Alpha Vantage' 0 cf-fetch csv UST10Y=-
in='Date,Open,High,Low,Close,Volume
2024-01-08,100,101,99,100,1
2024-01-09,50,51,49,50,2'
out='*'
err='cf-fetch: X: 2024-01-09: the price steps from 100 to 50 overnight, as by a split of 2 that is not recorded; cf-fetch --store DIR --function splits alphavantage X asks for the splits'
check 'a step like a split is told without a store, too' 0 cf-fetch csv X=-
in='timestamp,open,high,low,close,volume
2024-01-09 16:00:00,1,1,1,1,1
2024-07-09 16:00:00,1,1,1,1,1'
out="$header
X,2024-01-09T21:00:00Z,1,1,1,1,1
X,2024-07-09T20:00:00Z,1,1,1,1,1"
check 'times of New York' 0 cf-fetch csv X=-
in='{"symbol":"A","date":"2024-01-08","open":1,"high":1,"low":1,"close":1,"volume":5}'
out="$header
A,2024-01-08,1,1,1,1,5"
check 'NDJSON' 0 cf-fetch csv A=-

# ---- what services write in place of data
for text in 'No data' 'Exceeded the daily hits limit' 'Przekroczony dzienny limit wywolan' '<!DOCTYPE html><html>'; do
	in=$text
	err='*'
	check "not data: $text" 3 cf-fetch csv X=-
done
in=''
err='cf-fetch: csv X=-: -: the file is empty'
check 'an empty file' 3 cf-fetch csv X=-
err='cf-fetch: none.csv: No such file or directory'
check 'no file' 4 cf-fetch csv none.csv

# ---- names
printf 'date,open,high,low,close,volume\n2024-01-08,1,1,1,1,1\n' >KO.csv
out="$header
KO,2024-01-08,1,1,1,1,1"
check 'named by the file' 0 cf-fetch csv ./KO.csv
gzip -c KO.csv >PEP.csv.gz
out="$header
PEP,2024-01-08,1,1,1,1,1"
check 'gzip' 0 cf-fetch csv PEP.csv.gz
in_file=KO.csv
err='cf-fetch: csv -: -: which symbol is it? Say SYMBOL=FILE'
check 'standard input needs a name' 2 cf-fetch csv -
printf 'symbol,date,open,high,low,close,volume\nB,2024-01-08,1,1,1,1,1\nA,2024-01-08,2,2,2,2,1\n' >two.csv
out="$header
B,2024-01-08,1,1,1,1,1
A,2024-01-08,2,2,2,2,1"
check 'several symbols in a file' 0 cf-fetch csv two.csv
out="$header
A,2024-01-08,2,2,2,2,1"
check 'one of them' 0 cf-fetch csv A=two.csv
err='cf-fetch: two.csv: no such symbol: "C"'
check 'one that is not there' 3 cf-fetch csv C=two.csv
printf 'symbol,date,value\nZ,2024-01-08,1\n' >value.csv
out="$header
KO,2024-01-08,1,1,1,1,1"
err='cf-fetch: Z: bars and series do not go to one output'
check 'bars and series together' 3 cf-fetch csv KO.csv value.csv
printf 'date,open,high,low,close,volume\n2024-01-08,1,1,1,1,1\n2024-01-09,1,1,x,1,1\n' >bad.csv
err='cf-fetch: csv bad.csv: bad.csv:3: column "low": not a number: "x"'
check 'a bad number' 3 cf-fetch csv bad.csv
printf 'date,open,high,low,close,volume\n2024-01-08,1,1,1,1,1\n2024-13-09,1,1,1,1,1\n' >bad.csv
err='cf-fetch: csv bad.csv: bad.csv:3: column "date": not a date: "2024-13-09"'
check 'a bad date' 3 cf-fetch csv bad.csv
check 'files need no state folder' 0 test ! -e cashflow

# ---- real bodies
api=${CF_TEST_API:-$CF_TEST_MARKET/../api-samples}
if [ -d "$api" ]; then
	out=101
	check 'a real file of Alpha Vantage' 0 sh -c "cf-fetch csv '$api/av-daily-compact.csv' | wc -l"
else
	skip_one 'real bodies' "no folder $api"
fi
if [ -d "$CF_TEST_MARKET" ]; then
	for f in fred-DGS10 fred-old-DGS10; do
		out='*'
		check "$f" 0 cf-fetch csv "$CF_TEST_MARKET/$f.csv.gz"
		cp got.out $f.csv
	done
	out_file=fred-DGS10.csv
	check 'both looks of FRED give the same' 0 cat fred-old-DGS10.csv
	check 'no value was made of nothing' 0 sh -c "awk -F, 'NR > 1 && (\$4 == \"\" || \$4 + 0 == 0)' fred-DGS10.csv | wc -l | grep -qx 0"
	out='*'
	check 'VIX by Cboe' 0 cf-fetch --map value=CLOSE csv "VIX=$CF_TEST_MARKET/vix-ohlc.csv.gz"
	cut -d, -f 2- got.out >vix.csv
	out='*'
	check 'VIX by FRED' 0 cf-fetch csv "$CF_TEST_MARKET/fred-VIXCLS.csv.gz"
	cut -d, -f 2- got.out >vixcls.csv
	check 'agree on nearly every day' 0 sh -c 'test $(comm -12 vix.csv vixcls.csv | wc -l) -gt 7200'

	# splits: recorded ones are silent; without the record they are told, and little else is
	gzip -dc "$CF_TEST_MARKET/stocks-raw-av.csv.gz" >raw.csv
	err='*'
	check 'raw bars with their splits' 0 cf-fetch --store s csv raw.csv
	cp got.err said.txt
	out=0
	check 'no step of a recorded split is told' 0 sh -c "awk -F, 'NR > 1 && \$10 != 1 { print \$1 \": \" \$2 }' raw.csv |
		grep -Ff - said.txt | wc -l"
	cut -d, -f 1-6,8 raw.csv >plain.csv
	err='*'
	check 'raw bars without them' 0 cf-fetch --store s2 csv plain.csv
	sed -n 's/^cf-fetch: \([A-Z]*: [0-9-]*\): the price steps.*/\1/p' got.err | sort >told
	awk -F, 'NR > 1 && ($10 > 1.7 || $10 < 0.6) { print $1 ": " $2 }' raw.csv | sort >splits
	echo "splits beyond 40 %: $(wc -l <splits), told: $(wc -l <told), both: $(comm -12 splits told | wc -l)"
	check 'nearly every split is told' 0 sh -c 'test $(comm -12 splits told | wc -l) -ge $(($(wc -l <splits) * 9 / 10))'
	check 'and at most three other steps' 0 sh -c 'test $(comm -13 splits told | wc -l) -le 3'
	out=20
	check 'a file for each symbol' 0 sh -c 'ls s/raw/bars | wc -l'
	out='*'
	check 'which cf-features reads' 0 sh -c 'cf-features --horizon 5 s/raw/bars/AAPL.csv | tail -n 1'
else
	skip_one 'real files' "no folder $CF_TEST_MARKET"
fi
finish

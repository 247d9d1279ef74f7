#!/bin/sh
# cf-fetch --store: merging by date, revisions, gaps, splits and steps in the price; two at once; a kill at any time.
# shellcheck disable=SC2046 # lists of words
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/fetch.sh"

header=symbol,date,open,high,low,close,volume

# bars DATE OPEN CLOSE...: a stored file of IBM
bars() {
	echo $header
	while [ $# -ge 3 ]; do
		echo "IBM,$1,$2,900,1,$3,3205828"
		shift 3
	done
}
mkdir -p s/raw/bars s/raw/series

# ---- new, revised, unchanged
bars 2024-01-04 157 157.5 2024-01-05 158 159 2024-01-08 159 160.25 >s/raw/bars/IBM.csv
rules '- symbol=IBM 200 body-ibm'
err='cf-fetch: IBM: 2024-01-05: close revised from 159 to 159.125
cf-fetch: IBM: 1 new, 1 revised, 4 rows from 2024-01-04 to 2024-01-09'
check 'a new row and a revised one' 0 fetch -v --store s alphavantage IBM
out=$(bars 2024-01-04 157 157.5 2024-01-05 158 159.125 2024-01-08 159 160.25 2024-01-09 160 161.5)
check 'the file' 0 cat s/raw/bars/IBM.csv
cp -p s/raw/bars/IBM.csv before
err='cf-fetch: IBM: 0 new, 0 revised, 4 rows from 2024-01-04 to 2024-01-09'
check 'again' 0 fetch -v --store s alphavantage IBM
out=''
check 'the file was not touched' 0 find s/raw/bars -name '*.csv' -newer before
check 'nothing was left beside it' 0 test "$(find s/raw -type f | wc -l)" = 1

# more revisions than are told
bars $(for d in 02 03 04 05 06 07 08 09 10 11 12 13; do echo 2023-12-$d 10 10; done) >s/raw/bars/IBM.csv
daily $(for d in 13 12 11 10 09 08 07 06 05 04 03 02; do echo 2023-12-$d 10 11; done) >body-many
rules '- symbol=IBM 200 body-many'
err='*'
check 'twelve revisions' 0 fetch --max-age 0 --store s alphavantage IBM
cp got.err said.txt
out='10'
check 'ten are told' 0 grep -c 'close revised from 10 to 11' said.txt
check 'the rest is counted' 0 grep -q 'and 2 more rows revised' said.txt
check 'another adjustment is suspected' 0 grep -q '12 of 12 rows that stood already have another close' said.txt

# ---- a gap that a free key cannot reach
bars 2023-06-01 157 157.5 >s/raw/bars/IBM.csv
rules '- symbol=IBM 200 body-ibm'
err='cf-fetch: IBM: no rows between 2023-06-01 and 2024-01-05 (147 business days); a free key reaches back 100 rows: fill the gap from a file, cf-fetch --store DIR csv IBM=FILE'
check 'a gap is told with its remedy' 0 fetch --max-age 0 --store s alphavantage IBM
bars $(awk 'BEGIN { for (d = 2; d <= 30; d++) printf "2023-06-%02d 158 158 ", d }') >fill.csv
err='*'
check 'the remedy' 0 fetch --store s csv IBM=fill.csv
out=33
check 'fills it' 0 sh -c 'sed 1d s/raw/bars/IBM.csv | wc -l'

# ---- splits: prices stay, the coefficient is recorded, a step without one is told
daily 2024-01-09 80 81 2024-01-08 159 160.25 2024-01-05 158 159.125 >body-step
echo '{"symbol":"IBM","data":[{"effective_date":"2024-01-09","split_factor":"2.0000"},{"effective_date":"1999-05-27","split_factor":"2"}]}' >body-splits
rules '- TIME_SERIES_DAILY 200 body-step' '- SPLITS 200 body-splits'
rm s/raw/bars/IBM.csv
err='cf-fetch: IBM: 2024-01-09: the price steps from 160.25 to 80 overnight, as by a split of 2 that is not recorded; cf-fetch --store DIR --function splits alphavantage IBM asks for the splits'
check 'a step like a split' 0 fetch --max-age 0 --store s alphavantage IBM
check 'told once' 0 fetch --max-age 0 --store s alphavantage IBM
check 'the splits alone' 0 fetch --store s --function splits alphavantage IBM
out="$header,split_coefficient
IBM,2024-01-05,158,900,1,159.125,3205828,
IBM,2024-01-08,159,900,1,160.25,3205828,
IBM,2024-01-09,80,900,1,81,3205828,2"
check 'are set in the stored rows' 0 cat s/raw/bars/IBM.csv
err='cf-fetch: --function splits needs --store: splits are set in the rows that stand there'
check 'without a store they have no rows' 2 fetch --function splits alphavantage IBM
check 'bars without splits do not take them away' 0 fetch --max-age 0 --store s alphavantage IBM
out=1
check 'they stand' 0 grep -c '81,3205828,2$' s/raw/bars/IBM.csv
rm s/raw/bars/IBM.csv
check 'with --splits nothing is suspicious' 0 fetch --max-age 0 --splits --store s alphavantage IBM

# ---- series: revisions, real vintages
rules '- VIXCLS 200 body-vix'
check 'a series' 0 fetch --store s fred VIXCLS
fred 2024-01-04 14.13 2024-01-05 13.36 2024-01-09 12.76 >body-vix2
rules '- VIXCLS 200 body-vix2'
err='cf-fetch: VIXCLS: 2024-01-05: value revised from 13.35 to 13.36'
check 'a revised value' 0 fetch --max-age 0 --store s fred VIXCLS
out='VIXCLS,2024-01-05,2024-01-08,13.36'
check 'keeps its day of publication' 0 grep VIXCLS,2024-01-05, s/raw/series/VIXCLS.csv
echo '{"count":2,"offset":0,"limit":10000,"vintage_dates":["2023-12-12","2024-01-09"]}' >body-dates
echo '{"count":2,"offset":0,"limit":10000,"observations":[
{"realtime_start":"2023-12-12","realtime_end":"2024-01-08","date":"2023-11-01","value":"307.1"},
{"realtime_start":"2024-01-09","realtime_end":"9999-12-31","date":"2023-11-01","value":"307.9"}]}' >body-vintages
rules '- vintagedates 200 body-dates' '- realtime_start= 200 body-vintages' '- CPIAUCSL 200 body-cpi'
check 'vintages into the store' 0 fetch --store s --vintages fred CPIAUCSL
fred 2023-11-01 307.9 >body-cpi
check 'the newest value is known' 0 fetch --max-age 0 --store s fred CPIAUCSL
fred 2023-11-01 308.5 >body-cpi
err='cf-fetch: CPIAUCSL: 2023-11-01: value revised from 307.9 to 308.5'
check 'a newer value' 0 fetch --max-age 0 --store s fred CPIAUCSL
out='series,date,available,value
CPIAUCSL,2023-11-01,2023-12-12,307.1
CPIAUCSL,2023-11-01,2024-01-09,307.9
CPIAUCSL,2023-11-01,2024-01-10,308.5'
check 'is one vintage more, known from today' 0 cat s/raw/series/CPIAUCSL.csv
err='cf-fetch: --as-of with --store would put old values in the place of new ones; --vintages keeps both'
check 'an old vintage is kept out' 2 fetch --store s --as-of 2020-01-01 fred VIXCLS

# the Treasury: years that are there are not asked for
printf 'Date,"10 Yr"\n01/09/2024,4.02\n' >body-2024
rules '- field_tdr_date_value=2024 200 body-2024'
check 'from this year on' 0 fetch --store s --from 2024-01-01 treasury UST10Y
check 'the next time from there' 0 fetch --max-age 0 --store s treasury UST10Y
check 'two requests' 0 requests 2

# ---- files that are not ours are left alone
echo 'symbol,date,open,high,low,close,volume,comment' >s/raw/bars/IBM.csv
cp s/raw/bars/IBM.csv before
rules '- symbol=IBM 200 body-ibm'
err='cf-fetch: alphavantage IBM: s/raw/bars/IBM.csv: column "comment" is not one of a stored bar'
check 'a foreign column' 3 fetch --max-age 0 --store s alphavantage IBM
check 'and the file stands' 0 cmp before s/raw/bars/IBM.csv
bars 2024-01-05 1 1 2024-01-04 1 1 >s/raw/bars/IBM.csv
err='cf-fetch: alphavantage IBM: s/raw/bars/IBM.csv:3: column "date": not in order: "2024-01-04"'
check 'rows out of order' 3 fetch --store s alphavantage IBM
bars 2024-01-04 1 1 | sed 's/^IBM/KO/' >s/raw/bars/IBM.csv
err='cf-fetch: alphavantage IBM: s/raw/bars/IBM.csv:2: column "symbol": another symbol than the file'\''s: "KO"'
check 'another symbol' 3 fetch --store s alphavantage IBM
rm s/raw/bars/IBM.csv
bars 2024-01-04T15:00:00Z 1 1 >s/raw/bars/IBM.csv
err='cf-fetch: alphavantage IBM: IBM: the stored bars have a time of day, the new ones have none'
check 'bars of a day and of minutes do not mix' 3 fetch --store s alphavantage IBM
rm s/raw/bars/IBM.csv

# ---- names that would leave the folder
daily 2024-01-09 160 161.5 | sed 's/IBM/BRK.B/' >body-brk
rules '- symbol=BRK.B 200 body-brk'
check 'a name with a dot' 0 fetch --store s alphavantage BRK.B
check 'is encoded' 0 test -f s/raw/bars/BRK%2EB.csv

# ---- two at once: all rows of both are there
for i in 1 2 3 4 5 6 7 8; do
	bars 2023-12-0$i $i $i >part$i.csv
done
pids=
for i in 1 2 3 4 5 6 7 8; do
	cf-fetch -q --store s csv TWO=part$i.csv 2>>together.err &
	pids="$pids $!"
done
for p in $pids; do wait "$p" || echo "status $?" >>together.err; done
check 'eight at once' 0 cat together.err
out=8
check 'nothing is lost' 0 sh -c 'sed 1d s/raw/bars/TWO.csv | wc -l'

# ---- killed at any time: the old file or the new one, whole
awk 'BEGIN { print "date,open,high,low,close,volume"; for (d = 0; d < 20000; d++) { y = 1950 + int(d / 336); m = int(d / 28) % 12 + 1
	printf "%d-%02d-%02d,1,2,1,1,5\n", y, m, d % 28 + 1 } }' >long.csv
for ms in 05 10 15 20 30 40 60; do
	cf-fetch -q --store s csv KILLED=long.csv 2>/dev/null &
	p=$!
	sleep 0.0$ms
	kill -9 $p 2>/dev/null
	wait $p 2>/dev/null
	[ ! -f s/raw/bars/KILLED.csv ] || [ "$(wc -l <s/raw/bars/KILLED.csv)" = 20001 ] || echo "half a file after $ms ms" >>killed.err
	sed -i 's/,5$/,6/' long.csv
done
: >>killed.err
check 'no kill leaves half a file' 0 cat killed.err
check 'and the next run goes through' 0 cf-fetch -q --store s csv KILLED=long.csv
find s -name '.*.tmp' -exec rm '{}' +

no_secret 'the store'
finish

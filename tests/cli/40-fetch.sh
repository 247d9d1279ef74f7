#!/bin/sh
# cf-fetch: what each source sends becomes records; one command fills the store; a second run asks nothing.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/fetch.sh"

header=symbol,date,open,high,low,close,volume
ibm="$header
IBM,2024-01-05,158,900,1,159.125,3205828
IBM,2024-01-08,159,900,1,160.25,3205828
IBM,2024-01-09,160,900,1,161.5,3205828"
vix='series,date,available,value
VIXCLS,2024-01-04,2024-01-05,14.13
VIXCLS,2024-01-05,2024-01-08,13.35
VIXCLS,2024-01-09,2024-01-10,12.76'

# ---- usage
err='cf-fetch: no source; --list shows them'
check 'no operands' 2 cf-fetch
err='cf-fetch: nosuch: no such source; --list shows them'
check 'an unknown source' 2 cf-fetch nosuch IBM
err='cf-fetch: alphavantage: no SYMBOL'
check 'a source without names' 2 cf-fetch alphavantage
err='cf-fetch: alphavantage needs a key: set ALPHA_VANTAGE_KEY, or ALPHA_VANTAGE_KEY_FILE to a file that holds it'
check 'no key' 2 env -u ALPHA_VANTAGE_KEY cf-fetch alphavantage IBM
err='cf-fetch: FRED_API_KEY: not 32 lower-case letters and digits, as FRED'\''s keys are'
check 'a key of FRED that cannot be one' 2 env FRED_API_KEY=SHORT cf-fetch fred VIXCLS
err='cf-fetch: --vintages and --as-of need FRED_API_KEY'
check 'vintages without a key' 2 env -u FRED_API_KEY cf-fetch --vintages fred VIXCLS
err='cf-fetch: option --from: not a date YYYY-MM-DD: "2024-13-01"'
check 'a wrong date' 2 cf-fetch --from 2024-13-01 fred VIXCLS
err='cf-fetch: not the name of a symbol or series: "a b"'
check 'a symbol with a blank' 2 cf-fetch alphavantage 'a b'
err='cf-fetch: UST11Y: not one of UST1M UST2M UST3M UST4M UST6M UST1Y UST2Y UST3Y UST5Y UST7Y UST10Y UST20Y UST30Y'
check 'a maturity that is none' 2 cf-fetch treasury UST11Y
err='cf-fetch: --base-url: URL with a user name or password'
check 'a password in the URL' 2 cf-fetch --base-url https://u:p@127.0.0.1/ fred VIXCLS
err='cf-fetch: --base-url: not an https or http URL'
check 'another scheme' 2 cf-fetch --base-url ftp://127.0.0.1/ fred VIXCLS
out='*'
check 'the help' 0 cf-fetch --help
cp got.out help.txt
check 'the notice of FRED in the help' 0 grep -q 'This product uses the FRED(R) API but is not endorsed or certified by' help.txt
out='*'
check 'the table of sources' 0 cf-fetch --list
cp got.out list.csv
out='alphavantage
cboe
csv
fred
treasury'
check 'its rows' 0 sh -c "sed 1d list.csv | cut -d, -f 1 | sort"

out='alphavantage,SYMBOL,bars,ALPHA_VANTAGE_KEY,1,25,2,https://www.alphavantage.co,'
check 'the limits of Alpha Vantage' 0 grep ^alpha list.csv
out='fred,SERIES,series,FRED_API_KEY,0,,0.6,https://api.stlouisfed.org,This product uses the FRED(R) API but is not endorsed or certified by the Federal Reserve Bank of St. Louis.'
check 'the pace of FRED, and its notice' 0 grep ^fred list.csv

# ---- Alpha Vantage
rules '- function=TIME_SERIES_DAILY&symbol=IBM 200 body-ibm'
out=$ibm
check 'daily bars from JSON' 0 fetch alphavantage IBM
out="GET /query?function=TIME_SERIES_DAILY&symbol=IBM&outputsize=compact&datatype=json&apikey=$ALPHA_VANTAGE_KEY HTTP/1.1"
check 'the request' 0 cat loop.log
out=$ibm
check 'again within ten minutes: from the cache' 0 fetch alphavantage IBM
check 'one request was sent' 0 requests 1
out=$ibm
check 'offline' 0 env -u ALPHA_VANTAGE_KEY cf-fetch --base-url "$url" --offline --now 2025-01-01 alphavantage IBM
err='cf-fetch: alphavantage KO: not in the cache'
check 'offline, not there' 4 fetch --offline alphavantage KO
no_secret 'daily bars'

rules '- datatype=csv 200 body-csv'
printf 'timestamp,open,high,low,close,volume\r\n2024-01-09,160.0000,900.0000,1.0000,161.5000,3205828\r\n' >body-csv
printf '2024-01-08,159.0000,900.0000,1.0000,160.2500,3205828\r\n2024-01-05,158.0,900,1,159.125,3205828\r\n' >>body-csv
out=$ibm
check 'the same from CSV, newest first, CRLF' 0 fetch --datatype csv alphavantage IBM
out=$(echo "$ibm" | sed '/01-05/d')
check '--from' 0 fetch --datatype csv --from 2024-01-06 alphavantage IBM
out=$(echo "$ibm" | sed '/01-09/d')
check '--to' 0 fetch --datatype csv --to 2024-01-08 alphavantage IBM
check 'as NDJSON to a file' 0 fetch --datatype csv --from 2024-01-09 --format ndjson -o x.ndjson alphavantage IBM
out='{"symbol":"IBM","date":"2024-01-09","open":160,"high":900,"low":1,"close":161.5,"volume":3205828}'
check 'that file' 0 cat x.ndjson

cat >body-adjusted <<'X'
{"Meta Data": {"2. Symbol": "IBM", "5. Time Zone": "US/Eastern"}, "Time Series (Daily)": {
"2024-01-09": {"1. open": "80", "2. high": "81", "3. low": "79", "4. close": "80.5", "5. adjusted close": "80.5",
 "6. volume": "12", "7. dividend amount": "0.0000", "8. split coefficient": "2.0"},
"2024-01-08": {"1. open": "160", "2. high": "161", "3. low": "159", "4. close": "160.5", "5. adjusted close": "80.25",
 "6. volume": "6", "7. dividend amount": "0.4", "8. split coefficient": "1.0"}}}
X
rules '- TIME_SERIES_DAILY_ADJUSTED 200 body-adjusted'
out="$header,adjusted_close,dividend_amount,split_coefficient
IBM,2024-01-08,160,161,159,160.5,6,80.25,0.4,1
IBM,2024-01-09,80,81,79,80.5,12,80.5,0,2"
check 'adjusted: the numbers of the fields differ, the prices are as they were' 0 fetch --function adjusted alphavantage IBM

echo '{"symbol":"IBM","data":[{"effective_date":"2024-01-08","split_factor":"2.0000"}]}' >body-splits
rules '- TIME_SERIES_DAILY& 200 body-ibm' '- function=SPLITS 200 body-splits'
out="$header,split_coefficient
IBM,2024-01-05,158,900,1,159.125,3205828,
IBM,2024-01-08,159,900,1,160.25,3205828,2
IBM,2024-01-09,160,900,1,161.5,3205828,"
check '--splits' 0 fetch --splits --max-age 0 alphavantage IBM

echo '{"Meta Data":{"2. Symbol":"IBM"},"Weekly Time Series":{"2024-01-09":{"1. open":"5","2. high":"6","3. low":"4",
"4. close":"5","5. volume":"7"},"2024-01-05":{"1. open":"3","2. high":"4","3. low":"2","4. close":"3","5. volume":"9"}}}' >body-weekly
rules '- TIME_SERIES_WEEKLY&symbol=IBM&datatype=json 200 body-weekly'
out="$header
IBM@weekly,2024-01-05,3,4,2,3,9"
check 'weekly: an id of its own, the running week left out' 0 fetch --function weekly alphavantage IBM

printf 'timestamp,open,high,low,close,volume\n2024-01-09 15:55:00,1,2,1,2,5\n2024-01-09 15:50:00,1,2,1,1,5\n' >body-intraday
rules '- TIME_SERIES_INTRADAY&symbol=IBM&interval=5min&month=2024-01&outputsize=full&datatype=csv 200 body-intraday'
out="$header
IBM@5min,2024-01-09T20:50:00Z,1,2,1,1,5
IBM@5min,2024-01-09T20:55:00Z,1,2,1,2,5"
check 'intraday: New York to UTC' 0 fetch --function intraday --month 2024-01 --outputsize full alphavantage IBM

cat >body-intraday <<'X'
{"Meta Data": {"1: Information": "Intraday", "2: Symbol": "IBM", "3: Last Refreshed": "2024-01-09 19:55:00", "4: Interval": "60min",
"5: Output Size": "Compact", "6: Time Zone": "US/Eastern"}, "Time Series (60min)": {
"2024-01-09 19:00:00": {"1. open": "1", "2. high": "2", "3. low": "1", "4. close": "2", "5. volume": "5"},
"2024-01-09 18:00:00": {"1. open": "1", "2. high": "2", "3. low": "1", "4. close": "1", "5. volume": "5"}}}
X
rules '- interval=60min&outputsize=compact&datatype=json 200 body-intraday'
out="$header
IBM@60min,2024-01-09T23:00:00Z,1,2,1,1,5
IBM@60min,2024-01-10T00:00:00Z,1,2,1,2,5"
check 'intraday as JSON, keys with colons' 0 fetch --function intraday --interval 60min --datatype json alphavantage IBM
now=2024-01-10T00:30:00Z
rules '- interval=60min 200 body-intraday'
out="$header
IBM@60min,2024-01-09T23:00:00Z,1,2,1,1,5"
check 'a bar whose hour is not over is left out' 0 fetch --function intraday --interval 60min --datatype json --max-age 0 alphavantage IBM
now=2024-01-10T12:00:00Z
sed 's|US/Eastern|Asia/Tokyo|' body-intraday >body-tokyo
rules '- interval=60min 200 body-tokyo'
err='*'
check 'a time zone that is not known' 3 fetch --function intraday --interval 60min --datatype json --max-age 0 --retries 0 alphavantage IBM

echo '{"Global Quote": {"01. symbol": "IBM", "02. open": "112.63", "03. high": "113.17", "04. low": "110.64", "05. price": "112.13",
"06. volume": "29062853", "07. latest trading day": "2024-01-09", "10. change percent": "-0.5852%"}}' >body-quote
rules '- GLOBAL_QUOTE 200 body-quote'
out="$header
IBM,2024-01-09,112.63,113.17,110.64,112.13,29062853"
check 'a quote' 0 fetch --function quote alphavantage IBM

printf 'symbol,open,high,low,price,volume,latestDay,previousClose,change,changePercent\r\nIBM,112.63,113.17,110.64,112.13,29062853,2024-01-09,112.79,-0.66,-0.5852%%\r\n' >body-quote-csv
rules '- GLOBAL_QUOTE&symbol=IBM&datatype=csv 200 body-quote-csv'
out="$header
IBM,2024-01-09,112.63,113.17,110.64,112.13,29062853"
check 'a quote as CSV' 0 fetch --function quote --datatype csv alphavantage IBM

echo '{"Meta Data":{"2. From Symbol":"EUR","3. To Symbol":"USD","5. Last Refreshed":"2024-01-10 11:55:00","6. Time Zone":"UTC"},
"Time Series FX (Daily)":{"2024-01-10":{"1. open":"1","2. high":"1","3. low":"1","4. close":"1"},
"2024-01-09":{"1. open":"1.09","2. high":"1.1","3. low":"1.08","4. close":"1.095"}}}' >body-fx
rules '- FX_DAILY&from_symbol=EUR&to_symbol=USD&outputsize=compact 200 body-fx'
out="$header
EUR/USD,2024-01-09,1.09,1.1,1.08,1.095,"
check 'currencies: a day of UTC, no volume' 0 fetch --function fx alphavantage EUR/USD
err='cf-fetch: EURO: not two currencies as in EUR/USD'
check 'currencies that are none' 2 fetch --function fx alphavantage EURO

# ---- FRED
rules '- /fred/series/observations?series_id=VIXCLS 200 body-vix'
out=$vix
check 'a series by the API' 0 fetch fred VIXCLS
check 'asked for as JSON, in pages' 0 grep -q 'file_type=json&limit=10000&offset=0&api_key=' loop.log
for look in 'observation_date,VIXCLS' 'DATE,VIXCLS'; do
	printf '%s\n2024-01-04,14.13\n2024-01-05,13.35\n2024-01-08,%s\n2024-01-09,12.76\n' "$look" \
	    "$([ "$look" = DATE,VIXCLS ] && echo .)" >body-graph
	rules '- /graph/fredgraph.csv?id=VIXCLS 200 body-graph'
	out=$vix
	check "without a key: the CSV of the graphs, $look" 0 env -u FRED_API_KEY cf-fetch --base-url "$url" --now $now --max-age 0 \
	    --spacing 0 fred VIXCLS
done
check 'no key was sent' 1 grep -q api_key loop.log
rules '- /fred/ 503 -' '- /graph/ 200 body-graph'
out=$vix err='cf-fetch: VIXCLS: HTTP status 503: the server is out of order; asking in another way'
check 'the API is down: by the graphs' 0 fetch --max-age 0 --retries 1 fred VIXCLS
echo '{"error_code":400,"error_message":"Bad Request.  The value for variable api_key is not registered.  Read https:\/\/fred.stlouisfed.org"}' >body-unregistered
rules '1 /fred/ 400 body-unregistered header=Content-Type:text/xml' '- /fred/ 200 body-vix'
out=$vix
check 'one refusal of the key is none' 0 fetch --max-age 0 fred VIXCLS
rules '- /fred/ 400 body-unregistered' '- /graph/ 200 body-graph'
err='*' out=$vix
check 'the key is refused for good: by the graphs' 0 fetch --max-age 0 fred VIXCLS
err='cf-fetch: fred VIXCLS: Bad Request.  The value for variable api_key is not registered.  Read https://fred.stlouisfed.org'
check 'nowhere else to ask for a vintage' 2 fetch --max-age 0 --retries 0 --as-of 2020-01-01 fred VIXCLS

# pages
fred 2024-01-04 1 2024-01-05 2 | sed 's/"count":2/"count":3/' >body-page1
fred 2024-01-08 3 | sed 's/"count":1,"offset":0/"count":3,"offset":2/' >body-page2
rules '- offset=0 200 body-page1' '- offset=2 200 body-page2'
out='series,date,available,value
DFF,2024-01-04,2024-01-05,1
DFF,2024-01-05,2024-01-08,2
DFF,2024-01-08,2024-01-09,3'
check 'in two pages' 0 fetch fred DFF
rules '- offset=0 200 body-page1' '- offset=2 200 body-page1'
err='*'
check 'a page that is another one' 3 fetch --max-age 0 --retries 0 fred DFF

# weekly publication; an unknown lag; a lag of one's own
fred 2024-01-02 119.1 2024-01-03 119.2 2024-01-04 119.3 2024-01-05 119.4 >body-usd
rules '- DTWEXBGS 200 body-usd' '- NOSUCH 200 body-vix' '- CPIAUCSL 200 body-cpi'
out='series,date,available,value
DTWEXBGS,2024-01-02,2024-01-08,119.1
DTWEXBGS,2024-01-03,2024-01-08,119.2
DTWEXBGS,2024-01-04,2024-01-08,119.3
DTWEXBGS,2024-01-05,2024-01-08,119.4'
check 'the dollar index: the Monday after' 0 fetch fred DTWEXBGS
out='series,date,available,value
DTWEXBGS,2024-01-05,2024-01-07,119.4'
check '--lag' 0 fetch --lag 2 --from 2024-01-05 fred DTWEXBGS
out='*' err='cf-fetch: NOSUCH: nothing is known of when its values are published: taken as available some days later; --lag DAYS sets it, --vintages asks FRED'
check 'a series of which nothing is known' 0 fetch fred NOSUCH
fred 2023-11-01 307.917 2023-12-01 308.850 >body-cpi
out='series,date,available,value
CPIAUCSL,2023-11-01,2023-12-22,307.917
CPIAUCSL,2023-12-01,2024-01-22,308.85'
check 'consumer prices: three weeks after the month' 0 fetch fred CPIAUCSL

# vintages
rules '- realtime_start=2020-01-06&realtime_end=2020-01-06 200 body-vix' '- VIXCLS 200 body-vix'
out='*'
check '--as-of: one vintage' 0 fetch --max-age 0 --as-of 2020-01-06 fred VIXCLS
check 'nothing is available after it' 1 sh -c 'cut -d, -f 3 got.out | grep -v 2020-01-06 | grep -q 20'
out=$vix
check '--as-of today: not pinned, FRED may still have yesterday' 0 fetch --max-age 0 --as-of 2024-01-10 fred VIXCLS
check 'no window was asked for' 0 sh -c 'tail -n 1 loop.log | grep -qv realtime'
echo '{"count":3,"offset":0,"limit":10000,"vintage_dates":["2023-12-12","2024-01-05","2024-01-09"]}' >body-dates
cat >body-vintages <<'X'
{"count":4,"offset":0,"limit":10000,"observations":[
{"realtime_start":"2023-12-12","realtime_end":"2024-01-08","date":"2023-11-01","value":"307.1"},
{"realtime_start":"2024-01-09","realtime_end":"9999-12-31","date":"2023-11-01","value":"307.9"},
{"realtime_start":"2024-01-05","realtime_end":"2024-01-08","date":"2023-12-01","value":"308.0"},
{"realtime_start":"2024-01-09","realtime_end":"9999-12-31","date":"2023-12-01","value":"308.0"}]}
X
rules '- vintagedates 200 body-dates' '- realtime_start=2023-12-12&realtime_end=9999-12-31 200 body-vintages'
out='series,date,available,value
CPIAUCSL,2023-11-01,2023-12-12,307.1
CPIAUCSL,2023-11-01,2024-01-09,307.9
CPIAUCSL,2023-12-01,2024-01-05,308'
check '--vintages: the days on which values became known' 0 fetch --vintages fred CPIAUCSL
check 'dates, then values' 0 requests 2
# 1600 vintages are two windows; the second repeats the last value as if it were of its own first day
awk 'BEGIN { printf "{\"count\":1600,\"offset\":0,\"vintage_dates\":["; for (i = 0; i < 1600; i++) printf "%s\"%04d-%02d-%02d\"",
	i ? "," : "", 2000 + int(i / 100), int(i % 100 / 10) + 1, i % 10 + 1; print "]}" }' >body-dates
echo '{"count":1,"offset":0,"observations":[{"realtime_start":"2000-01-01","date":"1999-12-31","value":"5"}]}' >body-w1
echo '{"count":2,"offset":0,"observations":[{"realtime_start":"2015-01-01","date":"1999-12-31","value":"5"},
{"realtime_start":"2015-02-01","date":"2015-01-30","value":"6"}]}' >body-w2
rules '- vintagedates 200 body-dates' '- realtime_start=2000-01-01&realtime_end=2014-12-31 200 body-w1' \
    '- realtime_start=2015-01-01&realtime_end=9999-12-31 200 body-w2'
out='series,date,available,value
DGS10,1999-12-31,2000-01-01,5
DGS10,2015-01-30,2015-02-01,6'
check 'vintages beyond what one window may hold' 0 fetch --vintages fred DGS10
check 'three requests' 0 requests 3
no_secret 'FRED'

# ---- Cboe, the Treasury
printf 'DATE,OPEN,HIGH,LOW,CLOSE\n01/08/2024,14.1,14.2,13.0,13.08\n01/09/2024,13.0,13.8,12.6,12.76\n01/10/2024,13,13,13,13\n' >body-cboe
rules '- /api/global/us_indices/daily_prices/VIX_History.csv 200 body-cboe'
out='series,date,available,value
VIX,2024-01-08,2024-01-09,13.08
VIX,2024-01-09,2024-01-10,12.76'
check 'Cboe: the day that runs is left out' 0 fetch cboe VIX
printf 'Date,"1 Mo","2 Yr","10 Yr"\n01/09/2024,5.53,4.36,4.02\n01/08/2024,5.54,,4.01\n' >body-2024
printf 'Date,"1 Mo","2 Yr","10 Yr"\n12/29/2023,5.60,4.23,3.88\n' >body-2023
rules '- field_tdr_date_value=2024&_format=csv 200 body-2024' '- field_tdr_date_value=2023&_format=csv 200 body-2023'
out='series,date,available,value
UST10Y,2023-12-29,2024-01-02,3.88
UST10Y,2024-01-08,2024-01-09,4.01
UST10Y,2024-01-09,2024-01-10,4.02'
check 'the Treasury: a file a year' 0 fetch --from 2023-06-01 treasury UST10Y
out='series,date,available,value
UST2Y,2024-01-09,2024-01-10,4.36'
check 'another maturity from the same files' 0 fetch --from 2024-01-01 treasury UST2Y
check 'which were not asked for again' 0 requests 2

# ---- one command fills the store; the second run asks nothing
rules '- DTWEXBGS 200 body-usd' '- series_id=VIXCLS 200 body-vix' '- symbol=IBM 200 body-ibm'
check 'one command' 0 fetch --store s fred VIXCLS DTWEXBGS alphavantage IBM
out=$ibm
check 'the bars' 0 cat s/raw/bars/IBM.csv
out=$vix
check 'the series' 0 cat s/raw/series/VIXCLS.csv
check 'three requests' 0 requests 3
find s/raw -type f -exec md5sum '{}' + | sort >before
ls -l --time-style=full-iso s/raw/* >>before
check 'the same again' 0 fetch --store s fred VIXCLS DTWEXBGS alphavantage IBM
check 'no further request' 0 requests 3
find s/raw -type f -exec md5sum '{}' + | sort >after
ls -l --time-style=full-iso s/raw/* >>after
check 'no file was touched' 0 cmp before after
no_secret 'the store'
out='source,key,quota_left,next_request,last_success,newest_row
alphavantage,set,24,,2024-01-10T12:00:00Z,2024-01-09
fred,set,,,2024-01-10T12:00:00Z,2024-01-09
cboe,none,,,,
treasury,none,,,,'
check '--check' 0 fetch --check --store s
check 'which asks nothing' 0 requests 3
out='*'
check '-n with operands' 0 fetch -n --store s alphavantage KO
check 'asks nothing either' 0 requests 3
err='*'
check '-n tells a missing key' 2 env -u ALPHA_VANTAGE_KEY cf-fetch -n --store s alphavantage KO

# ---- keys from files
echo "  $ALPHA_VANTAGE_KEY " >key
chmod 600 key
rules '- symbol=IBM 200 body-ibm'
out=$ibm
check 'a key from NAME_FILE' 0 env -u ALPHA_VANTAGE_KEY ALPHA_VANTAGE_KEY_FILE=key cf-fetch --base-url "$url" --max-age 0 --now $now \
    --spacing 0 alphavantage IBM
check 'is the one that was sent' 0 grep -q "apikey=$ALPHA_VANTAGE_KEY " loop.log
mkdir creds
cp key creds/ALPHA_VANTAGE_KEY
out=$ibm
check 'a key from the credentials of systemd' 0 env -u ALPHA_VANTAGE_KEY CREDENTIALS_DIRECTORY=creds cf-fetch --base-url "$url" \
    --max-age 0 --now $now --spacing 0 alphavantage IBM
rm -r key creds
err='cf-fetch: none: No such file or directory'
check 'a file that is not there' 2 env -u ALPHA_VANTAGE_KEY ALPHA_VANTAGE_KEY_FILE=none cf-fetch alphavantage IBM

finish

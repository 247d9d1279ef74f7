#!/bin/sh
# cf-fetch: quotas across processes, and what servers say with status 200: each sentence is taken for what it means, and the
# key that they repeat goes nowhere.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/fetch.sh"

K=$ALPHA_VANTAGE_KEY
rm -rf cashflow
fresh() {
	rm -rf cashflow
}

# say KEY TEXT: a body
say() {
	printf '{\n    "%s": "%s"\n}\n' "$1" "$2"
}

# ---- sentences
say Information "Thank you for using Alpha Vantage! Please consider spreading out your free API requests more sparingly (1 request per second). You may subscribe to any of the premium plans at https://www.alphavantage.co/premium/ to lift the free key rate limit (25 requests per day)" >body-burst
rules '1 * 200 body-burst' '- * 200 body-ibm'
out='*'
check 'a burst: waited for, tried again, though it names the day and premium plans too' 0 fetch alphavantage IBM
check 'two requests' 0 requests 2
rules '- * 200 body-burst'
err='*'
check 'always a burst' 75 fetch --max-age 0 alphavantage IBM
cp got.err said.txt
check 'two further tries' 0 requests 3
check 'retry after' 0 grep -q 'retry after 2024-01-10T12:01:' said.txt
fresh

for key in Information Note; do
	say $key "We have detected your API key as $K and our standard API rate limit is 25 requests per day. Please subscribe to any of the premium plans at https://www.alphavantage.co/premium/ to instantly remove all daily rate limits." >body-day
	rules '- * 200 body-day'
	err='cf-fetch: alphavantage IBM: the server says that the day'\''s quota of requests is used up; retry after 2024-01-11T05:00:01Z
cf-fetch: alphavantage KO: the source takes no more requests now; retry after 2024-01-11T05:00:01Z'
	check "$key: the day's limit" 75 cf-fetch --base-url "$url" --now $now --spacing 0.5 alphavantage IBM KO
	check 'one request' 0 requests 1
	err='*'
	check 'the next process asks nothing' 75 fetch --max-age 0 alphavantage IBM
	check 'still one request' 0 requests 1
	no_secret "$key: the day's limit"
	fresh
done

say Information 'Thank you for using Alpha Vantage! The outputsize=full parameter value is a premium feature for the TIME_SERIES_DAILY endpoint. You may subscribe to any of the premium plans' >body-premium
rules '- * 200 body-premium'
err='cf-fetch: alphavantage IBM: Thank you for using Alpha Vantage! The outputsize=full parameter value is a premium feature for the TIME_SERIES_DAILY endpoint. You may subscribe to any of the premium plans'
check 'premium: never again' 3 fetch --outputsize full alphavantage IBM
check 'one request only' 0 requests 1
say Note 'Thank you for using Alpha Vantage! Our standard API call frequency is 5 calls per minute and 500 calls per day.' >body-minute
rules '- * 200 body-minute'
err='cf-fetch: alphavantage IBM: Thank you for using Alpha Vantage! Our standard API call frequency is 5 calls per minute and 500 calls per day.; retry after 2024-01-10T12:01:01Z'
check 'the old limit of a minute' 75 fetch --max-wait 30 alphavantage IBM
say Information 'The **demo** API key is for demo purposes only. Please claim your free API key' >body-demo
rules '- * 200 body-demo'
err='*'
check 'the demo key' 2 cf-fetch --base-url "$url" --now $now --spacing 0.5 alphavantage IBM KO
check 'is not tried again for the next symbol' 0 requests 1
say 'Error Message' "the parameter apikey is invalid or missing. Your key is $K. Please claim your free API key" >body-key
rules '- * 200 body-key'
err='*'
check 'a wrong key' 2 fetch alphavantage IBM
cp got.err said.txt
check 'is shown as asterisks' 0 grep -q 'Your key is [*]*\. Please' said.txt
no_secret 'a wrong key'
say 'Error Message' 'Invalid API call. Please retry or visit the documentation (https://www.alphavantage.co/documentation/) for TIME_SERIES_DAILY.' >body-call
rules '- datatype=csv 200 body-call' '- * 200 body-call'
for type in json csv; do
	err='cf-fetch: alphavantage NOSUCH: Invalid API call. Please retry or visit the documentation (https://www.alphavantage.co/documentation/) for TIME_SERIES_DAILY.'
	check "an unknown symbol, asked for as $type" 3 fetch --datatype $type alphavantage NOSUCH
done
say Note 'Something that nobody has seen yet' >body-new
rules '- * 200 body-new'
err='cf-fetch: alphavantage IBM: Something that nobody has seen yet'
check 'a new sentence: not now' 75 fetch alphavantage IBM
fresh

# empty answers
echo '{"Global Quote": {}}' >body-empty-quote
echo '{}' >body-empty
: >body-nothing
echo 'timestamp,open,high,low,close,volume' >body-header
rules '- GLOBAL_QUOTE 200 body-empty-quote' '- symbol=A& 200 body-empty' '- symbol=B& 200 body-nothing' '- symbol=C& 200 body-header'
for a in 'A --function quote' 'A --function daily' 'C --datatype csv'; do
	err="cf-fetch: alphavantage ${a%% *}: the answer holds no rows: is the symbol known to the source?"
	# shellcheck disable=SC2086 # a list of words
	check "an empty answer: $a" 3 fetch ${a#* } alphavantage "${a%% *}"
done
err='cf-fetch: alphavantage B: the answer is empty'
check 'no byte at all' 4 fetch --retries 0 alphavantage B
fresh

# lies
daily 2024-01-09 1 1 | sed 's/IBM/KO/' >body-other
daily 2030-01-09 1 1 >body-future
daily 2024-01-09 1 1 2024-01-09 1 2 >body-twice
daily 2024-01-09 1 abc >body-word
daily 2024-01-09 1 1 | sed 's/"900.0000"/"0.5"/' >body-low
daily 2024-01-09 1 1 | head -c 200 >body-half
rules '- symbol=IBM 200 body-other'
err='cf-fetch: alphavantage IBM: alphavantage:1: column "2. Symbol": the answer is about another symbol: "KO"'
check 'an answer about another symbol' 3 fetch alphavantage IBM
rules '- symbol=IBM 200 body-future'
err='cf-fetch: alphavantage IBM: a date in the future: "2030-01-09"'
check 'a day that is to come' 3 fetch --max-age 0 alphavantage IBM
rules '- symbol=IBM 200 body-twice'
err='cf-fetch: alphavantage IBM: a date stands twice, with different values: "2024-01-09"'
check 'a day twice' 3 fetch --max-age 0 alphavantage IBM
rules '- symbol=IBM 200 body-word'
err='cf-fetch: alphavantage IBM: alphavantage:5: column "4. close": not a number: "abc"'
check 'a word for a price' 3 fetch --max-age 0 --retries 0 alphavantage IBM
rules '- symbol=IBM 200 body-low'
out='symbol,date,open,high,low,close,volume'
err='cf-fetch: IBM: 1 rows left out that cannot be true (no close, a price not above 0, high below low), the last of 2024-01-09'
check 'high below low: left out' 0 fetch --max-age 0 alphavantage IBM
rules '1 symbol=IBM 200 body-half' '- symbol=IBM 200 body-ibm'
out='*'
check 'half a document: asked for again' 0 fetch --max-age 0 alphavantage IBM
check 'two requests' 0 requests 2
fresh

# ---- the unfinished bar: dropped until New York has closed
daily 2024-01-10 5 5 2024-01-09 4 4 >body-today
rules '- symbol=IBM 200 body-today'
for t in 2024-01-10T20:59:00Z=2024-01-09 2024-01-10T21:16:00Z=2024-01-10 2024-01-11T04:00:00Z=2024-01-10; do
	now=${t%=*}
	out=${t#*=}
	check "newest at $now" 0 sh -c "cf-fetch --base-url $url --spacing 0 --max-age 0 --now $now alphavantage IBM | tail -n 1 | cut -d, -f 2"
	fresh
done
now=2024-01-10T12:00:00Z
sed 's/"2024-01-09",$/"2024-01-10 14:07:03",/' body-today >body-refreshed
rules '- symbol=IBM 200 body-refreshed'
out=2024-01-09
check 'what the source saw during the session stays unfinished for ever' 0 sh -c \
    "cf-fetch --base-url $url --spacing 0 --now 2025-01-10 alphavantage IBM | tail -n 1 | cut -d, -f 2"
# a cached body is of its own time
fresh
rules '- symbol=IBM 200 body-today'
out='*'
check 'asked at noon' 0 fetch alphavantage IBM
out=2024-01-09
check 'at night from the cache: the bar is still that of noon' 0 sh -c \
    "cf-fetch --base-url $url --offline --now 2024-01-11 alphavantage IBM | tail -n 1 | cut -d, -f 2"
# daylight saving: the same clock of New York is another time of UTC
daily 2024-07-10 5 5 2024-07-09 4 4 | sed 's/2024-01-09/2024-07-10/' >body-july
rules '- symbol=IBM 200 body-july'
for t in 2024-07-10T20:10:00Z=2024-07-09 2024-07-10T20:16:00Z=2024-07-10; do
	fresh
	out=${t#*=}
	check "summer: newest at ${t%=*}" 0 sh -c \
	    "cf-fetch --base-url $url --spacing 0 --now ${t%=*} alphavantage IBM | tail -n 1 | cut -d, -f 2"
done
fresh

# ---- quotas on disk
rules '- * 200 body-ibm'
i=0
while [ $i -lt 25 ]; do
	cf-fetch -q --base-url "$url" --spacing 0 --max-age 0 --now 2024-01-10T12:00:00Z alphavantage IBM >/dev/null || echo "request $i failed"
	i=$((i + 1))
done >quota.out 2>&1
check '25 requests in 25 processes' 0 cat quota.out
err='cf-fetch: alphavantage IBM: the quota of requests is used up; retry after 2024-01-11T12:00:'
check 'the 26th' 75 sh -c "cf-fetch --base-url $url --spacing 0 --max-age 0 --now 2024-01-10T12:05:00Z alphavantage IBM 2>&1 |
	sed 's/[0-9]*Z\$//' >&2; exit 75"
check 'is not sent' 0 requests 25
err='*'
check 'its status' 75 fetch --max-age 0 alphavantage IBM
out='alphavantage,set,0,2024-01-11T12:00'
check '--check tells when' 0 sh -c "cf-fetch --check --now 2024-01-10T12:05:00Z | grep alpha | cut -c 1-35"
err='*'
check '23 hours later' 75 sh -c "cf-fetch --base-url $url --spacing 0 --max-age 0 --now 2024-01-11T11:00:00Z alphavantage IBM"
out='*'
check 'a day later' 0 sh -c "cf-fetch --base-url $url --spacing 0 --max-age 0 --now 2024-01-11T12:00:30Z alphavantage IBM"
out='*'
check 'a used up quota does not hinder the cache' 0 fetch alphavantage IBM
per_day=0
out='*'
check 'a premium key' 0 fetch --max-age 0 alphavantage IBM
per_day=-1
fresh
cf-fetch -q --base-url "$url" --spacing 0 --max-age 0 --per-day 1 --now 2024-01-10T12:00:00Z alphavantage IBM >/dev/null
out='*'
check 'soon free again: waited for' 0 sh -c "cf-fetch --base-url $url --spacing 0 --max-age 0 --per-day 1 --now 2024-01-11T11:59:59Z alphavantage IBM"
fresh

# several processes at once: never more than the quota, spaced
rules '- * 200 body-ibm'
pids=
for i in 1 2 3 4 5 6; do
	cf-fetch -q --base-url "$url" --spacing 0.1 --max-age 0 --per-day 4 --max-wait 5 alphavantage IBM >/dev/null 2>>six.err &
	pids="$pids $!"
done
n=0
for p in $pids; do
	wait "$p"
	[ $? != 75 ] || n=$((n + 1))
done
out=2
check 'six at once with a quota of four: two are refused' 0 echo $n
check 'four requests' 0 requests 4
check 'at least 0.1 s apart' 0 awk -F= '/^sent/ { if (n++ && $2 - last < 0.099) { print $2 - last; bad = 1 } last = $2 } END { exit bad }' \
    cashflow/state/fetch/alphavantage
fresh

# not reached: not counted
err='*'
check 'no server' 4 cf-fetch --base-url http://127.0.0.1:1 --spacing 0 --retries 2 --retry-wait 0.01 --now $now alphavantage IBM
out=25
check 'costs no quota' 0 sh -c "cf-fetch --check --now $now | sed -n 's/^alphavantage,set,\([0-9]*\).*/\1/p'"

no_secret 'all'
finish

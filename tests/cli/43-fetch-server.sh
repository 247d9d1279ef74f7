#!/bin/sh
# cf-fetch against servers as they are: slow, cut off, out of order, lying, endless. Time and memory stay bounded, what is
# stored is whole.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/fetch.sh"

# fails WHAT STATUS PATTERN REPLY...: the reply for ever gives STATUS and a message; once, it is got over
limits='--timeout 0.5 --retries 1 --max-age 0'
per_day=0
said() {
	cp got.err said.txt
	check "$1" 0 grep -qE "$2" said.txt
}

ibm='*'
fails() {
	what=$1 status=$2 pattern=$3
	shift 3
	rules "- * $*"
	err='*'
	# shellcheck disable=SC2086 # a list of words
	check "$what" "$status" fetch $limits alphavantage IBM
	said "$what, the message" "$pattern"
	rules "1 * $*" '- * 200 body-ibm'
	[ "$status" = 4 ] || [ "$status" = 75 ] || return 0
	out=$ibm
	# shellcheck disable=SC2086 # a list of words
	check "$what once: tried again" 0 fetch $limits alphavantage IBM
	cp got.err said.txt
	check "$what once: nothing is said" 0 test ! -s said.txt
}

for s in 500 502 503 504; do
	fails "status $s" 4 "HTTP status $s: the server is out of order\$" $s -
done
fails 'status 429' 75 'HTTP status 429: too many requests$' 429 -
fails 'status 503 with a page' 4 'out of order' 503 body-page
echo '<!DOCTYPE html><html><body>Checking your browser</body></html>' >body-page
fails 'a page with status 200' 4 'a page for people, not data$' 200 body-page header=Content-Type:text/html
fails 'no answer' 4 '127.0.0.1:[0-9]*: ' 200 body-ibm reset
fails 'a stall' 4 'Timeout was reached$' 200 body-ibm stall
fails 'silence' 4 'Timeout was reached$' 200 body-ibm delay=5000
fails 'a drip' 4 'Timeout was reached$' 200 body-ibm drip=20
fails 'a cut' 4 'Transferred a partial file$' 200 body-ibm cut=100
fails 'a length too long' 4 'Transferred a partial file$' 200 body-ibm length=100000
fails 'a length too short' 3 'the JSON text is cut short$' 200 body-ibm length=100
fails 'cut without a length' 3 'the JSON text is cut short$' 200 body-ibm nolength cut=100
fails 'not gzip though it says so' 4 ': ' 200 body-ibm header=Content-Encoding:gzip
fails 'status 404' 3 'HTTP status 404: there is no such thing there$' 404 -
fails 'status 403' 2 'HTTP status 403: the server refuses$' 403 -

# good in another framing
for f in gzip chunked nolength 'gzip chunked'; do
	rules "- * 200 body-ibm $f"
	out='symbol,date,open,high,low,close,volume
IBM,2024-01-05,158,900,1,159.125,3205828
IBM,2024-01-08,159,900,1,160.25,3205828
IBM,2024-01-09,160,900,1,161.5,3205828'
	check "a good body, $f" 0 fetch --max-age 0 alphavantage IBM
done

# CSV whose end is missing: a number cut in two is not taken
printf 'timestamp,open,high,low,close,volume\n2024-01-09,1,2,1,1,5\n2024-01-08,1,2,1,1,3205828\n' >body-csv
rules "- * 200 body-csv nolength cut=$(($(wc -c <body-csv) - 3))"
out='symbol,date,open,high,low,close,volume
IBM,2024-01-09,1,2,1,1,5'
err='cf-fetch: IBM: the last line of the answer has no end and is left out'
check 'CSV cut in a number' 0 fetch --datatype csv --max-age 0 alphavantage IBM

# ---- Retry-After
rules '1 * 503 - header=Retry-After:_1' '- * 200 body-ibm'
out='*'
check 'Retry-After: 1' 0 fetch --max-age 0 alphavantage IBM
rules '- * 429 - header=Retry-After:_7200'
err='cf-fetch: alphavantage IBM: HTTP status 429: too many requests; retry after 2024-01-10T14:00:01Z'
check 'Retry-After: two hours' 75 fetch --max-age 0 alphavantage IBM
check 'one request' 0 requests 1
rules '- * 503 - header=Retry-After:Wed,_10_Jan_2024_13:00:00_GMT'
err='cf-fetch: alphavantage IBM: HTTP status 503: the server is out of order; retry after 2024-01-10T13:00:'
check 'Retry-After: a date' 75 sh -c "cf-fetch --base-url $url --spacing 0 --per-day 0 --now $now --max-age 0 alphavantage IBM 2>&1 |
	sed 's/[0-9]*Z\$//' >&2; exit 75"

# ---- redirects
rules "1 /query 302 - header=Location:_/there?symbol=IBM" '- /there 200 body-ibm'
out='*'
check 'a redirect on the same host' 0 fetch --max-age 0 alphavantage IBM
rules '- * 302 - header=Location:_/round?symbol=IBM'
err='*'
check 'round and round' 3 fetch --max-age 0 alphavantage IBM
said 'too many redirects' 'too many redirects$'
check 'four requests' 0 requests 4
rules "- * 302 - header=Location:_http://localhost:$(cat port)/there"
err='*'
check 'to another host with a key' 3 fetch --max-age 0 alphavantage IBM
said 'is not followed' 'a redirect to another host or away from https$'
check 'one request' 0 requests 1
rules '- * 302 - header=Location:_file:///etc/passwd'
err='*'
check 'to a file' 3 fetch --max-age 0 alphavantage IBM
err='*'
check 'http is not taken without being asked for: nothing leaves this machine' 4 env https_proxy=http://127.0.0.1:1 cf-fetch \
    --retries 0 --max-age 0 cboe VIX

# ---- the proxy's variables
rules '- http://prices.invalid/query 200 body-ibm'
out='*'
check 'http_proxy' 0 env http_proxy="$url" cf-fetch --base-url http://prices.invalid --spacing 0 --per-day 0 --now $now --max-age 0 alphavantage IBM
check 'the proxy was asked' 0 grep -q '^GET http://prices.invalid/query' loop.log
err='*'
check 'no_proxy' 4 env http_proxy="$url" no_proxy=127.0.0.1 cf-fetch --base-url http://127.0.0.1:1 --spacing 0 --now $now \
    --retries 0 --max-age 0 alphavantage IBM

# ---- conditional requests
rules '- * 200 body-ibm etag="v1"'
out='*'
check 'with an ETag' 0 fetch --max-age 0 alphavantage IBM
cp got.out first.csv
out_file=first.csv
check 'not modified: the cached body' 0 fetch --max-age 0 alphavantage IBM
check 'two requests' 0 requests 2
for f in cashflow/state/fetch/cache/*; do echo damage >"$f"; done
out_file=first.csv
check 'a damaged cache counts as none' 0 fetch alphavantage IBM
rules "- * 200 body-ibm etag=\"$ALPHA_VANTAGE_KEY\""
out_file=first.csv
check 'a key in the ETag' 0 fetch --max-age 0 alphavantage IBM
no_secret 'the cache'

# ---- deadlines
rules '- * 200 body-ibm stall'
start=$(date +%s)
err='cf-fetch: alphavantage IBM: not done within the 1 s of --deadline'
check 'a deadline for all' 4 fetch --max-age 0 --deadline 1 alphavantage IBM
err='cf-fetch: alphavantage IBM: not done within the 0.5 s of --source-deadline'
check 'a deadline for the source' 4 fetch --max-age 0 --source-deadline 0.5 alphavantage IBM
check 'both are kept' 0 test $(($(date +%s) - start)) -le 6
rules '- symbol=A& 200 body-ibm stall' '- * 200 body-ibm'
err='*'
check 'one that hangs does not hold up the others' 4 fetch --max-age 0 --timeout 1 --retries 0 --store s alphavantage A IBM KO
check 'which are stored' 0 test -f s/raw/bars/IBM.csv

# ---- a failed run leaves the old file
echo old >kept.csv
rules '- * 500 -'
err='*'
check 'a failed run' 4 fetch --max-age 0 --retries 0 -o kept.csv alphavantage IBM
out=old
check 'leaves what was there' 0 cat kept.csv
check 'and nothing beside it' 0 test -z "$(find . -maxdepth 1 -name '.kept*')"

# ---- a signal ends it cleanly
rules '- * 200 body-ibm stall'
cf-fetch --base-url "$url" --now $now --spacing 0 --per-day 0 --max-age 0 -o kept.csv alphavantage IBM &
p=$!
sleep 0.5
kill -TERM $p
wait $p
ended=$?
out=143
check 'SIGTERM' 0 echo $ended
out=old
check 'leaves what was there, too' 0 cat kept.csv
check 'and nothing beside' 0 test -z "$(find . -maxdepth 1 -name '.kept*')"

# ---- memory: whatever comes, less than 32 MiB
if [ -n "${CF_FLAVOUR:-}" ]; then
	skip_one 'memory' "measured without $CF_FLAVOUR only"
	finish
fi
# held WHAT STATUS ARGUMENTS...: the most memory held
held() {
	what=$1 status=$2
	shift 2
	out='*' err='*'
	check "$what" "$status" "$server" --memory cf-fetch --base-url "$url" --retry-wait 0.01 --spacing 0 --per-day 0 --now $now --max-age 0 "$@"
	cp got.err said.txt
	kib=$(tail -n 1 said.txt)
	echo "$what: $kib KiB"
	check "$what: below 32 MiB" 0 test "$kib" -lt 32768
}
head -c 65536 /dev/zero | tr '\0' x >body-x
head -c 65536 /dev/zero | tr '\0' '[' >body-deep
rules '- * 200 body-ibm'
held 'a plain answer' 0 alphavantage IBM
rules '- * 200 body-x huge=1000000000'
held 'a gigabyte' 3 alphavantage IBM KO F
check 'a gigabyte, the message' 0 grep -q 'the reply is too large' said.txt
rules '- * 200 body-x bomb=300000000'
held 'a bomb of gzip' 3 alphavantage IBM KO F
rules '- * 200 body-x length=1000000000'
held 'a gigabyte that is announced' 3 alphavantage IBM KO F
rules '- * 200 body-x junk=100000000'
held 'endless headers' 3 alphavantage IBM KO F
rules '- * 200 body-deep huge=2600000 nolength'
held 'deep nesting' 3 --retries 0 alphavantage IBM KO F
{ printf '{"Time Series (Daily)":['; yes '{"a":[1,2],"b":"c"},' | head -n 120000; echo '1]}'; } >body-objects
rules '- * 200 body-objects'
held 'a hundred thousand objects' 3 --retries 0 alphavantage IBM KO F
# the most rows that are taken, in the longest body, three at once
awk 'BEGIN { print "timestamp,open,high,low,close,volume"; for (d = 0; d < 32760; d++) { y = 1900 + int(d / 336)
	m = int(d / 28) % 12 + 1; printf "%d-%02d-%02d,100.123456789,200.123456789,50.123456789,100.123456789,123456789.123\n", y, m, d % 28 + 1 } }' |
    sed '/^20[2-9]/d' >body-rows
rules '- * 200 body-rows'
held 'three times thirty thousand rows' 0 --datatype csv alphavantage IBM KO F
held 'into the store' 0 --store s2 --datatype csv alphavantage IBM KO F
awk 'BEGIN { print "timestamp,open,high,low,close,volume"; for (d = 0; d < 100000; d++) { y = 1000 + int(d / 336)
	m = int(d / 28) % 12 + 1; printf "%d-%02d-%02d,1,2,1,1,1\n", y, m, d % 28 + 1 } }' >body-more
rules '- * 200 body-more'
held 'more rows than are taken' 3 --datatype csv alphavantage IBM KO F
{ echo 'timestamp,open,high,low,close,volume'; head -c 2500000 /dev/zero | tr '\0' ,; echo; } >body-commas
rules '- * 200 body-commas'
held 'a line of commas' 3 --retries 0 --datatype csv alphavantage IBM KO F

no_secret 'all'
finish

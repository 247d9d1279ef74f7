# Helpers for the scenarios of cf-fetch: a web server on 127.0.0.1, and bodies for it; to be read behind lib.sh.
# shellcheck shell=sh
#
#	rules 'COUNT WORD STATUS FILE [FLAG...]'...	what the server answers from now on, see tests/unit/loop.h; the log of
#							requests begins anew
#	fetch ARGUMENTS...				cf-fetch against the server, fast, with a clock that stands at $now
#						and with $per_day requests a day (-1: the source's)
#	requests N WHAT					N requests came since the last `rules`
# The server ends with the scenario, by its number.

server=$CF_B/tests/unit/test_http_server
[ -x "$server" ] || skip 'the unit tests are not built'
api=${CF_TEST_API:-$CF_TEST_MARKET/../api-samples}

ALPHA_VANTAGE_KEY=SECRETKEY1234567
FRED_API_KEY=abcdef0123456789abcdef0123456789
export ALPHA_VANTAGE_KEY FRED_API_KEY

: >loop.rules
"$server" --serve port >server.log 2>&1 &
server_pid=$!
cf_fetch_end() {
	status=$?
	kill "$server_pid" 2>/dev/null
	wait "$server_pid" 2>/dev/null
	cf_at_exit $status
}
trap cf_fetch_end EXIT
while [ ! -s port ]; do sleep 0.02; done
url=http://127.0.0.1:$(cat port)

rules() {
	: >loop.log
	for rule; do
		echo "$rule"
	done >loop.rules.new
	mv loop.rules.new loop.rules
}

now=2024-01-10T12:00:00Z
per_day=-1
fetch() {
	cf-fetch --base-url "$url" --retry-wait 0.01 --spacing 0 --per-day "$per_day" --now "$now" "$@"
}

requests() {
	[ "$(wc -l <loop.log)" -eq "$1" ] || {
		echo "$(wc -l <loop.log) requests, not $1:"
		cat loop.log
		false
	}
}

# no_secret WHAT: no file here and nothing said holds a key (the server's own log does, of course)
no_secret() {
	cp got.out said.out
	cp got.err said.err
	check "$1: no file holds a key" 1 grep -rilE "$ALPHA_VANTAGE_KEY|$FRED_API_KEY" --exclude='loop.*' --exclude='body-*' .
}

# bodies: what the sources send, made here

# daily DATE OPEN CLOSE...: a daily answer about IBM
daily() {
	echo '{ "Meta Data": { "1. Information": "Daily Prices", "2. Symbol": "IBM", "3. Last Refreshed": "2024-01-09",'
	echo '  "4. Output Size": "Compact", "5. Time Zone": "US/Eastern" },'
	echo ' "Time Series (Daily)": {'
	sep=
	while [ $# -ge 3 ]; do
		printf '%s  "%s": { "1. open": "%s", "2. high": "900.0000", "3. low": "1.0000",\n' "$sep" "$1" "$2"
		printf '   "4. close": "%s", "5. volume": "3205828" }' "$3"
		sep=',
'
		shift 3
	done
	echo '} }'
}

# fred DATE VALUE...: an answer of FRED's API
fred() {
	printf '{"realtime_start":"2024-01-10","realtime_end":"2024-01-10","units":"lin","count":%d,"offset":0,' $(($# / 2))
	printf '"limit":10000,"observations":['
	sep=
	while [ $# -ge 2 ]; do
		printf '%s{"realtime_start":"2024-01-10","realtime_end":"2024-01-10","date":"%s","value":"%s"}' "$sep" "$1" "$2"
		sep=,
		shift 2
	done
	echo ']}'
}

daily 2024-01-09 160 161.5 2024-01-08 159 160.25 2024-01-05 158 159.125 >body-ibm
fred 2024-01-04 14.13 2024-01-05 13.35 2024-01-08 . 2024-01-09 12.76 >body-vix

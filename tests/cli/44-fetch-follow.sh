#!/bin/sh
# cf-fetch --follow: polls, writes only what is new or changed, goes on when a poll fails, holds no more memory as it goes.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/fetch.sh"

# until_true COMMAND...: wait for it, twenty seconds at most
until_true() {
	tries=0
	while ! "$@"; do
		tries=$((tries + 1))
		[ $tries -lt 400 ] || return 1
		sleep 0.05
	done
}
lines() {
	[ "$(wc -l <"$1")" -ge "$2" ]
}

daily 2024-01-08 159 160 2024-01-05 158 159 >body-now
rules '- symbol=IBM 200 body-now'
cf-fetch --base-url "$url" --spacing 0 --per-day 0 --retries 0 --now $now --follow 0.2 alphavantage IBM >stream.csv 2>stream.err &
p=$!
until_true lines stream.csv 3
check 'the first poll gives all rows' 0 lines stream.csv 3
until_true lines loop.log 3
out=3
check 'the same again gives nothing' 0 sh -c 'wc -l <stream.csv'

# a failed poll
rules '- * 500 -'
until_true grep -q 'poll failed' stream.err
check 'a failed poll is told' 0 grep -q '^cf-fetch: the poll failed; the next is in 0 s$' stream.err
check 'and is not the end' 0 kill -0 $p

# a new row and a changed one
daily 2024-01-09 160 161 2024-01-08 159 160.5 2024-01-05 158 159 >body-next
mv body-next body-now
rules '- symbol=IBM 200 body-now'
until_true lines stream.csv 5
out='symbol,date,open,high,low,close,volume
IBM,2024-01-05,158,900,1,159,3205828
IBM,2024-01-08,159,900,1,160,3205828
IBM,2024-01-08,159,900,1,160.5,3205828
IBM,2024-01-09,160,900,1,161,3205828'
check 'what is new or changed follows, at once' 0 cat stream.csv
kill -TERM $p
wait $p
ended=$?
out=143
check 'SIGTERM ends it' 0 echo $ended

# into the store as well
rules '- symbol=IBM 200 body-now'
cf-fetch --base-url "$url" --spacing 0 --per-day 0 --now $now --follow 0.2 --store s alphavantage IBM >stream2.csv &
p=$!
until_true lines stream2.csv 4
kill -TERM $p
wait $p
check 'the store was filled too' 0 cmp -s stream2.csv s/raw/bars/IBM.csv

# what does not heal
rules '- * 404 -'
err='cf-fetch: alphavantage NONE: HTTP status 404: there is no such thing there'
check 'a first poll that fails for good is the end' 3 fetch --follow 0.2 alphavantage NONE
err='cf-fetch: --follow writes to stdout'
check 'not to a file' 2 fetch --follow 1 -o x.csv alphavantage IBM

# the quota of a day is spread over it
rules '- symbol=IBM 200 body-now'
cf-fetch --base-url "$url" --now $now --follow 60 alphavantage IBM >stream3.csv 2>stream3.err &
p=$!
until_true test -s stream3.err
out='cf-fetch: polling every 3456 s, so that the day'\''s quota lasts'
check 'the polls of a free key' 0 cat stream3.err
kill -TERM $p
wait $p

# a reader that goes away
mkfifo pipe
cf-fetch --base-url "$url" --spacing 0 --per-day 0 --now $now --follow 0.1 alphavantage IBM >pipe 2>pipe.err &
p=$!
head -n 1 <pipe >/dev/null
tries=0
while kill -0 $p 2>/dev/null && [ $tries -lt 300 ]; do
	# only a row that changes is written
	tries=$((tries + 1))
	daily 2024-01-09 160 16$tries >body-next
	mv body-next body-now
	sleep 0.1
done
kill $p 2>/dev/null
wait $p
ended=$?
out=141
check 'a reader that goes away ends it' 0 echo $ended
check 'quietly' 0 cat pipe.err

# memory stays flat
if [ -n "${CF_FLAVOUR:-}" ]; then
	skip_one 'flat memory' "measured without $CF_FLAVOUR only"
else
	rules '- symbol=IBM 200 body-now'
	memory() {
		awk '/^VmRSS/ { print $2 }' "/proc/$1/status"
	}
	cf-fetch --base-url "$url" --spacing 0 --per-day 0 --now $now --follow 0.001 alphavantage IBM >/dev/null &
	p=$!
	until_true lines loop.log 100
	before=$(memory $p)
	until_true lines loop.log 400
	after=$(memory $p)
	n=$(wc -l <loop.log)
	kill -TERM $p
	wait $p
	echo "memory after 100 polls: $before KiB, after $n: $after KiB"
	check 'memory stays flat' 0 test $((after - before)) -le 300
fi

no_secret 'following'
finish

#!/bin/sh
# cf-load against a web server on 127.0.0.1: what is sent, what is told, limits, and a server that is not there.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/fetch.sh"

unset API_TOKEN API_TOKEN_FILE CREDENTIALS_DIRECTORY
echo hello >hello

# told WHAT REGEX...: each line of the last result in turn
told() {
	cp got.out told.txt
	what=$1
	shift
	n=0
	for regex; do
		n=$((n + 1))
		check "$what: line $n" 0 sh -c 'sed -n "$1p" told.txt | grep -qE "$2"' sh "$n" "$regex"
	done
	out=$n
	check "$what: lines" 0 sh -c 'grep -c "" told.txt'
}
said() {
	cp got.err said.txt
	check "$1" 0 grep -qE "$2" said.txt
}

# ---- the result

ms='[0-9]+\.[0-9]{3}'
rules '- * 200 hello'
out='*'
check 'a load' 0 cf-load "$url/x"
told 'text' "^requests    100 in [0-9]+\.[0-9]{3} s, [0-9]+\.[0-9] a second, 5 at once over 100 connections$" \
    '^replies     200 100 times$' '^no reply    0$' '^bytes       600$' \
    "^latency     mean $ms, p50 $ms, p90 $ms, p95 $ms, p99 $ms, max $ms ms$"
requests 100
check 'all requests came, for what was asked' 0 sh -c '[ $(grep -c "^GET /x HTTP/1.1" loop.log) = 100 ]'

out='*'
check 'CSV' 0 cf-load -n 7 -c 3 --rate 1000 --format csv "$url/x?key=private"
out='url,requests,concurrent,rate,connections,bytes,statuses,refused,failed
URL/x,7,3,1000,7,42,200=7,0,0'
cp got.out record.csv
check 'CSV, what does not depend on time' 0 sh -c "cut -d, -f1-4,7-11 record.csv | sed 's#$url#URL#'"
check 'CSV, latencies rise' 0 awk -F, 'NR == 2 && !($13 <= $14 && $14 <= $15 && $15 <= $16 && $16 <= $17) { exit 1 }' record.csv
rules '2 * 503 -' '1 * 200 hello cut=2' '- * 200 hello'
out='*' err='cf-load: 1 without a whole reply; the first: Transferred a partial file
cf-load: the first reply that is not 2xx: 503'
check 'NDJSON, and errors that are told' 0 cf-load -n 10 -c 2 --format ndjson -o r.ndjson "$url/x"
out='"requests":10,"concurrent":2,"rate":null'
check 'NDJSON in a file' 0 grep -o '"requests":10,"concurrent":2,"rate":null' r.ndjson
out='"statuses":"200=7 503=2","refused":2,"failed":1,"latency_ms":{"mean":'
check 'NDJSON, the statuses' 0 grep -o '"statuses":.*"mean":' r.ndjson

# ---- what is sent

rules '- * 204 -'
out='*'
check 'HEAD' 0 cf-load -n 1 --method HEAD "$url/h"
check 'HEAD, the request' 0 grep -q '^HEAD /h ' loop.log
in='{"a":1}' out='*'
check 'a body' 0 cf-load -n 2 --data - "$url/p"
out=2
check 'a body is posted' 0 grep -c '^POST /p ' loop.log
in='{"a":1}' out='*'
check 'PUT' 0 cf-load -n 2 --method PUT --data - "$url/q"
out=2
check 'PUT, the requests' 0 grep -c '^PUT /q ' loop.log

rules '- * 204 - keep'
printf '{"a":1}\r\n\n{"b":2}\n{"c":3}' >bodies
out='*'
check 'bodies in turn' 0 cf-load -n 7 -c 1 --lines bodies -H 'X-Mine: yes' "$url/p"
tr -d '\r' <loop.kept >kept
out='{"a":1} {"b":2} {"c":3} {"a":1} {"b":2} {"c":3} {"a":1} '
check 'bodies in turn, as they came' 0 sh -c 'echo "$(grep "^{" kept | tr "\n" " ")"'
out=7
check 'the media type' 0 grep -c '^Content-Type: application/json$' kept
out=7
check 'a header of ours' 0 grep -c '^X-Mine: yes$' kept
out=0
check 'no token' 1 grep -ci '^authorization' kept
rm -f loop.kept
API_TOKEN=tok_SECRET
export API_TOKEN
out='*' err='cf-load: 2 at once, 0 bodies, with a token'
check 'a token' 0 cf-load -v -n 2 -c 2 --type text/plain "$url/p"
check 'a token is not told' 1 grep -q SECRET got.out got.err
tr -d '\r' <loop.kept >kept
out=2
check 'a token, as it came' 0 grep -c '^Authorization: Bearer tok_SECRET$' kept
out=0
check 'no media type without a body' 1 grep -ci '^content-type' kept
unset API_TOKEN

# ---- limits and the status

rules '3 * 500 hello' '- * 200 hello'
out='*' err='cf-load: the first reply that is not 2xx: 500: hello?'
check 'errors within the limit' 0 cf-load -n 20 --max-errors 3 "$url"
rules '3 * 501 -' '- * 200 hello'
out='*' err='cf-load: 3 requests failed or were refused, more than 2'
check 'errors over the limit' 1 cf-load -q -n 20 --max-errors 2 "$url"
rules '- * 200 hello delay=20'
out='*' err='*'
check 'p99 over the limit' 1 cf-load -n 5 --max-p99 10 "$url"
said 'p99 over the limit, the message' "^cf-load: p99 of $ms ms is longer than 10\.000 ms$"
out='*'
check 'p99 within the limit' 0 cf-load -n 5 --max-p99 10000 "$url"
rules '5 * 429 -' '- * 503 -'
out='*' err="cf-load: ${url#http://}: no reply but 429 and 503: try again later"
check 'a server that asks for patience' 75 cf-load -q -n 10 --max-errors 0 "$url"
rules '- * 401 -'
out='*'
check 'refused, without a limit' 0 cf-load -q -n 10 "$url"
rules '- * 200 hello'
out='*'
check 'by time' 0 cf-load -d 0.3 -c 2 --rate 100 --format csv "$url"
out=30
cp got.out record.csv
check 'by time, as many as were due' 0 awk -F, 'NR == 2 { print $2 }' record.csv

# ---- wrong

err='cf-load: no URL; try "cf-load --help"'
check 'no URL' 2 cf-load
err='cf-load: one URL, not more; try "cf-load --help"'
check 'two URLs' 2 cf-load "$url" "$url"
err='cf-load: URL: not an https or http URL'
check 'not a URL' 2 cf-load ftp://127.0.0.1/
err='cf-load: URL: URL with a user name or password'
check 'a password' 2 cf-load http://me:secret@127.0.0.1/
err='cf-load: URL: a byte that no URL holds'
check 'a blank in the query' 2 cf-load 'http://127.0.0.1/?a b'
err='cf-load: --header: not of the form "Name: value"'
check 'no header' 2 cf-load -H 'Name value' "$url"
err='cf-load: --header: Authorization: others can read arguments; put the token into API_TOKEN'
check 'a token in an argument' 2 cf-load -H 'authorization: Bearer SECRET' "$url"
err='cf-load: --header: Content-Length: set by the program'
check 'a length that is not ours' 2 cf-load -H 'Content-Length: 5' "$url"
err='cf-load: --method: GET and HEAD have no body; try "cf-load --help"'
check 'GET with a body' 2 cf-load --method GET --data hello "$url"
err='cf-load: --method: not in capital letters; try "cf-load --help"'
check 'no method' 2 cf-load --method 'get /' "$url"
err='cf-load: --data and --lines: one of them; try "cf-load --help"'
check 'two kinds of bodies' 2 cf-load --data hello --lines hello "$url"
err='cf-load: nowhere: No such file or directory'
check 'no such file of bodies' 4 cf-load --lines nowhere "$url"
in='
' err='cf-load: stdin: no line holds a body'
check 'no body' 3 cf-load --lines - "$url"
if [ -w /dev/full ]; then
	err='cf-load: stdout: No space left on device'
	check 'full device' 4 sh -c "cf-load -n 1 $url >/dev/full"
fi

# ---- a signal, nobody there

rules '- * 200 - delay=200'
out='requests
TERM' err='*'
check 'a signal ends it, with what was measured' 0 sh -c "
	cf-load -d 100 -c 2 $url >text 2>&1 &
	load=\$!
	sleep 1
	kill \$load
	wait \$load
	status=\$?
	sed 's/ .*//; q' text
	kill -l \$status"

kill "$server_pid"
wait "$server_pid" 2>/dev/null
out='requests    100 in
replies     none
no reply    100: 100 no connection, 0 timed out, 0 broken
bytes       0'
err="cf-load: ${url#http://}: no reply: Couldn't connect to server"
check 'nobody there' 4 sh -c "cf-load $url >text; status=\$?; sed 's/ in .*/ in/' text; exit \$status"

finish

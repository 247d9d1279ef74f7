#!/bin/sh
# Requests by a grammar, most of them wrong: each answer is whole and right of its kind, none is a fault of the server,
# right ones among them are answered, no process dies, and memory does not grow.  CF_ROUNDS of them (4,000).
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/api/ways.sh"

rounds=${CF_ROUNDS:-4000}
served_model

# the workers of the server, sorted
workers() {
	tr ' ' '\n' <"/proc/$pid/task/$pid/children" | sort
}
resident() {
	for p in "$pid" $(workers); do
		awk '/^VmRSS/ { print $2 }' "/proc/$p/status"
	done | awk '{ sum += $1 } END { print sum + 0 }'
}

by listen --rate 0 -j 2
[ ! -r "/proc/$pid/status" ] || workers >workers.before
out='*'
check "$((rounds / 4)) to warm up" 0 "$clients" --malformed $((rounds / 4)) 1 "$port"
[ "$cf_bad" = '' ] || cat got.out
before=$(resident)
out='*'
check "$rounds requests" 0 "$clients" --malformed "$rounds" 2 "$port"
if [ "$cf_bad" = '' ]; then
	cp got.out campaign.txt
	cat campaign.txt
	for status in 200 400 401 404 405 413 415 422 431; do
		check "$status is among the answers" 0 grep -q " $status [1-9]" campaign.txt
	done
else
	cat got.out
fi
if [ -s workers.before ]; then
	out_file=workers.before
	check 'no worker has died' 0 workers
	after=$(resident)
	echo "resident before $before KiB, after $after KiB"
	# A sanitizer keeps what was freed for a while.
	[ -n "${CF_FLAVOUR:-}" ] ||
	    check 'memory has not grown by more than 4 MiB' 0 test "$after" -lt $((before + 4096))
fi
out='*'
check 'it answers as before' 0 sh "$CF_TOP/tests/api/check.sh" "$url"
stop
check 'it ends well: no leak, no finding' 0 test "$status" = 0
out=''
check 'and said nothing' 1 grep -iE 'sanitizer|runtime error|fault|died' serve.log
finish

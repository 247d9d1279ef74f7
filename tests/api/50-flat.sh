#!/bin/sh
# Memory stays flat under load: CF_SECONDS (8) of predictions, batches, other endpoints, new connections, and HUP.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/api/ways.sh"

[ -r /proc/self/task/$$/children ] || [ -r /proc/self/status ] || skip 'no /proc'
seconds=${CF_SECONDS:-8}
served_model
awk 'NR % 20 == 1 { printf "%s[%s", sep, $0; sep = "]\n"; next } { printf ",%s", $0 } END { print "]" }' bodies |
    sed 's/{"data":\({[^}]*}\)}/\1/g' >batches
by listen --rate 0 -j 2

resident() {
	for p in "$pid" $(cat "/proc/$pid/task/$pid/children"); do
		awk '/^RssAnon/ { print $2 }' "/proc/$p/status"
	done | awk '{ sum += $1 } END { print sum + 0 }'
}
# mixed SECONDS: all kinds of load at once
mixed() {
	jobs=''
	cf-load -q -d "$1" -c 4 --max-errors 0 --lines bodies "$url/predict" >load.1 2>&1 & jobs="$jobs $!"
	cf-load -q -d "$1" -c 2 --max-errors 0 --lines batches "$url/predict" >load.2 2>&1 & jobs="$jobs $!"
	cf-load -q -d "$1" -c 2 --fresh --max-errors 0 -H 'Accept-Encoding: gzip' "$url/metrics" >load.3 2>&1 & jobs="$jobs $!"
	cf-load -q -d "$1" -c 1 --rate 50 --data bodies "$url/predict" >load.4 2>&1 & jobs="$jobs $!"
	sleep 1
	kill -HUP "$pid"
	failed=0
	for job in $jobs; do
		wait "$job" || failed=$((failed + 1))
	done
	return "$failed"
}
check 'warming up' 0 mixed $((seconds / 4 + 1))
before=$(resident)
check "$seconds s of load without an error" 0 mixed "$seconds"
[ "$cf_bad" = '' ] || cat load.?
after=$(resident)
echo "resident before $before KiB, after $after KiB; $(grep ^requests load.1)"
if [ -n "${CF_FLAVOUR:-}" ]; then
	skip_one 'flat memory' 'a sanitizer keeps what was freed'
else
	check 'flat memory: at most 2 MiB more' 0 test "$after" -lt $((before + 2048))
	out='ok'
	# shellcheck disable=SC2046,SC2016 # words; the inner shell's
	check 'below 32 MiB a process, less the mapped model' 0 sh -c '
		for p in "$@"; do
			awk "/^RssAnon/ && \$2 > 32768 { exit 1 }" "/proc/$p/status" || exit 1
		done
		echo ok' sh "$pid" $(cat "/proc/$pid/task/$pid/children")
fi
stop
check 'it ends well' 0 test "$status" = 0
finish

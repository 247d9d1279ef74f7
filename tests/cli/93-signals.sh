#!/bin/sh
# What may happen to a program while it works, but for calls that fail: signals while it writes, a reader that goes away,
# few files at a time, no time zones, a clock that jumps.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/faults.sh"

unset API_TOKEN CF_HOME CF_CONF MODEL_PATH LISTEN_FDS
small_files

# ---- SIGTERM and SIGKILL before each write, sync and renaming (cf-backup: 54-backup-kill, pipeline.sh: 63-kills)

writers signals

# ---- a reader that is gone before the first byte comes

# unread COMMAND...: its status and what it says
unread() {
	{
		sleep 0.3
		"$@"
		echo $? >status
	} | :
	# the shell may tell of the signal
	cat status
}
cp made/* .
for c in 'cf-features --list' 'cf-model describe m.cfm' 'cf-run --list runs.ndjson' \
    'cf-report --format text --outcomes features.csv forecasts.ndjson' 'cf-fetch csv X=given/fetch/x.csv' \
    'cf-backup unseal --key given/unseal/key given/unseal/sealed' 'cf-serve --help'; do
	out=141
	# shellcheck disable=SC2086 # words
	check "broken pipe: $c" 0 unread $c
done

# ---- few files at a time: each is closed when it is done with

# few N COMMAND...: with descriptors below N only
few() {
	(
		# shellcheck disable=SC3045 # every shell that the tests run in has it
		ulimit -n "$1" || exit 99
		shift
		exec "$@"
	)
}
mkdir many
awk 'NR > 1 { f = sprintf("many/%03d.csv", NR); print "symbol,date,open,high,low,close,volume" >f; sub(/^S/, NR "S"); print >f
    close(f) }' bars.csv
ls many/*.csv >names
awk 'END { exit NR < 100 }' names || echo 'there are few files'
# shellcheck disable=SC2046 # words
cf-features -o all.csv $(cat names)
# shellcheck disable=SC2046 # words
check 'many files, few at a time' 0 few 16 cf-features -o few.csv $(cat names)
check 'the same' 0 cmp all.csv few.csv
mkdir -p st/runs st/predictions/market
i=0
while [ $i -lt 1100 ]; do
	i=$((i + 1))
	echo $i >st/runs/$i.ndjson
done
cp made/forecasts.ndjson st/predictions/market/2024-02-28.ndjson
check 'a backup of 1,100 files' 0 few 24 cf-backup create -q -C st --now 2024-01-02T00:00:00Z shelf
check 'its check' 0 few 24 cf-backup verify -q shelf
check 'its restoring' 0 few 24 cf-backup restore -q --to new shelf
out=1100
check 'all are there' 0 sh -c 'ls new/runs | wc -l | tr -d " "'
out='*' err='*'
check 'a report' 0 few 16 cf-report -C st --days 2000 --now 2024-03-01T00:00:00Z -o page.html
out='*'
check 'a training' 0 few 16 cf-train -q --trees 3 --folds 2 -j 2 -o few.cfm features.csv
check 'the same model' 0 cmp m.cfm few.cfm
err='cf-backup: st: Too many open files
cf-backup: other/backup_log.txt: Too many open files'
check 'too few of them' 4 few 5 cf-backup create -q -C st other

# ---- no data on time zones: all days and times are those of UTC

printf 'TREES=3\n' >my.conf
# zoned COMMAND...: what it says, under time zones that are not there and one that is
zoned() {
	"$@" >utc.txt 2>&1 || return
	for zone in :/nonexistent Mars/Base '' 'XYZ-9' :; do
		TZ=$zone "$@" >zone.txt 2>&1 || return
		cmp utc.txt zone.txt || return
	done
	(unset TZ && "$@" >zone.txt 2>&1) && cmp utc.txt zone.txt
}
check 'time zones: features' 0 zoned cf-features --horizon 5 bars.csv
check 'time zones: fetch' 0 zoned cf-fetch csv X=given/fetch/x.csv
check 'time zones: models' 0 zoned cf-model list -q -m given/promote/r
check 'time zones: runs' 0 zoned cf-run --list runs.ndjson
check 'time zones: report' 0 zoned cf-report -C st --now 2024-03-01T00:00:00Z --format text
check 'time zones: backups' 0 zoned cf-backup list shelf

# ---- a clock that jumps while a program works

writers jumps

# jumping SECONDS PROGRAM ARGUMENT...: with a clock that jumps by so much
jumping() {
	jump=$1
	shift
	LD_PRELOAD=$shim CF_FAULT_PROGRAM=$1 CF_FAULT=clock:2+:$jump "$@"
}
# brief: did the step of the last record take as long as it did?
brief() {
	tail -n 1 rec | sed 's/.*"duration_s":\([^,}]*\).*/\1/' | awk '{ exit !($1 >= 0.2 && $1 < 20) }'
}
for jump in -86400 86400; do
	check "a step, by $jump s" 0 jumping "$jump" cf-run --record rec --timeout 100 --lock lock -- sleep 0.2
	check 'took the time it took' 0 brief
	out=1
	check 'its record' 0 sh -c 'cf-run --list rec | grep -c " done$"'
	rm rec
	err='cf-run: step sleep: over the time limit of 0.2 s'
	check "a step over its time, by $jump s" 4 jumping "$jump" cf-run --timeout 0.2 -- sleep 100
	check "a step tried again, by $jump s" 0 jumping "$jump" cf-run --retries 1 --retry-wait 0.1 \
	    sh -c 'test -e again || { : >again; exit 75; }'
	rm again
done

# as many as the limit allows before and behind each jump, and no more; what was there before is not owed for a day
taken() {
	for jump in 0 86400 0 -86400; do
		for i in 1 2 3 4 5; do
			printf 'GET /forecasts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n' "$API_TOKEN" |
			    LD_PRELOAD=$shim CF_FAULT_PROGRAM=cf-serve CF_FAULT=clock:1+:$jump \
			    cf-serve -q -m m.cfm --rate 3 | head -n 1
		done | grep -c ' 429 '
	done
}
API_TOKEN=tested_0123456789abcdef CF_HOME=limited
export API_TOKEN CF_HOME
out='2
2
2
2'
check 'a rate limit' 0 taken
unset API_TOKEN CF_HOME

# ---- a clock that is set back a year

if [ -x "$CF_B/tests/unit/test_http_server" ]; then
	. "$CF_TOP/tests/cli/fetch.sh"
	rules '- symbol=IBM 200 body-ibm'
	per_day=2
	check 'fetch' 0 fetch -q --max-age 0 --store st alphavantage IBM
	now=2023-01-10T12:00:00Z
	daily 2023-01-09 160 161.5 >body-ibm
	check 'fetch, a year before' 0 fetch -q --max-age 0 --max-wait 0 --store st alphavantage IBM
fi

finish

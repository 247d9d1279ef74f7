#!/bin/sh
# cf-run: status, retries, time limit, lock, log, record, output, signals, and that nothing of a step outlives it.
. "$CF_TOP/tests/cli/lib.sh"

# ---- status and streams

out='given' in='given'
check 'stdin and stdout are the step'"'"'s' 0 cf-run -- cat
err='oops'
check 'and so is stderr' 3 cf-run -- sh -c 'echo oops >&2; exit 3'
for n in 1 2 75 99; do
	check "status $n" $n cf-run -- sh -c "exit $n"
done
check 'killed by a signal' 137 cf-run -- sh -c 'kill -9 $$'
err='cf-run: no-such-command: No such file or directory'
check 'no such command' 127 cf-run -- no-such-command
: >plain
err='cf-run: ./plain: Permission denied'
check 'not to be run' 126 cf-run -- ./plain
err='cf-run: no-such-command: cannot be run'
check 'no such command, check only' 127 cf-run -n -- no-such-command
check 'check only runs nothing' 0 cf-run -n --record no/where --log no/where --lock no/where -- sh -c 'echo x'
err='cf-run: no command; try "cf-run --help"'
check 'no command' 2 cf-run --step x
err='cf-run: option --retries: not within 0 .. 100: "-1"; try "cf-run --help"'
check 'an option out of range' 2 cf-run --retries -1 -- true
err='cf-run: only one of --list, --prom, --conf, --conf-file; try "cf-run --help"'
check 'two things at once' 2 cf-run --list --conf
err='cf-run: --log-stdout needs --log and excludes --output; try "cf-run --help"'
check 'stdout to two places' 2 cf-run --log-stdout --log l -o f -- true
out='run-7'
check 'the step knows its run' 0 cf-run --run run-7 -- sh -c 'echo "$CF_RUN_ID"'
out='run-7'
check 'a step within a step belongs to its run' 0 cf-run --run run-7 -- cf-run -- sh -c 'echo "$CF_RUN_ID"'

# ---- records

# plain FILE: a record without what differs from run to run
plain() {
	sed -e 's/"20[0-9-]*T[0-9:]*Z"/"TIME"/g' -e 's/"duration_s":[0-9.]*/"duration_s":S/' "$1"
}
cf-run --run r1 --step one --reason 'a "reason"' --record rec --log log1 -- sh -c 'exit 0' 2>/dev/null
cf-run --run r1 --record rec --retries 2 --retry-wait 0.01 -- sh -c 'exit 75'
cf-run --run r1 --step three --record rec -- sh -c 'kill -15 $$'
API_TOKEN=hush cf-run --run r1 --record rec -- no-such-command 2>/dev/null
out='{"run":"r1","step":"one","start":"TIME","end":"TIME","duration_s":S,"status":0,"signal":null,"timed_out":0,"tries":1,"reason":"a \"reason\"","log":"log1","command":"sh -c '"'exit 0'"'"}
{"run":"r1","step":"sh","start":"TIME","end":"TIME","duration_s":S,"status":75,"signal":null,"timed_out":0,"tries":3,"reason":null,"log":null,"command":"sh -c '"'exit 75'"'"}
{"run":"r1","step":"three","start":"TIME","end":"TIME","duration_s":S,"status":143,"signal":15,"timed_out":0,"tries":1,"reason":null,"log":null,"command":"sh -c '"'kill -15 \$\$'"'"}
{"run":"r1","step":"no-such-command","start":"TIME","end":"TIME","duration_s":S,"status":127,"signal":null,"timed_out":0,"tries":1,"reason":null,"log":null,"command":"no-such-command"}'
check 'one record for each step' 0 plain rec
printf '{"run":"torn' >>rec
check 'a step after a torn line' 0 cf-run --run r1 --step after --record rec -- true
out='RUN  STEP             START                   SECONDS  TRIES  STATE         REASON
r1   one              WHEN      1  done          a "reason"
r1   sh               WHEN      3  failed (75)
r1   three            WHEN      1  signal 15
r1   no-such-command  WHEN      1  failed (127)
r1   after            WHEN      1  done'
err='cf-run: 1 lines are no run record'
check 'records as a table' 0 sh -c "cf-run --list rec | sed 's/20[^ ]*  *[0-9.]*/WHEN/'"
out='*'
check 'records from stdin, quietly' 0 sh -c 'cat rec | cf-run -q --list'
err='cf-run: nowhere: No such file or directory'
check 'records of no file' 4 cf-run --list rec nowhere
err='cf-run: no/rec: No such file or directory'
check 'a record that cannot be written fails the step' 4 cf-run --record no/rec -- true
err='cf-run: no/rec: No such file or directory'
check 'but keeps its own failure' 3 cf-run --record no/rec -- sh -c 'exit 3'

# ---- metrics

cat >rec7 <<'END'
{"run":"a","step":"train","start":"2024-01-05T02:00:00Z","end":"2024-01-05T02:00:02Z","duration_s":2,"status":0,"signal":null,"timed_out":0,"tries":2,"reason":null,"log":null,"command":"x"}
{"run":"a","step":"run","start":"2024-01-05T02:00:00Z","end":"2024-01-05T02:00:03Z","duration_s":3,"status":0,"signal":null,"timed_out":0,"tries":1,"reason":null,"log":null,"command":"x"}
{"run":"b","step":"train","start":"2024-01-06T02:00:00Z","end":"2024-01-06T02:00:01Z","duration_s":1.5,"status":3,"signal":null,"timed_out":0,"tries":1,"reason":null,"log":null,"command":"x"}
{"run":"b","step":"a\"b","start":"2024-01-06T02:00:00Z","end":"2024-01-06T02:00:01Z","duration_s":0.5,"status":1,"signal":null,"timed_out":0,"tries":1,"reason":null,"log":null,"command":"x"}
END
out='# HELP cashflow_pipeline_last_success_timestamp_seconds When it last went well.
# TYPE cashflow_pipeline_last_success_timestamp_seconds gauge
cashflow_pipeline_last_success_timestamp_seconds 1704420003
# HELP cashflow_pipeline_last_end_timestamp_seconds When it last ended, however.
# TYPE cashflow_pipeline_last_end_timestamp_seconds gauge
cashflow_pipeline_last_end_timestamp_seconds 1704420003
# HELP cashflow_pipeline_duration_seconds How long it took last.
# TYPE cashflow_pipeline_duration_seconds gauge
cashflow_pipeline_duration_seconds 3
# HELP cashflow_pipeline_status Its last exit status: 0 done, 1 the answer is no, else a failure.
# TYPE cashflow_pipeline_status gauge
cashflow_pipeline_status 0
# HELP cashflow_pipeline_tries How often it was tried, the last time.
# TYPE cashflow_pipeline_tries gauge
cashflow_pipeline_tries 1
# HELP cashflow_pipeline_step_last_success_timestamp_seconds When it last went well.
# TYPE cashflow_pipeline_step_last_success_timestamp_seconds gauge
cashflow_pipeline_step_last_success_timestamp_seconds{step="train"} 1704420002
# HELP cashflow_pipeline_step_last_end_timestamp_seconds When it last ended, however.
# TYPE cashflow_pipeline_step_last_end_timestamp_seconds gauge
cashflow_pipeline_step_last_end_timestamp_seconds{step="a\"b"} 1704506401
cashflow_pipeline_step_last_end_timestamp_seconds{step="train"} 1704506401
# HELP cashflow_pipeline_step_duration_seconds How long it took last.
# TYPE cashflow_pipeline_step_duration_seconds gauge
cashflow_pipeline_step_duration_seconds{step="a\"b"} 0.5
cashflow_pipeline_step_duration_seconds{step="train"} 1.5
# HELP cashflow_pipeline_step_status Its last exit status: 0 done, 1 the answer is no, else a failure.
# TYPE cashflow_pipeline_step_status gauge
cashflow_pipeline_step_status{step="a\"b"} 1
cashflow_pipeline_step_status{step="train"} 3
# HELP cashflow_pipeline_step_tries How often it was tried, the last time.
# TYPE cashflow_pipeline_step_tries gauge
cashflow_pipeline_step_tries{step="a\"b"} 1
cashflow_pipeline_step_tries{step="train"} 1'
check 'records as metrics' 0 cf-run --prom rec7
cp got.out rec7.prom
check 'records of several files, to a file' 0 sh -c 'head -n 2 rec7 >rec7a; tail -n 2 rec7 >rec7b; cf-run --prom -o made.prom rec7a rec7b'
check 'the same' 0 cmp rec7.prom made.prom
check 'no records, no metrics' 0 cf-run --prom /dev/null
if command -v promtool >/dev/null; then
	in_file=rec7.prom
	check 'Prometheus finds no fault' 0 promtool check metrics
else
	skip_one 'Prometheus finds no fault' 'no promtool'
fi

# ---- retries: a step that counts its tries in a file and ends as told

cat >flaky <<'END'
n=$(($(cat tries 2>/dev/null || echo 0) + 1))
echo $n >tries
echo "try $n"
[ $n -ge 3 ] || eval "$1"
END
# tries STATUS... how often a step is tried that first ends so
for status in 4 75; do
	rm -f tries
	out='try 1
try 2
try 3'
	check "status $status is tried again" 0 cf-run --retries 5 --retry-wait 0.01 -- sh flaky "exit $status"
done
rm -f tries
out='*'
check 'a signal is tried again' 0 cf-run --retries 5 --retry-wait 0.01 -- sh flaky 'kill -9 $$'
for status in 1 2 3 9; do
	rm -f tries
	out='try 1'
	check "status $status is not tried again" $status cf-run --retries 5 --retry-wait 0.01 -- sh flaky "exit $status"
done
rm -f tries
out='try 1
try 2'
check 'no more tries than told' 4 cf-run --retries 1 --retry-wait 0.01 -- sh flaky 'exit 4'

# ---- output and log

rm -f tries
check 'output of the last try only' 0 cf-run -o made --retries 5 --retry-wait 0.01 -- sh flaky 'exit 4'
out='try 3'
check 'output, the file' 0 cat made
check 'a failed step leaves the old output' 3 cf-run -o made -- sh -c 'echo new; exit 3'
out='try 3'
check 'the old output' 0 cat made
check 'the answer no is an answer' 1 cf-run -o made -- sh -c 'echo no; exit 1'
out='no'
check 'the answer' 0 cat made
check 'output to /dev/null' 0 cf-run -o /dev/null -- echo x
check 'which stays what it is' 0 test -c /dev/null
err='cf-run: no/made: No such file or directory'
check 'output to nowhere' 4 cf-run -o no/made -- echo x
[ ! -w /dev/full ] || {
	err='*'
	check 'output to a full device' 1 cf-run -o /dev/full -- sh -c 'echo x || exit 1'
}
check 'no temporary is left' 0 sh -c '! ls -A | grep "\.tmp$"'

rm -f tries
err='only this'
check 'what a failed step said is shown' 75 cf-run --run R --step S --log log2 --retries 1 --retry-wait 0.01 -- \
    sh -c 'echo "only this" >&2; exit 75'
out='==== TIME run R step S: sh -c '"'"'echo "only this" >&2; exit 75'"'"'
only this
==== TIME run R step S: try 1 of 2: status 75, N s
==== TIME run R step S: next try in N s
only this
==== TIME run R step S: try 2 of 2: status 75, N s'
check 'the log' 0 sed -e 's/==== 20[^ ]*/==== TIME/' -e 's/[0-9]*\.[0-9] s$/N s/' log2
check 'a step that is done is silent' 0 cf-run --log log2 -- sh -c 'echo warning >&2'
check 'stdout to the log' 0 cf-run --log log3 --log-stdout -- echo hello
out=1
check 'stdout in the log' 0 grep -cx hello log3
err='cf-run: no/log: No such file or directory'
check 'a log that cannot be written' 4 cf-run --log no/log -- true
out=20 err='*'
check 'the last 20 lines' 3 sh -c 'cf-run --log log4 -- sh -c "seq 1 1000 >&2; exit 3" 2>said; s=$?; wc -l <said | tr -d " "; exit $s'
out=981
check 'the first of them' 0 head -n 1 said

# ---- time limit, and nothing left

# gone SECONDS: no process sleeps that long, at the latest after two seconds
gone() {
	for i in 1 2 3 4 5 6 7 8 9 10; do
		cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' ' ' | grep -q "[s]leep $1 " || return 0
		sleep 0.2
	done
	return 1
}
err='cf-run: step sleep: over the time limit of 0.2 s'
check 'over the time limit' 4 cf-run --timeout 0.2 -- sleep 4217.1
err='*'
check 'deaf to SIGTERM, over the time limit' 4 cf-run --timeout 0.2 --grace 0.2 --record rec2 -- \
    sh -c 'trap "" TERM; sleep 4217.2; sleep 4217.2'
out='"status":4,"signal":9,"timed_out":1,"tries":1'
check 'its record' 0 grep -o '"status.*"tries":1' rec2
check 'in the background of a step' 0 cf-run -- sh -c 'sleep 4217.3 & exit 0'
check 'within time' 0 cf-run --timeout 100 -- true
[ ! -r /proc/self/cmdline ] || for n in 1 2 3; do
	check "nothing is left of step $n" 0 gone "4217.$n"
done

cf-run --record rec3 -- sh -c 'echo $$ >pid; sleep 4218.1 & sleep 4218.2' &
runner=$!
until [ -s pid ]; do sleep 0.05; done
kill -9 $runner
wait $runner 2>/dev/null
if [ -r /proc/self/cmdline ]; then
	check 'killed outright: the step is gone' 0 gone 4218.2
	check 'and what it had started' 0 gone 4218.1
fi

# ---- memory: a string that doubles

hog='BEGIN { s = "0123456789abcdef"; for (i = 0; i < 24; i++) s = s s; print length(s) }'
if [ -n "${CF_FLAVOUR:-}" ]; then
	skip_one 'the limit of memory' "$CF_FLAVOUR takes more"
else
	out=268435456
	check 'within the limit of memory' 0 cf-run --memory 4000 -- awk "$hog"
	out='*' err='*'
	check 'over the limit of memory' 1 sh -c 'cf-run --memory 128 -- awk "$1" && exit 0; exit 1' sh "$hog"
fi

# ---- signals

rm -f pid
cf-run --record rec4 --retries 3 --retry-wait 0.01 -- sh -c 'trap "echo stopped >note; exit 9" TERM; echo $$ >pid; sleep 4219 & wait' &
runner=$!
until [ -s pid ]; do sleep 0.05; done
kill $runner
wait $runner
check 'SIGTERM is handed on, and waited for' 0 test $? = 9
out=stopped
check 'the step could clean up' 0 cat note
out='"status":9,"signal":null,"timed_out":0,"tries":1'
check 'and there is one record' 0 grep -o '"status.*"tries":1' rec4

cf-run --record rec5 --log log5 --retries 3 --retry-wait 100 -- sh -c 'exit 75' &
runner=$!
until grep -q 'next try' log5 2>/dev/null; do sleep 0.05; done
kill -INT $runner 2>/dev/null
kill $runner
wait $runner
check 'a signal ends the wait for the next try' 0 test $? = 143
out='"status":143,"signal":15,"timed_out":0,"tries":1'
check 'its record too' 0 grep -o '"status.*"tries":1' rec5

# ---- locks

cf-run --lock lock -- sh -c 'echo x >held; until [ -e release ]; do sleep 0.05; done' &
until [ -s held ]; do sleep 0.05; done
err='cf-run: lock: locked by another process'
check 'locked' 75 cf-run --record rec6 --lock lock -- true
check 'no record of what did not run' 1 test -e rec6
(
	sleep 0.5
	: >release
) &
check 'locked, but not for long' 0 cf-run --lock lock --lock-wait 60 -- true
wait
check 'free again' 0 cf-run --lock lock -- true
err='cf-run: no/lock: No such file or directory'
check 'no lock to be had' 4 cf-run --lock no/lock -- true

# ---- configuration

printf 'TREES=300\nBARS="a b"\nTREE=1\n' >own.conf
out='CF_HOME=./cashflow
BARS='"'a b'"'
FEATURES=model
HORIZON=5
ADJUST=total
TREES=300
SEED=8
RETRAIN_DAYS=7
RETRAIN_PAUSE=5
DRIFT_WINDOW=60
DRIFT_ALPHA=0.05
MIN_ACCURACY=0.85
MAX_DROP=0.1
LEVEL=0.9
VAR_LIMIT=5
SIZING=proportional
STEP_TIMEOUT=3600
STEP_RETRIES=2
STEP_RETRY_WAIT=5
STEP_MEMORY=0
JOBS=0
ENGINE=none
SHARDS=8
KEEP_MODELS=10
KEEP_RUNS=400'
err='cf-run: own.conf: unknown key: TREE'
check 'all keys' 0 env SEED=8 cf-run --conf --config own.conf
out='300
a b'
check 'two keys, quietly' 0 cf-run -q --conf --config own.conf TREES BARS
check 'a key without a value' 1 cf-run --conf BARS
err='cf-run: unknown key: "API_TOKEN"; try "cf-run --help"'
check 'a secret is not told' 2 env API_TOKEN=hush cf-run --conf API_TOKEN
out='own.conf'
check 'which file' 0 env CF_CONF=own.conf cf-run -q --conf-file
[ -e /etc/cashflow/cashflow.conf ] || check 'no file' 1 cf-run --conf-file
printf 'FRED_API_KEY=hush\nAPI_TOKEN="t o"\nhttp_proxy=\nPATH=/nowhere\n' >secret.conf
out='hush'
err='cf-run: secret.conf: unknown key: PATH'
check 'keys and tokens for a step' 0 cf-run --env --config secret.conf -- sh -c 'echo "$FRED_API_KEY"'
out='mine t o'
check 'the environment goes first' 0 env FRED_API_KEY=mine cf-run -q --env --config secret.conf -- \
    sh -c 'echo "$FRED_API_KEY $API_TOKEN"'
out='none'
check 'not without being told' 0 cf-run --config secret.conf -- sh -c 'echo "${FRED_API_KEY:-none}"'
out='0'
err='cf-run: secret.conf: unknown key: PATH'
check 'and shown to nobody' 0 sh -c 'cf-run --conf --config secret.conf | grep -c hush; exit 0'
err='cf-run: unknown key: "FRED_API_KEY"; try "cf-run --help"'
check 'nor by name' 2 cf-run -q --conf --config secret.conf FRED_API_KEY
printf 'LEVEL=2\n' >bad.conf
err='cf-run: bad.conf:1: LEVEL: out of range: "2"'
check 'a wrong value' 2 cf-run --conf --config bad.conf
err='cf-run: nowhere: No such file or directory'
check 'a file that is not there' 4 cf-run --conf --config nowhere

finish

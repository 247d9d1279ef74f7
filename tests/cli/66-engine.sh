#!/bin/sh
# pipeline.sh --engine parallel: features, shards of trees and forecasts as jobs of GNU parallel, to the same bytes as
# without; jobs that are killed, jobs that fail, runs that are stopped, engines that are not there.
# shellcheck disable=SC2016 # flaws are scripts
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/engine.sh"
# shellcheck disable=SC2154 # of engine.sh
command -v parallel >/dev/null || skip 'GNU parallel is not installed'

engine_setup parallel

# ---- the same bytes

check 'check' 0 engine many check
check 'a run' 0 engine many run
check 'gives the same' 0 same many
out='fetch
features-jobs
features
latest-jobs
latest
train-jobs
train
promote
mlflow
predict-jobs
predict
prune
report
run'
check 'its steps' 0 sh -c 'CF_HOME=many pipeline.sh status 1 | sed "/^\$/,\$d" | awk "/  done / { print \$2 }"'
mkdir 'a b'
cp my.conf 'a b'
printf 'ENGINE=parallel\nENGINE_OPTIONS=--jobs 1 --delay 0.01\nSHARDS=7\nJOBS=2\n' >>'a b/my.conf'
# sanitizers take more than any limit
[ -n "${CF_FLAVOUR:-}" ] || echo STEP_MEMORY=4000 >>'a b/my.conf'
check 'more jobs than symbols or trees, by the configuration, in a folder with a blank' 0 env CF_HOME="a b/it's" pipeline.sh \
    --config 'a b/my.conf' run
check 'gives the same' 0 same "a b/it's"
check 'forecasts of past days' 0 env FETCH= CF_HOME=one pipeline.sh --config my.conf backfill 2023-06-14 2023-06-15
check 'forecasts of past days by an engine' 0 env FETCH= CF_HOME=many pipeline.sh --config my.conf --engine parallel \
    backfill 2023-06-14 2023-06-15
check 'are the same' 0 diff -r one/predictions many/predictions
rm one/predictions/market/2023-06-*

# ---- what goes wrong

# killed with its program in the middle, then held up; one try is the engine's, the next that of the step
worker_killed
out='on
on
later
status 75
on
status 0'
check 'the log tells' 0 sh -c 'sed -n "/^later/p; s/^==== [^ ]* job 2 of 3: \(on\|status [0-9]*\).*/\1/p" killed/log/*.train-jobs.log'
check 'jobs get a PATH' 0 grep -q '^PATH=' flaw/env

bad_data

flaw 'if [ $call -le 4 ]; then kill -9 $$; fi'
err='*'
check 'a job that is killed each time' 4 flawed lost run
cp got.err told
out='pipeline.sh: jobs of 3 that did not end: 2'
check 'is named' 0 grep 'did not end' told
out=4
check 'after as many tries of the step, with as many of the job' 0 calls 2
check 'go on with the run' 0 flawed lost --resume run
check 'gives the same' 0 same lost
out='5 1'
check 'nothing but the missing job was done again' 0 sh -c 'echo $(grep -cx 2 flaw/calls) $(grep -cx 3 flaw/calls)'

sed 's/SIMTECH/SIMBANK/' one/raw/bars/SIMTECH.csv >twice.csv
err='*'
check 'a symbol in two files' 3 env FETCH= BARS="one/raw/bars/SIMBANK.csv twice.csv" CF_HOME=twice pipeline.sh --config my.conf \
    --engine parallel run
cp got.err told
out='pipeline.sh: symbol in two files of bars: "SIMBANK"'
check 'is told' 0 grep '^pipeline.sh: symbol' told
cut -d, -f 1-7 one/raw/bars/SIMTECH.csv | sed 's/$/,x/; 1s/x$/note/' >note.csv
err='*'
check 'bars with other columns' 3 env FETCH= BARS="one/raw/bars/SIMBANK.csv note.csv" CF_HOME=twice pipeline.sh --config my.conf \
    --engine parallel run
cp got.err told
out=1
check 'are told' 0 grep -c 'not all files of bars have the same columns' told

rm -rf bad lost killed twice

# ---- stopped and killed

run_ended TERM
check 'SIGTERM ends the run' 0 test $status = 143
check 'and its jobs' 0 until_true sh -c '! kill -0 "$(cat flaw/pid)"'
run_ended KILL
# a job that has begun goes on until it ends, but nobody waits for it
cf-run --lock stop/state/step.lock --lock-wait 60 sleep 1
kill -9 "$(cat flaw/pid)"
check 'a run after one that was killed' 0 engine stop run
check 'gives the same' 0 same stop
rm -rf stop

# ---- no engine

mkdir tools
ln -s /bin/* /usr/bin/* tools/ 2>/dev/null
rm -f tools/parallel tools/sbatch
err='pipeline.sh: ENGINE is parallel, but there is no parallel in PATH; install it (in Debian, parallel), or set ENGINE=none'
check 'no parallel' 2 env PATH="$CF_B:$PWD/bin:$PWD/tools" CF_HOME=none pipeline.sh --config my.conf --engine parallel check
err='pipeline.sh: ENGINE is slurm, but there is no sbatch in PATH; install it (in Debian, slurm-client), or set ENGINE=none'
check 'no sbatch' 2 env PATH="$CF_B:$PWD/bin:$PWD/tools" CF_HOME=none pipeline.sh --config my.conf --engine slurm run
printf '#!/bin/sh\necho "parallel from moreutils"\n' >tools/parallel
chmod +x tools/parallel
err='pipeline.sh: ENGINE is parallel, but parallel in PATH is not that of GNU; install it (in Debian, parallel)'
check 'another parallel' 2 env PATH="$CF_B:$PWD/bin:$PWD/tools" CF_HOME=none pipeline.sh --config my.conf --engine parallel check
err='cf-run: environment: ENGINE: not a known choice: "spark"'
check 'an unknown engine' 2 env CF_HOME=none pipeline.sh --config my.conf --engine spark run
err='pipeline.sh: option --engine: given twice; try "pipeline.sh --help"'
check 'two engines' 2 pipeline.sh --engine slurm --engine parallel run
rm -rf tools

finish

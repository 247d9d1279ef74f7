# Helpers for the scenarios of engines that spread steps over machines; to be read behind lib.sh.
# shellcheck shell=sh disable=SC2034
#
# engine_setup ENGINE	pipeline.sh as installed, files to work on, my.conf, and in `one` the state of a run without an engine
# engine HOME COMMAND...	of pipeline.sh with the engine; flawed HOME COMMAND... with the cf-train of the flaw too
# same FOLDER		has that state folder the same bytes?
# until_true COMMAND...	wait for it, up to 20 s
# calls SHARD		how often cf-train was asked for that shard
# flaw TEXT		cf-train in ./flaw does TEXT first when it is asked for shard 2 of 3; $call tells how often it was, $train is
#			the program itself
# worker_killed		a run in which a worker is killed and another one puts its job off, with what must come of it
# bad_data		a run with a job whose data are bad, likewise
# run_ended SIGNAL	end a run in `stop` by the signal while a job of it sleeps, whose number is in flaw/pid; sets status

engine_setup() {
	engine=$1
	mkdir -p bin share/cashflow flaw
	cp "$CF_TOP/pipeline.sh" bin/
	cp -r "$CF_TOP/data/pipeline" share/cashflow/
	PATH=$PWD/bin:$PATH
	train=$(command -v cf-train)
	awk -F, 'NR == 1 || $1 < "SIMG" && $2 >= "2022-01-01" || $1 == "SIMTECH" && $2 >= "2022-06-01"' "$CF_TOP/data/sample/bars.csv" >bars.csv
	cp "$CF_TOP/data/sample/series.csv" .
	cat >my.conf <<-'END'
	FETCH=csv bars.csv series.csv
	FEATURES=stock_price,volatility,rsi,vix,garman_klass_10
	TREES=5
	SHARDS=3
	STEP_RETRIES=1
	STEP_RETRY_WAIT=0
	END
	check 'a run on one machine' 0 env CF_HOME=one pipeline.sh --config my.conf run
}

engine() {
	home=$1
	shift
	CF_HOME=$home pipeline.sh --config my.conf --engine "$engine" "$@"
}

flawed() {
	PATH=$PWD/flaw:$PATH engine "$@"
}

same() {
	for f in features/market.csv features/latest.csv models/market/current/model.cfm state/walk-forward.csv; do
		cmp "one/$f" "$1/$f" || return
	done
	diff -r one/predictions "$1/predictions" || return
	[ ! -e "$1/state/jobs" ] || {
		echo 'jobs are left'
		return 1
	}
}

flaw() {
	rm -f flaw/calls flaw/pid
	cat >flaw/cf-train <<-END
	#!/bin/sh
	flaw=$PWD/flaw
	train=$train
	shard=\$(echo "\$*" | sed -n 's|.*--shard \\([0-9]*\\)/.*|\\1|p')
	echo "\$shard" >>"\$flaw/calls"
	if [ "\$shard" = 2 ]; then
		call=\$(grep -cx 2 "\$flaw/calls")
		$1
	fi
	exec "\$train" "\$@"
	END
	chmod +x flaw/cf-train
}

calls() {
	grep -cx "$1" flaw/calls
}

until_true() {
	tries=0
	until "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] || return 1
		sleep 0.1
	done
}

# killed with its program in the middle, then held up
worker_killed() {
	# shellcheck disable=SC2016 # a script
	flaw 'env >"$flaw/env"
	case $call in
	1)	"$train" "$@" & sleep 0.05; kill -9 $! $PPID $$ ;;
	2)	echo later >&2; exit 75 ;;
	esac'
	check 'a worker killed in the middle, then one that wants to be tried later' 0 env FRED_API_KEY=hush \
	    API_TOKEN_FILE=hush https_proxy=u:hush@x CF_HOME=killed PATH="$PWD/flaw:$PATH" \
	    pipeline.sh --config my.conf --engine "$engine" run
	check 'gives the same' 0 same killed
	out=3
	check 'its shard was tried again' 0 calls 2
	out=1
	check 'no other one was' 0 calls 3
	check 'jobs get no secrets' 1 grep hush flaw/env
}

bad_data() {
	flaw 'echo bad data >&2; exit 3'
	err='*'
	check 'a job with bad data' 3 flawed bad run
	cp got.err told
	out='bad data
==== TIME job 2 of 3: status 3
pipeline.sh: job 2 of 3 ended with status 3
pipeline.sh: step train-jobs ended with status 3; log: LOG'
	check 'is named, with what it said' 0 sh -c "tail -n 4 told | sed 's/log: .*/log: LOG/; s/^\(====\) [^ ]*/\1 TIME/'"
	out=1
	check 'and is not tried again' 0 calls 2
}

run_ended() {
	# shellcheck disable=SC2016 # a script
	flaw 'echo $$ >"$flaw/pid"; exec sleep 4223'
	CF_HOME=stop PATH=$PWD/flaw:$PATH pipeline.sh --config my.conf --engine "$engine" run 2>/dev/null &
	runner=$!
	until [ -s flaw/pid ]; do sleep 0.05; done
	kill -s "$1" $runner
	wait $runner 2>/dev/null
	status=$?
}

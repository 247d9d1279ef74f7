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

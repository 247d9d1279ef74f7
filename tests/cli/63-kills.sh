#!/bin/sh
# pipeline.sh killed with its whole process group at any moment of a run that fetches, trains, promotes and forecasts: the
# next run succeeds, no file is half, no record is lost, the registry and its current model are good at any time.
# CF_ROUNDS moments (tests/long does 200).
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/home.sh"

rounds=${CF_ROUNDS:-10}
[ -z "${CF_WRAP:-}${CF_FLAVOUR:-}" ] || rounds=3

home_setup home

# now: seconds
now() {
	date +%s.%N
}

# moment SECONDS ROUND: a moment within that time, the same in each run of the test but for the time itself
moment() {
	awk -v most="$1" -v round="$2" 'BEGIN { srand(round * 7919); for (i = 0; i < 3; i++) x = rand(); printf "%.3f\n", most * x }'
}

# killed SECONDS COMMAND...: timeout runs it in a process group of its own, and kills all of that after so long
killed() {
	nap=$1
	shift
	{ timeout -s KILL "$nap" "$@" >/dev/null 2>&1; } 2>/dev/null
	return 0
}

# round NUMBER COMMAND: kill it at a moment, then let it end
round() {
	killed "$(moment "$took" "$1")" pipeline.sh --config my.conf "$2"
	good || { echo "round $1: not good after the kill"; return 1; }
	pipeline.sh --config my.conf -q "$2" || { echo "round $1: the next run failed"; return 1; }
	good || { echo "round $1: not good after the next run"; return 1; }
	[ -z "$(find home -name '.*.tmp')" ] || { echo "round $1: temporaries are left"; find home -name '.*.tmp'; return 1; }
	tail -n 1 "$(find home/runs -name '*.ndjson' | sort | tail -n 1)" | grep -q "\"step\":\"$2\".*\"status\":0," || {
		echo "round $1: the run has no record"
		return 1
	}
	cmp home/predictions/market/2023-12-29.ndjson forecasts
}

# the time that a run takes that does all
check 'a run' 0 pipeline.sh --config my.conf run
cp home/predictions/market/2023-12-29.ndjson forecasts
start=$(now)
check 'and one with a model there' 0 pipeline.sh --config my.conf retrain
took=$(echo "$start $(now)" | awk '{ print $2 - $1 }')
check 'all is good' 0 good

i=0
while [ "$i" -lt "$rounds" ] && [ "$cf_failed" = 0 ]; do
	i=$((i + 1))
	command=run
	[ $((i % 2)) = 0 ] || command=retrain
	check "kill $i, $command" 0 round "$i" "$command"
done

# the first run of all
first() {
	rm -rf home before
	round "$1" run
}
i=0
while [ "$i" -lt $((rounds / 5)) ] && [ "$cf_failed" = 0 ]; do
	i=$((i + 1))
	check "kill $i of a first run" 0 first "$i"
done

# a first run killed between training and promotion, which no moment above may have met
between() {
	rm -rf home before
	pipeline.sh --config my.conf -q run &&
	    rm -r home/models/market/current home/models/market/promotions.ndjson home/predictions/market &&
	    pipeline.sh --config my.conf -q run && good && cmp home/predictions/market/2023-12-29.ndjson forecasts
}
check 'a model that was trained and not promoted' 0 between

finish

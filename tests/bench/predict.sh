#!/bin/sh
# Prediction beside scikit-learn, ranger and xgboost: rows per second inside the process on one thread and on two, for
# the mean and for three quantiles; single rows; whole processes with CSV in and out; from exec to the first forecast.
#
# Rows of 12 columns.  Our model has 200 trees of 200,000 rows, leaves of 5; the peers' have 50,000 rows
# (BENCH_PEER_ROWS), which is in their favour, because their fits take minutes.
#
# Processors are shared with others who come and go, so each peer takes turns with us on the same rows (BENCH_PAIR_ROWS,
# 100,000), and the best of BENCH_ROUNDS (3) counts for both; ratios are those of seconds of the processor, user and
# system, which waiting for a processor does not lengthen.  Whole processes have one million rows.
#
# BENCH_SCALE, BENCH_LIMIT, BENCH_THREADS: see lib.sh.
set -u
# shellcheck source=tests/bench/lib.sh
. "$CF_TOP/tests/bench/lib.sh"

rounds=${BENCH_ROUNDS:-3}

# starts N: N runs from exec to the end of a forecast of one row: median, best, and least of the processor, milliseconds
starts() {
	i=0
	while [ $i -lt "$1" ]; do
		measured start 60 cf-predict -q -m "$work/model.cfm" -o "$work/one.out" "$work/one.csv" || return
		echo "$(value start wall_s) $(value start cpu_s)"
		i=$((i + 1))
	done | sort -g | awk '{ v[NR] = $1; if (c == "" || $2 < c) c = $2 }
	    END { printf "%.1f ms, median of %d; best %.1f, of the processor %.1f", 1000 * v[int((NR + 1) / 2)], NR, 1000 * v[1], 1000 * c }'
}

# answered NAME KEY TIMES PID: wait for the TIMES-th line KEY of a peer
answered() {
	while [ "$(grep -c "^$2 " "$work/$1" 2>/dev/null)" -lt "$3" ] 2>/dev/null; do
		kill -0 "$4" 2>/dev/null || return 1
		sleep 0.3
	done
}

# ours NAME: a round of ours, added to the file NAME
ours() {
	bench_model predict "$work/model.cfm" "$work/pairs.csv" >>"$work/$1"
	bench_model single "$work/model.cfm" "$work/pairs.csv" >>"$work/$1"
}

# gain WHAT: twice the work of one processor, as far as two threads do not cost more of it than one
gain() {
	awk -v a="$(best ours "$1_rows_per_cpu_s_2")" -v b="$(best ours "$1_rows_per_cpu_s_1")" 'BEGIN { printf "%.2f", 2 * a / b }'
}

# against PEER: fit it, then take turns
against() {
	mkfifo "$work/ask.$1"
	: >"$work/$1"
	peer "$1" "$1" predict "$work/peer.csv" "$work/pairs.csv" "$trees" "$threads" <"$work/ask.$1" &
	other=$!
	exec 3>"$work/ask.$1"
	round=0
	while answered "$1" ready 1 $other && [ $round -lt "$rounds" ]; do
		ours "ours.$1"
		round=$((round + 1))
		echo >&3
		answered "$1" single_us $round $other || break
	done
	exec 3>&-
	wait $other && [ $round = "$rounds" ]
}

n=$(rows 1000000)
bench_model make "$(rows 200000)" 1 >"$work/train.csv"
bench_model make "$(rows "${BENCH_PEER_ROWS:-50000}")" 1 >"$work/peer.csv"
bench_model make "$n" 3 >"$work/rows.csv"
bench_model make "$(rows "${BENCH_PAIR_ROWS:-100000}")" 4 >"$work/pairs.csv"
head -n 2 "$work/rows.csv" >"$work/one.csv"
train whole "$work/model.cfm" "$work/train.csv" || exit 1
file=$(wc -c <"$work/model.cfm" | awk '{ printf "%.1f", $1 / 1048576 }')
echo "our model of $(rows 200000) rows, $file MiB; peers' of $(rows "${BENCH_PEER_ROWS:-50000}"); $(load)"

echo
echo "inside the process, $(rows "${BENCH_PAIR_ROWS:-100000}") rows, best of $rounds rounds: rows per second of the clock and of one"
echo 'processor; microseconds for a single row, median; x is ours, mean or three quantiles, in the same rounds / theirs,'
echo 'by the processor'
line='%-16s %10s %10s %10s %8s %6s %6s\n'
# shellcheck disable=SC2059 # one format for all lines
table_row() {
	printf "$line" "$@"
}
table_row program '1 thread' "$threads threads" 'processor' 'single' 'x mean' 'x 3 q'
for p in sklearn ranger xgboost; do
	against $p || continue
	cpu=$(best $p rows_per_cpu_s_1)
	table_row "$p $(value $p version)" "$(best $p rows_per_s_1)" "$(best $p "rows_per_s_$threads")" "$cpu" \
	    "$(least $p single_us)" "$(ratio "$(best ours.$p mean_rows_per_cpu_s_1)" "$cpu")" \
	    "$(ratio "$(best ours.$p quantiles_rows_per_cpu_s_1)" "$cpu")"
	cat "$work/ours.$p" >>"$work/ours"
done
[ -s "$work/ours" ] || ours ours
for what in mean quantiles; do
	table_row "ours, $what" "$(best ours ${what}_rows_per_s_1)" "$(best ours ${what}_rows_per_s_2)" \
	    "$(best ours ${what}_rows_per_cpu_s_1)" "$(least ours single_${what}_us)" '' ''
done
echo "two threads / one: by the clock mean $(ratio "$(best ours mean_rows_per_s_2)" "$(best ours mean_rows_per_s_1)")," \
    "quantiles $(ratio "$(best ours quantiles_rows_per_s_2)" "$(best ours quantiles_rows_per_s_1)"); where both have a" \
    "processor of their own: mean $(gain mean), quantiles $(gain quantiles)"

echo
echo "whole process, CSV to CSV with prediction and interval; $(load)"
jobs=1
! cf-predict --help | grep -q -e --jobs || jobs="1 $threads"
for j in $jobs; do
	set -- cf-predict -q -m "$work/model.cfm" -o "$work/forecasts.csv"
	[ "$jobs" = 1 ] || set -- "$@" -j "$j"
	measured whole "$limit" "$@" "$work/rows.csv" || exit 1
	echo "$j thread: $(value whole wall_s) s, $(awk -v n="$n" -v s="$(value whole wall_s)" 'BEGIN { printf "%.0f", n / s }')" \
	    "rows/s, cpu $(value whole cpu_s) s, peak $(value whole peak_mib) MiB, of it at most $file the mapped model"
done
echo "from exec to the end of one forecast: $(starts 21)"

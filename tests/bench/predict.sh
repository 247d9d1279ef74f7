#!/bin/sh
# Prediction beside scikit-learn, ranger and xgboost: rows per second inside the process on one thread and on two, for
# the mean and for three quantiles; single rows; whole processes with CSV in and out; from exec to the first forecast.
#
# One million rows of 12 columns.  Our model has 200 trees of 200,000 rows, leaves of 5; the peers' have 50,000 rows
# (BENCH_PEER_ROWS), which is in their favour, because their fits take minutes.
#
# BENCH_SCALE, BENCH_LIMIT, BENCH_THREADS: see lib.sh.
set -u
# shellcheck source=tests/bench/lib.sh
. "$CF_TOP/tests/bench/lib.sh"

# starts N: median milliseconds of N runs from exec to the end of a forecast of one row
starts() {
	i=0
	while [ $i -lt "$1" ]; do
		measured start 60 cf-predict -q -m "$work/model.cfm" -o "$work/one.out" "$work/one.csv" || return
		value start wall_s
		i=$((i + 1))
	done | sort -g | awk '{ v[NR] = $1 } END { printf "%.1f", 1000 * v[int((NR + 1) / 2)] }'
}

n=$(rows 1000000)
bench_model make "$(rows 200000)" 1 >"$work/train.csv"
bench_model make "$(rows "${BENCH_PEER_ROWS:-50000}")" 1 >"$work/peer.csv"
bench_model make "$n" 3 >"$work/rows.csv"
head -n 2 "$work/rows.csv" >"$work/one.csv"
train whole "$work/model.cfm" "$work/train.csv" || exit 1
file=$(wc -c <"$work/model.cfm" | awk '{ printf "%.1f", $1 / 1048576 }')
echo "$n rows; our model of $(rows 200000) rows, $file MiB; peers' of $(rows "${BENCH_PEER_ROWS:-50000}"); $(load)"

measured ours "$limit" bench_model predict "$work/model.cfm" "$work/rows.csv" || exit 1
measured single 60 bench_model single "$work/model.cfm" "$work/rows.csv" || exit 1
echo
echo 'inside the process, rows per second; per second of one processor; microseconds for a single row; x is ours (mean,'
echo 'one thread) / theirs, by the clock and by the processor'
line='%-16s %10s %10s %10s %8s %6s %6s\n'
# shellcheck disable=SC2059 # one format for all lines
table_row() {
	printf "$line" "$@"
}
table_row program '1 thread' "$threads threads" 'processor' 'single' x cpu_x
for what in mean quantiles; do
	table_row "ours, $what" "$(value ours ${what}_rows_per_s_1)" "$(value ours ${what}_rows_per_s_2)" \
	    "$(value ours ${what}_rows_per_cpu_s_1)" "$(value single single_${what}_us)" '' ''
done
mean=$(value ours mean_rows_per_s_1)
mean_cpu=$(value ours mean_rows_per_cpu_s_1)
for p in sklearn ranger xgboost; do
	peer $p $p predict "$work/peer.csv" "$work/rows.csv" "$trees" "$threads" || continue
	table_row "$p $(value $p version)" "$(value $p rows_per_s_1)" "$(value $p "rows_per_s_$threads")" \
	    "$(value $p rows_per_cpu_s_1)" "$(value $p single_us)" "$(ratio "$mean" "$(value $p rows_per_s_1)")" \
	    "$(ratio "$mean_cpu" "$(value $p rows_per_cpu_s_1)")"
	[ $p != sklearn ] || echo "our quantiles / sklearn's mean, one thread:" \
	    "$(ratio "$(value ours quantiles_rows_per_s_1)" "$(value $p rows_per_s_1)")," \
	    "by the processor $(ratio "$(value ours quantiles_rows_per_cpu_s_1)" "$(value $p rows_per_cpu_s_1)")"
done
echo "two threads / one: mean $(ratio "$(value ours mean_rows_per_s_2)" "$(value ours mean_rows_per_s_1)")," \
    "quantiles $(ratio "$(value ours quantiles_rows_per_s_2)" "$(value ours quantiles_rows_per_s_1)")"

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
echo "from exec to the end of one forecast: $(starts 21) ms (median of 21)"

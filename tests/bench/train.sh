#!/bin/sh
# Training beside scikit-learn, ranger and xgboost in random-forest mode, whole processes in one run: seconds, memory,
# error on rows not trained on; a quantile forest beside ranger's; how time and memory grow with the rows.
#
# All have the same table (tests/bench/bench_model.c), 200 trees, 4 of 12 columns per node, two threads.  scikit-learn and
# xgboost bound the leaf (5 rows); this ranger bounds the node that is split (more than 10), which grows larger
# trees; so ours is shown both ways, and its error beside that of the peers that mean the same.
#
# "fit" is the fit alone, with each program's own preparation of the columns; "whole" is the process: reading CSV,
# fitting, for the peers predicting 20,000 rows, for cf-train validation out of bag and the synced model file.
#
# Where other work shares the processors, compare the processor seconds ("cpu"), not those of the clock.
#
# BENCH_SCALE, BENCH_LIMIT, BENCH_THREADS: see lib.sh.
set -u
# shellcheck source=tests/bench/lib.sh
. "$CF_TOP/tests/bench/lib.sh"

# table_row NAME: one line of the comparison; ours with bounded leaves stands in $work/ours
table_row() {
	[ -s "$work/$1" ] || return
	printf '%-15s %8s %8s %8s %8s %9s %8s | %6s %6s %6s %6s %6s\n' "$1 $(value "$1" version)" \
	    "$(value "$1" fit_s)" "$(value "$1" fit_cpu_s)" "$(value "$1" wall_s)" "$(value "$1" cpu_s)" \
	    "$(value "$1" peak_mib)" "$(value "$1" rmse)" "$(than_ours "$1" fit_s)" "$(than_ours "$1" fit_cpu_s)" \
	    "$(than_ours "$1" wall_s)" "$(than_ours "$1" cpu_s)" "$(than_ours "$1" peak_mib)"
}

# than_ours NAME KEY: how many times ours
than_ours() {
	ratio "$(value "$1" "$2")" "$(value ours "$2")"
}

# errors FORECASTS TEST: RMSE and pinball loss of forecasts with the three quantiles
errors() {
	paste -d , "$1" "$2" | awk -F , '
		NR == 1 {
			for (i = 1; i <= NF; i++)
				at[$i] = i
			next
		}
		function pinball(p, q, y) { return y > q ? p * (y - q) : (1 - p) * (q - y) }
		{
			y = $at["y"]
			squares += ($at["prediction"] - y) ^ 2
			loss += pinball(0.05, $at["q0.05"], y) + pinball(0.5, $at["q0.5"], y) + pinball(0.95, $at["q0.95"], y)
		}
		END { printf "rmse %.5f\npinball %.5f\n", sqrt(squares / (NR - 1)), loss / 3 / (NR - 1) }'
}

# ours TRAIN TEST BOUND NAME: into $work/NAME
ours() {
	train whole "$work/model.cfm" "$1" "$3" || return 1
	measured fit "$limit" bench_model fit "$1" "$trees" "$threads" "$3" || return 1
	measured forecast "$limit" cf-predict -q -m "$work/model.cfm" --quantiles 0.05,0.5,0.95 -o "$work/forecasts.csv" \
	    "$2" || return 1
	{
		echo "version $(cf-train --version | awk '{ print $3 }')"
		grep -E '^(fit_s|fit_cpu_s|read_s|forest_mb) ' "$work/fit"
		grep -E '^(wall_s|cpu_s|peak_mib) ' "$work/whole"
		echo "predict_s $(value forecast wall_s)"
		echo "$(value whole cpu_s) $(value forecast cpu_s)" | awk '{ print "quantile_cpu_s", $1 + $2 }'
		errors "$work/forecasts.csv" "$2"
		echo "file_mb $(wc -c <"$work/model.cfm" | awk '{ printf "%.1f", $1 / 1e6 }')"
	} >"$work/$4"
}

# against NAME PEER...: the error of ours against the best of the peers
against() {
	name=$1
	shift
	best=$(for p; do value "$p" rmse; done | grep -v -e - | sort -g | head -n 1)
	[ -z "$best" ] || echo "$(value "$name" rmse) $best" |
	    awk -v n="$name" -v p="$*" '{ printf "rmse of %s / best of %s %.4f\n", n, p, $1 / $2 }'
}

compare() {
	n=$(rows "$1")
	echo
	echo "$n rows, $trees trees, $threads threads; ratios are to ours; $(load)"
	bench_model make "$n" 1 >"$work/train.csv"
	bench_model make 20000 2 >"$work/test.csv"
	ours "$work/train.csv" "$work/test.csv" leaf ours || return
	ours "$work/train.csv" "$work/test.csv" node ours-node || return
	for p in sklearn ranger xgboost; do
		rm -f "$work/$p"
		peer $p $p train "$work/train.csv" "$work/test.csv" "$trees" "$threads" || rm -f "$work/$p"
	done
	printf '%-15s %8s %8s %8s %8s %9s %8s | %6s %6s %6s %6s %6s\n' program fit_s cpu whole_s cpu peak_mib rmse \
	    fit_x cpu_x whole_x cpu_x mem_x
	for p in ours ours-node sklearn ranger xgboost; do
		table_row $p
	done
	echo "of ours: reading $(value ours read_s) s, forest $(value ours forest_mb) MB, model file $(value ours file_mb) MB"
	against ours sklearn xgboost
	against ours-node sklearn ranger xgboost
}

quantiles() {
	n=$(rows 50000)
	echo
	echo "quantile forest, $n rows, 20000 forecast at 5, 50, 95 %; $(load)"
	bench_model make "$n" 1 >"$work/train.csv"
	bench_model make 20000 2 >"$work/test.csv"
	ours "$work/train.csv" "$work/test.csv" leaf ours || return
	printf '%-10s %9s %9s %9s %9s %9s\n' program fit_s predict_s 'cpu' peak_mib pinball
	printf '%-10s %9s %9s %9s %9s %9s\n' ours "$(value ours fit_s)" "$(value ours predict_s)" \
	    "$(value ours quantile_cpu_s)" "$(value ours peak_mib)" "$(value ours pinball)"
	peer ranger ranger quantiles "$work/train.csv" "$work/test.csv" "$trees" "$threads" || return
	printf '%-10s %9s %9s %9s %9s %9s\n' ranger "$(value ranger fit_s)" "$(value ranger predict_s)" \
	    "$(value ranger cpu_s)" "$(value ranger peak_mib)" "$(value ranger pinball)"
	echo "ranger / ours: $(echo "$(value ranger fit_s) $(value ranger predict_s) $(value ours fit_s) \
	    $(value ours predict_s)" | awk '{ printf "fit + predict %.3g", ($1 + $2) / ($3 + $4) }')," \
	    "cpu $(ratio "$(value ranger cpu_s)" "$(value ours quantile_cpu_s)")," \
	    "pinball $(ratio "$(value ranger pinball)" "$(value ours pinball)")"
}

# Against n log2 n from the first size; at most 1 is no worse.
growth() {
	echo
	echo "growth of ours with the rows; $(load)"
	printf '%9s %9s %9s %9s %9s %9s %14s\n' rows fit_s fit_cpu whole_s peak_mib file_mb 'cpu / n log n'
	first=
	for n in 50000 100000 200000 500000 1000000 2000000; do
		n=$(rows $n)
		bench_model make "$n" 1 >"$work/train.csv"
		measured fit "$limit" bench_model fit "$work/train.csv" "$trees" "$threads" || return
		train whole "$work/model.cfm" "$work/train.csv" || return
		unit=$(awk -v n="$n" -v s="$(value fit fit_cpu_s)" 'BEGIN { print s / (n * log(n)) }')
		first=${first:-$unit}
		printf '%9d %9s %9s %9s %9s %9s %14s\n' "$n" "$(value fit fit_s)" "$(value fit fit_cpu_s)" \
		    "$(value whole wall_s)" "$(value whole peak_mib)" "$(wc -c <"$work/model.cfm" | awk '{ printf "%.1f", $1 / 1e6 }')" \
		    "$(ratio "$unit" "$first")"
		rm -f "$work/model.cfm"
	done
}

compare 50000
compare 200000
quantiles
growth

# Helpers for train.sh and predict.sh; to be read with:  . "$CF_TOP/tests/bench/lib.sh"
# shellcheck shell=sh
#
# BENCH_SCALE	multiplies the numbers of rows (1); 0.1 is a quick look
# BENCH_LIMIT	seconds that a peer may take for one run (900)
# BENCH_THREADS	threads of all (2)
#
# A run leaves "name value" lines in the file $work/NAME: what the program printed, and wall_s, cpu_s, peak_mib of the
# process.  A peer that is not installed, or takes too long, is told and left out.

scale=${BENCH_SCALE:-1}
limit=${BENCH_LIMIT:-900}
threads=${BENCH_THREADS:-2}
trees=200
peers=$CF_TOP/tests/bench
work=$(mktemp -d) || exit 4
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

# rows N: N times the scale
rows() {
	awk -v n="$1" -v s="$scale" 'BEGIN { n *= s; printf "%d", n < 1000 ? 1000 : n }'
}

# value NAME KEY: of a run; - where there is none
value() {
	awk -v k="$2" '$1 == k { v = $2 } END { print v == "" ? "-" : v }' "$work/$1" 2>/dev/null || echo -
}

# best NAME KEY: the highest of several rounds, least NAME KEY: the lowest; - where there is none
best() {
	awk -v k="$2" '$1 == k && $2 + 0 > v { v = $2 } END { print v == "" ? "-" : v }' "$work/$1" 2>/dev/null || echo -
}
least() {
	awk -v k="$2" '$1 == k && $2 != "NA" && (v == "" || $2 + 0 < v) { v = $2 } END { print v == "" ? "-" : v }' \
	    "$work/$1" 2>/dev/null || echo -
}

# ratio A B: A / B
ratio() {
	awk -v a="$1" -v b="$2" 'BEGIN { if (a + 0 > 0 && b + 0 > 0) printf "%.3g", a / b; else printf "-" }'
}

# measured NAME LIMIT COMMAND...: run it, its lines and its measures into $work/NAME
measured() {
	name=$1
	at_most=$2
	shift 2
	: >"$work/$name"
	BENCH_RUN="$work/$name.run" bench_model run "$at_most" "$@" >"$work/$name" 2>"$work/$name.err" || {
		echo "$name: failed or over $at_most s: $(tail -n 1 "$work/$name.err" | cut -c 1-100)"
		rm -f "$work/$name.run"
		return 1
	}
	cat "$work/$name.run" >>"$work/$name"
	rm -f "$work/$name.run"
}

# python MODULE: the first Python that has it
python() {
	for candidate in python3 /usr/bin/python3; do
		"$candidate" -c "import $1, pandas" </dev/null >/dev/null 2>&1 && echo "$candidate" && return
	done
	return 1
}

# peer NAME PEER VERB ARGUMENTS...: run a peer's script
peer() {
	run=$1
	which=$2
	shift 2
	case $which in
	sklearn|xgboost)
		interpreter=$(python "$which") || {
			echo "$which: not installed"
			return 1
		}
		measured "$run" "$limit" "$interpreter" "$peers/peer_$which.py" "$@" ;;
	ranger)
		Rscript -e 'library(ranger)' </dev/null >/dev/null 2>&1 || {
			echo "ranger: not installed"
			return 1
		}
		measured "$run" "$limit" Rscript "$peers/peer_ranger.R" "$@" ;;
	esac
}

# train NAME MODEL TABLE [BOUND]: cf-train as the peers are set; BOUND as `bounds` has it
train() {
	# shellcheck disable=SC2046 # options
	measured "$1" "$limit" cf-train -q --target y --trees "$trees" --mtry 4 $(bounds "${4:-leaf}") -j "$threads" \
	    -o "$2" "$3"
}

# bounds leaf|node: leaves of 5 rows, or as ranger does nodes of more than 10 that are split
bounds() {
	case $1 in
	leaf)	echo --min-leaf 5 ;;
	node)	echo --min-leaf 1 --min-node 11 ;;
	esac
}

# load: what else the machine is doing, for the reader of noisy figures
load() {
	echo "load $(cut -d ' ' -f 1-3 /proc/loadavg 2>/dev/null || uptime)"
}

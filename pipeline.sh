#!/bin/sh
# pipeline.sh: the main job, from prices to forecasts, as steps that hand over by files in the state folder.
# `pipeline.sh help` and pipeline.sh(1) tell how to use it, cashflow.conf(5) how to set it up, cashflow(7) what lies where.
#
# Each step is one program under cf-run, which keeps its log and record, limits its time and tries it again where that
# can help; so this script only says what comes after what.  It is scheduled by cron or a timer and keeps no state of
# its own.  To add a step, write it as a function below and name it in steps().
set -u

me=pipeline.sh
verbose=''
quiet=''
config=''
reason=''
locked=''

# say TEXT...: what is done, for those who watch
say() {
	[ -z "$verbose" ] || echo "$me: $*" >&2
}

# die STATUS TEXT...
die() {
	code=$1
	shift
	echo "$me: $*" >&2
	exit "$code"
}

usage() {
	cat <<-'END'
	usage: pipeline.sh [options] COMMAND

	Make forecasts from the prices of the configuration, step by step.

	Commands:
	  run                       features, train, promote, predict; one run at a time
	  status [N]                the steps of the last N runs (5)
	  check                     is everything in place for a run?
	  demo                      run on the bundled simulated sample, then show the forecasts
	  help                      print this help and exit

	Options:
	      --config FILE         the configuration file
	      --reason TEXT         why this run, for its records (default manual)
	  -n, --check               for run: the same as check
	  -q, --quiet               no warnings
	  -v, --verbose             say on stderr what is done
	  -h, --help                print this help and exit
	  -V, --version             print the version and exit

	  CF_HOME=/var/lib/cashflow pipeline.sh run
	  CF_HOME=/var/lib/cashflow pipeline.sh status

	The manual page pipeline.sh(1) tells all.
	END
}

# wrong TEXT...: a fault in the arguments
wrong() {
	die 2 "$*; try \"$me --help\""
}

# find_programs: set bin, what stands before the name of a program: build/ in the source tree, the script's own folder,
# or nothing, for PATH; CF_BIN names another folder
find_programs() {
	here=$(cd "$(dirname "$0")" && pwd) || exit 4
	for bin in ${CF_BIN:+"$CF_BIN/"} "$here/build/" "$here/" ''; do
		[ -z "$bin" ] || [ ! -x "${bin}cf-run" ] || return 0
	done
	command -v cf-run >/dev/null || die 2 'cf-run is not to be found beside the script nor in PATH'
}

# load_conf: read the configuration into variables of the keys' names
load_conf() {
	settings=$("${bin}cf-run" ${quiet:+-q} --conf ${config:+--config "$config"}) || exit
	eval "$settings"
	: "${BARS:=}" "${SERIES:=}"
}

# make_folders: the state folder, as cashflow(7) shows it
make_folders() {
	for d in features models/market predictions/market log runs state; do
		mkdir -p "$CF_HOME/$d" || exit 4
	done
}

# with_inputs COMMAND...: run COMMAND with a --series option for each series file, then all bar files; a key of the
# configuration names them, else they are the files of the state folder
with_inputs() {
	if [ -n "$SERIES" ]; then
		# shellcheck disable=SC2086 # names separated by blanks
		for f in $SERIES; do
			set -- "$@" --series "$f"
		done
	else
		for f in "$CF_HOME"/raw/series/*.csv; do
			[ ! -f "$f" ] || set -- "$@" --series "$f"
		done
	fi
	found=''
	if [ -n "$BARS" ]; then
		# shellcheck disable=SC2086 # names separated by blanks
		for f in $BARS; do
			found=1
			set -- "$@" "$f"
		done
	else
		for f in "$CF_HOME"/raw/bars/*.csv; do
			[ ! -f "$f" ] || {
				found=1
				set -- "$@" "$f"
			}
		done
	fi
	[ -n "$found" ] || die 2 "no prices: set BARS, or put CSV files into $CF_HOME/raw/bars"
	"$@"
}

# step NAME [OPTION...] -- COMMAND...: one step under cf-run; a failure ends the run with its status
step() {
	name=$1
	shift
	say "$name"
	"${bin}cf-run" --step "$name" --run "$run_id" --reason "$reason" --log "$CF_HOME/log/$run_id.$name.log" \
	    --record "$CF_HOME/runs/$run_id.ndjson" --timeout "$STEP_TIMEOUT" --retries "$STEP_RETRIES" \
	    --retry-wait "$STEP_RETRY_WAIT" "$@"
	code=$?
	[ $code = 0 ] || die $code "step $name ended with status $code; log: $CF_HOME/log/$run_id.$name.log"
}

step_features() {
	with_inputs step features -- "${bin}cf-features" --horizon "$HORIZON" --adjust "$ADJUST" \
	    -o "$CF_HOME/features/market.csv"
}

step_train() {
	mkdir -p "$models/$run_id" || exit 4
	step train -o "$models/$run_id/metrics.json" -- "${bin}cf-train" --trees "$TREES" --seed "$SEED" \
	    -o "$models/$run_id/model.cfm" "$CF_HOME/features/market.csv"
}

step_promote() {
	step promote -- "${bin}cf-model" promote -m "$models" "$run_id"
}

step_predict() {
	forecasts=$CF_HOME/predictions/market/$(newest_date "$CF_HOME/features/market.csv").ndjson
	step predict -- "${bin}cf-predict" -m "$models" --latest --level "$LEVEL" --var-limit "$VAR_LIMIT" \
	    --sizing "$SIZING" --format ndjson -o "$forecasts" "$CF_HOME/features/market.csv"
}

# steps: all of them, in their order; $run_id is the run
steps() {
	models=$CF_HOME/models/market
	step_features
	step_train
	step_promote
	step_predict
}

# newest_date FILE: the last day in the column "date"
newest_date() {
	awk -F, '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == "date") c = i; next }
		c && $c > newest { newest = $c }
		END { print newest == "" ? "empty" : substr(newest, 1, 10) }' "$1"
}

# run: all steps, under the lock; it is cf-run that holds it and runs this script again inside
run() {
	load_conf
	make_folders
	if [ -z "$locked" ]; then
		run_id=$(date -u +%Y%m%dT%H%M%SZ)-$$
		exec "${bin}cf-run" --step run --run "$run_id" --reason "$reason" --lock "$CF_HOME/state/lock" \
		    --record "$CF_HOME/runs/$run_id.ndjson" -- sh "$0" ${config:+--config "$config"} \
		    ${verbose:+-v} ${quiet:+-q} --reason "$reason" --locked "$run_id" run
	fi
	run_id=$locked
	# A shell ends after the step it waits for; cf-run hands the signal on to that.
	trap 'exit 143' TERM
	trap 'exit 130' INT
	trap 'exit 129' HUP
	say "run $run_id in $CF_HOME"
	# what a killed run left: half-written files, and the folders of models whose training did not end
	find "$CF_HOME/features" "$CF_HOME/models" "$CF_HOME/predictions" -name '.*.tmp' -exec rm -f '{}' +
	for d in "$CF_HOME"/models/market/*Z-*; do
		[ ! -d "$d" ] || [ -f "$d/metrics.json" ] || rm -rf "$d"
	done
	steps
	say "run $run_id done"
}

# status [N]: the records of the last N runs; the names of their files are in the order of time
status() {
	load_conf
	# shellcheck disable=SC2012 # run IDs are plain
	last=$(ls "$CF_HOME/runs" 2>/dev/null | sed -n 's/\.ndjson$//p' | sort | tail -n "$1")
	[ -n "$last" ] || die 1 "no run in $CF_HOME yet"
	set --
	for id in $last; do
		set -- "$@" "$CF_HOME/runs/$id.ndjson"
	done
	"${bin}cf-run" ${quiet:+-q} --list "$@"
}

# check: configuration, programs, folder, data
check() {
	load_conf
	for program in cf-features cf-train cf-model cf-predict; do
		"${bin}cf-run" -n -- "${bin}$program" || exit
	done
	folder=$CF_HOME
	while [ ! -e "$folder" ]; do
		folder=$(dirname "$folder")
	done
	[ -d "$folder" ] || die 4 "$folder: not a folder"
	[ -w "$folder" ] || die 4 "$folder: cannot be written"
	with_inputs "${bin}cf-features" -n --horizon "$HORIZON" --adjust "$ADJUST" || exit
	say 'all in place'
}

# sample: print the folder of the sample, in the source tree or as installed
sample() {
	for d in "$here/data/sample" "${bin:-$(dirname "$(command -v cf-run)")/}../share/cashflow/sample" \
	    "$here/../share/cashflow/sample"; do
		[ ! -f "$d/bars.csv" ] || {
			echo "$d"
			return
		}
	done
	die 4 'the sample is neither in data/sample nor installed'
}

# by_column COLUMN FOLDER FILE: one file in FOLDER for each value in that column of the CSV FILE, as cf-fetch stores
by_column() {
	mkdir -p "$2" || exit 4
	awk -F, -v column="$1" -v folder="$2" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == column) c = i; header = $0; next }
		$c != last { if (file) close(file); last = $c; file = folder "/" $c ".csv"; if (!seen[$c]++) print header > file }
		{ print >> file }' "$3" || exit 4
}

# demo_folder: set CF_HOME to a folder that is absent, empty or a former demo, and leave that empty but for the mark
demo_folder() {
	if [ -z "${CF_HOME:-}" ]; then
		CF_HOME=./cashflow-demo
		[ ! -f "$here/Makefile" ] || CF_HOME=$here/build/demo
	fi
	export CF_HOME
	if [ -d "$CF_HOME" ] && [ ! -f "$CF_HOME/.cashflow-demo" ] && [ -n "$(ls -A "$CF_HOME")" ]; then
		die 2 "$CF_HOME: not empty and not a former demo; name another folder in CF_HOME"
	fi
	if [ -f "$CF_HOME/.cashflow-demo" ]; then
		# one that is still running keeps its files
		[ ! -d "$CF_HOME/state" ] || "${bin}cf-run" --lock "$CF_HOME/state/lock" true || exit
		for d in features log models predictions raw runs; do
			rm -rf "${CF_HOME:?}/$d" || exit 4
		done
	fi
	mkdir -p "$CF_HOME" || exit 4
	echo 'made by pipeline.sh demo, which may remove what is here' >"$CF_HOME/.cashflow-demo" || exit 4
}

# show_forecasts FILE: the forecasts as a table
show_forecasts() {
	awk '
		# the value of a key in a line as the programs write them
		function get(key) {
			if (!match($0, "\"" key "\":(\"[^\"]*\"|[^,}]*)"))
				return ""
			text = substr($0, RSTART + length(key) + 3, RLENGTH - length(key) - 3)
			gsub(/"/, "", text)
			return text
		}
		function low(interval) { sub(/^\[/, "", interval); return interval }
		function high() {
			return match($0, /"interval":\[[^]]*\]/) ? substr($0, RSTART, RLENGTH - 1) : ""
		}
		NR == 1 {
			printf "%-8s  %-10s  %4s  %10s  %19s  %6s  %6s  %4s  %8s\n", "symbol", "date", "bars",
			    "prediction", sprintf("%g %% interval", 100 * get("level")), "p_loss", "VaR", "risk", "position"
		}
		{
			h = high()
			sub(/.*,/, "", h)
			printf "%-8s  %-10s  %4s  %10.2f  %8.2f .. %7.2f  %6.3f  %6.2f  %4s  %8.2f\n", get("symbol"),
			    get("date"), get("horizon"), get("prediction"), low(get("interval")), h, get("p_loss"),
			    get("value_at_risk"), get("risk_flag") + 0 ? "HIGH" : "-", get("position_size")
		}' "$1"
}

# demo: the main job on the sample
demo() {
	from=$(sample) || exit
	demo_folder
	config=$CF_HOME/cashflow.conf
	printf '# The demo: simulated prices, and the defaults of cashflow.conf(5).\n' >"$config" || exit 4
	unset BARS SERIES
	by_column symbol "$CF_HOME/raw/bars" "$from/bars.csv"
	by_column series "$CF_HOME/raw/series" "$from/series.csv"
	verbose=1
	reason=demo
	(run) || exit
	models=$CF_HOME/models/market
	for forecasts in "$CF_HOME"/predictions/market/*.ndjson; do
		[ -f "$forecasts" ] || exit 4
	done
	echo
	echo "What 100 units committed at the close of that day are worth some bars later (simulated prices):"
	echo
	show_forecasts "$forecasts"
	cat <<-END

	forecasts  $forecasts
	features   $CF_HOME/features/market.csv
	model      $models/current/model.cfm
	metrics    $models/current/metrics.json
	records    $CF_HOME/runs
	logs       $CF_HOME/log
	history    CF_HOME=$CF_HOME $0 status
	END
}

# value OPTION WORD...: the argument that an option needs
value() {
	[ $# -gt 1 ] || wrong "option $1: needs an argument"
}

# once OPTION OLD: an option may not be given twice
once() {
	[ -z "$2" ] || wrong "option $1: given twice"
}

check_only=''
while [ $# -gt 0 ]; do
	case $1 in
	--config=*|--reason=*)
		word=$1
		shift
		set -- "${word%%=*}" "${word#*=}" "$@" ;;
	esac
	case $1 in
	-h|--help)	usage || exit 4; exit 0 ;;
	-V|--version)	find_programs; "${bin}cf-run" --version | sed "s/^cf-run/$me/"; exit ;;
	-n|--check)	once "$1" "$check_only"; check_only=1 ;;
	-q|--quiet)	once "$1" "$quiet"; quiet=1 ;;
	-v|--verbose)	once "$1" "$verbose"; verbose=1 ;;
	--config)	value "$@"; once "$1" "$config"; config=$2; shift ;;
	--reason)	value "$@"; once "$1" "$reason"; reason=$2; shift ;;
	--locked)	value "$@"; locked=$2; shift ;;	# from run() only
	--)		shift; break ;;
	-?*)		wrong "unknown option: \"$1\"" ;;
	*)		break ;;
	esac
	shift
done
[ -n "$reason" ] || reason=manual
command=${1:-}
[ -n "$command" ] || wrong 'no command'
shift
case $command in
status)
	[ $# -le 1 ] || wrong 'status takes one number'
	case ${1:-5} in
	*[!0-9]*|0*|'')	wrong "status: not a number of runs: \"$1\"" ;;
	esac
	find_programs
	status "${1:-5}" ;;
run|check|demo|help)
	[ $# = 0 ] || wrong "$command takes no arguments"
	find_programs
	case $command$check_only in
	run1)	command=check ;;
	demo1)	wrong 'demo writes: there is nothing to check' ;;
	esac
	case $command in
	run)	run ;;
	check)	check ;;
	demo)	demo ;;
	help)	usage || exit 4 ;;
	esac ;;
*)
	wrong "unknown command: \"$command\"" ;;
esac

#!/bin/sh
# pipeline.sh: the main job, from prices to forecasts, as steps that hand over by files in the state folder.
# `pipeline.sh help` and pipeline.sh(1) tell how to use it, cashflow.conf(5) how to set it up, cashflow(7) what lies where.
#
# Each step is one program under cf-run, which keeps its log and record, limits its time and tries it again where that
# can help; so this script only says what comes after what.  It is scheduled by cron or a timer and keeps no state of
# its own: what is due follows from the files that are there.  To add a step, write it as a function step_NAME below and
# name it in the list of the command.  Parts that a run does not need lie in data/pipeline: backfills, looking at runs, and
# the engines that spread a step over many machines; and the demo beside its sample.
#
# A run is this script three times, one within the other, each under a cf-run: the first takes the lock, the second
# records the run as a whole and tidies up after it however it ended, the third does the steps.
set -u

me=pipeline.sh
verbose=''
quiet=''
config=''
reason=''
as_of=''	# the day as of which a run is made, or empty: now
resume=''	# set: go on with the last run
engine=''	# set: --engine was given
group=''	# I/N: of the bars only this group of files, or empty: all
stage=''	# of a run: empty, locked or inside; set by this script for itself
run_id=''
late=0		# the status to end with although the run went on

# say TEXT...: what is done, for those who watch
say() {
	[ -z "$verbose" ] || echo "$me: $*" >&2
}

# warn TEXT...: what went on although it should not have been so
warn() {
	[ -n "$quiet" ] || echo "$me: $*" >&2
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
	  run                       fetch, features, drift, train if due, promote, predict; one at a time
	  retrain                   the same, training in any case, without fetch
	  status [N]                the steps of the last N runs (5), and what is due
	  logs [RUN [STEP]]         what the steps of a run said, the last one's if none is named
	  backfill FROM TO          forecasts of past days, from what was known on each
	  check                     is everything in place for a run?
	  demo [short]              run on the bundled sample, then show the forecasts
	  notify [WHAT]             run the command of NOTIFY: something failed
	  help                      print this help and exit

	Options:
	      --as-of DATE          run as on that day, in a state folder that knows no later one
	      --config FILE         the configuration file
	      --engine ENGINE       spread features, training and forecasts: none, parallel or slurm
	      --reason TEXT         why this run, for its records (default manual)
	      --resume              go on with the last run at the step where it ended
	  -n, --check               for run and retrain: the same as check
	  -q, --quiet               no warnings
	  -v, --verbose             say on stderr what is done
	  -h, --help                print this help and exit
	  -V, --version             print the version and exit

	  CF_HOME=/var/lib/cashflow pipeline.sh run
	  CF_HOME=/var/lib/cashflow pipeline.sh status

	The manual page pipeline.sh(1) tells all.
	END
}

# option_table: the same for completion, as the programs give theirs, cashflow(7)
option_table() {
	usage | awk -v OFS='\t' -v me="$me" '
		NR == 1 { sub(/^usage: [^ ]* /, ""); print "program", me, $0 }
		/^[A-Z].*:$/ { part = $1; next }
		part == "Commands:" && /^  [a-z]/ { print "word", $1 }
		part == "Options:" && /^ .*--/ {
			letter = sub(/^  -/, "") ? substr($0, 1, 1) : "-"
			sub(/^[^-]*--/, "")
			name = $1
			arg = $2 ~ /^[A-Z]+$/ ? $2 : "-"
			sub(/^[^ ]+ /, "")
			if (arg != "-")
				sub(/^[A-Z]+/, "")
			sub(/^ +/, "")
			print "option", letter, name, arg, arg == "-" ? "flag" : "text", "-", $0
		}'
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
	: "${BARS:=}" "${SERIES:=}" "${FETCH:=}" "${HOSTS:=}" "${ENGINE_OPTIONS:=}" "${NOTIFY:=}"
	export CF_HOME
	models=$CF_HOME/models/market
	table=$CF_HOME/features/market.csv
	latest=$CF_HOME/features/latest.csv
	predictions=$CF_HOME/predictions/market
	walk=$CF_HOME/state/walk-forward.csv	# forecasts of the training's validation
}

# make_folders: the state folder, as cashflow(7) shows it
make_folders() {
	for d in drift features models/market predictions/market log reports runs state metrics; do
		mkdir -p "$CF_HOME/$d" || exit 4
	done
}

# ---- days

# date_awk: functions of awk to reckon with dates: day("2024-02-29") is their number, date(number) the reverse
date_awk='
	function day(text,   y, m) {
		y = substr(text, 1, 4) + 0
		m = substr(text, 6, 2) + 0
		if (m < 3) { y--; m += 12 }
		return 365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * m - 457) / 5) + substr(text, 9, 2)
	}
	function date(n,   y, m, text) {
		for (y = int(n / 365.2425) + 1; day(text = sprintf("%04d-01-01", y)) > n; y--) ;
		for (m = 12; day(text = sprintf("%04d-%02d-01", y, m)) > n; m--) ;
		return sprintf("%s%02d", substr(text, 1, 8), n - day(text) + 1)
	}'

# is_date TEXT
is_date() {
	case $1 in
	[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9])	;;
	*)	return 1 ;;
	esac
	[ "$(awk "$date_awk BEGIN { print date(day(\"$1\")) }")" = "$1" ]
}

# newest_date FILE: the last day in the column "date" of features; with "known" behind it, of the rows with an outcome
newest_date() {
	awk -F, -v known="${2:-}" '
		NR > 1 && $2 > newest && (!known || $NF != "") { newest = $2 }
		END { print substr(newest, 1, 10) }' "$1"
}

# ---- what is there

# inputs: the names of all files of series (behind a word -s) and of bars (-b), one a line; of bars those of $group
inputs() {
	all_inputs | if [ -z "$group" ]; then cat; else in_group; fi
}

all_inputs() {
	if [ -n "$SERIES" ]; then
		# shellcheck disable=SC2086 # names separated by blanks
		printf '%s\n' $SERIES | sed 's/^/-s /'
	else
		find "$CF_HOME/raw/series" -name '*.csv' 2>/dev/null | sort | sed 's/^/-s /'
	fi
	if [ -n "$BARS" ]; then
		# shellcheck disable=SC2086 # names separated by blanks
		printf '%s\n' $BARS | sed 's/^/-b /'
	else
		find "$CF_HOME/raw/bars" -name '*.csv' 2>/dev/null | sort | sed 's/^/-b /'
	fi
}

# in_group: of files of bars those of $group, as many as in any other, and neighbours
in_group() {
	awk -v group="${group%/*}" -v groups="${group#*/}" '
		/^-s / { print }
		/^-b / { bars[n++] = $0 }
		END {
			for (i = 0; i < n; i++)
				if (int(i * groups / n) + 1 == group)
					print bars[i]
		}'
}

# has_prices: is there any file of bars?
has_prices() {
	inputs | grep -q '^-b '
}

# with_inputs COMMAND...: run COMMAND with a --series option for each series file, then all bar files; a key of the
# configuration names them, else they are the files of the state folder
with_inputs() {
	has_prices || die 2 "no prices: set BARS, or put CSV files into $CF_HOME/raw/bars"
	while read -r kind file; do
		[ "$kind" = -b ] || set -- "$@" --series
		set -- "$@" "$file"
	done <<-END
	$(inputs)
	END
	"$@"
}

# figure KEY FILE: the value of a key in the one line of JSON in FILE, without quotes
figure() {
	sed -n 's/.*"'"$1"'":"\{0,1\}\([^",}]*\).*/\1/p' "$2"
}

# newest_model: the metrics of the model that has learned from the newest outcomes, in use or not; none, no text
newest_model() {
	for f in "$models"/*/metrics.json; do
		[ ! -f "$f" ] || [ -L "${f%/*}" ] || echo "$(figure last_date "$f") $f"
	done | sort | tail -n 1 | cut -d ' ' -f 2-
}

# last_run: the ID of the last run but backfills; names of records are in the order of time
last_run() {
	# shellcheck disable=SC2012 # run IDs are plain
	ls "$CF_HOME/runs" 2>/dev/null | sed -n '/-backfill/d; s/\.ndjson$//p' | sort | tail -n 1
}

# ---- steps

# has_done NAME: did the step of this run end well (code is 0 then), or with the answer no (code is 1)?
has_done() {
	code=$(grep "\"step\":\"$1\"" "$CF_HOME/runs/$run_id.ndjson" | tail -n 1 | sed 's/.*"status":\([0-9]*\),.*/\1/')
	[ "$code" = 0 ] || [ "$code" = 1 ]
}

# last_done: the last step of this run before the first one that did not end well
last_done() {
	sed 's/.*"step":"\([^"]*\)".*"status":\([0-9]*\),.*/\1 \2/' "$CF_HOME/runs/$run_id.ndjson" | awk -v whole="$command" '
		$1 == whole { next }
		!($1 in status) { order[++n] = $1 }
		{ status[$1] = $2 }
		END {
			for (i = 1; i <= n && status[order[i]] <= 1; i++) ;
			print order[i - 1]
		}'
}

# was_done NAME: in a run that is gone on with, is this one of the steps up to $resume, which are not done again?
was_done() {
	[ -n "$resume" ] || return 1
	if has_done "$1"; then
		say "$1: was done"
	else
		code=0	# it was not called for
	fi
	[ "$resume" != "$1" ] || resume=''
}

# attempt NAME [OPTION...] -- COMMAND...: one step under cf-run; sets code to its status
attempt() {
	name=$1
	shift
	! was_done "$name" || return 0
	say "$name"
	"${bin}cf-run" --step "$name" --run "$run_id" --reason "${why:-$reason}" --log "$CF_HOME/log/$run_id.$name.log" \
	    --record "$CF_HOME/runs/$run_id.ndjson" --timeout "$STEP_TIMEOUT" --retries "$STEP_RETRIES" \
	    --retry-wait "$STEP_RETRY_WAIT" --memory "$STEP_MEMORY" \
	    --lock "$CF_HOME/state/step.lock" --lock-wait 60 "$@"
	code=$?
}

# must: the step just attempted is needed; its failure ends the run with its status
must() {
	[ "$code" = 0 ] || die "$code" "step $name ended with status $code; log: $CF_HOME/log/$run_id.$name.log"
}

step() {
	attempt "$@"
	must
}

# later NAME TEXT: the step just attempted failed, and the run goes on; it ends with that status unless time will tell
later() {
	warn "$1 ended with status $code: $2"
	[ "$code" = 75 ] || late=$code
}

# New prices.  What is stored already stands whatever happens, so a quota used up only delays; any other failure makes
# the run end with its status, after forecasts from what is there.
step_fetch() {
	[ -z "$as_of" ] || return 0
	[ -n "$FETCH" ] || {
		say 'fetch: FETCH is not set, going on with the files that are there'
		return
	}
	set -f
	# shellcheck disable=SC2086 # words separated by blanks
	attempt fetch --env ${config:+--config "$config"} -- "${bin}cf-fetch" ${quiet:+-q} --store "$CF_HOME" $FETCH
	set +f
	[ "$code" = 0 ] || [ "$code" = 2 ] || ! has_prices || {
		later fetch 'going on with older data'
		return
	}
	must
}

# make_features NAME FILE [OPTION...]: features as of the day of the run, in FILE
make_features() {
	name=$1
	file=$2
	shift 2
	set -- "${bin}cf-features" --set "$FEATURES" --horizon "$HORIZON" --adjust "$ADJUST" ${as_of:+--as-of "$as_of"} "$@"
	[ "$ENGINE" = none ] || {
		spread_features "$name" "$file" "$@"
		return
	}
	with_inputs step "$name" -- "$@" -j "$JOBS" -o "$file"
}

step_features() {
	make_features features "$table"
	make_features latest "$latest" --latest
}

# answer: the step just attempted was a question, to which status 1 is an answer
answer() {
	[ "$code" = 1 ] || must
}

# Is the newest of the data still what the model was made for, and do its forecasts hold?
step_drift() {
	[ -n "$(newest_model)" ] || return 0
	findings=$CF_HOME/drift/$(newest_date "$latest").ndjson
	attempt drift-data -o "$CF_HOME/state/drift-data.ndjson" -- "${bin}cf-drift" data -q --reference "$table" \
	    --window "$DRIFT_WINDOW" --alpha "$DRIFT_ALPHA" -j "$JOBS" --prom "$CF_HOME/metrics/drift-data.prom" "$table"
	answer
	# cf-drift looks at 500 dates before the window
	set -- "$predictions"/*.ndjson
	[ -f "$1" ] || set --
	[ $# -le $((DRIFT_WINDOW + 500)) ] || shift $(($# - DRIFT_WINDOW - 500))
	[ $# = 0 ] || {
		attempt drift-performance -o "$CF_HOME/state/drift-performance.ndjson" -- "${bin}cf-drift" performance -q \
		    --outcomes "$table" --metrics "$models/current/metrics.json" --window "$DRIFT_WINDOW" \
		    --alpha "$DRIFT_ALPHA" --min-accuracy "$MIN_ACCURACY" --max-drop "$MAX_DROP" -j "$JOBS" \
		    --prom "$CF_HOME/metrics/drift-performance.prom" "$@"
		answer
	}
	[ -z "$resume" ] || return 0
	set -- "$CF_HOME/state/drift-data.ndjson" ${1:+"$CF_HOME/state/drift-performance.ndjson"}
	"${bin}cf-run" -o "$findings" -- cat "$@" || exit 4
}

# drifted: what has drifted by the findings of this run, no text if nothing has
drifted() {
	[ ! -f "$findings" ] || awk '
		function get(key) {
			return match($0, "\"" key "\":(\"[^\"]*\"|[^,}]*)") ? substr($0, RSTART + length(key) + 3,
			    RLENGTH - length(key) - 3) : ""
		}
		get("state") != "\"drift\"" || get("test") == "\"summary\"" { next }
		{
			what = get("mode") ~ /data/ ? get("feature") : get("test") " " sprintf("%.3g", get("value"))
			gsub(/"/, "", what)
			if (seen[what]++)
				next
			if (++n <= 3)
				text = text (n > 1 ? ", " : "drift: ") what
		}
		END { if (n) print text (n > 3 ? " and " n - 3 " more" : "") }' "$findings"
}

# due: why a model is to be trained now; no text if none is
due() {
	model=$(newest_model)
	# one that was trained, but whose run was killed before it was promoted, is of no use
	if [ -z "$model" ] || [ ! -f "$models/current/metrics.json" ]; then
		echo 'first training'
		return
	fi
	[ "$command" != retrain ] || {
		echo "$reason"
		return
	}
	for pair in horizon=$HORIZON trees=$TREES seed=$SEED; do
		was=$(figure "${pair%=*}" "$model")
		[ "$was" = "${pair#*=}" ] || {
			echo "${pair%=*} is ${pair#*=}, was $was"
			return
		}
	done
	age=$(awk "$date_awk BEGIN { print day(ARGV[2]) - day(ARGV[1]) }" "$(figure last_date "$model")" \
	    "$(newest_date "$table" known)")
	[ "$age" -lt "$RETRAIN_PAUSE" ] || {
		drift=$(drifted)
		[ -z "$drift" ] || {
			echo "$drift"
			return
		}
	}
	[ "$age" -lt "$RETRAIN_DAYS" ] || echo "outcomes of $age days since the last training"
}

# fit NAME METRICS MODEL FEATURES [FORECASTS]: the step of that name, a model; and where they are wanted, the forecasts of
# its validation
fit() {
	name=$1
	metrics=$2
	model=$3
	rows=$4
	forecasts=${5:-}
	set -- "${bin}cf-train" --trees "$TREES" --seed "$SEED"
	[ "$ENGINE" = none ] || {
		spread_fit "$name" "$metrics" "$model" "$rows" "$forecasts" "$@"
		return
	}
	step "$name" -o "$metrics" -- "$@" -j "$JOBS" ${forecasts:+--forecasts "$forecasts"} -o "$model" "$rows"
}

step_train() {
	[ ! -f "$models/$run_id/metrics.json" ] || {
		was_done train
		why=$(sed -n 's/.*"step":"train".*"reason":"\([^"]*\)".*/\1/p' "$CF_HOME/runs/$run_id.ndjson" | tail -n 1)
		return
	}
	why=$(due)
	[ -n "$why" ] || {
		say 'train: not due'
		return
	}
	mkdir -p "$models/$run_id" || exit 4
	fit train "$models/$run_id/metrics.json" "$models/$run_id/model.cfm" "$table" "$walk"
}

# The model of this run, if it has made one and that is not worse than the one in use; the figures go to the log.
step_promote() {
	[ -f "$models/$run_id/metrics.json" ] || return 0
	attempt promote --log-stdout -- "${bin}cf-model" promote -m "$models" --predictions "$predictions" \
	    --forecasts "$walk" --features "$table" "$run_id"
	answer
	[ "$code" = 0 ] || say "promote: no, the model in use stays"
}

# Tell of the models in mlruns, and to the server of MLFLOW_TRACKING_URI.  Forecasts do not wait for that; what could not
# be told is told after the next training.
step_mlflow() {
	[ -f "$models/$run_id/metrics.json" ] || return 0
	set -- "$models"/*/metrics.json
	for f; do
		shift
		[ -L "${f%/*}" ] || set -- "$@" "$(basename "${f%/*}")"
	done
	attempt mlflow --env ${config:+--config "$config"} -- "${bin}cf-model" mlflow -q -m "$models" "$@"
	why=''
	[ "$code" = 0 ] || later mlflow 'it is told with the next training'
}

# forecast NAME MODEL DATE FILE: the step of that name, forecasts of FILE, with quantiles for the report
forecast() {
	name=$1
	file=$predictions/$3.ndjson
	rows=$4
	set -- "${bin}cf-predict" -m "$2" --level "$LEVEL" --var-limit "$VAR_LIMIT" --sizing "$SIZING" \
	    --quantiles 0.1,0.25,0.5,0.75,0.9 --format ndjson
	[ "$ENGINE" = none ] || {
		spread_forecast "$name" "$file" "$rows" "$@"
		return
	}
	step "$name" -- "$@" -j "$JOBS" -o "$file" "$rows"
}

step_predict() {
	date=$(newest_date "$latest")
	forecast predict "$models" "${date:-empty}" "$latest"
	part pipeline/gauges.sh
	# shellcheck disable=SC2154 # of that part
	"${bin}cf-run" -q -o "$CF_HOME/metrics/forecast.prom" -- awk "$gauges_awk" \
	    "$predictions/${date:-empty}.ndjson" || exit 4
}

# The page people look at; where it cannot be made, the old one stands.
step_report() {
	attempt report -- "${bin}cf-report" -q -C "$CF_HOME" -o "$CF_HOME/reports/latest.html" \
	    --prom "$CF_HOME/metrics/report.prom"
	[ "$code" = 0 ] || later report 'the old one stands'
}

# has_ledgers: is there any ledger?
has_ledgers() {
	for f in "$CF_HOME"/raw/ledger/*.csv; do
		[ ! -f "$f" ] || return 0
	done
	return 1
}

step_ledger() {
	! has_ledgers || part pipeline/ledger.sh
}

# Old models: all but the newest, the one in use and the one before.
step_prune() {
	step prune -o /dev/null -- "${bin}cf-model" prune --keep "$KEEP_MODELS" -m "$models"
}

# ---- runs

# again STAGE: this script once more, for the same command and as the same run
again() {
	stage=$1
	shift
	set -- "$@" sh "$0" ${config:+--config "$config"} ${verbose:+-v} ${quiet:+-q} ${as_of:+--as-of "$as_of"} \
	    ${resume:+--resume} --reason "$reason" --stage "$stage" ${run_id:+--run "$run_id"} "$command"
	# shellcheck disable=SC2086 # dates
	"$@" ${days:-}
}

# run: all steps of the command
run() {
	load_conf
	make_folders
	case $stage in
	'')	again locked exec "${bin}cf-run" --lock "$CF_HOME/state/lock" -- ;;
	locked)	run_locked ;;
	inside)	run_inside ;;
	esac
}

# name_run: an ID in the order of time that tells what is not an ordinary run; or that of the run to go on with
name_run() {
	[ -z "$resume" ] || resume_run
	[ -z "$resume" ] || return 0
	moment=$(date -u +%Y%m%dT%H%M%SZ)
	n=0
	while [ -n "$(find "$CF_HOME/runs" "$CF_HOME/log" -name "$moment-$n*")" ]; do
		n=$((n + 1))
	done
	run_id=$moment-$n
	[ -z "$as_of" ] || run_id=$run_id-asof$(echo "$as_of" | tr -d -)
	[ "$command" = run ] || run_id=$run_id-$command
}

# resume_run: the last run is to be gone on with, for its command and its day, unless what its steps were made of has
# changed
resume_run() {
	run_id=$(last_run)
	[ -n "$run_id" ] || die 1 "no run in $CF_HOME yet"
	case $run_id in
	*-asof*)	as_of=$(echo "$run_id" | sed 's/.*-asof\(....\)\(..\)\(..\).*/\1-\2-\3/') ;;
	esac
	command=run
	case $run_id in
	*-retrain)	command=retrain ;;
	esac
	! has_done "$command" || [ "$code" != 0 ] || {
		say "run $run_id has ended well"
		exit 0
	}
	[ ! -f "$table" ] || [ -z "$(newer_inputs)" ] || {
		say 'inputs have changed: a new run'
		resume=''
	}
}

# newer_inputs: files that have changed since the features were made
newer_inputs() {
	{
		"${bin}cf-run" -q --conf-file ${config:+--config "$config"}
		inputs | cut -d ' ' -f 2-
	} | while read -r file; do
		find "$file" -newer "$table" 2>/dev/null
	done
}

# run_locked: the run as a whole, with its record; then, however it ended, metrics and room.  A step of a run that was
# killed may end a moment after it: the first step waits for that by a lock of the steps, so half files go at the end.
run_locked() {
	name_run
	# the run is told; this script stays to tidy up
	trap : TERM INT HUP
	again inside "${bin}cf-run" --step "$command" --run "$run_id" --reason "$reason" \
	    --record "$CF_HOME/runs/$run_id.ndjson" --
	code=$?
	forget_runs
	remove_halves
	"${bin}cf-run" -q --prom -o "$CF_HOME/metrics/pipeline.prom" "$CF_HOME"/runs/*.ndjson || code=4
	exit $code
}

# forget_runs: remove records and logs of all but the last KEEP_RUNS runs
forget_runs() {
	# shellcheck disable=SC2012 # run IDs are plain
	ls "$CF_HOME/runs" | sed -n 's/\.ndjson$//p' | sort -r | sed "1,${KEEP_RUNS}d" | while read -r id; do
		rm -f "$CF_HOME/runs/$id.ndjson" "$CF_HOME/log/$id".*.log
	done
}

# remove_halves: half-written files of processes that are no more; their names tell: .NAME.PROCESS.NUMBER.tmp
remove_halves() {
	find "$CF_HOME" -name '.*.tmp' ! -type d | while read -r file; do
		process=$(echo "$file" | sed 's/\.tmp$//; s/\(\.[0-9]*\)\.[0-9]*$/\1/; s/.*\.//')
		# a dead one that nobody has waited for still has its number
		! kill -0 "$process" 2>/dev/null || grep -q '^State:.*Z' "/proc/$process/status" 2>/dev/null || continue
		rm -f "$file"
	done
}

# remove_untrained: the folders of models whose training did not end
remove_untrained() {
	for d in "$models"/*Z-*; do
		[ ! -d "$d" ] || [ -f "$d/metrics.json" ] || rm -rf "$d"
	done
}

# run_inside: the steps, one after the other
run_inside() {
	# A shell ends after the step it waits for; cf-run hands the signal on to that.
	trap 'exit 143' TERM
	trap 'exit 130' INT
	trap 'exit 129' HUP
	say "$command $run_id in $CF_HOME"
	remove_untrained
	if [ "$ENGINE" != none ] || [ -d "$CF_HOME/state/jobs" ]; then
		part pipeline/engine.sh
	fi
	why=''
	findings=''
	[ -z "$resume" ] || resume=$(last_done)
	case $command in
	run)	list='fetch features drift train promote mlflow predict ledger prune report' ;;
	retrain) list='features train promote mlflow predict ledger prune report' ;;
	backfill) list='past' ;;
	esac
	check_as_of
	# Who has ledgers only needs no prices.
	[ -n "$FETCH" ] || has_prices || ! has_ledgers || [ "$command" = backfill ] || list='ledger report'
	for s in $list; do
		"step_$s"
	done
	[ $late = 0 ] || die "$late" 'not all went well, see above'
	say "$command $run_id done"
}

# check_as_of: time goes forward only, else a run would see what was not known
check_as_of() {
	[ -n "$as_of" ] || return 0
	for f in "$predictions"/*.ndjson; do :; done
	f=${f##*/}
	f=${f%.ndjson}
	[ "$f" = '*' ] || [ "$(printf '%s\n' "$f" "$as_of" | sort | tail -n 1)" = "$as_of" ] ||
	    die 2 "--as-of $as_of: $CF_HOME has forecasts of $f already; name another folder in CF_HOME"
}

# ---- other commands

# check: configuration, programs, folder, data
check() {
	load_conf
	for program in cf-features cf-drift cf-train cf-model cf-predict cf-report; do
		"${bin}cf-run" -n -- "${bin}$program" || exit
	done
	folder=$CF_HOME
	while [ ! -e "$folder" ]; do
		folder=$(dirname "$folder")
	done
	[ -d "$folder" ] || die 4 "$folder: not a folder"
	[ "$ENGINE" = none ] || part pipeline/engine.sh
	[ -w "$folder" ] || die 4 "$folder: cannot be written"
	if [ -n "$FETCH" ]; then
		set -f
		# shellcheck disable=SC2086 # words separated by blanks
		"${bin}cf-run" --env ${quiet:+-q} ${config:+--config "$config"} -o /dev/null -- "${bin}cf-fetch" -n --store "$CF_HOME" \
		    $FETCH || exit
		set +f
	fi
	if [ -z "$FETCH" ] || has_prices; then
		with_inputs "${bin}cf-features" -n --set "$FEATURES" --horizon "$HORIZON" --adjust "$ADJUST" || exit
	fi
	say 'all in place'
}

# part FILE: read a part of this script that lies in data/pipeline or data/sample, in the source tree or as installed, and
# set from to its folder
part() {
	for d in "$here/data" "${bin:-$(dirname "$(command -v cf-run)")/}../share/cashflow" "$here/../share/cashflow"; do
		[ ! -f "$d/$1" ] || {
			# shellcheck disable=SC2034 # for the part
			from=$d/${1%/*}
			# shellcheck disable=SC1090 # all are checked by themselves
			. "$d/$1"
			return
		}
	done
	die 4 "$1 is neither in data nor installed"
}

# ---- arguments

# value OPTION WORD...: the argument that an option needs
value() {
	[ $# -gt 1 ] || wrong "option $1: needs an argument"
}

# once OPTION OLD: an option may not be given twice
once() {
	[ -z "$2" ] || wrong "option $1: given twice"
}

# takes MOST WORD...: the command has at most so many words
takes() {
	[ $# -le $(($1 + 1)) ] || wrong "$command takes $([ "$1" = 0 ] && echo no || echo fewer) arguments"
}

# a_date TEXT: it must be one
a_date() {
	is_date "$1" || wrong "not a date: \"$1\""
}

check_only=''
while [ $# -gt 0 ]; do
	case $1 in
	--config=*|--engine=*|--reason=*|--as-of=*)
		word=$1
		shift
		set -- "${word%%=*}" "${word#*=}" "$@" ;;
	esac
	case $1 in
	-h|--help)	usage || exit 4; exit 0 ;;
	--option-table)	option_table || exit 4; exit 0 ;;
	-V|--version)	find_programs; "${bin}cf-run" --version | sed "s/^cf-run/$me/"; exit ;;
	-n|--check)	once "$1" "$check_only"; check_only=1 ;;
	-q|--quiet)	once "$1" "$quiet"; quiet=1 ;;
	-v|--verbose)	once "$1" "$verbose"; verbose=1 ;;
	--resume)	once "$1" "$resume"; resume=1 ;;
	--as-of)	value "$@"; once "$1" "$as_of"; as_of=$2; a_date "$2"; shift ;;
	--config)	value "$@"; once "$1" "$config"; config=$2; shift ;;
	--engine)	value "$@"; once "$1" "$engine"; engine=$2; shift ;;
	--reason)	value "$@"; once "$1" "$reason"; reason=$2; shift ;;
	--stage)	value "$@"; stage=$2; shift ;;	# these two from again() only
	--run)		value "$@"; run_id=$2; shift ;;
	--)		shift; break ;;
	-?*)		wrong "unknown option: \"$1\"" ;;
	*)		break ;;
	esac
	shift
done
[ -n "$reason" ] || reason=manual
# what is set in the environment goes before the configuration file
[ -z "$engine" ] || export ENGINE="$engine"
command=${1:-}
[ -n "$command" ] || wrong 'no command'
shift
[ -z "$check_only" ] || case $command in
run|retrain)	command=check ;;
*)		wrong "$command: there is nothing to check" ;;
esac
case $command in
run|retrain)
	takes 0 "$@" ;;
*)
	[ -z "$as_of$resume" ] || wrong "$command goes neither with --as-of nor with --resume" ;;
esac
[ -z "$as_of" ] || [ -z "$resume" ] || [ -n "$stage" ] || wrong '--resume knows the day by itself'
case $command in
run|retrain)
	find_programs
	run ;;
backfill)
	takes 2 "$@"
	[ $# = 2 ] || wrong 'backfill wants FROM and TO'
	a_date "$1"
	a_date "$2"
	days="$1 $2"
	find_programs
	part pipeline/past.sh
	run ;;
status)
	takes 1 "$@"
	case ${1:-5} in
	*[!0-9]*|0*|'')	wrong "status: not a number of runs: \"$1\"" ;;
	esac
	find_programs
	part pipeline/look.sh
	status "${1:-5}" ;;
logs)
	takes 2 "$@"
	case "${1:-}${2:-}" in
	*/*|.*)	wrong "logs: not the ID of a run: \"$1\"" ;;
	esac
	find_programs
	part pipeline/look.sh
	logs "$@" ;;
check)
	takes 0 "$@"
	find_programs
	check ;;
demo)
	takes 1 "$@"
	case ${1:-} in
	''|short)	;;
	*)		wrong "demo: unknown word: \"$1\"" ;;
	esac
	find_programs
	part sample/demo.sh
	demo "$@" ;;
notify)
	takes 1 "$@"
	find_programs
	part pipeline/look.sh
	notify "$@" ;;
help)
	takes 0 "$@"
	usage || exit 4 ;;
*)
	wrong "unknown command: \"$command\"" ;;
esac

# shellcheck shell=sh disable=SC2154,SC2034 # variables of pipeline.sh
# look.sh: the part of pipeline.sh that shows runs: status, logs, notify.

# status [N]: the records of the last N runs, then what is due
status() {
	load_conf
	# shellcheck disable=SC2012 # run IDs are plain
	last=$(ls "$CF_HOME/runs" 2>/dev/null | sed -n 's/\.ndjson$//p' | sort | tail -n "$1")
	[ -n "$last" ] || die 1 "no run in $CF_HOME yet"
	set --
	for id in $last; do
		set -- "$@" "$CF_HOME/runs/$id.ndjson"
	done
	"${bin}cf-run" ${quiet:+-q} --list "$@" || exit
	echo
	status_trainings
	status_models
}

# status_trainings: the last trainings, why they were, and what became of their models
status_trainings() {
	table=$(cat "$CF_HOME"/runs/*.ndjson | grep -e '"step":"train"' -e '"step":"promote"' | tail -n 10 |
	    "${bin}cf-run" -q --list)
	[ "$(echo "$table" | wc -l)" -lt 2 ] || printf 'the last trainings and promotions\n%s\n\n' "$table"
}

# status_models: the model in use, and when the next one is due
status_models() {
	if [ -f "$models/current/metrics.json" ]; then
		echo "in use   $(basename "$(readlink "$models/current")"), of outcomes to" \
		    "$(figure last_date "$models/current/metrics.json")"
	else
		echo 'in use   no model yet'
	fi
	model=$(newest_model)
	if [ -n "$model" ]; then
		echo "next     training with the outcomes of $(awk "$date_awk BEGIN { print date(day(ARGV[1]) + ARGV[2]) }" \
		    "$(figure last_date "$model")" "$RETRAIN_DAYS")"
	else
		echo 'next     the first training'
	fi
	"${bin}cf-run" --lock "$CF_HOME/state/lock" true 2>/dev/null
	[ $? != 75 ] || echo 'now      a run is going on'
}

# logs [RUN [STEP]]: what the steps of a run said, in their order
logs() {
	load_conf
	run_id=${1:-$(last_run)}
	[ -n "$run_id" ] || die 1 "no run in $CF_HOME yet"
	[ -f "$CF_HOME/runs/$run_id.ndjson" ] || die 1 "no such run: \"$run_id\""
	sed 's/.*"step":"\([a-z-]*\)".*/\1/' "$CF_HOME/runs/$run_id.ndjson" | awk -v only="${2:-}" '
		!seen[$0]++ && (only == "" || only == $0)' | while read -r name; do
		cat "$CF_HOME/log/$run_id.$name.log" 2>/dev/null
	done | grep '' || die 1 "run $run_id has no log${2:+ of step \"$2\"}"
}

# notify [WHAT]: run the user's command, with the last run on its standard input
notify() {
	load_conf
	[ -n "$NOTIFY" ] || {
		say 'NOTIFY is not set'
		return
	}
	status 1 2>&1 | CF_WHAT=${1:-pipeline} sh -c "$NOTIFY"
}

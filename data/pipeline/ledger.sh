# shellcheck shell=sh disable=SC2154 # variables and functions of pipeline.sh
# ledger.sh: the part of pipeline.sh for ledgers: for each raw/ledger/NAME.csv features/ledger-NAME.csv, a model in
# models/ledger-NAME, trained when there is none or its newest outcomes are RETRAIN_DAYS old, and forecasts in
# predictions/ledger-NAME/DATE.ndjson; with the balance when raw/balance/NAME.csv is there, and what raw/floor/NAME.csv and
# raw/scheduled/NAME.csv tell.

# ledger_due: why the model in $home is to be trained anew; nothing if it is not.  $rows are the features.
ledger_due() {
	[ "$command" != retrain ] || {
		echo retrain
		return
	}
	[ -f "$home/current/metrics.json" ] || {
		echo 'no model yet'
		return
	}
	age=$(awk "$date_awk BEGIN { print day(ARGV[1]) - day(ARGV[2]) }" "$(newest_date "$rows")" \
	    "$(figure last_date "$home/current/metrics.json")")
	[ "$age" -lt "$RETRAIN_DAYS" ] || echo "outcomes of $age days since the last training"
}

# ledger NAME FILE: its steps; one that fails leaves the other ledgers their turn
ledger() {
	home=$CF_HOME/models/ledger-$1
	rows=$CF_HOME/features/ledger-$1.csv
	mkdir -p "$home" "$CF_HOME/predictions/ledger-$1" || exit 4
	attempt "ledger-$1-features" -- "${bin}cf-features" --ledger -j "$JOBS" ${as_of:+--as-of "$as_of"} -o "$rows" "$2"
	[ "$code" = 0 ] || return
	why=$(ledger_due)
	if [ -n "$why" ]; then
		mkdir -p "$home/$run_id" || exit 4
		attempt "ledger-$1-train" -o "$home/$run_id/metrics.json" -- "${bin}cf-train" --seed "$SEED" -j "$JOBS" \
		    --backtest -o "$home/$run_id/model.cfm" "$rows"
		why=''
		[ "$code" = 0 ] || {
			rm -rf "${home:?}/$run_id"
			return
		}
		attempt "ledger-$1-promote" -- "${bin}cf-model" promote -m "$home" "$run_id"
		[ "$code" = 0 ] || [ "$code" = 1 ] || return
	fi
	date=$(newest_date "$rows")
	who=$1
	shift 2
	for known in balance floor scheduled; do
		[ ! -f "$CF_HOME/raw/$known/$who.csv" ] || set -- "$@" "--$known" "$CF_HOME/raw/$known/$who.csv"
	done
	attempt "ledger-$who-predict" -- "${bin}cf-predict" -m "$home" --latest --level "$LEVEL" -j "$JOBS" --format ndjson \
	    --quantiles 0.05,0.5,0.95 -o "$CF_HOME/predictions/ledger-$who/${date:-empty}.ndjson" "$@" "$rows"
	[ "$code" = 0 ] || return
	attempt "ledger-$who-prune" -o /dev/null -- "${bin}cf-model" prune --keep "$KEEP_MODELS" -m "$home"
}

for f in "$CF_HOME"/raw/ledger/*.csv; do
	[ -f "$f" ] || continue
	name=${f##*/}
	ledger "${name%.csv}" "$f"
	[ "$code" = 0 ] || later "$name" 'its forecasts stay as they were'
done

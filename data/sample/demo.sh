# shellcheck shell=sh disable=SC2154,SC2034 # variables of pipeline.sh
# demo.sh: what `pipeline.sh demo` does, which reads this file; $from is this folder.

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
		for d in drift features log metrics models predictions raw reports runs; do
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

# demo_state: the state folder with the sample as its prices
demo_state() {
	demo_folder
	config=$CF_HOME/cashflow.conf
	printf '# The demo: simulated prices, and the defaults of cashflow.conf(5).\n' >"$config" || exit 4
	unset BARS SERIES FETCH
	by_column symbol "$CF_HOME/raw/bars" "$from/bars.csv"
	by_column series "$CF_HOME/raw/series" "$from/series.csv"
	reason=demo
}

# demo_results: the forecasts of the last day, and where all lies
demo_results() {
	for forecasts in "$CF_HOME"/predictions/market/*.ndjson; do
		[ -f "$forecasts" ] || exit 4
	done
	echo "What 100 units committed at the close of that day are worth some bars later (simulated prices):"
	echo
	show_forecasts "$forecasts"
	cat <<-END

	forecasts  $forecasts
	features   $CF_HOME/features/market.csv
	model      $CF_HOME/models/market/current/model.cfm
	metrics    $CF_HOME/models/market/current/metrics.json
	records    $CF_HOME/runs
	logs       $CF_HOME/log
	history    CF_HOME=$CF_HOME $0 status
	END
}

# demo_short: one run on all of the sample
demo_short() {
	verbose=1
	command=run
	(run) || exit
	echo
	demo_results
}

# ---- a life: a run for each day of some months, each with what was known on that day only

life_from=2020-01-22	# two years of prices to learn from
life_to=2020-04-30
life_after=2		# days to go on after a training because of drift

# demo_life: days until drift has led to a training, and then what status says
demo_life() {
	printf '# The weekly training would come before any drift is found.\nRETRAIN_DAYS=90\n' >>"$config" || exit 4
	cat <<-END
	A life on simulated prices, day by day, each run with what was known on its day.  A model is trained on two
	years of prices; a month goes by; on 2020-02-24 the prices of the sample crash.

	END
	command=run
	quiet_days=0
	left=''
	# shellcheck disable=SC2013 # words are wanted
	for as_of in $(awk -F, -v from=$life_from -v to=$life_to '
		NR > 1 && $2 >= from && $2 <= to { print $2 }' "$from/bars.csv" | sort -u); do
		(run) || exit
		tell_day
		[ "$left" != 0 ] || break
	done
	tell_quiet
	[ -n "$left" ] || die 1 "no drift was found up to $life_to"
	echo
	echo '$ pipeline.sh status 1'
	part pipeline/look.sh
	status 1
	echo
	demo_results
}

# said_of STEP KEY: what the record of a step of this run says
said_of() {
	sed -n 's/.*"step":"'"$1"'".*"'"$2"'":"\{0,1\}\([^",]*\).*/\1/p' "$CF_HOME/runs/$id.ndjson" | tail -n 1
}

# tell_quiet: the days before this one on which nothing happened
tell_quiet() {
	[ "$quiet_days" = 0 ] || echo "$quiet_from .. $quiet_to  $quiet_days days without drift: no training, forecasts only"
	quiet_days=0
}

# tell_day: what happened in the run of $as_of
tell_day() {
	load_conf
	id=$(last_run)
	why=$(sed -n 's/.*"step":"train".*"reason":"\([^"]*\)".*/\1/p' "$CF_HOME/runs/$id.ndjson")
	drift=$(said_of drift-data status)$(said_of drift-performance status)
	case $why$drift in
	0|00|'')
		[ "$quiet_days" != 0 ] || quiet_from=$as_of
		quiet_to=$as_of
		quiet_days=$((quiet_days + 1))
		[ -z "$left" ] || left=$((left - 1))
		return ;;
	esac
	tell_quiet
	if [ -z "$why" ]; then
		echo "$as_of  drift is still there; the last training was a few days ago"
	elif [ "$(said_of promote status)" = 0 ]; then
		echo "$as_of  $why: trained, promoted"
	else
		echo "$as_of  $why: trained, not promoted: $(tail -n 2 "$CF_HOME/log/$id.promote.log" | sed -n 's/^cf-model: //p')"
	fi
	case $why in
	drift*)	left=$life_after ;;
	*)	[ -z "$left" ] || left=$((left - 1)) ;;
	esac
}

# demo [short]: a life of the pipeline, or one run
demo() {
	demo_state
	"demo_${1:-life}"
}

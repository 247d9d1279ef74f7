# shellcheck shell=sh disable=SC2154,SC2034 # variables of pipeline.sh
# past.sh: the part of pipeline.sh that forecasts past days, for `pipeline.sh backfill`.

# step_past: forecasts of each day of $days with bars that has none, by a model of what was known RETRAIN_DAYS before at
# most.  Its day depends on the first day asked for only, so that the same forecasts come out if this is done in parts.
step_past() {
	past=$CF_HOME/state/backfill
	rm -rf "$past"
	mkdir -p "$past" || exit 4
	from=${days% *}
	as_of=${days#* }
	make_features past-days "$past/days.csv"
	awk -F, -v from="$from" -v to="$as_of" -v step="$RETRAIN_DAYS" "$date_awk"'
		NR > 1 && (d = substr($2, 1, 10)) >= from && d <= to { seen[d] = 1 }
		END {
			for (n = day(from); n <= day(to); n++)
				if (seen[date(n)])
					print date(n), date(n - (n - day(from)) % step)
		}' "$past/days.csv" >"$past/list" || exit 4
	[ -s "$past/list" ] || die 1 "no bars from $from to $as_of"
	while read -r date learned; do
		if [ -f "$predictions/$date.ndjson" ]; then
			say "$date has forecasts"
		else
			past_day
		fi
	done <"$past/list"
	rm -rf "$past"
}

# past_day: forecasts of $date by the model of $learned
past_day() {
	why="as of $learned"
	model=$past/$learned.cfm
	[ -f "$model" ] || {
		as_of=$learned
		make_features past-features "$past/features.csv"
		fit past-train "$past/metrics.json" "$model" "$past/features.csv"
	}
	why="as of $date"
	as_of=$date
	make_features past-latest "$past/latest.csv" --latest
	forecast past-predict "$model" "$date" "$past/latest.csv"
}

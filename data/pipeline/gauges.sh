# shellcheck shell=sh disable=SC2016,SC2034 # of pipeline.sh, in awk
# gauges.sh: the newest forecasts as metrics for Prometheus, metrics/forecast.prom.  A series for each of the first 500
# symbols or accounts: more would be a burden to Prometheus.  Names with a backslash, which JSON and Prometheus do not
# escape alike, are left out.

# of NDJSON forecasts; the newest date of each name, one series a horizon
gauges_awk='
	function get(key) {
		return match($0, "\"" key "\":(\"([^\"\\\\]|\\\\.)*\"|[^,}]*)") ? substr($0, RSTART + length(key) + 3,
		    RLENGTH - length(key) - 3) : ""
	}
	function put(i, key, value) {
		if (value ~ /^-?[0-9]/)
			values[i, key] = value
	}
	function metric(name, key, help,  i, begun) {
		for (i = 1; i <= n; i++) {
			if (!((i, key) in values))
				continue
			if (!begun++)
				printf "# HELP cashflow_forecast_%s %s\n# TYPE cashflow_forecast_%s gauge\n", name, help, name
			printf "cashflow_forecast_%s{%s,horizon=\"%s\"} %s\n", name, labels[i], horizons[i], values[i, key]
		}
	}
	{
		kind = index($0, "\"account\":") ? "account" : "symbol"
		who = get(kind)
		if (who !~ /^"/ || who ~ /\\/)
			next
		name = kind "=" who
		if (!(name in known))
			known[name] = ++names
		if (known[name] > 500)
			next
		horizon = get("horizon")
		i = ((name, horizon) in number) ? number[name, horizon] : ++n
		number[name, horizon] = i
		labels[i] = name
		horizons[i] = horizon
		put(i, "p", get("prediction"))
		if (match($0, /"interval":\[[^]]*\]/)) {
			split(substr($0, RSTART + 12, RLENGTH - 13), ends, ",")
			put(i, "l", ends[1])
			put(i, "h", ends[2])
		}
		put(i, "loss", get("p_loss"))
		put(i, "var", get("value_at_risk"))
		put(i, "es", get("expected_shortfall"))
		put(i, "flag", get("risk_flag"))
		put(i, "size", get("position_size"))
	}
	END {
		metric("prediction", "p", "Expected cash flow: of 100 units of a holding, or of an account.")
		metric("interval_low", "l", "Lower end of the forecast interval.")
		metric("interval_high", "h", "Upper end of the forecast interval.")
		metric("loss_probability", "loss", "Probability of getting less than was put in.")
		metric("value_at_risk", "var", "Value at risk, per 100 units.")
		metric("expected_shortfall", "es", "Expected shortfall, per 100 units.")
		metric("risk_flag", "flag", "1 where the value at risk is over its limit.")
		metric("position_size", "size", "Size of the position by the sizing rule.")
		if (n > 0)
			printf "# HELP cashflow_forecast_names Symbols or accounts forecast.\n" \
			    "# TYPE cashflow_forecast_names gauge\ncashflow_forecast_names %d\n", names
	}'

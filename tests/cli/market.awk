# Scores of market forecasts against the EWMA baseline, by year; for 80-market.sh.
#
#	awk -f market.awk train=TRAIN test=TEST forecasts=FORECASTS features=FEATURES
#
# features is the whole history (sorted by symbol and date), from whose prices the daily returns come; train and test
# are rows of it.  EWMA: variance decays by 0.94 a day, times 5 days; its quantiles are those of y / scale in training.
# Prints for every year and for "all": YEAR FORECASTS LOSS EWMA-LOSS COVERAGE, losses in 1e-4 of the 5-day log return.

function columns(header, at,	n, names, i) {
	n = split(header, names, ",")
	for (i = 1; i <= n; i++)
		at[names[i]] = i
}

# the p-quantile of n sorted numbers z[1 .. n], linear between neighbours
function quantile(z, n, p,	x, i) {
	x = 1 + (n - 1) * p
	i = int(x)
	return i >= n ? z[n] : z[i] + (x - i) * (z[i + 1] - z[i])
}

function pinball(p, q, y) {
	return y >= q ? p * (y - q) : (p - 1) * (y - q)
}

BEGIN {
	FS = ","
	for (i = 1; i < ARGC; i++) {
		split(ARGV[i], part, "=")
		file[part[1]] = part[2]
	}
	levels = split("0.05 0.1 0.25 0.5 0.75 0.9 0.95", level, " ")

	getline line <file["features"]
	columns(line, at)
	while ((getline <file["features"]) > 0) {
		if ($1 != symbol) {
			symbol = $1
			n = variance = 0
		} else {
			r = log($at["stock_price"] / before)
			n++
			weight = n < 20 ? 1 / n : 0.06
			variance += weight * (r * r - variance)
		}
		before = $at["stock_price"]
		if (variance > 0)
			scale[$1 "," $2] = sqrt(5 * variance)
	}

	sorted = "sort -g"
	getline line <file["train"]
	columns(line, at)
	while ((getline <file["train"]) > 0)
		if (scale[$1 "," $2] > 0)
			printf "%.9g\n", log($at["cash_flow"] / 100) / scale[$1 "," $2] | (sorted ">ewma.z")
	close(sorted ">ewma.z")
	while ((getline line <"ewma.z") > 0)
		z[++nz] = line + 0
	for (k = 1; k <= levels; k++)
		zq[k] = quantile(z, nz, level[k])

	getline line <file["test"]
	columns(line, at)
	getline line <file["forecasts"]
	columns(line, in_f)
	while ((getline <file["test"]) > 0) {
		value = $at["cash_flow"]
		y = log(value / 100)
		key = $1 "," $2
		getline line <file["forecasts"]
		split(line, f, ",")
		if (f[1] "," f[2] != key)
			exit 1
		loss = ewma = 0
		for (k = 1; k <= levels; k++) {
			loss += pinball(level[k], log(f[in_f["q" level[k]]] / 100), y) / levels
			ewma += pinball(level[k], scale[key] * zq[k], y) / levels
		}
		hit = value >= f[in_f["interval_low"]] && value <= f[in_f["interval_high"]]
		year = substr($2, 1, 4)
		count[year]++
		losses[year] += loss
		ewmas[year] += ewma
		hits[year] += hit
		count["all"]++
		losses["all"] += loss
		ewmas["all"] += ewma
		hits["all"] += hit
	}
	for (y in count)
		printf "%s %d %.3f %.3f %.4f\n", y, count[y], losses[y] / count[y] * 1e4, ewmas[y] / count[y] * 1e4,
		    hits[y] / count[y]
}

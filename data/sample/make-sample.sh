#!/bin/sh
# make-sample.sh - make the simulated sample data of this folder
#
# usage: make-sample.sh [DIR]
#
# Writes bars.csv, series.csv, ledger.csv, scheduled.csv, balance.csv and
# floor.csv into DIR (default: the folder of this script).  Nothing in them is
# real; README.md tells what was put in, and where.
#
# How it works.  Two awk programs share one set of helpers:
#   helpers  a calendar, holidays, a random generator, normal deviates
#   market   one common factor and eight symbols; then the three series
#   ledger   three accounts of a small company, day by day
# The random numbers are our own, because every awk has a different rand(): a
# Park-Miller generator (x <- 48271 x mod 2^31-1), whose products stay below
# 2^53 and so are exact in the doubles that awk computes with, and Box-Muller
# for normal deviates.  Each purpose has a stream of its own: a change in one
# part leaves the others as they were.  What is printed is rounded to 2 or 4
# decimals, far coarser than the last bits in which C libraries differ, so any
# awk with sin, cos, log, exp and sqrt gives the same bytes (tried: mawk, gawk,
# gawk --posix, the one true awk).
#
# AWK names another awk (AWK=mawk, AWK="gawk --posix").  Each file is written
# under a temporary name and renamed, so a failed run leaves the old files.

set -eu
LC_ALL=C
export LC_ALL

case ${1-} in
-h | --help)
	echo "usage: make-sample.sh [DIR]"
	exit 0
	;;
--) shift ;;
-*)
	echo "make-sample.sh: unknown option: \"$1\"" >&2
	exit 2
	;;
esac
if [ $# -gt 1 ]; then
	echo "usage: make-sample.sh [DIR]" >&2
	exit 2
fi
dir=${1:-$(dirname -- "$0")}
if [ ! -d "$dir" ]; then
	echo "make-sample.sh: not a folder: \"$dir\"" >&2
	exit 2
fi
CDPATH='' cd -- "$dir"

files='bars.csv series.csv ledger.csv scheduled.csv balance.csv floor.csv'
cleanup() {
	for f in $files; do
		rm -f ".$f.tmp"
	done
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# ---------------------------------------------------------------- helpers --
helpers='
# Streams of random numbers, named by a string; k, the seed, differs by stream.
function stream(name, k,   i)
{
	X[name] = (k * 7919 + 234180744) % 2147483647
	for (i = 0; i < 20; i++)
		uniform(name)
}

# Uniform on the open interval (0, 1): 48271 * (2^31 - 2) is below 2^53.
function uniform(name)
{
	X[name] = (X[name] * 48271) % 2147483647
	return X[name] / 2147483647
}

# Standard normal by Box-Muller; the second of each pair is kept for later.
function normal(name,   r, a)
{
	if (KEPT[name]) {
		KEPT[name] = 0
		return SPARE[name]
	}
	r = sqrt(-2 * log(uniform(name)))
	a = 6.283185307179586 * uniform(name)
	SPARE[name] = r * sin(a)
	KEPT[name] = 1
	return r * cos(a)
}

# The variance of a day relative to its expectation: (df - 2) / chi-square(df),
# which makes the returns Student t with df = 6 degrees of freedom.
function mixing(name,   i, z, chi)
{
	chi = 0
	for (i = 0; i < 6; i++) {
		z = normal(name)
		chi += z * z
	}
	return 4 / chi
}

function month_length(y, m)
{
	if (m == 2)
		return y % 4 == 0 ? 29 : 28	# good for 1901..2099
	return (m == 4 || m == 6 || m == 9 || m == 11) ? 30 : 31
}

# A day off: 1 markets, banks and shops closed; 2 bond market only; else 0.
function day_off(y, m, d, w)
{
	if (w == 0 || w == 6)
		return 0
	if (fixed(1, 1, m, d, w) || fixed(7, 4, m, d, w) || fixed(12, 25, m, d, w))
		return 1
	if (y >= 2022 && fixed(6, 19, m, d, w))
		return 1
	if (w == 1 && ((m == 1 || m == 2) && d >= 15 && d <= 21 ||
	    m == 5 && d >= 25 || m == 9 && d <= 7))
		return 1
	if (w == 4 && m == 11 && d >= 22 && d <= 28)
		return 1
	if (index(GOOD_FRIDAYS, sprintf("%04d-%02d-%02d", y, m, d)))
		return 1
	if (w == 1 && m == 10 && d >= 8 && d <= 14 || m == 11 && d == 11)
		return 2
	return 0
}

# A fixed feast, moved to Monday from a Sunday and to Friday from a Saturday
# (but never to the last day of the year).
function fixed(fm, fd, m, d, w)
{
	return m == fm && (d == fd || w == 1 && d == fd + 1 ||
	    w == 5 && d == fd - 1)
}

# Days 0.. from Monday 2018-01-01 on: DATE, YEAR, MONTH, DAY, WDAY (0 Sunday),
# OFF (see day_off) and OPEN (1 on a business day).
function calendar(   i, y, m, d)
{
	GOOD_FRIDAYS = "2018-03-30 2019-04-19 2020-04-10 2021-04-02 " \
	    "2022-04-15 2023-04-07 2024-03-29"
	y = 2018; m = 1; d = 1
	for (i = 0; y < 2024 || m < 4; i++) {
		DATE[i] = sprintf("%04d-%02d-%02d", y, m, d)
		AT[DATE[i]] = i
		YEAR[i] = y; MONTH[i] = m; DAY[i] = d; WDAY[i] = (i + 1) % 7
		OFF[i] = day_off(y, m, d, WDAY[i])
		OPEN[i] = WDAY[i] >= 1 && WDAY[i] <= 5 && OFF[i] != 1
		if (++d > month_length(y, m)) {
			d = 1
			if (++m > 12) {
				m = 1
				y++
			}
		}
	}
}

# The first business day at or after day i.
function business(i)
{
	while (!OPEN[i])
		i++
	return i
}

# True on the first business day at or after day dom of its month.
function due(i, dom)
{
	if (!OPEN[i])
		return 0
	for (; i >= 0; i--) {
		if (DAY[i] == dom)
			return 1
		if (i > 0 && OPEN[i - 1])
			return 0
	}
	return 0
}
'

# ----------------------------------------------------------------- market --
market='
# One symbol: loading on the common factor, own daily volatility, yearly drift,
# first price, shares of an ordinary day, first quarterly dividend (or 0) and
# the month of the quarter in which it goes ex.
function symbol(name, beta, own, drift, price, shares, dividend, phase)
{
	SYMBOL[++symbols] = name
	BETA[name] = beta
	LONG[name] = S2[name] = own * own
	DRIFT[name] = drift / 252
	PRICE[name] = price
	SHARES[name] = shares
	DIVIDEND[name] = dividend
	PHASE[name] = phase
	BUSY[name] = 0
	stream(name, 100 + 17 * symbols)
}

# The factor on day i: its variance (asymmetric GARCH), the overnight part NIGHT
# and the parts STEP of the day with variance STEP_VARIANCE, all log returns.
function factor_day(i,   v, k, r, z)
{
	if (i >= CRASH && i <= CRASH_END) {	# volatility rises day by day
		v = 0.018 + 0.0006 * (i - CRASH)
		if (SF2 < v * v)
			SF2 = v * v
	}
	v = SF2 * mixing("factor")
	STEP_VARIANCE = 0.8 * v / STEPS
	NIGHT = z = sqrt(0.2 * v) * normal("factor")
	for (k = 1; k <= STEPS; k++) {
		STEP[k] = sqrt(STEP_VARIANCE) * normal("factor")
		z += STEP[k]
	}
	SF2 = 0.02 * LONG_F + (0.03 + (z < 0 ? 0.10 : 0)) * z * z + 0.90 * SF2
	r = 0.0003
	if (i >= CRASH && i <= CRASH_END)
		r = -0.014
	else if (i > CRASH_END && i <= REBOUND_END)
		r = 0.004
	NIGHT += r
	FACTOR = z + r
}

# Shares split on day i: new shares for one old.
function split_on(s, i)
{
	if (s == "SIMTECH" && DATE[i] == "2021-07-19")
		return 2
	if (s == "SIMTINY" && DATE[i] == "2020-11-09")
		return 0.1
	return 1
}

# Dividend that goes ex on day i, in the money of that day.
function dividend_on(s, i)
{
	if (!DIVIDEND[s] || MONTH[i] % 3 != PHASE[s] || !due(i, 10))
		return 0
	return int(100 * DIVIDEND[s] * (1 + 0.04 * (YEAR[i] - 2018)) + 0.5) / 100
}

# True where the source has no bar, though the symbol lives on unseen.
function absent(s, date)
{
	if (s == "SIMGOLD")
		return date == "2019-08-13" || date == "2019-08-14" ||
		    date == "2021-03-04" || date == "2022-05-05"
	return s == "SIMSHIP" && date >= "2021-10-11" && date <= "2021-10-22"
}

function max(a, b) { return a > b ? a : b }
function min(a, b) { return a < b ? a : b }

# The highest point of a Brownian path that ends at d and has variance w; this
# is its exact law, so high and low do not depend on the number of steps.
function bridge(d, w)
{
	return (d + sqrt(d * d - 2 * w * log(uniform("range")))) / 2
}

# The day of symbol s after an opening at x, v being its own variance: sets
# HIGH, LOW and CLOSE, and returns the part of the move that is its own.
function session(s, x, v,   k, own, total, w, y)
{
	w = v + BETA[s] * BETA[s] * STEP_VARIANCE
	HIGH = LOW = x
	own = 0
	for (k = 1; k <= STEPS; k++) {
		y = sqrt(v) * normal(s)
		own += y
		total = BETA[s] * STEP[k] + y
		HIGH = max(HIGH, x + bridge(total, w))
		LOW = min(LOW, x - bridge(-total, w))
		x += total
	}
	CLOSE = x
	return own
}

# One bar of symbol s on day i, appended to BARS[s].
function symbol_day(s, i,   ratio, div, base, v, z, x, shares, o, h, l, c, form)
{
	ratio = split_on(s, i)
	div = dividend_on(s, i)
	SHARES[s] *= ratio
	base = PRICE[s] / ratio - div

	v = S2[s] * mixing(s)
	z = sqrt(0.2 * v) * normal(s)
	x = DRIFT[s] + BETA[s] * NIGHT + z
	z += session(s, x, 0.8 * v / STEPS)
	S2[s] = 0.03 * LONG[s] + 0.09 * z * z + 0.88 * S2[s]
	o = base * exp(x)
	h = base * exp(HIGH)
	l = base * exp(LOW)
	c = base * exp(CLOSE)

	# shares traded grow with the range of the day, and have busy weeks
	BUSY[s] = 0.85 * BUSY[s] + 0.12 * normal(s)
	v = sqrt(LONG[s] + BETA[s] * BETA[s] * LONG_F)
	shares = SHARES[s] * exp(BUSY[s] + 0.7 * log((HIGH - LOW) / (1.4 * v)))

	if (s == "SIMTINY" && DATE[i] == "2019-07-05") {	# no trade at all
		o = h = l = c = base
		shares = 0
	}
	if (s == "SIMFOOD" && DATE[i] == "2022-12-23")	# one price is known
		o = h = l = c
	PRICE[s] = c
	if (absent(s, DATE[i]))
		return
	form = l < 10 ? "%.4f" : "%.2f"
	form = "%s,%s," form "," form "," form "," form ",%.0f,%s,%s\n"
	BARS[s] = BARS[s] sprintf(form, s, DATE[i], o, h, l, c, shares,
	    div ? sprintf("%.2f", div) : "0", ratio)
}

# The series on weekday i; a holiday has a row without a value.
function series_day(i,   v, next_day, monday)
{
	if (OPEN[i]) {
		# what the variance of the factor will be over a month, as an
		# annual figure with a premium and noise that lasts a while
		VIX_NOISE = 0.90 * VIX_NOISE + 0.03 * normal("vix")
		v = LONG_F + 0.815 * (SF2 - LONG_F)
		VIX = max(9, 100 * sqrt(252 * v) * 1.12 * exp(VIX_NOISE))
		RATE += 0.002 * (2.7 - RATE) + 0.045 * normal("rate") + 0.8 * FACTOR
		RATE = max(RATE, 0.4)
		DOLLAR += 0.003 * (log(115) - DOLLAR) + 0.0028 * normal("dollar") \
		    - 0.06 * FACTOR
	}
	next_day = business(i + 1)
	monday = business(i + 8 - WDAY[i])
	SERIES["DGS10"] = SERIES["DGS10"] "DGS10," DATE[i] "," DATE[next_day] \
	    "," (OFF[i] ? "" : sprintf("%.2f", RATE)) "\n"
	SERIES["DTWEXBGS"] = SERIES["DTWEXBGS"] "DTWEXBGS," DATE[i] "," \
	    DATE[monday] "," (OFF[i] ? "" : sprintf("%.4f", exp(DOLLAR))) "\n"
	SERIES["VIXCLS"] = SERIES["VIXCLS"] "VIXCLS," DATE[i] "," DATE[next_day] \
	    "," (OPEN[i] ? sprintf("%.2f", VIX) : "") "\n"
}

BEGIN {
	calendar()
	stream("factor", 1)
	stream("range", 5)
	stream("vix", 2)
	stream("rate", 3)
	stream("dollar", 4)
	STEPS = 12			# parts of a trading day
	LONG_F = SF2 = 0.0095 * 0.0095	# variance of the factor, long run and now
	CRASH = AT["2020-02-24"]
	CRASH_END = AT["2020-03-23"]
	REBOUND_END = AT["2020-05-29"]
	RATE = 2.4
	DOLLAR = log(113)
	VIX_NOISE = 0

	symbol("SIMBANK", 1.15, 0.011, 0.03, 42, 3200000, 0.28, 2)
	symbol("SIMFOOD", 0.50, 0.008, 0.02, 58, 1100000, 0.42, 0)
	symbol("SIMGOLD", -0.15, 0.009, 0.05, 121, 5400000, 0, 0)
	symbol("SIMNEXT", 1.50, 0.020, 0.04, 24, 2600000, 0, 0)
	symbol("SIMSHIP", 1.40, 0.016, 0.02, 17, 1900000, 0, 0)
	symbol("SIMTECH", 1.25, 0.012, 0.12, 96, 8800000, 0, 0)
	symbol("SIMTINY", 1.20, 0.024, -0.10, 8, 410000, 0, 0)
	symbol("SIMUTIL", 0.45, 0.008, 0.02, 35, 1500000, 0.38, 1)

	last = AT["2023-12-29"]
	for (i = 0; i <= last; i++) {
		if (WDAY[i] == 0 || WDAY[i] == 6)
			continue
		if (OPEN[i]) {
			factor_day(i)
			for (k = 1; k <= symbols; k++)
				if (SYMBOL[k] != "SIMNEXT" || DATE[i] >= "2020-09-14")
					symbol_day(SYMBOL[k], i)
		}
		series_day(i)
	}

	out = ".bars.csv.tmp"
	print "symbol,date,open,high,low,close,volume,dividend_amount," \
	    "split_coefficient" > out
	for (k = 1; k <= symbols; k++)
		printf "%s", BARS[SYMBOL[k]] > out
	if (close(out) != 0)
		exit 4
	out = ".series.csv.tmp"
	print "series,date,available,value" > out
	printf "%s%s%s", SERIES["DGS10"], SERIES["DTWEXBGS"], \
	    SERIES["VIXCLS"] > out
	if (close(out) != 0)
		exit 4
}
'

# ----------------------------------------------------------------- ledger --
ledger='
# A row of the day; amounts are whole cents until they are printed, so that the
# balances are exact.
function row(account, amount, category,   cents)
{
	cents = amount < 0 ? -int(-amount * 100 + 0.5) : int(amount * 100 + 0.5)
	BALANCE[account] += cents
	ROWS[account] = ROWS[account] sprintf("%s,%.2f,%s,%s\n", TODAY,
	    cents / 100, account, category)
}

function noise(sd) { return exp(sd * normal("ledger") - sd * sd / 2) }

# Whole hundreds, as people transfer money.
function hundreds(x) { return int(x / 100 + 0.5) * 100 }

# Business days of the month that are still to come after day i.
function left_in_month(i,   m, n)
{
	m = MONTH[i]
	for (n = 0; MONTH[++i] == m; )
		n += OPEN[i]
	return n
}

# Monthly salaries: a rise every January, a few more people now and then.
function salaries(i)
{
	return 78000 + 3900 * (YEAR[i] - 2021) + \
	    2600 * int(((YEAR[i] - 2021) * 12 + MONTH[i]) / 8)
}

function operating_day(i,   level, parts, k, x)
{
	if (!OPEN[i])
		return
	if (uniform("ledger") > 0.06) {		# customers pay
		level = 10800 * GROWTH
		if (WDAY[i] == 1) level *= 1.35
		if (WDAY[i] == 3) level *= 0.85
		if (WDAY[i] == 5) level *= 1.10
		if (left_in_month(i) < 3) level *= 1.40
		if (MONTH[i] == 12) level *= 1.20
		if (MONTH[i] == 8) level *= 0.80
		parts = 1 + int(3 * uniform("ledger"))
		for (k = 1; k <= parts; k++)
			row("operating", level / parts * noise(0.45), "receipts")
	}
	if (uniform("ledger") < 0.03)
		row("operating", -(150 + 2200 * uniform("ledger")), "refunds")
	if (WDAY[i] == 4 || WDAY[i] == 5 && OFF[i - 1] == 1)
		row("operating", -29500 * GROWTH * noise(0.18), "suppliers")
	if (due(i, 1))
		row("operating", -(9200 + 300 * (YEAR[i] - 2021)), "rent")
	if (due(i, 20)) {
		x = MONTH[i] <= 3 || MONTH[i] >= 11 ? 2600 : 1500
		row("operating", -x * noise(0.10), "utilities")
	}
	if (MONTH[i] % 3 == 1 && due(i, 15))
		row("operating", -hundreds(43000 * GROWTH), "tax")
	if (MONTH[i] == 3 && due(i, 1))
		row("operating", -(17400 + 620 * (YEAR[i] - 2021)), "insurance")
	if (MONTH[i] == 6 && due(i, 15))
		row("operating", -hundreds(150000 * GROWTH), "distribution")
}

# Salaries on the last business day, social contributions on the 10th after;
# two business days before the salaries the operating account pays for both.
# December has a bonus of half a salary on the 15th.
function payroll_day(i,   x)
{
	if (!OPEN[i])
		return
	if (due(i, 10))
		row("payroll", -0.24 * salaries(AT_MONTH_BEFORE), "contributions")
	if (MONTH[i] == 12 && due(i, 13))
		transfer("operating", "payroll", hundreds(salaries(i) / 2))
	if (MONTH[i] == 12 && due(i, 15))
		row("payroll", -salaries(i) / 2, "bonus")
	if (left_in_month(i) == 2)
		transfer("operating", "payroll", hundreds(1.24 * salaries(i)))
	if (left_in_month(i) == 0) {
		x = int(salaries(i) * 0.62 * noise(0.01))
		row("payroll", -x, "salaries")
		row("payroll", -(salaries(i) - x), "salaries")
		AT_MONTH_BEFORE = i
	}
}

function transfer(from, to, amount)
{
	row(from, -amount, "transfer")
	row(to, amount, "transfer")
}

# The shop is open from Monday to Saturday, but not on holidays, nor in the
# first two full weeks of August.
function store_day(i,   x)
{
	if (WDAY[i] != 0 && OFF[i] != 1 && !shop_holiday(i)) {
		x = 2350 * GROWTH
		if (WDAY[i] == 1) x *= 0.75
		if (WDAY[i] == 5) x *= 1.20
		if (WDAY[i] == 6) x *= 1.60
		if (MONTH[i] == 12) x *= DAY[i] <= 24 ? 1.75 : 0.90
		if (MONTH[i] == 1 || MONTH[i] == 2) x *= 0.85
		x *= noise(0.22)
		row("store", x, "takings")
		TAKINGS += x
	}
	if (WDAY[i] == 2 && OPEN[i] && int(i / 7) % 2 == 0 && !shop_holiday(i))
		row("store", -(MONTH[i] == 11 ? 17000 : 12300) * GROWTH * noise(0.12),
		    "goods")
	if (due(i, 1))
		row("store", -4100, "rent")
	if (due(i, 3)) {
		row("store", -0.012 * TAKINGS, "card-fees")
		TAKINGS = 0
	}
	if (WDAY[i] == 1 && OPEN[i] && BALANCE["store"] > 4000000)
		transfer("store", "operating",
		    hundreds((BALANCE["store"] - 3000000) / 100))
}

function shop_holiday(i)
{
	return MONTH[i] == 8 && DAY[i] - (WDAY[i] + 6) % 7 >= 1 && \
	    DAY[i] - (WDAY[i] + 6) % 7 <= 14
}

# A known future movement in scheduled.csv.
function known(date, amount, account, category)
{
	printf "%s,%.2f,%s,%s\n", date, amount, account, category > out
}

BEGIN {
	calendar()
	stream("ledger", 9)
	split("operating payroll store", NAME, " ")
	BALANCE["operating"] = 24000000	# cents, before the first row
	BALANCE["payroll"] = 2500000
	BALANCE["store"] = 3200000
	TAKINGS = 60000
	AT_MONTH_BEFORE = AT["2021-01-01"]

	out = ".ledger.csv.tmp"
	print "date,amount,account,category" > out
	first = AT["2021-01-01"]
	last = AT["2023-12-31"]
	for (i = first; i <= last; i++) {
		TODAY = DATE[i]
		GROWTH = exp(0.06 * (i - first) / 365.25)
		for (k = 1; k <= 3; k++)
			ROWS[NAME[k]] = ""
		operating_day(i)
		payroll_day(i)
		store_day(i)
		for (k = 1; k <= 3; k++)
			printf "%s", ROWS[NAME[k]] > out
	}
	if (close(out) != 0)
		exit 4

	out = ".scheduled.csv.tmp"
	print "date,amount,account,category" > out
	pay = salaries(AT["2024-01-31"])
	known("2024-01-02", -10100, "operating", "rent")
	known("2024-01-16", -hundreds(43000 * GROWTH), "operating", "tax")
	known("2024-01-24", 64000, "operating", "receipts")
	known("2024-01-29", -hundreds(1.24 * pay), "operating", "transfer")
	known("2024-01-29", hundreds(1.24 * pay), "payroll", "transfer")
	known("2024-01-31", -pay, "payroll", "salaries")
	known("2024-02-01", -10100, "operating", "rent")
	known("2024-02-08", -58000, "operating", "equipment")
	known("2024-02-15", -9500, "store", "refit")
	if (close(out) != 0)
		exit 4

	out = ".balance.csv.tmp"
	print "account,amount" > out
	for (k = 1; k <= 3; k++)
		printf "%s,%.2f\n", NAME[k], BALANCE[NAME[k]] / 100 > out
	if (close(out) != 0)
		exit 4

	out = ".floor.csv.tmp"
	print "account,amount" > out
	print "operating,120000.00" > out
	print "payroll,0.00" > out
	print "store,5000.00" > out
	if (close(out) != 0)
		exit 4
}
'

# AWK may hold a command and its first argument, so it is left unquoted.
# shellcheck disable=SC2086
${AWK:-awk} "$helpers$market"
# shellcheck disable=SC2086
${AWK:-awk} "$helpers$ledger"

for f in $files; do
	mv -f ".$f.tmp" "$f"
done

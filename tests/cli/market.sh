# Real prices for scenarios; to be read with:  . "$CF_TOP/tests/cli/market.sh"  behind lib.sh.
# shellcheck shell=sh
#
# The folder is CF_TEST_MARKET; where it is absent the scenario skips itself.
#
# market_bars	the file of bars: 60 stocks, 2000 to 2018, gzip
# market_series	print VIXCLS, DGS10 and DTWEXBGS as series: FRED's files tell no day of publication, so VIXCLS and DGS10 are
#		taken to be known on the next business day, DTWEXBGS on the Monday after its week
# market_fred ID LAG	print one of them: LAG is "day" or "week"

[ -f "$CF_TEST_MARKET/stocks.csv.gz" ] || skip "no market data at CF_TEST_MARKET"

market_bars=$CF_TEST_MARKET/stocks.csv.gz

market_fred() {
	gzip -dc "$CF_TEST_MARKET/fred-$1.csv.gz" | awk -F, -v id="$1" -v lag="$2" '
		# days since 1970-01-01, years counted from March
		function day_of(y, m, d,	e) {
			if (m <= 2) {
				y--
				m += 12
			}
			e = int(y / 400)
			y -= e * 400
			return e * 146097 + y * 365 + int(y / 4) - int(y / 100) + int((153 * (m - 3) + 2) / 5) + d - 719469
		}
		function text_of(n,	e, y, m, d) {
			n += 719468
			e = int(n / 146097)
			n -= e * 146097
			y = int((n - int(n / 1460) + int(n / 36524) - int(n / 146096)) / 365)
			n -= y * 365 + int(y / 4) - int(y / 100)
			m = int((5 * n + 2) / 153)
			d = n - int((153 * m + 2) / 5) + 1
			m = m < 10 ? m + 3 : m - 9
			return sprintf("%04d-%02d-%02d", e * 400 + y + (m <= 2), m, d)
		}
		FNR > 1 {
			split($1, part, "-")
			n = day_of(part[1] + 0, part[2] + 0, part[3] + 0)
			weekday = ((n + 3) % 7 + 7) % 7	# 0 is Monday
			if (lag == "week")
				n += 7 - weekday
			else
				n += weekday >= 4 ? 7 - weekday : 1
			print id "," $1 "," text_of(n) "," $2
		}'
}

market_series() {
	echo 'series,date,available,value'
	market_fred VIXCLS day
	market_fred DGS10 day
	market_fred DTWEXBGS week
}

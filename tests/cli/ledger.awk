# ledger.awk: scores of forecasts of a ledger by what came, on the days behind ASOF.
#
#	awk -v asof=YYYY-MM-DD -v gaps=impute|missing|zero -f ledger.awk ledger.csv forecasts.csv
#
# forecasts.csv has q0.05, q0.1, q0.25, q0.5, q0.75, q0.9, q0.95.  impute: a missing day is scored as the median of its weekday
# in the account's past, as the NN5 competition's protocol does; coverage leaves such days out.  Prints one line:
#	accounts MASE sMAPE coverage | pinball: model seasonal weekday month, in units of each account's naive error
# The pinball loss of a rival, which is a point, is that of the point plus the quantiles of its errors, per account, in
# the year before the origin, at horizons of whole weeks or the last month as they would have been made then.
function leap(y) { return y % 4 == 0 && (y % 100 || y % 400 == 0) }
function abs(x) { return x < 0 ? -x : x }
function day(text,   y, m, d, e) {
	y = substr(text, 1, 4) + 0; m = substr(text, 6, 2) + 0; d = substr(text, 9, 2) + 0
	if (m <= 2) { y--; m += 12 }
	return 365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * (m - 3) + 2) / 5) + d - 1
}
# the same day of the month before, or its last
function before(t,   y, m, d) {
	split(text_of[t], part, "-"); y = part[1] + 0; m = part[2] - 1; d = part[3] + 0
	if (m == 0) { y--; m = 12 }
	while (d > 28 && d > (m == 2 ? 28 + leap(y) : m == 4 || m == 6 || m == 9 || m == 11 ? 30 : 31)) d--
	return day(sprintf("%04d-%02d-%02d", y, m, d))
}
# every date between the first and the last, so that text_of is whole
function calendar(from, to,   t, y, m, d, n) {
	split(from, part, "-"); y = part[1] + 0; m = part[2] + 0; d = part[3] + 0
	for (t = day(from); t <= to; t++) {
		text_of[t] = sprintf("%04d-%02d-%02d", y, m, d)
		n = m == 2 ? 28 + leap(y) : m == 4 || m == 6 || m == 9 || m == 11 ? 30 : 31
		if (++d > n) { d = 1; if (++m > 12) { m = 1; y++ } }
	}
}
function sort(v, n,   i, j, x) {
	for (i = 2; i <= n; i++) { x = v[i]; for (j = i - 1; j >= 1 && v[j] > x; j--) v[j + 1] = v[j]; v[j + 1] = x }
}
function quantile(v, n, p,   k) { k = int(p * n + 0.5); return v[k < 1 ? 1 : k > n ? n : k] }
function known(a, t) { return (a, t) in x }
function value(a, t) { return known(a, t) ? x[a, t] : gaps == "zero" && t >= first[a] && t <= end[a] ? 0 : gaps == "impute" ? usual[a, t % 7] : "" }
# the rivals' forecast of day t from origin o
function point(a, o, t, which,   u, i, n, s) {
	u = t - 7
	while (u > o) u -= 7
	if (which == 1)
		return value(a, u) == "" ? usual[a, t % 7] : value(a, u)
	if (which == 2) {
		for (i = n = 0; i < 12 && n < 8; i++) if (u - 7 * i >= first[a] && (known(a, u - 7 * i) || gaps == "zero")) { s += value(a, u - 7 * i); n++ }
		return n ? s / n : usual[a, t % 7]
	}
	u = before(t)
	while (u > o) u = before(u)
	return value(a, u) == "" || u < first[a] ? usual[a, t % 7] : value(a, u)
}
function loss(p, q, y) { return (y < q ? 1 - p : -p) * (q - y) }
BEGIN { FS = ","; np = split("0.05 0.1 0.25 0.5 0.75 0.9 0.95", P, " ") }
NR == FNR {
	if (FNR == 1) next
	t = day($1); a = $3
	if (!(a in first) || t < first[a]) first[a] = t
	if (earliest == "" || $1 < earliest) earliest = $1
	if (t > last) last = t
	if (t > end[a]) end[a] = t
	if ($2 != "") x[a, t] += $2
	next
}
FNR == 1 {
	for (i = 1; i <= NF; i++) c[$i] = i
	o = day(asof)
	calendar(earliest, last + 70)
	next
}
# an account's past, when its first forecast comes
!($1 in den) {
	a = $1
	for (k = 0; k < 7; k++) {
		n = 0
		for (t = o - (o - k) % 7; t >= first[a]; t -= 7) if (known(a, t)) v[++n] = x[a, t]; else if (gaps == "zero") v[++n] = 0
		sort(v, n)
		usual[a, k] = n ? (n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2) : 0
	}
	s = n = 0
	for (t = first[a] + 7; t <= o; t++) if (value(a, t) != "" && value(a, t - 7) != "") { s += abs(value(a, t) - value(a, t - 7)); n++ }
	den[a] = n ? s / n : 0
	for (w = 1; w <= 3; w++) {
		n = 0
		for (t = o; t > o - 364 && t >= first[a] + 63; t -= 3) if (value(a, t) != "") v[++n] = value(a, t) - point(a, t - 28, t, w)
		sort(v, n)
		for (k = 1; k <= np; k++) error[a, w, k] = n ? quantile(v, n, P[k]) : 0
	}
}
den[$1] > 0 {
	a = $1; t = day($4); y = value(a, t)
	if (y == "") next
	f = $c["q0.5"]
	count[a]++; records++
	mase[a] += abs(y - f) / den[a]
	smape[a] += abs(y) + abs(f) > 0 ? 200 * abs(y - f) / (abs(y) + abs(f)) : 0
	if (known(a, t) || gaps == "zero") { inside += y >= $c["q0.05"] && y <= $c["q0.95"]; cases++ }
	for (w = 1; w <= 3; w++) here[w] = point(a, o, t, w)
	for (k = 1; k <= np; k++) {
		model += loss(P[k], $c["q" P[k]], y) / den[a]
		for (w = 1; w <= 3; w++) rival[w] += loss(P[k], here[w] + error[a, w, k], y) / den[a]
	}
}
END {
	m = s = 0
	for (a in count) { m += mase[a] / count[a]; s += smape[a] / count[a]; accounts++ }
	printf "%d %.4f %.3f %.4f | %.4f %.4f %.4f %.4f\n", accounts, m / accounts, s / accounts, inside / cases, model / records / np, \
		rival[1] / records / np, rival[2] / records / np, rival[3] / records / np
}

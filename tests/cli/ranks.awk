# Ranked probability score of rank forecasts; for 81-ranks.sh.
#
#	awk -v ranks=K -f ranks.awk FORECASTS
#
# FORECASTS are cf-predict's with columns date, rank_1 .. rank_K, and the outcome cash_flow as the last column.  On each
# date the n symbols are put in the order of their outcomes; the one with r others below it was in class floor(K r / n).
# The score of a symbol is the mean over k of (P(class < k) - [it was])^2; lower is better.
# Prints: DATES FORECASTS SCORE NAIVE, the means over all; naive gives each class 1 / K.

function score_date(	i, j, k, r, class, sum, naive, p, d) {
	for (i = 1; i <= n; i++) {
		r = 0
		for (j = 1; j <= n; j++)
			r += outcome[j] < outcome[i] || (outcome[j] == outcome[i] && j < i)
		class = int(ranks * r / n) + 1
		p = 0
		for (k = 1; k <= ranks; k++) {
			p += chance[i, k]
			d = p - (class <= k)
			sum += d * d / ranks
			d = k / ranks - (class <= k)
			naive += d * d / ranks
		}
	}
	total += sum
	total_naive += naive
	count += n
	dates++
	n = 0
}

BEGIN { FS = "," }
FNR == 1 {
	for (i = 1; i <= NF; i++)
		at[$i] = i
	next
}
{
	if (before != "" && $at["date"] != before)
		score_date()
	before = $at["date"]
	n++
	outcome[n] = $NF + 0
	for (k = 1; k <= ranks; k++)
		chance[n, k] = $at["rank_" k]
}
END {
	score_date()
	printf "%d %d %.5f %.5f\n", dates, count, total / count, total_naive / count
}

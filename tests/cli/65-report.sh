#!/bin/sh
# cf-report: a page of a state, of files, of little and of much; text of others; what a browser makes of it.
. "$CF_TOP/tests/cli/lib.sh"

# a state with a past: a model of the first years, forecasts of the last one, findings, a run, a backup
mkdir -p st/predictions/market st/features st/drift st/runs st/backups st/models/market/m1
awk -F, 'NR == 1 || ($1 == "SIMBANK" || $1 == "SIMTECH") && n[$1]++ < 900' "$CF_TOP/data/sample/bars.csv" >bars.csv
cf-features --horizon 5 -o st/features/market.csv bars.csv || skip 'cf-features does not work'
awk -F, 'NR == 1 || n[$1]++ < 600' st/features/market.csv >train.csv
awk -F, 'NR == 1 || ++n[$1] > 600' st/features/market.csv >test.csv
cf-train -q -o st/models/market/m1/model.cfm --trees 8 --folds 3 -j 1 --explain train.csv \
    >st/models/market/m1/metrics.json || skip 'cf-train does not work'
ln -s m1 st/models/market/current
cf-predict -m st/models/market --format ndjson --quantiles 0.25,0.5,0.75 -o st/predictions/market/2021-07-30.ndjson \
    test.csv || skip 'cf-predict does not work'
echo '{"test":"psi","feature":"rsi","state":"drift","value":0.4}
{"test":"psi","feature":"macd","state":"ok","value":0.02}
{"test":"summary","state":"drift"}' >st/drift/2021-07-30.ndjson
echo '{"run":"r1","step":"features","start":"2021-07-30T22:00:00Z","end":"2021-07-30T22:00:01Z","duration_s":1.5,"status":0,"signal":null,"timed_out":0,"tries":1,"reason":"daily","log":null,"command":"x"}
{"run":"r1","step":"run","start":"2021-07-30T22:00:00Z","end":"2021-07-30T22:00:02Z","duration_s":2.5,"status":4,"signal":null,"timed_out":0,"tries":1,"reason":"daily","log":null,"command":"x"}' >st/runs/r1.ndjson
echo '2021-07-30T23:00:00Z create ok backup_20210730_230000.tar.gz bytes=2097152 seconds=1.25' >st/backups/backup_log.txt
now=2021-07-31T00:00:00Z

# ---- the page

check 'a page' 0 cf-report -C st --now $now -o page.html
# has WHAT TEXT [FILE]: a page that holds this text
has() {
	check "$1" 0 grep -qF -- "$2" "${3:-page.html}"
}
has 'made when it says' 'Made 2021-07-31T00:00:00Z'
has 'a fan for a symbol' '<h3>SIMBANK</h3>'
has 'a band' '<path class="band"'
has 'outcomes outside it have another shape' 'l8 8m0-8l-8 8'
has 'the calibration' 'PIT histogram'
has 'by quantiles' '<th scope="row" class="t">25-50 %</th>'
has 'skill by month' '<h3>Skill by month</h3>'
has 'importance' '<h3>Which inputs matter</h3>'
has 'the state of drift in words' '<td class="bad">0.40 bad</td>'
has 'the failed run in words' '<td class="t bad">failed</td>'
has 'the backup' 'backup_20210730_230000.tar.gz'
check 'the same input, the same bytes' 0 sh -c "cf-report -C st --now $now | cmp - page.html"
out='0'
check 'nothing from elsewhere' 0 sh -c 'grep -cE "https?://|<script|@import|url\(" page.html || test $? = 1'
out='0'
check 'no number went wrong' 0 sh -c 'grep -ciE "nan|inf[^o]" page.html || test $? = 1'
check 'sections and figures are closed' 0 awk '
	{ for (i = 1; i <= 5; i++) { split("section figure table svg details", tag, " ")
		open[i] += gsub("<" tag[i] "[ >]", "&"); shut[i] += gsub("</" tag[i] ">", "&") } }
	END { for (i in open) if (open[i] != shut[i] || !open[i]) exit 1 }' page.html

# the coverage that the page tells is that of a count by hand
covered=$(awk -F'[,:{}\\[\\]"]+' '
	FNR == NR { if (FNR == 1) { for (i = 1; i <= NF; i++) if ($i == "cash_flow") c = i; next }
		n = split($0, f, ","); if (f[n] != "") y[f[1] "," f[2]] = f[n]; next }
	{ s = d = ""
		match($0, /"symbol":"[^"]*"/); s = substr($0, RSTART + 10, RLENGTH - 11)
		match($0, /"date":"[^"]*"/); d = substr($0, RSTART + 8, RLENGTH - 9)
		match($0, /"interval":\[[^]]*\]/); split(substr($0, RSTART + 12, RLENGTH - 13), b, ",")
		if ((s "," d) in y) { m++; k += y[s "," d] + 0 >= b[1] + 0 && y[s "," d] + 0 <= b[2] + 0 } }
	END { printf "%.1f %% of %d outcomes", 100 * k / m, m }' st/features/market.csv \
    st/predictions/market/2021-07-30.ndjson)
has 'coverage as counted by hand' "$covered"

# ---- text

out='*'
check 'text' 0 cf-report -C st --now $now --format text --width 60
cp got.out text
has 'the summary first' 'Is all well?' text
has 'a failed run' 'ended with status 4' text
check 'no line is wider' 0 awk 'length > 60 { exit 1 }' text

# ---- what else may be on it

printf '%s\n' 'date,horizon,prediction,interval_low,interval_high,level,p_loss,value_at_risk,expected_shortfall,position_size' \
    '2021-07-29,5,100.1,97.5,103,0.9,0.46,2.6,3.3,1' '2021-07-30,5,100.2,97,103,0.9,0.45,2.4,3.1,1' >whole.csv
out='*'
check 'a portfolio' 0 cf-report -C empty.state --portfolio whole.csv --format text whole.csv
cp got.out text
has 'as a whole' 'The portfolio as a whole' text
has 'its value at risk' '2021-07-30    100.20  97.00  103.00              45.0           2.40' text

# accounts with the balances to come, one of which may fall below its floor
printf '%s\n' 'account,date,horizon,target_date,prediction,interval_low,interval_high,level,balance,balance_low,balance_high,p_below_floor,risk_flag' \
    'till,2021-07-30,1,2021-07-31,-5,-9,-1,0.9,95,91,99,0.01,0' 'till,2021-07-30,2,2021-08-01,-5,-9,-1,0.9,90,82,98,0.02,0' \
    'safe,2021-07-30,1,2021-07-31,-5,-9,-1,0.9,45,41,49,0.3,1' 'safe,2021-07-30,2,2021-08-01,-5,-9,-1,0.9,40,32,48,0.6,1' >accounts.csv
out='*'
check 'balances' 0 cf-report -C empty.state --format text accounts.csv
cp got.out text
has 'the one that may fall below its floor' 'RISK: highest chance of a day below the floor 60.0 %.' text
has 'the other' 'No risk flag: highest chance of a day below the floor 2.0 %.' text
has 'counted at a glance' 'accounts that may fall below their floor: 1' text
out='*'
check 'as a page' 0 cf-report -C empty.state accounts.csv

# ---- metrics

check 'metrics' 0 cf-report -C st --now $now -o page2.html --prom report.prom
has 'coverage by name' 'cashflow_report_recent_coverage_ratio{name="market"} 0.' report.prom
if command -v promtool >/dev/null; then
	check 'promtool likes them' 0 sh -c 'promtool check metrics <report.prom'
fi

# ---- little

mkdir empty
check 'an empty state' 0 cf-report -C empty --now $now -o none.html
has 'says what it waits for' 'No forecasts yet' none.html
err='cf-report: absent: no such folder; -C names the state folder, or name forecasts'
check 'no state' 2 cf-report -C absent
check 'nothing is written in a check' 0 cf-report -C st -n -o never.html
check 'really' 0 test ! -e never.html
echo 'symbol,date,horizon,prediction,interval_low,interval_high
ONE,2024-01-02,5,101,98,104' >one.csv
check 'one forecast, no outcome, no state' 0 cf-report -C absent -o one.html --now $now one.csv
has 'is there' '101.00 for 100, 90 % interval 98.00 to 104.00' one.html
check 'no forecasts at all' 0 sh -c 'head -n 1 one.csv >head.csv; cf-report -C empty -o none.html head.csv'
: >nothing.csv
check 'an empty file' 0 cf-report -C empty -o none.html nothing.csv

# ---- wrong

err='cf-report: bad.csv:2: column "prediction": not a number: "abc"'
sed 's/,101,/,abc,/' one.csv >bad.csv
check 'a bad number' 3 cf-report -C empty -o bad.html bad.csv
check 'leaves nothing' 0 test ! -e bad.html
err='cf-report: bars.csv: column "prediction": there is no such column'
check 'other records' 3 cf-report -C empty bars.csv
err='*'
check 'damaged metrics' 3 cf-report -C empty --metrics bars.csv one.csv
err='*'
check 'a file that is not there' 4 cf-report -C empty missing.csv
err='*'
check 'a full device' 4 cf-report -C st -o /dev/full

# ---- names that are markup or worse

printf '%s\n' 'symbol,date,horizon,prediction,interval_low,interval_high' \
    '<script>alert(1)</script>,2024-01-02,5,101,98,104' '<script>alert(1)</script>,2024-01-03,5,101,98,104' \
    '"a""onload=""x",2024-01-02,5,101,98,104' >markup.csv
printf 'b\033]0;x\007\377,2024-01-02,5,101,98,104\n' >>markup.csv
check 'names that are markup' 0 cf-report -C empty --title '<b>&' -o markup.html markup.csv
out='0'
check 'are text' 0 sh -c 'grep -c "<script\|<b>\|\"onload" markup.html || test $? = 1'
has 'and shown' '&lt;script&gt;alert(1)&lt;/script&gt;' markup.html
check 'no control character' 0 sh -c '! tr -d "\n\t" <markup.html | LC_ALL=C grep -q "[[:cntrl:]]"'
check 'nor in text' 0 sh -c 'cf-report -C empty --format text markup.csv | tr -d "\n" | { ! LC_ALL=C grep -q "[[:cntrl:]]"; }'

# ---- much

awk 'BEGIN {
	print "symbol,date,horizon,prediction,interval_low,interval_high,value_at_risk,risk_flag"
	for (s = 0; s < 100; s++) for (m = 1; m <= 12; m++) for (d = 1; d <= 28; d++)
		printf "SYM%03d,2023-%02d-%02d,5,%.4f,%.4f,%.4f,%.3f,%d\n", s, m, d, 100 + s / 100, 95 + d / 10, 105 + d / 10, s / 20, (s > 97)
}' >much.csv
awk -F, -v OFS=, 'NR == 1 { print "symbol,date,horizon,cash_flow"; next }
	{ x = (x * 16807 + 1) % 2147483647; print $1, $2, $3, 93 + x / 2147483647 * 14 }' much.csv >come.csv
check '100 symbols' 0 cf-report -C empty --outcomes come.csv -o much.html much.csv
check 'in less than a megabyte' 0 sh -c 'test "$(wc -c <much.html)" -lt 1000000'
out=100
check 'a fan for each' 0 sh -c 'grep -c "<h3>SYM" much.html'

# ---- a browser

# browse WIDTH: no overflow at this width, every text in enough contrast, nothing on the console
browse() {
	sed -e '/Content-Security-Policy/d' -e 's|</body>|<script src="look.js"></script></body>|' page.html >look.html
	chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
	    --disable-component-update --disable-sync --user-data-dir="$PWD/profile" --window-size="$1,900" \
	    --enable-logging=stderr --screenshot="$PWD/shot-$1.png" --allow-file-access-from-files \
	    ${2:+"$2"} "file://$PWD/page.html" 2>console >/dev/null
	grep CONSOLE console
	chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
	    --disable-component-update --disable-sync --user-data-dir="$PWD/profile" --window-size="$1,900" \
	    ${2:+"$2"} --dump-dom "file://$PWD/look.html" 2>/dev/null | sed -n 's/.*<title>\(LOOK[^<]*\)<.*/\1/p'
	test -s "shot-$1.png"
}
if command -v chromium >/dev/null; then
	cat >look.js <<-'END'
	function light(c) {
		var v = c.match(/[0-9.]+/g).slice(0, 3).map(function (x) {
			x /= 255
			return x <= 0.03928 ? x / 12.92 : Math.pow((x + 0.055) / 1.055, 2.4)
		})
		return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]
	}
	function ground(e) {
		for (; e; e = e.parentElement) {
			var c = getComputedStyle(e).backgroundColor
			if (!/, 0\)$/.test(c) && c !== 'transparent')
				return c
		}
		return 'rgb(255, 255, 255)'
	}
	var worst = 21
	document.querySelectorAll('h1,h2,h3,p,a,th,td,summary,text').forEach(function (e) {
		var s = getComputedStyle(e), a = light(e.tagName === 'text' ? s.fill : s.color), b = light(ground(e))
		worst = Math.min(worst, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05))
	})
	var wide = document.documentElement.scrollWidth - window.innerWidth
	document.title = 'LOOK overflow ' + Math.max(wide, 0) + ' contrast ' + (worst >= 4.5 ? 'enough' : worst)
	END
	for width in 500 1280; do
		out='LOOK overflow 0 contrast enough'
		check "a browser, $width wide" 0 browse $width
		out='LOOK overflow 0 contrast enough'
		check "in the dark, $width wide" 0 browse $width --blink-settings=preferredColorScheme=0
	done
else
	skip_one 'a browser' 'chromium is not installed'
fi

finish
